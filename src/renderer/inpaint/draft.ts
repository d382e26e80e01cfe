import { z } from 'zod'
import {
  beginAt,
  inpainterBudget,
  inpainterCalls,
  inpainters,
  planLevels,
  trainedCount,
  trainedLevels,
  walkRemark,
} from '../../core/index.ts'
import type { Settings, Transition } from '../../core/types.ts'
import type { ModelSummary } from '../../shared/api.ts'
import type { ModelCard } from '../../shared/card.ts'
import type { FillRun, PhotoInfo } from '../../shared/imaging.ts'
import type { CropRecipe } from '../../shared/recipe.ts'
import { dynamicDefaults, inpaintSettings, type Dynamic, type InpaintSettings, usualStrength } from '../../shared/request.ts'
import { windowCrops } from '../../shared/windows.ts'
import { words } from '../i18n/index.ts'
import { said } from '../i18n/said.ts'
import { has, modelTraits, ownSettings } from '../state/methods.ts'

/** The settings of a fill as they stand in the inspector, and what follows from them. Pure. */

/** The settings of a request, but for `invert`: null leaves it to the photograph's brightness. */
export type Draft = Omit<InpaintSettings, 'invert' | 'dynamic' | 'nfe' | 'trace' | 'start' | 'strength'> & {
  /** Null: where model and method fill best from. */
  readonly start: InpaintSettings['start'] | null
  /** Null: the usual share for that start. */
  readonly strength: number | null
  readonly invert: boolean | null
  readonly seedLocked: boolean
  readonly trace: boolean
  readonly dynamic: Dynamic
  /** Steps, jumps and resamples are chosen from `calls` instead. */
  readonly byCalls: boolean
  /** Model calls at most, where they are what is set. */
  readonly calls: number
  /** What was last set of each method's own settings; those of the chosen one stand in `settings` too. */
  readonly own: Readonly<Record<string, Settings>>
}

const { dynamic, nfe, settings, start, strength } = inpaintSettings.shape
const draftShape = inpaintSettings.omit({ invert: true, model: true, nfe: true }).extend({
  model: z.string().default(''),
  invert: z.boolean().nullable().default(null),
  start: start.unwrap().nullable().default(null),
  strength: strength.unwrap().nullable().default(null),
  seedLocked: z.boolean().default(false),
  trace: z.boolean().default(false),
  dynamic: dynamic.unwrap().default(dynamicDefaults),
  byCalls: z.boolean().default(false),
  calls: nfe.unwrap().default(250),
  own: z.record(z.string(), settings).default({}),
})

type Beginning = Pick<Draft, 'eta' | 'spacing'>

/** What a method fills photographs best with, where that was measured and is not what its paper has (docs/models.md, "Which method"). */
const measured: Readonly<Record<string, Beginning>> = { ddnm: { eta: 1, spacing: 'exponential' } }
const published: Beginning = {
  eta: inpaintSettings.shape.eta.parse(undefined),
  spacing: inpaintSettings.shape.spacing.parse(undefined),
}

/** Where eta and spacing of a method stand until they are set. */
export const beginningOf = (method: string): Beginning => measured[method] ?? published

const firstMethod = 'ddnm'
export const firstDraft: Draft = draftShape.parse({
  method: firstMethod,
  ...beginningOf(firstMethod),
  steps: 50,
  jumpLength: 5,
  resamples: 5,
  variations: 4,
})

/** A method that is chosen anew comes with the settings it was left with; an eta or spacing that nobody set goes over to its own. */
export function withChanges(draft: Draft, changes: Partial<Draft>): Draft {
  const method = changes.method ?? draft.method
  const kept = method === draft.method ? draft.settings : (draft.own[method] ?? {})
  const [before, after] = [beginningOf(draft.method), beginningOf(method)]
  const begun = {
    eta: draft.eta === before.eta ? after.eta : draft.eta,
    spacing: draft.spacing === before.spacing ? after.spacing : draft.spacing,
  }
  const next = { ...draft, ...begun, settings: kept, ...changes }
  return { ...next, own: { ...draft.own, [method]: next.settings } }
}

