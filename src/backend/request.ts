import {
  beginAt,
  inpainterBudget,
  inpainterCalls,
  inpainters,
  planLevels,
  samplerBudget,
  samplers,
  trainedLevels as levelsTrained,
  traitsOf,
  walkRemark,
  type Budgeted,
} from '../core/index.ts'
import type { InpainterEntry, ModelTraits, Plan, SamplerEntry, Settings } from '../core/types.ts'
import type { DenoiserCard } from '../shared/card.ts'
import { PalimpsestError } from '../shared/errors.ts'
import type { PhotoInfo } from '../shared/imaging.ts'
import {
  generateRequest,
  inpaintSettings,
  seedLimit,
  usualStrength,
  type GenerateRequest,
  type InpaintSettings,
  type Resolved,
} from '../shared/request.ts'
import { asRequest, refuseStrangers, settled } from './methods.ts'
import type { Models, UsableModel } from './models.ts'
import { received, sentenceOf, type Schema } from './sentences.ts'
import { findInpainter, findSampler } from './tables.ts'

/** The boundary: what the user asks for becomes what a run is made of, or is refused here, once, in one sentence with code `request`. */

type Entry = SamplerEntry | InpainterEntry

const refuse = (sentence: string) => new PalimpsestError('request', sentence)

export function parseRequest<T>(schema: Schema<T>, input: unknown): T {
  const parsed = schema.safeParse(input)
  if (parsed.success) return parsed.data
  throw refuse(sentenceOf(schema, parsed.error, input))
}

/** A model that draws, with the card narrowed. */
export interface Drawer extends UsableModel {
  readonly card: DenoiserCard
}

export function asDrawer(model: UsableModel): Drawer {
  const { card } = model
  if (card.task !== 'denoiser') throw refuse(`The model "${model.id}" is a classifier: it judges pictures and cannot draw them.`)
  const label = card.input.label
  if (label !== undefined && label.none === null)
    throw refuse(`The model "${model.id}" needs a class for each picture, which cannot be given yet.`)
  return { ...model, card }
}

/** The size pictures are generated at: the model's own, or the first it is best at. Pixels. */
export function sizeOf(card: DenoiserCard): { width: number; height: number } {
  const { size } = card.image
  if ('width' in size) return { width: size.width, height: size.height }
  const best = size.best[0] ?? size.min
  return { width: best, height: best }
}

/** What a sampler or a method may ask of the model. */
export function modelTraits({ name, image, input, output, noise }: DenoiserCard): ModelTraits {
  return traitsOf(name, {
    channels: image.channels,
    between: input.level.between,
    perImageLevels: input.level.shape !== 'scalar',
    variance: output.variance,
    noise,
  })
}

export const trainedLevels = ({ noise }: DenoiserCard): number => levelsTrained(noise).sigmas.length

/** How many steps the run will have: what was asked, or what a respacing like "ddim25" or "10,15,20" yields. Refuses what no run is. */
function stepsOf(entry: Entry, { noise, input }: DenoiserCard, asked: PlanAsked, strength = 1): PlannedSteps {
  const { steps, spacing, eta, variance, settings } = asked
  const trained = levelsTrained(noise)
  const plan = asRequest(() => planLevels(trained, spacing, steps, input.level.between))
  const lowest = trained.sigmas[0]
  const first = beginAt(plan.levels, trained, strength)
  asRequest(() =>
    entry.check?.({
      levels: plan.levels.slice(first),
      eta,
      variance,
      settings,
      trained,
      ...(lowest === undefined ? {} : { lowest }),
    }),
  )
  const levels = plan.levels.length - 1
  const visited = levels - first
  if (respaced(spacing)) return { steps: levels, visited, notices: [] }
  const moved = `The model knows its trained levels alone, so each level of the spacing ${spacing} was moved to the nearest.`
  const fewer = `Some of the ${String(steps)} steps of the spacing ${spacing} fall on one level, so there are ${String(levels)}.`
  // What is recorded is what was asked: the list that came of it stands beside it, and is made again by asking again.
  return { steps, visited, notices: [...(plan.snapped ? [moved] : []), ...(levels < steps ? [fewer] : [])] }
}

interface PlannedSteps {
  readonly steps: number
  /** Levels that are really walked. */
  readonly visited: number
  readonly notices: readonly string[]
}

interface PlanAsked extends Pick<Plan, 'eta' | 'variance'> {
  readonly settings: Settings
  readonly steps: number
  readonly spacing: string
}

/** Does the spacing say its own number of steps? */
const respaced = (spacing: string): boolean => /^(ddim|[0-9])/.test(spacing)

/** Does the input itself say this, or is it the schema that filled it in? */
const names = (input: unknown, field: string): boolean => typeof input === 'object' && input !== null && Object.hasOwn(input, field)

