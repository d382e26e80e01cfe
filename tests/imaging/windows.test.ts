import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Alpha, blendAlpha } from '../../src/imaging/blend.ts'
import { blendFills } from '../../src/imaging/composite.ts'
import { planCrops } from '../../src/imaging/plan.ts'
import { stacked } from '../../src/imaging/strips.ts'
import type { ModelSize } from '../../src/shared/imaging.ts'
import { cellCrops, windowCrops } from '../../src/shared/windows.ts'
import { colour, photoOf, randomPicture } from './pictures.ts'

const any: ModelSize = { channels: 3, range: [-1, 1], size: { multipleOf: 8, min: 64, max: 1024, best: [256] } }
/** Of so small a largest size that what is longer would be scaled. */
const small: ModelSize = { ...any, size: { multipleOf: 8, min: 64, max: 256, best: [256] } }
const outward = { grow: 0, feather: 0, side: 'outward' } as const

/** Strokes of `thick` pixels through the points, square ends. */
function lines(width: number, height: number, points: readonly (readonly [number, number])[], thick: number): Alpha {
  const data = new Uint8Array(width * height)
  for (const [i, [x1, y1]] of points.entries()) {
    const [x0, y0] = points[i - 1] ?? [x1, y1]
    const length = Math.max(1, Math.ceil(Math.hypot(x1 - x0, y1 - y0)))
    for (let step = 0; step <= length; step++) {
      const [x, y] = [Math.round(x0 + ((x1 - x0) * step) / length), Math.round(y0 + ((y1 - y0) * step) / length)]
      for (let v = Math.max(0, y - (thick >> 1)); v < Math.min(height, y - (thick >> 1) + thick); v++)
        data.fill(255, v * width + Math.max(0, x - (thick >> 1)), v * width + Math.min(width, x - (thick >> 1) + thick))
    }
  }
  return blendAlpha({ width, height, data }, outward)
}

const scenes = fc.record({
  width: fc.integer({ min: 400, max: 900 }),
  height: fc.integer({ min: 400, max: 900 }),
  points: fc.noBias(fc.array(fc.tuple(fc.nat(1000), fc.nat(1000)), { minLength: 2, maxLength: 4 })),
  thick: fc.integer({ min: 1, max: 20 }),
})

describe('the windows of a thin hole', () => {
  it('follow a line of 12 px across 6000 x 4000 without scaling it, and look at little else', () => {
    const photo = { width: 6000, height: 4000 }
    const crops = planCrops(
      lines(
        6000,
        4000,
        [
          [0, 300],
          [5999, 3700],
        ],
        12,
      ),
      photo,
      any,
      32,
    )
    expect(crops).toHaveLength(1)
    const windows = crops.flatMap(windowCrops)
    expect(windows.every((one) => one.width === one.modelWidth && one.height === one.modelHeight && one.width === 128)).toBe(true)
    // The line is 6894 px long; a window fills 64 px of it.
    expect(windows.length).toBeGreaterThan(6894 / 64 / 1.5)
    expect(windows.length).toBeLessThan((2 * 6894) / 64)
  })

  it('hold every blended pixel in one cell, and with something of its surroundings in a window', () => {
    let windowedPlans = 0
    fc.assert(
      fc.property(scenes, ({ width, height, points, thick }) => {
        const alpha = lines(
          width,
          height,
          points.map(([x, y]) => [(x * (width - 1)) / 1000, (y * (height - 1)) / 1000]),
          thick,
        )
        for (const crop of planCrops(alpha, { width, height }, small, 16)) {
          if (crop.windows === undefined) continue
          windowedPlans++
          const cells = cellCrops(crop, crop.windows)
          const windows = windowCrops(crop)
          const side = crop.windows.cell
          // Outside the photograph only where moving back by a part of a cell would leave it at the other end.
          if (crop.x + crop.width > width) expect(crop.x).toBeLessThan(side)
          if (crop.y + crop.height > height) expect(crop.y).toBeLessThan(side)
          for (const { x, y } of cells) expect([x >= 0, y >= 0, x < width, y < height]).toEqual([true, true, true, true])
          alpha.data.forEach((a, i) => {
            const [x, y] = [alpha.x + (i % alpha.width), alpha.y + Math.floor(i / alpha.width)]
            const within = (at: number, from: number, length: number, margin: number, limit: number) =>
              at >= (from === 0 ? 0 : from + margin) && at < (from + length >= limit ? limit : from + length - margin)
            if (a === 0 || x < crop.x || y < crop.y || x >= crop.x + crop.width || y >= crop.y + crop.height) return
            expect(cells.filter((one) => within(x, one.x, side, 0, width) && within(y, one.y, side, 0, height)).length).toBe(1)
            expect(windows.some((one) => within(x, one.x, 4 * side, side, width) && within(y, one.y, 4 * side, side, height))).toBe(
              true,
            )
          })
        }
      }),
      { numRuns: process.env.SOAK === undefined ? 60 : 1000 },
    )
    expect(windowedPlans).toBeGreaterThan(10)
  })

  it.each([
    [
      'a thick hole',
      lines(
        1500,
        900,
        [
          [100, 450],
          [1400, 450],
        ],
        64,
      ),
      any,
    ],
    [
      'a hole of one window',
      lines(
        1500,
        900,
        [
          [700, 450],
          [760, 450],
        ],
        8,
      ),
      any,
    ],
    [
      'a model of one size',
      lines(
        1500,
        900,
        [
          [100, 450],
          [1400, 450],
        ],
        8,
      ),
      colour,
    ],
  ])('are not made for %s', (_name, alpha, model) => {
    expect(planCrops(alpha, { width: 1500, height: 900 }, model, 16).map(({ windows }) => windows)).toEqual([undefined])
  })

  it.each([8, 16] as const)('give the photograph back under a model that changes nothing, at %i bits', (depth) => {
    const picture = randomPicture(4, 700, 500, 3, depth)
    const photo = photoOf(picture)
    const alpha = lines(
      700,
      500,
      [
        [3, 499],
        [350, 20],
        [699, 260],
      ],
      9,
    )
    const settings = { asGrey: false, invert: depth === 16 }
    const crops = planCrops(alpha, picture, small, 16)
    expect(crops.some(({ windows }) => windows !== undefined)).toBe(true)
    const fills = crops.map((crop) => ({ crop, data: stacked(photo, alpha, small, crop, settings).photo }))
    const out = blendFills(picture, alpha, fills, small, settings)
    let worst = 0
    for (let i = 0; i < out.data.length; i++) worst = Math.max(worst, Math.abs(out.data[i]! - picture.data[i]!))
    expect(worst).toBeLessThanOrEqual(1)
  })

  it('take the hole of each cell where it is', () => {
    const picture = randomPicture(5, 700, 500, 3, 8)
    const alpha = lines(
      700,
      500,
      [
        [3, 499],
        [350, 20],
        [699, 260],
      ],
      9,
    )
    const [crop] = planCrops(alpha, picture, small, 16)
    if (crop?.windows === undefined) throw new Error('this mask has windows')
    const { mask } = stacked(photoOf(picture), alpha, small, crop, { asGrey: false, invert: false })
    let painted = 0
    for (const a of alpha.data) if (a > 0) painted++
    // Nothing of this mask lies where a cell is reflected.
    expect(mask.reduce((sum, value) => sum + value, 0)).toBeGreaterThanOrEqual(painted)
    expect(mask.length).toBe(cellCrops(crop, crop.windows).length * crop.windows.cell ** 2)
  })
})
