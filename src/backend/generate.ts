import { basename } from 'node:path'
import type { RunResult } from '../shared/engine.ts'
import type { GenerateRequest, Resolved } from '../shared/request.ts'
import type { GenerateRecipe, RunReport } from '../shared/recipe.ts'
import { trackProgress } from './progress.ts'
import { chunks, commonRecipe, omit, sumTimes } from './recipe.ts'
import { sizeOf, type Checked } from './request.ts'
import type { RunContext } from './run.ts'
import { throwIfCancelled } from './worker.ts'

/**
 * Pictures from nothing, `batch` at a time; picture k has seed + k. Each batch is written as soon as it is sampled, so that a failure or
 * a cancel keeps what was finished.
 */
export async function generatePictures(
  { model, settings, notices }: Checked<Resolved<GenerateRequest>>,
  run: RunContext,
): Promise<RunReport> {
  const said = [...notices]
  for (const notice of notices) run.onNotice(notice)
  const engine = await run.engines.acquire(model, settings.device, run.signal, (notice) => {
    said.push(notice)
    run.onNotice(notice)
  })
  run.onDevice(engine.loaded.device)
  const { width, height } = sizeOf(model.card)
  const parts = chunks(settings.count, settings.batch)
  const progress = trackProgress(parts.length)
  const images: RunReport['images'][number][] = []
  const times: RunResult['milliseconds'][] = []
  let shared: Omit<GenerateRecipe, 'seed' | 'index'> | undefined

  const recipeOf = (result: RunResult, batch: number): Omit<GenerateRecipe, 'seed' | 'index'> => ({
    ...commonRecipe({ app: run.app, model: model.id, loaded: engine.loaded }, result),
    kind: 'generate',
    request: omit(settings, 'seed', 'count', 'batch', 'device'),
    batch,
    width,
    height,
    nfe: result.nfe,
  })

  for (const [part, { from, size }] of parts.entries()) {
    throwIfCancelled(run.signal)
    const seeds = Array.from({ length: size }, (_, i) => settings.seed + from + i)
    const result = await engine.run(
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
      },
      run.signal,
      (event) => {
        run.onProgress(progress.step(part, event))
        if (event.previews !== undefined && event.previews.length > 0) {
          run.onPreviews(
            event.step,
            event.steps,
            event.previews.map((one) => ({ ...one, index: from + one.index })),
          )
        }
      },
    )
    times.push(result.milliseconds)
    run.speeds.record(model.id, engine.loaded.device, size, result.nfe, result.milliseconds.total)
    const recipe = recipeOf(result, size)
    if (shared === undefined) await run.onWriting()
    shared ??= recipe
    const files = seeds.map((seed, i) => ({ out: run.file(from + i), recipe: { ...recipe, seed, index: from + i } }))
    const written = await run.imaging.call('writeImages', {
      images: result.images,
      shape: result.shape,
      range: model.card.image.range,
      files,
      tensors: run.tensors,
    })
    for (const [i, { out, recipe: own }] of files.entries()) {
      const { sha256, pixels } = written[i] ?? { sha256: '', pixels: '' }
      images.push({ file: basename(out), seed: own.seed, sha256, pixels })
      await run.onPicture(from + i, { width, height })
    }
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
