import { z } from 'zod'
import { inpainters } from '../../core/inpaint/index.ts'
import { countCalls } from '../../core/inpaint/walk.ts'
import type { Transition } from '../../core/types.ts'
import type { ModelSummary } from '../../shared/api.ts'
import type { PhotoInfo } from '../../shared/imaging.ts'
import { inpaintSettings, type InpaintSettings } from '../../shared/request.ts'

/** The settings of a fill as they stand in the inspector, and what follows from them. Pure. */

/** The settings of a request, but for `invert`: null leaves it to the photograph's brightness. */
export type Draft = Omit<InpaintSettings, 'invert'> & { readonly invert: boolean | null; readonly seedLocked: boolean }

const draftShape = inpaintSettings.omit({ invert: true, model: true }).extend({
  model: z.string().default(''),
  invert: z.boolean().nullable().default(null),
  seedLocked: z.boolean().default(false),
})

export const firstDraft: Draft = draftShape.parse({ method: 'repaint', steps: 50, jumpLength: 5, resamples: 5, variations: 4 })

/** Anything that was remembered in, a draft out: each wrong part falls back to the first draft's. */
export function parseDraft(remembered: Readonly<Record<string, unknown>>): Draft {
  const kept: Record<string, unknown> = { ...firstDraft }
  for (const [name, value] of Object.entries(remembered)) {
    if (name in firstDraft && draftShape.safeParse({ ...kept, [name]: value }).success) kept[name] = value
  }
  return draftShape.parse(kept)
}

export interface Pace {
  readonly value: string
  readonly label: string
  readonly steps: number
  readonly jumpLength: number
  readonly resamples: number
}

export const paces: readonly Pace[] = [
  { value: 'draft', label: 'Draft', steps: 25, jumpLength: 5, resamples: 5 },
  { value: 'standard', label: 'Standard', steps: 50, jumpLength: 5, resamples: 5 },
  { value: 'fine', label: 'Fine', steps: 100, jumpLength: 10, resamples: 10 },
  { value: 'paper', label: 'Paper', steps: 250, jumpLength: 10, resamples: 10 },
]

/** The pace these settings are, or '' for the user's own. A method without jumps is told by its levels alone. */
export function paceOf(draft: Pick<Draft, 'method' | 'steps' | 'jumpLength' | 'resamples'>): string {
  const jumps = inpainters[draft.method]?.controls.includes('jumpLength') === true
  const same = (pace: Pace) =>
    pace.steps === draft.steps && (!jumps || (pace.jumpLength === draft.jumpLength && pace.resamples === draft.resamples))
  return paces.find(same)?.value ?? ''
}

export function walkOf(draft: Pick<Draft, 'method' | 'steps' | 'jumpLength' | 'resamples'>): readonly Transition[] {
  const { steps, jumpLength, resamples } = draft
  return inpainters[draft.method]?.walk({ steps, jumpLength, resamples }) ?? []
}

export interface Cost {
  /** Of one window and one batch. */
  readonly calls: number
  /** Of the whole fill: every window, every batch of variations. */
  readonly total: number
  /** Null until a call was measured. */
  readonly seconds: number | null
}

export function costOf(draft: Draft, windows: number, millisecondsPerCall: number | null): Cost {
  const calls = countCalls(walkOf(draft))
  const total = calls * Math.max(1, windows) * Math.ceil(draft.variations / draft.batch)
  return { calls, total, seconds: millisecondsPerCall === null ? null : (total * millisecondsPerCall) / 1000 }
}

/** Why this fill cannot run, in one sentence; undefined when it can. */
export interface Refusal {
  readonly kind: 'model' | 'grey'
  readonly message: string
}

export function refusalOf(draft: Draft, model: ModelSummary | undefined, info: Pick<PhotoInfo, 'coloured'>): Refusal | undefined {
  if (model === undefined) return { kind: 'model', message: 'Choose a model first.' }
  if (model.card === null) return { kind: 'model', message: model.problem ?? 'This model cannot be used.' }
  if (model.card.image.channels === 1 && info.coloured && !draft.asGrey) {
    return { kind: 'grey', message: `${model.card.name} knows only grey, and this photograph has colour.` }
  }
  return undefined
}

/** What is sent. Settings that belong to another kind of model or method go back to their defaults, so that the recipe says what was run. */
export function requestOf(draft: Draft, model: ModelSummary, info: Pick<PhotoInfo, 'coloured'>, light: boolean): InpaintSettings {
  const { invert, seedLocked: _ours, ...settings } = draft
  const grey = model.card?.image.channels === 1
  const controls = inpainters[draft.method]?.controls ?? []
  const defaults = inpaintSettings.parse({ model: model.id })
  for (const control of ['eta', 'variance', 'jumpLength', 'resamples'] as const) {
    if (!controls.includes(control)) Object.assign(settings, { [control]: defaults[control] })
  }
  return { ...settings, model: model.id, asGrey: grey && info.coloured && draft.asGrey, invert: grey && (invert ?? light) }
}
