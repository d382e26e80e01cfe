import { describe, expect, it } from 'vitest'
import { counted } from '../../src/core/denoiser.ts'
import { createNoise } from '../../src/core/rng.ts'
import { nextStep, nodes, stageInto, stageWeights, errorNorm } from '../../src/core/samplers/dormand-prince.ts'
import { heun } from '../../src/core/samplers/heun.ts'
import { samplerCalls, samplers, samplerTransitions } from '../../src/core/samplers/index.ts'
import { pfOde } from '../../src/core/samplers/pf-ode.ts'
import { traitsOf } from '../../src/core/traits.ts'
import type { Denoiser, Latent, Plan, Settings, Step } from '../../src/core/types.ts'
import { checkpoints, finish, linear, silence, startOf } from './fixtures.ts'

/** The adaptive solver of the probability-flow ODE: the pair, the control, and each image by itself. */

const [top, lowest] = [157, 0.01]
const planOf = (tolerance: number, settings: Settings = {}): Plan => ({
  levels: [top, 0],
  lowest,
  eta: 0,
  variance: 'small',
  settings: { rtol: tolerance, atol: tolerance, ...settings },
})
const mu = 0.7
const v = 0.36

/** Row k of the batch at its own level; data of two points, so that the flow is no straight line: x0 = tanh(x/s^2), widened by v. */
const levelOf = (sigma: number | readonly number[], image: number): number => (typeof sigma === 'number' ? sigma : sigma[image]!)
const perValue =
  (x0: (x: number, s: number) => number): Denoiser =>
  (x, sigma) => {
    const size = x.data.length / x.shape.n
    return Promise.resolve({
      x0: { shape: x.shape, data: x.data.map((value, i) => x0(value, levelOf(sigma, Math.floor(i / size)))) },
    })
  }
const gaussian = perValue((x, s) => mu + (v / (v + s * s)) * (x - mu))
/** Data at -1 and 1, each N(., 0.04). */
const two = perValue((x, s) => {
  const w = 0.04 + s * s
  return (0.04 * x) / w + (s * s * Math.tanh(x / w)) / w
})

const batch = (n: number, w: number, values: (i: number) => number): Latent => ({
  shape: { n, c: 1, h: 1, w },
  data: Float64Array.from({ length: n * w }, (_, i) => values(i)),
})
/** Noise of the first level, other in every value. */
const noisy = (n: number, w: number, seeds: readonly number[]): Latent => {
  const x = batch(n, w, () => 0)
  createNoise(seeds)(x, 'start', 0)
  for (let i = 0; i < x.data.length; i++) x.data[i] = top * x.data[i]!
  return x
}

async function steps(run: AsyncGenerator<Step>): Promise<Step[]> {
  const all: Step[] = []
  for await (const step of run) all.push({ ...step })
  return all
}

describe('the pair of Dormand and Prince', () => {
  it('has stages that lie where their nodes say', () => {
    for (const [k, weights] of stageWeights.entries()) {
      expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(nodes[k]!, 14)
    }
  })

  /** One step of y' = y from 1: the error of the step and what the pair says of it. */
  function exponential(h: number): { error: number; said: number } {
    const y = Float64Array.of(1)
    const slopes = nodes.map(() => batch(1, 1, () => 1))
    const out = Float64Array.of(1)
    for (let k = 1; k < nodes.length; k++) {
      stageInto(out, y, slopes, k, h, 0, 1)
      slopes[k]!.data[0] = out[0]!
    }
    return { error: Math.abs(out[0]! - Math.exp(h)), said: errorNorm(y, out, slopes, h, 0, 1, { rtol: 0, atol: 1 }) }
  }

  it('errs by h^6 in one step, and says h^5', () => {
    const [wide, narrow] = [exponential(0.4), exponential(0.2)]
    expect(Math.log2(wide.error / narrow.error)).toBeGreaterThan(5.7)
    expect(Math.log2(wide.error / narrow.error)).toBeLessThan(6.3)
    expect(Math.log2(wide.said / narrow.said)).toBeGreaterThan(4.7)
    expect(Math.log2(wide.said / narrow.said)).toBeLessThan(5.3)
    expect(wide.said).toBeGreaterThan(wide.error)
  })

  it('measures the error of one image as the root mean square, in units of atol + rtol times the larger end of the step', () => {
    const slopes = nodes.map((_, k) => batch(1, 3, (i) => (k === 6 ? [9, 40, 80][i]! : 0)))
    const norm = errorNorm(Float64Array.of(9, 1, -5), Float64Array.of(9, -3, 2), slopes, 0.5, 1, 2, { rtol: 0.1, atol: 0.2 })
    // The last weight is -1/40.
    expect(norm).toBeCloseTo(Math.sqrt(((0.5 / (0.2 + 0.3)) ** 2 + (1 / (0.2 + 0.5)) ** 2) / 2), 12)
  })

  it('grows its step after a small error, shrinks it after one that is too large, and halts on no number', () => {
    expect(nextStep(1, 1e-12, 1)).toBe(5)
    expect(nextStep(1, 0.5, 0.5)).toBeCloseTo(0.9 * 0.5 ** (0.4 / 5 - 0.7 / 5), 12)
    expect(nextStep(1, 32, 1)).toBeCloseTo(0.45, 12)
    expect(nextStep(1, 1e9, 1)).toBe(0.2)
    for (const error of [NaN, Infinity]) expect(nextStep(1, error, 1)).toBe(0.2)
  })
})

