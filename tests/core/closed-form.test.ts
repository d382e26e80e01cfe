import { describe, expect, it } from 'vitest'
import { allocate } from '../../src/core/latent.ts'
import { createNoise } from '../../src/core/rng.ts'
import { ddim, ddpm } from '../../src/core/samplers/ancestral.ts'
import { euler, eulerAncestral } from '../../src/core/samplers/euler.ts'
import { alphaBarsOf, betasOf, trainedLevels } from '../../src/core/schedule.ts'
import { chooseTimesteps, levelsOf } from '../../src/core/timesteps.ts'
import type { Denoiser, Latent, Noise, Plan, Sampler } from '../../src/core/types.ts'
import { alphaBarOf } from '../../src/core/units.ts'
import { dummyDenoiser, finish, linear, silence, startOf } from './fixtures.ts'

/** On Gaussian data N(mu, v) the ideal denoiser is mu + v/(v + sigma^2)(x - mu), and where a sampler must arrive is known in closed form. */

const trained = trainedLevels(linear)

const gaussian =
  (mu: number, v: number): Denoiser =>
  (x, sigma) => {
    const s = typeof sigma === 'number' ? sigma : sigma[0]!
    return Promise.resolve({ x0: { shape: x.shape, data: x.data.map((value) => mu + (v / (v + s * s)) * (value - mu)) } })
  }

const values = (...data: number[]): Latent => ({ shape: { n: 1, c: 1, h: 1, w: data.length }, data: Float64Array.from(data) })
const plan = (levels: readonly number[], changes: Partial<Plan> = {}): Plan => ({ levels, eta: 0, variance: 'small', ...changes })

describe('1: DDIM with eta 0 follows the probability-flow ODE of Gaussian data', () => {
  const mu = 0.7
  const v = 0.36
  /** Between two fixed positive levels, evenly in ln sigma: the last jump to 0 would spoil the measure. */
  const geometric = (steps: number): number[] => Array.from({ length: steps + 1 }, (_, i) => 20 * (0.05 / 20) ** (i / steps))

  /** The papers' form: x_B = sqrt(B) mu + sqrt((B v + 1 - B)/(A v + 1 - A)) (x_A - sqrt(A) mu). */
  function exactEnd(xA: number, A: number, B: number): number {
    return Math.sqrt(B) * mu + Math.sqrt((B * v + 1 - B) / (A * v + 1 - A)) * (xA - Math.sqrt(A) * mu)
  }

  async function error(steps: number): Promise<number> {
    const levels = geometric(steps)
    const [A, B] = [alphaBarOf(levels[0]!), alphaBarOf(levels.at(-1)!)]
    const xA = 1.3
    const { x } = await finish(ddim(gaussian(mu, v), plan(levels), startOf(values(xA / Math.sqrt(A))), silence))
    return Math.abs(x.data[0]! * Math.sqrt(B) - exactEnd(xA, A, B))
  }

  it('converges to the exact end with order 1', async () => {
    const errors = await Promise.all([40, 80, 160, 320].map(error))
    for (let i = 1; i < errors.length; i++) {
      const slope = Math.log2(errors[i - 1]! / errors[i]!)
      expect(slope).toBeGreaterThan(0.9)
      expect(slope).toBeLessThan(1.2)
    }
    expect(errors.at(-1)!).toBeLessThan(0.01)
  })

  it('is exact in one step when the data are one point', async () => {
    const { x } = await finish(ddim(gaussian(mu, 0), plan([9, 2]), startOf(values(mu + 9 * 0.4)), silence))
    expect(x.data[0]).toBeCloseTo(mu + 2 * 0.4, 14)
  })
})

