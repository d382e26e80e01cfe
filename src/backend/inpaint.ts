import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import type { Loaded, RunResult } from '../shared/engine.ts'
import type { FillInput, FillOf, PhotoInfo } from '../shared/imaging.ts'
import { npy } from '../shared/npy.ts'
import type { CropRecipe, InpaintRecipe, RunReport, SavedBeside } from '../shared/recipe.ts'
import { type InpaintSettings, type Resolved, saveEndings } from '../shared/request.ts'
import type { Engine } from './engines.ts'
import { writeAtomically } from './files.ts'
import { argsOf, firstBeginning, nextBeginning, picturesOf, plannedRuns } from './fills.ts'
import { finishedPart, keptRun } from './kept.ts'
import { isSame, makerOf, makerOfRecipe, makingsOf } from './makers.ts'
import { trackProgress } from './progress.ts'
import { partsOf } from './place.ts'
import { commonRecipe, omit, sumTimes } from './recipe.ts'
import type { Checked } from './request.ts'
import { type RunContext, told } from './run.ts'
import { findInpainter } from './tables.ts'
import { throwIfCancelled } from './worker.ts'

/** The photo as imaging has it open, and the mask file that belongs to this run alone. */
export interface FillSource {
  /** Folder given to imaging's `open`. */
  readonly folder: string
  readonly info: PhotoInfo
  readonly mask: { readonly path: string; readonly sha256: string }
}

/** Which device a picture without any model call was made on: none had to be started. */
const noEngine = (checked: Checked<Resolved<InpaintSettings>>): Loaded => {
  const [file] = checked.model.card.files
  return {
    device: checked.settings.device === 'auto' ? 'cpu' : checked.settings.device,
    provider: 'none',
    onnxruntime: 'none',
    file: file?.file ?? '',
    sha256: file?.sha256 ?? '',
    milliseconds: 0,
  }
}

/** A photograph stored in grey that is given colours is written without the profile of its grey. */
const losesProfile = ({ channels, icc }: PhotoInfo): string[] =>
  channels < 3 && icc ? ['The profile of the photograph is one for grey and is left out of the picture in colour.'] : []

/** Image i of a run, [c, h, w]. */
const tensorOf = ({ images, shape: { c, h, w } }: RunResult, i: number): Float32Array =>
  images.slice(i * c * h * w, (i + 1) * c * h * w)

/** Beside the picture: `0000.npy`, or one a crop, `0000.1.npy`, `0000.2.npy`, where there are several. */
async function writeTensors(out: string, results: readonly RunResult[], i: number): Promise<void> {
  for (const [crop, result] of results.entries()) {
    const name = out.replace(/\.png$/, results.length === 1 ? '.npy' : `.${String(crop + 1)}.npy`)
    const { c, h, w } = result.shape
    await writeAtomically(name, npy(tensorOf(result, i), [c, h, w]))
  }
}

/** `0000.tif`, `0000.layer.png` ... as the run was asked to. */
async function saveBeside(run: RunContext, out: string, fill: FillOf, tell: (notice: string) => void): Promise<SavedBeside[]> {
  const saved: SavedBeside[] = []
  for (const settings of run.saves?.as ?? []) {
    const file = out.replace(/\.png$/, `${settings.what === 'layer' ? '.layer' : ''}.${saveEndings[settings.format]}`)
    const original = run.saves?.original ?? null
    const made = await run.imaging.call('save', { picture: out, fill, original, settings, out: file })
    for (const notice of made.notices) tell(notice)
    saved.push({ file: basename(file), sha256: made.sha256, keeps: made.keeps, changedOutside: made.changedOutside ?? 0 })
  }
  return saved
}

/**
 * Fills of one mask, seed + k each: plan, the engine runs of each crop (fills.ts) and batch of variations, composite. An empty mask gives the photo back
 * with no model call and no engine. Every finished variation is on disk before the next batch begins.
 */
