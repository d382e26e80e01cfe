import { inpainters, samplers } from '../../core/index.ts'
import { axesOf, stages, wrongAxes, type AxisShape, type Stage } from '../../shared/axes.ts'
import {
  cellCount,
  inOrder,
  mostCells,
  picturesEach,
  valuesOf,
  type AxisValue,
  type ComparePlan,
  type CompareRequest,
  askAbove,
} from '../../shared/compare.ts'
import type { DeviceName } from '../../shared/card.ts'
import type { CallTime } from '../../shared/engine.ts'
import { PalimpsestError, toErrorData } from '../../shared/errors.ts'
import type { PhotoInfo } from '../../shared/imaging.ts'
import type { CropRecipe } from '../../shared/recipe.ts'
import type { GenerateRequest, InpaintSettings, Resolved } from '../../shared/request.ts'
import { plannedRuns } from '../fills.ts'
import type { Models, UsableModel } from '../models.ts'
import { asDrawer, refuseColour, type Checked, type Drawer } from '../request.ts'
import type { Speeds } from '../speeds.ts'
import { createChecks, type Checks } from './checks.ts'
import { fitted, type Fields } from './fitted.ts'

/** A comparison as a list of runs: what each cell is, what it costs, and why some cannot be. Nothing is started. */

export type Work =
  | { readonly kind: 'generate'; readonly checked: Checked<Resolved<GenerateRequest>> }
  | {
      readonly kind: 'inpaint'
      readonly checked: Checked<Resolved<InpaintSettings>>
      readonly photo: string
      readonly mask: string
    }
  /** The photograph as it is, or with what is painted taken out. */
  | { readonly kind: 'shown'; readonly stage: Exclude<Stage, 'filled'>; readonly photo: string; readonly mask: string }
  | { readonly kind: 'forward'; readonly model: Drawer; readonly photo: string; readonly level: number; readonly seed: number }

export interface PlannedCell {
  readonly cell: number
  readonly values: readonly (readonly [string, AxisValue])[]
  readonly work: Work
  /** Model, photograph, mask: what costs something to change. */
  readonly group: readonly string[]
  /** Model calls of one picture (of a fill for each window), and of the run as they are timed. */
  readonly calls: number
  readonly cost: number
  readonly about: boolean
}

export interface PlannedComparison {
  readonly request: CompareRequest
  readonly shapes: readonly AxisShape[]
  readonly cells: number
  /** In the order they are run. */
  readonly runs: readonly PlannedCell[]
  /** Cells with the settings of an earlier one. */
  readonly repeats: readonly { readonly cell: number; readonly sameAs: number }[]
  readonly refused: ComparePlan['refused']
}

export type FillChecked = Checked<Resolved<InpaintSettings>>

/** What a door knows of the photographs and masks that are named; both refuse, with code `request`, what is none. */
export interface PlanDoor {
  info(photo: string): PhotoInfo
  mask(name: string): void
  /** The windows of such a fill, where they are to be known before it runs; undefined: they are not. */
  crops?(photo: string, mask: string, checked: FillChecked): Promise<readonly CropRecipe[] | undefined>
  /** Nobody waits for this plan any more. */
  readonly stale?: () => boolean
}

/** So many cells are planned before anything else gets its turn. */
const atOnce = 20

const ownSettings = {
  generate: Object.values(samplers).flatMap(({ settings = [] }) => settings),
  inpaint: Object.values(inpainters).flatMap(({ settings = [] }) => settings),
  forward: [],
} as const

export const shapesOf = (of: CompareRequest['of']): readonly AxisShape[] => axesOf(of, ownSettings[of])

/** Throws code `request` where the axes are wrong or too many cells come of them; what single cells cannot be is said of each. */
export async function planCells(request: CompareRequest, models: Pick<Models, 'find'>, door: PlanDoor): Promise<PlannedComparison> {
  const shapes = shapesOf(request.of)
  const wrong = wrongAxes(request.axes, shapes)
  if (wrong !== undefined) throw new PalimpsestError('request', wrong)
  const cells = cellCount(request.axes)
  if (cells > mostCells)
    throw new PalimpsestError('request', `A comparison of ${cells} cells is too large: at most ${mostCells}. Take some values out.`)
  const known = remembered(models)
  const checks = createChecks(known)
  const runs: PlannedCell[] = []
  const repeats: { cell: number; sameAs: number }[] = []
  const refused: { cell: number; reason: string }[] = []
  const first = new Map<string, number>()
  for (let cell = 0; cell < cells; cell++) {
    if (cell % atOnce === atOnce - 1) {
      await new Promise((resolve) => setImmediate(resolve))
      if (door.stale?.() === true) throw new PalimpsestError('cancelled', 'Another comparison is planned.')
    }
    const values = valuesOf(request.axes, cell)
    try {
      const planned = await planCell(request, shapes, cell, values, { models: known, checks }, door)
      const key = keyOf(planned.work)
      const sameAs = first.get(key)
      if (sameAs !== undefined) repeats.push({ cell, sameAs })
      else {
        first.set(key, cell)
        runs.push(planned)
      }
    } catch (error) {
      const { code, message } = toErrorData(error)
      if (code !== 'request' && code !== 'model') throw error
      refused.push({ cell, reason: message })
    }
  }
  return { request, shapes, cells, runs: inOrder(runs), repeats, refused }
}

/** Each model is looked up once, found or not. */
function remembered(models: Pick<Models, 'find'>): Pick<Models, 'find'> {
  const known = new Map<string, Promise<UsableModel>>()
  return {
    find(id) {
      const found = known.get(id) ?? models.find(id)
      known.set(id, found)
      return found
    },
  }
}

