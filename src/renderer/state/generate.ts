import { useStore } from 'zustand'
import { createStore } from 'zustand/vanilla'
import { samplerBudget, samplers } from '../../core/index.ts'
import type { SamplerEntry, Settings, SettingValue } from '../../core/types.ts'
import type { ModelSummary } from '../../shared/api.ts'
import type { DenoiserCard } from '../../shared/card.ts'
import { type ErrorData, toErrorData } from '../../shared/errors.ts'
import { dynamicDefaults, generateRequest, type GenerateRequest } from '../../shared/request.ts'
import { call } from './client.ts'
import { has, isAdaptive, modelTraits, ownSettings, runnable, suited } from './methods.ts'
import { readObject, storage } from './preferences.ts'
import { drawSeed } from './seed.ts'

/** The settings of the Generate screen. What is shown is what is run: `requestOf` is the only way from one to the other. */
export interface GenerateState {
  readonly settings: GenerateRequest
  /** What was last set of each sampler's own settings; those of the chosen one stand in `settings` too. */
  readonly own: OwnSettings
  readonly seedLocked: boolean
  /** The run whose pictures are on the screen; null: the newest. */
  readonly shown: string | null
  /** Why the last press of the button did not become a job. */
  readonly refusal: ErrorData | null
}

export type OwnSettings = Readonly<Record<string, Settings>>

export const defaultSettings: GenerateRequest = { ...generateRequest.parse({ model: 'any' }), model: '' }

const ownShape = generateRequest.pick({ settings: true }).shape.settings

/** Settings out of storage: each one that is missing or wrong becomes its default. */
export function parseSettings(text: string | null): Pick<GenerateState, 'settings' | 'own' | 'seedLocked'> {
  const stored = readObject(text)
  const kept = Object.entries(generateRequest.shape).flatMap(([key, schema]) => {
    const parsed = schema.safeParse(stored[key])
    return parsed.success && parsed.data !== undefined ? [[key, parsed.data]] : []
  })
  return {
    settings: { ...defaultSettings, ...(Object.fromEntries(kept) as Partial<GenerateRequest>) },
    own: parseOwn(stored['own']),
    seedLocked: stored['seedLocked'] === true,
  }
}

/** By method; what is no record of plain values is forgotten. */
export function parseOwn(stored: unknown): OwnSettings {
  if (typeof stored !== 'object' || stored === null) return {}
  return Object.fromEntries(
    Object.entries(stored).flatMap(([name, values]) => {
      const parsed = ownShape.safeParse(values)
      return parsed.success ? [[name, parsed.data]] : []
    }),
  )
}

const key = 'palimpsest.generate'
export const generateStore = createStore<GenerateState>(() => ({ ...parseSettings(storage.read(key)), shown: null, refusal: null }))
generateStore.subscribe(({ settings, own, seedLocked }) => storage.write(key, { ...settings, own, seedLocked }))

export function useGenerate<T>(selector: (state: GenerateState) => T): T {
  return useStore(generateStore, selector)
}

/** A sampler that is chosen anew comes with the settings it was left with. */
export function change(changes: Partial<GenerateRequest>): void {
  generateStore.setState((state) => ({ ...changed(state, changes), refusal: null }))
}

export function changed(
  { settings, own }: Pick<GenerateState, 'settings' | 'own'>,
  changes: Partial<GenerateRequest>,
): Pick<GenerateState, 'settings' | 'own'> {
  const sampler = changes.sampler ?? settings.sampler
  const kept = sampler === settings.sampler ? settings.settings : (own[sampler] ?? {})
  // Steps that are set, by hand or with a whole run taken over, end a budget of model calls.
  const budget = changes.steps === undefined || 'nfe' in changes ? {} : { nfe: undefined }
  const next = { ...settings, settings: kept, ...changes, ...budget }
  return { settings: next, own: { ...own, [sampler]: next.settings } }
}

/** The sampler that stands at the first one's for want of a wish moves on to the other's own. */
export function modelChange(settings: GenerateRequest, from: DrawingModel, to: DrawingModel): Partial<GenerateRequest> {
  const [before, after] = [from, to].map(({ card }) => suited(samplers, defaultSettings.sampler, modelTraits(card)))
  return { model: to.id, ...(settings.sampler === before && after !== undefined ? { sampler: after } : {}) }
}

/** One of the sampler's own. */
export function changeOwn(name: string, value: SettingValue): void {
  change({ settings: { ...generateStore.getState().settings.settings, [name]: value } })
}

export interface DrawingModel extends ModelSummary {
  readonly card: DenoiserCard
}

/** The models that can draw: whole packages of the task "denoiser". */
export function drawingModels(models: readonly ModelSummary[] | null): readonly DrawingModel[] {
  return (models ?? []).filter((model): model is DrawingModel => model.problem === null && model.card?.task === 'denoiser')
}

/** The chosen model, or the first where the chosen one is gone. */
export function chosenModel(settings: GenerateRequest, models: readonly ModelSummary[] | null): DrawingModel | null {
  const able = drawingModels(models)
  return able.find((model) => model.id === settings.model) ?? able[0] ?? null
}

/** More than this no request may ask for, however many levels a model has. */
const mostSteps = 1000

/** The most steps within a budget of model calls; one, the least, where it is enough for none (planRun says so). */
function stepsFor(entry: SamplerEntry, nfe: number, most: number, own: Settings): number {
  try {
    return samplerBudget(entry, nfe, most, own).steps
  } catch {
    return 1
  }
}

/**
 * What is sent: a control that is not drawn for this sampler or model stands at its default, steps are no more than the model was trained
 * at, and a sampler that the model cannot be run by gives way to one that it can.
 */
export function requestOf(settings: GenerateRequest, model: DrawingModel): GenerateRequest {
  const traits = modelTraits(model.card)
  const sampler = runnable(samplers, settings.sampler, defaultSettings.sampler, traits)
  const entry = samplers[sampler]
  const learned = settings.variance === 'learned' && model.card.output.variance === 'none'
  const { dynamic = dynamicDefaults, nfe, ...kept } = settings
  const own = ownSettings(entry, sampler === settings.sampler ? settings.settings : {})
  const most = Math.min(mostSteps, traits.levels)
  const byCalls =
    nfe === undefined || entry === undefined || isAdaptive(entry) ? {} : { steps: stepsFor(entry, nfe, most, own), nfe }
  return {
    ...kept,
    model: model.id,
    sampler,
    steps: Math.min(isAdaptive(entry) ? defaultSettings.steps : settings.steps, traits.levels),
    eta: has(entry, 'eta') ? settings.eta : defaultSettings.eta,
    variance: has(entry, 'variance') && !learned ? settings.variance : defaultSettings.variance,
    spacing: entry?.spacing ?? settings.spacing,
    settings: own,
    ...byCalls,
    ...(settings.threshold === 'dynamic' ? { dynamic } : {}),
  }
}

/** Queues a run and shows it. A refusal is kept for the screen to explain; nothing is thrown. */
export async function run(request: GenerateRequest): Promise<void> {
  try {
    const { job } = await call('generate', request)
    generateStore.setState((state) => ({
      shown: job,
      refusal: null,
      settings: state.seedLocked ? state.settings : { ...state.settings, seed: drawSeed() },
    }))
  } catch (error) {
    generateStore.setState({ refusal: toErrorData(error) })
  }
}
