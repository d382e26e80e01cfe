import { mostCells, type AxisValue } from './compare.ts'

/**
 * How the values of an axis are written. Parts with commas between them; a part is a value, or for numbers `0-1 [5]` (five, evenly, both ends),
 * `1e-6-1e-4 [3 log]` (by equal factors), `10-50 (+20)` (in steps) or `3-6` (whole numbers one by one). What holds a comma stands in quotes.
 */

/** What an axis is made of: whole numbers, numbers, words, or yes and no. */
export type AxisKind = 'whole' | 'number' | 'word' | 'switch'

const number = String.raw`-?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?`
const single = new RegExp(`^${number}$`)
const range = new RegExp(String.raw`^(${number})\s*-\s*(${number})\s*(?:\[\s*(\d+)(\s+log)?\s*\]|\(\s*\+\s*(${number})\s*\))?$`)

/** The values, each once, in the order they are written. Throws a RangeError of one sentence on what is none. */
export function parseRange(text: string, kind: AxisKind): readonly AxisValue[] {
  const values = partsOf(text).flatMap((part) => valuesOf(part, kind))
  if (values.length === 0) throw new RangeError('Give at least one value.')
  return [...new Set(values)]
}

/** The way back: `parseRange` reads the same values out of it. */
export function formatRange(values: readonly AxisValue[]): string {
  return values.map((value) => (/[",]|^\s|\s$|^$/.test(String(value)) ? JSON.stringify(value) : String(value))).join(',')
}

/** The parts between commas; one in quotes is a JSON string and marked as no range. */
function partsOf(text: string): readonly { readonly text: string; readonly quoted: boolean }[] {
  const parts: { text: string; quoted: boolean }[] = []
  const pattern = /\s*(?:"((?:[^"\\]|\\.)*)"|([^,"]*))\s*(?:,|$)/y
  while (pattern.lastIndex < text.length) {
    const from = pattern.lastIndex
    const [, quoted, plain = ''] = pattern.exec(text) ?? [undefined, undefined, undefined]
    if (pattern.lastIndex === 0) throw new RangeError(`"${text.slice(from)}" is not understood: a quotation mark is missing.`)
    if (quoted !== undefined) parts.push({ text: unquoted(quoted), quoted: true })
    else if (plain.trim() !== '') parts.push({ text: plain.trim(), quoted: false })
  }
  return parts
}

function unquoted(text: string): string {
  try {
    return JSON.parse(`"${text}"`) as string
  } catch {
    throw new RangeError(`"${text}" is not understood: a backslash stands before a quotation mark or a backslash only.`)
  }
}

function valuesOf({ text, quoted }: { readonly text: string; readonly quoted: boolean }, kind: AxisKind): readonly AxisValue[] {
  if (kind === 'word') return [text]
  if (kind === 'switch') {
    if (text === 'true' || text === 'on') return [true]
    if (text === 'false' || text === 'off') return [false]
    throw new RangeError(`"${text}" is neither on nor off.`)
  }
  if (!quoted && single.test(text)) return [whole(Number(text), kind)]
  const found = quoted ? null : range.exec(text)
  if (found === null) throw new RangeError(`"${text}" is no number and no range like 0-1 [5].`)
  const [, from = '', to = '', count, log, step] = found
  return spread(Number(from), Number(to), { count, log: log !== undefined, step }, kind)
}

function spread(
  from: number,
  to: number,
  { count, log, step }: { readonly count: string | undefined; readonly log: boolean; readonly step: string | undefined },
  kind: AxisKind,
): readonly number[] {
  if (count !== undefined)
    return evenly(from, to, Number(count), log).map((value) => (kind === 'whole' ? Math.round(value) : value))
  if (step === undefined && !(Number.isInteger(from) && Number.isInteger(to)))
    throw new RangeError(`How many values from ${from} to ${to}? Write ${from}-${to} [5].`)
  const by = step === undefined ? 1 : Number(step)
  if (!(by > 0)) throw new RangeError('A step must be above 0.')
  const steps = Math.floor(Math.abs(to - from) / by + 1e-9)
  if (steps >= mostCells) throw tooMany(steps + 1)
  return Array.from({ length: steps + 1 }, (_, i) => whole(tidy(from + Math.sign(to - from) * i * by), kind))
}

function evenly(from: number, to: number, count: number, log: boolean): number[] {
  if (count < 1) throw new RangeError('A range has at least one value.')
  if (count > mostCells) throw tooMany(count)
  if (log && !(from > 0 && to > 0)) throw new RangeError('A logarithmic range lies above 0.')
  const at = (u: number) => (log ? from * (to / from) ** u : from + (to - from) * u)
  return Array.from({ length: count }, (_, i) => {
    if (i === 0) return from
    return i === count - 1 ? to : tidy(at(i / (count - 1)))
  })
}

const tooMany = (count: number) => new RangeError(`${count} values are too many: at most ${mostCells}.`)

function whole(value: number, kind: AxisKind): number {
  if (kind === 'whole' && !Number.isSafeInteger(value)) throw new RangeError(`${value} is no whole number.`)
  return value
}

/** Without the last bits that adding up leaves: 0.30000000000000004 is 0.3. */
const tidy = (value: number): number => Number(value.toPrecision(12))
