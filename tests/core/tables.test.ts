import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { copyOf } from '../../src/core/latent.ts'
import type { Latent, SamplerState, Step } from '../../src/core/types.ts'
import { begin, caseOf, type Case, type Method, methods, type Run } from './table-runs.ts'

/**
 * What holds for whatever stands in the tables: random schedules, spacings, shapes, batches, seeds, thresholds and settings. Ran a few times a
 * method here; SOAK=1 many times. SEED=n repeats the run that has n in its name.
 */
const numRuns = process.env['SOAK'] === undefined ? 12 : 400
const seed = Number(process.env['SEED'] ?? Math.floor(Math.random() * 2 ** 31))
// An adaptive solver at its finest takes a thousand attempts a case.
vi.setConfig({ testTimeout: numRuns * 3000 })

/** A run of more transitions than this says nothing that a short one does not. */
const most = 150

interface Recorded {
  readonly steps: readonly Step[]
  readonly end: Latent
}

/** Every step with its state copied, as a checkpoint would. A run that refuses its settings does so before its first step. */
async function record(run: Run, from: SamplerState = run.start): Promise<Recorded> {
  const steps: Step[] = []
  const [under, first] = await refusing(async () => {
    const generator = run.from(from)
    return [generator, await generator.next()] as const
  })
  for (let at = first; at.done !== true; at = await under.next()) {
    const { next, x, memory } = at.value.state
    steps.push({
      ...at.value,
      ...(at.value.x0 === undefined ? {} : { x0: copyOf(at.value.x0) }),
      state: { next, x: copyOf(x), memory: memory.map(copyOf) },
    })
  }
  return { steps, end: (steps.at(-1)?.state ?? from).x }
}

/** A refusal, a RangeError of one sentence, makes the case none of the property's; anything else fails it. */
async function refusing<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act()
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    expect(error.message).toMatch(/^[^.].*[^.]\.$/)
    fc.pre(false)
    throw error
  }
}

/** A run that this method can make of the case. */
async function made(method: Method, what: Case, seeds: readonly number[]): Promise<Run> {
  const run = await refusing(async () => begin(method, what, seeds))
  fc.pre(run !== undefined && (run.transitions ?? 0) <= most)
  if (run === undefined) throw new Error('fc.pre has thrown')
  return run
}

const imageOf = ({ data, shape }: Latent, k: number): number[] => [
  ...data.subarray((k * data.length) / shape.n, ((k + 1) * data.length) / shape.n),
]
const allFinite = (x: Latent): boolean => x.data.every(Number.isFinite)

function expectSane({ steps }: Recorded, { start, levels }: Run): void {
  const { n } = start.x.shape
  let progress = 0
  for (const [k, { index, sigma, x0, stepSize, effectiveSampleSize, state, ...step }] of steps.entries()) {
    expect(index).toBe(k)
    expect(sigma >= 0 && sigma <= 1.5 * levels[0]!).toBe(true)
    expect(state.x.shape).toEqual(start.x.shape)
    expect([state.x, ...state.memory, ...(x0 === undefined ? [] : [x0])].every(allFinite), `transition ${k}`).toBe(true)
    if (x0 !== undefined) expect(x0.shape).toEqual(start.x.shape)
    const sizes = stepSize === undefined ? [] : typeof stepSize === 'number' ? [stepSize] : stepSize
    expect([0, 1, n]).toContain(sizes.length)
    expect(sizes.every((size) => Number.isFinite(size) && size >= 0)).toBe(true)
    if (effectiveSampleSize !== undefined) expect(effectiveSampleSize >= 1 - 1e-9 && effectiveSampleSize <= n + 1e-9).toBe(true)
    if (step.progress !== undefined) {
      expect(step.progress >= progress && step.progress <= 1).toBe(true)
      progress = step.progress
    }
  }
}

const seeds = fc.array(fc.maxSafeNat(), { minLength: 2, maxLength: 4 })

const isTogether = (method: Method): boolean => method.kind === 'inpainter' && method.entry.together === true
const together = methods.filter(([, method]) => isTogether(method))
const apart = methods.filter(([, method]) => !isTogether(method))

async function pictures(method: Method, what: Case, chosen: readonly number[]): Promise<number[][]> {
  const { end } = await record(await made(method, what, chosen))
  return chosen.map((_, k) => imageOf(end, k))
}

describe(`whatever stands in the tables, seed ${seed}`, () => {
  it.each(methods)(
    '%s, makes as many transitions and calls as shown, and nothing in them is out of its range',
    async (_, method) => {
      await fc.assert(
        fc.asyncProperty(caseOf(method), seeds, async (what, chosen) => {
          const run = await made(method, what, chosen)
          const recorded = await record(run)
          expectSane(recorded, run)
          if (run.transitions !== undefined) expect([recorded.steps.length, run.called()]).toEqual([run.transitions, run.calls])
        }),
        { numRuns, seed },
      )
    },
  )

  it.each(apart)('%s, makes of each seed the same picture in any batch, order and chunk', async (_, method) => {
    await fc.assert(
      fc.asyncProperty(caseOf(method), seeds, fc.nat(), async (what, chosen, cut) => {
        const whole = await pictures(method, what, chosen)
        expect(await pictures(method, what, chosen.toReversed())).toEqual(whole.toReversed())
        const at = 1 + (cut % (chosen.length - 1))
        const [left, right] = [chosen.slice(0, at), chosen.slice(at)]
        expect([...(await pictures(method, what, left)), ...(await pictures(method, what, right))]).toEqual(whole)
        const alone = cut % chosen.length
        expect(await pictures(method, what, [chosen[alone]!])).toEqual([whole[alone]])
      }),
      { numRuns, seed },
    )
  })

  it.each(together)('%s, makes of the same batch the same pictures', async (_, method) => {
    await fc.assert(
      fc.asyncProperty(caseOf(method), seeds, async (what, chosen) => {
        expect(await pictures(method, what, chosen)).toEqual(await pictures(method, what, chosen))
      }),
      { numRuns, seed },
    )
  })

  it.each(methods)('%s, resumes from any state to the identical end, and leaves that state as it was', async (_, method) => {
    await fc.assert(
      fc.asyncProperty(caseOf(method), seeds, fc.nat(), async (what, chosen, pick) => {
        const first = await made(method, what, chosen)
        const begun = copyOf(first.start.x)
        const { steps, end } = await record(first)
        expect(first.start.x.data).toEqual(begun.data)
        const at = pick % steps.length
        const { state } = steps[at]!
        const kept = { next: state.next, x: copyOf(state.x), memory: state.memory.map(copyOf) }
        const rest = await record(await made(method, what, chosen), state)
        expect(state).toEqual(kept)
        expect(rest.end.data).toEqual(end.data)
        // A run that is the photo itself is that again.
        if (method.kind === 'sampler' || what.mask.includes(1)) expect(rest.steps).toHaveLength(steps.length - 1 - at)
      }),
      { numRuns, seed },
    )
  })
})
