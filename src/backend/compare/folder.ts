import { rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { compareRequest, type CompareAxis, type CompareRequest } from '../../shared/compare.ts'
import { PalimpsestError } from '../../shared/errors.ts'
import type { PhotoInfo } from '../../shared/imaging.ts'
import { generateRequest, inpaintSettings } from '../../shared/request.ts'
import { fileSize, newId, openFolder, writeJson } from '../files.ts'
import type { House } from '../house.ts'
import type { FillSource } from '../inpaint.ts'
import { parseRequest } from '../request.ts'
import { intoFolder, refuseMissing } from '../runs.ts'
import { maskPresets } from '../tables.ts'
import type { RunOptions } from '../types.ts'
import { planCells, summaryOf, type PlannedComparison } from './plan.ts'
import type { CompareReport } from './record.ts'
import { comparisonReport } from './report.ts'
import { runCells } from './run.ts'
import { modelNames, sheetOf } from './sheet.ts'

/** The command line's comparison: pictures cell by cell into a folder, sheet.png and compare.json beside them. */

/** Unchecked, but for the axes. Photographs are absolute paths; masks are presets or absolute paths. */
export interface CompareInput {
  readonly of: CompareRequest['of']
  readonly settings: unknown
  readonly axes: readonly CompareAxis[]
  readonly photo?: string
  readonly mask?: string
}

export interface CompareOptions extends RunOptions {
  /** Told what it will be before anything is run; what it throws ends it there. */
  readonly onPlan?: (plan: ReturnType<typeof summaryOf>) => void
}

const isPreset = (mask: string): boolean => maskPresets.includes(mask)

export async function runCompare(house: House, input: CompareInput, options: CompareOptions): Promise<CompareReport> {
  const settings =
    input.of === 'inpaint' ? parseRequest(inpaintSettings, input.settings) : parseRequest(generateRequest, input.settings)
  const request = parseRequest(compareRequest, { ...input, settings })
  const opened = createOpened(house)
  try {
    await openFolder(opened.folder)
    for (const photo of photosOf(request)) await opened.open(photo)
    const plan = await planCells(request, house.models, {
      info: (photo) => opened.info(photo),
      mask: () => undefined,
    })
    await refuseMasks(plan)
    const [first] = plan.refused
    if (plan.runs.length === 0) throw new PalimpsestError('request', first?.reason ?? 'There is nothing to compare.')
    options.onPlan?.(summaryOf(plan, house.speeds, () => null))
    for (const { cell, reason } of plan.refused.slice(0, 3)) options.onNotice?.(`Cell ${cell} cannot be run: ${reason}`)
    if (plan.refused.length > 3) options.onNotice?.(`${plan.refused.length - 3} more cells cannot be run; compare.json says why.`)
    return await intoComparison(house, plan, opened, options)
  } finally {
    await opened.close()
  }
}

async function intoComparison(house: House, plan: PlannedComparison, opened: Opened, options: RunOptions): Promise<CompareReport> {
  let whole: CompareReport | undefined
  await intoFolder(
    house,
    options,
    async (run) => {
      const { report, cells } = await runCells(house, plan, {
        ...run,
        folder: opened.folder,
        source: (photo, mask) => opened.source(photo, mask),
        original: (photo) => Promise.resolve(photo),
      })
      whole = comparisonReport(plan, cells, report.notices, house.options.version, basename)
      return report
    },
    async (folder) => {
      if (whole === undefined) return
      const file = (picture: string) => join(folder, picture)
      await house.imaging.call('compareSheet', {
        ...sheetOf(whole, file, basename, await modelNames(house)),
        out: join(folder, 'sheet.png'),
      })
      await writeJson(join(folder, 'compare.json'), whole)
    },
  )
  if (whole === undefined) throw new Error('a comparison without a report')
  return whole
}

function photosOf(request: CompareRequest): readonly string[] {
  if (request.of === 'generate') return []
  const varied = request.axes.find(({ name }) => name === 'photo')?.values.map(String)
  return varied ?? [request.photo]
}

/** A mask is a preset or a file that is there. */
async function refuseMasks({ runs }: PlannedComparison): Promise<void> {
  const named = new Set(runs.flatMap(({ work }) => ('mask' in work && !isPreset(work.mask) ? [work.mask] : [])))
  for (const mask of named) {
    if ((await fileSize(mask)) === undefined)
      throw new PalimpsestError(
        'request',
        `There is no mask "${basename(mask)}": give a file, or one of ${maskPresets.join(', ')}.`,
      )
  }
}

interface Opened {
  /** Scratch of this comparison, gone when it is closed. */
  readonly folder: string
  open(photo: string): Promise<void>
  info(photo: string): PhotoInfo
  source(photo: string, mask: string): Promise<FillSource>
  close(): Promise<void>
}

/** Photographs and masks by their paths, in a scratch folder. */
function createOpened({ imaging, options }: Pick<House, 'imaging' | 'options'>): Opened {
  const folder = join(options.dataFolder, 'runs', newId())
  const photos = new Map<string, { readonly folder: string; readonly info: PhotoInfo }>()
  const masks = new Map<string, FillSource['mask']>()
  const find = (photo: string) => {
    const known = photos.get(photo)
    if (known === undefined) throw new PalimpsestError('request', `There is no photograph "${photo}".`)
    return known
  }
  return {
    folder,
    async open(photo) {
      await refuseMissing(photo, 'photograph')
      const own = join(folder, String(photos.size))
      await openFolder(own)
      photos.set(photo, { folder: own, info: await imaging.call('open', { path: photo, folder: own }) })
    },
    info: (photo) => find(photo).info,
    async source(photo, mask) {
      const one = find(photo)
      const key = JSON.stringify([photo, mask])
      const known = masks.get(key)
      if (known !== undefined) return { ...one, mask: known }
      const out = join(folder, `mask-${masks.size}.png`)
      const { sha256 } = isPreset(mask)
        ? await imaging.call('presetMask', { photo: one.folder, preset: mask, out })
        : await imaging.call('readMask', { path: mask, photo: one.folder, keep: false, out })
      masks.set(key, { path: out, sha256 })
      return { ...one, mask: { path: out, sha256 } }
    },
    async close() {
      for (const one of photos.values()) await imaging.call('close', { photo: one.folder }).catch(() => undefined)
      await rm(folder, { recursive: true, force: true })
    },
  }
}
