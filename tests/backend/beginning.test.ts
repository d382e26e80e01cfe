import { describe, expect, it } from 'vitest'
import type { RunArgs } from '../../src/shared/engine.ts'
import type { CropRecipe } from '../../src/shared/recipe.ts'
import { inpaintSettings } from '../../src/shared/request.ts'
import { crop, makeBench, maskTile, pixel, readJson, upload, type Bench } from './fakes.ts'

const settings = { model: 'tiny', method: 'ddnm', steps: 2, device: 'cpu', batch: 2 }
type Fill = Extract<RunArgs, { kind: 'inpaint' }>

async function opened(...crops: readonly CropRecipe[]) {
  const bench = await makeBench()
  const photo = await upload(bench, { width: 20, height: 10 })
  await bench.backend.handlers.writeMask({ photo, replace: true, tiles: [maskTile(...crops)] })
  return { bench, photo }
}
const fill = async ({ bench, photo }: { bench: Bench; photo: string }, more: object = {}) => {
  const { job } = await bench.backend.handlers.inpaint({ photo, settings: { ...settings, ...more } as never })
  return bench.ended(job)
}
const begins = (bench: Bench) => bench.world.runs.map((run) => (run as Fill).begin)
/** Filled once, then twice as large. */
const refined = (x: number): CropRecipe => ({ ...crop(x), refine: [{ ...crop(x + 1), modelWidth: 4, modelHeight: 4 }] })

describe('where a fill begins', () => {
  it('is noise; the photograph as it is; or a quick fill, at the strength that was asked for', async () => {
    const on = await opened(crop(3))
    await fill(on)
    await fill(on, { start: 'original', strength: 0.4 })
    await fill(on, { start: 'quick', strength: 0.7 })
    expect(begins(on.bench)).toEqual([
      undefined,
      { picture: new Float32Array(4).fill(0.3), strength: 0.4, stream: 0 },
      { picture: new Float32Array(4).fill(5.3), strength: 0.7, stream: 0 },
    ])
  })

  it('has the usual strength where a picture is named and no strength, and is recorded', async () => {
    const on = await opened(crop(3))
    const job = await fill(on, { start: 'quick' })
    expect(job.report?.recipe).toMatchObject({ request: { start: 'quick', strength: 0.6 } })
    expect((await fill(on)).report?.recipe).toMatchObject({ request: { start: 'noise', strength: 1 } })
  })

  it.each([
    [{ strength: 0.5 }, 'strength goes with a start from a picture: choose start original or quick, or leave it out.'],
    [
      { start: 'original', method: 'smc' },
      'MCGdiff weighs particles that were drawn from noise: choose another method to begin at a picture.',
    ],
    [
      { start: 'quick', method: 'repaint-diffusers' },
      'RePaint as in diffusers begins at noise, as that library does: choose repaint to begin at a picture.',
    ],
  ])('is refused in one sentence: %j', async (more, message) => {
    const on = await opened(crop(3))
    await expect(fill(on, more)).rejects.toMatchObject({ code: 'request', message })
  })

  it('leaves a budget of calls to what is walked of the schedule', async () => {
    const on = await opened(crop(3))
    const whole = await fill(on, { nfe: 20, steps: undefined })
    const part = await fill(on, { nfe: 20, steps: undefined, start: 'original', strength: 0.5 })
    expect(whole.request.settings.steps).toBe(20)
    // Half of the levels are left out, so there may be about twice as many.
    expect(part.request.settings.steps).toBeGreaterThan(35)
    expect(part.notices.join(' ')).toMatch(/^At most 20 model calls: \d+ steps, 20 calls\./)
  })
})

