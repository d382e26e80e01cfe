import { describe, expect, it } from 'vitest'
import type { Fault, RunResult, StepEvent } from '../../src/shared/engine.ts'
import type { PalimpsestError } from '../../src/shared/errors.ts'
import { cards, generate } from '../support/onnx.ts'
import { type Engine, startedWith, startEngine } from '../support/worker.ts'

// The built engine (out/main/engine.js) in a process of its own. Run `npm run build` first.

const withFaults = { PALIMPSEST_FAULTS: '1' }
/** So many steps that no machine finishes them before the test has acted; the test never waits for their end. */
const endless = generate({ steps: 1000, sampler: 'ddpm', seeds: Array.from({ length: 200 }, (_, i) => i) })

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
    const told = run.events.length
    run.cancel()
    const first = await Promise.race([failed, new Promise((resolve) => setTimeout(resolve, 1000, 'silence'))])
    expect(first).toBe('silence')
    expect(run.events.length - told).toBeLessThanOrEqual(1)
    engine.child.kill('SIGKILL')
    expect(await engine.ended).toBe('SIGKILL')
    expect(await failed).toMatchObject({ code: 'device' })
    expect((await nextJob()).nfe).toBe(10)
  })
})

describe('a cancel', () => {
  it('ends the run within one step, and the same process runs on', async () => {
    const engine = await startedWith(cards.linear())
    const run = await running(engine)
    const failed = code(run.result)
    run.cancel()
    expect(await failed).toMatchObject({ code: 'cancelled' })
    // Had the run gone on to its end it would have told its last step.
    expect(run.events.at(-1)?.step).toBeLessThan(1000)
    expect((await engine.remote.call('run', generate()).result).nfe).toBe(10)
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
    const { getPriority } = await import('node:os')
    const engine = await startedWith(cards.linear())
    expect(getPriority(engine.pid)).toBeGreaterThan(getPriority())
  })

  it('gives the same pictures in another process, bit for bit, on one thread and on two', async () => {
    const args = generate({ seeds: [1, 2, 3], width: 16, height: 16, sampler: 'ddpm' })
    const first = await startedWith(cards.conv())
    const second = startEngine()
    await second.remote.call('load', {
      folder: (await import('../support/onnx.ts')).graphs,
      card: cards.conv(),
      device: 'cpu',
      threads: 2,
    }).result
    const [a, b] = [await first.remote.call('run', args).result, await second.remote.call('run', args).result]
    expect(a.images).toEqual(b.images)
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
