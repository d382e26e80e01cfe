import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createNoise, levelsOf, startLatent, trainedLevels, chooseTimesteps } from '../../src/core/index.ts'
import type { DenoiserCard, ModelCard } from '../../src/shared/card.ts'
import type { RunArgs, RunResult, StepEvent } from '../../src/shared/engine.ts'
import type { CallContext } from '../../src/shared/port.ts'
import { createCaller } from '../../src/engine/call.ts'
import { createFaults } from '../../src/engine/faults.ts'
import { createEngine } from '../../src/engine/host.ts'
import { loadRuntime } from '../../src/engine/session.ts'
import { cardOf, cards, classifierCard, generate, graphs, inpaint } from '../support/onnx.ts'

// These tests run the real onnxruntime in the test's own process, on tiny graphs; what needs a process of its own is in integration.

interface Ran {
  readonly result: RunResult
  readonly events: readonly StepEvent[]
}

const listening = (events: StepEvent[] = [], cancelAfter = Infinity): CallContext => ({
  emit: (event) => void events.push(event as StepEvent),
  get cancelled() {
    return events.length >= cancelAfter
  },
})

async function engineWith(card: ModelCard) {
  const methods = createEngine({})
  await methods.load({ folder: graphs, card, device: 'cpu', threads: 1 })
  return methods
}

async function ran(card: DenoiserCard, args: RunArgs): Promise<Ran> {
  const methods = await engineWith(card)
  const events: StepEvent[] = []
  return { result: (await methods.run?.(args as never, listening(events))) as RunResult, events }
}

const failure = async (promise: Promise<unknown>) =>
  promise.then(
    () => 'no failure',
    (error: unknown) => error,
  )