describe('a fill that is refined', () => {
  it('goes on from the fill before it, picture by picture, and blends the last', async () => {
    const on = await opened(refined(3), crop(7))
    on.bench.place.addModel('tiny', { image: { channels: 1, range: [-1, 1], size: { multipleOf: 2, min: 2, max: 8, best: [2] } } })
    const job = await fill(on, { seed: 4, variations: 2, refineStrength: 0.25 })
    const runs = on.bench.world.runs as readonly Fill[]
    expect(runs.map(({ width, height }) => [width, height])).toEqual([
      [2, 2],
      [4, 4],
      [2, 2],
    ])
    const first = [4, 5].flatMap((seed) => [Math.fround(0.3), ...[1, 2, 3].map((at) => pixel(seed, at))])
    expect(runs[1]?.begin?.stream).toBe(1)
    expect(runs[1]?.begin?.strength).toBe(0.25)
    expect([...(runs[1]?.begin?.picture ?? [])]).toEqual(first.map((value) => Math.fround(10 + value)))
    expect([runs[0]?.begin, runs[2]?.begin]).toEqual([undefined, undefined])
    // Two steps each, and all of them counted.
    expect(job.report?.recipe).toMatchObject({ nfe: 6, crops: [refined(3), crop(7)] })
    const { fills } = readJson<{ fills: number[][] }>(on.bench.backend.resultFile(job.id, 0)!)
    expect(fills.map(({ length }) => length)).toEqual([16, 4])
  })

  it('says which refinement it is at, and never counts back', async () => {
    const on = await opened(refined(3))
    on.bench.place.addModel('tiny', { image: { channels: 1, range: [-1, 1], size: { multipleOf: 2, min: 2, max: 8, best: [2] } } })
    const { id } = await fill(on)
    const told = on.bench.events.flatMap((event) =>
      event.kind === 'job' && event.job.id === id && event.job.progress !== null ? [event.job.progress] : [],
    )
    expect(told.at(-1)?.refinement).toEqual({ number: 1, of: 1 })
    for (const [i, { calls }] of told.entries()) expect(calls).toBeGreaterThanOrEqual(told[i - 1]?.calls ?? 0)
  })

  it('is not for a model of one size', async () => {
    const on = await opened(crop(3))
    expect((await fill(on, { refine: 'full' })).report?.recipe).toMatchObject({ request: { refine: 'off' } })
  })

  it('is planned with its calls and what they cost', async () => {
    const on = await opened(refined(3), crop(7))
    on.bench.place.addModel('tiny', { image: { channels: 1, range: [-1, 1], size: { multipleOf: 2, min: 2, max: 8, best: [2] } } })
    const { blend } = inpaintSettings.parse({ model: 'tiny' })
    const plan = (own?: object) =>
      on.bench.backend.handlers.planFill({
        photo: on.photo,
        model: 'tiny',
        blend,
        ...(own === undefined ? {} : { settings: inpaintSettings.parse({ ...settings, ...own }) }),
      })
    expect((await plan()).runs).toBeUndefined()
    const { runs } = await plan({ steps: 40, refineStrength: 0.5 })
    expect(runs?.map(({ crop: at, stage, scale, windows }) => [at, stage, scale, windows])).toEqual([
      [0, 0, 4, 1],
      [0, 1, 2, 1],
      [1, 0, 4, 1],
    ])
    const [first, again] = runs ?? []
    expect(first).toMatchObject({ calls: 40, cost: 40 })
    expect(again?.calls).toBeLessThan(25)
    // Four times as many pixels a call.
    expect(again?.cost).toBe(4 * again!.calls)
  })
})

describe('one mask on many photographs', () => {
  it('makes a job of each, and leaves out what does not fit, with the reason', async () => {
    const on = await opened(crop(3))
    const { bench } = on
    const same = await upload(bench, { width: 20, height: 10, coloured: false })
    const other = await upload(bench, { width: 30, height: 10 })
    const many = (otherSizes: 'skip' | 'scale') =>
      bench.backend.handlers.inpaintMany({
        photos: [on.photo, same, other],
        mask: on.photo,
        otherSizes,
        settings: inpaintSettings.parse(settings),
      })
    const { jobs, skipped } = await many('skip')
    expect(skipped).toEqual([
      { photo: other, reason: expect.stringMatching(/ is 30 x 10 pixels and the mask 20 x 10\.$/) as string },
    ])
    const ended = []
    for (const job of jobs) ended.push(await bench.ended(job))
    expect(ended.map(({ status, request }) => [status, request.kind === 'inpaint' ? request.photo : ''])).toEqual([
      ['done', on.photo],
      ['done', same],
    ])
    expect((await many('scale')).jobs).toHaveLength(3)
    await expect(
      bench.backend.handlers.inpaintMany({
        photos: [other],
        mask: on.photo,
        otherSizes: 'skip',
        settings: inpaintSettings.parse(settings),
      }),
    ).rejects.toMatchObject({ code: 'request', message: expect.stringMatching(/the mask 20 x 10/) as string })
  })
})
