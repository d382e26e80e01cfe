import { describe, expect, it } from 'vitest'
import { bitsPerDimension, carryUp, meanAndError, noiseLogDensity, probedTraces, signsInto } from '../../src/core/likelihood.ts'
import { createNoise } from '../../src/core/rng.ts'
import { trainedLevels } from '../../src/core/schedule.ts'
import { scoreNorms } from '../../src/core/trace.ts'
import type { Denoiser, Latent, Sigma } from '../../src/core/types.ts'
import { linear } from './fixtures.ts'

/** A mixture of normals of one width a value, N(mean_k, width^2 I) with weights: denoiser, trace of its derivative and density, all exact. */
interface Mixture {
  readonly means: readonly (readonly number[])[]
  readonly weights: readonly number[]
  readonly width: number
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)

function logDensity({ means, weights, width }: Mixture, x: readonly number[], sigma: number): number {
  const variance = width ** 2 + sigma ** 2
  const terms = means.map((mean, k) => Math.log(weights[k]!) - sum(x.map((value, i) => (value - mean[i]!) ** 2)) / (2 * variance))
  const top = Math.max(...terms)
  return top + Math.log(sum(terms.map((term) => Math.exp(term - top)))) - (x.length / 2) * Math.log(2 * Math.PI * variance)
}

function posterior(data: Mixture, x: readonly number[], sigma: number) {
  const { means, weights, width } = data
  const variance = width ** 2 + sigma ** 2
  const logs = means.map((mean, k) => Math.log(weights[k]!) - sum(x.map((v, i) => (v - mean[i]!) ** 2)) / (2 * variance))
  const top = Math.max(...logs)
  const raw = logs.map((log) => Math.exp(log - top))
  const share = raw.map((value) => value / sum(raw))
  const kept = width ** 2 / variance
  const mean = x.map((_, i) => sum(share.map((p, k) => p * means[k]![i]!)))
  const spread = sum(x.map((_, i) => sum(share.map((p, k) => p * means[k]![i]! ** 2)) - mean[i]! ** 2))
  return {
    x0: x.map((value, i) => kept * value + (1 - kept) * mean[i]!),
    // D = kept x + (1 - kept) E[mean | x], whose derivative is the spread of the means over the variance.
    trace: kept * x.length + ((1 - kept) * spread) / variance,
  }
}

const rowsOf = (x: Latent) => {
  const size = x.data.length / x.shape.n
  return Array.from({ length: x.shape.n }, (_, i) => [...x.data.subarray(i * size, (i + 1) * size)])
}
const denoiserOf =
  (data: Mixture): Denoiser =>
  (x, sigma) =>
    Promise.resolve({
      x0: { shape: x.shape, data: Float64Array.from(rowsOf(x).flatMap((row) => posterior(data, row, sigma as number).x0)) },
    })
const tracesOf = (data: Mixture) => (x: Latent, sigma: Sigma) =>
  Promise.resolve(Float64Array.from(rowsOf(x), (row) => posterior(data, row, sigma).trace))

const batch = (...rows: readonly (readonly number[])[]): Latent => ({
  shape: { n: rows.length, c: 1, h: 1, w: rows[0]!.length },
  data: Float64Array.from(rows.flat()),
})

const trained = trainedLevels(linear).sigmas
const rising = (steps: number): Sigma[] => [
  0,
  ...Array.from({ length: steps }, (_, i) => trained[Math.round(((i + 1) * 999) / steps)]!),
]

const two: Mixture = {
  means: [
    [-0.8, 0.2, 0.4],
    [0.7, -0.5, 0.1],
  ],
  weights: [0.3, 0.7],
  width: 0.4,
}

async function mixtureError(data: Mixture, x: Latent, steps: number): Promise<number> {
  const levels = rising(steps)
  const { change, x: end } = await carryUp(denoiserOf(data), tracesOf(data), levels, x)
  const last = levels.at(-1)!
  const exact = rowsOf(x).map((row) => logDensity(data, row, 0))
  return Math.max(...rowsOf(end).map((row, i) => Math.abs(logDensity(data, row, last) + change[i]! - exact[i]!)))
}