/** Anything that was remembered in, a draft out: each wrong part falls back to the first draft's. */
export function parseDraft(remembered: Readonly<Record<string, unknown>>): Draft {
  const kept: Record<string, unknown> = { ...firstDraft }
  for (const [name, value] of Object.entries(remembered)) {
    if (name in firstDraft && draftShape.safeParse({ ...kept, [name]: value }).success) kept[name] = value
  }
  return draftShape.parse(kept)
}

export interface Pace {
  readonly value: 'draft' | 'standard' | 'fine' | 'paper'
  readonly steps: number
  readonly jumpLength: number
  readonly resamples: number
  /** The one method it is of. */
  readonly method?: string
}

export const paces: readonly Pace[] = [
  { value: 'draft', steps: 50, jumpLength: 5, resamples: 5 },
  { value: 'standard', steps: 100, jumpLength: 5, resamples: 5 },
  { value: 'fine', steps: 250, jumpLength: 10, resamples: 5 },
  { value: 'paper', steps: 250, jumpLength: 10, resamples: 10, method: 'repaint' },
]

/** The pace these settings are, or '' for the user's own. A method without jumps is told by its levels alone. */
export function paceOf(draft: Pick<Draft, 'method' | 'steps' | 'jumpLength' | 'resamples'>): Pace['value'] | '' {
  const jumps = has(inpainters[draft.method], 'jumpLength')
  const same = (pace: Pace) =>
    pace.steps === draft.steps &&
    (pace.method ?? draft.method) === draft.method &&
    (!jumps || (pace.jumpLength === draft.jumpLength && pace.resamples === draft.resamples))
  return paces.find(same)?.value ?? ''
}

/** RePaint as published is a method, not only a number of levels; the others leave the method as it is. */
export function ofPace({ steps, jumpLength, resamples, method }: Pace): Partial<Draft> {
  return { steps, jumpLength, resamples, ...(method === undefined ? {} : { method }) }
}

/** Trained levels of the model; as many as a request may ask for while there is none. */
export function mostLevels(model: ModelSummary | undefined): number {
  const card = model?.card
  return card?.task === 'denoiser' ? Math.min(1000, trainedCount(card.noise)) : 1000
}

/** What is walked: the numbers of the draft as far as the model goes. */
export interface Walked {
  readonly steps: number
  readonly jumpLength: number
  readonly resamples: number
  readonly settings: Settings
}

/** By the numbers themselves, or by what the model calls are enough for; `problem` where they are not. */
export function walkedOf(draft: Draft, model: ModelSummary | undefined): Walked & { readonly problem?: string } {
  const { jumpLength, resamples, byCalls, calls } = draft
  const entry = inpainters[draft.method]
  const most = mostLevels(model)
  const numbers = { steps: Math.min(draft.steps, most), jumpLength, resamples, settings: ownSettings(entry, draft.settings) }
  if (!byCalls || entry === undefined) return numbers
  try {
    const { steps, jumps } = inpainterBudget(entry, calls, most, numbers.settings)
    return { ...numbers, ...jumps, steps }
  } catch {
    const problem = words().inpaint.problems.budget(said(entry.label), calls)
    return { ...numbers, problem }
  }
}

/** The same numbers over the levels that are really visited: some spacings have fewer than steps, and a start from a picture leaves the first ones out. */
export function visited<T extends { readonly steps: number }>(walked: T, draft: Draft, model: ModelSummary | undefined): T {
  const card = model?.card
  if (card?.task !== 'denoiser') return walked
  try {
    const trained = trainedLevels(card.noise)
    const { levels } = planLevels(trained, draft.spacing, walked.steps, card.input.level.between)
    return { ...walked, steps: levels.length - 1 - beginAt(levels, trained, beginning(draft, model).strength) }
  } catch {
    // The request is refused for it, in the words of the backend.
    return walked
  }
}

