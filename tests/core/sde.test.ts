import { describe, expect, it } from 'vitest'
import { createNoise } from '../../src/core/rng.ts'
import { predictorCorrector } from '../../src/core/samplers/predictor-corrector.ts'
import { samplerCalls, samplers } from '../../src/core/samplers/index.ts'
import { eulerMaruyama, keptBetween, noiseBetween, reverseDiffusion, sdeKinds } from '../../src/core/samplers/sde.ts'
import type { Sde } from '../../src/core/samplers/sde.ts'
import { betasOf, trainedLevels } from '../../src/core/schedule.ts'
import type { Denoiser, Latent, Noise, Plan, Sampler, Settings } from '../../src/core/types.ts'
import { finish, linear, silence, startOf } from './fixtures.ts'

/** The score-SDE family on Gaussian data N(mu, v), where every step is affine and mean and variance are carried exactly. */

const mu = 0.7
const v = 0.36
const gaussian =
  (mean: number, variance: number): Denoiser =>
  (x, sigma) => {
    const s = sigma as number
    const data = x.data.map((value) => mean + (variance / (variance + s * s)) * (value - mean))
    return Promise.resolve({ x0: { shape: x.shape, data } })
  }

const planOf = (levels: readonly number[], settings: Settings = {}): Plan => ({ levels, eta: 0, variance: 'small', settings })
const values = (...data: number[]): Latent => ({ shape: { n: 1, c: 1, h: 1, w: data.length }, data: Float64Array.from(data) })
const geometric = (steps: number): number[] => Array.from({ length: steps + 1 }, (_, i) => 20 * (0.05 / 20) ** (i / steps))
const { sigmas } = trainedLevels(linear)
const runOf = (name: string): Sampler => samplers[name]!.run

/** The variance of x~ a run ends with, exactly: one image a draw, in which that draw alone is 1, and one for the start. */
async function varianceOf(name: string, levels: readonly number[], settings: Settings, start: number): Promise<number> {
  const n = levels.length
  const noise: Noise = (out, _purpose, walk) => {
    out.data.fill(0)
    out.data[walk] = 1
  }
  const x = { shape: { n, c: 1, h: 1, w: 1 }, data: new Float64Array(n) }
  x.data[n - 1] = Math.sqrt(start)
  const { data } = (await finish(runOf(name)(gaussian(0, v), planOf(levels, settings), startOf(x), noise))).x
  return Array.from(data).reduce((sum, value) => sum + value * value, 0)
}

describe('6: Euler-Maruyama of the reverse VP SDE on N(0, 1)', () => {
  it('is v <- (1 - b/2N)^2 v + b/N at every one of the 1000 levels, with b/N the noise between them', () => {
    const betas = betasOf(linear.betas)
    for (let t = 1; t < 1000; t++) {
      const [from, to] = [sigmas[t]!, sigmas[t - 1]!]
      const b = noiseBetween('vp', from, to)
      // The papers' discrete rate, beta_i, but for its square.
      expect(Math.abs(b + Math.log1p(-betas[t]!))).toBeLessThan(1e-12)
      expect(Math.abs(b - betas[t]!)).toBeLessThan(0.6 * betas[t]! ** 2)
      const { keep, pull, fresh } = eulerMaruyama('vp', from, to)
      const factor = keep + pull / (1 + from * from)
      for (const before of [1, 0.3]) {
        // In x = x~/sqrt(1 + s^2).
        const after = (factor ** 2 * before * (1 + from * from) + fresh ** 2) / (1 + to * to)
        expect(Math.abs(after - ((1 - b / 2) ** 2 * before + b))).toBeLessThan(1e-12)
      }
    }
  })

  it('VE reverse diffusion is x + (from^2 - to^2) score + sqrt(from^2 - to^2) z', async () => {
    const [from, to, x, z] = [3, 1.2, 0.8, -0.7]
    const score = (mu - x) / (v + from * from)
    const fresh: Noise = (out) => void out.data.fill(z)
    for (const name of ['reverse-diffusion', 'reverse-sde']) {
      const end = await finish(runOf(name)(gaussian(mu, v), planOf([from, to], { sde: 've' }), startOf(values(x)), fresh))
      expect(end.x.data[0]).toBeCloseTo(x + (from ** 2 - to ** 2) * score + Math.sqrt(from ** 2 - to ** 2) * z, 13)
    }
  })

  it('VP reverse diffusion is (2 - sqrt(1 - b)) x + b score + sqrt(b) z, b the beta of that step', () => {
    const betas = betasOf(linear.betas)
    for (const t of [1, 10, 500, 999]) {
      const [from, to] = [sigmas[t]!, sigmas[t - 1]!]
      const { keep, pull, fresh } = reverseDiffusion('vp', from, to)
      const [x, x0, z] = [0.8, -0.3, 1.7]
      const b = betas[t]!
      const A = 1 / (1 + from * from)
      const score = (Math.sqrt(A) * x0 - x) / (1 - A)
      const wanted = (2 - Math.sqrt(1 - b)) * x + b * score + Math.sqrt(b) * z
      const ours = (keep * (x / Math.sqrt(A)) + pull * x0 + fresh * z) / Math.sqrt(1 + to * to)
      expect(Math.abs(ours - wanted)).toBeLessThan(1e-11)
    }
  })
})