/** Steps that nobody asked for are no more than the model was trained at. */
function stepsWanted(card: DenoiserCard, steps: number, given: boolean): number {
  return given ? steps : Math.min(steps, trainedLevels(card))
}

/** A sampler that finds its own steps takes none, but for the default of a snapshot. */
function refuseSteps(entry: SamplerEntry, steps: number, card: DenoiserCard): void {
  if (steps === stepsWanted(card, generateDefaults.steps, false)) return
  throw refuse(`The sampler ${entry.name} finds its own steps: leave steps out, or use another sampler.`)
}

function refuseVariance(model: Drawer, variance: string): void {
  if (variance === 'learned' && model.card.output.variance === 'none') {
    throw refuse(`The model "${model.id}" has no learned variance: choose small or large.`)
  }
}

function refuseSeeds(seed: number, count: number, named: string): void {
  // Written so that no sum leaves the exact integers.
  if (seed > seedLimit - count + 1) {
    throw refuse(
      `Expected an integer from 0 to ${String(seedLimit - count + 1)} for seed with ${String(count)} ${named} but received ${received(seed)}.`,
    )
  }
}

/** How many images share a model call: a model of a fixed batch takes no more than that. */
function batchOf(model: Drawer, batch: number): { batch: number; notices: string[] } {
  const own = model.card.input.batch
  if (own === 'dynamic' || batch <= own) return { batch, notices: [] }
  return {
    batch: own,
    notices: [`The model "${model.id}" takes ${String(own)} pictures at a time, so the batch is ${String(own)}.`],
  }
}

/** Pictures that are weighed against one another share every call. */
function batchTogether(entry: InpainterEntry, model: Drawer, variations: number): { batch: number; notices: string[] } {
  const own = model.card.input.batch
  if (own === 'dynamic' || variations <= own) return { batch: variations, notices: [] }
  throw refuse(
    `The method ${entry.name} weighs all variations together, and the model "${model.id}" takes ${String(own)} at a time: ask for at most ${String(own)} variations, or use another method.`,
  )
}

export interface Checked<S> {
  readonly model: Drawer
  /** Complete, as it will be run and recorded. */
  readonly settings: S
  readonly notices: readonly string[]
}

const generateDefaults = generateRequest.parse({ model: 'x' })
const inpaintDefaults = inpaintSettings.parse({ model: 'x' })

/** Why this method and this model do not go together, in the method's own sentence. */
function refuseModel(entry: Entry, { card }: Drawer): void {
  const reason = entry.refuses?.(modelTraits(card))
  if (reason !== undefined) throw refuse(reason)
}

function refusePlace(place: number | undefined, count: number, field: string): void {
  if (place !== undefined && count !== 1) throw refuse(`place is of one picture: make ${field} 1, or leave place out.`)
}

export async function checkGenerate(input: unknown, models: Pick<Models, 'find'>): Promise<Checked<Resolved<GenerateRequest>>> {
  const asked = parseRequest(generateRequest, input)
  const entry = findSampler(asked.sampler)
  refuseStrangers('sampler', entry, samplers, asked, generateDefaults)
  refuseSeeds(asked.seed, asked.count, 'pictures')
  refusePlace(asked.place, asked.count, 'count')
  const settings = settled('sampler', asked, entry, samplers)
  const model = asDrawer(await models.find(asked.model))
  refuseModel(entry, model)
  refuseVariance(model, asked.variance)
  const { batch, notices } = batchOf(model, asked.batch)
  const wanted = { ...asked, steps: stepsWanted(model.card, asked.steps, names(input, 'steps')) }
  if (entry.adaptive === true) refuseSteps(entry, wanted.steps, model.card)
  const budget = budgeted(asked, model.card, (nfe, most) => samplerBudget(entry, nfe, most, settings.settings))
  const levels = stepsOf(entry, model.card, { ...settings, steps: budget?.steps ?? wanted.steps })
  return {
    model,
    settings: { ...settings, steps: levels.steps, batch },
    notices: [...notices, ...(budget?.notices ?? []), ...levels.notices],
  }
}