export async function inpaintPhoto(
  checked: Checked<Resolved<InpaintSettings>>,
  source: FillSource,
  run: RunContext,
): Promise<RunReport> {
  const { model, settings } = checked
  const keepsGrey = findInpainter(settings.method).keepsGrey === true
  const said = [...checked.notices, ...source.info.notices, ...(keepsGrey ? losesProfile(source.info) : [])]
  for (const notice of said) run.onNotice(notice)
  /** Once, however many pictures it is true of. */
  const tell = (notice: string) => {
    if (said.includes(notice)) return
    said.push(notice)
    run.onNotice(notice)
  }
  const { folder: photo, info } = source
  const mask = source.mask.path
  const pixels = { channels: model.card.image.channels, range: model.card.image.range, size: model.card.image.size }
  const edges = { asGrey: settings.asGrey, invert: settings.invert }
  const { crops } = await run.imaging.call('plan', { photo, mask, model: pixels, blend: settings.blend, refine: settings.refine })
  throwIfCancelled(run.signal)
  const planned = plannedRuns(checked, crops)
  /** Those of the refinements are made when they are needed: they may be as large as the photograph. */
  const inputOf = (crop: CropRecipe, quick: boolean) =>
    run.imaging.call('input', { photo, mask, model: pixels, blend: settings.blend, crop, ...edges, ...(quick ? { quick } : {}) })

  let engine: Engine | undefined
  const inputs: FillInput[] = []
  if (crops.length > 0) {
    engine = await run.engines.acquire(model, settings.device, run.signal, tell, run.claim)
    run.onDevice(engine.loaded.device)
    for (const crop of crops) inputs.push(await inputOf(crop, settings.start === 'quick'))
  }
  if (run.trace?.states === true) run.trace.keepMask(await readFile(mask))
  const loaded = engine?.loaded ?? noEngine(checked)
  const parts = partsOf({ ...settings, count: settings.variations })
  // The last batch may be a smaller one.
  const sizes = parts.flatMap(({ seeds }) => planned.map(() => seeds.length / (parts[0]?.seeds.length ?? 1)))
  const progress = trackProgress(parts.length * planned.length, crops.length, planned, undefined, sizes)
  const images: RunReport['images'][number][] = []
  const times: RunResult['milliseconds'][] = []
  let shared: Omit<InpaintRecipe, 'seed' | 'index'> | undefined

  const recipeOf = (results: readonly RunResult[], batch: number, nfe: number): Omit<InpaintRecipe, 'seed' | 'index'> => ({
    ...commonRecipe({ app: run.app, model: model.id, loaded }, results[0] ?? { sigmas: [] }),
    kind: 'inpaint',
    request: omit(settings, 'seed', 'variations', 'batch', 'device', 'trace', 'place'),
    source: { sha256: info.sha256, width: info.width, height: info.height },
    mask: { sha256: source.mask.sha256 },
    crops: [...crops],
    batch,
    width: info.width,
    height: info.height,
    nfe,
  })

  run.trace?.keepRecipe(recipeOf([], settings.batch, 0))
  const maker = makerOf(run.app, loaded)
  const finished = parts.map(({ from, made }, part) => finishedPart(run.kept, part, from, made.length))
  const makings = makingsOf(
    parts.flatMap(({ made }) => made.flatMap(({ at }) => run.kept?.picture(at) ?? [])),
    finished.every((whole) => whole !== undefined),
    maker,
    run.kept?.recipe,
  )
  makings.notices.forEach(tell)
  for (const [part, batch] of parts.entries()) {
    throwIfCancelled(run.signal)
    const { from, seeds, made } = batch
    const whole = finished[part]
    if (whole !== undefined) {
      times.push(...whole.milliseconds)
      images.push(...whole.pictures.map(makings.entryOf))
      shared ??= run.kept?.recipe as typeof shared
      for (const { index, told: its } of whole.pictures) await run.onPicture(index, its)
      continue
    }
    /** Of each crop the last run, which is what is blended. */
    const results: RunResult[] = []
    const own: RunResult['milliseconds'][] = []
    let calls = 0
    for (const [at, one] of planned.entries()) {
      throwIfCancelled(run.signal)
      if (engine === undefined) break
      const number = part * planned.length + at
      const { of: crop, stage } = one
      const before = planned[at - 1]
      const earlier = stage === 0 ? undefined : results.pop()
      const input = stage === 0 ? inputs[one.crop] : await inputOf(crop, false)
      if (input === undefined) throw new Error('a run without its input')
      const begin =
        before === undefined || earlier === undefined
          ? firstBeginning(settings, input)
          : await nextBeginning(run.imaging, checked, before.of, one, earlier)
      const pictures = seeds.map((seed, i) => ({ index: from + i, seed }))
      const record = run.trace?.begin({ pictures, crop: one.crop, ...(stage === 0 ? {} : { stage }) })
      const result = await keptRun(
        run,
        engine,
        {
          ...argsOf(checked, crop, input),
          seeds,
          preview: run.previews ? run.tuning.preview : { size: 0, everyMs: 0 },
          ...(begin === undefined ? {} : { begin }),
          ...(run.trace === undefined ? {} : { trace: run.trace.ask(parts.length * planned.length) }),
          // A refinement follows from the fill before it.
          ...(run.resume === undefined || stage > 0 ? {} : { resume: await run.resume(number) }),
        },
        { number, onStep: told(run, progress, number, batch), onTrace: record },
      )
      results.push(result)
      own.push(result.milliseconds)
      calls += result.nfe
      // The estimate is for pictures as large as the model makes them; a call takes about as long as it has pixels.
      const share = 1 / picturesOf(crop, model)
      if (run.resume === undefined)
        run.speeds.record(model.id, loaded.device, seeds.length, result.nfe, result.milliseconds.total * share)
    }
    const recipe = recipeOf(results, seeds.length, calls)
    if (shared === undefined) await run.onWriting()
    if (shared === undefined || !isSame(makerOfRecipe(shared), maker)) shared = recipe
    for (const { i, at, index, seed } of made) {
      throwIfCancelled(run.signal)
      const out = run.file(at)
      const before = run.kept?.picture(at)
      if (before !== undefined) {
        images.push(makings.entryOf(before))
        await run.onPicture(at, before.told)
        continue
      }
      const fills = results.map((result) => tensorOf(result, i))
      const written = await run.imaging.call('composite', {
        photo,
        mask,
        model: pixels,
        blend: settings.blend,
        crops,
        fills,
        ...edges,
        // With nothing painted the picture is the photograph as it is.
        ...(keepsGrey && crops.length > 0 ? { keepGrey: true } : {}),
        finish: { ...settings.finish, seed },
        out,
        recipe: run.metadata === false ? null : { ...recipe, seed, index },
      })
      const { changedOutside, grain } = written
      if (run.tensors) await writeTensors(out, results, i)
      const saved = await saveBeside(run, out, { photo, mask, blend: settings.blend, asGrey: settings.asGrey }, tell)
      const image = {
        file: basename(out),
        seed,
        sha256: written.sha256,
        pixels: written.pixels,
        changedOutside,
        grain,
        ...(saved.length === 0 ? {} : { saved }),
      }
      images.push(image)
      const its = { width: info.width, height: info.height, changedOutside, grain }
      await run.onPicture(at, its)
      await run.kept?.keepPicture({ index: at, image, told: its, maker })
    }
    times.push(...own)
    const runs = planned.map((_, at) => part * planned.length + at)
    await run.kept?.keepPart({ part, milliseconds: own }, shared, runs)
  }
  if (shared === undefined) throw new Error('a fill without variations')
  return {
    recipe: shared,
    device: shared.device,
    notices: said,
    nfe: shared.nfe,
    milliseconds: sumTimes(times),
    images,
  }
}