describe('the three processes', () => {
  it('sub-VP: the level is (1 - A)/sqrt(A), so that what is kept and what is added agree with its marginals', () => {
    for (const [from, to] of [
      [157, 20],
      [3, 1.2],
      [0.05, 0.01],
      [0.4, 0],
    ] as const) {
      const A = Math.exp(-noiseBetween('sub-vp', from, 0))
      expect((1 - A) / Math.sqrt(A)).toBeCloseTo(from, 9)
      expect(Math.exp(-noiseBetween('sub-vp', from, to))).toBeCloseTo(keptBetween('sub-vp', from, to), 12)
      expect(keptBetween('ve', from, to)).toBe(1)
    }
  })

  it('sub-VP: the noise of a step is the integral of b (1 - A^2), by Simpson', () => {
    const [from, to] = [3, 0.7]
    const [start, end] = [noiseBetween('sub-vp', to, 0), noiseBetween('sub-vp', from, 0)]
    const n = 200
    let sum = 0
    for (let i = 0; i <= n; i++) {
      const weight = i === 0 || i === n ? 1 : i % 2 === 1 ? 4 : 2
      sum += weight * (1 - Math.exp(-2 * (start + ((end - start) * i) / n)))
    }
    const integral = (sum * (end - start)) / n / 3
    const scale = Math.exp(-start / 2)
    expect((eulerMaruyama('sub-vp', from, to).fresh * scale) ** 2).toBeCloseTo(integral, 9)
  })

  it.each(sdeKinds)('%s: the variance comes to that of the data with order 1, and the mean', async (sde) => {
    const wanted = v + 0.05 ** 2
    for (const name of ['reverse-sde', 'reverse-diffusion']) {
      const variances = await Promise.all([80, 160, 320, 640].map((steps) => varianceOf(name, geometric(steps), { sde }, v + 400)))
      const errors = variances.map((variance) => Math.abs(variance - wanted))
      const slopes = errors.slice(1).map((error, i) => Math.log2(errors[i]! / error))
      for (const slope of slopes) {
        expect(slope, `${name} ${slopes.join(' ')}, errors ${errors.join(' ')}`).toBeGreaterThan(0.9)
        expect(slope).toBeLessThan(1.2)
      }
      expect(errors.at(-1)!).toBeLessThan(0.02)
      const means = await Promise.all(
        [320, 640].map(async (steps) => {
          const start = startOf(values(mu + 11))
          return (await finish(runOf(name)(gaussian(mu, v), planOf(geometric(steps), { sde }), start, silence))).x.data[0]!
        }),
      )
      const exact = mu + (11 * (v + 0.05 ** 2)) / (v + 400)
      for (const mean of means) expect(Math.abs(mean - exact)).toBeLessThan(0.01)
      expect(Math.abs(means[1]! - exact)).toBeLessThan(0.6 * Math.abs(means[0]! - exact) + 1e-13)
    }
  })

  it.each(sdeKinds)('%s: into level 0 without noise, and to the clean estimate but for the square of the level', (sde) => {
    for (const move of [eulerMaruyama, reverseDiffusion]) {
      for (const s of [0.2, 0.01]) {
        const { keep, pull, fresh } = move(sde, s, 0)
        expect(fresh).toBe(0)
        expect(Math.abs(keep)).toBeLessThan(0.6 * s)
        expect(Math.abs(keep + pull - 1)).toBeLessThan(s * s)
      }
    }
  })

  it('differ from one another, but for the two predictors of VE and of sub-VP', async () => {
    const ends = new Map<string, number>()
    for (const name of ['reverse-sde', 'reverse-diffusion']) {
      for (const sde of sdeKinds) {
        const start = startOf(values(1.3))
        const { x } = await finish(runOf(name)(gaussian(mu, v), planOf([9, 3, 1.2, 0.4, 0], { sde }), start, createNoise([3])))
        ends.set(`${name} ${sde}`, x.data[0]!)
      }
    }
    expect(new Set(ends.values()).size).toBe(4)
    for (const sde of ['ve', 'sub-vp']) expect(ends.get(`reverse-sde ${sde}`)).toBe(ends.get(`reverse-diffusion ${sde}`))
  })
})

