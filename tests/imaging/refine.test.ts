import { describe, expect, it } from 'vitest'
import { type Alpha, blendAlpha } from '../../src/imaging/blend.ts'
import { blendFills, countChanged } from '../../src/imaging/composite.ts'
import type { Pixels } from '../../src/imaging/decode.ts'
import { planCrops } from '../../src/imaging/plan.ts'
import { thicknessOf } from '../../src/imaging/refine.ts'
import { enlarged, stacked } from '../../src/imaging/strips.ts'
import type { ModelSize } from '../../src/shared/imaging.ts'
import type { CropRecipe } from '../../src/shared/recipe.ts'
import { lastOf, scaleOf } from '../../src/shared/windows.ts'
import { photoOf, randomPicture } from './pictures.ts'

const model: ModelSize = { channels: 3, range: [-1, 1], size: { multipleOf: 8, min: 64, max: 1024, best: [256] } }
/** Takes so little at once that a refinement has to go through windows. */
const narrow: ModelSize = { ...model, size: { multipleOf: 8, min: 64, max: 192, best: [128] } }
const settings = { asGrey: false, invert: false }

/** A disc, cut off by the photograph where it lies at its edge. */
function disc(width: number, height: number, cx: number, cy: number, radius: number, feather = 3): Alpha {
  const data = new Uint8Array(width * height)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) if ((x - cx) ** 2 + (y - cy) ** 2 < radius * radius) data[y * width + x] = 255
  return blendAlpha({ width, height, data }, { grow: 0, feather, side: 'outward' })
}

