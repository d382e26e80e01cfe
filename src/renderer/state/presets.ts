import { useStore } from 'zustand'
import { z } from 'zod'
import { createStore } from 'zustand/vanilla'
import { samplers } from '../../core/index.ts'
import { generateRequest, type GenerateRequest } from '../../shared/request.ts'
import type { Messages } from '../i18n/index.ts'
import { change, requestOf, type DrawingModel } from './generate.ts'
import { modelTraits } from './methods.ts'
import { storage } from './preferences.ts'

/** Named sets of settings for Generate: the course's, ours, and those that the user keeps. What a preset says is how, never what: no model, seed or count. */

/** The part of a request that a preset holds. */
const part = generateRequest
  .pick({
    sampler: true,
    steps: true,
    eta: true,
    spacing: true,
    variance: true,
    threshold: true,
    dynamic: true,
    settings: true,
    nfe: true,
  })
  .strip()
export type PresetSettings = z.infer<typeof part>
export type PresetName = keyof Messages['generate']['presets']['names']

export interface Preset {
  /** Of the user's own `own:` and its name. */
  readonly id: string
  readonly group: 'course' | 'ours' | 'own'
  readonly settings: PresetSettings
  /** The kind of model it is made for; the user's own go with any. */
  readonly noise?: 'vp' | 've'
}

const made = (
  id: PresetName,
  group: 'course' | 'ours',
  noise: 'vp' | 've',
  settings: Partial<PresetSettings> & { readonly sampler: string },
): Preset => ({ id, group, noise, settings: part.parse(settings) })

export const presets: readonly Preset[] = [
  made('ddpm-1000', 'course', 'vp', { sampler: 'ddpm', steps: 1000 }),
  made('ddim-50', 'course', 'vp', { sampler: 'ddim', steps: 50, eta: 0 }),
  made('ddim-10', 'course', 'vp', { sampler: 'ddim', steps: 10, eta: 0.5 }),
  made('reverse-sde', 'course', 'vp', { sampler: 'reverse-sde', steps: 250 }),
  made('ncsn', 'course', 've', { sampler: 'annealed-langevin', settings: { innerSteps: 100 } }),
  made('quick', 'ours', 'vp', { sampler: 'dpmpp-2m', steps: 10, spacing: 'karras' }),
  made('everyday', 'ours', 'vp', { sampler: 'unipc', steps: 20, spacing: 'trailing' }),
  made('lively', 'ours', 'vp', { sampler: 'ddim', steps: 50, eta: 1 }),
  made('exact', 'ours', 'vp', { sampler: 'pf-ode' }),
  made('ncsn-quick', 'ours', 've', { sampler: 'annealed-langevin', settings: { innerSteps: 20 } }),
]

const own = z.object({ name: z.string().min(1).max(60), settings: part })
export type OwnPreset = z.infer<typeof own>

/** Each that is wrong is forgotten by itself. */
export function parsePresets(text: string | null): readonly OwnPreset[] {
  let stored: unknown
  try {
    stored = JSON.parse(text ?? '[]')
  } catch {
    stored = []
  }
  return (Array.isArray(stored) ? stored : []).flatMap((one: unknown) => {
    const parsed = own.safeParse(one)
    return parsed.success ? [parsed.data] : []
  })
}

const key = 'palimpsest.presets'
export const presetStore = createStore<{ readonly own: readonly OwnPreset[] }>(() => ({ own: parsePresets(storage.read(key)) }))
presetStore.subscribe((state) => storage.write(key, state.own))
export const useOwnPresets = (): readonly OwnPreset[] => useStore(presetStore, (state) => state.own)

const idOf = (name: string): string => `own:${name}`
export const asPreset = ({ name, settings }: OwnPreset): Preset => ({ id: idOf(name), group: 'own', settings })

/** One of that name is replaced where it stands. */
export function keepPreset(name: string, request: GenerateRequest): void {
  const fresh = { name, settings: part.parse(request) }
  presetStore.setState((state) => ({
    own: state.own.some((one) => one.name === name)
      ? state.own.map((one) => (one.name === name ? fresh : one))
      : [...state.own, fresh],
  }))
}

/** Returns what brings it back to its place. */
export function forgetPreset(name: string): () => void {
  const before = presetStore.getState().own
  presetStore.setState({ own: before.filter((one) => one.name !== name) })
  return () => presetStore.setState({ own: before })
}

/** What would be run by a preset, with the model, seed, count and device of the controls. */
export function presetRequest({ settings }: Preset, stored: GenerateRequest, model: DrawingModel): GenerateRequest {
  return requestOf({ ...stored, dynamic: undefined, nfe: undefined, ...settings } as GenerateRequest, model)
}

/** Where every field of a request stands in one order. */
const written = (request: GenerateRequest): string => {
  const { settings, ...fields } = part.parse(request)
  return JSON.stringify([Object.entries(fields).toSorted(byName), Object.entries(settings).toSorted(byName)])
}
const byName = ([a]: [string, unknown], [b]: [string, unknown]) => (a < b ? -1 : 1)

/** The preset that the controls stand at, if any. Of two that come to the same run the user's own. */
export function presetOf(list: readonly Preset[], stored: GenerateRequest, model: DrawingModel): Preset | undefined {
  const now = written(requestOf(stored, model))
  const same = list.filter((preset) => fits(preset, model) && written(presetRequest(preset, stored, model)) === now)
  return same.find(({ group }) => group === 'own') ?? same[0]
}

/** Is it made for such a model, and can the model be run by it? */
export function fits({ noise, settings }: Preset, { card }: DrawingModel): boolean {
  const entry = samplers[settings.sampler]
  if (entry === undefined || (noise !== undefined && noise !== card.noise.kind)) return false
  return entry.refuses?.(modelTraits(card)) === undefined
}

/** The chosen model where it fits, else the first that does. */
export function modelFor(preset: Preset, model: DrawingModel, models: readonly DrawingModel[]): DrawingModel | undefined {
  return [model, ...models].find((one) => fits(preset, one))
}

/** Into the controls; fields that the preset leaves alone stand at their defaults. */
export function applyPreset({ settings }: Preset, model: DrawingModel): void {
  change({ dynamic: undefined, nfe: undefined, ...settings, model: model.id } as Partial<GenerateRequest>)
}
