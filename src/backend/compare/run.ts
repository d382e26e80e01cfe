import { copyFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { JobImage } from '../../shared/api.ts'
import { picturesEach, type CompareMark } from '../../shared/compare.ts'
import type { RunResult } from '../../shared/engine.ts'
import type { GenerateRecipe, RunReport } from '../../shared/recipe.ts'
import { generatePictures } from '../generate.ts'
import type { House } from '../house.ts'
import { inpaintPhoto, type FillSource } from '../inpaint.ts'
import { commonRecipe } from '../recipe.ts'
import type { RunContext } from '../run.ts'
import { createRecorder, tracePreviews, type Recorder } from '../trace.ts'
import { throwIfCancelled } from '../worker.ts'
import { levelAt, noised, pictureFor } from './forward.ts'
import { judgeOf, sureness } from './judge.ts'
import type { PlannedCell, PlannedComparison, Work } from './plan.ts'
import { trackCells } from './progress.ts'
import { cellTrace, keepCell, keptCells, type CellPicture, type CellRecord } from './record.ts'

/** The cells of a comparison, one run after another through the same machinery as every run. What is done stays done. */

export interface CompareRun extends RunContext {
  /** Where traces and the record of what is done are kept. */
  readonly folder: string
  /** The photograph as imaging has it open, with a mask of it: a preset by its name, or what else the door knows. */
  readonly source: (photo: string, mask: string) => Promise<FillSource>
  /** The photograph's file. */
  readonly original: (photo: string) => Promise<string>
}

export interface Compared {
  /** By cell; those that could not be are not there. */
  readonly cells: ReadonlyMap<number, CellRecord>
  readonly report: RunReport
}

export async function runCells(house: House, plan: PlannedComparison, run: CompareRun): Promise<Compared> {
  const each = picturesEach(plan.request)
  const traced = plan.request.settings.trace === true
  const cells = new Map(await keptCells(run.folder, (name) => join(dirname(run.file(0)), name)))
  const progress = trackCells(plan.runs.filter(({ cell }) => !cells.has(cell)))
  const repeated = repeatsOf(plan)
  const notices = new Set<string>()
  let recipe: RunReport['recipe'] | undefined

  const show = async (cell: number, record: CellRecord, mark: CompareMark = {}) => {
    for (const [i, { width, height, sure, seed }] of record.pictures.entries()) {
      const { nfe, milliseconds } = record
      await run.onPicture(cell * each + i, {
        seed,
        width,
        height,
        cell: { ...mark, nfe, milliseconds, ...(sure === undefined ? {} : { sure }) },
      })
    }
  }
  const repeat = async (record: CellRecord) => {
    for (const cell of repeated.get(record.cell) ?? []) {
      const pictures: CellPicture[] = []
      for (const [i, picture] of record.pictures.entries()) {
        const to = run.file(cell * each + i)
        await copyFile(run.file(record.cell * each + i), to)
        pictures.push({ ...picture, file: basename(to) })
      }
      if (traced) await copyFile(cellTrace(run.folder, record.cell), cellTrace(run.folder, cell)).catch(() => undefined)
      const again = { ...record, cell, pictures }
      cells.set(cell, again)
      await show(cell, again, { sameAs: record.cell })
    }
  }
  const told: RunContext = {
    ...run,
    onNotice(notice) {
      if (!notices.has(notice)) run.onNotice(notice)
      notices.add(notice)
    },
    onWriting: async () => undefined,
  }

  // What an earlier life of this job has done is there at once.
  for (const record of cells.values()) await show(record.cell, record)
  await run.onWriting()
  for (const planned of plan.runs) {
    throwIfCancelled(run.signal)
    const known = cells.get(planned.cell)
    if (known === undefined) {
      const context = {
        ...told,
        file: (i: number) => run.file(planned.cell * each + i),
        onProgress: (own: Parameters<RunContext['onProgress']>[0]) => run.onProgress(progress.step(planned, own)),
        onPreviews: (step: number, steps: number, previews: Parameters<RunContext['onPreviews']>[2]) =>
          run.onPreviews(
            step,
            steps,
            previews.map((one) => ({ ...one, index: planned.cell * each + one.index })),
          ),
      }
      const trace = traced && planned.cost > 0 ? await cellRecorder(run.folder, planned.cell, plan.runs.length) : undefined
      try {
        const made = await runCell(
          house,
          planned,
          { ...context, source: run.source, original: run.original, folder: run.folder },
          trace,
        )
        recipe ??= made.recipe
        const { recipe: _recipe, ...record } = made
        await keepCell(run.folder, record)
        cells.set(planned.cell, record)
        progress.done(planned, record.milliseconds)
        await show(planned.cell, record)
      } catch (error) {
        await trace?.abandon()
        throw error
      }
    }
    const record = cells.get(planned.cell)
    if (record !== undefined) await repeat(record)
  }
  return { cells, report: reportOf(plan, cells, recipe ?? plainRecipe(house, plan), [...notices]) }
}

function repeatsOf({ repeats }: PlannedComparison): ReadonlyMap<number, readonly number[]> {
  const map = new Map<number, number[]>()
  for (const { cell, sameAs } of repeats) map.set(sameAs, [...(map.get(sameAs) ?? []), cell])
  return map
}

/** All traces of a comparison together are no larger than that of one run. */
async function cellRecorder(folder: string, cell: number, cells: number): Promise<Recorder> {
  const recorder = await createRecorder({ file: cellTrace(folder, cell), previews: tracePreviews, states: false })
  return { ...recorder, ask: (runs) => recorder.ask(runs * cells) }
}

type Made = CellRecord & { readonly recipe: RunReport['recipe'] | undefined }

async function runCell(house: House, { cell, work }: PlannedCell, run: CompareRun, trace: Recorder | undefined): Promise<Made> {
  const sizes = new Map<number, Partial<JobImage>>()
  const own: RunContext = {
    ...run,
    onPicture: async (index, picture) => void sizes.set(index, picture),
    ...(trace === undefined ? {} : { trace }),
  }
  const finished = async (report: RunReport, sure: readonly number[] = []): Promise<Made> => {
    await trace?.finish(report.recipe)
    return {
      cell,
      nfe: report.nfe,
      milliseconds: report.milliseconds.total,
      device: report.device,
      recipe: report.recipe,
      pictures: report.images.map(({ file, seed, sha256, pixels }, i) => ({
        file,
        seed,
        sha256,
        pixels,
        width: sizes.get(i)?.width ?? 0,
        height: sizes.get(i)?.height ?? 0,
        ...(sure[i] === undefined ? {} : { sure: sure[i] }),
      })),
    }
  }
  switch (work.kind) {
    case 'generate': {
      const { card } = work.checked.model
      const judge = await judgeOf(house, card)
      const results: Pick<RunResult, 'images' | 'shape'>[] = []
      const keep = judge === undefined ? {} : { onImages: ({ images, shape }: RunResult) => void results.push({ images, shape }) }
      const report = await generatePictures(work.checked, own, keep)
      const sure: number[] = []
      if (judge !== undefined)
        for (const one of results) sure.push(...(await sureness(house, judge, one, card.image.range, run.signal)))
      return finished(report, sure)
    }
    case 'inpaint':
      return finished(await inpaintPhoto(work.checked, await run.source(work.photo, work.mask), own))
    case 'shown':
      return shown(house, cell, work, run)
    case 'forward':
      return forward(house, cell, work, run)
  }
}

const unasked = { nfe: 0, milliseconds: 0, device: null, recipe: undefined } as const

/** The photograph of a triptych, as it is or with its hole. */
async function shown({ imaging }: House, cell: number, work: Extract<Work, { kind: 'shown' }>, run: CompareRun): Promise<Made> {
  const { folder, info, mask } = await run.source(work.photo, work.mask)
  const out = run.file(0)
  const { sha256, pixels } = await imaging.call('writeStage', {
    photo: folder,
    mask: work.stage === 'masked' ? mask.path : null,
    out,
  })
  return { cell, ...unasked, pictures: [{ file: basename(out), seed: 0, width: info.width, height: info.height, sha256, pixels }] }
}

async function forward(house: House, cell: number, work: Extract<Work, { kind: 'forward' }>, run: CompareRun): Promise<Made> {
  const { model, level, seed } = work
  const picture = await pictureFor(house, model, await run.original(work.photo))
  const images = noised(model, picture, level, seed)
  const { channels: c, size, range } = model.card.image
  const w = 'width' in size ? size.width : (size.best[0] ?? size.min)
  const h = 'height' in size ? size.height : (size.best[0] ?? size.min)
  const out = run.file(0)
  const [written] = await house.imaging.call('writeImages', {
    images,
    shape: { n: 1, c, h, w },
    range,
    files: [{ out, recipe: null }],
    tensors: run.tensors,
  })
  const { sha256 = '', pixels = '' } = written ?? {}
  return { cell, ...unasked, pictures: [{ file: basename(out), seed, width: w, height: h, sha256, pixels }] }
}

/** Of a comparison in which no model was asked: a strip of a picture's way to noise, or triptychs without fills. */
function plainRecipe(house: House, { request, runs }: PlannedComparison): RunReport['recipe'] {
  const [first] = runs
  const model = first?.work.kind === 'forward' ? first.work.model : undefined
  const [file] = model?.card.files ?? []
  const loaded = {
    device: 'cpu',
    provider: 'none',
    onnxruntime: 'none',
    file: file?.file ?? '',
    sha256: file?.sha256 ?? '',
    milliseconds: 0,
  } as const
  const sigmas =
    model === undefined ? [] : runs.flatMap(({ work }) => (work.kind === 'forward' ? [levelAt(model, work.level)] : []))
  const common = commonRecipe({ app: house.options.version, model: request.settings.model, loaded }, { sigmas })
  const { settings } = request
  const asked = {
    model: settings.model,
    sampler: 'none',
    steps: settings.steps,
    eta: 0,
    spacing: settings.spacing,
    variance: settings.variance,
    threshold: 'none',
    settings: {},
  } satisfies GenerateRecipe['request']
  return { ...common, kind: 'generate', request: asked, batch: 1, width: 0, height: 0, nfe: 0 }
}

/** The record of the job: of its recipe that of the first cell that ran; each picture carries its own. */
function reportOf(
  plan: PlannedComparison,
  cells: ReadonlyMap<number, CellRecord>,
  recipe: RunReport['recipe'],
  notices: readonly string[],
): RunReport {
  const own = plan.runs.flatMap(({ cell }) => cells.get(cell) ?? [])
  const total = own.reduce((sum, { milliseconds }) => sum + milliseconds, 0)
  return {
    recipe,
    device: recipe.device,
    notices,
    nfe: own.reduce((sum, { nfe }) => sum + nfe, 0),
    milliseconds: { total, model: total, elsewhere: 0 },
    images: [...cells.values()]
      .toSorted((a, b) => a.cell - b.cell)
      .flatMap(({ pictures }) => pictures.map(({ file, seed, sha256, pixels }) => ({ file, seed, sha256, pixels }))),
  }
}
