import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { moved, type Placed } from '../../src/backend/order.ts'
import { type Bench, crop, makeBench, makePlace, maskTile, readJson, upload } from './fakes.ts'

/** The queue on fake workers: its order, its pause, what a crash and a restart leave of it. */

const submit = async (bench: Bench, input: object): Promise<string> =>
  (await bench.backend.handlers.generate({ model: 'tiny', device: 'cpu', steps: 3, ...input } as never)).job
const turn = () => new Promise(setImmediate)
const waiting = async ({ backend }: Bench) => (await backend.handlers.queue({})).waiting.map(({ job }) => job)
const seedsRun = ({ world }: Bench) => world.runs.map((run) => run.seeds[0])

/** Holds every model call until the test lets go. */
function hold({ world }: Bench): () => void {
  let open: () => void = () => undefined
  const held = new Promise<void>((resolve) => (open = resolve))
  world.gate = () => held
  return () => {
    world.gate = () => undefined
    open()
  }
}

describe('the order', () => {
  it('is changed by moving and by priority, and is the order of the runs', async () => {
    const bench = await makeBench()
    const { handlers } = bench.backend
    const letGo = hold(bench)
    const jobs: string[] = []
    for (let seed = 0; seed < 6; seed++) jobs.push(await submit(bench, { seed, count: 1 }))
    const [, one, two, three, four, five] = jobs as [string, string, string, string, string, string]
    expect(await waiting(bench)).toEqual([one, two, three, four, five])
    await handlers.moveJob({ job: four, to: 0 })
    expect(await waiting(bench)).toEqual([four, one, two, three, five])
    await handlers.moveJob({ job: four, to: 3 })
    expect(await waiting(bench)).toEqual([one, two, three, four, five])
    await handlers.moveJob({ job: one, to: 99 })
    expect(await waiting(bench)).toEqual([two, three, four, five, one])
    await handlers.prioritizeJob({ job: five, priority: 'high' })
    await handlers.prioritizeJob({ job: two, priority: 'low' })
    expect(await waiting(bench)).toEqual([five, three, four, one, two])
    // Between two of its own kind it keeps its priority; among others it takes theirs.
    await handlers.moveJob({ job: two, to: 1 })
    expect((await handlers.queue({})).waiting.map(({ job, priority }) => [job, priority])).toEqual([
      [five, 'high'],
      [two, 'normal'],
      [three, 'normal'],
      [four, 'normal'],
      [one, 'normal'],
    ])
    const told = bench.events.findLast((event) => event.kind === 'queue')
    expect(told?.queue).toEqual(await handlers.queue({}))
    letGo()
    await bench.ended(one)
    expect(seedsRun(bench)).toEqual([0, 5, 2, 3, 4, 1])
    await expect(handlers.moveJob({ job: 'x', to: 0 })).rejects.toMatchObject({ code: 'request' })
  })

  it.each<[string, number, string, Placed['priority']]>([
    ['d', 0, 'dabc', 'high'],
    ['a', 3, 'bcda', 'low'],
    ['c', 1, 'acbd', 'normal'],
    ['a', 1, 'bacd', 'normal'],
    ['b', 1, 'abcd', 'normal'],
  ])('moves %s to place %i: %s', (job, to, order, priority) => {
    const placed: Placed[] = (['high', 'normal', 'normal', 'low'] as const).map((one, i) => ({
      job: 'abcd'[i]!,
      priority: one,
      crashes: 0,
    }))
    const after = moved(placed, job, to, ['a', 'b', 'c', 'd'])
    expect(after.map((one) => one.job).join('')).toBe(order)
    expect(after.find((one) => one.job === job)?.priority).toBe(priority)
  })

  it('lets a job for a free device pass one whose device is at work, and none pass one that may need any', async () => {
    const bench = await makeBench()
    const letGo = hold(bench)
    const first = await submit(bench, { seed: 1, count: 1 })
    const second = await submit(bench, { seed: 2, count: 1 })
    const other = await submit(bench, { seed: 3, count: 1, device: 'webgpu' })
    const any = await submit(bench, { seed: 4, count: 1, device: 'auto' })
    const last = await submit(bench, { seed: 5, count: 1, device: 'webgpu' })
    while (seedsRun(bench).length < 2) await turn()
    expect(new Set(seedsRun(bench))).toEqual(new Set([1, 3]))
    expect([first, second, other, any, last].map((job) => bench.backend.job(job)?.status)).toEqual([
      'running',
      'queued',
      'running',
      'queued',
      'queued',
    ])
    expect(new Set(bench.world.loads.map(({ device }) => device))).toEqual(new Set(['cpu', 'webgpu']))
    letGo()
    for (const job of [first, second, other, any, last]) expect((await bench.ended(job)).status).toBe('done')
    // Where `auto` leads is known now: it needs that device alone.
    const again = hold(bench)
    await submit(bench, { seed: 6, count: 1, device: 'auto' })
    await submit(bench, { seed: 7, count: 1, device: 'webgpu' })
    while (seedsRun(bench).length < 7) await turn()
    expect(new Set(seedsRun(bench).slice(-2))).toEqual(new Set([6, 7]))
    again()
  })
})

