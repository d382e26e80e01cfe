import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Job, JobImage } from '../../shared/api.ts'
import { picturesEach, type CompareRequest } from '../../shared/compare.ts'
import { PalimpsestError } from '../../shared/errors.ts'
import type { CropRecipe, RunReport } from '../../shared/recipe.ts'
import { newId, sha256OfFile, writeJson } from '../files.ts'
import { type House, queued } from '../house.ts'
import type { FillSource } from '../inpaint.ts'
import type { JobRun } from '../jobs.ts'
import { sizeOf } from '../request.ts'
import { maskPresets } from '../tables.ts'
import { planCells, type FillChecked, type PlanDoor, type PlannedCell, type PlannedComparison } from './plan.ts'
import { comparisonReport, type Names } from './report.ts'
import { runCells } from './run.ts'

/** A comparison as a job of the queue: its photographs are those that were opened, its masks lie in its folder. */

export type CompareJob = Extract<Job['request'], { kind: 'compare' }>

/** The mask that the user painted on the photograph. */
export const painted = 'painted'

export const compareFile = (folder: string): string => join(folder, 'compare.json')

/** Photographs in reports and on sheets go by the names of their files. */
export const photoNames =
  ({ photos }: Pick<House, 'photos'>): Names =>
  (photo) =>
    photos.list().find(({ id }) => id === photo)?.name ?? photo

/** Photographs that are open here; presets, and what is painted. */
export const doorOf = ({ photos }: Pick<House, 'photos'>): PlanDoor => ({
  info: (photo) => photos.get(photo).info,
  mask(name) {
    if (name !== painted && !maskPresets.includes(name))
      throw new PalimpsestError('request', `There is no mask called "${name}". Known: ${painted}, ${maskPresets.join(', ')}.`)
  },
})

/** Windows of presets that are remembered, over all that is planned. */
const rememberedAtMost = 500

/** The same for what is only planned: it looks at the masks, since what a fill costs is decided by its windows. A preset of a photograph is looked at once. */
export function measuringDoor(house: House): () => PlanDoor {
  const presets = new Map<string, Promise<readonly CropRecipe[] | undefined>>()
  return () => {
    const drawn = new Map<string, Promise<readonly CropRecipe[] | undefined>>()
    return {
      ...doorOf(house),
      crops(photo, mask, checked) {
        const { model, settings } = checked
        const own = mask === painted ? drawn : presets
        const key = JSON.stringify([photo, mask, model.id, settings.blend, settings.refine])
        // What cannot be looked at is said when it is run.
        const found = own.get(key) ?? cropsOf(house, photo, mask, checked).catch(() => undefined)
        if (own.size >= rememberedAtMost) own.clear()
        own.set(key, found)
        return found
      },
    }
  }
}

async function cropsOf(
  { photos, imaging, options }: House,
  photo: string,
  mask: string,
  { model: { card }, settings: { blend, refine } }: FillChecked,
): Promise<readonly CropRecipe[]> {
  const model = { channels: card.image.channels, range: card.image.range, size: card.image.size }
  if (mask === painted) return (await photos.plan(photo, model, blend, refine)).crops
  const scratch = join(options.dataFolder, 'runs', newId())
  try {
    const out = join(scratch, 'mask.png')
    await imaging.call('presetMask', { photo: photos.folder(photo), preset: mask, out })
    return (await imaging.call('plan', { photo: photos.folder(photo), mask: out, model, blend, refine })).crops
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
}

export async function runComparison(house: House, request: CompareJob, own: JobRun): Promise<RunReport> {
  const { options, photos, models } = house
  const plan = await planCells(request, models, doorOf(house))
  const { report, cells } = await runCells(house, plan, {
    ...queued(house, own),
    source: (photo, mask) => sourceOf(house, own.folder, photo, mask),
    async original(photo) {
      const path = await photos.original(photo)
      if (path === undefined) throw new PalimpsestError('request', 'A photograph of this comparison is not there any more.')
      return path
    },
  })
  await writeJson(compareFile(own.folder), comparisonReport(plan, cells, report.notices, options.version, photoNames(house)))
  return report
}

/** A mask of a photograph in the job's folder. */
const maskPath = (folder: string, photo: string, mask: string): string => join(folder, `mask-${photo}-${mask}.png`)

async function sourceOf({ photos, imaging }: House, folder: string, photo: string, mask: string): Promise<FillSource> {
  const { info } = photos.get(photo)
  const path = maskPath(folder, photo, mask)
  if (mask !== painted && !existsSync(path))
    await imaging.call('presetMask', { photo: photos.folder(photo), preset: mask, out: path })
  return { folder: photos.folder(photo), info, mask: { path, sha256: await sha256OfFile(path) } }
}

/** What must be right before it waits in the queue: every photograph is open, every mask is known; painted ones are copied as they are now. */
export async function prepareComparison({ photos }: House, plan: PlannedComparison, folder: string): Promise<void> {
  const copied = new Set<string>()
  for (const { work } of plan.runs) {
    if (!('photo' in work)) continue
    photos.get(work.photo)
    if (!('mask' in work) || work.mask !== painted || copied.has(work.photo)) continue
    copied.add(work.photo)
    await photos.snapshot(work.photo, maskPath(folder, work.photo, painted))
  }
}

/** One for every picture of every cell, in the order of the grid. */
export function imagesOf(house: House, plan: PlannedComparison): readonly JobImage[] {
  const each = picturesEach(plan.request)
  const images: JobImage[] = Array.from({ length: plan.cells * each }, () => ({ seed: 0, url: null, width: 0, height: 0 }))
  for (const { cell, work } of plan.runs) {
    const { seed, ...size } = firstOf(house, work)
    for (let i = 0; i < each; i++) images[cell * each + i] = { url: null, seed: seed + i, ...size }
  }
  for (const { cell, sameAs } of plan.repeats)
    for (let i = 0; i < each; i++)
      images[cell * each + i] = { ...(images[sameAs * each + i] ?? { seed: 0, url: null, width: 0, height: 0 }), cell: { sameAs } }
  for (const { cell, reason } of plan.refused)
    for (let i = 0; i < each; i++) images[cell * each + i] = { seed: 0, url: null, width: 0, height: 0, cell: { reason } }
  return images
}

function firstOf({ photos }: House, work: PlannedCell['work']): { seed: number; width: number; height: number } {
  switch (work.kind) {
    case 'generate':
      return { seed: work.checked.settings.seed, ...sizeOf(work.checked.model.card) }
    case 'forward':
      return { seed: work.seed, ...sizeOf(work.model.card) }
    case 'inpaint': {
      const { width, height } = photos.get(work.photo).info
      return { seed: work.checked.settings.seed, width, height }
    }
    case 'shown': {
      const { width, height } = photos.get(work.photo).info
      return { seed: 0, width, height }
    }
  }
}

/** A short name for what is compared, for the name of a file. */
export const nameOf = (request: CompareRequest): string =>
  `${request.axes.map(({ name }) => name.toLowerCase()).join('-')}-${createHash('sha256').update(JSON.stringify(request)).digest('hex').slice(0, 6)}`