describe('the Langevin corrector', () => {
  const settings = (sde: Sde, more: Settings = {}): Settings => ({ sde, predictor: 'none', correctors: 1, snr: 0.2, ...more })

  it.each(sdeKinds)('%s: x + e score + sqrt(2 e) z, e = 2 a (snr |z|/|score|)^2 of that image alone', async (sde) => {
    const [from, to] = [3, 1.2]
    const x = { shape: { n: 2, c: 1, h: 1, w: 2 }, data: Float64Array.from([1.3, -0.2, 40, 7]) }
    const z = [0.4, -1.1, 0.3, 2]
    const noise: Noise = (out) => {
      out.data.set(z)
    }
    const run = predictorCorrector(gaussian(mu, v), planOf([from, to, 0], settings(sde)), startOf(x), noise)
    const step = await run.next()
    if (step.done === true) throw new Error('no transition was made')
    const a = keptBetween(sde, from, to)
    for (const image of [0, 1]) {
      const at = [2 * image, 2 * image + 1]
      // In the process's own x both score and noise are scaled, and the formula gives the same picture.
      const scale = sde === 've' ? 1 : Math.exp(-noiseBetween(sde, from, 0) / 2)
      const score = at.map((i) => (mu - x.data[i]!) / (v + from * from) / scale)
      const norm = (all: number[]): number => Math.sqrt(all.reduce((sum, one) => sum + one * one, 0))
      const e = 2 * a * ((0.2 * norm(at.map((i) => z[i]!))) / norm(score)) ** 2
      for (const [k, i] of at.entries()) {
        const wanted = scale * x.data[i]! + e * score[k]! + Math.sqrt(2 * e) * z[i]!
        expect(step.value.state.x.data[i]! * scale).toBeCloseTo(wanted, 11)
      }
      const { stepSize } = step.value
      if (typeof stepSize !== 'object') throw new Error('every image has its own step')
      expect(stepSize[image]! * scale * scale).toBeCloseTo(e, 11)
    }
    await run.return(undefined)
  })

  it('drives the variance to that of the level: u <- (1 - h/w)^2 u + 2 h, h = 2 snr^2 w^2/u, w = v + sigma^2', async () => {
    const [sigma, snr, many] = [2, 0.2, 20]
    const w = v + sigma * sigma
    const x = { shape: { n: 1, c: 1, h: 1, w: 40_000 }, data: new Float64Array(40_000) }
    const noise = createNoise([8])
    noise(x, 'start', 0)
    for (let i = 0; i < x.data.length; i++) x.data[i] = Math.sqrt(w / 4) * x.data[i]!
    let u = w / 4
    for (let k = 0; k < many; k++) {
      const h = (2 * snr * snr * w * w) / u
      u = (1 - h / w) ** 2 * u + 2 * h
    }
    let last: Float64Array | undefined
    const plan = planOf([sigma, 0], settings('ve', { correctors: many, snr }))
    for await (const { index, state } of predictorCorrector(gaussian(0, v), plan, startOf(x), noise)) {
      if (index === many - 1) last = Float64Array.from(state.x.data)
    }
    const found = last!.reduce((sum, value) => sum + value * value, 0) / last!.length
    // Three standard errors of a variance over 40,000 values.
    expect(Math.abs(found / u - 1)).toBeLessThan(3 * Math.sqrt(2 / 40_000))
    expect(Math.abs(u / w - 1)).toBeLessThan(0.1)
  })

  it('stays where there is no score, or no noise', async () => {
    const still: Denoiser = (x) => Promise.resolve({ x0: { shape: x.shape, data: x.data.slice() } })
    const plan = planOf([3, 1.2, 0], settings('vp', { correctors: 2 }))
    const { x } = await finish(predictorCorrector(still, plan, startOf(values(1.3, -0.2)), createNoise([1])))
    expect([...x.data]).toEqual([1.3, -0.2])
  })
})