describe('3: variance carried by DDPM, read off the sampler itself', () => {
  /** The second value of the noise is 1 and of the state 0, the other way round in the first: one step shows factor and noise. */
  const unit: Noise = (out) => {
    out.data.set([0, 1])
  }

  /** v' = factor^2 v + std^2 over the whole list of levels; v is the variance of x~, in the papers' form v/(1 + s^2). */
  async function carried(
    sampler: Sampler,
    denoise: Denoiser,
    levels: readonly number[],
    changes: Partial<Plan>,
    start: number,
  ): Promise<number[]> {
    const path = [start]
    for (let i = 0; i + 1 < levels.length; i++) {
      const step = plan([levels[i]!, levels[i + 1]!], changes)
      const { x } = await finish(sampler(denoise, step, startOf(values(1, 0)), unit))
      path.push(x.data[0]! ** 2 * path[i]! + x.data[1]! ** 2)
    }
    return path
  }

  const levels = levelsOf(trained, chooseTimesteps('leading', 50, 1000))
  const preserved = (path: readonly number[]): number[] => path.map((v, i) => v / (1 + levels[i]! ** 2))

  it('fixed large keeps N(0, 1) at variance exactly 1 at every step with noise', async () => {
    const path = preserved(await carried(ddpm, gaussian(0, 1), levels, { variance: 'large' }, 1 + levels[0]! ** 2))
    for (const v of path.slice(0, -1)) expect(Math.abs(v - 1)).toBeLessThan(1e-13)
  })

  it('fixed small falls below it by the recursion v <- a v + posterior variance of the papers', async () => {
    const path = preserved(await carried(ddpm, gaussian(0, 1), levels, { variance: 'small' }, 1 + levels[0]! ** 2))
    const bars = alphaBarsOf(betasOf(linear.betas))
    const taken = [...chooseTimesteps('leading', 50, 1000).map((t) => bars[t]!), 1]
    let v = 1
    for (let i = 1; i < taken.length; i++) {
      const [A, B] = [taken[i - 1]!, taken[i]!]
      const a = A / B
      v = a * v + ((1 - B) / (1 - A)) * (1 - a)
      expect(Math.abs(path[i]! - v)).toBeLessThan(1e-12)
    }
    expect(v).toBeLessThan(0.999)
    expect(v).toBeGreaterThan(0.8)
  })

  it('fixed small is exact for a point: variance sigma^2 at every level', async () => {
    const path = await carried(ddpm, gaussian(0, 0), levels, { variance: 'small' }, levels[0]! ** 2)
    for (const [i, v] of path.entries()) expect(Math.abs(v - levels[i]! ** 2)).toBeLessThan(1e-12 * (1 + v))
  })

  it('fixed large adds too much for a point, so the two variances are told apart', async () => {
    const path = await carried(ddpm, gaussian(0, 0), levels, { variance: 'large' }, levels[0]! ** 2)
    expect(path.at(-2)! / levels.at(-2)! ** 2).toBeGreaterThan(1.5)
  })

  it('DDIM keeps the marginals of a point whatever its eta', async () => {
    for (const eta of [0, 0.3, 1]) {
      const path = await carried(ddim, gaussian(0, 0), levels, { eta }, levels[0]! ** 2)
      for (const [i, v] of path.entries()) expect(Math.abs(v - levels[i]! ** 2)).toBeLessThan(1e-12 * (1 + v))
    }
  })

  it('no variance adds noise into level 0', async () => {
    for (const variance of ['small', 'large'] as const) {
      const { x } = await finish(ddpm(gaussian(0, 1), plan([0.01, 0], { variance }), startOf(values(1, 0)), unit))
      expect(x.data[1]).toBe(0)
    }
  })
})

