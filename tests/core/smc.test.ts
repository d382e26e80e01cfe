import { describe, expect, it } from 'vitest'
import { counted } from '../../src/core/denoiser.ts'
import { ancestorsOf, effectiveSampleSize, inheritInto, uniformOf } from '../../src/core/inpaint/particles.ts'
import { inpainters } from '../../src/core/inpaint/index.ts'
import { idealDenoiser } from '../../src/core/proof/gaussian.ts'
import { add, build, inverse, multiply, pick, transpose } from '../../src/core/proof/matrices.ts'
import { createNoise } from '../../src/core/rng.ts'
import { ddpm } from '../../src/core/samplers/ancestral.ts'
import type { InpaintPlan, Known, Latent, SamplerState, Settings } from '../../src/core/types.ts'
import { smallStd } from '../../src/core/variance.ts'
import { checkpoints, finish, startOf } from './fixtures.ts'

const d = 4
const S = build(d, d, (i, j) => 0.25 * 0.8 ** Math.abs(i - j))
const denoise = idealDenoiser(S)
/** From 4 down to `lowest`, even in ln sigma, then 0. */
const levelsTo = (lowest: number, count: number): number[] => [
  ...Array.from({ length: count }, (_, i) => 4 * (lowest / 4) ** (i / (count - 1))),
  0,
]
/** The lowest level is high, so that aims which differ in what they ask of the levels above it differ in the end. */
const levels = levelsTo(0.3, 8)
const entry = inpainters['smc']!
const photo = [0.5, 0, 0, 0.2]
const k = [0, 3]
const u = [1, 2]
const known: Known = {
  photo: { shape: { n: 1, c: 1, h: 1, w: d }, data: Float64Array.from(photo) },
  mask: { h: 1, w: d, data: Uint8Array.from([0, 1, 1, 0]) },
}

const planOf = (settings: Settings = {}): InpaintPlan => ({
  levels,
  eta: 0,
  variance: 'small',
  settings,
  walk: entry.walk({ steps: 8, jumpLength: 1, resamples: 1 }),
  finalPaste: true,
})

function begin(
  n: number,
  seed: number,
  settings: Settings = {},
  what = known,
): { state: SamplerState; run: (from: SamplerState) => ReturnType<typeof entry.run> } {
  const noise = createNoise(Array.from({ length: n }, (_, i) => seed * 10000 + i))
  const x: Latent = { shape: { n, c: 1, h: 1, w: d }, data: new Float64Array(n * d) }
  noise(x, 'start', 0)
  for (let i = 0; i < x.data.length; i++) x.data[i] = levels[0]! * x.data[i]!
  return { state: startOf(x), run: (from) => entry.run(denoise, planOf(settings), from, noise, what) }
}

/** What the filter aims at, exactly: the chain's own Gaussian law at the lowest level, given y = x + level z there, then the clean estimate. */
function target(along: readonly number[] = levels): { mean: number[]; covariance: number[][] } {
  let C = build(d, d, (i, j) => (i === j ? along[0]! ** 2 : 0))
  const identity = build(d, d, (i, j) => (i === j ? 1 : 0))
  const estimate = (s: number): number[][] => multiply(S, inverse(add(S, identity, s * s)))
  for (let i = 0; i + 2 < along.length; i++) {
    const [from, to] = [along[i]!, along[i + 1]!]
    const M = add(estimate(from), add(identity, estimate(from), -1), (to / from) ** 2)
    C = add(multiply(multiply(M, C), transpose(M)), identity, smallStd(from, to) ** 2)
  }
  const last = along.at(-2)!
  const observed = add(
    pick(C, k, k),
    build(2, 2, (i, j) => (i === j ? 1 : 0)),
    last ** 2,
  )
  const all = [0, 1, 2, 3]
  const gain = multiply(pick(C, all, k), inverse(observed))
  const covariance = add(C, multiply(gain, pick(C, k, all)), -1)
  const y = k.map((i) => [photo[i]!])
  const rows = pick(estimate(last), u, all)
  return {
    mean: multiply(rows, multiply(gain, y)).map((row) => row[0]!),
    covariance: multiply(multiply(rows, covariance), transpose(rows)),
  }
}

