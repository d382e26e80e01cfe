import { completeSettings } from '../core/index.ts'
import type { Control, InpainterEntry, SamplerEntry, Settings } from '../core/types.ts'
import { PalimpsestError } from '../shared/errors.ts'
import {
  dynamicDefaults,
  generateRequest,
  inpaintSettings,
  type Dynamic,
  type GenerateRequest,
  type InpaintSettings,
  type Resolved,
} from '../shared/request.ts'
import { omit } from './recipe.ts'

/** What a method takes and what it does not: settings completed, strangers refused by name with what would take them. */

export type MethodKind = 'sampler' | 'method'
type Entry = SamplerEntry | InpainterEntry
type Table = Readonly<Record<string, Entry>>

const refuse = (sentence: string) => new PalimpsestError('request', sentence)

/** A refusal of core, a RangeError of one sentence, in the words of a request. */
export function asRequest<T>(act: () => T): T {
  try {
    return act()
  } catch (error) {
    if (error instanceof RangeError) throw refuse(error.message)
    throw error
  }
}

/** `: use ddim, which does`, `: use ddpm, replace or repaint, which do`; nothing where no method has it. */
function instead(names: readonly string[]): string {
  if (names.length === 0) return ''
  const listed = names.length === 1 ? names.join('') : `${names.slice(0, -1).join(', ')} or ${names.at(-1) ?? ''}`
  return `: use ${listed}, which ${names.length === 1 ? 'does' : 'do'}`
}

const controls = ['eta', 'variance', 'jumpLength', 'resamples'] as const

/** A control that the method does not have may stand at its default (the snapshot fills every default in), but not elsewhere. */
export function refuseStrangers(
  what: MethodKind,
  entry: Entry,
  table: Table,
  settings: Readonly<Partial<Record<Control, unknown>>>,
  defaults: Readonly<Partial<Record<Control, unknown>>>,
): void {
  for (const control of controls) {
    if (!(control in settings) || entry.controls.includes(control) || settings[control] === defaults[control]) continue
    const able = Object.values(table).filter((other) => other.controls.includes(control))
    throw refuse(`The ${what} ${entry.name} takes no ${control}${instead(able.map(({ name }) => name))}.`)
  }
}

/** The method's own settings, complete; one that is another method's or nobody's is refused with where it belongs. */
export function ownSettings(what: MethodKind, entry: Entry, table: Table, given: Settings): Settings {
  const declared = (entry.settings ?? []).map(({ name }) => name)
  for (const name of Object.keys(given)) {
    if (declared.includes(name)) continue
    const able = Object.values(table).filter((other) => other.settings?.some((setting) => setting.name === name) === true)
    if (able.length > 0) throw refuse(`The ${what} ${entry.name} takes no ${name}${instead(able.map((other) => other.name))}.`)
    const own = declared.length === 0 ? 'it has none of its own' : `its own are ${declared.join(', ')}`
    throw refuse(`There is no setting called "${name}" for the ${what} ${entry.name}; ${own}.`)
  }
  return asRequest(() => completeSettings(entry, given))
}

/** What is left to the method is settled here: its own settings complete, its own threshold, and the two numbers where they are used. */
export function settled<T extends GenerateRequest | InpaintSettings>(
  what: MethodKind,
  asked: T,
  entry: Entry,
  table: Table,
): Resolved<T> {
  const settings = ownSettings(what, entry, table, asked.settings)
  const spacing = spacingOf(what, entry, asked.spacing, defaultSpacings[what])
  const threshold = asked.threshold === 'auto' ? (entry.threshold ?? 'clip') : asked.threshold
  return { ...omit(asked, 'threshold', 'nfe'), ...dynamicOf(threshold, asked.dynamic), threshold, spacing, settings }
}

const defaultSpacings: Readonly<Record<MethodKind, string>> = {
  sampler: generateRequest.parse({ model: '-' }).spacing,
  method: inpaintSettings.parse({ model: '-' }).spacing,
}

/** A method that is defined for one spacing alone has that one unless another is asked for. */
function spacingOf(what: MethodKind, { name, spacing }: Entry, asked: string, byDefault: string): string {
  if (spacing === undefined || asked === spacing) return asked
  if (asked === byDefault) return spacing
  throw refuse(`The ${what} ${name} is defined for the spacing ${spacing} alone: leave the spacing out, or use another ${what}.`)
}

function dynamicOf(threshold: string, dynamic: Dynamic | undefined): { dynamic?: Dynamic } {
  if (threshold === 'dynamic') return { dynamic: dynamic ?? dynamicDefaults }
  if (dynamic === undefined) return {}
  throw refuse(`dynamic goes with threshold dynamic, and the threshold is ${threshold}: ask for dynamic, or leave its numbers out.`)
}
