import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { inpainterBudget, samplerBudget } from '../../src/core/budget.ts'
import { clipped, counted } from '../../src/core/denoiser.ts'
import { inpainters } from '../../src/core/inpaint/index.ts'
import { createNoise } from '../../src/core/rng.ts'
import { samplers } from '../../src/core/samplers/index.ts'
import { trainedLevels } from '../../src/core/schedule.ts'
import { startLatent } from '../../src/core/start.ts'
import { chooseTimesteps, levelsOf } from '../../src/core/timesteps.ts'
import type { Denoiser, SamplerEntry } from '../../src/core/types.ts'
import { finish, linear, startOf } from './fixtures.ts'

const repaint = inpainters['repaint']!
const closedForm = (T: number, j: number, r: number): number => T + (r - 1) * j * Math.ceil((T - j) / j)

describe('a budget for RePaint', () => {
  it.each([
    [73, 25, 1, 3],
    [145, 25, 1, 6],
    [146, 50, 2, 3],
    [291, 50, 2, 6],
    [292, 100, 4, 3],
    [729, 100, 4, 7],
    [730, 250, 10, 3],
    [2410, 250, 10, 10],
    [2649, 250, 10, 10],
    [2650, 250, 10, 11],
    [100_000, 250, 10, 100],
  ])('of %i calls: %i levels, jumps of %i, %i times', (budget, steps, jumpLength, resamples) => {
    const calls = closedForm(steps, jumpLength, resamples)
    expect(calls).toBeLessThanOrEqual(budget)
    expect(inpainterBudget(repaint, budget, 1000)).toEqual({ steps, jumps: { jumpLength, resamples }, calls })
  })

  it('takes no more levels than the model has, and counts nested jumps', () => {
    expect(inpainterBudget(repaint, 2410, 100)).toMatchObject({ steps: 100, jumps: { jumpLength: 4, resamples: 25 } })
    const settings = { jump2Length: 2, jump2Resamples: 3 }
    const nested = inpainterBudget(repaint, 2410, 1000, settings)
    const walk = repaint.walk({ steps: nested.steps, ...nested.jumps!, settings })
    expect(walk.filter(({ kind }) => kind === 'step')).toHaveLength(nested.calls)
    expect(nested.calls).toBeLessThanOrEqual(2410)
    expect(nested.calls).toBeGreaterThan(2000)
  })

  it('refuses one too small, by name, with the least that works, and a model of too few levels', () => {
    expect(() => inpainterBudget(repaint, 72, 1000)).toThrow(
      'Expected an integer of at least 73 for nfe with the method repaint but received 72 (number).',
    )
    expect(() => inpainterBudget(repaint, 73, 1000)).not.toThrow()
    expect(() => inpainterBudget(repaint, 1000, 24)).toThrow(/repaint shares nfe out over 25 levels or more, and the model has 24/)
  })
})

describe('a budget for what goes straight', () => {
  const entry = (name: string, more: Partial<SamplerEntry> = {}): SamplerEntry => {
    return { name, label: name, paper: 'None 2026', help: 'A test.', controls: [], run: async function* () {}, ...more }
  }
  it('is as many steps as it pays for and the model has', () => {
    const stepsFor = (one: SamplerEntry, budget: number, most: number) => samplerBudget(one, budget, most).steps
    const twice = entry('twice', { calls: (steps) => 2 * steps - 1 })
    expect([stepsFor(entry('plain'), 30, 1000), stepsFor(entry('plain'), 30, 10), stepsFor(twice, 30, 1000)]).toEqual([30, 10, 15])
    expect(stepsFor(twice, 1, 1000)).toBe(1)
    expect(inpainterBudget(inpainters['ding']!, 100, 1000)).toEqual({ steps: 50, calls: 99 })
    expect(inpainterBudget(inpainters['ddnm']!, 100, 1000)).toEqual({ steps: 100, calls: 100 })
  })

  it('refuses one that pays for no step, and a sampler that finds its own', () => {
    const dear = entry('dear', { calls: (steps) => 10 * steps })
    expect(() => samplerBudget(dear, 9, 1000)).toThrow(
      'Expected an integer of at least 10 for nfe with the sampler dear but received 9 (number).',
    )
    expect(() => samplerBudget(entry('free', { adaptive: true }), 9, 1000)).toThrow(/^The sampler free finds its number/)
  })
})

describe('14: what a budget resolves to', () => {
  const trained = trainedLevels(linear)
  const shape = { n: 1, c: 3, h: 1, w: 4 }
  const half: Denoiser = (x) => Promise.resolve({ x0: { shape: x.shape, data: x.data.map((value) => value / 2) } })

  async function callsMade(
    name: string,
    kind: 'sampler' | 'method',
    steps: number,
    jumps = { jumpLength: 1, resamples: 1 },
  ): Promise<number> {
    const entry = kind === 'method' ? inpainters[name]! : samplers[name]!
    const levels = levelsOf(trained, chooseTimesteps(entry.spacing ?? 'respaced', steps, 1000))
    const noise = createNoise([5])
    const state = startOf(startLatent(linear, levels[0]!, shape, noise))
    const count = counted(clipped(half, [-1, 1]))
    const plan = { levels, eta: 0, variance: 'small', trained, lowest: trained.sigmas[0]! } as const
    if (kind === 'sampler') {
      await finish(samplers[name]!.run(count.denoise, plan, state, noise))
      return count.calls()
    }
    const mask = { h: 1, w: 4, data: Uint8Array.from([1, 0, 1, 0]) }
    const photo = { shape, data: new Float32Array(12).fill(0.3) }
    const walk = inpainters[name]!.walk({ steps, ...jumps })
    await finish(inpainters[name]!.run(count.denoise, { ...plan, walk, finalPaste: true }, state, noise, { photo, mask }))
    return count.calls()
  }

  it('is kept to by every method, is what the run really calls, and one step or walk more would not fit', async () => {
    const all = [
      ...Object.values(samplers)
        .filter(({ adaptive }) => adaptive !== true)
        .map(({ name }) => ({ kind: 'sampler', name }) as const),
      ...Object.keys(inpainters).map((name) => ({ kind: 'method', name }) as const),
    ]
    let refused = 0
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...all),
        fc.integer({ min: 1, max: 900 }),
        fc.integer({ min: 20, max: 1000 }),
        async (one, budget, most) => {
          const choose = () =>
            one.kind === 'sampler'
              ? samplerBudget(samplers[one.name]!, budget, most)
              : inpainterBudget(inpainters[one.name]!, budget, most)
          const [chosen, refusal] = attempt(choose)
          if (chosen === undefined) {
            refused++
            expect(refusal).toMatch(/at least \d+ for nfe|25 levels or more/)
            return
          }
          expect(chosen.steps).toBeLessThanOrEqual(most)
          expect(chosen.calls).toBeLessThanOrEqual(budget)
          expect(await callsMade(one.name, one.kind, chosen.steps, chosen.jumps)).toBe(chosen.calls)
          if (chosen.jumps === undefined) return
          const { jumpLength, resamples } = chosen.jumps
          if (resamples < 100) expect(closedForm(chosen.steps, jumpLength, resamples + 1)).toBeGreaterThan(budget)
        },
      ),
      { numRuns: 150 },
    )
    expect(refused).toBeLessThan(100)
  })

  function attempt<T>(act: () => T): [T, undefined] | [undefined, string] {
    try {
      return [act(), undefined]
    } catch (error) {
      if (!(error instanceof RangeError)) throw error
      return [undefined, error.message]
    }
  }
})
