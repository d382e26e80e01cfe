import { inpainters, presetNames, samplers, strokeStyles } from '../core/index.ts'
import type { Control, InpainterEntry, MethodGroup, SamplerEntry, Setting } from '../core/types.ts'
import { deviceName, deviceNames, type DeviceName } from '../shared/card.ts'
import { PalimpsestError } from '../shared/errors.ts'

/** Methods by the names that requests use; an unknown name is refused with the names there are. */

export const maskPresets: readonly string[] = presetNames
/** Those drawn at random, from a seed. */
export const seededPresets: readonly string[] = strokeStyles

export type { Setting }

/** What a method says of itself, as plain data. */
export interface MethodFacts {
  readonly name: string
  readonly label: string
  readonly plain?: string
  readonly group?: MethodGroup
  readonly paper: string
  readonly help: string
  readonly controls: readonly Control[]
  readonly threshold: 'clip' | 'none'
  readonly settings: readonly Setting[]
  /** Finds its own number of steps and model calls. */
  readonly adaptive: boolean
}

function factsOf(entry: SamplerEntry | InpainterEntry): MethodFacts {
  const { name, label, plain, group, paper, help, controls, threshold = 'clip', settings = [] } = entry
  const adaptive = 'adaptive' in entry && entry.adaptive === true
  const words = { ...(plain === undefined ? {} : { plain }), ...(group === undefined ? {} : { group }) }
  return { name, label, ...words, paper, help, controls, threshold, settings, adaptive }
}

export const samplerFacts: readonly MethodFacts[] = Object.values(samplers).map(factsOf)
export const inpainterFacts: readonly MethodFacts[] = Object.values(inpainters).map(factsOf)

function find<E>(table: Readonly<Record<string, E>>, what: string, name: string): E {
  const entry = Object.hasOwn(table, name) ? table[name] : undefined
  if (entry !== undefined) return entry
  throw new PalimpsestError('request', `There is no ${what} called "${name}". Known: ${Object.keys(table).join(', ')}.`)
}

export const findSampler = (name: string): SamplerEntry => find(samplers, 'sampler', name)
export const findInpainter = (name: string): InpainterEntry => find(inpainters, 'method', name)

export function findDevice(name: string): DeviceName {
  const known = deviceName.safeParse(name)
  if (known.success) return known.data
  throw new PalimpsestError('request', `There is no device called "${name}". Known: auto, ${deviceNames.join(', ')}.`)
}
