import { inpainters, samplers } from '../../core/index.ts'
import type { Control, InpainterEntry, SamplerEntry } from '../../core/types.ts'
import type { DenoiserCard } from '../../shared/card.ts'
import { generateRequest, inpaintSettings } from '../../shared/request.ts'
import { trainedLevels } from '../request.ts'

/**
 * What a cell is asked for. What stands on an axis is asked as it is, and refused where it cannot be had; what is common to all cells holds for
 * those that have it, and stands at its default in the others.
 */

export type Fields = Record<string, unknown>

interface Kind {
  readonly table: Readonly<Record<string, SamplerEntry | InpainterEntry>>
  readonly named: 'sampler' | 'method'
  readonly defaults: Readonly<Fields>
}

export const kinds: Readonly<Record<'generate' | 'inpaint', Kind>> = {
  generate: { table: samplers, named: 'sampler', defaults: generateRequest.parse({ model: '-' }) },
  inpaint: { table: inpainters, named: 'method', defaults: inpaintSettings.parse({ model: '-' }) },
}

const controls: readonly Control[] = ['eta', 'variance', 'jumpLength', 'resamples']

/** `varied`: the axes' names. `card`: of the model, where there is one. */
export function fitted(
  of: 'generate' | 'inpaint',
  asked: Readonly<Fields>,
  varied: ReadonlySet<string>,
  card: DenoiserCard | undefined,
): Fields {
  const { table, named, defaults } = kinds[of]
  const name = String(asked[named])
  const entry = Object.hasOwn(table, name) ? table[name] : undefined
  const out: Fields = { ...asked }
  const common = (field: string) => !varied.has(field)
  const reset = (field: string) => {
    if (common(field) && field in defaults) out[field] = defaults[field]
  }
  if (varied.has('steps') || (entry !== undefined && 'adaptive' in entry && entry.adaptive === true)) drop(out, 'nfe', common)
  if (out['threshold'] !== 'dynamic') drop(out, 'dynamic', common)
  if (entry !== undefined) {
    for (const control of controls) if (!entry.controls.includes(control)) reset(control)
    if (entry.spacing !== undefined) reset('spacing')
    const declared = (entry.settings ?? []).map((setting) => setting.name)
    const own = Object.entries((asked['settings'] ?? {}) as Fields)
    out['settings'] = Object.fromEntries(own.filter(([setting]) => varied.has(setting) || declared.includes(setting)))
  }
  if (card !== undefined) {
    if (out['variance'] === 'learned' && card.output.variance === 'none') reset('variance')
    const most = trainedLevels(card)
    if ('adaptive' in (entry ?? {})) reset('steps')
    if (common('steps') && Number(out['steps']) > most) out['steps'] = most
  }
  return out
}

function drop(out: Fields, field: string, common: (field: string) => boolean): void {
  if (common(field)) delete out[field]
}
