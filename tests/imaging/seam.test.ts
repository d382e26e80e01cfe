import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { alphaAt, blendAlpha } from '../../src/imaging/blend.ts'
import { blendFills, type Fill } from '../../src/imaging/composite.ts'
import type { Pixels } from '../../src/imaging/decode.ts'
import type { ModelSize } from '../../src/shared/imaging.ts'
import type { FinishSettings } from '../../src/shared/request.ts'
import { chance, randomPicture } from './pictures.ts'

/** Fills that are the photograph but for a known error: how much of the error is left. */

const [width, height] = [160, 120]
const model: ModelSize = { channels: 3, range: [0, 1], size: { width, height } }

/** Gentle slopes, and grain of `noise` levels. */
function photograph(noise: number, depth: 8 | 16 = 8): Pixels {
  const next = chance(3)
  const top = 2 ** depth - 1
  const data = depth === 8 ? new Uint8Array(width * height * 3) : new Uint16Array(width * height * 3)
  for (let i = 0; i < data.length; i++) {
    const [x, y] = [Math.floor(i / 3) % width, Math.floor(i / 3 / width)]
    data[i] = Math.round((top * (90 + 20 * (i % 3) + x / 10 + y / 8 + noise * (next() + next() + next() - 1.5) * 2)) / 255)
  }
  return { width, height, channels: 3, data }
}

/** The photograph with an error of so many levels of 255 at each pixel, as a fill of all of it. */
function fillOff(source: Pixels, error: (x: number, y: number, c: number) => number): Fill {
  const top = source.data instanceof Uint16Array ? 65535 : 255
  const data = new Float32Array(3 * width * height)
  for (let c = 0; c < 3; c++)
    for (let i = 0; i < width * height; i++)
      data[c * width * height + i] = source.data[3 * i + c]! / top + error(i % width, Math.floor(i / width), c) / 255
  return { crop: { x: 0, y: 0, width, height, modelWidth: width, modelHeight: height }, data }
}

const disc = (x: number, y: number, radius: number) =>
  Uint8Array.from({ length: width * height }, (_, i) => (Math.hypot((i % width) - x, Math.floor(i / width) - y) < radius ? 255 : 0))
const both = (a: Uint8Array, b: Uint8Array) => a.map((value, i) => Math.max(value, b[i]!))
const alphaFor = (data: Uint8Array, feather = 0) => blendAlpha({ width, height, data }, { grow: 0, feather, side: 'outward' })

const blended = (source: Pixels, alpha: ReturnType<typeof alphaFor>, fill: Fill, seam: FinishSettings['seam']) =>
  blendFills(source, alpha, [fill], model, { asGrey: false, invert: false, finish: { grain: 0, seam, seed: 1 } })

/** Mean and largest difference to the photograph where A = 255, in levels of 255. */
function errorOf(source: Pixels, out: Pixels, alpha: ReturnType<typeof alphaFor>) {
  const scale = source.data instanceof Uint16Array ? 1 / 257 : 1
  let [sum, most, count] = [0, 0, 0]
  for (let i = 0; i < source.data.length; i++) {
    if (alphaAt(alpha, Math.floor(i / 3) % width, Math.floor(i / 3 / width)) < 255) continue
    const error = Math.abs(out.data[i]! - source.data[i]!) * scale
    sum += error
    most = Math.max(most, error)
    count++
  }
  return { mean: sum / count, most }
}

