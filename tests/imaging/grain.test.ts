import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { alphaAt, type Alpha, blendAlpha } from '../../src/imaging/blend.ts'
import { blendFills, type Fill } from '../../src/imaging/composite.ts'
import type { Pixels } from '../../src/imaging/decode.ts'
import { bytesOf } from '../../src/imaging/store.ts'
import type { ModelSize } from '../../src/shared/imaging.ts'
import { chance } from './pictures.ts'

/** Grain of a known size on photographs that are known: how much of it a smooth fill is given. */

const [width, height] = [320, 240]

/** Normal draws by Box and Muller, softened by [soft, 1, soft] both ways, of unit variance again. */
function grainPlane(seed: number, soft: number): Float32Array {
  const next = chance(seed)
  const white = Float32Array.from(
    { length: width * height },
    () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
  )
  const at = (x: number, y: number) => white[((y + height) % height) * width + ((x + width) % width)]!
  const weight = (k: number) => (k === 0 ? 1 : soft)
  const out = new Float32Array(white.length)
  for (let i = 0; i < out.length; i++) {
    for (let dy = -1; dy <= 1; dy++)
      for (let dx = -1; dx <= 1; dx++) out[i]! += weight(dx) * weight(dy) * at((i % width) + dx, Math.floor(i / width) + dy)
    out[i]! /= 1 + 2 * soft * soft
  }
  return out
}

interface Scene {
  readonly channels: 1 | 3 | 4
  readonly depth: 8 | 16
  /** Standard deviation in levels of 255. */
  readonly levels: number
  readonly soft?: number
  /** One noise for all channels. */
  readonly grey?: boolean
  /** Bars of 60 levels, this many pixels wide; 0: none. */
  readonly bars?: number
}

function photograph({ channels, depth, levels, soft = 0, grey = false, bars = 0 }: Scene, seed = 1): Pixels {
  const top = 2 ** depth - 1
  const data = depth === 8 ? new Uint8Array(width * height * channels) : new Uint16Array(width * height * channels)
  const planes = Array.from({ length: channels }, (_, c) => grainPlane(seed + (grey ? 0 : c), soft))
  for (let i = 0; i < width * height; i++) {
    const [x, y] = [i % width, Math.floor(i / width)]
    const ground = 110 + x / 8 + y / 12 + (bars > 0 && Math.floor(x / bars) % 2 === 0 ? 60 : 0)
    for (let c = 0; c < channels; c++)
      data[i * channels + c] = c === 3 ? top : Math.round((top * (ground + levels * planes[c]![i]!)) / 255)
  }
  return { width, height, channels, data }
}

function disc(x: number, y: number, radius: number): Uint8Array {
  return Uint8Array.from({ length: width * height }, (_, i) =>
    Math.hypot((i % width) - x, Math.floor(i / width) - y) < radius ? 255 : 0,
  )
}

const edge = { grow: 0, feather: 4, side: 'outward' } as const
const alphaFor = (data: Uint8Array) => blendAlpha({ width, height, data }, edge)

/** A smooth fill of the whole photograph, an eighth of its size. */
function smoothFill(channels: 1 | 3, box = { x: 0, y: 0, width, height }): { fill: Fill; model: ModelSize } {
  const [w, h] = [40, 30]
  const data = Float32Array.from({ length: channels * w * h }, (_, i) => (150 + (i % w) / 2) / 255)
  return {
    fill: { crop: { ...box, modelWidth: w, modelHeight: h }, data },
    model: { channels, range: [0, 1], size: { width: w, height: h } },
  }
}

/** Root mean square of what the mean of 3 x 3 leaves, over the pixels that count, in levels of 255, and the correlation of neighbours there. */
function roughness({ channels, data }: Pixels, counts: (x: number, y: number) => boolean) {
  const top = data instanceof Uint16Array ? 65535 : 255
  const colours = channels < 3 ? 1 : 3
  const rest = (x: number, y: number, c: number) => {
    let sum = 0
    for (let dy = -1; dy <= 1; dy++) for (let dx = -1; dx <= 1; dx++) sum += data[((y + dy) * width + x + dx) * channels + c]!
    return ((data[(y * width + x) * channels + c]! - sum / 9) * 255) / top
  }
  let [square, pixels, pairs] = [0, 0, 0]
  for (let y = 1; y < height - 1; y++) {
    for (let x = 1; x < width - 2; x++) {
      if (!counts(x, y)) continue
      for (let c = 0; c < colours; c++) {
        square += rest(x, y, c) ** 2
        pairs += rest(x, y, c) * rest(x + 1, y, c)
        pixels++
      }
    }
  }
  return { level: Math.sqrt(square / pixels), correlation: pairs / square }
}

