import { completeSettings, traitsOf } from '../../core/index.ts'
import type {
  Control,
  InpainterEntry,
  MethodGroup,
  ModelTraits,
  SamplerEntry,
  Setting,
  Settings,
  SettingValue,
} from '../../core/types.ts'
import type { ModelCard } from '../../shared/card.ts'
import type { GenerateRequest } from '../../shared/request.ts'
import { words } from '../i18n/index.ts'
import { said } from '../i18n/said.ts'
import type { SelectOption } from '../ui/SelectField.tsx'

/** What the screens read out of the tables of samplers and inpainters, in their language: a new method needs no line here. */

export type Entry = SamplerEntry | InpainterEntry
type Drawing = Extract<ModelCard, { task: 'denoiser' }>

export const has = (entry: Entry | undefined, control: Control): boolean => entry?.controls.includes(control) === true

/** Finds its own steps: neither they nor the levels between are the user's to choose. */
export const isAdaptive = (entry: Entry | undefined): boolean =>
  entry !== undefined && 'adaptive' in entry && entry.adaptive === true

/** Shown at once, or folded away with what is seldom changed. */
export const isPlain = (setting: Setting): boolean => setting.advanced !== true
export const isAdvanced = (setting: Setting): boolean => setting.advanced === true

export function modelTraits({ name, image, input, output, noise }: Drawing): ModelTraits {
  return traitsOf(name, {
    channels: image.channels,
    between: input.level.between,
    perImageLevels: input.level.shape !== 'scalar',
    variance: output.variance,
    noise,
  })
}

/** Every setting the method declares: as it was kept where that is still allowed, else at its default. */
export function ownSettings(entry: Entry | undefined, kept: Settings = {}): Settings {
  if (entry === undefined) return {}
  const allowed = (entry.settings ?? []).flatMap(({ name }) => {
    const value = kept[name]
    return value !== undefined && isAllowed(entry, name, value) ? [[name, value] as const] : []
  })
  return completeSettings(entry, Object.fromEntries(allowed))
}

function isAllowed(entry: Entry, name: string, value: SettingValue): boolean {
  try {
    completeSettings(entry, { [name]: value })
    return true
  } catch {
    return false
  }
}

/** The wanted method where this model can be run by it, else the fallback, else the first that can. */
export function runnable<E extends Entry>(
  table: Readonly<Record<string, E>>,
  wanted: string,
  fallback: string,
  traits: ModelTraits,
): string {
  const able = (name: string) => {
    const entry = Object.hasOwn(table, name) ? table[name] : undefined
    return entry !== undefined && entry.refuses?.(traits) === undefined
  }
  return [wanted, fallback, ...Object.keys(table)].find(able) ?? fallback
}

/** What this model should be run by if the user has no wish: the method it was trained for, else the fallback. */
export function suited<E extends Entry>(table: Readonly<Record<string, E>>, fallback: string, traits: ModelTraits): string {
  return Object.values(table).find((entry) => entry.suits?.(traits) === true)?.name ?? fallback
}

const groupOrder: readonly (MethodGroup | undefined)[] = ['ancestral', 'solver', 'score', undefined]

/** "Ho, Jain & Abbeel 2020, arXiv:…" as "Ho 2020". */
const shortPaper = (paper: string): string => /^(\S+?),? .*?((?:19|20)\d\d)/.exec(paper)?.slice(1, 3).join(' ') ?? paper

/** One that the model cannot be run by stays in sight, with the reason, and cannot be chosen. */
function optionOf(entry: Entry, traits: ModelTraits | null, title: string): SelectOption {
  const reason = traits === null ? undefined : entry.refuses?.(traits)
  const note = title === entry.label ? shortPaper(entry.paper) : `${said(entry.label)}, ${shortPaper(entry.paper)}`
  return { value: entry.name, label: said(title), note, help: said(reason ?? entry.help), disabled: reason !== undefined }
}

/** The samplers as a list to choose from, group by group. */
export function samplerOptions(entries: readonly SamplerEntry[], traits: ModelTraits | null): readonly SelectOption[] {
  const titles = words().common.samplerGroups
  return groupOrder.flatMap((group) => {
    const title = titles[group ?? 'others']
    const own = entries.filter((entry) => entry.group === group)
    return own.map((entry) => ({ ...optionOf(entry, traits, entry.label), group: title }))
  })
}

/** The ways to fill, in plain words first and in the table's order. */
export function inpainterOptions(entries: readonly InpainterEntry[], traits: ModelTraits | null): readonly SelectOption[] {
  return entries.map((entry) => optionOf(entry, traits, entry.plain ?? entry.label))
}

/** "Churn 40", "Final denoise off": a setting as a fact of a run. */
export function settingFacts(entry: Entry | undefined, values: Settings = {}): readonly (readonly [string, string])[] {
  return (entry?.settings ?? []).flatMap((setting) => {
    const value = values[setting.name]
    if (value === undefined) return []
    const { on, off } = words().common
    const label = said(setting.label)
    if (setting.kind === 'switch') return [[label, value === true ? on : off] as const]
    if (setting.kind === 'number') return [[label, String(value)] as const]
    return [[label, said(setting.choices.find((choice) => choice.value === value)?.label ?? String(value))] as const]
  })
}

/** Those that are not at their default, for a title: "churn 40, final denoise off". */
export function changedWords(entry: Entry | undefined, values: Settings = {}): string {
  const changed = (entry?.settings ?? []).filter(({ name, default: usual }) => values[name] !== undefined && values[name] !== usual)
  const facts = settingFacts(entry, Object.fromEntries(changed.flatMap(({ name }) => [[name, values[name] ?? '']])))
  return facts.map(([label, value]) => `${words().common.inside(label)} ${value}`).join(', ')
}

/** "clip", "none", "dynamic 0.995, 1.5". */
export function thresholdWords({ threshold, dynamic }: Pick<GenerateRequest, 'threshold' | 'dynamic'>): string {
  return threshold === 'dynamic' && dynamic !== undefined ? `${said(threshold)} ${dynamic.ratio}, ${dynamic.max}` : said(threshold)
}
