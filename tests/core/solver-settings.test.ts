import { describe, expect, it } from 'vitest'
import { adaptModel, clipped, counted } from '../../src/core/denoiser.ts'
import { createNoise } from '../../src/core/rng.ts'
import { ddim, ddpm } from '../../src/core/samplers/ancestral.ts'
import { dpmpp2m } from '../../src/core/samplers/dpmpp.ts'
import { eulerAncestral } from '../../src/core/samplers/euler.ts'
import { edm, heun } from '../../src/core/samplers/heun.ts'
import { unipc } from '../../src/core/samplers/unipc.ts'
import { trainedLevels } from '../../src/core/schedule.ts'
import { chooseTimesteps, levelsOf } from '../../src/core/timesteps.ts'
import type { Denoiser, Latent, ModelCall, Noise, Plan, Sampler, Settings } from '../../src/core/types.ts'
import golden from '../golden/samplers.json' with { type: 'json' }
import {
  always,
  checkpoints,
  dummyDenoiser,
  dummyDenoiserAt,
  dummySample,
  finish,
  fromPreserving,
  linear,
  ownStart,
  ownZ,
  silence,
  specOf,
  startOf,
  sumOfMagnitudes,
  toPreserving,
} from './fixtures.ts'

/** What the settings of DDPM, DDIM, the multistep solvers and EDM change, against tools/golden/samplers.py and closed forms. */

const roundingError = 1e-9
const trained = trainedLevels(linear)
const values = (...data: number[]): Latent => ({ shape: { n: 1, c: 1, h: 1, w: data.length }, data: Float64Array.from(data) })
const planOf = (levels: readonly number[], changes: Partial<Plan> = {}): Plan => ({ levels, eta: 0, variance: 'small', ...changes })

function expectCase(x: Latent, name: keyof typeof golden.cases): void {
  const wanted = golden.cases[name]
  expect(Math.abs(sumOfMagnitudes(x) - wanted.sum)).toBeLessThan(roundingError)
  expect(Math.abs(x.data[0]! - wanted.first)).toBeLessThan(roundingError)
  expect(Math.abs(x.data.at(-1)! - wanted.last)).toBeLessThan(roundingError)
}

const mu = 0.7
const v = 0.36
const gaussian: Denoiser = (x, sigma) => {
  const s = sigma as number
  return Promise.resolve({ x0: { shape: x.shape, data: x.data.map((value) => mu + (v / (v + s * s)) * (value - mu)) } })
}

describe('DDIM, sigma-hat', () => {
  const levels = levelsOf(trained, chooseTimesteps('leading', 10, 1000))
  const exact = clipped(dummyDenoiser(trained.sigmas), [-1, 1])
  const start = startOf(fromPreserving(ownStart(), levels[0]!))

  it('has the published number, whatever the eta of the plan', async () => {
    for (const eta of [0, 0.5, 1]) {
      const plan = planOf(levels, { eta, settings: { sigmaHat: true } })
      const { x } = await finish(ddim(exact, plan, start, always(ownZ())))
      expectCase(x, 'ddim leading sigma-hat')
      expect(Math.abs(sumOfMagnitudes(x) - 514.6792)).toBeLessThan(5.1e-5)
    }
  })

  it('is DDPM with the large variance, transition by transition', async () => {
    const noise = createNoise([1, 2, 3, 4])
    const ours = ddim(exact, planOf(levels, { settings: { sigmaHat: true } }), start, noise)
    const theirs = ddpm(exact, planOf(levels, { variance: 'large' }), start, noise)
    for await (const { state } of ours) {
      const other = await theirs.next()
      if (other.done === true) throw new Error('as many transitions')
      const scale = Math.max(...state.x.data.map(Math.abs))
      for (const [i, value] of state.x.data.entries())
        expect(Math.abs(value - other.value.state.x.data[i]!)).toBeLessThan(1e-12 * scale)
    }
  })

  it('is no setting of Euler ancestral, which passes it by', async () => {
    const noise = createNoise([1, 2, 3, 4])
    const plain = await finish(eulerAncestral(exact, planOf(levels), start, noise))
    const set = await finish(eulerAncestral(exact, planOf(levels, { settings: { sigmaHat: true } }), start, noise))
    expect([...set.x.data]).toEqual([...plain.x.data])
  })
})