describe('the adaptive flow', () => {
  it('comes to the exact end, the nearer the smaller the tolerance', async () => {
    const x = batch(1, 5, (i) => mu + Math.sqrt(v + top * top) * [1.3, -0.2, 2, -1, 0.01][i]!)
    const errors: number[] = []
    const calls: number[] = []
    for (const tolerance of [1e-2, 1e-3, 1e-4, 1e-5, 1e-6]) {
      const count = counted(gaussian)
      const end = (await finish(pfOde(count.denoise, planOf(tolerance), startOf(x)))).x
      const exact = x.data.map((start) => {
        const atLowest = Math.sqrt((v + lowest ** 2) / (v + top * top)) * (start - mu)
        return mu + (v / (v + lowest ** 2)) * atLowest
      })
      errors.push(Math.max(...end.data.map((value, i) => Math.abs(value - exact[i]!))))
      calls.push(count.calls())
      expect(errors.at(-1)!).toBeLessThan(20 * tolerance)
    }
    expect(errors.at(-1)!).toBeLessThan(1e-2 * errors[0]!)
    // A rule of order 5: a tolerance 10^4 times smaller takes about 10^(4/5) as many steps.
    expect(calls.at(-1)! / calls[0]!).toBeLessThan(10)
    expect(calls.at(-1)!).toBeGreaterThan(calls[0]!)
  })

  it('is where Heun comes to with many steps, on data of two kinds', async () => {
    const x = noisy(1, 40, [7])
    const way = Math.atan(top) - Math.atan(lowest)
    const fine = Array.from({ length: 2001 }, (_, i) => (i === 2000 ? lowest : Math.tan(Math.atan(top) - (way * i) / 2000)))
    const wanted = (await finish(heun(two, { ...planOf(1e-6), levels: [...fine, 0] }, startOf(x), silence))).x
    const end = (await finish(pfOde(two, planOf(1e-6), startOf(x)))).x
    for (const [i, value] of end.data.entries()) expect(Math.abs(value - wanted.data[i]!)).toBeLessThan(2e-4)
    expect(new Set(Array.from(end.data, Math.sign)).size).toBe(2)
  })

  it('counts its calls: one, and six an attempt; says how far it is, and what steps it took', async () => {
    const count = counted(two)
    const made = await steps(pfOde(count.denoise, planOf(1e-4), startOf(noisy(2, 6, [1, 2]))))
    expect(count.calls()).toBe(1 + 6 * made.length)
    const progress = made.map((step) => step.progress!)
    expect(progress).toEqual(progress.toSorted((a, b) => a - b))
    expect(progress.at(-1)).toBe(1)
    expect(progress.at(-2)).toBeLessThan(1)
    for (const image of [0, 1]) {
      const taken = made.map(({ stepSize }) => (stepSize as readonly number[])[image]!)
      const sum = taken.reduce((all, one) => all + one, 0)
      expect(Math.abs(sum - (Math.atan(top) - Math.atan(lowest)))).toBeLessThan(1e-9)
    }
    expect(made[0]!.sigma).toBeCloseTo(top, 9)
    // A guess, before the run, of the right size.
    const guess = samplerCalls(samplers['pf-ode']!, 50, { rtol: 1e-4, atol: 1e-4 })
    expect(count.calls() / guess).toBeGreaterThan(0.3)
    expect(count.calls() / guess).toBeLessThan(3)
    expect(guess).toBe(1 + 6 * samplerTransitions(samplers['pf-ode']!, 50, { rtol: 1e-4, atol: 1e-4 }))
  })

  it('chooses the next step by this error and the one before, and keeps both in its state', async () => {
    const x = noisy(1, 6, [3])
    let before = 1
    let accepted = 0
    for await (const { stepSize, state } of pfOde(two, planOf(1e-4), startOf(x))) {
      const [, next, error] = state.memory[2]!.data
      const step = (stepSize as readonly number[])[0]!
      if (step === 0) continue
      expect(next).toBe(nextStep(step, error!, before))
      expect(error).toBeLessThanOrEqual(1)
      if (before < 1 && error! < 1) accepted++
      before = error!
    }
    expect(accepted).toBeGreaterThan(3)
  })

  it('gives every image its own steps: bit for bit as alone, though one arrives long before the other', async () => {
    for (const precision of [Float64Array, Float32Array]) {
      const easy = noisy(1, 6, [3])
      // Between the two kinds of data the flow turns late and sharply.
      const harder = batch(1, 6, () => 1e-3)
      const both: Latent = { shape: { n: 2, c: 1, h: 1, w: 6 }, data: precision.from([...easy.data, ...harder.data]) }
      const alone = async (x: Latent) => {
        const own = { shape: x.shape, data: precision.from(x.data) }
        return finish(pfOde(two, planOf(1e-5), startOf(own)))
      }
      const [first, second] = [await alone(easy), await alone(harder)]
      const together = await finish(pfOde(two, planOf(1e-5), startOf(both)))
      expect([...together.x.data]).toEqual([...first.x.data, ...second.x.data])
      expect(first.transitions).toBeLessThan(second.transitions)
      expect(together.transitions).toBe(second.transitions)
    }
  })

  it('goes on from every saved state to the same bits', async () => {
    for (const precision of [Float64Array, Float32Array]) {
      const start = noisy(2, 6, [3, 4])
      const x: Latent = { shape: start.shape, data: precision.from(start.data) }
      const states = await checkpoints(pfOde(two, planOf(1e-4), startOf(x)))
      for (const [i, state] of states.entries()) {
        const rest = await checkpoints(pfOde(two, planOf(1e-4), state))
        expect(rest).toHaveLength(states.length - 1 - i)
        expect([...(rest.at(-1) ?? state).x.data]).toEqual([...states.at(-1)!.x.data])
      }
    }
  })

  it('ends with the clean estimate, which is what it shows last', async () => {
    let last: Step | undefined
    for await (const step of pfOde(two, planOf(1e-3), startOf(noisy(1, 6, [5])))) last = step
    expect([...last!.state.x.data]).toEqual([...last!.x0!.data])
  })

  it('with no way to go asks once', async () => {
    const count = counted(gaussian)
    const plan: Plan = { levels: [3, 0], lowest: 3, eta: 0, variance: 'small' }
    const { x, transitions } = await finish(pfOde(count.denoise, plan, startOf(batch(1, 1, () => 1.3))))
    expect([transitions, count.calls()]).toEqual([1, 1])
    expect(x.data[0]).toBeCloseTo(mu + (v / (v + 9)) * (1.3 - mu), 14)
  })

  it('follows a model that knows whole levels only', async () => {
    // Levels in steps of 1 % are told apart from their neighbours, as a thousand trained ones are.
    const told = perValue((x, s) => mu + (v / (v + Math.exp(Math.round(Math.log(s) * 100) / 50))) * (x - mu))
    const x = noisy(1, 6, [5])
    const rough = (await finish(pfOde(told, planOf(1e-3), startOf(x)))).x
    const smooth = (await finish(pfOde(gaussian, planOf(1e-3), startOf(x)))).x
    for (const [i, value] of rough.data.entries()) expect(Math.abs(value - smooth.data[i]!)).toBeLessThan(0.01)
  })

  it('gives up on a model that says no number, in one sentence', async () => {
    const broken = perValue((x, s) => (s < 1 ? NaN : x))
    await expect(finish(pfOde(broken, planOf(1e-3), startOf(noisy(1, 6, [5]))))).rejects.toThrow(/larger one, or use heun/)
  })

  it('refuses a state that is not its own', async () => {
    const strange = { next: 3, x: batch(1, 1, () => 1), memory: [] }
    await expect(finish(pfOde(gaussian, planOf(1e-3), strange))).rejects.toThrow(RangeError)
  })
})

describe('which models it takes', () => {
  const refusal = (name: string, card: Parameters<typeof traitsOf>[1]) => samplers['pf-ode']!.refuses!(traitsOf(name, card))
  const spec = { channels: 1, between: false, variance: 'none', noise: linear } as const

  it('one with a thousand levels, or any between; not one that knows ten, nor one level for a whole batch', () => {
    const ncsn = { kind: 've', sigmas: [0.01, 0.1, 1], start: 'uniform' } as const
    expect(refusal('Digits', spec)).toBeUndefined()
    expect(refusal('Scores', { ...spec, noise: ncsn, between: true })).toBeUndefined()
    expect(refusal('Scores', { ...spec, noise: ncsn })).toMatch(/^Scores knows only 3 noise levels, .*use heun, dpmpp-2m/)
    expect(refusal('Digits', { ...spec, perImageLevels: false })).toMatch(/^Digits takes one noise level .*use heun/)
  })
})
