import { spawnSync } from 'node:child_process'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createBackend } from '../../src/backend/index.ts'
import type { Backend } from '../../src/backend/types.ts'
import { type NodeWorker, startNodeWorker } from '../../src/cli/host.ts'
import type { Job } from '../../src/shared/api.ts'
import { connect } from '../../src/shared/port.ts'
import type { EngineMethods, Fault } from '../../src/shared/engine.ts'
import { greyTile } from '../support/grey-tile.ts'

/** The backend on the built engine and imaging processes, with the shipped model. */

const root = mkdtempSync(join(tmpdir(), 'palimpsest-whole-'))
const models = join(root, 'models')
const engines: NodeWorker[] = []
let backend: Backend

const seen = new Set<string>()
const waiting = new Map<string, (job: Job) => void>()

async function start(): Promise<Backend> {
  const made = await createBackend(
    {
      startEngine: async () => {
        const engine = await startNodeWorker(resolve('out/main/engine.js'), { PALIMPSEST_FAULTS: '1' })
        engines.push(engine)
        return engine
      },
      startImaging: () => startNodeWorker(resolve('out/main/imaging.js')),
      dataFolder: join(root, 'data'),
      modelFolders: [
        { path: resolve('models'), shipped: true },
        { path: models, shipped: false },
      ],
      sampleFolder: resolve('resources/samples'),
      door: 'serve',
      version: '0.0.1',
    },
    { graceMs: 500 },
  )
  made.subscribe((event) => {
    if (event.kind !== 'job') return
    const { job } = event
    seen.add(job.status)
    if (job.status !== 'queued' && job.status !== 'running') waiting.get(job.id)?.(job)
  })
  return made
}

const ended = (id: string): Promise<Job> =>
  new Promise((done) => {
    waiting.set(id, done)
    const job = backend.job(id)
    if (job !== undefined && job.status !== 'queued' && job.status !== 'running') done(job)
  })

/** Arms a deliberate failure in the engine that is loaded, over a line of its own to the same process. */
async function arm(fault: Fault): Promise<void> {
  const remote = connect<EngineMethods>(engines.at(-1)!.port)
  await remote.call('fault', { fault }).result.catch(() => undefined)
}

beforeAll(async () => {
  for (const worker of ['engine', 'imaging']) {
    if (!existsSync(resolve(`out/main/${worker}.js`)))
      throw new Error(`out/main/${worker}.js is missing: run "npm run build" first.`)
  }
  mkdirSync(models)
  backend = await start()
})

afterAll(async () => {
  await backend.stop()
  rmSync(root, { recursive: true, force: true })
})

const digits = { model: 'mnist', device: 'cpu', steps: 4, seed: 11 }
const out = (name: string) => join(root, name)
const quiet = { tensors: false }

describe('the same seed', () => {
  it('gives the same files, pixels and recipe twice, and image k of a batch is the single run of seed + k', async () => {
    const one = await backend.runGenerate({ ...digits, count: 5, batch: 5 }, { out: out('one'), ...quiet })
    const two = await backend.runGenerate({ ...digits, count: 5, batch: 5 }, { out: out('two'), ...quiet })
    const parts = await backend.runGenerate({ ...digits, count: 5, batch: 2 }, { out: out('parts'), ...quiet })
    const single = await backend.runGenerate({ ...digits, seed: 14, count: 1, batch: 1 }, { out: out('single'), tensors: true })
    expect(two.recipe).toEqual(one.recipe)
    expect(two.images).toEqual(one.images)
    expect(parts.images.map(({ pixels }) => pixels)).toEqual(one.images.map(({ pixels }) => pixels))
    expect(single.images[0]?.pixels).toBe(one.images[3]?.pixels)
    expect(new Set(one.images.map(({ pixels }) => pixels)).size).toBe(5)
    expect(one).toMatchObject({ device: 'cpu', nfe: 4, recipe: { timesteps: [750, 500, 250, 0] } })
    expect(readdirSync(out('single')).toSorted((a, b) => (a < b ? -1 : 1))).toEqual(['0000.npy', '0000.png', 'run.json'])
  })

  it('takes a thousand trained steps and one', async () => {
    const report = await backend.runGenerate({ ...digits, steps: 1, count: 1 }, { out: out('step'), ...quiet })
    expect(report.nfe).toBe(1)
  })
})

/** The sample photograph: handwriting with a blot. */
const sample = resolve('resources/samples/handwriting.png')
const fill = { model: 'mnist', device: 'cpu', method: 'replace', steps: 3, seed: 5, asGrey: true, invert: true }