describe('the seam of a fill', () => {
  it.each([8, 16] as const)('loses a shift of its colours, one a channel, in photographs of %i bits', (depth) => {
    const source = photograph(0, depth)
    const alpha = alphaFor(disc(80, 60, 30), 3)
    const fill = fillOff(source, (_x, _y, c) => [14, -9, 5][c]!)
    expect(errorOf(source, blended(source, alpha, fill, 'plain'), alpha).mean).toBeGreaterThan(8)
    expect(errorOf(source, blended(source, alpha, fill, 'colour'), alpha).most).toBeLessThanOrEqual(1)
    expect(errorOf(source, blended(source, alpha, fill, 'membrane'), alpha).most).toBeLessThanOrEqual(1.5)
  })

  it('loses a slope by the membrane, which one shift cannot take', () => {
    const source = photograph(0)
    const alpha = alphaFor(disc(80, 60, 40), 3)
    const fill = fillOff(source, (x, y) => (x - 80) / 3 + (y - 60) / 5)
    expect(errorOf(source, blended(source, alpha, fill, 'colour'), alpha).mean).toBeGreaterThan(5)
    expect(errorOf(source, blended(source, alpha, fill, 'membrane'), alpha).most).toBeLessThanOrEqual(2.5)
  })

  it('is right through a photograph with grain, of which the membrane draws none inwards', () => {
    const source = photograph(5)
    const alpha = alphaFor(disc(80, 60, 40))
    const fill = fillOff(source, () => 12)
    for (const seam of ['colour', 'membrane'] as const)
      expect(errorOf(source, blended(source, alpha, fill, seam), alpha).mean).toBeLessThan(1.2)
  })

  it('of two blobs in one window is each its own', () => {
    const source = photograph(0)
    const alpha = alphaFor(both(disc(35, 60, 20), disc(125, 60, 20)), 2)
    const fill = fillOff(source, (x) => (x < 80 ? 20 : -20))
    for (const seam of ['colour', 'membrane'] as const)
      expect(errorOf(source, blended(source, alpha, fill, seam), alpha).most).toBeLessThanOrEqual(1.5)
  })

  it('is left alone where nothing of the photograph is left to hold it against', () => {
    const source = photograph(0)
    const alpha = alphaFor(new Uint8Array(width * height).fill(255))
    const fill = fillOff(source, () => 12)
    for (const seam of ['colour', 'membrane'] as const)
      expect(blended(source, alpha, fill, seam).data).toEqual(blended(source, alpha, fill, 'plain').data)
  })

  it('touches no pixel where A = 0, whatever the fill', () => {
    fc.assert(
      fc.property(
        fc.record({
          x: fc.integer({ min: 0, max: width }),
          y: fc.integer({ min: 0, max: height }),
          radius: fc.integer({ min: 1, max: 50 }),
          feather: fc.integer({ min: 0, max: 9 }),
          side: fc.constantFrom('outward' as const, 'inside' as const),
          seam: fc.constantFrom('colour' as const, 'membrane' as const),
        }),
        ({ x, y, radius, feather, side, seam }) => {
          const source = randomPicture(radius, width, height, 3, 8)
          const alpha = blendAlpha({ width, height, data: disc(x, y, radius) }, { grow: 1, feather, side })
          const fill = fillOff(randomPicture(feather, width, height, 3, 8), () => 0)
          const out = blended(source, alpha, fill, seam)
          let touched = 0
          for (let i = 0; i < out.data.length; i++) {
            const changed = out.data[i] !== source.data[i]
            if (changed && alphaAt(alpha, Math.floor(i / 3) % width, Math.floor(i / 3 / width)) === 0) touched++
          }
          expect(touched).toBe(0)
        },
      ),
      { numRuns: process.env['SOAK'] === undefined ? 30 : 1000 },
    )
  })

  it('of a hole of many megapixels is solved on coarser cells, to the same end', () => {
    const [w, h] = [1500, 1200]
    const data = new Uint8Array(w * h)
    for (let i = 0; i < data.length; i++) data[i] = Math.round(100 + (i % w) / 30)
    const source: Pixels = { width: w, height: h, channels: 1, data }
    const hole = Uint8Array.from(data, (_, i) => (Math.hypot((i % w) - 750, Math.floor(i / w) - 600) < 550 ? 255 : 0))
    const alpha = blendAlpha({ width: w, height: h, data: hole }, { grow: 0, feather: 3, side: 'outward' })
    const fill: Fill = {
      crop: { x: 0, y: 0, width: w, height: h, modelWidth: w, modelHeight: h },
      data: Float32Array.from(data, (value, i) => (value + 10 + Math.floor(i / w) / 60) / 255),
    }
    const grey: ModelSize = { channels: 1, range: [0, 1], size: { width: w, height: h } }
    const finish = { grain: 0, seam: 'membrane', seed: 1 } as const
    const out = blendFills(source, alpha, [fill], grey, { asGrey: false, invert: false, finish })
    let most = 0
    for (let i = 0; i < data.length; i++) most = Math.max(most, Math.abs(out.data[i]! - data[i]!))
    expect(most).toBeLessThanOrEqual(2)
  })
})
