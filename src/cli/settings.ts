import { inpainterFacts, type MethodFacts, samplerFacts, type Setting } from '../backend/tables.ts'
import type { Flag } from './flags.ts'

/** The settings that methods declare for themselves, as flags: one a name, whoever has it. */

/** Fills one of the request's `settings`. */
export interface SettingFlag extends Flag {
  readonly setting: string
  /** A yes or no is given as a word, since its default may be either. */
  readonly yesNo: boolean
}

export function kebab(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
}

/** What stands for its value: X a number, N a whole one, NAME a choice. */
export function placeholder(setting: Setting): string {
  if (setting.kind === 'choice') return 'NAME'
  if (setting.kind === 'switch') return 'true|false'
  return setting.integer === true ? 'N' : 'X'
}

/** "0 to 100, default 40", "midpoint or heun, default midpoint", "default true". */
export function rangeOf(setting: Setting): string {
  const fallback = `default ${String(setting.default)}`
  if (setting.kind === 'switch') return fallback
  if (setting.kind === 'number') return `${String(setting.min)} to ${String(setting.max)}, ${fallback}`
  const values = setting.choices.map(({ value }) => value)
  return `${values.length < 2 ? values.join('') : `${values.slice(0, -1).join(', ')} or ${values.at(-1) ?? ''}`}, ${fallback}`
}

export function settingFlags(methods: readonly MethodFacts[], section: string): readonly SettingFlag[] {
  const owners = new Map<string, { readonly method: string; readonly setting: Setting }[]>()
  for (const { name: method, settings } of methods)
    for (const setting of settings) owners.set(setting.name, [...(owners.get(setting.name) ?? []), { method, setting }])
  return [...owners].flatMap(([name, own]) => {
    const [first] = own
    if (first === undefined) return []
    const { setting } = first
    return {
      name: kebab(name),
      value: placeholder(setting),
      numeric: setting.kind === 'number',
      yesNo: setting.kind === 'switch',
      help: `${setting.help} ${whose(own)}.`,
      setting: name,
      section,
    }
  })
}

/** "edm: 0 to 100, default 40; langevin: 0 to 1, default 0.1": methods that agree are named together. */
function whose(own: readonly { readonly method: string; readonly setting: Setting }[]): string {
  const ranges = new Map<string, string[]>()
  for (const { method, setting } of own) {
    const range = rangeOf(setting)
    ranges.set(range, [...(ranges.get(range) ?? []), method])
  }
  return [...ranges].map(([range, methods]) => `${methods.join(', ')}: ${range}`).join('; ')
}

export const samplerSettingFlags = settingFlags(
  samplerFacts,
  'Settings of single samplers (palimpsest samplers lists them by sampler)',
)
export const methodSettingFlags = settingFlags(
  inpainterFacts,
  'Settings of single methods (palimpsest methods lists them by method)',
)
