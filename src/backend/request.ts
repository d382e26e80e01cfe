import { chooseTimesteps, completeSettings } from '../core/index.ts'
import type { Control, InpainterEntry, SamplerEntry, Settings } from '../core/types.ts'
import type { DenoiserCard } from '../shared/card.ts'
import { PalimpsestError } from '../shared/errors.ts'
import type { PhotoInfo } from '../shared/imaging.ts'
import {
  generateRequest,
  inpaintSettings,
  seedLimit,
  type GenerateRequest,
  type InpaintSettings,
  type Resolved,
} from '../shared/request.ts'
import { omit } from './recipe.ts'
import type { Models, UsableModel } from './models.ts'
import { received, sentenceOf, type Schema } from './sentences.ts'
import { findInpainter, findSampler } from './tables.ts'

/** The boundary: what the user asks for becomes what a run is made of, or is refused here, once, in one sentence with code `request`. */

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

export function trainedLevels({ noise }: DenoiserCard): number {
  if (noise.kind === 've') return noise.sigmas.length
  return 'betas' in noise ? noise.betas.count : noise.alphaBars.length
}

/** How many steps the run will have: what was asked, or what a respacing like "ddim25" or "10,15,20" yields. */
function stepsOf(card: DenoiserCard, settings: { steps: number; spacing: string }): number {
  const count = trainedLevels(card)
  const named = !/^ddim|,/.test(settings.spacing)
  if (named && settings.steps > count) {
    throw refuse(`Expected an integer from 1 to ${String(count)} for steps but received ${received(settings.steps)}.`)
  }
  try {
    return chooseTimesteps(settings.spacing, settings.steps, count).length
  } catch (error) {
    if (error instanceof RangeError) throw refuse(error.message)
    throw error
  }
}

/** A setting that the method does not have may stand at its default (the snapshot fills every default in), but not elsewhere. */
function refuseStrangers(
  what: string,
  entry: { readonly name: string; readonly controls: readonly Control[] },
  settings: Readonly<Partial<Record<Control, unknown>>>,
  defaults: Readonly<Partial<Record<Control, unknown>>>,
): void {
  for (const control of ['eta', 'variance', 'jumpLength', 'resamples'] as const) {
    if (!(control in settings) || entry.controls.includes(control) || settings[control] === defaults[control]) continue
    throw refuse(`The ${what} ${entry.name} takes no ${control}.`)
  }
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

export interface Checked<S> {
  readonly model: Drawer
  /** Complete, as it will be run and recorded. */
  readonly settings: S
  readonly notices: readonly string[]
}

const generateDefaults = generateRequest.parse({ model: 'x' })
const inpaintDefaults = inpaintSettings.parse({ model: 'x' })

/** What is left to the method is settled here: its own settings complete, its own threshold. */
function settled<T extends GenerateRequest | InpaintSettings>(asked: T, entry: SamplerEntry | InpainterEntry): Resolved<T> {
  const threshold = asked.threshold === 'auto' ? (entry.threshold ?? 'clip') : asked.threshold
  return { ...omit(asked, 'threshold', 'nfe'), threshold, settings: ownSettings(entry, asked.settings) }
}

function ownSettings(entry: SamplerEntry | InpainterEntry, given: Settings): Settings {
  try {
    return completeSettings(entry, given)
  } catch (error) {
    if (error instanceof RangeError) throw refuse(error.message)
    throw error
  }
}

export async function checkGenerate(input: unknown, models: Pick<Models, 'find'>): Promise<Checked<Resolved<GenerateRequest>>> {
  const asked = parseRequest(generateRequest, input)
  const entry = findSampler(asked.sampler)
  refuseStrangers('sampler', entry, asked, generateDefaults)
  refuseSeeds(asked.seed, asked.count, 'pictures')
  const model = asDrawer(await models.find(asked.model))
  refuseVariance(model, asked.variance)
  const { batch, notices } = batchOf(model, asked.batch)
  const steps = stepsOf(model.card, asked)
  return { model, settings: { ...settled(asked, entry), steps, batch }, notices }
}

export async function checkInpaint(input: unknown, models: Pick<Models, 'find'>): Promise<Checked<Resolved<InpaintSettings>>> {
  const asked = parseRequest(inpaintSettings, input)
  const entry = findInpainter(asked.method)
  refuseStrangers('method', entry, asked, inpaintDefaults)
  refuseSeeds(asked.seed, asked.variations, 'variations')
  const model = asDrawer(await models.find(asked.model))
  refuseVariance(model, asked.variance)
  const { batch, notices } = batchOf(model, asked.batch)
  const steps = stepsOf(model.card, asked)
  return { model, settings: { ...settled(asked, entry), steps, batch }, notices }
}

/** A model of one grey channel on a colour photograph would lose its colours: only if the user says so. */
export function refuseColour(model: Drawer, info: PhotoInfo, asGrey: boolean): void {
  if (model.card.image.channels === 1 && info.coloured && !asGrey) {
    throw refuse(
      `The model "${model.id}" knows only grey and this photograph is in colour: choose "as grey" to have it filled, and saved, in grey.`,
    )
  }
}
