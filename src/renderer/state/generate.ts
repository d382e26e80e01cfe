import { useStore } from 'zustand'
import { createStore } from 'zustand/vanilla'
import { samplers } from '../../core/index.ts'
import type { ModelSummary } from '../../shared/api.ts'
import type { DenoiserCard } from '../../shared/card.ts'
import { type ErrorData, toErrorData } from '../../shared/errors.ts'
import { generateRequest, type GenerateRequest } from '../../shared/request.ts'
import { call } from './client.ts'
import { readObject, storage } from './preferences.ts'
import { drawSeed } from './seed.ts'

/** The settings of the Generate screen. What is shown is what is run: `requestOf` is the only way from one to the other. */
export interface GenerateState {
  readonly settings: GenerateRequest
  readonly seedLocked: boolean
  /** The run whose pictures are on the screen; null: the newest. */
  readonly shown: string | null
  /** Why the last press of the button did not become a job. */
  readonly refusal: ErrorData | null
}

export const defaultSettings: GenerateRequest = { ...generateRequest.parse({ model: 'any' }), model: '' }

/** Settings out of storage: each one that is missing or wrong becomes its default. */
export function parseSettings(text: string | null): Pick<GenerateState, 'settings' | 'seedLocked'> {
  const stored = readObject(text)
  const kept = Object.entries(generateRequest.shape).flatMap(([key, schema]) => {
    const parsed = schema.safeParse(stored[key])
    return parsed.success ? [[key, parsed.data]] : []
  })
  return {
    settings: { ...defaultSettings, ...(Object.fromEntries(kept) as Partial<GenerateRequest>) },
    seedLocked: stored['seedLocked'] === true,
  }
}

const key = 'palimpsest.generate'
export const generateStore = createStore<GenerateState>(() => ({ ...parseSettings(storage.read(key)), shown: null, refusal: null }))
generateStore.subscribe(({ settings, seedLocked }) => storage.write(key, { ...settings, seedLocked }))

export function useGenerate<T>(selector: (state: GenerateState) => T): T {
  return useStore(generateStore, selector)
}

export function change(changes: Partial<GenerateRequest>): void {
  generateStore.setState(({ settings }) => ({ settings: { ...settings, ...changes }, refusal: null }))
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

/** What is sent: a control that is not drawn for this sampler or model stands at its default. */
export function requestOf(settings: GenerateRequest, model: DrawingModel): GenerateRequest {
  const sampler = samplers[settings.sampler] === undefined ? defaultSettings.sampler : settings.sampler
  const controls = samplers[sampler]?.controls ?? []
  const learned = settings.variance === 'learned' && model.card.output.variance === 'none'
  return {
    ...settings,
    model: model.id,
    sampler,
    eta: controls.includes('eta') ? settings.eta : defaultSettings.eta,
    variance: controls.includes('variance') && !learned ? settings.variance : defaultSettings.variance,
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
