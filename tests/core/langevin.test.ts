import { describe, expect, it } from 'vitest'
import { counted } from '../../src/core/denoiser.ts'
import { createNoise } from '../../src/core/rng.ts'
import { annealedLangevin, annealedTransitions, annealedWalk, refusesOneLevel } from '../../src/core/samplers/annealed.ts'
import { samplerCalls, samplers, samplerTransitions } from '../../src/core/samplers/index.ts'
import { langevin } from '../../src/core/samplers/langevin.ts'
import { completeSettings } from '../../src/core/settings.ts'
import type { Denoiser, Latent, ModelTraits, Noise, Plan, Settings } from '../../src/core/types.ts'
import { checkpoints, finish, startOf } from './fixtures.ts'

const values = (...data: number[]): Latent => ({ shape: { n: 1, c: 1, h: 1, w: data.length }, data: Float64Array.from(data) })
const plan = (levels: readonly number[], settings: Settings = {}, changes: Partial<Plan> = {}): Plan => ({
  levels,
  eta: 0,
  variance: 'small',
  settings,
  ...changes,
})

/** Data N(0, v): at level s the state is N(0, v + s^2) and the ideal estimate v/(v + s^2) x. */
const gaussian =
  (v: number): Denoiser =>
  (x, sigma) => {
    const s = Number(sigma)
    return Promise.resolve({ x0: { shape: x.shape, data: x.data.map((value) => (v / (v + s * s)) * value) } })
  }

/** The second value of the noise is 1 and of the state 0, the other way round in the first: one step shows factor and noise. */
const unit: Noise = (out) => {
  out.data.set([0, 1])
}

describe('7: the step size', () => {
  it.each([
    [0.3, 0.4, 0.01],
    [0.01, 1e-3, 2e-5],
    [1, 0.05, 0.005],
  ])('at level %d of N(0, %d), eps %d: the stationary variance of both conventions', async (s, v, stepSize) => {
    const { x } = await finish(langevin(gaussian(v), plan([s, 0], { stepSize, innerSteps: 1 }), startOf(values(1, 0)), unit))
    const eps = stepSize
    const [factor, std] = [x.data[0]!, x.data[1]!]
    const S = v + s * s
    const stationary = std ** 2 / (1 - factor ** 2)
    // x + eps score + sqrt(2 eps) z, the code's; and the papers' x + (h/2) score + sqrt(h) z with h = 2 eps.
    const h = 2 * eps
    expect(Math.abs(stationary / (S / (1 - eps / (2 * S))) - 1)).toBeLessThan(1e-10)
    expect(Math.abs(stationary / (S / (1 - h / (4 * S))) - 1)).toBeLessThan(1e-10)
    // The same number read in the other convention is another variance.
    expect(Math.abs(stationary / (S / (1 - eps / (4 * S))) - 1)).toBeGreaterThan(eps / (5 * S))
    expect(Math.abs(std ** 2 - 2 * eps)).toBeLessThan(1e-15)
  })

  it('is eps (sigma/lowest)^2 at each level, in every step of the trace, the lowest being the one trained', async () => {
    const levels = [4, 1, 0.5, 0]
    const sizes = async (changes: Partial<Plan>): Promise<unknown[]> => {
      const seen: unknown[] = []
      const run = annealedLangevin(
        gaussian(1),
        plan(levels, { stepSize: 1e-3, innerSteps: 2 }, changes),
        startOf(values(1, 0)),
        unit,
      )
      for await (const { sigma, stepSize } of run) seen.push([sigma, stepSize])
      return seen
    }
    const noise = (at: number, lowest: number): unknown => [at, 1e-3 * (at / lowest) ** 2]
    expect(await sizes({})).toEqual([...[4, 4, 1, 1, 0.5, 0.5].map((at) => noise(at, 0.5)), [0.5, undefined]])
    expect(await sizes({ lowest: 0.25 })).toEqual([...[4, 4, 1, 1, 0.5, 0.5].map((at) => noise(at, 0.25)), [0.5, undefined]])
  })

  it('that diverges is refused, with how small it must be', async () => {
    const run = (sampler: typeof langevin, stepSize: number) =>
      finish(sampler(gaussian(1), plan([0.5, 0.05, 0], { stepSize, innerSteps: 1 }), startOf(values(1, 0)), unit))
    for (const sampler of [langevin, annealedLangevin]) {
      await expect(run(sampler, 0.0051)).rejects.toThrow(/0.0051 diverges at the level 0.05: use less than 0.005/)
      await expect(run(sampler, 0.0049)).resolves.toBeDefined()
    }
  })
})

