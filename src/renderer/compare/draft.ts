import { inpainters, samplers } from '../../core/index.ts'
import { axesOf, type AxisShape } from '../../shared/axes.ts'
import type { AxisValue, CompareAxis, CompareRequest } from '../../shared/compare.ts'
import { formatRange, parseRange } from '../../shared/ranges.ts'
import { words } from '../i18n/index.ts'
import { said, saidIn } from '../i18n/said.ts'
import { generateRequest, inpaintSettings, type GenerateRequest, type InpaintSettings } from '../../shared/request.ts'

/** What the Compare screen has in its controls, and the request that comes of it. */

export type Of = CompareRequest['of']

/** As it is written; it may be wrong yet. */
export interface AxisText {
  readonly name: string
  readonly text: string
}

export interface CompareDraft {
  readonly of: Of
  readonly generate: GenerateRequest
  readonly fill: InpaintSettings
  readonly photo: string | null
  readonly mask: string
  /** Of each kind its own. */
  readonly axes: Readonly<Record<Of, readonly AxisText[]>>
  /** Keep every step, for the scrubber and the charts. */
  readonly record: boolean
}

export const emptyDraft: CompareDraft = {
  of: 'generate',
  generate: { ...generateRequest.parse({ model: 'any', count: 1, seed: 7 }), model: '' },
  fill: { ...inpaintSettings.parse({ model: 'any', seed: 7, steps: 50, method: 'repaint' }), model: '' },
  photo: null,
  mask: 'centre',
  axes: {
    generate: [
      { name: 'steps', text: '5,10,20,50' },
      { name: 'eta', text: '0,0.2,0.5,0.75,1' },
    ],
    inpaint: [
      { name: 'method', text: 'replace,repaint' },
      { name: 'mask', text: 'top,bottom,left,right' },
    ],
    forward: [{ name: 'level', text: '0-1 [9]' }],
  },
  record: true,
}

const own = {
  generate: Object.values(samplers).flatMap(({ settings = [] }) => settings),
  inpaint: Object.values(inpainters).flatMap(({ settings = [] }) => settings),
  forward: [],
} as const

export const shapesOf = (of: Of): readonly AxisShape[] => axesOf(of, own[of])
export const shapeOf = (of: Of, name: string): AxisShape | undefined => shapesOf(of).find((shape) => shape.name === name)

/** The settings of the kind that is shown. */
export const settingsOf = (draft: CompareDraft): GenerateRequest | InpaintSettings =>
  draft.of === 'inpaint' ? draft.fill : draft.generate

/** The values of an axis, or why it has none. */
export function readAxis(
  of: Of,
  { name, text }: AxisText,
): { readonly values: readonly AxisValue[] } | { readonly problem: string } {
  const shape = shapeOf(of, name)
  if (shape === undefined) return { problem: words().compare.problems.noAxis }
  try {
    return { values: parseRange(text, shape.kind) }
  } catch (error) {
    return { problem: saidIn(words().compare.sentences, error instanceof Error ? error.message : String(error)) }
  }
}

/** What is sent, or the sentence that stands in its place. */
export function requestOf(draft: CompareDraft): { readonly request: CompareRequest } | { readonly problem: string } {
  const { of, photo, mask, record } = draft
  const { problems } = words().compare
  const texts = draft.axes[of]
  if (texts.length === 0) return { problem: problems.noAxes }
  const axes: CompareAxis[] = []
  for (const text of texts) {
    const read = readAxis(of, text)
    if ('problem' in read) return { problem: problems.axis(said(shapeOf(of, text.name)?.label ?? text.name), read.problem) }
    axes.push({ name: text.name, values: [...read.values] })
  }
  const traced = record && of !== 'forward' ? { trace: true } : {}
  if (of === 'generate') return { request: { of, settings: { ...plain(draft.generate), ...traced }, axes } }
  const first = axes.find(({ name }) => name === 'photo')?.values[0]
  const on = photo ?? (first === undefined ? null : String(first))
  if (on === null) return { problem: problems.noPhoto }
  if (of === 'forward') return { request: { of, settings: plain(draft.generate), photo: on, axes } }
  return { request: { of, settings: { ...plain(draft.fill), ...traced }, photo: on, mask, axes } }
}

function plain<S extends GenerateRequest | InpaintSettings>(settings: S): S {
  const { trace: _trace, ...rest } = settings
  return rest as S
}

/** A request back in the controls. */
export function draftOf(draft: CompareDraft, request: CompareRequest): CompareDraft {
  const axes = request.axes.map(({ name, values }) => ({ name, text: formatRange(values) }))
  const next = { ...draft, of: request.of, axes: { ...draft.axes, [request.of]: axes } }
  if (request.of === 'inpaint') return { ...next, fill: plain(request.settings), photo: request.photo, mask: request.mask }
  return { ...next, generate: plain(request.settings), ...(request.of === 'forward' ? { photo: request.photo } : {}) }
}

/** What an axis begins with when it is chosen. */
export function firstText(of: Of, name: string, models: readonly string[]): string {
  if (name === 'model') return models.slice(0, 3).join(',')
  const known = usual[name]
  if (known !== undefined) return known
  const setting = own[of === 'forward' ? 'generate' : of].find((one) => one.name === name)
  if (setting === undefined) return ''
  if (setting.kind === 'switch') return 'off,on'
  if (setting.kind === 'choice') return setting.choices.map(({ value }) => value).join(',')
  const { min, max, scale } = setting
  return scale === 'log' && min > 0 ? `${min}-${max} [4 log]` : `${min}-${max} [5]`
}

const usual: Readonly<Record<string, string>> = {
  sampler: 'ddim,ddpm',
  method: 'replace,repaint',
  steps: '5,10,20,50',
  eta: '0-1 [5]',
  seed: '7-10',
  spacing: 'leading,trailing',
  variance: 'small,large',
  threshold: 'clip,none',
  nfe: '10,20,50',
  device: 'auto,cpu',
  jumpLength: '1,5,10',
  resamples: '1,5,10',
  mask: 'top,bottom,left,right',
  stage: 'original,masked,filled',
  level: '0-1 [9]',
  stepSize: '1e-6-1e-4 [3 log]',
  innerSteps: '50,100,150,200',
}

/** The words an axis can be made of, for axes that have few. */
export function choicesOf(
  of: Of,
  name: string,
  known: { readonly models: readonly string[]; readonly masks: readonly string[] },
): readonly string[] {
  switch (name) {
    case 'sampler':
      return Object.keys(samplers)
    case 'method':
      return Object.keys(inpainters)
    case 'model':
      return known.models
    case 'mask':
      return known.masks
    case 'spacing':
      return ['leading', 'trailing', 'linspace', 'solver', 'respaced', 'quadratic', 'karras', 'exponential']
    case 'variance':
      return ['small', 'large', 'learned']
    case 'threshold':
      return ['clip', 'none', 'dynamic']
    case 'stage':
      return ['original', 'masked', 'filled']
    default: {
      const setting = own[of].find((one) => one.name === name)
      return setting?.kind === 'choice' ? setting.choices.map(({ value }) => value) : []
    }
  }
}

/** A word put into the text of an axis, or taken out of it. */
export function toggled(text: string, word: string): string {
  const values = readWords(text)
  return formatRange(values.includes(word) ? values.filter((value) => value !== word) : [...values, word])
}

export function readWords(text: string): readonly string[] {
  try {
    return parseRange(text, 'word').map(String)
  } catch {
    return []
  }
}
