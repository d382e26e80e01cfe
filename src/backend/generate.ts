import { basename } from 'node:path'
import type { RunResult } from '../shared/engine.ts'
import type { GenerateRequest, Resolved } from '../shared/request.ts'
import type { GenerateRecipe, RunReport, StartRecipe } from '../shared/recipe.ts'
import { finishedPart, keptRun } from './kept.ts'
import { trackProgress } from './progress.ts'
import { chunks, commonRecipe, omit, sumTimes } from './recipe.ts'
import { sizeOf, type Checked } from './request.ts'
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
  const parts = chunks(settings.count, settings.batch)
  const progress = trackProgress(parts.length)
  const images: RunReport['images'][number][] = []
  const times: RunResult['milliseconds'][] = []
  let shared: Omit<GenerateRecipe, 'seed' | 'index'> | undefined

  const recipeOf = (
    result: Pick<RunResult, 'sigmas' | 'timesteps' | 'nfe'>,
    batch: number,
  ): Omit<GenerateRecipe, 'seed' | 'index'> => ({
    ...commonRecipe({ app: run.app, model: model.id, loaded: engine.loaded }, result),
    kind: 'generate',
    request: omit(settings, 'seed', 'count', 'batch', 'device', 'trace'),
    batch,
    width,
    height,
    nfe: result.nfe,
  })

  run.trace?.keepRecipe(recipeOf({ sigmas: [], nfe: 0 }, settings.batch))
  for (const [part, { from, size }] of parts.entries()) {
    throwIfCancelled(run.signal)
    const before = finishedPart(run.kept, part, from, size)
    if (before !== undefined) {
      times.push(...before.milliseconds)
      images.push(...before.pictures.map(({ image }) => image))
      shared ??= run.kept?.recipe as typeof shared
      for (const { index, told } of before.pictures) await run.onPicture(index, told)
      continue
    }
    const seeds = Array.from({ length: size }, (_, i) => settings.seed + (begin.oneSeed === true ? 0 : from + i))
    const starts = begin.start === undefined ? [] : seeds.map((_, i) => begin.start?.(from + i))
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
      { number: part, onStep: told(run, progress, part, from), onTrace: record },
    )
    begin.onImages?.(result)
    times.push(result.milliseconds)
    if (run.resume === undefined) run.speeds.record(model.id, engine.loaded.device, size, result.nfe, result.milliseconds.total)
    const recipe = recipeOf(result, size)
    if (shared === undefined) await run.onWriting()
    shared ??= recipe
    const files = seeds.map((seed, i) => ({ out: run.file(from + i), recipe: { ...recipe, seed, index: from + i, ...startOf(i) } }))
    const written = await run.imaging.call('writeImages', {
      images: result.images,
      shape: result.shape,
      range: model.card.image.range,
      files,
      tensors: run.tensors,
    })
    for (const [i, { out, recipe: own }] of files.entries()) {
      const { sha256, pixels } = written[i] ?? { sha256: '', pixels: '' }
      const image = { file: basename(out), seed: own.seed, ...startOf(i), sha256, pixels }
      images.push(image)
      await run.onPicture(from + i, { width, height })
      await run.kept?.keepPicture({ index: from + i, image, told: { width, height } })
    }
    await run.kept?.keepPart({ part, milliseconds: [result.milliseconds] }, shared, [part])
  }
  if (shared === undefined) throw new Error('a run without pictures')
  return {
    recipe: shared,
    device: engine.loaded.device,
    notices: said,
    nfe: shared.nfe,
    milliseconds: sumTimes(times),
    images,
  }
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
