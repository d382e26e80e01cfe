import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { countPainted, presetMask } from '../../src/core/mask.ts'
import { drawCapsules, strokesOf, strokeStyles } from '../../src/core/strokes.ts'
import type { Capsule } from '../../src/core/strokes.ts'

const whole = (w: number, h: number) => ({ left: 0, top: 0, w, h })
const share = (style: string, w: number, h: number, seed: number): number => countPainted(presetMask(style, w, h, seed)) / (w * h)

/** Distance from a point to the line of a capsule. */
function distance({ ax, ay, bx, by }: Capsule, x: number, y: number): number {
  const [dx, dy] = [bx - ax, by - ay]
  const squared = dx * dx + dy * dy
  const along = squared === 0 ? 0 : Math.min(1, Math.max(0, ((x - ax) * dx + (y - ay) * dy) / squared))
  return Math.hypot(x - ax - along * dx, y - ay - along * dy)
}

describe('a stroke', () => {
  it('has the area of its line and its two round ends', () => {
    for (const [ax, ay, bx, by] of [
      [60, 60, 240, 60],
      [80, 240, 80, 70],
      [60, 70, 230, 190],
      [150, 150, 150, 150],
    ] as const) {
      const radius = 40
      const painted = countPainted(drawCapsules([{ ax, ay, bx, by, radius }], whole(300, 300)))
      const area = Math.PI * radius ** 2 + 2 * radius * Math.hypot(bx - ax, by - ay)
      expect(Math.abs(painted / area - 1)).toBeLessThan(0.005)
    }
  })

  it('paints the pixels whose centres lie within its radius, and no others, in whole or by windows', () => {
    const place = fc.double({ min: -5, max: 30, noNaN: true })
    const capsule = fc.record({ ax: place, ay: place, bx: place, by: place, radius: fc.double({ min: 0.75, max: 9, noNaN: true }) })
    fc.assert(
      fc.property(fc.array(capsule, { maxLength: 4 }), (capsules) => {
        const mask = drawCapsules(capsules, whole(25, 17))
        let wrong = 0
        for (const [i, painted] of mask.entries()) {
          const near = capsules.map((one) => distance(one, (i % 25) + 0.5, Math.floor(i / 25) + 0.5) - one.radius)
          // On the very edge either is right.
          if (near.every((rest) => Math.abs(rest) > 1e-9) && painted !== (near.some((rest) => rest < 0) ? 1 : 0)) wrong++
        }
        const window = drawCapsules(capsules, { left: 7, top: 5, w: 9, h: 8 })
        for (const [i, painted] of window.entries()) if (painted !== mask[(5 + Math.floor(i / 9)) * 25 + 7 + (i % 9)]) wrong++
        expect(wrong).toBe(0)
      }),
      { numRuns: 200 },
    )
  })
})

describe('the strokes of a picture', () => {
  it.each(strokeStyles)('%s: the same seed is the same mask, another seed another', (style) => {
    expect(presetMask(style, 64, 48, 7)).toEqual(presetMask(style, 64, 48, 7))
    const seen = new Set(Array.from({ length: 20 }, (_, seed) => presetMask(style, 64, 48, seed).join('')))
    expect(seen.size).toBe(20)
    expect(presetMask(style, 64, 48, 2 ** 40)).not.toEqual(presetMask(style, 64, 48, 0))
    expect(presetMask('thin-strokes', 64, 48)).toEqual(presetMask('thin-strokes', 64, 48, 0))
  })

  it.each(strokeStyles)('%s: stay what they are, so that a recipe is the same mask in every version', (style) => {
    const second = strokesOf(style, 256, 256, 3)[1]!
    const wanted = {
      'thin-strokes': [143.66, 200.18, 3.38],
      'thick-strokes': [155.84, 212.64, 24.85],
    }[style]
    expect([second.ax, second.ay, second.radius].map((value) => Math.round(value * 100) / 100)).toEqual(wanted)
  })

  it.each(strokeStyles)('%s: a picture twice as large has the same mask twice as large', (style) => {
    for (let seed = 0; seed < 20; seed++) {
      const small = strokesOf(style, 300, 200, seed)
      const large = strokesOf(style, 600, 400, seed)
      expect(large).toHaveLength(small.length)
      for (const [i, { ax, by, radius }] of small.entries()) {
        expect([large[i]!.ax, large[i]!.by, large[i]!.radius]).toEqual([2 * ax, 2 * by, 2 * radius])
      }
      expect(Math.abs(share(style, 600, 400, seed) - share(style, 300, 200, seed))).toBeLessThan(0.005)
    }
  })

  it.each(strokeStyles)('%s: joints are joined, lines stay on the picture, widths and lengths in their ranges', (style) => {
    const ranges = { 'thin-strokes': [0.01, 0.04, 0.2], 'thick-strokes': [0.1, 0.25, 0.45] }[style]
    for (let seed = 0; seed < 50; seed++) {
      const strokes = strokesOf(style, 300, 200, seed)
      for (const [i, { ax, ay, bx, by, radius }] of strokes.entries()) {
        for (const x of [ax, bx]) expect(x >= 0 && x <= 300).toBe(true)
        for (const y of [ay, by]) expect(y >= 0 && y <= 200).toBe(true)
        expect((2 * radius) / 200).toBeGreaterThanOrEqual(ranges[0]!)
        expect((2 * radius) / 200).toBeLessThanOrEqual(ranges[1]!)
        expect(Math.hypot(bx - ax, by - ay) / 200).toBeLessThanOrEqual(ranges[2]! + 1e-12)
        const next = strokes[i + 1]
        if (next !== undefined && next.radius === radius) expect([next.ax, next.ay]).toEqual([bx, by])
      }
    }
  })

  /** Of seeds 0 to 399 at 128 x 128; docs/maths.md has those of a thousand at 256 x 256. */
  it.each([
    ['thin-strokes', 0.2, 0.27],
    ['thick-strokes', 0.29, 0.37],
  ] as const)('%s cover between %d and %d of the picture on average', (style, least, most) => {
    const shares = Array.from({ length: 400 }, (_, seed) => share(style, 128, 128, seed))
    const mean = shares.reduce((sum, one) => sum + one, 0) / shares.length
    expect(mean).toBeGreaterThan(least)
    expect(mean).toBeLessThan(most)
    expect(Math.min(...shares)).toBeGreaterThan(0.05)
    expect(Math.max(...shares)).toBeLessThan(0.7)
  })

  it('paint something even on the smallest picture', () => {
    for (const style of strokeStyles) {
      for (let seed = 0; seed < 50; seed++) {
        for (const [w, h] of [
          [1, 1],
          [1, 9],
          [3, 2],
        ] as const)
          expect(countPainted(presetMask(style, w, h, seed))).toBeGreaterThan(0)
      }
    }
  })

  it('refuse a seed that is none', () => {
    for (const seed of [-1, 1.5, 2 ** 53, NaN]) expect(() => presetMask('thin-strokes', 8, 8, seed)).toThrow(/seed of the strokes/)
    expect(() => presetMask('left', 8, 8, -1)).not.toThrow()
  })
})