describe('4: DDIM with eta 1 is DDPM with the small variance, same noise, at every spacing', () => {
  const quad = Array.from({ length: 20 }, (_, i) => Math.floor(((Math.sqrt(800) * i) / 19) ** 2)).toReversed()
  const lists: [string, readonly number[]][] = [
    ...['leading', 'trailing', 'linspace', 'respaced', 'ddim25', '10,5,5'].map((name): [string, number[]] => [
      name,
      chooseTimesteps(name, 20, 1000),
    ]),
    ['quad', [...new Set(quad)]],
  ]
  it.each(lists)('%s', async (_name, timesteps) => {
    const levels = levelsOf(trained, timesteps)
    const start = allocate({ n: 2, c: 3, h: 4, w: 5 }, 'float64')
    createNoise([1, 2])(start, 'start', 0)
    for (const [i, z] of start.data.entries()) start.data[i] = z * Math.sqrt(1 + levels[0]! ** 2)
    const noise = createNoise([1, 2])
    const denoise = dummyDenoiser(trained.sigmas)
    const a = await finish(ddpm(denoise, plan(levels), startOf(start), noise))
    const b = await finish(ddim(denoise, plan(levels, { eta: 1 }), startOf(start), noise))
    const scale = Math.max(...a.x.data.map(Math.abs))
    expect(scale).toBeGreaterThan(1e-3)
    for (const [i, value] of a.x.data.entries()) expect(Math.abs(value - b.x.data[i]!)).toBeLessThan(1e-11 * scale)
  })
})

describe('DDIM', () => {
  it('refuses an eta outside 0..1', async () => {
    for (const eta of [-0.1, 1.1, NaN]) {
      await expect(finish(ddim(gaussian(0, 1), plan([1, 0], { eta }), startOf(values(1)), silence))).rejects.toThrow(
        /from 0 to 1 for eta/,
      )
    }
  })
})

describe('Euler and Euler ancestral are ends of DDIM', () => {
  const levels = levelsOf(trained, chooseTimesteps('trailing', 12, 1000))
  const denoise = dummyDenoiser(trained.sigmas)
  const noise = createNoise([3, 4])
  const start = allocate({ n: 2, c: 1, h: 3, w: 5 }, 'float64')
  createNoise([3, 4])(start, 'start', 0)
  for (const [i, z] of start.data.entries()) start.data[i] = z * Math.sqrt(1 + levels[0]! ** 2)

  it.each([
    ['euler', euler, 0],
    ['euler-ancestral', eulerAncestral, 1],
  ] as const)('%s, whatever eta the plan carries, bit for bit', async (_name, sampler, eta) => {
    const ours = await finish(sampler(denoise, plan(levels, { eta: 0.5 }), startOf(start), noise))
    const theirs = await finish(ddim(denoise, plan(levels, { eta }), startOf(start), noise))
    expect([...ours.x.data]).toEqual([...theirs.x.data])
  })

  it('euler-ancestral is DDPM with the small variance', async () => {
    const ours = await finish(eulerAncestral(denoise, plan(levels), startOf(start), noise))
    const theirs = await finish(ddpm(denoise, plan(levels), startOf(start), noise))
    const scale = Math.max(...theirs.x.data.map(Math.abs))
    for (const [i, value] of ours.x.data.entries()) expect(Math.abs(value - theirs.x.data[i]!)).toBeLessThan(1e-11 * scale)
  })

  it('one step is the published formula', async () => {
    const [from, to, x, z] = [3, 1.2, 0.8, -0.7]
    const D = 0.7 + (0.36 / (0.36 + from * from)) * (x - 0.7)
    const straight = await finish(euler(gaussian(0.7, 0.36), plan([from, to]), startOf(values(x)), silence))
    expect(straight.x.data[0]).toBeCloseTo(x + ((to - from) * (x - D)) / from, 13)
    const up = Math.sqrt((to ** 2 * (from ** 2 - to ** 2)) / from ** 2)
    const down = Math.sqrt(to ** 2 - up ** 2)
    const fresh: Noise = (out) => void out.data.fill(z)
    const ancestral = await finish(eulerAncestral(gaussian(0.7, 0.36), plan([from, to]), startOf(values(x)), fresh))
    expect(ancestral.x.data[0]).toBeCloseTo(x + ((down - from) * (x - D)) / from + up * z, 13)
  })
})
