import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createOrder } from '../../src/backend/order.ts'
import { type Bench, crop, makeBench, makePlace, maskTile, readJson, upload } from './fakes.ts'

/** What is said of a job that was tried again, or that went on elsewhere than it began. */

const submit = async (bench: Bench, input: object): Promise<string> =>
  (await bench.backend.handlers.generate({ model: 'tiny', device: 'cpu', steps: 3, ...input } as never)).job
const turn = () => new Promise(setImmediate)

it('a job is over for nobody before its end is written down, so that it can be tried again at once', async () => {
  const bench = await makeBench()
  const { handlers } = bench.backend
  const record = (job: string) => readJson<{ status: string }>(join(bench.place.data, 'jobs', job, 'job.json')).status
  const over = async (job: string, status: string) => {
    while (bench.backend.job(job)?.status !== status) await turn()
    expect(record(job)).toBe(status)
  }
  let letGo: () => void = () => undefined
  const held = new Promise<void>((resolve) => (letGo = resolve))
  bench.world.gate = () => held
  const running = await submit(bench, { count: 1 })
  const queued = await submit(bench, { count: 1, seed: 2 })
  for (const job of [queued, running]) {
    // Twice, as an impatient hand does.
    for (let times = 0; times < 2; times++) await handlers.cancel({ job })
    if (job === running) letGo()
    await over(job, 'cancelled')
    await handlers.retryJob({ job })
  }
  for (const job of [queued, running]) expect((await bench.ended(job)).status).toBe('done')
  for (const job of [queued, running]) await over(job, 'done')
})

/** The engine goes no further than before this call; resolves when it has come so far. */
function stallAt({ world }: Bench, last: number): Promise<void> {
  return new Promise((resolve) => {
    world.gate = (call) => {
      if (call < last) return undefined
      resolve()
      return new Promise<void>(() => undefined)
    }
  })
}

describe('a job that goes on by another device', () => {
  it('says which pictures another device made before, in the job, in its report and in each picture', async () => {
    const place = makePlace()
    const before = await makeBench({ keepMs: 0 }, place)
    before.world.probes.set('webgpu', { available: true, name: 'A card' })
    const far = stallAt(before, 7)
    const id = await submit(before, { seed: 1, count: 5, batch: 2, device: 'auto' })
    await far
    await before.backend.stop()
    // The card is gone.
    const after = await makeBench({ keepMs: 0 }, place)
    await after.backend.handlers.resumeQueue({})
    const done = await after.ended(id)
    expect(done.status).toBe('done')
    const sentence = 'Pictures 1, 2, 3 and 4 were made before this job went on, on WebGPU; the others on the CPU.'
    expect(done.notices).toContain(sentence)
    expect(done.report?.notices).toContain(sentence)
    expect([done.report?.device, done.report?.recipe.device, done.report?.images.map(({ device }) => device)]).toEqual([
      'cpu',
      'cpu',
      ['webgpu', 'webgpu', 'webgpu', 'webgpu', undefined],
    ])
    const told = done.images.map((_, image) => readJson<{ recipe: { device: string } }>(after.backend.resultFile(id, image)!))
    expect(told.map(({ recipe }) => recipe.device)).toEqual(['webgpu', 'webgpu', 'webgpu', 'webgpu', 'cpu'])
    // What was under way on the card begins anew.
    expect(after.world.runs.map(({ resume }) => resume)).toEqual([undefined])
  })

  it('says the same of a fill, picture by picture', async () => {
    const place = makePlace()
    const before = await makeBench({ keepMs: 0 }, place)
    before.world.probes.set('webgpu', { available: true, name: 'A card' })
    const photo = await upload(before, { width: 20, height: 10 })
    await before.backend.handlers.writeMask({ photo, replace: true, tiles: [maskTile(crop(1))] })
    const far = stallAt(before, 4)
    const settings = { model: 'tiny', device: 'auto', steps: 3, method: 'replace', variations: 2, batch: 1 }
    const { job } = await before.backend.handlers.inpaint({ photo, settings: settings as never })
    await far
    await before.backend.stop()
    const after = await makeBench({ keepMs: 0 }, place)
    await after.backend.handlers.resumeQueue({})
    const done = await after.ended(job)
    expect(done.notices).toContain('Picture 1 was made before this job went on, on WebGPU; the others on the CPU.')
    expect([done.report?.device, done.report?.images.map(({ device }) => device)]).toEqual(['cpu', ['webgpu', undefined]])
    const told = [0, 1].map((image) => readJson<{ recipe: { device: string } }>(after.backend.resultFile(job, image)!))
    expect(told.map(({ recipe }) => recipe.device)).toEqual(['webgpu', 'cpu'])
  })
})

