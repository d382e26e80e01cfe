import { describe, expect, it } from 'vitest'
import { inpainters } from '../../src/core/index.ts'
import { crop, makeBench, maskTile, pixel, readJson, upload, type Bench } from './fakes.ts'

const settings = { model: 'tiny', method: 'replace', steps: 2, device: 'cpu' }

const fill = async (bench: Bench, photo: string, more: object = {}) => {
  const { job } = await bench.backend.handlers.inpaint({ photo, settings: { ...settings, ...more } as never })
  return bench.ended(job)
}
const paint = (bench: Bench, photo: string, ...xs: number[]) =>
  bench.backend.handlers.writeMask({ photo, replace: true, tiles: [maskTile(...xs.map(crop))] })

interface Made {
  readonly keepGrey?: boolean
  readonly fills: number[][]
  readonly crops: unknown[]
  readonly recipe: Record<string, unknown>
}
const made = (bench: Bench, job: string, image: number) => readJson<Made>(bench.backend.resultFile(job, image)!)

const readFillOf = async (bench: Bench, photo: string, method: string) => made(bench, (await fill(bench, photo, { method })).id, 0)

describe('a fill', () => {
  it('runs each crop with the same seeds and puts each where it belongs', async () => {
    const bench = await makeBench()
    const photo = await upload(bench, { width: 20, height: 10 })
    await paint(bench, photo, 1, 9)
    const job = await fill(bench, photo, { seed: 4, variations: 3, batch: 2 })
    expect(job).toMatchObject({ status: 'done', report: { nfe: 4, recipe: { nfe: 4, crops: [crop(1), crop(9)] } } })
    expect(bench.world.runs.map((run) => run.seeds)).toEqual([[4, 5], [4, 5], [6], [6]])
    for (let k = 0; k < 3; k++) {
      const rest = [1, 2, 3].map((at) => pixel(4 + k, at))
      // The kept pixel is the photo's, and the photo's differs from crop to crop.
      expect(made(bench, job.id, k).fills).toEqual([
        [Math.fround(0.1), ...rest],
        [Math.fround(0.9), ...rest],
      ])
    }
    expect(job.images[2]).toMatchObject({
      seed: 6,
      url: `/job/${job.id}/2.png`,
      width: 20,
      height: 10,
      changedOutside: 0,
      levels: [{ width: 20, height: 10 }],
    })
    expect(made(bench, job.id, 1).recipe).toEqual({ ...job.report?.recipe, seed: 5, index: 1 })
    expect(job.report?.recipe).toMatchObject({
      kind: 'inpaint',
      width: 20,
      height: 10,
      source: { width: 20, height: 10, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) as string },
      mask: { sha256: expect.stringMatching(/^[0-9a-f]{64}$/) as string },
    })
  })

  it.each([
    ['repaint', 2410, { steps: 250, jumpLength: 10, resamples: 10 }, '250 steps, jump length 10, 10 resamples, 2410 calls'],
    ['repaint-diffusers', 100, { steps: 25, jumpLength: 1, resamples: 4 }, '25 steps, jump length 1, 4 resamples, 97 calls'],
    ['ding', 100, { steps: 50 }, '50 steps, 99 calls'],
    ['ddnm', 40, { steps: 40 }, '40 steps, 40 calls'],
  ])('%s of at most %i calls is resolved by the stated rule, and says so', async (method, nfe, resolved, words) => {
    const bench = await makeBench()
    const photo = await upload(bench, { width: 20, height: 10 })
    await paint(bench, photo, 1)
    const job = await fill(bench, photo, { method, nfe })
    expect(job.request.settings).toMatchObject(resolved)
    expect(job.request.settings).not.toHaveProperty('nfe')
    expect(bench.world.runs).toMatchObject([resolved])
    expect(job.notices).toContain(`At most ${String(nfe)} model calls: ${words}.`)
  })

  it('says which of several windows is filled; of one window there is nothing to say', async () => {
    const bench = await makeBench()
    const photo = await upload(bench, { width: 20, height: 10 })
    const told = async (...xs: number[]) => {
      await paint(bench, photo, ...xs)
      const { id } = await fill(bench, photo, { variations: 2, batch: 1 })
      return bench.events.flatMap((event) =>
        event.kind === 'job' && event.job.id === id && event.job.progress !== null ? [event.job.progress] : [],
      )
    }
    const two = await told(1, 9)
    expect(two.length).toBeGreaterThan(0)
    for (const { step, window } of two)
      expect(window).toEqual({ number: ((Math.ceil(step / 2) - 1) % 2) + 1, of: 2, step: ((step - 1) % 2) + 1, steps: 2 })
    expect(two.some(({ window }) => window?.number === 2)).toBe(true)
    for (const progress of await told(1)) expect(progress).not.toHaveProperty('window')
  })

  it('says that a jump as long as the way leaves a single pass, by the levels that are really walked', async () => {
    const bench = await makeBench()
    const photo = await upload(bench, { width: 20, height: 10 })
    await paint(bench, photo, 1)
    const notices = async (settings: object) => (await fill(bench, photo, { method: 'repaint', resamples: 3, ...settings })).notices
    expect(await notices({ steps: 8, jumpLength: 7 })).toEqual([])
    expect(await notices({ steps: 8, jumpLength: 8 })).toEqual([
      'A jump of 8 does not fit into 8 levels, so the 3 resamples are left out: take a shorter jump or more levels.',
    ])
    const fewer = await notices({ steps: 50, jumpLength: 49, spacing: 'quadratic' })
    expect(fewer).toHaveLength(2)
    expect(fewer[1]).toMatch(/^A jump of 49 does not fit into 49 levels/)
  })

  it('of new colours keeps the grey of the photograph, and needs a model that has colours', async () => {
    const bench = await makeBench()
    const photo = await upload(bench, { width: 20, height: 10 })
    await paint(bench, photo, 1)
    await expect(fill(bench, photo, { method: 'ddnm-colour' })).rejects.toMatchObject({
      code: 'request',
      message: expect.stringMatching(/knows only grey and has no colours to give/) as string,
    })
    bench.place.addModel('tiny', { image: { channels: 3, range: [-1, 1], size: { width: 2, height: 2 } } })
    const kept = async (method: string) => (await readFillOf(bench, photo, method)).keepGrey
    expect(await kept('ddnm-colour')).toBe(true)
    expect(await kept('ddnm')).toBeUndefined()
  })

  it('of a budget too small is refused with the least that works', async () => {
    const bench = await makeBench()
    const photo = await upload(bench, { width: 20, height: 10 })
    await paint(bench, photo, 1)
    await expect(fill(bench, photo, { method: 'repaint', nfe: 72 })).rejects.toMatchObject({
      code: 'request',
      message: 'Expected an integer of at least 73 for nfe with the method repaint but received 72 (number).',
    })
    await expect(fill(bench, photo, { method: 'ddnm', nfe: 72, spacing: '10,15' })).rejects.toMatchObject({
      message: 'The spacing 10,15 says its own number of steps: leave nfe out, or name another spacing.',
    })
  })

  it('of another size than the model makes pictures of measures those by its pixels', async () => {
    const bench = await makeBench()
    const photo = await upload(bench, { width: 20, height: 10 })
    const estimate = async () =>
      (await bench.backend.handlers.estimate({ model: 'tiny', device: 'cpu', batch: 1 })).millisecondsPerCall
    const large = { ...crop(1), modelWidth: 16, modelHeight: 16 }
    await bench.backend.handlers.writeMask({ photo, replace: true, tiles: [maskTile(large)] })
    expect(await fill(bench, photo)).toMatchObject({ status: 'done' })
    // A call takes 10 ms, of 16 x 16 pixels where the model's own pictures have 2 x 2.
    expect(await estimate()).toBe((10 * 4) / 256)
    await paint(bench, photo, 1)
    await fill(bench, photo)
    expect(await estimate()).toBeGreaterThan((10 * 4) / 256)
  })

  it('of an empty mask is the photo, with no model call and no engine', async () => {
    const bench = await makeBench()
    const photo = await upload(bench, { width: 20, height: 10 })
    const job = await fill(bench, photo)
    expect(job).toMatchObject({ status: 'done', report: { nfe: 0, images: [{ changedOutside: 0 }] } })
    expect(made(bench, job.id, 0)).toMatchObject({ fills: [], width: 20 })
    expect(bench.world.engines).toEqual([])
  })

  it('keeps the mask it was asked with while it waits', async () => {
    const bench = await makeBench()
    const photo = await upload(bench, { width: 20, height: 10 })
    await paint(bench, photo, 1)
    let open: () => void = () => undefined
    const held = new Promise<void>((resolve) => (open = resolve))
    bench.world.gate = () => held
    void bench.backend.handlers.generate({ model: 'tiny', count: 1, steps: 1, device: 'cpu' } as never)
    const { job } = await bench.backend.handlers.inpaint({ photo, settings: settings as never })
    await paint(bench, photo, 2, 3)
    open()
    expect((await bench.ended(job)).report?.recipe).toMatchObject({ crops: [crop(1)] })
  })

  it('keeps the variations that were finished when the engine dies', async () => {
    const bench = await makeBench()
    const photo = await upload(bench, { width: 20, height: 10 })
    await paint(bench, photo, 1)
    bench.world.troubles.push({ at: 3, trouble: 'nan' })
    const job = await fill(bench, photo, { variations: 2, batch: 1 })
    expect(job).toMatchObject({ status: 'failed', error: { code: 'device' } })
    expect(job.images.map(({ url }) => url !== null)).toEqual([true, false])
  })
})