describe('predictor-corrector', () => {
  const levels = [9, 3, 1.2, 0.4, 0]
  const start = startOf(values(1.3, -0.2, 5))

  it.each([
    ['reverse-diffusion', 'reverse-diffusion'],
    ['euler-maruyama', 'reverse-sde'],
  ])('without corrections the predictor %s is %s, bit for bit', async (predictor, name) => {
    for (const sde of sdeKinds) {
      const plan = planOf(levels, { sde, predictor, correctors: 0 })
      const ours = await finish(predictorCorrector(gaussian(mu, v), plan, start, createNoise([4])))
      const alone = await finish(runOf(name)(gaussian(mu, v), planOf(levels, { sde }), start, createNoise([4])))
      expect([...ours.x.data]).toEqual([...alone.x.data])
    }
  })

  it('corrects, then predicts, at the same level; no draw twice; S (1 + c) calls', async () => {
    const seen: string[] = []
    const noise: Noise = (out, purpose, walk) => {
      seen.push(`${purpose} ${walk}`)
      out.data.fill(0.1)
    }
    const denoise: Denoiser = (x, sigma) => {
      seen.push(`call ${String(sigma)}`)
      return gaussian(mu, v)(x, sigma)
    }
    const plan = planOf([3, 1.2, 0], { correctors: 2 })
    await finish(predictorCorrector(denoise, plan, start, noise))
    expect(seen).toEqual([
      'call 3',
      'corrector 0',
      'call 3',
      'corrector 1',
      'call 3',
      'step 2',
      'call 1.2',
      'corrector 3',
      'call 1.2',
      'corrector 4',
      'call 1.2',
    ])
    const entry = samplers['predictor-corrector']!
    expect(samplerCalls(entry, 2, { correctors: 2 })).toBe(6)
    expect(samplerCalls(entry, 1000, {})).toBe(2000)
    expect(samplerCalls(entry, 10, { predictor: 'none', correctors: 3 })).toBe(31)
  })

  it('without a predictor ends with the clean estimate of the last level', async () => {
    let last: Latent | undefined
    const denoise: Denoiser = async (x, sigma) => {
      const said = await gaussian(mu, v)(x, sigma)
      last = said.x0
      return said
    }
    const plan = planOf(levels, { predictor: 'none', correctors: 3 })
    const { x, transitions } = await finish(predictorCorrector(denoise, plan, start, createNoise([2])))
    expect([...x.data]).toEqual([...last!.data])
    expect(transitions).toBe(13)
  })

  it('refuses to do nothing', () => {
    const plan = planOf(levels, { predictor: 'none', correctors: 0 })
    expect(() => predictorCorrector(gaussian(mu, v), plan, start, silence)).toThrow(/at least one correction/)
    expect(() => predictorCorrector(gaussian(mu, v), planOf(levels, { sde: 'vpp' }), start, silence)).toThrow(/vp, sub-vp, ve/)
  })
})