describe('the likelihood by the flow', () => {
  it('of standard normal data is exact with any number of levels', async () => {
    const normal: Mixture = { means: [[0, 0, 0]], weights: [1], width: 1 }
    const x = batch([0.3, -1.2, 2], [0, 0, 0.1])
    for (const steps of [1, 4, 20]) expect(await mixtureError(normal, x, steps)).toBeLessThan(1e-9)
    const levels = rising(4)
    const { change, x: end } = await carryUp(denoiserOf(normal), tracesOf(normal), levels, x)
    // And the top level's own density is then the prior, N(0, 1 + sigma^2).
    const prior = noiseLogDensity('vp', end, levels.at(-1)!)
    rowsOf(x).forEach((row, i) => expect(prior[i]! + change[i]!).toBeCloseTo(logDensity(normal, row, 0), 9))
  })

  it('of a Gaussian and of a mixture converges to the exact density with order 2', async () => {
    const narrow: Mixture = { means: [[0.2, -0.3, 0.5]], weights: [1], width: 0.3 }
    for (const data of [narrow, two]) {
      const x = batch([0.3, -0.2, 0.6], [-0.5, 0.1, 0.2])
      const [coarse, fine] = [await mixtureError(data, x, 100), await mixtureError(data, x, 200)] as const
      expect(Math.log2(coarse / fine)).toBeGreaterThan(1.7)
      expect(await mixtureError(data, x, 999)).toBeLessThan(1e-3)
    }
  })

  it('of data far narrower than the first level still has a bounded integral: ln(to/from) a value, whatever the levels', async () => {
    const point: Mixture = { means: [[0.5, -0.5, 0.1]], weights: [1], width: 1e-6 }
    for (const steps of [10, 50]) {
      const levels = rising(steps)
      const { change } = await carryUp(denoiserOf(point), tracesOf(point), levels, batch([0.5, -0.5, 0.1]))
      // Below the first level, where nothing is known, it is taken to rise from 0 in u.
      const first = levels[1]!
      const below = (Math.log1p(first ** 2) * (1 + first ** 2)) / (2 * first ** 2)
      expect(change[0]! / 3).toBeCloseTo(Math.log(levels.at(-1)! / first) + below, 6)
    }
  })

  it("Hutchinson's estimate is unbiased: within three standard errors of the exact trace, and of the exact density", async () => {
    const x = batch([0.3, -0.2, 0.6])
    const probes: Latent = { shape: { n: 400, c: 1, h: 1, w: 3 }, data: new Float64Array(1200) }
    createNoise(Array.from({ length: 400 }, (_, i) => i))(probes, 'probe', 0)
    signsInto(probes)
    expect(new Set(probes.data)).toEqual(new Set([-1, 1]))
    const estimate = probedTraces(denoiserOf(two), probes)
    for (const sigma of [0.1, 0.6, 3]) {
      const { mean, standardError } = meanAndError([...(await estimate(x, sigma))])
      const { trace } = posterior(two, [...x.data], sigma)
      expect(standardError).toBeGreaterThan(1e-6)
      // The difference that stands for the derivative is off by O(h^2).
      expect(Math.abs(mean - trace)).toBeLessThan(3 * standardError + 1e-3)
    }
    const levels = rising(200)
    const { change, x: end } = await carryUp(denoiserOf(two), estimate, levels, x)
    const top = logDensity(two, rowsOf(end)[0]!, levels.at(-1)!)
    const { mean, standardError } = meanAndError([...change].map((one) => top + one))
    expect(Math.abs(mean - logDensity(two, [...x.data], 0))).toBeLessThan(3 * standardError + 2e-3)
  })

  it('in bits a dimension counts 8-bit steps of the range: noise over all of it costs 8', () => {
    const uniform = -10 * Math.log(2)
    expect(bitsPerDimension(uniform, 10, [-1, 1])).toBeCloseTo(8, 12)
    expect(bitsPerDimension(0, 10, [0, 1])).toBeCloseTo(8, 12)
  })

  it('says no standard error of one probe', () => {
    expect(meanAndError([4]).standardError).toBeNaN()
    expect(meanAndError([1, 3])).toEqual({ mean: 2, standardError: 1 })
  })
})

describe('the score norm', () => {
  it('is the root mean square of (x0 - x)/sigma^2, an image and its own level each', () => {
    const x = batch([3, 4], [0, 0])
    const x0 = batch([0, 0], [1, 1])
    expect(scoreNorms(x, x0, 2)).toEqual([Math.sqrt(12.5) / 4, 1 / 4])
    expect(scoreNorms(x, x0, [1, 0.5])).toEqual([Math.sqrt(12.5), 4])
  })
})