describe('DDPM, the published names of its variance', () => {
  /** One step read as the papers' standard deviation: the state 0, the noise 1, in x = x~/sqrt(1 + to^2). */
  async function stdOf(denoise: Denoiser, variance: Plan['variance'], t: number, next: number): Promise<number> {
    const [from, to] = [trained.sigmas[t]!, trained.sigmas[next]!]
    const one: Noise = (out) => void out.data.fill(1)
    const zero: Latent = { shape: { n: 1, c: 1, h: 1, w: 1 }, data: new Float64Array(1) }
    const { x } = await finish(ddpm(denoise, planOf([from, to], { variance }), startOf(zero), one))
    return x.data[0]! / Math.sqrt(1 + to * to)
  }
  const bars = Array.from(trained.sigmas, (s) => 1 / (1 + s * s))
  const betaOf = (t: number, next: number): number => 1 - bars[t]! / bars[next]!
  const posterior = (t: number, next: number): number => ((1 - bars[next]!) / (1 - bars[t]!)) * betaOf(t, next)
  const nothing: Denoiser = (x) => Promise.resolve({ x0: { shape: x.shape, data: x.data.map(() => 0) } })
  const pairs = [
    [999, 998],
    [999, 949],
    [500, 100],
    [100, 20],
    [1, 0],
  ] as const

  it('fixed_small_log, exp(ln max(post, 1e-20)/2), is fixed_small, sqrt(max(post, 1e-20)): one function', async () => {
    for (const [t, next] of pairs) {
      const small = await stdOf(nothing, 'small', t, next)
      expect(small).toBeCloseTo(Math.exp(0.5 * Math.log(Math.max(posterior(t, next), 1e-20))), 10)
      expect(small).toBeCloseTo(Math.sqrt(Math.max(posterior(t, next), 1e-20)), 10)
    }
  })

  /** A network that predicts eps = 0, so x0 = x~ = 0, and this variance value. */
  const network =
    (value: number): ModelCall =>
    (_input, _levels, { n, c, h, w }) => {
      const out = new Float32Array(2 * n * c * h * w)
      for (let image = 0; image < n; image++) out.fill(value, (2 * image + 1) * c * h * w, (2 * image + 2) * c * h * w)
      return Promise.resolve(out)
    }
  const through = (variance: 'learned' | 'learned-range', value: number): Denoiser =>
    adaptModel(network(value), specOf({ channels: 1, variance }))

  it('learned_range: ln var = f ln beta + (1 - f) ln post, f = (v + 1)/2, over skipped levels too', async () => {
    for (const [t, next] of pairs) {
      for (const said of [-1, -0.25, 0.5, 1]) {
        const f = (said + 1) / 2
        const wanted = Math.exp(0.5 * (f * Math.log(betaOf(t, next)) + (1 - f) * Math.log(posterior(t, next))))
        expect(Math.abs((await stdOf(through('learned-range', said), 'learned', t, next)) / wanted - 1)).toBeLessThan(1e-6)
      }
    }
  })

  it("learned: the network's own log-variance on the trained list", async () => {
    for (const t of [999, 500, 100, 1]) {
      // Between the two bounds, as a trained network's is, and beyond them: it is taken as it is.
      for (const share of [0.2, 0.9, 1.5]) {
        const logVariance = Math.fround(share * Math.log(betaOf(t, t - 1)) + (1 - share) * Math.log(posterior(t, t - 1)))
        const std = await stdOf(through('learned', logVariance), 'learned', t, t - 1)
        expect(Math.abs(std / Math.exp(logVariance / 2) - 1)).toBeLessThan(1e-5)
      }
    }
  })
})

