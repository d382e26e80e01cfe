import { inpainterFacts, type MethodFacts, samplerFacts } from '../backend/tables.ts'
import { PalimpsestError } from '../shared/errors.ts'
import type { Context } from './context.ts'
import type { Parsed } from './flags.ts'
import { wrapped } from './help.ts'
import { nearest } from './nearest.ts'
import { kebab, placeholder, rangeOf } from './settings.ts'

/** samplers [NAME] and methods [NAME]: what the tables say of themselves. */

export const samplers = (parsed: Parsed, context: Context): void => context.out(told('sampler', samplerFacts, parsed))
export const methods = (parsed: Parsed, context: Context): void => context.out(told('method', inpainterFacts, parsed))

function told(what: string, facts: readonly MethodFacts[], parsed: Parsed): string {
  const [name] = parsed.places
  const chosen = name === undefined ? facts : facts.filter((one) => one.name === name)
  if (chosen.length === 0) throw unknown(what, name ?? '', facts)
  if (parsed.given.has('json')) return JSON.stringify(name === undefined ? chosen : chosen[0], null, 2)
  return chosen.map((one) => described(one).join('\n')).join('\n\n')
}

const indent = '  '

/** Name, title and paper; what it is for; then a flag a line. */
export function described({ name, label, plain, paper, help, controls, settings, threshold, adaptive }: MethodFacts): string[] {
  const title = plain === undefined ? label : `${label}, ${plain.toLowerCase()}`
  const flags: readonly (readonly [string, string])[] = [
    ...controls.map((control) => [`--${kebab(control)}`, controlWords[control]] as const),
    ...settings.map((setting) => {
      const words = setting.kind === 'choice' ? choiceWords(setting) : ''
      return [`--${kebab(setting.name)} ${placeholder(setting)}`, `${setting.help} ${capital(rangeOf(setting))}.${words}`] as const
    }),
  ]
  const width = Math.max(...flags.map(([flag]) => flag.length), 0) + 2 * indent.length + 2
  const adapts = adaptive ? ' It finds its own steps.' : ''
  return [
    `${name}  (${title}; ${paper})`,
    ...wrapped(indent, `${help}${adapts} --threshold auto is ${threshold}.`),
    ...flags.flatMap(([flag, words]) => wrapped(`${indent}${indent}${flag}`.padEnd(width), words)),
  ]
}

const controlWords: Readonly<Record<MethodFacts['controls'][number], string>> = {
  eta: 'Fresh noise of a step, 0 to 1.',
  variance: 'Noise of a step: small, large or learned.',
  jumpLength: 'How many levels a jump back spans.',
  resamples: 'How often each stretch is walked.',
}

function choiceWords(setting: Extract<MethodFacts['settings'][number], { kind: 'choice' }>): string {
  return setting.choices.flatMap(({ value, help }) => (help === undefined ? [] : [` ${value}: ${help}`])).join('')
}

const capital = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1)

function unknown(what: string, name: string, facts: readonly MethodFacts[]): PalimpsestError {
  const names = facts.map((one) => one.name)
  const near = nearest(name, names)
  const help = near === undefined ? `there are ${names.join(', ')}.` : `did you mean ${near}?`
  return new PalimpsestError('request', `There is no ${what} "${name}"; ${help}`)
}
