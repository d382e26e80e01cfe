import { readFileSync } from 'node:fs'
import { getPriority } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { modelCard } from '../../src/shared/card.ts'
import type { Fault, RunResult, StepEvent } from '../../src/shared/engine.ts'
import type { PalimpsestError } from '../../src/shared/errors.ts'
import { cards, generate, graphs } from '../support/onnx.ts'
import { type Engine, startedWith, startEngine } from '../support/worker.ts'

// The built engine (out/main/engine.js) in a process of its own. Run `npm run build` first.

const shipped = join(import.meta.dirname, '../../models/mnist')
const shippedCard = () => modelCard.parse(JSON.parse(readFileSync(join(shipped, 'model.json'), 'utf8')))
const withFaults = { PALIMPSEST_FAULTS: '1' }
/** So many steps that no machine finishes them before the test has acted; the test never waits for their end. */
const endless = generate({ steps: 1000, sampler: 'ddpm', seeds: Array.from({ length: 3000 }, (_, i) => i) })

const code = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'no failure',
    (error: PalimpsestError) => error,
  )

/** Starts an endless run and resolves at its first step. */
async function running(engine: Engine): Promise<{ result: Promise<RunResult>; cancel(): void; events: StepEvent[] }> {
  const events: StepEvent[] = []
  const call = await new Promise<ReturnType<typeof engine.remote.call<'run'>>>((resolve, reject) => {
    const begun = engine.remote.call('run', endless, (event) => {
      events.push(event as StepEvent)
      resolve(begun)
    })
    begun.result.catch(reject)
  })
  return { result: call.result, cancel: () => call.cancel(), events }
}

/** The same pictures from a process of its own: what the next job must give after whatever happened before. */
async function nextJob(): Promise<RunResult> {
  const engine = await startedWith(cards.linear())
  return engine.remote.call('run', generate({ seeds: [1, 2] })).result
}

describe('a failure in the middle of a run', () => {
  it.each<[Fault, number | string]>([
    ['abort', 'SIGABRT'],
    ['exit', 7],
  ])('%s ends the process and fails the job; the next process does the next job', async (fault, ending) => {
    const engine = await startedWith(cards.linear(), withFaults)
    const run = await running(engine)
    const failed = code(run.result)
    engine.remote.call('fault', { fault }).result.catch(() => undefined)
    expect(await engine.ended).toBe(ending)
    expect(await failed).toMatchObject({ code: 'device', detail: 'crash' })
    expect((await nextJob()).nfe).toBe(10)
  })

  it.each<[Fault, string, string]>([
    ['throw', 'device', 'A deliberate failure of the model call'],
    ['nan', 'device', 'values that are no numbers'],
  ])('%s fails the job with a sentence; the same process does the next one', async (fault, errorCode, words) => {
    const engine = await startedWith(cards.linear(), withFaults)
    const run = await running(engine)
    const failed = code(run.result)
    await engine.remote.call('fault', { fault }).result
    expect(await failed).toMatchObject({ code: errorCode, message: expect.stringContaining(words) as string })
    expect((await engine.remote.call('run', generate({ seeds: [1, 2] })).result).images).toEqual((await nextJob()).images)
  })

  it('hang is deaf to a cancel and ends by a kill; the next process does the next job', async () => {
    const engine = await startedWith(cards.linear(), withFaults)
    const run = await running(engine)
    const failed = code(run.result)
    await engine.remote.call('fault', { fault: 'hang' }).result
    await vi.waitFor(() => expect(engine.stderr()).toContain('hangs'), { timeout: 20_000 })
    const told = run.events.length
    run.cancel()
    const first = await Promise.race([failed, new Promise((resolve) => setTimeout(resolve, 1000, 'silence'))])
    expect(first).toBe('silence')
    // The last step before the hang may still be under way in the other pipe.
    expect(run.events.length - told).toBeLessThanOrEqual(1)
    engine.child.kill('SIGKILL')
    expect(await engine.ended).toBe('SIGKILL')
    expect(await failed).toMatchObject({ code: 'device' })
    expect((await nextJob()).nfe).toBe(10)
  })
})

describe('a cancel', () => {
  it('is heard in the step in which it arrives, and the same process runs on', async () => {
    // A step of the shipped model on 160 digits takes long against a message; every step is told, for it takes longer than the pause between two.
    const engine = startEngine()
    await engine.remote.call('load', { folder: shipped, card: shippedCard(), device: 'cpu' }).result
    const seeds = Array.from({ length: 160 }, (_, i) => i)
    const told: number[] = []
    let heard = -1
    const call = engine.remote.call('run', generate({ steps: 100, seeds, width: 28, height: 28 }), (event) => {
      told.push((event as StepEvent).step)
      if (told.length !== 2) return
      call.cancel()
      // The process hears one thing after another: with the answer to this, which is a refusal, the cancel was heard.
      engine.remote.call('no-such-call' as 'probe', { device: 'cpu' }).result.catch(() => (heard = told.length))
    })
    expect(await code(call.result)).toMatchObject({ code: 'cancelled' })
    // The step that was being computed may still be told; another never begins.
    expect(told.slice(0, 2)).toEqual([1, 2])
    expect(heard).toBeGreaterThanOrEqual(2)
    expect(told.length - heard).toBeLessThanOrEqual(1)
    expect(told.length).toBeLessThan(100)
    expect((await engine.remote.call('run', generate({ width: 28, height: 28, steps: 2 })).result).nfe).toBe(2)
  })
})

describe('the process', () => {
  it('refuses to start without ORT_DISABLE_TELEMETRY=1 and says so', async () => {
    const engine = startEngine({})
    expect(await engine.ended).toBe(1)
    expect(engine.stderr()).toContain('refuses to load onnxruntime')
  })

  it('ends when its parent goes away', async () => {
    const engine = await startedWith(cards.linear())
    engine.child.disconnect()
    expect(await engine.ended).toBe(0)
  })

  it('runs at lower priority than its parent', async () => {
    const engine = await startedWith(cards.linear())
    expect(getPriority(engine.pid)).toBeGreaterThan(getPriority())
  })

  it('gives the same pictures in another process, bit for bit, on one thread and on two', async () => {
    const args = generate({ seeds: [1, 2, 3], width: 16, height: 16, sampler: 'ddpm' })
    const first = await startedWith(cards.conv())
    const second = startEngine()
    await second.remote.call('load', {
      folder: graphs,
      card: cards.conv(),
      device: 'cpu',
      threads: 2,
    }).result
    const [a, b] = [await first.remote.call('run', args).result, await second.remote.call('run', args).result]
    expect(a.images).toEqual(b.images)
  })

  it('gives an image of a batch of the shipped model as the single run does, bit for bit', async () => {
    const engine = startEngine()
    await engine.remote.call('load', { folder: shipped, card: shippedCard(), device: 'cpu' }).result
    const run = (seeds: readonly number[]) =>
      engine.remote.call('run', generate({ seeds, width: 28, height: 28, steps: 6, sampler: 'ddpm' })).result
    const together = await run([40, 41, 42])
    for (const k of [0, 1, 2]) expect((await run([40 + k])).images).toEqual(together.images.slice(k * 784, (k + 1) * 784))
  })

  it('reports what it loaded', async () => {
    const engine = startEngine()
    const card = cards.linear()
    expect(await engine.load(card)).toMatchObject({
      device: 'cpu',
      provider: 'CPUExecutionProvider',
      onnxruntime: '1.30.0',
      file: 'linear.onnx',
      sha256: card.files[0]?.sha256,
    })
  })
})