describe('a fill', () => {
  it('changes no pixel outside the blend, and is the same twice', async () => {
    const reports = []
    for (const name of ['fill', 'fill again']) {
      reports.push(await backend.runInpaint({ ...fill, variations: 2 }, sample, { preset: 'centre' }, { out: out(name), ...quiet }))
    }
    expect(reports[0]?.images.map(({ changedOutside }) => changedOutside)).toEqual([0, 0])
    expect(reports[0]?.nfe).toBeGreaterThan(0)
    expect(reports[1]?.images).toEqual(reports[0]?.images)
    expect(reports[1]?.recipe).toEqual(reports[0]?.recipe)
    expect(new Set(reports[0]?.images.map(({ pixels }) => pixels)).size).toBe(2)
  })

  it('by way of the screens: upload, mask, plan, job, tiles', async () => {
    const { photo } = await backend.handlers.openSample({ sample: 'handwriting' })
    const info = (await backend.handlers.photo({ photo })).info
    const empty = await backend.handlers.inpaint({ photo, settings: fill as never })
    expect(await ended(empty.job)).toMatchObject({ status: 'done', report: { nfe: 0, images: [{ changedOutside: 0 }] } })
    const tiles = [{ column: 0, row: 0, png: greyTile((x, y) => (x > 60 && x < 100 && y > 60 && y < 90 ? 255 : 0)) }]
    expect(await backend.handlers.writeMask({ photo, replace: true, tiles })).toEqual({ painted: 39 * 29 })
    expect(await backend.handlers.readMask({ photo })).toHaveLength(1)
    const plan = await backend.handlers.planFill({
      photo,
      model: 'mnist',
      blend: { padding: 32, grow: 0, feather: 4, side: 'outward' },
    })
    expect(plan.crops.length).toBeGreaterThan(0)
    const { job } = await backend.handlers.inpaint({ photo, settings: fill as never })
    const done = await ended(job)
    expect(done.report).toMatchObject({
      nfe: 3 * plan.crops.length,
      images: [{ changedOutside: 0 }],
      recipe: { crops: plan.crops },
    })
    expect(done.images[0]).toMatchObject({ width: info.width, height: info.height, levels: info.levels })
    // Saved in another format for a door to take, counted in the file itself.
    const settings = {
      what: 'picture',
      format: 'tiff',
      lossless: true,
      quality: 92,
      recipe: true,
      exif: false,
      gps: false,
    } as const
    const saved = await backend.handlers.savePicture({ job, image: 0, settings })
    expect(saved.picture).toMatchObject({ keeps: true, changedOutside: 0, pixels: info.width * info.height })
    const download = await backend.resource({ method: 'GET', url: saved.url })
    expect(download).toMatchObject({
      status: 200,
      headers: { 'content-length': String(saved.picture.bytes), 'content-disposition': `attachment; filename="${saved.name}"` },
    })
    expect(await backend.resource({ method: 'GET', url: `/job/${job}/saved/..%2f0.png` })).toMatchObject({ status: 404 })
    await expect(backend.handlers.savePicture({ job, image: 1, settings })).rejects.toMatchObject({ code: 'request' })
    const tile = await backend.resource({ method: 'GET', url: `/job/${job}/0/tile/0/0_0.png` })
    expect(tile).toMatchObject({ status: 200, headers: { 'content-type': 'image/png' } })
    expect(await backend.resource({ method: 'GET', url: `/photo/${photo}/tile/0/0_0.png` })).toMatchObject({ status: 200 })
    expect(await backend.resource({ method: 'GET', url: '/sample/handwriting.jpg' })).toMatchObject({ status: 200 })
  })
})

describe('the sample photographs', () => {
  it('open, each for a model that ships and knows its colours, and have a small preview and a credit', async () => {
    const { samples } = await backend.handlers.about({})
    const models = await backend.handlers.models({})
    expect(samples.length).toBeGreaterThanOrEqual(5)
    const photos = new Set<string>()
    for (const { id, credit, model } of samples) {
      const { photo } = await backend.handlers.openSample({ sample: id })
      photos.add(photo)
      const { info } = await backend.handlers.photo({ photo })
      expect(Math.min(info.width, info.height), id).toBeGreaterThanOrEqual(256)
      expect(await backend.resource({ method: 'GET', url: `/sample/${id}.jpg` }), id).toMatchObject({ status: 200 })
      expect(credit, id).toMatch(/CC0|CC BY|public domain/)
      const card = models.find((one) => one.id === model)?.card
      expect(card?.task, id).toBe('denoiser')
      if (info.coloured) expect(card?.image.channels, id).toBe(3)
    }
    expect(photos.size).toBe(samples.length)
  })
})

