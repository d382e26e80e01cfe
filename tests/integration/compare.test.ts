import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createBackend } from '../../src/backend/index.ts'
import { shapesOf } from '../../src/backend/compare/plan.ts'
import type { CompareReport } from '../../src/backend/compare/record.ts'
import type { Backend } from '../../src/backend/types.ts'
import { startNodeWorker } from '../../src/cli/host.ts'
import type { Job } from '../../src/shared/api.ts'
import { cellCount, valuesOf, type AxisValue, type CompareRequest } from '../../src/shared/compare.ts'
import { generateRequest, inpaintSettings } from '../../src/shared/request.ts'
import { parseTrace } from '../../src/shared/trace.ts'

/** Comparisons on the built engine and imaging processes, with the shipped models: every cell is its single run. */

const root = mkdtempSync(join(tmpdir(), 'palimpsest-compare-'))
const data = join(root, 'data')
const quiet = { tensors: false }
const photo = resolve('resources/samples/chelsea.jpg')
/** A digit, drawn before the first test. */
const small = join(root, 'small', '0000.png')
let backend: Backend
let whenTold: (job: Job) => void = () => undefined

beforeAll(async () => {
  backend = await createBackend(
    {
      startEngine: () => startNodeWorker(resolve('out/main/engine.js')),
      startImaging: () => startNodeWorker(resolve('out/main/imaging.js')),
      dataFolder: data,
      modelFolders: [{ path: resolve('models'), shipped: true }],
      sampleFolder: resolve('resources/samples'),
      door: 'serve',
      version: '0.0.1',
    },
    { graceMs: 500, eventMs: 0 },
  )
  backend.subscribe((event) => event.kind === 'job' && whenTold(event.job))
  await backend.runGenerate({ model: 'mnist', device: 'cpu', count: 1, seed: 3, steps: 5 }, { out: dirname(small), ...quiet })
})

afterAll(async () => {
  await backend.stop()
  rmSync(root, { recursive: true, force: true })
})

const isOver = (job: Job | undefined): job is Job => job !== undefined && job.status !== 'queued' && job.status !== 'running'

/** Resolves when the job is as wanted; every word of it is looked at. */
const until = (id: string, wanted: (job: Job) => boolean): Promise<Job> =>
  new Promise((done) => {
    const look = (job: Job | undefined) => {
      if (job === undefined || job.id !== id || !wanted(job)) return
      whenTold = () => undefined
      done(job)
    }
    whenTold = look
    look(backend.job(id))
  })

const read = <T>(file: string): T => JSON.parse(readFileSync(file, 'utf8')) as T

const drawn: CompareRequest = {
  of: 'generate',
  settings: generateRequest.parse({ model: 'mnist', device: 'cpu', count: 2, batch: 2, seed: 11 }),
  axes: [
    { name: 'sampler', values: ['ddim', 'dpmpp-sde', 'ddpm'] },
    { name: 'steps', values: [3, 5] },
  ],
}

