import { expect, it } from 'vitest'
import { createEngine } from '../../src/engine/host.ts'
import { keepEvery } from '../../src/engine/pace.ts'
import type { DenoiserCard } from '../../src/shared/card.ts'
import type { RunArgs, RunResult, StateEvent, StepEvent } from '../../src/shared/engine.ts'
import { cards, generate, graphs, inpaint } from '../support/onnx.ts'

// The real onnxruntime in the test's own process, on the tiny graphs.

async function ran(card: DenoiserCard, args: RunArgs): Promise<{ result: RunResult; states: readonly StateEvent[] }> {
  const methods = createEngine({})
  await methods.load({ folder: graphs, card, device: 'cpu', threads: 1 })
  const states: StateEvent[] = []
  const emit = (event: StateEvent | StepEvent) => void (event.kind === 'state' && states.push(event))
  const result = (await methods.run?.(args as never, { emit, cancelled: false } as never)) as RunResult
  return { result, states }
}

it.each<[string, RunArgs]>([
  ['ddpm', generate({ sampler: 'ddpm', steps: 6, seeds: [1, 2], keepMs: 0 })],
  ['dpmpp-2m', generate({ sampler: 'dpmpp-2m', steps: 6, seeds: [1, 2], keepMs: 0 })],
  ['repaint', inpaint({ method: 'repaint', steps: 6, jumpLength: 2, resamples: 2, seeds: [3], keepMs: 0 })],
])('a run of %s is continued from any state it gave to the identical end', async (_name, args) => {
  const { result, states } = await ran(cards.linear(), args)
  expect(states.length).toBeGreaterThanOrEqual(6)
  expect(states.map(({ steps }) => steps)).toEqual(states.map((_, i) => i + 1))
  for (const { state, steps, nfe } of states.slice(0, -1)) {
    const { result: continued, states: rest } = await ran(cards.linear(), { ...args, resume: { state, steps, nfe } })
    expect(continued.images).toEqual(result.images)
    expect(continued.nfe).toBe(result.nfe)
    expect(rest.at(0)?.steps).toBe(steps + 1)
  }
})

it('no state is given where none is asked for, or before its time', async () => {
  expect((await ran(cards.linear(), generate({ seeds: [1] }))).states).toEqual([])
  expect((await ran(cards.linear(), generate({ seeds: [1], keepMs: 3_600_000 }))).states).toEqual([])
})

it('a state larger than a dozen megabytes is kept less often in proportion', () => {
  const tensor = (bytes: number) => ({ shape: { n: 1, c: 1, h: 1, w: 1 }, data: { byteLength: bytes } as Float32Array })
  const state = (bytes: number) => ({ next: 1, x: tensor(bytes), memory: [tensor(bytes)] })
  expect([1 << 20, 6 << 20, 30 << 20].map((bytes) => keepEvery(3000, state(bytes)))).toEqual([3000, 3000, 15_000])
})
