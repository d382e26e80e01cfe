import { existsSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { BackendEvent } from '../../src/shared/api.ts'
import { makeBench, pixel, readJson, type Bench, type Trouble } from './fakes.ts'

const submit = async (bench: Bench, input: object): Promise<string> =>
  (await bench.backend.handlers.generate({ model: 'tiny', device: 'cpu', steps: 3, ...input } as never)).job

const valuesOf = (bench: Bench, job: string, image: number) =>
  readJson<{ values: number[]; recipe: { seed: number; index: number; batch: number } }>(bench.backend.resultFile(job, image)!)

const previews = (events: readonly BackendEvent[]) => events.flatMap((event) => (event.kind === 'preview' ? [event] : []))

describe('a run', () => {
  it('gives picture k the seed + k, whatever the batch', async () => {
    const bench = await makeBench()
    const whole = await submit(bench, { seed: 7, count: 5, batch: 5 })
    const parts = await submit(bench, { seed: 7, count: 5, batch: 2 })
    const single = await submit(bench, { seed: 10, count: 1, batch: 1 })
    await bench.ended(single)
    expect(bench.world.runs.map((run) => run.seeds)).toEqual([[7, 8, 9, 10, 11], [7, 8], [9, 10], [11], [10]])
    for (let image = 0; image < 5; image++) {
      const made = valuesOf(bench, parts, image)
      expect(made.values).toEqual(valuesOf(bench, whole, image).values)
      expect(made.values).toEqual([0, 1, 2, 3].map((at) => pixel(7 + image, at)))
      expect(made.recipe).toMatchObject({ seed: 7 + image, index: image, batch: image < 4 ? 2 : 1 })
    }
    expect(valuesOf(bench, single, 0).values).toEqual(valuesOf(bench, whole, 3).values)
  })

  it('reports and records what was run', async () => {
    const bench = await makeBench()
    const job = await bench.ended(await submit(bench, { seed: 1, count: 2, batch: 2 }))
    expect(job.report).toMatchObject({
      recipe: {
        format: 1,
        kind: 'generate',
        app: '1.2.3',
        model: { id: 'tiny', file: 'model.onnx' },
        device: 'cpu',
        provider: 'cpu-provider',
        onnxruntime: '9.9.9',
        noise: 1,
        sigmas: [3, 2, 1, 0],
        request: {
          model: 'tiny',
          sampler: 'ddim',
          steps: 3,
          eta: 0,
          spacing: 'leading',
          variance: 'small',
          threshold: 'clip',
          settings: {},
        },
        width: 2,
        height: 2,
        nfe: 3,
      },
      device: 'cpu',
      nfe: 3,
      images: [
        { file: '0.png', seed: 1 },
        { file: '1.png', seed: 2 },
      ],
    })
    expect(job.report?.recipe).not.toHaveProperty('seed')
    expect(job.images.map(({ url }) => url)).toEqual([`/job/${job.id}/0.png`, `/job/${job.id}/1.png`])
    const { recipe } = valuesOf(bench, job.id, 1)
    expect(recipe).toEqual({ ...job.report?.recipe, seed: 2, index: 1 })
    expect(JSON.stringify(recipe)).not.toContain(bench.place.root)
  })

  it('counts progress over the whole job and places previews in it', async () => {
    const bench = await makeBench()
    const job = await submit(bench, { count: 3, batch: 2 })
    await bench.ended(job)
    const told = bench.events.flatMap((event) => (event.kind === 'job' && event.job.progress !== null ? [event.job.progress] : []))
    expect(new Set(told.map(({ step }) => step))).toEqual(new Set([1, 2, 3, 4, 5, 6]))
    // What is left then is the writing, as long as it took before.
    expect(told.at(-1)).toMatchObject({ step: 6, steps: 6, calls: 6, callsTotal: 6, callsPerSecond: 100 })
    // One call of two pictures, and three of one.
    expect(told.find(({ step }) => step === 2)).toMatchObject({ callsPerSecond: 100, secondsLeft: 0.025 })
    const places = previews(bench.events).map((event) => event.previews.map(({ index }) => index))
    expect(places).toEqual([[0, 1], [0, 1], [0, 1], [2], [2], [2]])
    expect(previews(bench.events)[0]).toMatchObject({ job, step: 1, steps: 3 })
  })

  it('tells at most one state in a while, and always the last', async () => {
    const bench = await makeBench({ eventMs: 60_000 })
    const job = await submit(bench, { count: 1, steps: 200 })
    await bench.ended(job)
    const told = bench.events.flatMap((event) => (event.kind === 'job' ? [event.job.status] : []))
    expect(told).toEqual(['queued', 'running', 'done'])
  })

  it('estimates from what it measured, and knows nothing before', async () => {
    const bench = await makeBench()
    const ask = (batch: number) => bench.backend.handlers.estimate({ model: 'tiny', device: 'cpu', batch })
    const before = await ask(2)
    expect(before).toMatchObject({ millisecondsPerCall: null, device: 'cpu' })
    // A guess, and wide enough to say so.
    expect(before.reckoned.most / before.reckoned.least).toBeGreaterThan(4)
    await bench.ended(await submit(bench, { count: 2, batch: 2 }))
    expect(await ask(2)).toEqual({ millisecondsPerCall: 10, device: 'cpu', reckoned: { least: 10, most: 10 } })
    const four = (await ask(4)).reckoned
    expect([four.least > 10, four.most < 40, four.least < four.most]).toEqual([true, true, true])
    expect(await bench.backend.handlers.estimate({ model: 'tiny', device: 'auto', batch: 2 })).toMatchObject({
      millisecondsPerCall: null,
      device: null,
    })
    await expect(bench.backend.handlers.estimate({ model: 'tiny', device: 'toaster', batch: 2 })).rejects.toMatchObject({
      code: 'request',
    })
  })
})

it('runs jobs in the order they came, one at a time, on one engine', async () => {
  const bench = await makeBench()
  const jobs = [
    await submit(bench, { seed: 1, count: 1 }),
    await submit(bench, { seed: 2, count: 1 }),
    await submit(bench, { seed: 3, count: 1 }),
  ]
  await bench.ended(jobs[2]!)
  expect(bench.world.runs.map((run) => run.seeds)).toEqual([[1], [2], [3]])
  const order = bench.events.flatMap((event) =>
    event.kind === 'job' &&
    ['running', 'done'].includes(event.job.status) &&
    event.job.progress?.step !== 1 &&
    event.job.progress?.step !== 2
      ? [`${event.job.status} ${String(jobs.indexOf(event.job.id))}`]
      : [],
  )
  expect([...new Set(order)]).toEqual(['running 0', 'done 0', 'running 1', 'done 1', 'running 2', 'done 2'])
  expect(bench.world.engines).toHaveLength(1)
  expect((await bench.backend.handlers.jobs({})).map(({ id }) => id)).toEqual(jobs)
})

describe('what goes wrong in the engine', () => {
  it.each<[Trouble, object]>([
    ['memory', { code: 'device', detail: 'memory' }],
    ['nan', { code: 'device', detail: 'nan' }],
    ['throw', { code: 'internal', message: 'an exception in the engine' }],
  ])('%s fails that job with a code, keeps what was finished, and the next job runs', async (trouble, error) => {
    const bench = await makeBench()
    bench.world.troubles.push({ at: 4, trouble })
    const failing = await submit(bench, { count: 4, batch: 2 })
    const next = await submit(bench, { count: 1, seed: 9 })
    const failed = await bench.ended(failing)
    expect(failed).toMatchObject({ status: 'failed', error, report: null })
    expect(failed.images.map(({ url }) => url !== null)).toEqual([true, true, false, false])
    expect(existsSync(bench.backend.resultFile(failing, 1)!)).toBe(true)
    expect(bench.backend.resultFile(failing, 2)).toBeUndefined()
    expect(await bench.ended(next)).toMatchObject({ status: 'done' })
    // Another process: the first is not trusted any more.
    expect(bench.world.engines).toHaveLength(2)
  })
})

describe('cancel', () => {
  it('acts within one step, keeps finished pictures and the engine', async () => {
    const bench = await makeBench()
    let job = ''
    bench.world.gate = async (call) => {
      if (call === 4) await bench.backend.handlers.cancel({ job })
    }
    job = await submit(bench, { count: 4, batch: 2, steps: 3 })
    const cancelled = await bench.ended(job)
    expect(cancelled).toMatchObject({ status: 'cancelled', error: { code: 'cancelled' } })
    expect(cancelled.images.map(({ url }) => url !== null)).toEqual([true, true, false, false])
    expect(bench.world.calls).toBeLessThanOrEqual(6)
    expect(await bench.ended(await submit(bench, { count: 1 }))).toMatchObject({ status: 'done' })
    expect(bench.world.engines).toHaveLength(1)
  })

  it('kills an engine that does not listen, after the grace time', async () => {
    const bench = await makeBench({ graceMs: 20 })
    bench.world.troubles.push({ at: 1, trouble: 'hang' })
    const job = await submit(bench, { count: 1 })
    while (bench.world.calls < 2) await new Promise(setImmediate)
    await bench.backend.handlers.cancel({ job })
    expect(bench.world.engines[0]?.killed).toBe(false)
    expect(await bench.ended(job)).toMatchObject({ status: 'cancelled', error: { code: 'cancelled' } })
    expect(bench.world.engines[0]?.killed).toBe(true)
    expect(await bench.ended(await submit(bench, { count: 1 }))).toMatchObject({ status: 'done' })
  })

  it('does not wait for a driver that is asked whether it starts and never answers', async () => {
    const bench = await makeBench({ probeMs: 600_000 })
    bench.world.probes.set('webgpu', 'hang')
    const job = await submit(bench, { count: 1, device: 'auto' })
    while (bench.world.engines.length === 0) await new Promise(setImmediate)
    await bench.backend.handlers.cancel({ job })
    expect(await bench.ended(job)).toMatchObject({ status: 'cancelled', error: { code: 'cancelled' } })
    expect(bench.world.loads).toEqual([])
  })

  it('takes a waiting job out of the queue at once', async () => {
    const bench = await makeBench()
    let open: () => void = () => undefined
    const held = new Promise<void>((resolve) => (open = resolve))
    bench.world.gate = () => held
    const first = await submit(bench, { count: 1 })
    const second = await submit(bench, { count: 1, seed: 5 })
    await bench.backend.handlers.cancel({ job: second })
    expect((await bench.backend.handlers.queue({})).waiting).toEqual([])
    expect((await bench.ended(second)).status).toBe('cancelled')
    open()
    await bench.ended(first)
    expect(bench.world.runs.map((run) => run.seeds)).toEqual([[0]])
  })

  it('leaves a finished job alone and refuses one that never was', async () => {
    const bench = await makeBench()
    const job = await submit(bench, { count: 1 })
    await bench.ended(job)
    await bench.backend.handlers.cancel({ job })
    expect(bench.backend.job(job)?.status).toBe('done')
    await expect(bench.backend.handlers.cancel({ job: 'x' })).rejects.toMatchObject({ code: 'request' })
  })
})

it('keeps two engines loaded and ends the one unused for longest', async () => {
  const bench = await makeBench()
  for (const id of ['two', 'three']) bench.place.addModel(id)
  for (const model of ['tiny', 'two', 'tiny', 'three', 'tiny']) await bench.ended(await submit(bench, { model, count: 1 }))
  expect(bench.world.loads.map(({ card }) => card.id)).toEqual(['tiny', 'two', 'three'])
  expect(bench.world.engines.map((engine) => engine.killed)).toEqual([false, true, false])
})

it('ends every process on stop', async () => {
  const bench = await makeBench()
  await bench.ended(await submit(bench, { count: 1 }))
  bench.world.troubles.push({ at: 3, trouble: 'hang' })
  const job = await submit(bench, { count: 1 })
  const waiting = await submit(bench, { count: 1 })
  while (bench.world.calls < 4) await new Promise(setImmediate)
  await bench.backend.stop()
  expect([bench.world.engines.length, bench.world.imagings.length]).toEqual([1, 1])
  // Neither was given up: the next start takes them up.
  expect([job, waiting].map((id) => bench.backend.job(id)?.status)).toEqual(['queued', 'queued'])
  expect([...bench.world.engines, ...bench.world.imagings].every((one) => one.killed)).toBe(true)
})
