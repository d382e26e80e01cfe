import { describe, expect, it } from 'vitest'
import { createNoise, fillUniform } from '../../src/core/index.ts'
import { createEngine } from '../../src/engine/host.ts'
import type { DenoiserCard } from '../../src/shared/card.ts'
import type { Inverted, InvertArgs, Likelihood, LikelihoodArgs, RunResult, StepEvent } from '../../src/shared/engine.ts'
import { cards, generate, graphs } from '../support/onnx.ts'

// The real onnxruntime on the tiny graphs. sigma.onnx is the exact score of N(0, 1) at levels 0.01 to 10: what comes out is known in closed form.

async function asked<T>(card: DenoiserCard, method: string, args: unknown, cancelAfter = Infinity) {
  const methods = createEngine({})
  await methods.load({ folder: graphs, card, device: 'cpu', threads: 1 })
  const events: StepEvent[] = []
  const context = {
    emit: (event: unknown) => void events.push(event as StepEvent),
    get cancelled() {
      return events.length >= cancelAfter
    },
  }
  return { result: (await methods[method]?.(args as never, context)) as T, events }
}

const pictures = Float32Array.from({ length: 128 }, (_, i) => Math.sin(i) * 0.9)
const inverting = (changes: Partial<InvertArgs> = {}): InvertArgs => ({
  steps: 20,
  spacing: 'linspace',
  order: 'first',
  pictures,
  count: 2,
  width: 8,
  height: 8,
  ...changes,
})

const worst = (a: Float32Array, b: (i: number) => number) => Math.max(...a.map((value, i) => Math.abs(value - b(i))))

describe('inversion through a model', () => {
  it('reaches the noise of the flow, of first and of second order', async () => {
    const error = async (changes: Partial<InvertArgs>) => {
      const { result } = await asked<Inverted>(cards.sigma(), 'invert', inverting(changes))
      const top = result.sigmas[0]!
      return worst(result.noise, (i) => (pictures[i]! * Math.sqrt(1 + top * top)) / top)
    }
    const [coarse, fine] = [await error({ steps: 20 }), await error({ steps: 40 })]
    expect(coarse / fine).toBeGreaterThan(1.7)
    expect(await error({ steps: 40, order: 'second' })).toBeLessThan(fine / 4)
  })

  it('then DDIM from that noise gives the picture back, the nearer the more steps', async () => {
    const back = async (steps: number) => {
      const { result } = await asked<Inverted>(cards.sigma(), 'invert', inverting({ steps }))
      const args = generate({ steps, spacing: 'linspace', seeds: [1, 2], start: result.noise })
      return worst((await asked<RunResult>(cards.sigma(), 'run', args)).result.images, (i) => pictures[i]!)
    }
    const [coarse, fine] = [await back(10), await back(40)]
    expect(coarse / fine).toBeGreaterThan(3)
    expect(fine).toBeLessThan(0.1)
  })

  it('tells every step and counts its calls; an image of a batch is the image alone', async () => {
    const { result, events } = await asked<Inverted>(cards.linear(), 'invert', inverting({ steps: 6, order: 'second' }))
    expect(events.map((event) => event.step)).toEqual([1, 2, 3, 4, 5, 6])
    expect([result.nfe, events.at(-1)?.calls, events.at(-1)?.callsTotal]).toEqual([11, 11, 11])
    expect(result.timesteps).toHaveLength(6)
    const alone = inverting({ steps: 6, order: 'second', pictures: pictures.slice(64), count: 1 })
    expect((await asked<Inverted>(cards.linear(), 'invert', alone)).result.noise).toEqual(result.noise.slice(64))
  })

  it('is cancelled within a step, and refuses what it cannot do in one sentence', async () => {
    await expect(asked(cards.linear(), 'invert', inverting(), 2)).rejects.toMatchObject({ code: 'cancelled' })
    await expect(asked(cards.linear(), 'invert', inverting({ spacing: 'zigzag' }))).rejects.toMatchObject({ code: 'request' })
    await expect(asked(cards.linear(), 'invert', inverting({ width: 9 }))).rejects.toMatchObject({ code: 'request' })
  })
})

const measuring = (changes: Partial<LikelihoodArgs> = {}): LikelihoodArgs => ({
  steps: 40,
  spacing: 'linspace',
  probes: 3,
  seed: 4,
  picture: Float32Array.from({ length: 64 }, (_, i) => (2 * ((i * 37) % 256)) / 255 - 1),
  width: 8,
  height: 8,
  ...changes,
})

describe('the likelihood of a picture', () => {
  it('is the density of N(0, 1), whose divergence every probe reads exactly', async () => {
    const args = measuring()
    const { result } = await asked<Likelihood>(cards.sigma(), 'likelihood', args)
    const u = { shape: { n: 1, c: 1, h: 8, w: 8 }, data: new Float32Array(64) }
    fillUniform(u, createNoise([4]), [0, 1])
    const squares = u.data.reduce((sum, value, i) => sum + ((2 * (((i * 37) % 256) + value)) / 256 - 1) ** 2, 0)
    const top = result.sigmas[0]!
    // The noise it ends in is taken as N(0, sigma^2) where it is N(0, 1 + sigma^2): a difference that is known too.
    const flowed = squares * (1 + top * top)
    const wrongPrior = -32 * Math.log(top ** 2 / (1 + top ** 2)) - flowed / (2 * top ** 2) + squares / 2
    const exact = -32 * Math.log(2 * Math.PI) - squares / 2 + wrongPrior
    expect(result.dimensions).toBe(64)
    expect(result.logDensities).toHaveLength(3)
    // float32 in the graph, divided by a push of a fiftieth of the level: some hundredths of a nat over all levels.
    for (const one of result.logDensities) expect(Math.abs(one - exact)).toBeLessThan(0.1)
  })

  it('of more probes begins with the same, and counts every call', async () => {
    const few = (await asked<Likelihood>(cards.linear(), 'likelihood', measuring({ steps: 5, probes: 3 }))).result
    const { result: many, events } = await asked<Likelihood>(cards.linear(), 'likelihood', measuring({ steps: 5, probes: 19 }))
    expect(many.logDensities).toHaveLength(19)
    for (const [k, one] of few.logDensities.entries()) expect(many.logDensities[k]).toBeCloseTo(one, 6)
    // Two calls a level for the way, one for the first, and one a level for each group of eight probes.
    expect([few.nfe, many.nfe]).toEqual([9 + 5, 9 + 3 * 5])
    expect(events.at(-1)).toMatchObject({ step: 5, steps: 5, calls: 24, callsTotal: 24 })
  })

  it('is cancelled between calls and refuses no probe', async () => {
    await expect(asked(cards.linear(), 'likelihood', measuring(), 1)).rejects.toMatchObject({ code: 'cancelled' })
    await expect(asked(cards.linear(), 'likelihood', measuring({ probes: 0 }))).rejects.toMatchObject({ code: 'request' })
  })
})