describe('a comparison into a folder', () => {
  it('has in every cell the pixels of the single run', async () => {
    const report = await backend.runCompare(drawn, { out: join(root, 'grid'), ...quiet })
    expect(report.cells).toHaveLength(6)
    for (const [cell, { values, pictures, nfe }] of report.cells.entries()) {
      const single = await backend.runGenerate(
        { model: 'mnist', device: 'cpu', count: 2, seed: 11, ...values },
        { out: join(root, `single-${cell}`), ...quiet },
      )
      expect(pictures?.map(({ pixels }) => pixels)).toEqual(single.images.map(({ pixels }) => pixels))
      expect(nfe).toBe(single.nfe)
    }
    const pixels = report.cells.flatMap(({ pictures = [] }) => pictures.map((picture) => picture.pixels))
    expect(new Set(pixels).size).toBe(12)
    // The judge of digits is installed, and says of each how sure it is.
    for (const { sure } of report.cells.flatMap(({ pictures = [] }) => pictures)) expect(sure).toBeGreaterThan(0.1)
    expect(
      readdirSync(join(root, 'grid'))
        .filter((name) => !/^\d{4}\.png$/.test(name))
        .toSorted(),
    ).toEqual(['compare.json', 'sheet.png'])
    expect(read<CompareReport>(join(root, 'grid', 'compare.json'))).toEqual(report)
  })

  it('of fills too; the original is the photograph, and what is masked is grey in the hole alone', async () => {
    const settings = inpaintSettings.parse({ model: 'mnist', device: 'cpu', method: 'replace', steps: 3, seed: 5, asGrey: true })
    const report = await backend.runCompare(
      {
        of: 'inpaint',
        settings,
        photo,
        mask: 'centre',
        axes: [
          { name: 'mask', values: ['left', 'centre'] },
          { name: 'stage', values: ['original', 'masked', 'filled'] },
        ],
      },
      { out: join(root, 'fills'), ...quiet },
    )
    for (const [place, preset] of ['left', 'centre'].entries()) {
      const single = await backend.runInpaint(settings, photo, { preset }, { out: join(root, `fill-${preset}`), ...quiet })
      const [original, masked, filled] = report.cells.slice(3 * place, 3 * place + 3).map(({ pictures }) => pictures?.[0]?.pixels)
      expect(filled).toBe(single.images[0]?.pixels)
      expect(new Set([original, masked, filled]).size).toBe(3)
    }
    expect(report.cells[3]).toMatchObject({ sameAs: 0, nfe: 0 })
  })

  it('of a picture on its way to noise: the first is it, and they differ more and more from it', async () => {
    const report = await backend.runCompare(
      {
        of: 'forward',
        settings: generateRequest.parse({ model: 'mnist', seed: 3 }),
        photo,
        axes: [{ name: 'level', values: [0, 0.1, 0.5, 1] }],
      },
      { out: join(root, 'forward'), ...quiet },
    )
    expect(new Set(report.cells.map(({ pictures }) => pictures?.[0]?.pixels)).size).toBe(4)
    expect(report.cells.every(({ nfe }) => nfe === 0)).toBe(true)
  })
})

/** Of every axis there is, and of the settings of single methods a number, a whole number and a switch or a choice where there is one. */
const alone: readonly (readonly [axis: string, values: AxisValue[], base: object])[] = [
  ['sampler', ['ddim', 'heun'], {}],
  ['steps', [2, 3], {}],
  ['eta', [0, 0.7], {}],
  ['seed', [5, 6], {}],
  ['spacing', ['leading', 'karras'], {}],
  ['variance', ['small', 'large'], { sampler: 'ddpm' }],
  ['threshold', ['clip', 'none'], {}],
  ['nfe', [2, 4], {}],
  ['device', ['cpu', 'auto'], {}],
  ['model', ['mnist', 'mnist-learned'], {}],
  ['churn', [0, 3], { sampler: 'edm' }],
  ['innerSteps', [1, 2], { model: 'mnist-ncsn', sampler: 'annealed-langevin' }],
  ['stepSize', [1e-5, 2e-5], { model: 'mnist-ncsn', sampler: 'annealed-langevin', settings: { innerSteps: 1 } }],
  ['finalDenoise', [true, false], { model: 'mnist-ncsn', sampler: 'annealed-langevin', settings: { innerSteps: 1 } }],
]

const filledAlone: readonly (readonly [axis: string, values: AxisValue[], base: object])[] = [
  ['method', ['replace', 'ddnm'], {}],
  ['steps', [2, 3], {}],
  ['eta', [0, 0.7], { method: 'ddnm' }],
  ['seed', [5, 6], {}],
  ['spacing', ['leading', 'trailing'], {}],
  ['variance', ['small', 'large'], { method: 'repaint', jumpLength: 1, resamples: 1 }],
  ['threshold', ['clip', 'none'], {}],
  ['nfe', [2, 4], {}],
  ['device', ['cpu', 'auto'], {}],
  ['model', ['mnist', 'mnist-learned'], {}],
  ['jumpLength', [1, 2], { method: 'repaint', resamples: 2 }],
  ['resamples', [1, 2], { method: 'repaint', jumpLength: 1 }],
  ['photo', [resolve('resources/samples/handwriting.png'), resolve('resources/samples/rocket.jpg')], {}],
  ['mask', ['left', 'top'], {}],
]

