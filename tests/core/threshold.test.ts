import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { adaptModel } from '../../src/core/denoiser.ts'
import { ddim } from '../../src/core/samplers/ancestral.ts'
import { dpmpp2m } from '../../src/core/samplers/dpmpp.ts'
import { trainedLevels } from '../../src/core/schedule.ts'
import { type Dynamic, dynamic, dynamicInto, quantileOf, thresholded } from '../../src/core/threshold.ts'
import { chooseTimesteps, levelsOf } from '../../src/core/timesteps.ts'
import type { Denoiser, Latent } from '../../src/core/types.ts'
import peers from '../golden/peers.json' with { type: 'json' }
import golden from '../golden/samplers.json' with { type: 'json' }
import {
  always,
  dummyCall,
  dummyDenoiser,
  dummySample,
  finish,
  fromPreserving,
  linear,
  meanMagnitude,
  ownStart,
  ownZ,
  silence,
  specOf,
  startOf,
  sumOfMagnitudes,
  toPreserving,
} from './fixtures.ts'

const trained = trainedLevels(linear)

/** numpy.quantile's default, by sorting. */
function sortedQuantile(values: readonly number[], ratio: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  const rank = ratio * (sorted.length - 1)
  const [low, high] = [sorted[Math.floor(rank)]!, sorted[Math.ceil(rank)]!]
  return low + (rank - Math.floor(rank)) * (high - low)
}

const image = (...data: number[]): Latent => ({ shape: { n: 1, c: 1, h: 1, w: data.length }, data: Float64Array.from(data) })
const saying =
  (x0: Latent): Denoiser =>
  () =>
    Promise.resolve({ x0 })
const after = async (x0: Latent, options: Dynamic, range: [number, number] = [-1, 1]): Promise<number[]> => [
  ...(await dynamic(saying(x0), range, options)(x0, 1)).x0.data,
]

describe('the quantile', () => {
  it('interpolates between neighbours as torch and numpy do', () => {
    // numpy.quantile([3, 1, 2, 10], q)
    const at = (ratio: number) => quantileOf(Float64Array.of(3, 1, 2, 10), ratio)
    expect([at(0), at(1 / 3), at(0.5), at(0.9), at(1)].map((value) => +value.toFixed(12))).toEqual([1, 2, 2.5, 7.9, 10])
    expect(quantileOf(Float64Array.of(7), 0.3)).toBe(7)
  })

  it('is that of the sorted list, equal values and all', () => {
    const value = fc.oneof(fc.constantFrom(0, 0.5, 1), fc.double({ min: 0, max: 5, noNaN: true }))
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 60 }), fc.double({ min: 0, max: 1, noNaN: true }), (list, ratio) => {
        expect(quantileOf(Float64Array.from(list), ratio)).toBe(sortedQuantile(list, ratio))
      }),
      { numRuns: 500 },
    )
  })

  it('comes to an end where the model said NaN', () => {
    for (const list of [
      [NaN, NaN, NaN],
      [1, NaN, 0.5, NaN, 2],
      [NaN, 1, 2, 3],
      [3, 2, 1, NaN],
    ])
      for (const ratio of [0, 0.4, 0.995, 1]) expect(typeof quantileOf(Float64Array.from(list), ratio)).toBe('number')
  })
})