export async function checkInpaint(input: unknown, models: Pick<Models, 'find'>): Promise<Checked<Resolved<InpaintSettings>>> {
  const asked = parseRequest(inpaintSettings, input)
  const entry = findInpainter(asked.method)
  refuseStrangers('method', entry, inpainters, asked, inpaintDefaults)
  refuseSeeds(asked.seed, asked.variations, 'variations')
  refusePlace(asked.place, asked.variations, 'variations')
  const settings = settled('method', asked, entry, inpainters)
  const model = asDrawer(await models.find(asked.model))
  refuseModel(entry, model)
  refuseVariance(model, asked.variance)
  const { batch, notices } =
    entry.together === true
      ? batchTogether(entry, model, asked.place === undefined ? asked.variations : asked.batch)
      : batchOf(model, asked.batch)
  const wanted = { ...asked, steps: stepsWanted(model.card, asked.steps, names(input, 'steps')) }
  const strength = strengthOf(asked, names(input, 'strength'))
  refuseBeginning(entry, asked)
  const budget = budgeted(asked, model.card, (nfe, most) =>
    withinStrength(inpainterBudget(entry, nfe, most, settings.settings), entry, model.card, { ...settings, strength }, most),
  )
  const levels = stepsOf(entry, model.card, { ...settings, steps: budget?.steps ?? wanted.steps }, strength)
  const run = { ...settings, ...budget?.jumps, steps: levels.steps, strength, refine: refineOf(entry, model, asked.refine), batch }
  const remark = asRequest(() => walkRemark(entry, { ...run, steps: levels.visited }))
  return {
    model,
    settings: run,
    notices: [...notices, ...(budget?.notices ?? []), ...levels.notices, ...(remark === undefined ? [] : [remark])],
  }
}

/** The share of the schedule that is walked; a start from a picture that does not say has the usual one. */
function strengthOf({ start, strength }: Pick<InpaintSettings, 'start' | 'strength'>, given: boolean): number {
  if (start !== 'noise') return given ? strength : usualStrength
  if (strength === 1) return 1
  throw refuse('strength goes with a start from a picture: choose start original or quick, or leave it out.')
}

/** Why this fill cannot begin as it was asked to. */
function refuseBeginning(entry: InpainterEntry, { start }: InpaintSettings): void {
  if (start !== 'noise' && entry.onlyFromNoise !== undefined) throw refuse(entry.onlyFromNoise)
}

/** A model of one size knows its picture as a whole; a method that begins at noise alone cannot go on from a fill. */
function refineOf(entry: InpainterEntry, { card }: Drawer, refine: InpaintSettings['refine']): InpaintSettings['refine'] {
  return 'width' in card.image.size || entry.onlyFromNoise !== undefined ? 'off' : refine
}

/** The most levels of which the share that is walked is no more than the budget's own: what is left out of the schedule costs nothing. */
function withinStrength(
  chosen: Budgeted,
  entry: InpainterEntry,
  { noise, input }: DenoiserCard,
  { strength, spacing, settings }: Pick<Resolved<InpaintSettings>, 'strength' | 'spacing' | 'settings'>,
  most: number,
): Budgeted {
  if (strength === 1) return chosen
  const trained = levelsTrained(noise)
  const walked = (steps: number): number => {
    const { levels } = planLevels(trained, spacing, steps, input.level.between)
    return levels.length - 1 - beginAt(levels, trained, strength)
  }
  let steps = chosen.steps
  while (steps < most && walked(steps + 1) <= chosen.steps) steps++
  const jumps = chosen.jumps ?? { jumpLength: 1, resamples: 1 }
  return { ...chosen, steps, calls: inpainterCalls(entry, entry.walk({ ...jumps, steps: walked(steps), settings })) }
}

/** A budget is met by choosing the steps, so nothing else may choose them. */
function refuseRespacing(spacing: string): void {
  if (respaced(spacing))
    throw refuse(`The spacing ${spacing} says its own number of steps: leave nfe out, or name another spacing.`)
}

/** What is chosen where a number of model calls was given instead of steps and the method's numbers. */
function budgeted(
  { nfe, spacing }: { readonly nfe?: number | undefined; readonly spacing: string },
  card: DenoiserCard,
  choose: (nfe: number, most: number) => Budgeted,
): (Budgeted & { readonly notices: readonly string[] }) | undefined {
  if (nfe === undefined) return undefined
  refuseRespacing(spacing)
  const chosen = asRequest(() => choose(nfe, Math.min(1000, trainedLevels(card))))
  return { ...chosen, notices: [`At most ${String(nfe)} model calls: ${chosenWords(chosen)}, ${String(chosen.calls)} calls.`] }
}

function chosenWords({ steps, jumps }: Budgeted): string {
  if (jumps === undefined) return `${String(steps)} steps`
  return `${String(steps)} steps, jump length ${String(jumps.jumpLength)}, ${String(jumps.resamples)} resamples`
}

/** A model of one grey channel on a colour photograph would lose its colours: only if the user says so. */
export function refuseColour(model: Drawer, info: PhotoInfo, asGrey: boolean): void {
  if (model.card.image.channels === 1 && info.coloured && !asGrey) {
    throw refuse(
      `The model "${model.id}" knows only grey and this photograph is in colour: choose "as grey" to have it filled, and saved, in grey.`,
    )
  }
}