describe('8: two modes, weights .2 and .8', () => {
  /** N((-5, -5), I) with weight 1/5 and N((5, 5), I) with 4/5: the mixture of the NCSN paper, its exact estimate. */
  const mixture: Denoiser = (x, sigma) => {
    const s = Number(sigma)
    const V = 1 + s * s
    const data = new Float64Array(x.data.length)
    for (let k = 0; k < x.shape.n; k++) {
      const [a, b] = [x.data[2 * k]!, x.data[2 * k + 1]!]
      // ln of the odds of the left mode: ln(1/4) + (|x - right|^2 - |x - left|^2)/(2 V).
      const left = 1 / (1 + 4 * Math.exp((20 * (a + b)) / (2 * V)))
      for (const [i, value] of [a, b].entries()) {
        const towards = (centre: number): number => centre + (value - centre) / V
        data[2 * k + i] = left * towards(-5) + (1 - left) * towards(5)
      }
    }
    return Promise.resolve({ x0: { shape: x.shape, data } })
  }
  const count = 1500
  const noise = createNoise(Array.from({ length: count }, (_, i) => i))
  /** Even over -8..8, by Archimedes as in start.ts. */
  const start = (): Latent => {
    const shape = { n: count, c: 1, h: 1, w: 2 }
    const [a, b, c] = [0, 1, 2].map((walk) => {
      const draw = { shape, data: new Float64Array(2 * count) }
      noise(draw, 'start', walk)
      return draw.data
    })
    return { shape, data: Float64Array.from(a!, (value, i) => (8 * value) / Math.hypot(value, b![i]!, c![i]!)) }
  }
  const shareLeft = ({ data }: Latent): number => {
    let left = 0
    for (let k = 0; k < count; k++) if (data[2 * k]! + data[2 * k + 1]! < 0) left++
    return left / count
  }
  const levels = [...Array.from({ length: 10 }, (_, i) => 10 * 0.001 ** (i / 9)), 0]
  const settings = { stepSize: 5e-5, innerSteps: 200 }

  it('plain Langevin keeps the share of the start', async () => {
    const x = start()
    const before = shareLeft(x)
    const { x: end } = await finish(langevin(mixture, plan(levels, { ...settings, stepSize: 1e-4 }), startOf(x), noise))
    expect(shareLeft(end)).toBeGreaterThan(0.4)
    expect(Math.abs(shareLeft(end) - before)).toBeLessThan(0.05)
  })

  it('annealed Langevin finds the weights', async () => {
    const { x } = await finish(annealedLangevin(mixture, plan(levels, settings), startOf(start()), noise))
    expect(Math.abs(shareLeft(x) - 0.2)).toBeLessThan(0.05)
  })

  it('from a largest level that does not join the modes it does not', async () => {
    const low = [...Array.from({ length: 10 }, (_, i) => 0.01 ** (i / 9)), 0]
    const { x } = await finish(annealedLangevin(mixture, plan(low, settings), startOf(start()), noise))
    expect(shareLeft(x)).toBeGreaterThan(0.4)
  })
})