describe('the end of DPM-Solver++ 2M and UniPC', () => {
  const timesteps = [999, 899, 799, 699, 599, 500, 400, 300, 200, 100]
  const levels = levelsOf(trained, timesteps)
  const lowest = trained.sigmas[0]!

  it.each([
    ['dpmpp-2m 10, to the lowest level', dpmpp2m, { lowerOrderFinal: false }],
    ['dpmpp-2m 10, to the lowest level, lower order final', dpmpp2m, {}],
    ['dpmpp-2m 10, to the lowest level, heun', dpmpp2m, { lowerOrderFinal: false, form: 'heun' }],
    ['unipc 10, to the lowest level', unipc, {}],
    ['unipc 10, to the lowest level, second order final', unipc, { lowerOrderFinal: false }],
  ] as [keyof typeof golden.cases, Sampler, Settings][])('%s', async (name, sampler, settings) => {
    const plan = planOf(levels, { lowest, settings: { ...settings, finalSigma: 'min' } })
    const start = startOf(fromPreserving(dummySample(), levels[0]!))
    const { x } = await finish(sampler(dummyDenoiser(trained.sigmas), plan, start, silence))
    expectCase(toPreserving(x, lowest), name)
  })

  it.each([
    ['dpmpp-2m', dpmpp2m, {}],
    ["dpmpp-2m, Heun's form", dpmpp2m, { form: 'heun' }],
    ['unipc', unipc, {}],
  ] as const)('%s: a list that visits the lowest level stays there, with as many calls', async (_name, sampler, own) => {
    const visiting = levelsOf(trained, [...timesteps, 0])
    const settings = { ...own, finalSigma: 'min', lowerOrderFinal: false }
    const start = startOf(values(130, -20))
    const count = counted(gaussian)
    const ours = await finish(sampler(count.denoise, planOf(visiting, { lowest, settings }), start, silence))
    expect(count.calls()).toBe(visiting.length - 1)
    const there = await checkpoints(sampler(gaussian, planOf(visiting, { lowest, settings }), start, silence))
    // Where the last step but one came to: UniPC's after its correction, for which the last call is good.
    const before = sampler === unipc ? there.at(-1)!.memory[0]! : there.at(-2)!.x
    for (const [i, value] of ours.x.data.entries()) expect(Math.abs(value - before.data[i]!)).toBeLessThan(1e-14)
  })

  it.each([
    ['dpmpp-2m', dpmpp2m],
    ['unipc', unipc],
  ] as const)('%s: into level 0 the order of the last step is no choice', async (_name, sampler) => {
    const run = async (settings: Settings) => [
      ...(await finish(sampler(gaussian, planOf(levels, { settings }), startOf(values(130, -20)), silence))).x.data,
    ]
    expect(await run({ lowerOrderFinal: false })).toEqual(await run({ lowerOrderFinal: true }))
  })

  it('2M heeds the lower order under 15 steps only', async () => {
    const run = async (steps: number, lowerOrderFinal: boolean) => {
      const list = Array.from({ length: steps + 1 }, (_, i) => 20 * (0.05 / 20) ** (i / steps))
      const plan = planOf([...list.slice(0, -1), 0], { lowest: 0.05, settings: { finalSigma: 'min', lowerOrderFinal } })
      return (await finish(dpmpp2m(gaussian, plan, startOf(values(13)), silence))).x.data[0]!
    }
    expect(await run(14, true)).not.toBe(await run(14, false))
    expect(await run(15, true)).toBe(await run(15, false))
  })

  it('is refused at the lowest level where that is not known', async () => {
    for (const sampler of [dpmpp2m, unipc]) {
      const run = async () =>
        finish(sampler(gaussian, planOf([3, 1, 0], { settings: { finalSigma: 'min' } }), startOf(values(1)), silence))
      await expect(run()).rejects.toThrow(/lowest level/)
    }
  })
})

/** x_B = mu + sqrt((v + B^2)/(v + A^2)) (x_A - mu), the exact end of the flow from A to B. */
async function errorOf(sampler: Sampler, levels: readonly number[], settings: Settings): Promise<number> {
  const [A, B] = [levels[0]!, levels.at(-1)!]
  const start = mu + 1.3 * Math.sqrt(v + A * A)
  const { x } = await finish(sampler(gaussian, planOf(levels, { settings }), startOf(values(start)), silence))
  return Math.abs(x.data[0]! - (mu + Math.sqrt((v + B * B) / (v + A * A)) * (start - mu)))
}

const even = (steps: number): number[] => Array.from({ length: steps + 1 }, (_, i) => 20 * (0.05 / 20) ** (i / steps))

