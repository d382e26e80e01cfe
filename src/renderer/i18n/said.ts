import type { Sentences } from './en/tables.ts'
import { words } from './index.ts'

/** A sentence with holes, as what it matches and what it becomes. */
type Pattern = readonly [matches: RegExp, becomes: string]

const compiled = new WeakMap<Sentences, readonly Pattern[]>()

function patternsOf(table: Sentences): readonly Pattern[] {
  const known = compiled.get(table)
  if (known !== undefined) return known
  const made = Object.entries(table)
    .filter(([english]) => /\{\d\}/.test(english))
    .map(([english, becomes]): Pattern => {
      const escaped = english.replace(/[.*+?^$()|[\]\\]/g, String.raw`\$&`)
      return [new RegExp(`^${escaped.replace(/\{(\d)\}/g, '(?<hole$1>.+)')}$`, 's'), becomes]
    })
  compiled.set(table, made)
  return made
}

/** Looked up whole, then as one with holes; what is not known stays as it is. Pure. */
export function saidIn(table: Sentences, english: string): string {
  if (Object.hasOwn(table, english)) return table[english] ?? english
  for (const [matches, becomes] of patternsOf(table)) {
    const holes = matches.exec(english)?.groups
    if (holes !== undefined) return becomes.replace(/\{(\d)\}/g, (hole, number: string) => holes[`hole${number}`] ?? hole)
  }
  return english
}

/** A sentence of the tables, in the language of the screens ([Note: tables]). */
export const said = (english: string): string => saidIn(words().tables, english)
