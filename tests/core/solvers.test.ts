import { describe, expect, it } from 'vitest'
import { adaptModel, counted, nearestIndex } from '../../src/core/denoiser.ts'
import { planLevels } from '../../src/core/levels.ts'
import { createNoise } from '../../src/core/rng.ts'
import { ddim, ddpm } from '../../src/core/samplers/ancestral.ts'
import { dpmpp2m, dpmppSde } from '../../src/core/samplers/dpmpp.ts'
import { heun } from '../../src/core/samplers/heun.ts'
import { euler } from '../../src/core/samplers/euler.ts'
import { unipc } from '../../src/core/samplers/unipc.ts'
import { trainedLevels } from '../../src/core/schedule.ts'
import { chooseTimesteps, levelsOf } from '../../src/core/timesteps.ts'
import type { Denoiser, Latent, ModelCall, Noise, Plan, Sampler } from '../../src/core/types.ts'
import peers from '../golden/peers.json' with { type: 'json' }
import golden from '../golden/samplers.json' with { type: 'json' }
import {
  dummyCall,
  dummyDenoiser,
  dummyDenoiserAt,
  dummyNoise,
  dummySample,
  finish,
  fromPreserving,
  linear,
  meanMagnitude,
  silence,
  specOf,
  startOf,
  sumOfMagnitudes,
  toPreserving,
} from './fixtures.ts'

/** The solvers of the probability-flow ODE: golden numbers, and how fast they come to the end that is known in closed form. */