function expectOrder2(errors: readonly number[]): void {
  const slopes = errors.slice(1).map((error, i) => Math.log2(errors[i]! / error))
  for (const slope of slopes) {
    expect(slope, `${slopes.join(' ')}, errors ${errors.join(' ')}`).toBeGreaterThan(1.8)
    expect(slope).toBeLessThan(2.3)
  }
}

it("2M in Heun's form has order 2, 40 to 320 steps", async () => {
  expectOrder2(await Promise.all([40, 80, 160, 320].map(async (steps) => errorOf(dpmpp2m, even(steps), { form: 'heun' }))))
})

describe('EDM with churn', () => {
  it('is algorithm 2 of the paper', async () => {
    const levels = [80, 30, 12, 5, 2, 0.6, 0.2, 0.05, 0]
    const start = ownStart()
    const x: Latent = { shape: start.shape, data: start.data.map((value) => value * 80) }
    const settings = { churn: 2, churnMin: 0.1, churnMax: 40, churnNoise: 1.003 }
    const end = await finish(
      edm(
        dummyDenoiserAt((s) => s),
        planOf(levels, { settings }),
        startOf(x),
        always(ownZ()),
      ),
    )
    expectCase(end.x, 'edm 8, churn 2')
  })

  it('without churn is Heun, bit for bit, and draws nothing', async () => {
    const levels = [80, 30, 12, 5, 2, 0.6, 0.2, 0.05, 0]
    const never: Noise = () => {
      throw new Error('there is nothing to stir')
    }
    const start = startOf(values(130, -20, 3))
    const wanted = [...(await finish(heun(gaussian, planOf(levels), start, never))).x.data]
    for (const settings of [{ churn: 0 }, { churn: 40, churnMin: 100 }, { churn: 40, churnMax: 0.01, churnMin: 0 }]) {
      expect([...(await finish(edm(gaussian, planOf(levels, { settings }), start, never))).x.data]).toEqual(wanted)
    }
  })

  it('raises a level by at most sqrt(2), within its bounds, and tells the model so', async () => {
    const asked: number[] = []
    const spy: Denoiser = (x, sigma) => {
      asked.push(sigma as number)
      return gaussian(x, sigma)
    }
    const drawn: string[] = []
    const noise: Noise = (out, purpose, walk) => {
      drawn.push(`${purpose} ${walk}`)
      out.data.fill(0.1)
    }
    const settings = { churn: 1000, churnMin: 1, churnMax: 12, churnNoise: 1 }
    await finish(edm(spy, planOf([30, 12, 5, 0.6, 0], { settings }), startOf(values(3)), noise))
    expect(asked.filter((_, i) => i % 2 === 0)).toEqual(
      [30, 12 * Math.SQRT2, 5 * Math.SQRT2, 0.6].map((s) => expect.closeTo(s, 12)),
    )
    expect(drawn).toEqual(['churn 1', 'churn 2'])
  })

  /** One image a draw, as for the reverse SDE: what every bit of noise becomes. */
  it('keeps the variance of Gaussian data as steps grow, with order 2', async () => {
    const variance = async (steps: number): Promise<number> => {
      const levels = even(steps)
      const n = steps + 1
      const noise: Noise = (out, _purpose, walk) => {
        out.data.fill(0)
        out.data[walk] = 1
      }
      const centred: Denoiser = (x, sigma) => {
        const s = sigma as number
        return Promise.resolve({ x0: { shape: x.shape, data: x.data.map((value) => (v / (v + s * s)) * value) } })
      }
      const x = { shape: { n, c: 1, h: 1, w: 1 }, data: new Float64Array(n) }
      x.data[n - 1] = Math.sqrt(v + 400)
      const settings = { churn: 10, churnMin: 0, churnMax: 1000, churnNoise: 1 }
      const { data } = (await finish(edm(centred, planOf(levels, { settings }), startOf(x), noise))).x
      return Array.from(data).reduce((sum, value) => sum + value * value, 0)
    }
    expectOrder2(await Promise.all([40, 80, 160, 320].map(async (steps) => Math.abs((await variance(steps)) - v - 0.05 ** 2))))
  })
})
