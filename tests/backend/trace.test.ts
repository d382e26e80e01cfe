import { existsSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { openStates, readTrace } from '../../src/backend/states.ts'
import { createRecorder, statesFile } from '../../src/backend/trace.ts'
import type { RunReport } from '../../src/shared/recipe.ts'
import { parseTrace, type SavedState, type TraceEvent } from '../../src/shared/trace.ts'
import { crop, makeBench, makePlace, maskTile, upload, type Bench } from './fakes.ts'

const recipe = { kind: 'generate', model: { id: 'tiny', file: 'model.onnx', sha256: 'a' } } as unknown as RunReport['recipe']

function temporary(): string {
  const folder = mkdtempSync(join(tmpdir(), 'palimpsest-trace-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** Every state another, with a memory of float64, as a method that controls its own step keeps. */
const stateAt = (next: number): SavedState => ({
  next,
  x: { shape: { n: 1, c: 1, h: 2, w: 2 }, data: Float32Array.of(next, 0.1, -0.2, 1 / 3) },
  memory: [{ shape: { n: 1, c: 1, h: 1, w: 1 }, data: Float64Array.of(next / 3) }],
})
const eventAt = (index: number, more: Partial<TraceEvent> = {}): TraceEvent => ({
  kind: 'trace',
  step: { index, t: 3, alphaBar: 0.5, sigma: 1, scoreNorm: [1], stepSize: 1, nfe: index + 1, milliseconds: index },
  ...more,
})

async function recorded(states = true): Promise<{ file: string; folder: string }> {
  const folder = temporary()
  const file = join(folder, 'way.json')
  const recorder = await createRecorder({ file, previews: 8, states })
  const tell = recorder.begin({ pictures: [{ index: 0, seed: 7 }] })
  const previews = [{ index: 0, width: 1, height: 1, rgb: Uint8Array.of(1, 2, 3) }]
  for (const index of [0, 1, 2]) tell(eventAt(index, states ? { state: stateAt(index + 1), previews } : { previews }))
  await recorder.finish(recipe)
  return { file, folder }
}

const failure = (work: Promise<unknown>) =>
  work.then(
    () => 'no failure',
    (error: Error) => error.message,
  )

describe('a trace in a file', () => {
  it('comes back as it was told, state for state, float64 as float64', async () => {
    const { file } = await recorded()
    const trace = await readTrace(file)
    expect(trace.recipe).toEqual(recipe)
    expect(trace.runs[0]?.pictures).toEqual([{ index: 0, seed: 7 }])
    expect(trace.runs[0]?.steps.map((step) => step.index)).toEqual([0, 1, 2])
    expect(trace.runs[0]?.steps[0]?.previews).toEqual([{ width: 1, height: 1, rgb: Buffer.from([1, 2, 3]).toString('base64') }])
    const states = await openStates(file, trace)
    for (const index of [2, 0, 1]) expect(await states.state(trace.runs[0]!.steps[index]!.state!)).toEqual(stateAt(index + 1))
  })

  it('of a run that failed leaves nothing', async () => {
    const folder = temporary()
    const recorder = await createRecorder({ file: join(folder, 'way.json'), previews: 0, states: true })
    recorder.begin({ pictures: [{ index: 0, seed: 7 }] })(eventAt(0, { state: stateAt(1) }))
    await recorder.abandon()
    expect([existsSync(join(folder, 'way.json')), existsSync(join(folder, 'way.states'))]).toEqual([false, false])
  })

  it('names its states beside it', () => {
    expect([statesFile('/a/b.json'), statesFile('/a/b')]).toEqual(['/a/b.states', '/a/b.states'])
  })

  it('shares its room for previews between the runs it is made of', async () => {
    const recorder = await createRecorder({ file: join(temporary(), 'way.json'), previews: 8, states: false })
    expect(recorder.ask(4).previewBytes * 4).toBeLessThanOrEqual(recorder.ask(1).previewBytes)
    expect(recorder.ask(4)).toMatchObject({ previews: 8, states: false })
  })
})

describe('a trace is refused in one sentence', () => {
  it('where it is missing, cut short, or none', async () => {
    const { file, folder } = await recorded()
    expect(await failure(readTrace(join(folder, 'none.json')))).toMatch(/^There is no trace ".*none\.json"\.$/)
    writeFileSync(join(folder, 'cut.json'), readFileSync(file).subarray(0, 300))
    expect(await failure(readTrace(join(folder, 'cut.json')))).toMatch(/is cut short or damaged\.$/)
    writeFileSync(join(folder, 'other.json'), '{"format": 1}')
    expect(await failure(readTrace(join(folder, 'other.json')))).toMatch(/is no trace of this version\.$/)
    const later = readFileSync(file, 'utf8').replace('"format":1', '"format":2')
    expect(parseTrace(later)).toBeUndefined()
  })

  it('where its states are missing, cut short, or changed', async () => {
    const { file } = await recorded()
    const trace = await readTrace(file)
    const path = statesFile(file)
    const place = trace.runs[0]!.steps[1]!.state!
    const bytes = readFileSync(path)
    bytes[place.x.offset + 5]! ^= 1
    writeFileSync(path, bytes)
    expect(await failure(openStates(file, trace).then((states) => states.state(place)))).toMatch(/is damaged/)
    // What was not touched can still be had.
    const first = trace.runs[0]!.steps[0]!.state!
    expect(await (await openStates(file, trace)).state(first)).toEqual(stateAt(1))
    truncateSync(path, bytes.length - 1)
    expect(await failure(openStates(file, trace))).toMatch(/cut short/)
    rmSync(path)
    expect(await failure(openStates(file, trace))).toMatch(/are missing/)
    const plain = await recorded(false)
    expect(await failure(openStates(plain.file, await readTrace(plain.file)))).toMatch(/--trace-states/)
  })
})

/** Three variations over two windows, two at a time. */
async function startFill(bench: Bench) {
  const photo = await upload(bench, { width: 20, height: 10 })
  await bench.backend.handlers.writeMask({ photo, replace: true, tiles: [maskTile(crop(1), crop(9))] })
  const settings = { model: 'tiny', method: 'replace', steps: 2, device: 'cpu', variations: 3, batch: 2, trace: true }
  return bench.backend.handlers.inpaint({ photo, settings: settings as never })
}

async function keptTrace(bench: Bench, job: string) {
  const reply = await bench.backend.resource({ method: 'GET', url: `/job/${job}/trace.json` })
  return parseTrace(readFileSync('file' in reply.body ? reply.body.file : '', 'utf8'))
}

const request = { model: 'tiny', steps: 4, count: 5, batch: 2, seed: 30, device: 'cpu' }

describe('a run that is recorded', () => {
  it('as a job keeps its way with the job and gives it out, and not in the recipe', async () => {
    const bench = await makeBench()
    const { job } = await bench.backend.handlers.generate({ ...request, trace: true } as never)
    const done = await bench.ended(job)
    expect(done.status).toBe('done')
    expect(done.report?.recipe.request).not.toHaveProperty('trace')
    const reply = await bench.backend.resource({ method: 'GET', url: `/job/${job}/trace.json` })
    expect(reply).toMatchObject({ status: 200, headers: { 'content-type': 'application/json; charset=utf-8' } })
    const trace = parseTrace(readFileSync('file' in reply.body ? reply.body.file : '', 'utf8'))
    expect(trace?.runs.map((run) => run.pictures.map(({ seed }) => seed))).toEqual([[30, 31], [32, 33], [34]])
    expect(trace?.runs.every((run) => run.steps.length === 4)).toBe(true)
    expect(trace?.states).toBeUndefined()
  })

  it('as a fill keeps the way of each window, and not in the recipe', async () => {
    const bench = await makeBench()
    const { job } = await startFill(bench)
    const done = await bench.ended(job)
    expect(done.report?.recipe.request).not.toHaveProperty('trace')
    const trace = await keptTrace(bench, job)
    expect(trace?.runs.map((run) => [run.crop, run.pictures.map(({ index }) => index), run.steps.length])).toEqual([
      [0, [0, 1], 2],
      [1, [0, 1], 2],
      [0, [2], 2],
      [1, [2], 2],
    ])
    expect(trace).not.toHaveProperty('unfinished')
  })

  it('keeps what was done of it when it fails or is cancelled, and says so', async () => {
    const bench = await makeBench()
    bench.world.troubles.push({ at: 5, trouble: 'nan' })
    const { job: failed } = await bench.backend.handlers.generate({ ...request, trace: true } as never)
    expect((await bench.ended(failed)).status).toBe('failed')
    const trace = await keptTrace(bench, failed)
    expect(trace?.runs.map((run) => run.steps.length)).toEqual([4, 1])
    expect(trace).toMatchObject({ unfinished: true, recipe: { kind: 'generate', model: { id: 'tiny' }, sigmas: [] } })

    const { job: cancelled } = await startFill(bench)
    bench.world.gate = async () => bench.backend.handlers.cancel({ job: cancelled }).then(() => undefined)
    expect((await bench.ended(cancelled)).status).toBe('cancelled')
    expect(await keptTrace(bench, cancelled)).toMatchObject({
      unfinished: true,
      recipe: { kind: 'inpaint', crops: [crop(1), crop(9)] },
    })
  })

  it('has no such file where it ended before its first step', async () => {
    const bench = await makeBench()
    bench.world.troubles.push({ at: 0, trouble: 'throw' })
    const { job } = await bench.backend.handlers.generate({ ...request, trace: true } as never)
    expect((await bench.ended(job)).status).toBe('failed')
    expect((await bench.backend.resource({ method: 'GET', url: `/job/${job}/trace.json` })).status).toBe(404)
  })

  it('has no such file where it was not asked for', async () => {
    const bench = await makeBench()
    const { job } = await bench.backend.handlers.generate(request as never)
    await bench.ended(job)
    expect(bench.world.runs[0]).not.toHaveProperty('trace')
    for (const url of [`/job/${job}/trace.json`, '/job/none/trace.json', `/job/${job}%2f../trace.json`])
      expect((await bench.backend.resource({ method: 'GET', url })).status).toBe(404)
  })

  it('is taken up in every part at the step that is named, with the seeds, batches and settings it had', async () => {
    const bench = await makeBench()
    const out = join(bench.place.root, 'out')
    const trace = { file: join(bench.place.root, 'way.json'), states: true }
    await bench.backend.runGenerate(request, { out, tensors: false, trace })
    const first = [...bench.world.runs]
    bench.world.runs.length = 0
    const report = await bench.backend.runResume(
      { trace: trace.file, step: 3 },
      { out: join(bench.place.root, 'again'), tensors: false },
    )
    expect(report.images.map((image) => image.seed)).toEqual([30, 31, 32, 33, 34])
    expect(bench.world.runs).toHaveLength(3)
    for (const [part, run] of bench.world.runs.entries()) {
      const { resume, ...asked } = run
      const { trace: _trace, ...before } = first[part]!
      expect(asked).toEqual(before)
      expect(resume).toMatchObject({ steps: 3, nfe: 3, state: { next: 3 } })
      expect(resume?.state.x.shape.n).toBe(run.seeds.length)
      expect(resume?.state.memory[1]?.data).toEqual(Float64Array.of(3))
    }
  })

  it.each([
    [5, /^Step 5 was not recorded: this trace has the states of steps 1 to 4\.$/],
    [0, /integer of at least 1 for step/],
    [1.5, /integer of at least 1 for step/],
  ])('refuses step %d', async (step, words) => {
    const bench = await makeBench()
    const trace = { file: join(bench.place.root, 'way.json'), states: true }
    await bench.backend.runGenerate(request, { out: join(bench.place.root, 'out'), tensors: false, trace })
    const again = bench.backend.runResume({ trace: trace.file, step }, { out: join(bench.place.root, 'no'), tensors: false })
    expect(await failure(again)).toMatch(words)
    expect(existsSync(join(bench.place.root, 'no'))).toBe(false)
  })

  it('refuses another file of the model, and a photograph for what had none', async () => {
    const place = makePlace()
    const bench = await makeBench({}, place)
    const file = join(place.root, 'way.json')
    const options = { out: join(place.root, 'out'), tensors: false }
    await bench.backend.runGenerate(request, { ...options, trace: { file, states: true } })
    expect(await failure(bench.backend.runResume({ trace: file, step: 1, photo: '/x' }, options))).toMatch(/takes no --photo/)
    writeFileSync(file, readFileSync(file, 'utf8').replace(/"sha256":"[0-9a-f]{64}"/, `"sha256":"${'0'.repeat(64)}"`))
    expect(await failure(bench.backend.runResume({ trace: file, step: 1 }, options))).toMatch(/another file of the model "tiny"/)
  })

  it('is refused at once where the trace cannot be written, and leaves no folder', async () => {
    const bench = await makeBench()
    const out = join(bench.place.root, 'out')
    const blocked = bench.place.file('blocked', 'a file')
    const run = bench.backend.runGenerate(request, {
      out,
      tensors: false,
      trace: { file: join(blocked, 'way.json'), states: false },
    })
    expect(await failure(run)).toMatch(/cannot be written/)
    expect([existsSync(out), bench.world.runs.length]).toEqual([false, 0])
  })
})