describe('the pause', () => {
  it('stops what runs within a step and goes on from there, with nothing begun meanwhile', async () => {
    const bench = await makeBench({ keepMs: 0 })
    const { handlers } = bench.backend
    bench.world.gate = async (call) => {
      if (call === 4) await handlers.pauseQueue({})
    }
    const job = await submit(bench, { seed: 1, count: 1, steps: 9 })
    const next = await submit(bench, { seed: 2, count: 1 })
    while (bench.backend.job(job)?.status !== 'queued' || bench.world.calls < 5) await turn()
    expect(await handlers.queue({})).toMatchObject({
      paused: 'user',
      waiting: [
        { job, priority: 'normal' },
        { job: next, priority: 'normal' },
      ],
    })
    const calls = bench.world.calls
    const third = await submit(bench, { seed: 3, count: 1 })
    expect([bench.backend.job(next)?.status, bench.backend.job(third)?.status]).toEqual(['queued', 'queued'])
    await handlers.resumeQueue({})
    expect((await bench.ended(job)).status).toBe('done')
    await bench.ended(third)
    expect(calls).toBe(5)
    const continued = bench.world.runs[1]
    expect([continued?.seeds, continued?.resume?.steps, continued?.resume?.state.next]).toEqual([[1], 5, 5])
    expect(seedsRun(bench)).toEqual([1, 1, 2, 3])
  })

  it('does not keep a job that is cancelled while it stops', async () => {
    const bench = await makeBench()
    const { handlers } = bench.backend
    let job = ''
    bench.world.gate = async (call) => {
      if (call !== 4) return
      await handlers.pauseQueue({})
      await handlers.cancel({ job })
    }
    job = await submit(bench, { seed: 1, count: 1, steps: 9 })
    expect(await bench.ended(job)).toMatchObject({ status: 'cancelled', error: { message: 'The run was cancelled.' } })
    await handlers.resumeQueue({})
    await bench.ended(await submit(bench, { seed: 2, count: 1 }))
    expect(seedsRun(bench)).toEqual([1, 2])
  })
})

describe('a job that brings the engine down', () => {
  it('goes on from its last state once, and is not taken for lost', async () => {
    const bench = await makeBench({ keepMs: 0 })
    bench.world.troubles.push({ at: 5, trouble: 'crash' })
    const job = await bench.ended(await submit(bench, { count: 4, batch: 2, steps: 4, seed: 3 }))
    expect(job).toMatchObject({
      status: 'done',
      crashes: 1,
      notices: ['The engine stopped unexpectedly (was ended by SIGSEGV); the job goes on from where it was.'],
    })
    expect(bench.world.runs.map(({ seeds, resume }) => [seeds, resume?.steps])).toEqual([
      [[3, 4], undefined],
      [[5, 6], undefined],
      [[5, 6], 1],
    ])
    expect(job.report?.images.map(({ seed }) => seed)).toEqual([3, 4, 5, 6])
  })

  it('is set aside the second time, with the reason, and the next one runs', async () => {
    const bench = await makeBench()
    bench.world.troubles.push({ at: 1, trouble: 'crash' }, { at: 3, trouble: 'crash' })
    const failing = await submit(bench, { count: 1 })
    const next = await submit(bench, { count: 1, seed: 9 })
    expect(await bench.ended(failing)).toMatchObject({
      status: 'failed',
      crashes: 2,
      error: {
        code: 'device',
        message: 'The engine stopped unexpectedly (was ended by SIGSEGV). It did so 2 times with this job, which is set aside.',
      },
    })
    expect(await bench.ended(next)).toMatchObject({ status: 'done' })
    await bench.backend.handlers.retryJob({ job: failing })
    const retried = await bench.ended(failing)
    expect(retried).toMatchObject({ status: 'done', error: null })
    expect(retried.crashes).toBeUndefined()
  })
})