const moments = ({ shape, data }: Latent): { mean: number[]; covariance: number[][] } => {
  const mean = u.map((i) => Array.from({ length: shape.n }, (_, p) => data[p * d + i]!).reduce((a, b) => a + b, 0) / shape.n)
  const covariance = build(2, 2, (a, b) => {
    let sum = 0
    for (let p = 0; p < shape.n; p++) sum += (data[p * d + u[a]!]! - mean[a]!) * (data[p * d + u[b]!]! - mean[b]!)
    return sum / shape.n
  })
  return { mean, covariance }
}

/** Root of the mean square error of the fill's mean and covariance over runs, in units of the exact spread; and the mean of the means. */
async function errorOf(n: number, runs: number, settings: Settings = {}): Promise<{ error: number; bias: number }> {
  const exact = target()
  const spread = exact.covariance[0]![0]! + exact.covariance[1]![1]!
  let squares = 0
  const slip = [0, 0]
  for (let seed = 1; seed <= runs; seed++) {
    const { state, run } = begin(n, seed, settings)
    const got = moments((await finish(run(state))).x)
    for (const i of [0, 1]) {
      squares += (got.mean[i]! - exact.mean[i]!) ** 2 / spread
      slip[i] = slip[i]! + (got.mean[i]! - exact.mean[i]!) / runs
      for (const j of [0, 1]) squares += (got.covariance[i]![j]! - exact.covariance[i]![j]!) ** 2 / spread ** 2
    }
  }
  return { error: Math.sqrt(squares / runs), bias: Math.hypot(...slip) / Math.sqrt(spread) }
}

describe('particles tend to the exact conditional', () => {
  it.each([[0.5], [1]])(
    'about as 1/sqrt(n) from 64 to 4096 particles, chosen anew below %d',
    async (resampleBelow) => {
      const few = await errorOf(64, 60, { resampleBelow })
      const many = await errorOf(4096, 12, { resampleBelow })
      expect(few.error / many.error).toBeGreaterThan(5)
      expect(few.error / many.error).toBeLessThan(11)
      expect(many.error).toBeLessThan(0.05)
      expect(many.bias).toBeLessThan(0.01)
    },
    60_000,
  )

  it('and need to be chosen for it: weights that wait for the end spread further', async () => {
    const waiting = await errorOf(4096, 12, { resampleBelow: 0 })
    const chosen = await errorOf(4096, 12, { resampleBelow: 0.5 })
    expect(waiting.error).toBeGreaterThan(1.5 * chosen.error)
  })

  it('that conditional is the data’s own, as the levels grow in number and the lowest goes to 0', () => {
    const best = multiply(pick(S, u, k), inverse(pick(S, k, k)))
    const wanted = best.map((row) => row[0]! * photo[0]! + row[1]! * photo[3]!)
    const exact = add(pick(S, u, u), multiply(best, pick(S, k, u)), -1)
    const { mean, covariance } = target(levelsTo(0.003, 1000))
    for (const i of [0, 1]) {
      expect(Math.abs(mean[i]! - wanted[i]!)).toBeLessThan(2e-3)
      for (const j of [0, 1]) expect(Math.abs(covariance[i]![j]! - exact[i]![j]!)).toBeLessThan(2e-3)
    }
  })
})

