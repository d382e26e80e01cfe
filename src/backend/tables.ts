import { inpainters, presetNames, samplers } from '../core/index.ts'
import type { InpainterEntry, SamplerEntry } from '../core/types.ts'
import { deviceName, deviceNames, type DeviceName } from '../shared/card.ts'
import { PalimpsestError } from '../shared/errors.ts'

/** Methods by the names that requests use; an unknown name is refused with the names there are. */

export const maskPresets: readonly string[] = presetNames

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