describe('one job', () => {
  it('is tried again with its settings, and makes no finished picture twice', async () => {
    const bench = await makeBench()
    const { handlers } = bench.backend
    let job = ''
    bench.world.gate = async (call) => {
      if (call === 4) await handlers.cancel({ job })
    }
    job = await submit(bench, { count: 4, batch: 2, steps: 3 })
    expect((await bench.ended(job)).status).toBe('cancelled')
    const file = bench.backend.resultFile(job, 0)!
    const made = statSync(file).mtimeMs
    bench.world.gate = () => undefined
    await handlers.retryJob({ job })
    const done = await bench.ended(job)
    expect(done.report?.images.map(({ seed }) => seed)).toEqual([0, 1, 2, 3])
    expect(seedsRun(bench)).toEqual([0, 2, 2])
    expect(statSync(file).mtimeMs).toBe(made)
    await expect(handlers.retryJob({ job })).rejects.toMatchObject({ code: 'request' })
  })

  it('makes a finished picture again that was removed behind its back', async () => {
    const bench = await makeBench()
    const { handlers } = bench.backend
    bench.world.troubles.push({ at: 4, trouble: 'nan' })
    const job = await submit(bench, { count: 2, batch: 1, steps: 3 })
    expect((await bench.ended(job)).status).toBe('failed')
    rmSync(bench.backend.resultFile(job, 0)!)
    await handlers.retryJob({ job })
    const done = await bench.ended(job)
    expect(seedsRun(bench)).toEqual([0, 1, 0, 1])
    expect(done.images.every(({ url }) => url !== null)).toBe(true)
  })

  it('is removed from the list, with its folder where it has no picture', async () => {
    const place = makePlace()
    const bench = await makeBench({}, place)
    const { handlers } = bench.backend
    const done = await submit(bench, { count: 1 })
    await bench.ended(done)
    const picture = bench.backend.resultFile(done, 0)!
    const letGo = hold(bench)
    const running = await submit(bench, { count: 1 })
    const queued = await submit(bench, { count: 1 })
    await handlers.removeJob({ job: queued })
    expect(existsSync(join(place.data, 'jobs', queued))).toBe(false)
    await handlers.removeJob({ job: done })
    expect(existsSync(picture)).toBe(true)
    const removal = handlers.removeJob({ job: running })
    letGo()
    await removal
    expect(await handlers.jobs({})).toEqual([])
    expect(bench.events.flatMap((event) => (event.kind === 'removed' ? [event.job] : []))).toEqual([queued, done, running])
    await bench.backend.stop()
    const after = await makeBench({}, place)
    expect(await after.backend.handlers.jobs({})).toEqual([])
    await expect(handlers.removeJob({ job: done })).rejects.toMatchObject({ code: 'request' })
  })
})

