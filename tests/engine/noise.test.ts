import fc from 'fast-check'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { createNoise as createPlainNoise, purposes } from '../../src/core/index.ts'
import type { Noise, Purpose, Shape } from '../../src/core/index.ts'
import { noiseModule } from '../../src/engine/noise-module.ts'
import { createNoise, createNoiseWith, startFiller } from '../../src/engine/noise.ts'

afterEach(() => void vi.unstubAllGlobals())

const filler = startFiller()

/** What a draw writes, as bytes: -0 and 0 differ. */
function bytes(noise: Noise, shape: Shape, exact: boolean, purpose: Purpose, walk: number) {
  const length = shape.n * shape.c * shape.h * shape.w
  const data = exact ? new Float64Array(length) : new Float32Array(length)
  noise({ shape, data }, purpose, walk)
  return Buffer.from(data.buffer)
}

const word = fc.oneof(fc.nat(100), fc.integer({ min: 0, max: 2 ** 32 - 1 }))
const draw = fc.record({
  seeds: fc.array(fc.oneof(fc.maxSafeNat(), fc.constantFrom(0, 2 ** 32 - 1, 2 ** 32, 2 ** 53 - 1)), { minLength: 1, maxLength: 4 }),
  c: fc.integer({ min: 1, max: 4 }),
  h: fc.integer({ min: 1, max: 40 }),
  w: fc.integer({ min: 1, max: 40 }),
  exact: fc.boolean(),
  purpose: fc.constantFrom(...(Object.keys(purposes) as Purpose[])),
  walk: word,
})

describe('the engine’s noise', () => {
  it('is made by the module here', () => {
    expect(filler).toBeDefined()
  })

  it('is core’s bit for bit, whatever is drawn (seed 5)', () => {
    fc.assert(
      fc.property(draw, ({ seeds, c, h, w, exact, purpose, walk }) => {
        const shape = { n: seeds.length, c, h, w }
        const ours = bytes(createNoise(seeds), shape, exact, purpose, walk)
        expect(ours.equals(bytes(createPlainNoise(seeds), shape, exact, purpose, walk))).toBe(true)
      }),
      { seed: 5, numRuns: 300 },
    )
  })

  // Two million draws: every one of Philox's words that begins with up to some twenty zeros, and every quarter of the circle.
  it('is core’s bit for bit in large pictures, of several of the module’s turns', () => {
    const shape = { n: 2, c: 3, h: 577, w: 601 }
    const seeds = [2 ** 53 - 1, 11]
    for (const exact of [true, false]) {
      const ours = bytes(createNoise(seeds), shape, exact, 'step', 2 ** 32 - 1)
      expect(ours.equals(bytes(createPlainNoise(seeds), shape, exact, 'step', 2 ** 32 - 1))).toBe(true)
    }
  })

  it('draws into what it is given and nowhere else', () => {
    const room = new Float32Array(12).fill(7)
    createNoise([1])({ shape: { n: 1, c: 1, h: 2, w: 3 }, data: room.subarray(3, 9) }, 'start', 0)
    expect([...room.subarray(0, 3), ...room.subarray(9)]).toEqual([7, 7, 7, 7, 7, 7])
    expect(room.subarray(3, 9)).not.toContain(7)
  })

  it('refuses what core refuses', () => {
    const shape = { n: 2, c: 1, h: 1, w: 1 }
    expect(() => createNoise([0.5])).toThrow('Expected an integer from 0 to 2^53 - 1 as seed but received 0.5.')
    expect(() => bytes(createNoise([1]), shape, false, 'start', 0)).toThrow('Noise for 1 images cannot fill a batch of 2.')
  })

  it('is core’s own without WebAssembly, and without SIMD', () => {
    vi.stubGlobal('WebAssembly', undefined)
    expect(startFiller()).toBeUndefined()
    vi.unstubAllGlobals()
    // Where there is no SIMD the module is refused when it is compiled, as one of an unknown version is.
    const unknown = Buffer.from(noiseModule, 'base64')
    unknown[4] = 2
    expect(startFiller(unknown.toString('base64'))).toBeUndefined()
    const shape = { n: 1, c: 1, h: 3, w: 3 }
    const plain = bytes(createPlainNoise([4]), shape, true, 'step', 1)
    expect(bytes(createNoiseWith(undefined, [4]), shape, true, 'step', 1).equals(plain)).toBe(true)
  })
})