describe('dynamic thresholding', () => {
  it('scales the quantile to the edge of the range and cuts what is beyond', async () => {
    const x0 = image(-4, -2, 0, 1, 3)
    // |x0| sorted: 0 1 2 3 4; the median is 2.
    expect(await after(x0, { ratio: 0.5, max: 10 })).toEqual([-1, -1, 0, 0.5, 1])
    expect(await after(x0, { ratio: 1, max: 2.5 })).toEqual([-1, -0.8, 0, 0.4, 1])
  })

  it('leaves what is inside the range as it is, and with a max of 1 is clipping', async () => {
    expect(await after(image(-0.9, 0.2, 0.5), { ratio: 0.995, max: 9 })).toEqual([-0.9, 0.2, 0.5])
    expect(await after(image(-3, 0.2, 1.5), { ratio: 0.995, max: 1 })).toEqual([-1, 0.2, 1])
    const x0 = image(-3, 0.2, 1.5)
    for (const [name, wanted] of [
      ['none', [-3, 0.2, 1.5]],
      ['clip', [-1, 0.2, 1]],
      ['dynamic', [-1, 0.2, 1]],
    ] as const)
      expect([...(await thresholded(saying(x0), name, [-1, 1])(x0, 1)).x0.data]).toEqual(wanted)
    const stretched = await thresholded(saying(x0), 'dynamic', [-1, 1], { ratio: 1, max: 3 })(x0, 1)
    expect([...stretched.x0.data].map((value) => +value.toFixed(12))).toEqual([-1, 0.066666666667, 0.5])
  })

  it('is the same in a range of its own: 0..1 is -1..1 moved', async () => {
    const here = await after(image(-4, -2, 0, 1, 3), { ratio: 0.5, max: 10 })
    const there = await after(image(-1.5, -0.5, 0.5, 1, 2), { ratio: 0.5, max: 10 }, [0, 1])
    expect(there.map((value) => 2 * value - 1)).toEqual(here)
  })

  it('takes each image alone, and hands on what else the model said', async () => {
    const both: Latent = { shape: { n: 2, c: 1, h: 1, w: 3 }, data: Float32Array.of(-3, 0.2, 1.5, 0.1, 0.2, 0.3) }
    const denoise = dynamic(() => Promise.resolve({ x0: both, fraction: () => both }), [-1, 1], { ratio: 1, max: 9 })
    const said = await denoise(both, 1)
    expect(said.fraction?.()).toBe(both)
    expect(said.raw).toBe(both)
    expect(said.x0.data.slice(3)).toEqual(both.data.slice(3))
    expect(both.data[0]).toBe(-3)
    expect((await denoise(both, 1)).x0).toBe(said.x0)
  })

  // sample_max_value 0.5 of the peer's test is out of our range (a max under 1 would stretch every picture), but not of the formula.
  it("is the peer's: DPM-Solver++ 2M, ratio 0.87, max 0.5", async () => {
    const levels = [999, 899, 799, 699, 599, 500, 400, 300, 200, 100, 0].map((t) => trained.sigmas[t]!)
    const plan = { levels, eta: 0, variance: 'small', settings: { lowerOrderFinal: false } } as const
    const denoise = dynamic(adaptModel(dummyCall, specOf()), [-1, 1], { ratio: 0.87, max: 0.5 })
    const { x } = await finish(dpmpp2m(denoise, plan, startOf(fromPreserving(dummySample(), levels[0]!)), silence))
    expect(Math.abs(meanMagnitude(toPreserving(x, levels.at(-1)!)) - peers.dpmpp2m.thresholding)).toBeLessThan(1e-3)
  })

  it.each([
    [0.5, 0.7, 3],
    [0, 0.7, 3],
  ] as const)('is tools/golden/samplers.py: DDIM eta %d, ratio %d, max %d', async (eta, ratio, max) => {
    const levels = levelsOf(trained, chooseTimesteps('leading', 10, 1000))
    let active = 0
    const spied: Denoiser = async (x, sigma) => {
      const said = await dummyDenoiser(trained.sigmas)(x, sigma)
      if (said.x0.data.some((value) => Math.abs(value) > 1)) active++
      return said
    }
    const plan = { levels, eta, variance: 'small' } as const
    // Four times the usual start, or only the first estimates leave the range.
    const start = startOf(fromPreserving(ownStart(), levels[0]!))
    for (let i = 0; i < start.x.data.length; i++) start.x.data[i]! *= 4
    const { x } = await finish(ddim(dynamic(spied, [-1, 1], { ratio, max }), plan, start, always(ownZ())))
    const wanted = golden.cases[`ddim leading eta ${eta}, dynamic ${ratio} ${max}`]
    expect(active).toBeGreaterThan(2)
    expect(Math.abs(sumOfMagnitudes(x) - wanted.sum)).toBeLessThan(1e-9)
    expect(Math.abs(x.data[0]! - wanted.first)).toBeLessThan(1e-9)
    expect(Math.abs(x.data.at(-1)! - wanted.last)).toBeLessThan(1e-9)
  })

  it('never leaves the range, whatever the model says', () => {
    const value = fc.double({ min: -1e4, max: 1e4, noNaN: true })
    const options = fc.record({
      ratio: fc.double({ min: 0.5, max: 1, noNaN: true }),
      max: fc.double({ min: 1, max: 100, noNaN: true }),
    })
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 40 }), options, (list, chosen) => {
        const out = new Float64Array(list.length)
        dynamicInto(out, Float64Array.from(list), 0, [-1, 1], chosen, new Float64Array(list.length))
        for (const [i, held] of out.entries()) {
          expect(Math.abs(held)).toBeLessThanOrEqual(1)
          expect(held * list[i]!).toBeGreaterThanOrEqual(0)
        }
      }),
    )
  })
})