describe('a generation', () => {
  it('is DDIM by hand: the linear model is x (0.3 + 0.0004 t), so every step is one multiplication', async () => {
    const { result } = await ran(cards.linear(), generate({ steps: 10, seeds: [5] }))
    const timesteps = chooseTimesteps('leading', 10, 1000)
    const levels = levelsOf(trainedLevels(cards.linear().noise), timesteps)
    const x = startLatent(cards.linear().noise, levels[0] ?? 0, { n: 1, c: 1, h: 8, w: 8 }, createNoise([5]))
    let expected = Array.from(x.data)
    for (const [i, t] of timesteps.entries()) {
      const [from, to] = [levels[i] ?? 0, levels[i + 1] ?? 0]
      const slope = (0.3 + 0.0004 * t) / Math.sqrt(1 + from * from)
      expected = expected.map((value) => value * (1 - from * slope) + to * value * slope)
    }
    // float32 in the graph and the tensors, ten steps: a few parts in a million.
    for (const [i, value] of result.images.entries()) expect(value).toBeCloseTo(expected[i] ?? NaN, 5)
    expect(result.timesteps).toEqual(timesteps)
    expect(result.sigmas).toEqual(levels)
    expect(result.nfe).toBe(10)
  })

  it('counts the calls a sampler really makes: Heun, two a step but for the last', async () => {
    const { result, events } = await ran(cards.linear(), generate({ sampler: 'heun', steps: 6, seeds: [5] }))
    expect(result.nfe).toBe(11)
    expect(events.at(-1)).toMatchObject({ step: 6, steps: 6, calls: 11, callsTotal: 11 })
  })

  it.each([
    ['linear', cards.linear()],
    ['learned-range', cards.learnedRange()],
    ['a fixed batch of 4', cards.fixedBatch()],
    ['one level for the batch', cards.scalar()],
    ['levels in a column of int32', cards.column()],
    ['sigma as float32', cards.sigma()],
  ])('of a batch equals the single runs bit for bit: %s', async (_, card) => {
    const seeds = [7, 8, 9, 10, 11, 2 ** 53 - 1]
    const changes = { sampler: 'ddpm', variance: card.output.variance === 'none' ? 'small' : 'learned' } as const
    const together = (await ran(card, generate({ seeds, ...changes }))).result
    expect(together.shape).toEqual({ n: 6, c: 1, h: 8, w: 8 })
    for (const [i, seed] of seeds.entries()) {
      const alone = (await ran(card, generate({ seeds: [seed], ...changes }))).result
      expect(Buffer.from(alone.images.buffer).equals(Buffer.from(together.images.buffer, i * 256, 256))).toBe(true)
    }
  })

  it('gives the same pictures whatever way the graph takes its levels and its batch', async () => {
    const args = generate({ seeds: [1, 2, 3, 4, 5], steps: 7 })
    const { images } = (await ran(cards.linear(), args)).result
    for (const card of [cards.fixedBatch(), cards.scalar(), cards.column()])
      expect((await ran(card, args)).result.images).toEqual(images)
  })

  it('of a score model lands on its data: N(0, 1) pictures from the closed-form score', async () => {
    const { result } = await ran(cards.sigma(), generate({ seeds: Array.from({ length: 32 }, (_, i) => i), steps: 40 }))
    const variance = result.images.reduce((sum, value) => sum + value * value, 0) / result.images.length
    // 2048 draws: the standard error of the variance is 0.031; the discretisation of 40 steps leaves 0.05.
    expect(Math.abs(variance - 1)).toBeLessThan(0.15)
    expect(result.timesteps).toBeUndefined()
  })

  it('takes any size its card allows and no other', async () => {
    const { result } = await ran(cards.anySize(), generate({ width: 12, height: 4, seeds: [1, 2] }))
    expect(result.shape).toEqual({ n: 2, c: 3, h: 4, w: 12 })
    expect(result.images.length).toBe(2 * 3 * 4 * 12)
    expect(await failure(ran(cards.anySize(), generate({ width: 10, height: 8 })))).toMatchObject({ code: 'request' })
    expect(await failure(ran(cards.linear(), generate({ width: 16 })))).toMatchObject({
      code: 'request',
      message: 'The model Test linear cannot make pictures of 16 x 8 pixels.',
    })
  })

  it.each([
    [{ sampler: 'toString' }, 'There is no sampler toString'],
    [{ steps: 1001 }, 'Expected an integer from 1 to 1000 for steps but received 1001.'],
    [{ eta: 2 }, 'eta'],
    [{ seeds: [] }, 'at least one seed'],
    [{ variance: 'learned' as const, sampler: 'ddpm' }, 'has not learned a variance'],
  ])('refuses %j in one sentence', async (changes, words) => {
    expect(await failure(ran(cards.linear(), generate(changes)))).toMatchObject({
      code: 'request',
      message: expect.stringContaining(words) as string,
    })
  })
})

describe('an inpainting', () => {
  it('ends with the photo in every kept pixel and counts the calls of the walk', async () => {
    const args = inpaint({ seeds: [3, 4] })
    const { result, events } = await ran(cards.linear(), args)
    for (const [i, value] of result.images.entries()) if (args.mask[i % 64] === 0) expect(value).toBe(args.photo[i % 64])
    // RePaint 10/2/2: 10 + (2 - 1) * 2 * ceil((10 - 2)/2) calls, and as many undos as the climbs.
    expect(result.nfe).toBe(18)
    expect(events.at(-1)).toMatchObject({ step: 26, steps: 26, calls: 18, callsTotal: 18 })
  })

  it('takes eta where the method has it, 0 where nothing is said, and refuses one beyond 1', async () => {
    const fill = async (changes: Partial<Parameters<typeof inpaint>[0]>) =>
      (await ran(cards.linear(), inpaint({ method: 'ddnm', steps: 6, ...changes }))).result
    const [plain, none, some] = [await fill({}), await fill({ eta: 0 }), await fill({ eta: 0.5 })]
    expect([plain.nfe, some.nfe]).toEqual([6, 6])
    expect(plain.images).toEqual(none.images)
    expect(some.images).not.toEqual(none.images)
    expect(await failure(fill({ eta: 2 }))).toMatchObject({ code: 'request', message: expect.stringContaining('eta') as string })
  })

  it('with nothing to repaint is the photo, without a model call', async () => {
    const { result, events } = await ran(cards.linear(), inpaint({ mask: new Uint8Array(64) }))
    expect(result.images).toEqual(inpaint().photo)
    expect(result.nfe).toBe(0)
    expect(events.at(-1)).toMatchObject({ step: 1, steps: 1, callsTotal: 0 })
  })

  it('refuses a mask of another size and an unknown method', async () => {
    expect(await failure(ran(cards.linear(), inpaint({ mask: new Uint8Array(63) })))).toMatchObject({ code: 'request' })
    expect(await failure(ran(cards.linear(), inpaint({ method: 'magic' })))).toMatchObject({ code: 'request' })
  })
})