describe('recovery', () => {
  const submit = async (more: object = {}) => (await backend.handlers.generate({ ...digits, count: 1, ...more } as never)).job

  it.each<[Fault, string, string | undefined]>([
    ['nan', 'device', 'nan'],
    ['throw', 'device', undefined],
  ])('%s fails the job with a code and the next job runs', async (fault, code, detail) => {
    await ended(await submit())
    await arm(fault)
    const failed = await ended(await submit())
    expect(failed).toMatchObject({ status: 'failed', error: { code, ...(detail === undefined ? {} : { detail }) } })
    expect(await ended(await submit())).toMatchObject({ status: 'done' })
  })

  it.each<Fault>(['abort', 'exit'])('%s in the middle of a run costs the engine, not the job', async (fault) => {
    // Long enough that it is under way when the failure arrives, however late this process looks.
    const calm = await ended(await submit({ steps: 600, count: 2 }))
    const job = await submit({ steps: 600, count: 2 })
    while (backend.job(job)?.progress === null) await new Promise((done) => setTimeout(done, 10))
    void arm(fault)
    const done = await ended(job)
    expect(done).toMatchObject({
      status: 'done',
      crashes: 1,
      notices: [expect.stringMatching(/^The engine stopped unexpectedly .* goes on from where it was\.$/) as string],
    })
    expect(done.report?.images).toEqual(calm.report?.images)
  })

  it('cancels a long run between steps, and a hung one by ending its process', async () => {
    const long = await submit({ steps: 1000, count: 4 })
    while (backend.job(long)?.progress === null) await new Promise((done) => setTimeout(done, 10))
    await backend.handlers.cancel({ job: long })
    expect(await ended(long)).toMatchObject({ status: 'cancelled', error: { code: 'cancelled' } })
    await ended(await submit())
    const before = engines.length
    await arm('hang')
    const hung = await submit()
    // Before its call of the model it would still hear a cancel.
    while (engines.at(-1)?.said().includes('hangs') !== true) await new Promise((done) => setTimeout(done, 10))
    await backend.handlers.cancel({ job: hung })
    expect(await ended(hung)).toMatchObject({ status: 'cancelled' })
    expect(await ended(await submit())).toMatchObject({ status: 'done' })
    expect(engines.length).toBe(before + 1)
  })
})

describe('models', () => {
  const copy = (id: string, change: (card: Record<string, unknown>) => void) => {
    const folder = join(models, id)
    mkdirSync(folder)
    copyFileSync(resolve('models/mnist/model.onnx'), join(folder, 'model.onnx'))
    const card = JSON.parse(readFileSync(resolve('models/mnist/model.json'), 'utf8')) as Record<string, unknown>
    card['id'] = id
    change(card)
    writeFileSync(join(folder, 'model.json'), JSON.stringify(card))
    return folder
  }

  it('are verified, and a card that lies or a file cut short is caught', async () => {
    copy('lies', (card) => {
      card['output'] = { name: 'nothing', predicts: 'epsilon', variance: 'none' }
    })
    truncateSync(
      join(
        copy('cut', () => undefined),
        'model.onnx',
      ),
      1000,
    )
    const verified = new Map((await backend.verifyModels()).map(({ id, problems }) => [id, problems]))
    expect(verified.get('mnist')).toEqual([])
    expect(verified.get('lies')).toHaveLength(1)
    expect(verified.get('lies')?.[0]).toMatch(/nothing/)
    expect(verified.get('cut')).toEqual([
      'The file model.onnx of the model "cut" is not the one its card names: its sha256 differs.',
    ])
    await expect(backend.runGenerate({ ...digits, model: 'lies' }, { out: out('lies'), ...quiet })).rejects.toMatchObject({
      code: 'model',
    })
    await expect(backend.runGenerate({ ...digits, model: 'cut' }, { out: out('cut'), ...quiet })).rejects.toMatchObject({
      code: 'model',
    })
    expect(existsSync(out('lies'))).toBe(false)
  })
})

it('says of each device whether it starts, and why not', async () => {
  const reports = await backend.handlers.devices({})
  expect(reports.find(({ device }) => device === 'cpu')).toMatchObject({ available: true })
  for (const { available, reason } of reports) expect(available || (reason ?? '').length > 10).toBe(true)
})

it('leaves no process behind', async () => {
  await backend.stop()
  const alive = engines.filter(({ pid }) => spawnSync('kill', ['-0', String(pid)]).status === 0)
  expect(alive).toEqual([])
  backend = await start()
  // All samples were opened above.
  expect(await backend.handlers.photos({})).toHaveLength((await backend.handlers.about({})).samples.length)
})