const planOf = (levels: readonly number[], changes: Partial<Plan> = {}): Plan => ({ levels, eta: 0, variance: 'small', ...changes })
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

  /** The levels of the peers' tests: linspace over steps + 1, the last step to the lowest trained level and not to 0. */
  const timesteps = [999, 899, 799, 699, 599, 500, 400, 300, 200, 100, 0]
  const trained = trainedLevels(linear)
  const levels = timesteps.map((t) => trained.sigmas[t]!)

  it.each([
    ['dpmpp-2m 10, to the lowest level', dpmpp2m, false, 253.5529, 0.3301, peers.dpmpp2m],
    ['unipc 10, to the lowest level', unipc, true, 189.2317, 0.2464, peers.unipc],
  ] as const)('%s', async (name, sampler, lowerOrderFinal, sum, mean, asserted) => {
    // The product's list ends in 0; the setting puts the lowest level there, as the peers' "sigma_min".
    const lowest = trained.sigmas[0]!
    const plan = planOf([...levels.slice(0, -1), 0], { lowest, settings: { finalSigma: 'min', lowerOrderFinal } })
    const run = async (denoise: Denoiser, sample: Latent): Promise<Latent> => {
      const { x } = await finish(sampler(denoise, plan, startOf(fromPreserving(sample, levels[0]!)), silence))
      return toPreserving(x, lowest)
    }
    expectGolden(await run(dummyDenoiser(trained.sigmas), dummySample()), name, sum, mean)
    const spec = specOf({ noise: linear })
    expect(Math.abs(meanMagnitude(await run(adaptModel(dummyCall, spec), dummySample())) - asserted.epsilon)).toBeLessThan(1e-3)
    const v = adaptModel(dummyCall, specOf({ predicts: 'v' }))
    expect(Math.abs(meanMagnitude(await run(v, dummySample())) - asserted.v)).toBeLessThan(1e-3)
  })

  // The peer rounds the timestep its model is told and keeps the sigma: a model that is asked at any level but knows whole ones only.
  it.each(['epsilon', 'v'] as const)('unipc 10, on the levels of Karras, %s', async (predicts) => {
    const lowest = trained.sigmas[0]!
    const plan = planOf(planLevels(trained, 'karras', 10, true).levels, { lowest, settings: { finalSigma: 'min' } })
    const { x } = await finish(
      unipc(adaptModel(dummyCall, specOf({ predicts })), plan, startOf(fromPreserving(dummySample(), plan.levels[0]!))),
    )
    expect(Math.abs(meanMagnitude(toPreserving(x, lowest)) - peers.unipc.karras[predicts])).toBeLessThan(1e-3)
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
  ['dpmpp-2m', dpmpp2m, [1.8, 2.3]],
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

describe('UniPC', () => {
  const slopesOf = async (error: (steps: number) => Promise<number>): Promise<number[]> => {
    const errors = await Promise.all([40, 80, 160, 320].map(error))
    return errors.slice(1).map((after, i) => Math.log2(errors[i]! / after))
  }

  it.each(Object.entries(lists))(
    'has order 3 where its corrector has been, as the paper says of a predictor of order 2: %s',
    async (_name, list) => {
      /** The corrected state at the end of the list: seen once a further step was begun from there. */
      const errorAt = async (steps: number): Promise<number> => {
        const levels = list(steps)
        const [A, B] = [levels[0]!, levels.at(-1)!]
        const start = mu + 1.3 * Math.sqrt(v + A * A)
        let corrected = NaN
        for await (const { state } of unipc(gaussian, planOf([...levels, 0.9 * B]), startOf(values(start)))) {
          corrected = state.memory[0]!.data[0]!
        }
        return Math.abs(corrected - (mu + Math.sqrt((v + B * B) / (v + A * A)) * (start - mu)))
      }
      for (const slope of await slopesOf(errorAt)) {
        expect(slope).toBeGreaterThan(2.8)
        expect(slope).toBeLessThan(3.2)
      }
    },
  )

  it('has order 2 to the end of the run: its last step is of first order and not corrected', async () => {
    const list = (steps: number): number[] => Array.from({ length: steps + 1 }, (_, i) => 20 * (0.3 / 20) ** (i / steps))
    for (const slope of await slopesOf((steps) => errorOf(unipc, list(steps)))) {
      expect(slope).toBeGreaterThan(1.8)
      expect(slope).toBeLessThan(2.3)
    }
  })

  it('is nearer than DPM-Solver++ 2M, and that nearer than Euler, with as many calls', async () => {
    for (const steps of [20, 40]) {
      for (const list of Object.values(lists)) {
        const [best, better, good] = await Promise.all([unipc, dpmpp2m, euler].map((sampler) => errorOf(sampler, list(steps))))
        expect(best).toBeLessThan(better!)
        expect(better).toBeLessThan(good!)
      }
    }
  })

  it('is Euler where it has a single step, and of a point all the way', async () => {
    const point: Denoiser = (x) => Promise.resolve({ x0: { shape: x.shape, data: x.data.map(() => mu) } })
    for (const [denoise, levels] of [
      [gaussian, [3, 0]],
      [gaussian, [3, 1.2]],
      [point, [30, 9, 3, 1.2, 0.4, 0]],
    ] as const) {
      const start = startOf(values(1.3, -0.2))
      const [a, b] = [
        await finish(unipc(denoise, planOf(levels), start)),
        await finish(euler(denoise, planOf(levels), start, silence)),
      ]
      for (const [i, value] of a.x.data.entries()) expect(Math.abs(value - b.x.data[i]!)).toBeLessThan(1e-12)
    }
  })

  it("from a noised sample at the ninth of ten levels, as the peer's test has it", async () => {
    const trained = trainedLevels(linear)
    const levels = [200, 100, 0].map((t) => trained.sigmas[t]!)
    const [sample, noise] = [dummySample(), dummyNoise()]
    const start = { shape: sample.shape, data: sample.data.map((value, i) => value + levels[0]! * noise.data[i]!) }
    const { x } = await finish(unipc(adaptModel(dummyCall, specOf()), planOf(levels), startOf(start)))
    const end = toPreserving(x, levels.at(-1)!)
    expect(Math.abs(sumOfMagnitudes(end) - peers.unipc.withNoise.sum)).toBeLessThan(1e-2)
    expect(Math.abs(meanMagnitude(end) - peers.unipc.withNoise.mean)).toBeLessThan(1e-3)
  })
})

describe('Heun', () => {
  it('corrects at every level above 0, however low', async () => {
    const count = counted(gaussian)
    await finish(heun(count.denoise, planOf([0.004, 1e-6, 0]), startOf(values(1)), silence))
    expect(count.calls()).toBe(3)
  })

  it('is Euler on its last step, into level 0', async () => {
    const start = startOf(values(1.3, -0.2))
    const [a, b] = [
      await finish(heun(gaussian, planOf([3, 0]), start, silence)),
      await finish(euler(gaussian, planOf([3, 0]), start, silence)),
    ]
    for (const [i, value] of a.x.data.entries()) expect(value).toBeCloseTo(b.x.data[i]!, 14)
  })
})

describe('5: DPM-Solver++', () => {
  const start = startOf(values(1.3, -0.2, 40))
  const noise = createNoise([9])

  it('without a memory is DDIM with eta 0, and with noise DDPM: the first step', async () => {
    for (const to of [1.2, 0]) {
      const plan = planOf([3, to])
      const [a, b] = [await finish(dpmpp2m(gaussian, plan, start, silence)), await finish(ddim(gaussian, plan, start, silence))]
      for (const [i, value] of a.x.data.entries()) expect(Math.abs(value - b.x.data[i]!)).toBeLessThan(1e-12)
      const [c, d] = [await finish(dpmppSde(gaussian, plan, start, noise)), await finish(ddpm(gaussian, plan, start, noise))]
      for (const [i, value] of c.x.data.entries()) expect(Math.abs(value - d.x.data[i]!)).toBeLessThan(1e-12)
    }
  })

  it('ends with the model: the step into level 0 is its clean estimate', async () => {
    const levels = [3, 1.2, 0.4, 0]
    for (const sampler of [dpmpp2m, dpmppSde]) {
      let last: Latent | undefined
      for await (const { x0, state } of sampler(gaussian, planOf(levels), start, noise)) {
        if (state.next === 3) last = { shape: state.x.shape, data: x0!.data.map((value, i) => value - state.x.data[i]!) }
      }
      for (const difference of last!.data) expect(Math.abs(difference)).toBeLessThan(1e-14)
    }
  })

  it('of data that are one point has nothing to extend: it is DDIM, and DDPM, all the way', async () => {
    const point: Denoiser = (x) => Promise.resolve({ x0: { shape: x.shape, data: x.data.map(() => mu) } })
    const plan = planOf([30, 9, 3, 1.2, 0.4])
    const [a, b] = [await finish(dpmpp2m(point, plan, start, silence)), await finish(ddim(point, plan, start, silence))]
    for (const [i, value] of a.x.data.entries()) expect(Math.abs(value - b.x.data[i]!)).toBeLessThan(1e-12)
    const [c, d] = [await finish(dpmppSde(point, plan, start, noise)), await finish(ddpm(point, plan, start, noise))]
    for (const [i, value] of c.x.data.entries()) expect(Math.abs(value - d.x.data[i]!)).toBeLessThan(1e-12)
  })

  /** A network for N(mu, v) per value, in the papers' own form of what it predicts; float32, as a file would be. */
  const network =
    (predicts: 'epsilon' | 'v' | 'x0'): ModelCall =>
    (input, levels) => {
      const bars = trainedLevels(linear).sigmas
      const size = input.length / levels.length
      return Promise.resolve(
        input.map((x, i) => {
          const A = 1 / (1 + bars[levels[Math.floor(i / size)]!]! ** 2)
          const eps = (Math.sqrt(1 - A) * (x - Math.sqrt(A) * mu)) / (A * v + 1 - A)
          const x0 = (x - Math.sqrt(1 - A) * eps) / Math.sqrt(A)
          if (predicts === 'epsilon') return eps
          return predicts === 'x0' ? x0 : Math.sqrt(A) * eps - Math.sqrt(1 - A) * x0
        }),
      )
    }

  it('goes the same way whether the model says eps, x0 or v', async () => {
    const levels = levelsOf(trainedLevels(linear), chooseTimesteps('linspace', 12, 1000))
    const x = { shape: { n: 1, c: 1, h: 1, w: 3 }, data: Float32Array.from([0.3, -1.1, 2].map((value) => value * levels[0]!)) }
    const ends = await Promise.all(
      (['epsilon', 'v', 'x0'] as const).map(async (predicts) => {
        const denoise = adaptModel(network(predicts), specOf({ predicts, channels: 1 }))
        return (await finish(dpmpp2m(denoise, planOf(levels), startOf(x), silence))).x.data
      }),
    )
    const trained = trainedLevels(linear)
    const exact: Denoiser = (latent, sigma) => gaussian(latent, trained.sigmas[nearestIndex(trained.sigmas, sigma as number)]!)
    const double = { shape: x.shape, data: Float64Array.from(x.data) }
    const wanted = (await finish(dpmpp2m(exact, planOf(levels), startOf(double), silence))).x.data
    for (const end of ends) for (const [i, value] of end.entries()) expect(Math.abs(value - wanted[i]!)).toBeLessThan(1e-4)
  })
})

describe('the reverse SDE', () => {
  /** The variance a run ends with, exactly: one image a draw, in which that draw alone is 1, and one for the start. */
  async function varianceOf(sampler: Sampler, levels: readonly number[]): Promise<number> {
    const n = levels.length
    const centred: Denoiser = (x, sigma) => {
      const s = sigma as number
      return Promise.resolve({ x0: { shape: x.shape, data: x.data.map((value) => (v / (v + s * s)) * value) } })
    }
    const noise: Noise = (out, _purpose, walk) => {
      out.data.fill(0)
      out.data[walk] = 1
    }
    const x = { shape: { n, c: 1, h: 1, w: 1 }, data: new Float64Array(n) }
    x.data[n - 1] = Math.sqrt(v + levels[0]! ** 2)
    const { data } = (await finish(sampler(centred, planOf(levels), startOf(x), noise))).x
    return Array.from(data).reduce((sum, value) => sum + value * value, 0)
  }

  it('keeps the variance of Gaussian data: DDPM with order 1, DPM-Solver++ SDE with order 2', async () => {
    const list = lists['even in ln sigma']!
    const wanted = v + 0.05 ** 2
    for (const [sampler, low, high] of [
      [ddpm, 0.9, 1.2],
      [dpmppSde, 1.8, 2.3],
    ] as const) {
      const errors = await Promise.all(
        [40, 80, 160, 320].map(async (steps) => Math.abs((await varianceOf(sampler, list(steps))) - wanted)),
      )
      const slopes = errors.slice(1).map((error, i) => Math.log2(errors[i]! / error))
      for (const slope of slopes) {
        expect(slope, `${slopes.join(' ')}, errors ${errors.join(' ')}`).toBeGreaterThan(low)
        expect(slope).toBeLessThan(high)
      }
    }
  })

  it('has no error in the mean at all: the clean estimate of Gaussian data is a martingale', async () => {
    for (const sampler of [ddpm, dpmppSde]) {
      const { x } = await finish(sampler(gaussian, planOf([20, 3, 0.4, 0.05]), startOf(values(mu + 11)), silence))
      expect(x.data[0]).toBeCloseTo(mu + (11 * (v + 0.05 ** 2)) / (v + 400), 13)
    }
  })
})