describe('a cell of any axis', () => {
  const own = (of: 'generate' | 'inpaint') => shapesOf(of).filter(({ part }) => part === 'own')
  const withValue = (base: object, of: 'generate' | 'inpaint', axis: string, value: AxisValue) =>
    own(of).some(({ name }) => name === axis)
      ? { ...base, settings: { ...(base as { settings?: object }).settings, [axis]: value } }
      : { ...base, [axis]: value }

  it('is among those that are tried here', () => {
    const fields = (of: 'generate' | 'inpaint') => shapesOf(of).flatMap(({ part, name }) => (part === 'own' ? [] : [name]))
    expect(fields('generate').filter((name) => alone.every(([axis]) => axis !== name))).toEqual([])
    // The stages of a triptych are above.
    expect(fields('inpaint').filter((name) => filledAlone.every(([axis]) => axis !== name))).toEqual(['stage'])
    const kinds = (list: typeof alone) =>
      new Set(
        own('generate')
          .filter(({ name }) => list.some(([axis]) => axis === name))
          .map(({ kind }) => kind),
      )
    expect([...kinds(alone)].toSorted()).toEqual(['number', 'switch', 'whole'])
  })

  it.each(alone)('%s has the pixels of the single run', async (axis, values, more) => {
    const base = { model: 'mnist', device: 'cpu', count: 1, seed: 11, steps: 3, ...more }
    const settings = generateRequest.parse(base)
    const report = await backend.runCompare(
      { of: 'generate', settings, axes: [{ name: axis, values }] },
      { out: join(root, `axis-${axis}`), ...quiet },
    )
    for (const [i, value] of values.entries()) {
      const single = await backend.runGenerate(withValue(base, 'generate', axis, value), {
        out: join(root, `axis-${axis}-${i}`),
        ...quiet,
      })
      expect(report.cells[i]?.pictures?.[0]?.pixels).toBe(single.images[0]?.pixels)
    }
  })

  it.each(filledAlone)('%s of a fill has the pixels of the single run', async (axis, values, more) => {
    const base = { model: 'mnist', device: 'cpu', method: 'replace', steps: 2, seed: 5, asGrey: true, ...more }
    const report = await backend.runCompare(
      { of: 'inpaint', settings: inpaintSettings.parse(base), photo: small, mask: 'right', axes: [{ name: axis, values }] },
      { out: join(root, `fill-axis-${axis}`), ...quiet },
    )
    for (const [i, value] of values.entries()) {
      const settings = axis === 'photo' || axis === 'mask' ? base : withValue(base, 'inpaint', axis, value)
      const single = await backend.runInpaint(
        settings,
        axis === 'photo' ? String(value) : small,
        { preset: axis === 'mask' ? String(value) : 'right' },
        { out: join(root, `fill-axis-${axis}-${i}`), ...quiet },
      )
      expect(report.cells[i]?.pictures?.[0]?.pixels).toBe(single.images[0]?.pixels)
    }
  })
})