async function planCell(
  request: CompareRequest,
  shapes: readonly AxisShape[],
  cell: number,
  values: PlannedCell['values'],
  { models, checks }: { readonly models: Pick<Models, 'find'>; readonly checks: Checks },
  door: PlanDoor,
): Promise<PlannedCell> {
  const partOf = (name: string) => shapes.find((shape) => shape.name === name)?.part
  const special = new Map(values.filter(([name]) => partOf(name) === 'comparison'))
  const fields: Fields = { ...request.settings, ...Object.fromEntries(values.filter(([name]) => partOf(name) === 'field')) }
  const own = Object.fromEntries(values.filter(([name]) => partOf(name) === 'own'))
  delete fields['trace']
  const word = (name: string, otherwise: string) => String(special.get(name) ?? otherwise)
  const planned = (work: Work, group: readonly string[], calls = 0, cost = 0, about = false): PlannedCell => ({
    cell,
    values,
    work,
    group,
    calls,
    cost,
    about,
  })
  const model = asDrawer(await models.find(String(fields['model'])))
  if (request.of === 'forward') {
    const photo = word('photo', request.photo)
    door.info(photo)
    const level = Number(special.get('level') ?? 1)
    if (!(level >= 0 && level <= 1))
      throw new PalimpsestError('request', `Expected a number from 0 to 1 for level but received ${level}.`)
    const seed = Number(fields['seed'])
    return planned({ kind: 'forward', model, photo, level, seed }, [model.id, photo, ''])
  }
  const asked = { ...fields, settings: { ...request.settings.settings, ...own } }
  const input = fitted(request.of, asked, new Set(values.map(([name]) => name)), model.card)
  if (request.of === 'generate') {
    const { checked, calls, about } = await checks.generate(input)
    const cost = calls * Math.ceil(checked.settings.count / checked.settings.batch)
    return planned({ kind: 'generate', checked }, [model.id, '', ''], calls, cost, about)
  }
  const photo = word('photo', request.photo)
  const mask = word('mask', request.mask)
  const info = door.info(photo)
  door.mask(mask)
  const stage = word('stage', 'filled')
  if (stage === 'original' || stage === 'masked') return planned({ kind: 'shown', stage, photo, mask }, [model.id, photo, mask])
  if (stage !== 'filled') throw new PalimpsestError('request', `"${stage}" is none of ${stages.join(', ')}.`)
  const { checked, calls: first } = await checks.inpaint(input)
  refuseColour(checked.model, info, checked.settings.asGrey)
  const { calls, pictures } = fillCost(first, checked, await door.crops?.(photo, mask, checked))
  const cost = pictures * Math.ceil(checked.settings.variations / checked.settings.batch)
  return planned({ kind: 'inpaint', checked, photo, mask }, [model.id, photo, mask], calls, cost)
}

/** Calls of every window of a fill, and how many pictures of the model's own size they come to; without its windows, as if it had one of that size. */
function fillCost(first: number, checked: FillChecked, crops: readonly CropRecipe[] | undefined) {
  if (crops === undefined) return { calls: first, pictures: first }
  const runs = plannedRuns(checked, crops)
  const sum = (of: 'calls' | 'cost') => runs.reduce((total, run) => total + run[of], 0)
  return { calls: sum('calls'), pictures: sum('cost') }
}

/** Two cells of one key are one run. */
function keyOf(work: Work): string {
  switch (work.kind) {
    case 'generate':
      return JSON.stringify(['generate', work.checked.model.id, sorted(work.checked.settings)])
    case 'inpaint':
      return JSON.stringify(['inpaint', work.checked.model.id, sorted(work.checked.settings), work.photo, work.mask])
    case 'shown':
      return JSON.stringify([work.stage, work.photo, work.stage === 'original' ? '' : work.mask])
    case 'forward':
      return JSON.stringify(['forward', work.model.id, work.photo, work.level, work.seed])
  }
}

const sorted = (settings: object) => Object.entries(settings).toSorted(([a], [b]) => (a < b ? -1 : 1))

/** As the user reads it beside the button. */
export function summaryOf(
  plan: PlannedComparison,
  speeds: Speeds,
  deviceOf: (model: string, asked: string) => DeviceName | null,
): ComparePlan {
  const { runs, cells, refused } = plan
  const each = picturesEach(plan.request)
  const times = runs.map(({ work, cost }) => timeOf(work, cost, speeds, deviceOf))
  const sum = (of: 'least' | 'most') => times.reduce((total, time) => total + time[of], 0)
  const groups = runs.filter(({ cost }) => cost > 0).map(({ group }) => group[0])
  return {
    cells,
    runs: runs.length,
    loads: groups.filter((model, i) => model !== groups[i - 1]).length,
    calls: runs.reduce((sum, { calls }) => sum + calls * each, 0),
    about: runs.some(({ about }) => about),
    milliseconds: times.every(({ measured }) => measured) ? sum('least') : null,
    reckoned: { least: sum('least'), most: sum('most') },
    refused,
    many: cells > askAbove,
  }
}

function timeOf(
  work: Work,
  cost: number,
  speeds: Speeds,
  deviceOf: (model: string, asked: string) => DeviceName | null,
): CallTime & { readonly measured: boolean } {
  if (cost === 0 || (work.kind !== 'generate' && work.kind !== 'inpaint')) return { least: 0, most: 0, measured: true }
  const { model, settings } = work.checked
  const count = 'count' in settings ? settings.count : settings.variations
  const device = deviceOf(model.id, settings.device)
  const batch = Math.min(count, settings.batch)
  const { least, most } = speeds.reckon(model, device, batch)
  return { least: least * cost, most: most * cost, measured: device !== null && speeds.find(model.id, device, batch) !== null }
}
