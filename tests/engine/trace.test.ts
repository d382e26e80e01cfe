import { describe, expect, it } from 'vitest'
import { completeSettings, inpainters, samplers, traitsOf } from '../../src/core/index.ts'
import { createEngine } from '../../src/engine/host.ts'
import type { DenoiserCard } from '../../src/shared/card.ts'
import type { RunArgs, RunResult, StepEvent } from '../../src/shared/engine.ts'
import type { TraceEvent } from '../../src/shared/trace.ts'
import { cards, generate, graphs, inpaint } from '../support/onnx.ts'

// The real onnxruntime in the test's own process, on the tiny graphs.

interface Ran {
  readonly result: RunResult
  readonly steps: readonly StepEvent[]
  readonly traced: readonly TraceEvent[]
}

async function ran(card: DenoiserCard, args: RunArgs): Promise<Ran> {
  const methods = createEngine({})
  await methods.load({ folder: graphs, card, device: 'cpu', threads: 1 })
  const events: (StepEvent | TraceEvent)[] = []
  const result = (await methods.run?.(
    args as never,
    { emit: (event: unknown) => void events.push(event as StepEvent | TraceEvent), cancelled: false } as never,
  )) as RunResult
  return {
    result,
    steps: events.filter((event) => event.kind === 'step'),
    traced: events.filter((event) => event.kind === 'trace'),
  }
}

const everything = { previews: 8, previewBytes: 1 << 20, states: true }
const specOf = (card: DenoiserCard) => ({
  channels: card.image.channels,
  between: card.input.level.between,
  variance: card.output.variance,
  noise: card.noise,
})
const allows = (entry: { refuses?: unknown }, card: DenoiserCard): boolean =>
  (entry as { refuses?: (model: unknown) => string | undefined }).refuses?.(traitsOf(card.name, specOf(card))) === undefined

describe('the trace of a run', () => {
  it('is nothing unless asked for, and asking changes no picture', async () => {
    const plain = await ran(cards.linear(), generate({ seeds: [1, 2] }))
    expect(plain.traced).toEqual([])
    const { result, traced } = await ran(cards.linear(), generate({ seeds: [1, 2], trace: everything }))
    expect(traced).toHaveLength(10)
    expect(result.images).toEqual(plain.result.images)
    expect(result.nfe).toBe(10)
  })

  it('says of every step its level, the size of the step, the calls so far and the score at the call', async () => {
    const { result, traced } = await ran(cards.linear(), generate({ seeds: [1, 2], steps: 5, trace: everything }))
    const steps = traced.map((event) => event.step)
    expect(steps.map((step) => step.index)).toEqual([0, 1, 2, 3, 4])
    expect(steps.map((step) => step.t)).toEqual(result.timesteps)
    expect(steps.map((step) => step.sigma)).toEqual(result.sigmas.slice(0, -1))
    expect(steps.map((step) => step.nfe)).toEqual([1, 2, 3, 4, 5])
    for (const [i, step] of steps.entries()) {
      const [from, to] = [result.sigmas[i]!, result.sigmas[i + 1]!]
      expect(step.stepSize).toBe(from - to)
      expect(step.alphaBar).toBeCloseTo(1 / (1 + from * from), 12)
      expect(step.scoreNorm).toHaveLength(2)
      // x is where the step before ended; DDIM with eta 0 says what x0 then was: x' = x0 + to/from (x - x0).
      const before = traced[i - 1]?.state?.x.data
      const after = traced[i]!.state!.x.data
      if (before === undefined) continue
      const score = (k: number) => {
        const x0 = (after[k]! - (to / from) * before[k]!) / (1 - to / from)
        return (x0 - before[k]!) / from ** 2
      }
      const square = Array.from({ length: 64 }, (_, k) => score(k) ** 2).reduce((sum, value) => sum + value, 0)
      expect(step.scoreNorm![0]! / Math.sqrt(square / 64)).toBeCloseTo(1, 4)
    }
    const times = steps.map((step) => step.milliseconds)
    expect(times).toEqual(times.toSorted((a, b) => a - b))
  })

  it("gives the method's own step size, and an undo its way up without a score", async () => {
    const { traced } = await ran(cards.linear(), inpaint({ steps: 6, trace: { previews: 0, previewBytes: 0, states: false } }))
    const undone = traced.filter((event) => event.step.scoreNorm === null)
    expect(undone.length).toBeGreaterThan(0)
    for (const { step, previews, state } of undone) {
      expect(step.stepSize).toBeLessThan(0)
      expect([previews, state]).toEqual([undefined, undefined])
    }
    const down = traced.filter((event) => event.step.scoreNorm !== null)
    expect(down.every(({ step }) => typeof step.stepSize === 'number' && step.stepSize > 0)).toBe(true)
    expect(down.at(-1)?.step.stepSize).toBe(down.at(-1)?.step.sigma)
  })

  it('shows the clean estimate of every picture at every step, no larger than asked', async () => {
    const { traced } = await ran(cards.linear(), generate({ seeds: [1, 2, 3], trace: { ...everything, previews: 4 } }))
    for (const { previews } of traced)
      expect(previews?.map((one) => [one.index, one.width, one.height, one.rgb.length])).toEqual(
        [0, 1, 2].map((i) => [i, 4, 4, 48]),
      )
  })

  it('knows no training index for a model that is told sigma', async () => {
    const { traced } = await ran(cards.sigma(), generate({ trace: everything }))
    expect(traced.map((event) => event.step.t)).toEqual(traced.map(() => null))
  })
})