describe('transitions and calls', () => {
  it.each([
    [10, { innerSteps: 100, finalDenoise: false }, 1000],
    [232, { innerSteps: 5 }, 1161],
    [1, { innerSteps: 1 }, 2],
    [3, {}, 301],
  ] as const)('annealed over %i levels, %o: %i', async (steps, settings, calls) => {
    const entry = samplers['annealed-langevin']!
    const full = completeSettings(entry, settings)
    expect(samplerTransitions(entry, steps, full)).toBe(calls)
    expect(samplerCalls(entry, steps, full)).toBe(calls)
    const walk = annealedWalk(steps, settings)
    expect(walk).toHaveLength(annealedTransitions(steps, settings))
    let at = 0
    for (const { kind, from, to } of walk) {
      expect(from).toBe(at)
      expect(to - from).toBe(kind === 'step' ? 1 : 0)
      at = to
    }
    expect(at).toBe(steps)
    const levels = [...Array.from({ length: steps }, (_, i) => 0.99 ** i), 0]
    const count = counted(gaussian(1))
    const { transitions } = await finish(annealedLangevin(count.denoise, plan(levels, settings), startOf(values(1, 0)), unit))
    expect([transitions, count.calls()]).toEqual([calls, calls])
  })

  it('plain Langevin makes innerSteps, and one for the clean-up', async () => {
    for (const [finalDenoise, calls] of [
      [false, 7],
      [true, 8],
    ] as const) {
      const settings = { innerSteps: 7, finalDenoise }
      expect(samplerTransitions(samplers['langevin']!, 50, settings)).toBe(calls)
      const count = counted(gaussian(1))
      await finish(langevin(count.denoise, plan([1, 0.1, 0], settings), startOf(values(1, 0)), unit))
      expect(count.calls()).toBe(calls)
    }
  })

  it('the clean-up is the estimate at the lowest level visited', async () => {
    const { x } = await finish(
      annealedLangevin(gaussian(3), plan([2, 1, 0], { innerSteps: 1, stepSize: 1e-7 }), startOf(values(8, 0)), () => undefined),
    )
    expect(x.data[0]).toBeCloseTo((3 / 4) * 8, 4)
  })
})

describe('plain Langevin', () => {
  it('stands at the level that is named, counted from the cleanest', async () => {
    const levelOf = async (atLevel: number, changes: Partial<Plan> = {}): Promise<number> => {
      const run = langevin(gaussian(1), plan([3, 2, 1, 0], { atLevel, innerSteps: 1 }, changes), startOf(values(1, 0)), unit)
      for await (const { sigma } of run) return sigma
      return NaN
    }
    expect([await levelOf(1), await levelOf(3)]).toEqual([1, 3])
    expect([await levelOf(1, { lowest: 0.5 }), await levelOf(2, { lowest: 0.5 })]).toEqual([0.5, 1])
    await expect(levelOf(4)).rejects.toThrow(/from 1 to 3 for atLevel but received 4/)
  })

  it('starts from the start as it is, and resumes from any state to the same bits', async () => {
    const seeds = createNoise([7])
    const what = plan([2, 1, 0], { innerSteps: 5, finalDenoise: true, stepSize: 0.01 })
    const states = await checkpoints(langevin(gaussian(1), what, startOf(values(9, -9, 1)), seeds))
    for (const state of states) {
      const { x } = state.next < states.length ? await finish(langevin(gaussian(1), what, state, seeds)) : state
      expect([...x.data]).toEqual([...states.at(-1)!.x.data])
    }
    expect(Math.abs(states[0]!.x.data[0]! - 9)).toBeLessThan(1)
  })
})

describe('what a model is refused for', () => {
  const traits: ModelTraits = {
    name: 'One',
    noise: 've',
    levels: 1,
    largest: 1,
    smallest: 1,
    between: false,
    variance: 'none',
    channels: 1,
  }
  it('annealed Langevin with one level, by name, with what would work', () => {
    expect(refusesOneLevel(traits)).toBe(
      'The model "One" has one trained noise level and annealed Langevin walks down several: choose langevin.',
    )
    expect(refusesOneLevel({ ...traits, levels: 2 })).toBeUndefined()
    expect(samplers['annealed-langevin']!.refuses?.(traits)).toBeDefined()
  })
})