describe('a run', () => {
  it('tells its first and last step, with previews of x0 in bytes', async () => {
    const { events } = await ran(cards.linear(), generate({ seeds: [1, 2], preview: { size: 4, everyMs: 60_000 }, steps: 20 }))
    const [first, last] = [events[0], events.at(-1)]
    expect(first).toMatchObject({ kind: 'step', step: 1, steps: 20, calls: 1, callsTotal: 20 })
    expect(last).toMatchObject({ step: 20, calls: 20 })
    expect(last?.previews?.map((preview) => [preview.index, preview.width, preview.height, preview.rgb.length])).toEqual([
      [0, 4, 4, 48],
      [1, 4, 4, 48],
    ])
    expect(events.filter((event) => event.previews !== undefined)).toHaveLength(2)
    expect((last?.modelMilliseconds ?? NaN) <= (last?.milliseconds ?? NaN)).toBe(true)
  })

  it('ends with code cancelled after the step in which it was cancelled', async () => {
    const methods = await engineWith(cards.linear())
    const events: StepEvent[] = []
    const error = await failure(methods.run?.(generate({ steps: 1000 }) as never, listening(events, 1)) as Promise<unknown>)
    expect(error).toMatchObject({ code: 'cancelled' })
    expect(events.map((event) => event.step)).toEqual([1])
  })

  it('cancelled at its very last step is cancelled, not finished', async () => {
    const methods = await engineWith(cards.linear())
    const error = await failure(methods.run?.(generate({ steps: 2 }) as never, listening([], 2)) as Promise<unknown>)
    expect(error).toMatchObject({ code: 'cancelled' })
  })

  it('of a sampler that finds its own steps is told by how much of the way is behind it, and ends exactly', async () => {
    const { result, events } = await ran(
      cards.linear(),
      generate({ sampler: 'pf-ode', seeds: [1, 2], preview: { size: 0, everyMs: 0 } }),
    )
    const last = events.at(-1)
    expect(last).toMatchObject({ calls: result.nfe, callsTotal: result.nfe })
    expect(last?.step).toBe(last?.steps)
    for (const event of events.slice(0, -1)) {
      expect(event.step).toBeLessThan(event.steps)
      expect(event.calls).toBeLessThan(event.callsTotal)
    }
  })

  it('asks for a cancel between the calls of one step when the graph takes less than the batch', async () => {
    const methods = await engineWith(cards.fixedBatch())
    let asked = 0
    const context: CallContext = {
      emit: () => expect.unreachable('no step was finished'),
      get cancelled() {
        return ++asked > 2
      },
    }
    const error = await failure(
      methods.run?.(generate({ seeds: Array.from({ length: 40 }, (_, i) => i) }) as never, context) as Promise<unknown>,
    )
    expect(error).toMatchObject({ code: 'cancelled' })
    expect(asked).toBe(3)
  })

  it('fails with nan or constant instead of giving such a picture', async () => {
    expect(await failure(ran(cardOf('nan'), generate()))).toMatchObject({ code: 'device', detail: 'nan' })
    expect(await failure(ran(cardOf('flat'), generate()))).toMatchObject({ code: 'device', detail: 'constant' })
  })

  it('is alone in its process', async () => {
    const methods = await engineWith(cards.linear())
    const first = methods.run?.(generate() as never, listening()) as Promise<RunResult>
    expect(await failure(methods.run?.(generate() as never, listening()) as Promise<unknown>)).toMatchObject({ code: 'internal' })
    expect((await first).nfe).toBe(10)
  })

  it('does not change what an earlier run gave: buffers belong to a run', async () => {
    const methods = await engineWith(cards.linear())
    const first = (await methods.run?.(generate({ seeds: [1] }) as never, listening())) as RunResult
    const kept = first.images.slice()
    await methods.run?.(generate({ seeds: [2] }) as never, listening())
    expect(first.images).toEqual(kept)
  })
})