/** From some states of the run, spread by a rule that is no multiple of anything: the identical end, and the same number of calls. */
async function resumesEverywhere(card: DenoiserCard, args: RunArgs): Promise<void> {
  const whole = await ran(card, { ...args, trace: { previews: 0, previewBytes: 0, states: true } })
  const count = whole.traced.length
  expect(count).toBeGreaterThan(1)
  const chosen = new Set([1, count - 1, ...[0.17, 0.43, 0.71].map((part) => Math.max(1, Math.floor(part * count)))])
  for (const at of chosen) {
    const { state, step } = whole.traced[at - 1]!
    const { result, steps, traced } = await ran(card, {
      ...args,
      trace: { previews: 0, previewBytes: 0, states: true },
      resume: { state: state!, steps: at, nfe: step.nfe },
    })
    expect(Buffer.from(result.images.buffer).equals(Buffer.from(whole.result.images.buffer)), `from step ${at} of ${count}`).toBe(
      true,
    )
    expect(result.nfe).toBe(whole.result.nfe)
    expect(traced.map((event) => event.step.index)).toEqual(whole.traced.slice(at).map((event) => event.step.index))
    expect(steps[0]).toMatchObject({ step: at + 1, calls: whole.traced[at]?.step.nfe })
  }
}

const seeds = [5, 9]
const slow = 60_000

describe('a run continued from a recorded state ends bit for bit as it would have', () => {
  for (const [name, card] of [
    ['vp', cards.linear()],
    ['ve', cards.sigma()],
  ] as const) {
    it.each(Object.values(samplers).filter((entry) => allows(entry, card)))(
      `${name}: $name`,
      async (entry) => {
        const eta = entry.controls.includes('eta') ? 0.6 : 0
        await resumesEverywhere(
          card,
          generate({ sampler: entry.name, eta, steps: 8, seeds, settings: completeSettings(entry, {}) }),
        )
      },
      slow,
    )
    it.each(Object.values(inpainters).filter((entry) => allows(entry, card)))(
      `${name}, a fill: $name`,
      async (entry) => {
        const eta = entry.controls.includes('eta') ? 0.6 : 0
        await resumesEverywhere(card, inpaint({ method: entry.name, eta, steps: 8, seeds, settings: completeSettings(entry, {}) }))
      },
      slow,
    )
  }

  it('refuses a state of another size', async () => {
    const state = { next: 1, x: { shape: { n: 1, c: 1, h: 2, w: 2 }, data: new Float32Array(4) }, memory: [] }
    await expect(ran(cards.linear(), generate({ resume: { state, steps: 1, nfe: 1 } }))).rejects.toThrow('The state has 4 values')
  })
})

describe('a given start', () => {
  it("is the seed's own where it is the seed's noise", async () => {
    const { createNoise } = await import('../../src/core/index.ts')
    const noise = { shape: { n: 1, c: 1, h: 8, w: 8 }, data: new Float32Array(64) }
    createNoise([7])(noise, 'start', 0)
    for (const card of [cards.linear(), cards.sigma()]) {
      const own = await ran(card, generate({ seeds: [7] }))
      const given = await ran(card, generate({ seeds: [7], start: noise.data }))
      expect(given.result.images).toEqual(own.result.images)
    }
    await expect(ran(cards.linear(), generate({ start: new Float32Array(9) }))).rejects.toThrow('The noise has 9 values')
  })
})