const inside = (alpha: Alpha) => (x: number, y: number) => alphaAt(alpha, x, y) === 255
const outside = (alpha: Alpha) => (x: number, y: number) =>
  [-1, 0, 1].every((dy) => [-1, 0, 1].every((dx) => alphaAt(alpha, x + dx, y + dy) === 0))
const same = (a: Pixels, b: Pixels) => Buffer.compare(bytesOf(a.data), bytesOf(b.data)) === 0
const plain = { asGrey: false, invert: false }
const grainy = (grain: number, seed = 7) => ({ ...plain, finish: { grain, seam: 'plain' as const, seed } })

describe('grain of a fill', () => {
  const scenes: readonly Scene[] = [
    { channels: 3, depth: 8, levels: 2 },
    { channels: 3, depth: 8, levels: 6 },
    { channels: 3, depth: 16, levels: 12 },
    { channels: 1, depth: 8, levels: 4 },
    { channels: 4, depth: 8, levels: 5 },
    { channels: 3, depth: 8, levels: 6, soft: 0.3 },
    { channels: 3, depth: 8, levels: 6, soft: 0.6 },
    { channels: 3, depth: 8, levels: 6, grey: true },
    { channels: 1, depth: 16, levels: 1 },
  ]
  it.each(scenes)('is within 15 % of that round the hole, and as soft: %j', (scene) => {
    const source = photograph(scene)
    const alpha = alphaFor(disc(150, 120, 60))
    const { fill, model } = smoothFill(scene.channels === 1 ? 1 : 3)
    const out = blendFills(source, alpha, [fill], model, grainy(1))
    const [own, round] = [roughness(out, inside(alpha)), roughness(source, outside(alpha))]
    expect(own.level / round.level).toBeGreaterThan(0.85)
    expect(own.level / round.level).toBeLessThan(1.15)
    expect(Math.abs(own.correlation - round.correlation)).toBeLessThan(0.08)
    expect(out.grain / scene.levels).toBeGreaterThan(0.8)
    expect(out.grain / scene.levels).toBeLessThan(1.2)
    // Without it the same fill is smooth: what was measured is the grain.
    expect(roughness(blendFills(source, alpha, [fill], model, plain), inside(alpha)).level).toBeLessThan(0.3 * round.level + 0.3)
  })

  it('is there across the feather too', () => {
    const source = photograph({ channels: 3, depth: 8, levels: 6 })
    const alpha = blendAlpha({ width, height, data: disc(150, 120, 40) }, { grow: 0, feather: 30, side: 'outward' })
    const { fill, model } = smoothFill(3)
    const out = blendFills(source, alpha, [fill], model, grainy(1))
    const between = (x: number, y: number) => alphaAt(alpha, x, y) > 60 && alphaAt(alpha, x, y) < 200
    expect(roughness(out, between).level / roughness(source, outside(alpha)).level).toBeGreaterThan(0.85)
    expect(roughness(out, between).level / roughness(source, outside(alpha)).level).toBeLessThan(1.15)
  })

  it('follows its strength', () => {
    const source = photograph({ channels: 3, depth: 8, levels: 6 })
    const alpha = alphaFor(disc(150, 120, 60))
    const { fill, model } = smoothFill(3)
    const at = (strength: number) => roughness(blendFills(source, alpha, [fill], model, grainy(strength)), inside(alpha)).level
    expect(at(0.5) / at(1)).toBeCloseTo(0.5, 1)
    expect(at(2) / at(1)).toBeCloseTo(2, 1)
    expect(same(blendFills(source, alpha, [fill], model, grainy(0)), blendFills(source, alpha, [fill], model, plain))).toBe(true)
  })

  it.each([8, 16] as const)('is not added to a clean photograph of %i bits', (depth) => {
    for (const bars of [0, 20]) {
      const source = photograph({ channels: 3, depth, levels: 0, bars })
      const alpha = alphaFor(disc(150, 120, 60))
      const { fill, model } = smoothFill(3)
      const out = blendFills(source, alpha, [fill], model, grainy(1))
      expect(out.grain).toBe(0)
      expect(same(out, blendFills(source, alpha, [fill], model, plain))).toBe(true)
    }
  })

  it('takes edges for no grain', () => {
    const source = photograph({ channels: 3, depth: 8, levels: 4, bars: 36 })
    const alpha = alphaFor(disc(150, 120, 60))
    const { fill, model } = smoothFill(3)
    const { grain } = blendFills(source, alpha, [fill], model, grainy(1))
    expect(grain / 4).toBeGreaterThan(0.8)
    expect(grain / 4).toBeLessThan(1.25)
  })

  it('is only what the fill lacks: one as grainy as the photograph is left alone, one half as grainy is made up', () => {
    const scene: Scene = { channels: 1, depth: 8, levels: 6 }
    const source = photograph(scene)
    const alpha = alphaFor(disc(150, 120, 60))
    const own = (levels: number): Fill => ({
      crop: { x: 0, y: 0, width, height, modelWidth: width, modelHeight: height },
      data: Float32Array.from(photograph({ ...scene, levels }, 40).data, (value) => value / 255),
    })
    const model: ModelSize = { channels: 1, range: [0, 1], size: { width, height } }
    const round = roughness(source, outside(alpha)).level
    for (const levels of [6, 3]) {
      const out = blendFills(source, alpha, [own(levels)], model, grainy(1))
      expect(roughness(out, inside(alpha)).level / round).toBeGreaterThan(0.85)
      expect(roughness(out, inside(alpha)).level / round).toBeLessThan(1.15)
    }
    expect(blendFills(source, alpha, [own(9)], model, grainy(1)).grain).toBe(0)
  })

  it('is the same for the same seed, another for another, and touches no pixel where A = 0', () => {
    const source = photograph({ channels: 4, depth: 8, levels: 6 })
    for (const [x, y, radius] of [
      [150, 120, 60],
      [0, 0, 30],
      [319, 239, 50],
      [100, 239, 9],
    ] as const) {
      const alpha = alphaFor(disc(x, y, radius))
      const { fill, model } = smoothFill(3)
      const out = blendFills(source, alpha, [fill], model, grainy(1))
      expect(same(blendFills(source, alpha, [fill], model, grainy(1)), out)).toBe(true)
      expect(same(blendFills(source, alpha, [fill], model, grainy(1, 8)), out)).toBe(false)
      let touched = 0
      for (let i = 0; i < source.data.length; i++)
        if (alphaAt(alpha, (i >> 2) % width, Math.floor((i >> 2) / width)) === 0 || (i & 3) === 3)
          touched += Number(out.data[i] !== source.data[i])
      expect(touched).toBe(0)
    }
  })

  it('lies where it lies, whatever window asked for it', () => {
    const source = photograph({ channels: 1, depth: 16, levels: 6 })
    const alpha = alphaFor(disc(150, 120, 60))
    const level = (box: { x: number; y: number; width: number; height: number }): Fill => ({
      crop: { ...box, modelWidth: 8, modelHeight: 8 },
      data: new Float32Array(64).fill(0.5),
    })
    const model: ModelSize = { channels: 1, range: [0, 1], size: { width: 8, height: 8 } }
    const whole = blendFills(source, alpha, [level({ x: 0, y: 0, width, height })], model, grainy(1))
    const parts = blendFills(
      source,
      alpha,
      [level({ x: 0, y: 0, width: 150, height }), level({ x: 150, y: 0, width: 170, height })],
      model,
      grainy(1),
    )
    // Each window measures its own ring: the strengths differ a little, the pattern does not.
    let [both, one, other] = [0, 0, 0]
    for (let i = 0; i < whole.data.length; i++) {
      if (alphaAt(alpha, i % width, Math.floor(i / width)) < 255) continue
      const [a, b] = [whole.data[i]! - 32768, parts.data[i]! - 32768]
      both += a * b
      one += a * a
      other += b * b
    }
    expect(both / Math.sqrt(one * other)).toBeGreaterThan(0.999)
  })

  it('of a grey photograph stored as RGB is grey', () => {
    const source = photograph({ channels: 3, depth: 8, levels: 6, grey: true })
    const alpha = alphaFor(disc(150, 120, 60))
    const { fill, model } = smoothFill(1)
    const { data } = blendFills(source, alpha, [fill], model, grainy(1))
    let coloured = 0
    for (let i = 0; i < data.length; i += 3) coloured += Number(data[i] !== data[i + 1] || data[i] !== data[i + 2])
    expect(coloured).toBe(0)
  })

  it('is none where nothing of the photograph is left to measure', () => {
    const source = photograph({ channels: 3, depth: 8, levels: 6 })
    const alpha = alphaFor(new Uint8Array(width * height).fill(255))
    const { fill, model } = smoothFill(3)
    expect(blendFills(source, alpha, [fill], model, grainy(1)).grain).toBe(0)
  })

  it('is normal noise of its seed alone: no shift of the colours, as loud as measured, nothing in common with that of another seed', () => {
    fc.assert(
      fc.property(
        fc.record({
          channels: fc.constantFrom(1 as const, 3 as const, 4 as const),
          depth: fc.constantFrom(8 as const, 16 as const),
          levels: fc.integer({ min: 2, max: 12 }),
          soft: fc.constantFrom(0, 0.2, 0.4, 0.6),
          grey: fc.boolean(),
        }),
        fc.record({
          x: fc.integer({ min: 110, max: 210 }),
          y: fc.integer({ min: 90, max: 150 }),
          radius: fc.integer({ min: 40, max: 70 }),
        }),
        fc.integer({ min: 0, max: 2 ** 31 }),
        (scene, { x, y, radius }, seed) => {
          const source = photograph(scene, (seed % 1000) + 1)
          const alpha = alphaFor(disc(x, y, radius))
          const { fill, model } = smoothFill(scene.channels === 1 ? 1 : 3)
          const bare = blendFills(source, alpha, [fill], model, plain)
          const grainOf = (own: number) => {
            const out = blendFills(source, alpha, [fill], model, grainy(1, own))
            return { out, added: addedTo(bare, out, inside(alpha)) }
          }
          const { out, added } = grainOf(seed)
          const [own, round] = [roughness(out, inside(alpha)), roughness(source, outside(alpha))]
          expect(own.level / round.level).toBeGreaterThan(0.85)
          expect(own.level / round.level).toBeLessThan(1.15)
          // Of one channel, for all may be one noise; soft grain says less with as many pixels: at 0.6 an eighth.
          const least = Math.sqrt(8 / (added.length / (scene.channels === 1 ? 1 : 3)))
          const mean = added.reduce((sum, value) => sum + value, 0) / added.length
          const deviation = Math.sqrt(added.reduce((sum, value) => sum + (value - mean) ** 2, 0) / added.length)
          expect(Math.abs(mean / deviation)).toBeLessThan(5 * least)
          expect(deviation / out.grain).toBeGreaterThan(0.9)
          expect(deviation / out.grain).toBeLessThan(1.1)
          const fourth = added.reduce((sum, value) => sum + ((value - mean) / deviation) ** 4, 0) / added.length
          expect(Math.abs(fourth - 3)).toBeLessThan(0.8)
          const other = grainOf(seed + 1).added
          const both = added.reduce((sum, value, i) => sum + value * other[i]!, 0) / added.length / deviation ** 2
          expect(Math.abs(both)).toBeLessThan(5 * least)
        },
      ),
      { numRuns: process.env['SOAK'] === undefined ? 4 : 300 },
    )
  })
})

/** What grain added, in levels of 255, over the pixels that count. */
function addedTo(bare: Pixels, grainy: Pixels, counts: (x: number, y: number) => boolean): readonly number[] {
  const { channels, data } = bare
  const scale = data instanceof Uint16Array ? 1 / 257 : 1
  const added: number[] = []
  for (let i = 0; i < width * height; i++)
    if (counts(i % width, Math.floor(i / width)))
      for (let c = 0; c < Math.min(3, channels); c++) added.push((grainy.data[i * channels + c]! - data[i * channels + c]!) * scale)
  return added
}