describe('after the end of the program', () => {
  /** Three jobs, the first of them a good way on, and the program gone. */
  const interrupted = async (place: ReturnType<typeof makePlace>) => {
    const before = await makeBench({ keepMs: 0 }, place)
    const photo = await upload(before, { width: 20, height: 10 })
    await before.backend.handlers.writeMask({ photo, replace: true, tiles: [maskTile(crop(1), crop(2))] })
    let stalled: () => void = () => undefined
    const far = new Promise<void>((resolve) => (stalled = resolve))
    before.world.gate = (call) => {
      if (call < 8) return undefined
      stalled()
      return new Promise<void>(() => undefined)
    }
    const settings = { model: 'tiny', device: 'cpu', steps: 3, method: 'replace', variations: 2, batch: 1 }
    const { job: fill } = await before.backend.handlers.inpaint({ photo, settings: settings as never })
    const one = await submit(before, { seed: 1, count: 1 })
    const two = await submit(before, { seed: 2, count: 1 })
    await before.backend.handlers.moveJob({ job: two, to: 0 })
    await far
    await before.backend.stop()
    return { fill, one, two, photo, calls: before.world.calls }
  }

  it('comes back paused in its order, and goes on where it was when told to', async () => {
    const place = makePlace()
    const { fill, one, two } = await interrupted(place)
    const after = await makeBench({ keepMs: 0 }, place)
    const { handlers } = after.backend
    expect(await handlers.queue({})).toMatchObject({ paused: 'restart', problem: null })
    expect(await waiting(after)).toEqual([fill, two, one])
    for (let i = 0; i < 20; i++) await turn()
    expect(after.world.engines).toEqual([])
    await handlers.resumeQueue({})
    const done = await after.ended(fill)
    expect(done).toMatchObject({
      status: 'done',
      images: [{ levels: expect.any(Array) as unknown }, { url: `/job/${fill}/1.png` }],
    })
    await after.ended(one)
    // Of the fill's four runs (two variations, two windows) two were over, the third at its second step.
    expect(after.world.runs.map(({ kind, seeds, resume }) => [kind, seeds[0], resume?.steps])).toEqual([
      ['inpaint', 1, 2],
      ['inpaint', 1, undefined],
      ['generate', 2, undefined],
      ['generate', 1, undefined],
    ])
    expect(existsSync(join(place.data, 'jobs', fill, 'kept'))).toBe(false)
    // What the undisturbed fill would have said, in its report and in its pictures.
    const whole = await makeBench()
    const photo = await upload(whole, { width: 20, height: 10 })
    await whole.backend.handlers.writeMask({ photo, replace: true, tiles: [maskTile(crop(1), crop(2))] })
    const { job } = await whole.backend.handlers.inpaint({ photo, settings: done.request.settings as never })
    const undisturbed = await whole.ended(job)
    // The fake engine does not count the time before; what is undefined is not in a file.
    const told = ({ report }: typeof done): unknown => JSON.parse(JSON.stringify({ ...report, milliseconds: null }))
    expect(told(done)).toEqual(told(undisturbed))
    for (const image of [0, 1])
      expect(readJson(after.backend.resultFile(fill, image)!)).toEqual(readJson(whole.backend.resultFile(job, image)!))
  })

  it.each<[string, (data: string) => void, boolean]>([
    ['was lost', (data) => rmSync(join(data, 'queue.db')), false],
    ['is damaged', (data) => writeFileSync(join(data, 'queue.db'), 'A'.repeat(5000)), true],
  ])('finds the jobs in their folders when the database %s', async (_how, damage, said) => {
    const place = makePlace()
    const { fill, one, two } = await interrupted(place)
    damage(place.data)
    for (const part of ['-wal', '-shm']) rmSync(join(place.data, `queue.db${part}`), { force: true })
    const after = await makeBench({ keepMs: 0 }, place)
    // In the order they came: the other one is gone.
    expect(await waiting(after)).toEqual([fill, one, two])
    const { paused, problem } = await after.backend.handlers.queue({})
    expect(paused).toBe('restart')
    expect(problem !== null && problem.includes('begun anew')).toBe(said)
    await after.backend.handlers.resumeQueue({})
    for (const job of [fill, one, two]) expect((await after.ended(job)).status).toBe('done')
  })

  it('begins a run again whose last state is torn or of another device', async () => {
    const place = makePlace()
    const { fill } = await interrupted(place)
    const kept = join(place.data, 'jobs', fill, 'kept')
    const state = readdirSync(kept).find((name) => name.endsWith('.run'))!
    const bytes = readFileSync(join(kept, state))
    bytes.writeUInt8(bytes.readUInt8(40) ^ 1, 40)
    writeFileSync(join(kept, state), bytes)
    const after = await makeBench({}, place)
    await after.backend.handlers.resumeQueue({})
    expect((await after.ended(fill)).status).toBe('done')
    expect(after.world.runs.filter(({ kind }) => kind === 'inpaint').map(({ resume }) => resume)).toEqual([undefined, undefined])
  })

  it('is paused no more when all that was left is cancelled', async () => {
    const place = makePlace()
    const { fill, one, two } = await interrupted(place)
    const after = await makeBench({}, place)
    for (const job of [fill, two]) await after.backend.handlers.cancel({ job })
    expect((await after.backend.handlers.queue({})).paused).toBe('restart')
    await after.backend.handlers.removeJob({ job: one })
    expect((await after.backend.handlers.queue({})).paused).toBeNull()
    expect((await after.ended(await submit(after, { count: 1 }))).status).toBe('done')
  })

  it('makes no job where its folder cannot be made, in one sentence, and goes on with the others', async () => {
    const place = makePlace()
    const bench = await makeBench({}, place)
    writeFileSync(join(place.data, 'jobs'), 'a file where the folder belongs')
    await expect(submit(bench, { count: 1 })).rejects.toMatchObject({
      code: 'request',
      message: expect.stringContaining('cannot be written') as string,
    })
    expect(await bench.backend.handlers.jobs({})).toEqual([])
    rmSync(join(place.data, 'jobs'))
    expect((await bench.ended(await submit(bench, { count: 1 }))).status).toBe('done')
  })

  it('refuses a second program on the same folder in one sentence, and leaves the first alone', async () => {
    const place = makePlace()
    const first = await makeBench({}, place)
    await expect(makeBench({}, place)).rejects.toMatchObject({
      code: 'request',
      message: expect.stringMatching(/^Another Palimpsest works in ".*": close it first, or name another folder/) as string,
    })
    expect((await first.ended(await submit(first, { count: 1 }))).status).toBe('done')
  })
})
