import { describe, expect, test } from 'vitest'
import type { CropRecipe } from '../../src/shared/recipe.ts'
import { type Fill, keyOf } from '../../src/renderer/inpaint/fills.ts'
import { comparedFills, heatColour, heatPixels, mostSpread, spreadOf, tilesToCompare } from '../../src/renderer/inpaint/heat.ts'

const crop = { x: 600, y: 40, width: 64, height: 64, modelWidth: 64, modelHeight: 64 } as CropRecipe
const levels = [{ width: 1000, height: 800 }]
const done = (job: string, image: number, crops: readonly CropRecipe[] = [crop]): Extract<Fill, { kind: 'done' }> => ({
  kind: 'done',
  job,
  image,
  seed: image,
  picture: { seed: image, url: `/job/${job}/${image}.png`, width: 1000, height: 800, levels },
  crops,
})
const pixels = (...values: readonly (readonly [number, number, number])[]) =>
  Uint8ClampedArray.from(values.flatMap(([r, g, b]) => [r, g, b, 255]))

describe('which fills are compared', () => {
  const fills: readonly Fill[] = [done('new', 0), done('old', 0), done('old', 1), done('older', 0), done('older', 1)]
  const keys = (kept: readonly string[], picked: string | null) => {
    const [job = '', image = '0'] = picked?.split('/') ?? []
    return comparedFills(fills, new Set(kept), picked === null ? null : { job, image: Number(image) }).map(keyOf)
  }
  test('those that were made together, of the one that is looked at before the newest', () => {
    expect(keys([], null)).toEqual(['old/0', 'old/1'])
    expect(keys([], 'older/1')).toEqual(['older/0', 'older/1'])
    expect(keys([], 'new/0')).toEqual(['old/0', 'old/1'])
  })
  test('the kept ones as soon as there are two, whatever made them', () => {
    expect(keys(['new/0'], null)).toEqual(['old/0', 'old/1'])
    expect(keys(['new/0', 'older/1'], 'old/0')).toEqual(['new/0', 'older/1'])
  })
  test('one alone is none', () => {
    expect(comparedFills([done('a', 0), { kind: 'waiting', job: 'a', image: 1, seed: 1 }], new Set(), null)).toEqual([])
  })
})

describe('the spread', () => {
  test('is the standard deviation over the pictures, of red, green and blue together', () => {
    const spread = spreadOf([pixels([10, 10, 10], [0, 0, 0], [9, 0, 0]), pixels([10, 10, 10], [100, 100, 100], [0, 0, 0])])
    expect([...spread].map((value) => Math.round(value * 1000) / 1000)).toEqual([
      0,
      50,
      Math.round((4.5 / Math.sqrt(3)) * 1000) / 1000,
    ])
    // 2, 4, 4, 4, 5, 5, 7, 9 have the standard deviation 2.
    const grey = (value: number) => pixels([value, value, value])
    expect(spreadOf([2, 4, 4, 4, 5, 5, 7, 9].map(grey))[0]).toBeCloseTo(2, 6)
  })

  test('is drawn clear where the pictures agree, and lighter the more they differ', () => {
    const drawn = heatPixels(Float32Array.of(0, 0.4, 3, mostSpread / 2, mostSpread, 127))
    const at = (pixel: number) => [...drawn.subarray(pixel * 4, pixel * 4 + 4)]
    expect([at(0)[3], at(1)[3]]).toEqual([0, 0])
    expect(at(4).slice(0, 3)).toEqual(at(5).slice(0, 3))
    const light = Array.from({ length: 65 }, (_, i) => heatColour(i / 64)).map(([r, g, b]) => 0.2126 * r + 0.7152 * g + 0.0722 * b)
    expect(light).toEqual(light.toSorted((a, b) => a - b))
    expect(at(2)[3]).toBeLessThan(at(3)[3] ?? 0)
  })
})

describe('the tiles that are compared', () => {
  const fills = [done('a', 0), done('a', 1)]
  test('are those of each fill, where one of them was filled', () => {
    expect(tilesToCompare(fills, [0, 1, 0], 512)).toEqual(['/job/a/0/tile/0/1_0.png', '/job/a/1/tile/0/1_0.png'])
    expect(tilesToCompare(fills, [1, 0, 0], 512)).toEqual(['/job/a/0/tile/1/0_0.png', '/job/a/1/tile/1/0_0.png'])
    expect(tilesToCompare(fills, [0, 0, 0], 512)).toEqual([])
    expect(tilesToCompare(fills, [0, 1, 1], 512)).toEqual([])
    expect(tilesToCompare([done('a', 0), done('b', 0, [{ ...crop, y: 700 }])], [0, 1, 1], 512)).toHaveLength(2)
    expect(tilesToCompare([done('a', 0, []), done('a', 1, [])], [0, 0, 1], 512)).toHaveLength(2)
  })
})