/** What the fill begins at and how it is refined, as far as method and model can. */
export function beginning(
  { start, strength, refine, refineStrength, method }: Draft,
  model: ModelSummary | undefined,
): Pick<InpaintSettings, 'start' | 'strength' | 'refine' | 'refineStrength'> {
  const asked = start ?? (knowsOnlyTextures(model) && Object.hasOwn(measured, method) ? 'quick' : 'noise')
  const fromNoise = asked === 'noise' || onlyFromNoise(method) !== undefined
  const once = whyOnce(method, model) !== undefined
  return {
    start: fromNoise ? 'noise' : asked,
    strength: fromNoise ? 1 : (strength ?? strengthOf(asked, model)),
    refine: once ? 'off' : refine,
    refineStrength,
  }
}

/** A model of any size learned from pieces of pictures: it knows what surfaces are like and nothing of what belongs where. */
const knowsOnlyTextures = (model: ModelSummary | undefined): boolean =>
  model?.card?.task === 'denoiser' && 'multipleOf' in model.card.image.size

/** Colours spread from the edge are nearer than what such a model guesses at high noise; so little of the way was best (docs/models.md). */
const overQuickFill = 0.2

/** The share of the way that is walked from there until it is set. */
export const strengthOf = (from: InpaintSettings['start'], model: ModelSummary | undefined): number =>
  from === 'quick' && knowsOnlyTextures(model) ? overQuickFill : usualStrength

/** Why this method begins at noise alone, in a sentence. */
export function onlyFromNoise(method: string): string | undefined {
  const why = inpainters[method]?.onlyFromNoise
  return why === undefined ? undefined : said(why)
}

/** Why a fill is not refined. */
export function whyOnce(method: string, model: ModelSummary | undefined): string | undefined {
  const size = model?.card?.task === 'denoiser' ? model.card.image.size : undefined
  if (size !== undefined && 'width' in size) return words().inpaint.problems.oneSize
  return onlyFromNoise(method)
}

export interface Way {
  readonly walk: readonly Transition[]
  /** Why there is none, in one sentence. */
  readonly problem?: string
  /** What is asked of it and not in it, in one sentence. */
  readonly remark?: string
}

export function walkOf(method: string, walked: Omit<Walked, 'settings'> & { readonly settings?: Settings }): Way {
  try {
    const entry = inpainters[method]
    if (entry === undefined) return { walk: [] }
    const remark = walkRemark(entry, walked)
    return { walk: entry.walk(walked), ...(remark === undefined ? {} : { remark }) }
  } catch (error) {
    // Nested jumps multiply: a walk may be refused for its length.
    return { walk: [], problem: error instanceof Error ? error.message : String(error) }
  }
}

/** How many variations share a call: all of them where they are weighed against one another. */
export function sharedBatch({ method, variations, batch }: Pick<Draft, 'method' | 'variations' | 'batch'>): number {
  return inpainters[method]?.together === true ? variations : Math.min(batch, variations)
}

export interface Cost {
  /** Of one window and one batch. */
  readonly calls: number
  /** Of the whole fill: every window, every batch of variations. */
  readonly total: number
  /** Null until a call was measured. */
  readonly seconds: number | null
  /** A fill of several passes: its calls are not those of one walk. */
  readonly refined?: boolean
}

/** `millisecondsPerCall` is of a picture of the model's own size, and `pictures` says how many of them the windows come to. */
export function costOf(
  draft: Draft,
  walk: readonly Transition[],
  windows: number,
  millisecondsPerCall: number | null,
  pictures = windows,
  runs: readonly FillRun[] = [],
): Cost {
  const entry = inpainters[draft.method]
  const rounds = Math.ceil(draft.variations / sharedBatch(draft))
  if (runs.some(({ stage }) => stage > 0)) {
    const sum = (of: (run: FillRun) => number) => runs.reduce((total, run) => total + of(run), 0)
    const cost = rounds * sum((run) => run.cost)
    return {
      calls: sum((run) => run.calls),
      total: rounds * sum((run) => run.calls * run.windows),
      seconds: millisecondsPerCall === null ? null : (cost * millisecondsPerCall) / 1000,
      refined: true,
    }
  }
  const calls = entry === undefined ? 0 : inpainterCalls(entry, walk)
  const each = calls * rounds
  const seconds = millisecondsPerCall === null ? null : (each * pictures * millisecondsPerCall) / 1000
  return { calls, total: each * Math.max(1, windows), seconds }
}

