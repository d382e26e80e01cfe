import { basename } from 'node:path'
import type { DeviceName } from '../shared/card.ts'
import type { RunResult } from '../shared/engine.ts'
import { PalimpsestError } from '../shared/errors.ts'
import type { GenerateRequest, Resolved } from '../shared/request.ts'
import type { GenerateRecipe, RunReport, StartRecipe } from '../shared/recipe.ts'
import { finishedPart, keptRun } from './kept.ts'
import { isSame, makerOf, makerOfRecipe, makingsOf } from './makers.ts'
import { recipeNoise, topOf } from './noise.ts'
import { madeOf, type Part, partsOf } from './place.ts'
import { trackProgress } from './progress.ts'
import { commonRecipe, omit, sumTimes } from './recipe.ts'
import { type Checked, type Drawer, sizeOf } from './request.ts'
import { type RunContext, told } from './run.ts'
import { throwIfCancelled } from './worker.ts'

/** Where pictures begin, if not each at the noise of its own seed, seed + k. */
export interface Begin {
  /** Unit variance, [c, h, w], of picture `index`; and what its recipe says of it. Without noise it only says. */
  readonly start?: (index: number) => { readonly noise?: Float32Array; readonly recipe: StartRecipe }
  /** All take the first seed, so that only the start tells them apart. */
  readonly oneSeed?: boolean
  /** The finished float32 tensors of each batch, before they are written. */
  readonly onImages?: (result: RunResult) => void
}

/**
 * Pictures from nothing, `batch` at a time; picture k has seed + k. Each batch is written as soon as it is sampled, so that a failure or
 * a cancel keeps what was finished.
 */