it('hands the eta of DDNM to the engine, and records it', async () => {
  const bench = await makeBench()
  const photo = await upload(bench, { width: 20, height: 10 })
  await paint(bench, photo, 1)
  const job = await fill(bench, photo, { method: 'ddnm', eta: 0.3 })
  expect(job).toMatchObject({ status: 'done', report: { recipe: { request: { method: 'ddnm', eta: 0.3 } } } })
  expect(bench.world.runs.at(-1)).toMatchObject({ kind: 'inpaint', method: 'ddnm', eta: 0.3 })
})

describe('refused before there is a job', () => {
  it.each([
    [{ method: 'magic' }, `There is no method called "magic". Known: ${Object.keys(inpainters).join(', ')}.`],
    [{ eta: 0.5 }, /^The method replace takes no eta: use .*\bddnm\b.*, which do(es)?\.$/],
    [{ method: 'delayed-ding', eta: 0.5 }, /^The method delayed-ding takes no eta: use .*\bddnm\b.*, which do(es)?\.$/],
    [{ method: 'ddnm', variance: 'large' }, /^The method ddnm takes no variance: use .*\breplace\b.*, which do\.$/],
    [{ method: 'ddnm', eta: 1.5 }, 'Expected a number from 0 to 1 for eta but received 1.5 (number).'],
    [{ jumpLength: 5 }, /^The method replace takes no jumpLength: use .*\brepaint\b.*, which do(es)?\.$/],
    [{ resamples: 3 }, /^The method replace takes no resamples: use .*\brepaint\b.*, which do(es)?\.$/],
    [{ settings: { nonsense: true } }, /^There is no setting called "nonsense" for the method replace; it(s own are| has none)/],
    [{ variance: 'learned' }, 'The model "tiny" has no learned variance: choose small or large.'],
    [
      { method: 'predictor-corrector', settings: { predictor: 'none', correctors: 0 } },
      'Without a predictor at least one correction a level is needed.',
    ],
    [{ method: 'annealed-langevin', settings: { stepSize: 0.01 } }, /^A step size of 0.01 diverges at the level 0.01/],
    [{ blend: { feather: 501 } }, 'Expected an integer from 0 to 500 for blend.feather but received 501 (number).'],
  ])('%j', async (more, message) => {
    const bench = await makeBench()
    const photo = await upload(bench, { width: 20, height: 10 })
    await expect(fill(bench, photo, more)).rejects.toMatchObject({
      code: 'request',
      message: typeof message === 'string' ? message : (expect.stringMatching(message) as string),
    })
    expect(await bench.backend.handlers.jobs({})).toEqual([])
  })

  it('a colour photograph and a grey model, unless it is asked for in grey', async () => {
    const bench = await makeBench()
    const photo = await upload(bench, { width: 20, height: 10, coloured: true })
    await paint(bench, photo, 1)
    await expect(fill(bench, photo)).rejects.toMatchObject({
      code: 'request',
      message: expect.stringContaining('"as grey"') as string,
    })
    expect(await fill(bench, photo, { asGrey: true })).toMatchObject({ status: 'done' })
  })

  it('a photograph that is not open', async () => {
    const bench = await makeBench()
    await expect(fill(bench, '0'.repeat(16))).rejects.toMatchObject({ code: 'request' })
  })
})

it('plans with the mask that is painted, and nothing where there is none', async () => {
  const bench = await makeBench()
  const photo = await upload(bench, { width: 20, height: 10 })
  const blend = { padding: 32, grow: 0, feather: 4, side: 'outward' } as const
  expect(await bench.backend.handlers.planFill({ photo, model: 'tiny', blend })).toEqual({ crops: [], painted: 0 })
  await paint(bench, photo, 3)
  expect((await bench.backend.handlers.planFill({ photo, model: 'tiny', blend })).crops).toEqual([crop(3)])
})