describe('a comparison as a job', () => {
  it('is cancelled between cells and goes on where it was, to the pixels of an undisturbed one', async () => {
    const request: CompareRequest = {
      ...drawn,
      of: 'generate',
      settings: generateRequest.parse({ model: 'mnist', device: 'cpu', count: 1, seed: 11, trace: true }),
      axes: [
        { name: 'steps', values: [3, 15, 16] },
        { name: 'eta', values: [0, 1] },
      ],
    }
    const { job: id } = await backend.handlers.compare({ request })
    await until(id, (job) => job.images.filter(({ url }) => url !== null).length >= 2)
    await backend.handlers.cancel({ job: id })
    const cancelled = await until(id, isOver)
    const before = cancelled.images.filter(({ url }) => url !== null).length
    expect(cancelled.status).toBe('cancelled')
    expect(before).toBeGreaterThanOrEqual(2)
    expect(before).toBeLessThan(6)
    const kept = readFileSync(join(data, 'jobs', id, 'cells.jsonl'), 'utf8')
    await backend.handlers.retryJob({ job: id })
    const done = await until(id, (job) => job.status === 'done')
    // What was finished was not made again.
    expect(readFileSync(join(data, 'jobs', id, 'cells.jsonl'), 'utf8').startsWith(kept)).toBe(true)
    expect(done.images.every(({ url, cell }) => url !== null && (cell?.milliseconds ?? 0) > 0)).toBe(true)
    expect(done.images.map(({ cell }) => cell?.nfe)).toEqual([3, 3, 15, 15, 16, 16])
    const whole = await backend.runCompare(request, { out: join(root, 'whole'), ...quiet })
    const own = read<CompareReport>(join(data, 'jobs', id, 'compare.json'))
    expect(own.cells.map(({ pictures }) => pictures?.[0]?.pixels)).toEqual(whole.cells.map(({ pictures }) => pictures?.[0]?.pixels))
  })

  it('keeps the way of every cell, and exports a sheet and the record', async () => {
    const request: CompareRequest = { ...drawn, of: 'generate', settings: { ...drawn.settings, count: 1, trace: true } as never }
    const { job: id } = await backend.handlers.compare({ request })
    const done = await until(id, isOver)
    expect(done).toMatchObject({ status: 'done', error: null })
    for (let cell = 0; cell < cellCount(request.axes); cell++) {
      const reply = await backend.resource({ method: 'GET', url: `/job/${id}/${cell}/trace.json` })
      if (!('file' in reply.body)) throw new Error(`no trace of cell ${cell}`)
      const steps = Number(valuesOf(request.axes, cell)[1]?.[1])
      expect(parseTrace(readFileSync(reply.body.file, 'utf8'))?.runs[0]?.steps).toHaveLength(steps)
    }
    for (const format of ['png', 'json'] as const) {
      const { url } = await backend.handlers.exportCompare({ job: id, format })
      const reply = await backend.resource({ method: 'GET', url })
      expect(reply.status).toBe(200)
      expect('file' in reply.body && existsSync(reply.body.file)).toBe(true)
    }
  })

  it('shows the cells that cannot be, and is refused where none can, and where it is large and was not meant', async () => {
    const mixed: CompareRequest = {
      of: 'generate',
      settings: generateRequest.parse({ model: 'mnist', device: 'cpu', count: 1, steps: 2 }),
      axes: [
        { name: 'sampler', values: ['ddim', 'ddpm'] },
        { name: 'eta', values: [0, 0.5] },
      ],
    }
    const plan = await backend.handlers.planCompare(mixed)
    expect(plan).toMatchObject({ cells: 4, runs: 3, calls: 6, many: false, refused: [{ cell: 3 }] })
    const { job: id } = await backend.handlers.compare({ request: mixed })
    const done = await until(id, isOver)
    expect(done.images.map(({ url, cell }) => [url !== null, cell?.reason ?? null])).toEqual([
      [true, null],
      [true, null],
      [true, null],
      [false, plan.refused[0]?.reason],
    ])
    await expect(
      backend.handlers.compare({ request: { ...mixed, axes: [{ name: 'sampler', values: ['no-such'] }] } }),
    ).rejects.toThrow(/no sampler called "no-such"/)
    const many = Array.from({ length: 600 }, (_, seed) => seed)
    await expect(backend.handlers.compare({ request: { ...mixed, axes: [{ name: 'seed', values: many }] } })).rejects.toThrow(
      /600 cells/,
    )
  })
})
