import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Alpha, blendAlpha, countBlended } from '../../src/imaging/blend.ts'
import { mapDistance } from '../../src/core/distance.ts'
import type { Plane } from '../../src/imaging/masks.ts'
import { chance } from './pictures.ts'

/** Few painted pixels, many unpainted, and some of a soft brush. */
const planes = fc
  .record({
    width: fc.integer({ min: 1, max: 24 }),
    height: fc.integer({ min: 1, max: 24 }),
    seed: fc.nat(),
    share: fc.constantFrom(0, 0.02, 0.3, 0.9, 1),
  })
  .map(({ width, height, seed, share }): Plane => {
    const next = chance(seed)
    return {
      width,
      height,
      data: Uint8Array.from({ length: width * height }, () => (next() < share ? 255 : next() < 0.2 ? Math.floor(next() * 256) : 0)),
    }
  })
const lengths = fc.integer({ min: 0, max: 9 })

const at = (alpha: Alpha, x: number, y: number) => {
  const [dx, dy] = [x - alpha.x, y - alpha.y]
  return dx < 0 || dy < 0 || dx >= alpha.width || dy >= alpha.height ? 0 : (alpha.data[dy * alpha.width + dx] ?? NaN)
}

/** Distance to the nearest pixel that counts, by looking at all of them. */
function nearest({ width, height }: Plane, counts: (i: number) => boolean, x: number, y: number): number {
  let best = Infinity
  for (let j = 0; j < width * height; j++)
    if (counts(j)) best = Math.min(best, Math.hypot((j % width) - x, Math.floor(j / width) - y))
  return best
}

const everyPixel = (mask: Plane, check: (x: number, y: number, value: number) => void) =>
  mask.data.forEach((value, i) => check(i % mask.width, Math.floor(i / mask.width), value))

/** 3u^2 - 2u^3 in 255ths. */
const smooth = (u: number) => Math.round(255 * (3 * u ** 2 - 2 * u ** 3))

describe('the distance transform', () => {
  it('is exact: it equals the search over all pixels', () => {
    fc.assert(
      fc.property(planes, lengths, (mask, reach) => {
        const table = Uint8Array.from({ length: reach * reach + 1 }, (_, squared) => squared)
        const mapped = mapDistance(mask.data, mask.width, mask.height, table, 255)
        everyPixel(mask, (x, y) => {
          const squared = nearest(mask, (i) => mask.data[i]! > 0, x, y) ** 2
          expect(mapped[y * mask.width + x]).toBe(squared <= reach * reach + 0.5 ? Math.round(squared) : 255)
        })
      }),
    )
  })
})

describe('the blend alpha', () => {
  it('outward: is 255 on the painted and grown, falls over the feather, and is 0 beyond', () => {
    fc.assert(
      fc.property(planes, lengths, lengths, (mask, grow, feather) => {
        const alpha = blendAlpha(mask, { grow, feather, side: 'outward' })
        everyPixel(mask, (x, y, value) => {
          const distance = nearest(mask, (i) => mask.data[i]! >= 128, x, y)
          const a = at(alpha, x, y)
          if (value === 255 || distance <= grow) expect(a).toBe(255)
          else if (distance >= grow + feather + 1 || feather === 0) expect(a).toBe(0)
          else expect(a).toBe(smooth(1 - (distance - grow) / (feather + 1)))
        })
      }),
    )
  })

  it('inside: is 0 wherever nothing is painted, whatever it grows by', () => {
    fc.assert(
      fc.property(planes, lengths, lengths, (mask, grow, feather) => {
        const alpha = blendAlpha(mask, { grow, feather, side: 'inside' })
        everyPixel(mask, (x, y, value) => {
          if (value === 0) expect(at(alpha, x, y)).toBe(0)
          if (feather === 0 && value >= 128) expect(at(alpha, x, y)).toBe(255)
        })
      }),
    )
  })

  it('with feather 0 is a hard edge at half paint', () => {
    fc.assert(
      fc.property(planes, fc.constantFrom('outward' as const, 'inside' as const), (mask, side) => {
        const alpha = blendAlpha(mask, { grow: 0, feather: 0, side })
        everyPixel(mask, (x, y, value) => expect(at(alpha, x, y)).toBe(value >= 128 ? 255 : 0))
      }),
    )
  })

  it('falls steadily and by no jump across a straight edge, over exactly the feather', () => {
    const mask: Plane = { width: 40, height: 3, data: Uint8Array.from({ length: 120 }, (_, i) => (i % 40 < 10 ? 255 : 0)) }
    const row = (side: 'outward' | 'inside') =>
      Array.from({ length: 40 }, (_, x) => at(blendAlpha(mask, { grow: 2, feather: 6, side }), x, 1))
    const out = row('outward')
    expect(out.slice(0, 12).every((a) => a === 255)).toBe(true)
    expect(out.filter((a) => a > 0 && a < 255)).toHaveLength(6)
    expect(out.slice(18).every((a) => a === 0)).toBe(true)
    const within = row('inside')
    expect(within.slice(10).every((a) => a === 0)).toBe(true)
    expect(within.filter((a) => a > 0 && a < 255)).toHaveLength(6)
    for (const line of [out, within])
      for (let x = 1; x < 40; x++) expect(line[x]! <= line[x - 1]! && line[x - 1]! - line[x]! < 60).toBe(true)
  })

  it('does not fade where the mask meets the border of the photograph', () => {
    const mask: Plane = { width: 9, height: 7, data: new Uint8Array(63).fill(255) }
    for (const side of ['outward', 'inside'] as const)
      expect(countBlended(blendAlpha(mask, { grow: 3, feather: 5, side }))).toBe(63)
    expect(new Set(blendAlpha(mask, { grow: 3, feather: 5, side: 'inside' }).data)).toEqual(new Set([255]))
  })

  it('of an empty mask is empty', () => {
    const alpha = blendAlpha({ width: 9, height: 7, data: new Uint8Array(63) }, { grow: 3, feather: 5, side: 'outward' })
    expect([alpha.width, alpha.height, alpha.data.length]).toEqual([0, 0, 0])
  })
})
