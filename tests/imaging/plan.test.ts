import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Alpha, blendAlpha } from '../../src/imaging/blend.ts'
import { holeAt } from '../../src/imaging/input.ts'
import { planCrops } from '../../src/imaging/plan.ts'
import type { ModelSize } from '../../src/shared/imaging.ts'
import type { CropRecipe } from '../../src/shared/recipe.ts'
import { colour, digits, free } from './pictures.ts'

interface Spot {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

function paint(width: number, height: number, spots: readonly Spot[]): Alpha {
  const data = new Uint8Array(width * height)
  for (const spot of spots) {
    for (let y = Math.max(0, spot.y); y < Math.min(height, spot.y + spot.height); y++) {
      for (let x = Math.max(0, spot.x); x < Math.min(width, spot.x + spot.width); x++) data[y * width + x] = 255
    }
  }
  return blendAlpha({ width, height, data }, { grow: 0, feather: 0, side: 'outward' })
}

const wide: ModelSize = { channels: 3, range: [-1, 1], size: { width: 64, height: 32 } }
const models = fc.constantFrom(digits, colour, free, wide)
const scenes = fc.record({
  width: fc.integer({ min: 1, max: 300 }),
  height: fc.integer({ min: 1, max: 300 }),
  spots: fc.array(
    fc.record({
      x: fc.integer({ min: -5, max: 300 }),
      y: fc.integer({ min: -5, max: 300 }),
      width: fc.integer({ min: 1, max: 60 }),
      height: fc.integer({ min: 1, max: 60 }),
    }),
    { maxLength: 6 },
  ),
  padding: fc.integer({ min: 0, max: 40 }),
})

const inside = (crop: CropRecipe, x: number, y: number) =>
  x >= crop.x && y >= crop.y && x < crop.x + crop.width && y < crop.y + crop.height

describe('the plan of a fill', () => {
  it('covers every blended pixel by exactly one window, and none where nothing is painted', () => {
    fc.assert(
      fc.property(scenes, models, ({ width, height, spots, padding }, model) => {
        const alpha = paint(width, height, spots)
        const crops = planCrops(alpha, { width, height }, model, padding)
        alpha.data.forEach((a, i) => {
          const [x, y] = [alpha.x + (i % alpha.width), alpha.y + Math.floor(i / alpha.width)]
          const holding = crops.filter((crop) => inside(crop, x, y)).length
          if (a > 0) expect(holding).toBe(1)
        })
        if (alpha.data.length === 0) expect(crops).toEqual([])
        for (const crop of crops)
          expect(
            alpha.data.some((a, i) => a > 0 && inside(crop, alpha.x + (i % alpha.width), alpha.y + Math.floor(i / alpha.width))),
          ).toBe(true)
      }),
    )
  })

  it("keeps windows inside the photograph unless it is smaller, apart from each other, of the model's shape, and never shrinks a fill", () => {
    fc.assert(
      fc.property(scenes, models, ({ width, height, spots, padding }, model) => {
        const crops = planCrops(paint(width, height, spots), { width, height }, model, padding)
        for (const [i, crop] of crops.entries()) {
          for (const [start, length, limit] of [
            [crop.x, crop.width, width],
            [crop.y, crop.height, height],
          ] as const) {
            const { windows } = crop
            // Windows stand on a grid: less than a cell of the last ones may lie outside, or what a photograph smaller than one lacks.
            if (windows !== undefined)
              expect(start >= 0 && start + length < Math.max(limit + windows.cell, windows.cell * windows.edge + 1)).toBe(true)
            else if (length <= limit) expect(start >= 0 && start + length <= limit).toBe(true)
            else expect(start <= 0 && start + length >= limit).toBe(true)
          }
          expect(crop.width >= crop.modelWidth && crop.height >= crop.modelHeight).toBe(true)
          expect(Math.abs(crop.width * crop.modelHeight - crop.height * crop.modelWidth)).toBeLessThanOrEqual(
            Math.max(crop.modelWidth, crop.modelHeight),
          )
          if ('multipleOf' in model.size) {
            const { multipleOf, min, max } = model.size
            // A crop in windows is as long as it has to be; the model sees its windows.
            const sides = crop.windows === undefined ? [crop.modelWidth, crop.modelHeight] : [crop.windows.cell * crop.windows.edge]
            for (const side of sides) expect(side % multipleOf === 0 && side >= min && side <= max).toBe(true)
          } else expect([crop.modelWidth, crop.modelHeight]).toEqual([model.size.width, model.size.height])
          for (const other of crops.slice(i + 1)) {
            expect(
              crop.x < other.x + other.width &&
                other.x < crop.x + crop.width &&
                crop.y < other.y + other.height &&
                other.y < crop.y + crop.height,
            ).toBe(false)
          }
        }
      }),
    )
  })

  it('gives far-apart blobs windows of their own and near ones a common one', () => {
    const far = planCrops(
      paint(600, 400, [
        { x: 10, y: 10, width: 5, height: 5 },
        { x: 500, y: 300, width: 40, height: 20 },
      ]),
      { width: 600, height: 400 },
      digits,
      4,
    )
    expect(far).toEqual([
      { x: 0, y: 0, width: 28, height: 28, modelWidth: 28, modelHeight: 28 },
      { x: 496, y: 286, width: 48, height: 48, modelWidth: 28, modelHeight: 28 },
    ])
    const near = planCrops(
      paint(600, 400, [
        { x: 100, y: 100, width: 5, height: 5 },
        { x: 125, y: 100, width: 5, height: 5 },
      ]),
      { width: 600, height: 400 },
      digits,
      8,
    )
    expect(near).toHaveLength(1)
  })

  it('adds the padding all round, also towards a border the window is shifted from', () => {
    expect(
      planCrops(paint(300, 300, [{ x: 100, y: 120, width: 50, height: 30 }]), { width: 300, height: 300 }, digits, 10),
    ).toEqual([{ x: 90, y: 100, width: 70, height: 70, modelWidth: 28, modelHeight: 28 }])
    expect(planCrops(paint(300, 300, [{ x: 0, y: 270, width: 50, height: 30 }]), { width: 300, height: 300 }, digits, 10)).toEqual([
      { x: 0, y: 230, width: 70, height: 70, modelWidth: 28, modelHeight: 28 },
    ])
  })

  it("gives a photograph of the model's size, painted all over, one window at scale 1", () => {
    expect(planCrops(paint(28, 28, [{ x: 0, y: 0, width: 28, height: 28 }]), { width: 28, height: 28 }, digits, 32)).toEqual([
      { x: 0, y: 0, width: 28, height: 28, modelWidth: 28, modelHeight: 28 },
    ])
  })

  it('reflects where the photograph is smaller than the model', () => {
    expect(planCrops(paint(20, 400, [{ x: 3, y: 100, width: 4, height: 4 }]), { width: 20, height: 400 }, digits, 2)).toEqual([
      { x: -4, y: 88, width: 28, height: 28, modelWidth: 28, modelHeight: 28 },
    ])
  })

  it('runs a fully convolutional model pixel for pixel up to its largest size, and scales beyond', () => {
    const photo = { width: 1000, height: 1000 }
    const [own] = planCrops(paint(1000, 1000, [{ x: 300, y: 300, width: 100, height: 50 }]), photo, free, 10)
    expect(own).toMatchObject({ width: 120, height: 72, modelWidth: 120, modelHeight: 72 })
    const [large] = planCrops(paint(1000, 1000, [{ x: 100, y: 300, width: 492, height: 246 }]), photo, free, 10)
    expect(large).toMatchObject({ width: 512, modelWidth: 256 })
  })

  it('ends quickly on a mask of scattered noise', () => {
    const data = Uint8Array.from({ length: 400 * 400 }, (_, i) => ((i * 2654435761) % 97 === 0 ? 255 : 0))
    const alpha = blendAlpha({ width: 400, height: 400, data }, { grow: 0, feather: 0, side: 'outward' })
    expect(planCrops(alpha, { width: 400, height: 400 }, digits, 0)).toHaveLength(1)
  })
})

describe('the hole at model size', () => {
  it('is the max-pool of the blend: no blended pixel lies under a known one, and no model pixel is a hole for nothing', () => {
    fc.assert(
      fc.property(scenes, models, ({ width, height, spots, padding }, model) => {
        const alpha = paint(width, height, spots)
        for (const crop of planCrops(alpha, { width, height }, model, padding)) {
          const hole = holeAt(alpha, { width, height }, crop)
          const wanted = new Uint8Array(hole.length)
          for (let y = 0; y < crop.height; y++) {
            for (let x = 0; x < crop.width; x++) {
              const mirror = (v: number, n: number) => (v < 0 ? -1 - v : v >= n ? 2 * n - 1 - v : v)
              let [px, py] = [crop.x + x, crop.y + y]
              while (px < 0 || px >= width) px = mirror(px, width)
              while (py < 0 || py >= height) py = mirror(py, height)
              const [ax, ay] = [px - alpha.x, py - alpha.y]
              if (ax < 0 || ay < 0 || ax >= alpha.width || ay >= alpha.height || alpha.data[ay * alpha.width + ax] === 0) continue
              const touched = (v: number, length: number, to: number) =>
                [Math.floor((v * to) / length), Math.ceil(((v + 1) * to) / length) - 1] as const
              for (const my of touched(y, crop.height, crop.modelHeight))
                for (const mx of touched(x, crop.width, crop.modelWidth)) wanted[my * crop.modelWidth + mx] = 1
            }
          }
          expect(hole).toEqual(wanted)
        }
      }),
      { numRuns: 40 },
    )
  })
})