/** How many pictures of the model's own size the windows have the pixels of. */
export function picturesIn(crops: readonly CropRecipe[], card: ModelCard | null | undefined): number {
  const size = card?.task === 'denoiser' ? card.image.size : undefined
  if (size === undefined) return crops.length
  const best = 'width' in size ? size.width * size.height : (size.best[0] ?? size.min) ** 2
  return crops.flatMap(windowCrops).reduce((sum, { modelWidth, modelHeight }) => sum + (modelWidth * modelHeight) / best, 0)
}

/** Why this fill cannot run, in one sentence; undefined when it can. */
export interface Refusal {
  readonly kind: 'model' | 'method' | 'grey'
  readonly message: string
}

export function refusalOf(
  draft: Draft,
  model: ModelSummary | undefined,
  info: Pick<PhotoInfo, 'coloured'>,
  problem?: string,
): Refusal | undefined {
  const t = words().inpaint.problems
  if (model === undefined) return { kind: 'model', message: t.noModel }
  if (model.card === null) return { kind: 'model', message: model.problem ?? t.badModel }
  if (model.card.image.channels === 1 && info.coloured && !draft.asGrey) {
    return { kind: 'grey', message: t.grey(said(model.card.name)) }
  }
  const reason = model.card.task === 'denoiser' ? inpainters[draft.method]?.refuses?.(modelTraits(model.card)) : undefined
  const why = reason ?? problem
  return why === undefined ? undefined : { kind: 'method', message: said(why) }
}

/** The model to go over to for a photograph in colour, where the chosen one knows only grey, or none is chosen, and another knows colour. */
export function fittingModel(draft: Draft, models: readonly ModelSummary[], info: Pick<PhotoInfo, 'coloured'>): string | undefined {
  const chosen = models.find(({ id }) => id === draft.model)
  const enough = chosen !== undefined && chosen.card?.image.channels !== 1
  if (!info.coloured || draft.asGrey || enough) return undefined
  return models.find(({ card }) => card?.task === 'denoiser' && card.image.channels === 3)?.id
}

/** What is sent. Settings that belong to another kind of model or method go back to their defaults, so that the recipe says what was run. */
export function requestOf(draft: Draft, model: ModelSummary, info: Pick<PhotoInfo, 'coloured'>, light: boolean): InpaintSettings {
  const { invert, seedLocked: _ours, own: _kept, byCalls, calls, dynamic: edge, trace, ...settings } = draft
  const { problem: _none, ...numbers } = walkedOf(draft, model)
  const grey = model.card?.image.channels === 1
  const entry = inpainters[draft.method]
  const defaults = inpaintSettings.parse({ model: model.id })
  const absent = (['eta', 'variance', 'jumpLength', 'resamples'] as const).filter((control) => !has(entry, control))
  return {
    ...settings,
    ...numbers,
    ...Object.fromEntries(absent.map((control) => [control, defaults[control]])),
    ...beginning(draft, model),
    spacing: entry?.spacing ?? draft.spacing,
    batch: sharedBatch(draft),
    model: model.id,
    asGrey: grey && info.coloured && draft.asGrey,
    invert: grey && (invert ?? light),
    ...(draft.threshold === 'dynamic' ? { dynamic: edge } : {}),
    ...(byCalls ? { nfe: calls } : {}),
    ...(trace ? { trace } : {}),
  }
}