/** Slow waves: what an enlargement can give back. */
function waves(width: number, height: number): Pixels {
  const data = new Uint8Array(width * height * 3)
  for (let y = 0, i = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      for (let c = 0; c < 3; c++) data[i++] = Math.round(127 + 100 * Math.sin(x / 41 + c) * Math.cos(y / 37))
  return { width, height, channels: 3, data }
}

function worstOf(a: Pixels, b: Pixels): number {
  let worst = 0
  for (let i = 0; i < a.data.length; i++) worst = Math.max(worst, Math.abs(a.data[i]! - b.data[i]!))
  return worst
}

const places: readonly (readonly [number, number, number])[] = [
  [400, 300, 130],
  [20, 30, 150],
  [790, 590, 120],
  [400, 0, 70],
]

describe('the thickness of a hole', () => {
  it('is the side of the largest square in it', () => {
    const data = new Uint8Array(40 * 30)
    for (let y = 5; y < 22; y++) data.fill(1, y * 40 + 3, y * 40 + 30)
    data[10 * 40 + 12] = 0
    const alpha = { x: 7, y: 9, width: 40, height: 30, data }
    // Beside the single pixel that is kept: 17 columns from 13 to 29, 17 rows from 5 to 21.
    expect(thicknessOf(alpha, alpha)).toBe(17)
    expect(thicknessOf(alpha, { x: 7, y: 9, width: 20, height: 30 })).toBe(11)
    expect(thicknessOf({ ...alpha, data: new Uint8Array(1200) }, alpha)).toBe(0)
  })
})

describe('the plan of a hole that is refined', () => {
  it.each(places)('begins small and goes to full size by octaves, at (%i, %i)', (x, y, radius) => {
    const alpha = disc(800, 600, x, y, radius)
    for (const one of [model, narrow]) {
      const crops = planCrops(alpha, { width: 800, height: 600 }, one, 32, 'full')
      expect(crops).toHaveLength(1)
      const [crop] = crops as [CropRecipe]
      const scales = [crop, ...(crop.refine ?? [])].map(scaleOf)
      expect(scales[0]).toBeGreaterThan(1)
      for (const [i, scale] of scales.entries()) expect(scale).toBe(2 ** (scales.length - 1 - i))
      // At the first it is as thin as what is filled at once.
      expect(thicknessOf(alpha, alpha) / scales[0]!).toBeLessThanOrEqual(48)
      for (const stage of [crop, ...(crop.refine ?? [])]) {
        expect(stage.height / stage.modelHeight).toBe(scaleOf(stage))
        if (stage.windows !== undefined) continue
        expect(Math.max(stage.modelWidth, stage.modelHeight)).toBeLessThanOrEqual((one.size as { max: number }).max)
        expect([stage.modelWidth % 8, stage.modelHeight % 8]).toEqual([0, 0])
      }
      // The whole hole lies in the last.
      const last = lastOf(crop)
      expect([alpha.x >= last.x, alpha.y >= last.y]).toEqual([true, true])
      expect([alpha.x + alpha.width <= last.x + last.width, alpha.y + alpha.height <= last.y + last.height]).toEqual([true, true])
    }
    const narrowly = planCrops(alpha, { width: 800, height: 600 }, narrow, 32, 'full')[0]
    expect(narrowly?.refine?.at(-1)?.windows).toBeDefined()
    expect(planCrops(alpha, { width: 800, height: 600 }, model, 32, '2x')[0]?.refine).toHaveLength(1)
  })

  it('is as without it for a thin hole, a model of one size, or where it is off', () => {
    const photo = { width: 800, height: 600 }
    const thick = disc(800, 600, 400, 300, 130)
    const thin = disc(800, 600, 400, 300, 20)
    const fixed: ModelSize = { ...model, size: { width: 64, height: 64 } }
    expect(planCrops(thin, photo, model, 32, 'full')).toEqual(planCrops(thin, photo, model, 32))
    expect(planCrops(thick, photo, fixed, 32, 'full')).toEqual(planCrops(thick, photo, fixed, 32))
    expect(planCrops(thick, photo, model, 32, 'off')[0]?.refine).toBeUndefined()
  })
})

describe('an enlarged fill', () => {
  it.each([model, narrow])('is the picture again where that is smooth, from stage to stage', (one) => {
    const picture = waves(800, 600)
    for (const [x, y, radius] of places) {
      const alpha = disc(800, 600, x, y, radius)
      const [crop] = planCrops(alpha, picture, one, 32, 'full') as [CropRecipe]
      const stages = [crop, ...(crop.refine ?? [])]
      for (const [i, to] of stages.slice(1).entries()) {
        const from = stages[i]!
        const { photo, mask } = stacked(photoOf(picture), alpha, one, to, settings)
        const made = enlarged(from, stacked(photoOf(picture), alpha, one, from, settings).photo, to, 3)
        let worst = 0
        for (let at = 0; at < made.length; at++)
          if (mask[at % mask.length] === 1) worst = Math.max(worst, Math.abs(made[at]! - photo[at]!))
        // Of 2: the waves, taken down and up again by the cubic.
        expect(worst).toBeLessThan(0.03)
      }
    }
  })
})

describe('a refined fill', () => {
  it.each([
    [8, model],
    [8, narrow],
    [16, narrow],
  ] as const)('gives the photograph back under a model that changes nothing, at %i bits', (depth, one) => {
    const picture = randomPicture(4, 800, 600, 3, depth)
    for (const [x, y, radius] of places) {
      const alpha = disc(800, 600, x, y, radius)
      const fills = planCrops(alpha, picture, one, 32, 'full').map((crop) => ({
        crop: lastOf(crop),
        data: stacked(photoOf(picture), alpha, one, lastOf(crop), settings).photo,
      }))
      expect(worstOf(blendFills(picture, alpha, fills, one, settings), picture)).toBeLessThanOrEqual(1)
    }
  })

  it('of one octave is brought to full size without a line at the borders of its cells', () => {
    const picture = waves(800, 600)
    for (const [x, y, radius] of places.slice(0, 3)) {
      const alpha = disc(800, 600, x, y, radius)
      const fills = planCrops(alpha, picture, narrow, 32, '2x').map((crop) => ({
        crop: lastOf(crop),
        data: stacked(photoOf(picture), alpha, narrow, lastOf(crop), settings).photo,
      }))
      expect(fills.some(({ crop }) => scaleOf(crop) > 1)).toBe(true)
      expect(worstOf(blendFills(picture, alpha, fills, narrow, settings), picture)).toBeLessThanOrEqual(8)
    }
  })

  it.each(['plain', 'colour', 'membrane'] as const)('touches nothing outside the blend, and draws no line with seam %s', (seam) => {
    const picture = waves(800, 600)
    for (const [x, y, radius] of places) {
      const alpha = disc(800, 600, x, y, radius)
      const fills = planCrops(alpha, picture, narrow, 32, 'full').map((crop) => {
        const { photo } = stacked(photoOf(picture), alpha, narrow, lastOf(crop), settings)
        // Off by ten levels everywhere: what a seam treatment takes off, wherever the cells end.
        return { crop: lastOf(crop), data: photo.map((value) => value + 20 / 255) }
      })
      const finish = { grain: 0, seam, seed: 1 }
      const out = blendFills(picture, alpha, fills, narrow, { ...settings, finish })
      expect(countChanged(picture, out, alpha)).toBe(0)
      const worst = worstOf(out, picture)
      if (seam === 'plain') expect(worst).toBeGreaterThanOrEqual(9)
      // Twenty levels of a slope of two and a half a pixel: the mean of the edge is right to within what the edge itself varies by.
      else expect(worst).toBeLessThanOrEqual(3)
    }
  })
})
