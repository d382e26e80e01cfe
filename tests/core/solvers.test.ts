import { describe, expect, it } from 'vitest'
import { heun } from '../../src/core/samplers/heun.ts'
import { euler } from '../../src/core/samplers/euler.ts'
import type { Denoiser, Latent, Plan, Sampler } from '../../src/core/types.ts'
import golden from '../golden/samplers.json' with { type: 'json' }
import { dummyDenoiserAt, dummySample, finish, meanMagnitude, silence, startOf, sumOfMagnitudes } from './fixtures.ts'

/** The solvers of the probability-flow ODE: golden numbers, and how fast they come to the end that is known in closed form. */

const planOf = (levels: readonly number[]): Plan => ({ levels, eta: 0, variance: 'small' })
const values = (...data: number[]): Latent => ({ shape: { n: 1, c: 1, h: 1, w: data.length }, data: Float64Array.from(data) })

/** Against tools/golden/samplers.py (another form, float64) to rounding, and the published decimals beside it. */
const roundingError = 1e-9

function expectGolden(x: Latent, name: keyof typeof golden.cases, sum: number, mean: number): void {
  const wanted = golden.cases[name]
  expect(Math.abs(sumOfMagnitudes(x) - wanted.sum)).toBeLessThan(roundingError)
  expect(Math.abs(x.data[0]! - wanted.first)).toBeLessThan(roundingError)
  expect(Math.abs(x.data.at(-1)! - wanted.last)).toBeLessThan(roundingError)
  expect(Math.abs(sumOfMagnitudes(x) - sum)).toBeLessThan(5.1e-4)
  expect(Math.abs(meanMagnitude(x) - mean)).toBeLessThan(5.1e-5)
}

describe("the dummy model of the peers' tests", () => {
  it.each([
    ['euler 10 of 1100', euler, 168.0514, 0.218817],
    ['heun 10 of 1100', heun, 244.6024, 0.318493],
  ] as const)('%s', async (name, sampler, sum, mean) => {
    const { sigmas, timesteps } = golden.cases[name]
    const sample = dummySample()
    const start = { shape: sample.shape, data: sample.data.map((value) => value * sigmas[0]!) }
    const denoise = dummyDenoiserAt((s) => timesteps[sigmas.indexOf(s)] ?? -1)
    expectGolden((await finish(sampler(denoise, planOf(sigmas), startOf(start), silence))).x, name, sum, mean)
  })
})

/** The ideal denoiser of N(mu, v). */
const mu = 0.7
const v = 0.36
const gaussian: Denoiser = (x, sigma) => {
  const s = typeof sigma === 'number' ? sigma : sigma[0]!
  return Promise.resolve({ x0: { shape: x.shape, data: x.data.map((value) => mu + (v / (v + s * s)) * (value - mu)) } })
}

/**
 * Lists between two fixed positive levels, so that the last jump to 0 does not spoil the measure: even in ln sigma, as the VP models' own
 * steps nearly are, and Karras's rho = 7 from 80 to 0.002 (EDM).
 */
const lists: Record<string, (steps: number) => number[]> = {
  'even in ln sigma': (steps) => Array.from({ length: steps + 1 }, (_, i) => 20 * (0.05 / 20) ** (i / steps)),
  'rho 7': (steps) =>
    Array.from({ length: steps + 1 }, (_, i) => (80 ** (1 / 7) + (i / steps) * (0.002 ** (1 / 7) - 80 ** (1 / 7))) ** 7),
}

/** x_B = mu + sqrt((v + B^2)/(v + A^2)) (x_A - mu), the exact end of the flow. */
async function errorOf(sampler: Sampler, levels: readonly number[]): Promise<number> {
  const [A, B] = [levels[0]!, levels.at(-1)!]
  const start = mu + 1.3 * Math.sqrt(v + A * A)
  const { x } = await finish(sampler(gaussian, planOf(levels), startOf(values(start)), silence))
  return Math.abs(x.data[0]! - (mu + Math.sqrt((v + B * B) / (v + A * A)) * (start - mu)))
}

const orders: [string, Sampler, readonly [number, number]][] = [
  ['euler', euler, [0.9, 1.2]],
  ['heun', heun, [1.8, 2.3]],
]

describe('1, 2: order of convergence to the exact end, 40 to 320 steps', () => {
  for (const [spacing, list] of Object.entries(lists)) {
    it.each(orders)(`%s, ${spacing}`, async (_name, sampler, [low, high]) => {
      const errors = await Promise.all([40, 80, 160, 320].map((steps) => errorOf(sampler, list(steps))))
      const slopes = errors.slice(1).map((error, i) => Math.log2(errors[i]! / error))
      for (const slope of slopes) {
        expect(slope, `${slopes.join(' ')}, errors ${errors.join(' ')}`).toBeGreaterThan(low)
        expect(slope).toBeLessThan(high)
      }
    })
  }
})

describe('Heun', () => {
  it('is Euler on its last step, into level 0', async () => {
    const start = startOf(values(1.3, -0.2))
    const [a, b] = [
      await finish(heun(gaussian, planOf([3, 0]), start)),
      await finish(euler(gaussian, planOf([3, 0]), start, silence)),
    ]
    for (const [i, value] of a.x.data.entries()) expect(value).toBeCloseTo(b.x.data[i]!, 14)
  })
})