export async function generatePictures(
  { model, settings, notices }: Checked<Resolved<GenerateRequest>>,
  run: RunContext,
  begin: Begin = {},
): Promise<RunReport> {
  const said = [...notices]
  for (const notice of notices) run.onNotice(notice)
  const tell = (notice: string) => {
    said.push(notice)
    run.onNotice(notice)
  }
  const engine = await run.engines.acquire(model, settings.device, run.signal, tell, run.claim)
  run.onDevice(engine.loaded.device)
  const { width, height } = sizeOf(model.card)
  const parts = partsOf({ ...settings, oneSeed: begin.oneSeed === true })
  const startAt = begin.start ?? givenStart(model, settings)
  const progress = trackProgress(parts.length, 1, [], undefined, pricesOf(parts, engine.loaded.device))
  const images: RunReport['images'][number][] = []
  const times: RunResult['milliseconds'][] = []
  let shared: Omit<GenerateRecipe, 'seed' | 'index'> | undefined

  const recipeOf = (
    result: Pick<RunResult, 'sigmas' | 'timesteps' | 'nfe'>,
    batch: number,
  ): Omit<GenerateRecipe, 'seed' | 'index'> => ({
    ...commonRecipe({ app: run.app, model: model.id, loaded: engine.loaded }, result),
    kind: 'generate',
    request: omit(settings, 'seed', 'count', 'batch', 'device', 'trace', 'place', 'from'),
    batch,
    width,
    height,
    nfe: result.nfe,
  })

  run.trace?.keepRecipe(recipeOf({ sigmas: [], nfe: 0 }, settings.batch))
  const maker = makerOf(run.app, engine.loaded)
  const finished = parts.map(({ from, made }, part) => finishedPart(run.kept, part, from, made.length))
  const makings = makingsOf(
    finished.flatMap((before) => before?.pictures ?? []),
    finished.every((before) => before !== undefined),
    maker,
    run.kept?.recipe,
  )
  makings.notices.forEach(tell)
  for (const [part, own] of parts.entries()) {
    throwIfCancelled(run.signal)
    const { from, seeds, made } = own
    const before = finished[part]
    if (before !== undefined) {
      times.push(...before.milliseconds)
      images.push(...before.pictures.map(makings.entryOf))
      shared ??= run.kept?.recipe as typeof shared
      for (const { index, told } of before.pictures) await run.onPicture(index, told)
      continue
    }
    const starts = startAt === undefined ? [] : seeds.map((_, i) => startAt(from + i))
    const startOf = (i: number) => (starts[i] === undefined ? {} : { start: starts[i].recipe })
    const noise = joined(starts.map((start) => start?.noise))
    const record = run.trace?.begin({ pictures: seeds.map((seed, i) => ({ index: from + i, seed, ...startOf(i) })) })
    const result = await keptRun(
      run,
      engine,
      {
        kind: 'generate',
        sampler: settings.sampler,
        eta: settings.eta,
        steps: settings.steps,
        spacing: settings.spacing,
        variance: settings.variance,
        threshold: settings.threshold,
        ...(settings.dynamic === undefined ? {} : { dynamic: settings.dynamic }),
        settings: settings.settings,
        seeds,
        width,
        height,
        preview: run.previews ? run.tuning.preview : { size: 0, everyMs: 0 },
        ...(noise === undefined ? {} : { start: noise }),
        ...(run.trace === undefined ? {} : { trace: run.trace.ask(parts.length) }),
        ...(run.resume === undefined ? {} : { resume: await run.resume(part) }),
      },
      { number: part, onStep: told(run, progress, part, own), onTrace: record },
    )
    begin.onImages?.(result)
    times.push(result.milliseconds)
    if (run.resume === undefined)
      run.speeds.record(model.id, engine.loaded.device, seeds.length, result.nfe, result.milliseconds.total)
    const recipe = recipeOf(result, seeds.length)
    if (shared === undefined) await run.onWriting()
    if (shared === undefined || !isSame(makerOfRecipe(shared), maker)) shared = recipe
    const files = made.map(({ i, at, index, seed }) => ({
      out: run.file(at),
      recipe: run.metadata === false ? null : { ...recipe, seed, index, ...startOf(i) },
    }))
    const written = await run.imaging.call('writeImages', {
      ...madeOf(own, result),
      range: model.card.image.range,
      files,
      tensors: run.tensors,
    })
    for (const [k, { i, at, seed }] of made.entries()) {
      const { sha256, pixels } = written[k] ?? { sha256: '', pixels: '' }
      const image = { file: basename(run.file(at)), seed, ...startOf(i), sha256, pixels }
      images.push(image)
      await run.onPicture(at, { width, height })
      await run.kept?.keepPicture({ index: at, image, told: { width, height }, maker })
    }
    await run.kept?.keepPart({ part, milliseconds: [result.milliseconds] }, shared, [part])
  }
  if (shared === undefined) throw new Error('a run without pictures')
  return {
    recipe: shared,
    device: shared.device,
    notices: said,
    nfe: shared.nfe,
    milliseconds: sumTimes(times),
    images,
  }
}

/**
 * What a model call of each batch costs beside one of the first: the last may have fewer pictures. A processor takes as long as there are; a graphics
 * card, which does many at once, is taken to be between that and no difference.
 */
function pricesOf(parts: readonly Part[], device: DeviceName): readonly number[] {
  const whole = parts[0]?.seeds.length ?? 1
  return parts.map(({ seeds }) => (device === 'cpu' ? seeds.length / whole : (seeds.length + whole) / (2 * whole)))
}

/** The noise that the request itself tells of, for every picture. */
function givenStart(model: Drawer, settings: Resolved<GenerateRequest>): Begin['start'] {
  if (settings.from === undefined) return undefined
  const noise = recipeNoise(model, settings.from, topOf(model, settings))
  if (noise === undefined)
    throw new PalimpsestError('request', 'The pictures are to begin at a noise that only a file held: give that file with --from.')
  return () => ({ noise: noise.data, recipe: noise.recipe })
}

/** Starts side by side, [n, c, h, w]; undefined where there are none. */
function joined(starts: readonly (Float32Array | undefined)[]): Float32Array | undefined {
  const given = starts.flatMap((start) => (start === undefined ? [] : [start]))
  if (given.length === 0) return undefined
  const out = new Float32Array(given.reduce((sum, start) => sum + start.length, 0))
  let at = 0
  for (const start of given) {
    out.set(start, at)
    at += start.length
  }
  return out
}