describe('the other methods', () => {
  it('classify gives the probabilities of the graph', async () => {
    const methods = await engineWith(classifierCard())
    const images = new Float32Array(128).fill(0.5, 0, 64).fill(-1, 64)
    const p = (await methods.classify?.({ images, shape: { n: 2, c: 1, h: 8, w: 8 } } as never, listening())) as Float32Array
    // softmax([m, -m]) of the mean m.
    const expected = [0.5, -0.5, -1, 1].map((m) => 1 / (1 + Math.exp(-2 * m)))
    for (const [i, value] of p.entries()) expect(value).toBeCloseTo(expected[i] ?? NaN, 6)
    expect(await failure(Promise.resolve().then(() => methods.run?.(generate() as never, listening())))).toMatchObject({
      code: 'request',
    })
  })

  it('classify refuses a model that makes pictures', async () => {
    const methods = await engineWith(cards.linear())
    const asked = methods.classify?.({ images: new Float32Array(64), shape: { n: 1, c: 1, h: 8, w: 8 } } as never, listening())
    expect(await failure(asked as Promise<unknown>)).toMatchObject({ code: 'request' })
  })

  it('bare times each of its calls', async () => {
    const methods = await engineWith(cards.fixedBatch())
    const times = (await methods.bare?.({ steps: 5, batch: 2, width: 8, height: 8 } as never, listening())) as number[]
    expect(times).toHaveLength(5)
    expect(times.every((time) => time > 0)).toBe(true)
  })

  it('facts shows the ends of the graph', async () => {
    const methods = await engineWith(cards.conv())
    expect(methods.facts?.({} as never, listening())).toEqual({
      inputs: [
        { name: 'sample', type: 'float32', shape: ['n', 3, 16, 16] },
        { name: 'timestep', type: 'int64', shape: ['n'] },
      ],
      outputs: [{ name: 'out', type: 'float32', shape: ['n', 3, 16, 16] }],
    })
  })

  it('faults are refused without PALIMPSEST_FAULTS=1', async () => {
    const methods = await engineWith(cards.linear())
    expect(() => methods.fault?.({ fault: 'nan' } as never, listening())).toThrow('only for tests')
  })
})

describe('one evaluation', () => {
  const evaluated = async (card: DenoiserCard, levels: Float64Array) => {
    const graph = await (await loadRuntime()).open(join(graphs, card.files[0]?.file ?? ''), 'cpu', 1)
    const shape = { n: levels.length, c: 1, h: 8, w: 8 }
    const caller = createCaller({ graph, card, device: 'cpu', faults: createFaults({}) }, shape, () => false)
    return caller.call(
      Float32Array.from({ length: levels.length * 64 }, (_, i) => i % 64),
      levels,
      shape,
    )
  }
  it.each([cards.linear(), cards.fixedBatch(), cards.column()])('gives each image its own level: $id', async (card) => {
    const levels = Float64Array.of(0, 100, 200, 300, 400, 500)
    const out = await evaluated(card, levels)
    // Pixel 10 of every image is 10, and the graph is x (0.3 + 0.0004 t).
    for (const [i, t] of levels.entries()) expect(out[i * 64 + 10]).toBeCloseTo(10 * (0.3 + 0.0004 * t), 5)
  })
  it('refuses several levels where the graph can hear only one', async () => {
    expect(await failure(evaluated(cards.scalar(), Float64Array.of(1, 2)))).toMatchObject({ code: 'internal' })
    expect((await evaluated(cards.scalar(), Float64Array.of(5, 5))).length).toBe(128)
  })
})