describe('a run of particles', () => {
  it('says its effective sample size at every step, and ends in pictures that all differ, the photo in each', async () => {
    const count = counted(denoise)
    const { state } = begin(32, 1)
    const noise = createNoise(Array.from({ length: 32 }, (_, i) => 10000 + i))
    const sizes: number[] = []
    let last = state.x
    for await (const step of entry.run(count.denoise, planOf(), state, noise, known)) {
      sizes.push(step.effectiveSampleSize!)
      last = step.state.x
    }
    expect(count.calls()).toBe(8)
    expect(sizes).toHaveLength(8)
    for (const size of sizes) {
      expect(size).toBeGreaterThanOrEqual(1)
      expect(size).toBeLessThanOrEqual(32 + 1e-9)
    }
    expect(Math.min(...sizes)).toBeLessThan(24)
    const pictures = Array.from({ length: 32 }, (_, p) => Array.from(last.data.subarray(p * d, (p + 1) * d)))
    for (const picture of pictures) expect([picture[0], picture[3]]).toEqual([photo[0], photo[3]])
    expect(new Set(pictures.map((picture) => picture.join())).size).toBe(32)
  })

  it('resumes from any state to the same bits: its memory is the weights', async () => {
    for (const resampleBelow of [0, 0.5]) {
      const { state, run } = begin(16, 3, { resampleBelow })
      const states = await checkpoints(run(state))
      for (const middle of states.slice(0, -1)) {
        const { x } = await finish(begin(16, 3, { resampleBelow }).run(middle))
        expect([...x.data]).toEqual([...states.at(-1)!.x.data])
      }
      expect(states.some(({ memory }) => memory[0]!.data.some((weight) => weight !== 0))).toBe(true)
    }
  })

  it('with nothing known is DDPM with the small variance, bit for bit', async () => {
    const nothing: Known = { ...known, mask: { h: 1, w: d, data: new Uint8Array(d).fill(1) } }
    const { state, run } = begin(5, 2, {}, nothing)
    const noise = createNoise(Array.from({ length: 5 }, (_, i) => 20000 + i))
    const plain = await finish(ddpm(denoise, planOf(), state, noise))
    expect([...(await finish(run(state))).x.data]).toEqual([...plain.x.data])
  })

  it('says that its pictures belong together', () => {
    expect(entry.together).toBe(true)
    expect(inpainters['repaint']!.together).toBeUndefined()
  })
})

describe('weights', () => {
  it('have an effective sample size between one and all', () => {
    expect(effectiveSampleSize(Float64Array.from([3, 3, 3, 3]))).toBeCloseTo(4, 12)
    expect(effectiveSampleSize(Float64Array.from([-1000, 5, -1000]))).toBeCloseTo(1, 12)
    expect(effectiveSampleSize(Float64Array.from([0, Math.log(3)]))).toBeCloseTo(16 / 10, 12)
    expect(effectiveSampleSize(Float64Array.from([-1e5, -1e5]))).toBeCloseTo(2, 12)
  })

  it('choose each particle floor or ceil of n times its weight, who is chosen keeping its place', () => {
    const shares = [0.5, 0.05, 0.25, 0.2]
    const logs = Float64Array.from(shares, Math.log)
    const taken = [0, 0, 0, 0]
    for (let at = 0; at < 1000; at++) {
      const ancestors = ancestorsOf(logs, (at + 0.5) / 1000)
      expect(ancestors).toHaveLength(4)
      for (const [particle, share] of shares.entries()) {
        const copies = ancestors.filter((ancestor) => ancestor === particle).length
        expect(copies).toBeGreaterThanOrEqual(Math.floor(4 * share))
        expect(copies).toBeLessThanOrEqual(Math.ceil(4 * share))
        if (copies > 0) expect(ancestors[particle]).toBe(particle)
        taken[particle] = taken[particle]! + copies
      }
    }
    for (const [particle, share] of shares.entries()) expect(taken[particle]! / 4000).toBeCloseTo(share, 2)
    expect(ancestorsOf(new Float64Array(3), 0.999999)).toEqual([0, 1, 2])
    expect(ancestorsOf(Float64Array.from([-900, -900, 0]), 0.5)).toEqual([2, 2, 2])
  })

  it('are inherited image by image', () => {
    const x: Latent = { shape: { n: 3, c: 1, h: 1, w: 2 }, data: Float64Array.from([1, 2, 3, 4, 5, 6]) }
    inheritInto(x, [2, 1, 2])
    expect([...x.data]).toEqual([5, 6, 3, 4, 5, 6])
  })

  it('take their one number even over 0..1 from three normal draws', () => {
    const noise = createNoise(Array.from({ length: 4000 }, (_, i) => i))
    const three: Latent = { shape: { n: 4000, c: 1, h: 1, w: 3 }, data: new Float64Array(12000) }
    noise(three, 'resample', 7)
    const numbers = Array.from({ length: 4000 }, (_, i) => uniformOf(three.data.subarray(3 * i, 3 * i + 3))).toSorted(
      (a, b) => a - b,
    )
    const worst = Math.max(...numbers.map((value, i) => Math.abs(value - (i + 0.5) / 4000)))
    // Kolmogorov-Smirnov at one in a thousand: 1.95/sqrt(4000).
    expect(worst).toBeLessThan(0.031)
  })
})