describe('after the end of the program', () => {
  it('starts as often as one likes leave the queue paused and in its order, and begin nothing', async () => {
    const place = makePlace()
    const first = await makeBench({}, place)
    await first.backend.handlers.pauseQueue({})
    const jobs: string[] = []
    for (let seed = 0; seed < 3; seed++) jobs.push(await submit(first, { seed, count: 1 }))
    await first.backend.handlers.moveJob({ job: jobs[2]!, to: 0 })
    await first.backend.stop()
    const order = [jobs[2], jobs[0], jobs[1]]
    for (let starts = 0; starts < 3; starts++) {
      const again = await makeBench({}, place)
      const { paused, waiting } = await again.backend.handlers.queue({})
      expect([paused, waiting.map(({ job }) => job)]).toEqual(['restart', order])
      expect(again.world.engines).toEqual([])
      await again.backend.stop()
    }
    const last = await makeBench({}, place)
    await last.backend.handlers.resumeQueue({})
    for (const job of jobs) expect((await last.ended(job)).status).toBe('done')
    expect(last.world.runs.map(({ seeds }) => seeds[0])).toEqual([2, 0, 1])
  })

  it('what was being written when it ended is not left half-written beside the pictures, and nothing else goes', async () => {
    const place = makePlace()
    const before = await makeBench({}, place)
    await before.backend.handlers.pauseQueue({})
    const job = await submit(before, { count: 1 })
    await before.backend.stop()
    const folder = join(place.data, 'jobs', job)
    mkdirSync(join(folder, '0.tiles'))
    const halves = ['job.json.0123abcd.tmp', '.0.png.0123456789ab.tmp', join('0.tiles', '.0_0.png.0123456789ab.tmp')]
    for (const name of [...halves, 'mine.tmp']) writeFileSync(join(folder, name), '{')
    const after = await makeBench({}, place)
    expect(readdirSync(folder).toSorted()).toEqual(['0.tiles', 'job.json', 'mine.tmp'])
    expect(readdirSync(join(folder, '0.tiles'))).toEqual([])
    // A worker that dies leaves the same.
    after.world.troubles.push({ at: 1, trouble: 'crash' })
    after.world.gate = (call) => void (call === 1 && writeFileSync(join(folder, '.0.png.0123456789ab.tmp'), '{'))
    await after.backend.handlers.resumeQueue({})
    expect((await after.ended(job)).status).toBe('done')
    expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual(['mine.tmp'])
  })

  it('a job that brought the engine down once before it is set aside the next time', async () => {
    const place = makePlace()
    const before = await makeBench({ keepMs: 0 }, place)
    before.world.troubles.push({ at: 2, trouble: 'crash' })
    const far = stallAt(before, 4)
    const job = await submit(before, { count: 1, steps: 9 })
    await far
    await before.backend.stop()
    const after = await makeBench({ keepMs: 0 }, place)
    after.world.troubles.push({ at: 1, trouble: 'crash' })
    await after.backend.handlers.resumeQueue({})
    expect(await after.ended(job)).toMatchObject({
      status: 'failed',
      crashes: 2,
      error: { message: expect.stringContaining('It did so 2 times with this job, which is set aside.') as string },
    })
  })

  it('a job whose place in the order was not written down any more is found by its folder, behind the others', async () => {
    const place = makePlace()
    const before = await makeBench({}, place)
    await before.backend.handlers.pauseQueue({})
    const [one, two] = [await submit(before, { seed: 1, count: 1 }), await submit(before, { seed: 2, count: 1 })]
    await before.backend.stop()
    const order = createOrder(place.data)
    order.remove(one)
    order.close()
    const after = await makeBench({}, place)
    const { paused, waiting } = await after.backend.handlers.queue({})
    expect([paused, waiting.map(({ job }) => job)]).toEqual(['restart', [two, one]])
  })
})
