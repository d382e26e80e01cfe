/** A slider's place for a value and back. Places run from 0 to 1; values keep to their step. Pure. */
export interface Range {
  readonly min: number
  readonly max: number
  readonly step: number
  /** `root`: what a logarithm is to a range over decades, for one that begins at 0. */
  readonly scale?: 'linear' | 'log' | 'root'
  /** Instead of the step, for ranges over decades: values keep this many digits, and a step is one of the last of them. */
  readonly digits?: number
}

/** One step at a value. */
export function stepAt(value: number, { step, digits }: Range): number {
  if (digits === undefined || value === 0) return step
  return 10 ** (Math.floor(Math.log10(Math.abs(value)) + 1e-9) - digits + 1)
}

/** The value so many steps up or down. */
export function stepped(value: number, steps: number, range: Range): number {
  return snap(value + steps * stepAt(value, range), range)
}

/** The fourth root of the share: a tenth of a thousandth is a tenth of the way. */
const root = 4

export function toPlace(value: number, { min, max, scale }: Range): number {
  const inside = Math.min(max, Math.max(min, value))
  if (max === min) return 0
  if (scale === 'log') return Math.log(inside / min) / Math.log(max / min)
  const share = (inside - min) / (max - min)
  return scale === 'root' ? share ** (1 / root) : share
}

export function fromPlace(place: number, range: Range): number {
  const { min, max, scale } = range
  const share = scale === 'root' ? place ** root : place
  return snap(scale === 'log' ? min * (max / min) ** place : min + share * (max - min), range)
}

/** To the nearest step from `min`, inside the range, without the dust of binary fractions (0.1 + 0.2). */
export function snap(value: number, { min, max, step, digits }: Range): number {
  if (digits !== undefined) return Math.min(max, Math.max(min, Number(value.toPrecision(digits))))
  const near = min + Math.round((value - min) / step) * step
  const decimals = Math.max(0, -Math.floor(Math.log10(step))) + 1
  return Math.min(max, Math.max(min, Number(near.toFixed(decimals))))
}

/** The next mark above or below; else a tenth of the range further. */
export function nextMark(value: number, direction: 1 | -1, marks: readonly number[], range: Range): number {
  const beyond = marks.filter((mark) => (mark - value) * direction > 0)
  if (beyond.length > 0) return direction > 0 ? Math.min(...beyond) : Math.max(...beyond)
  return fromPlace(Math.min(1, Math.max(0, toPlace(value, range) + direction / 10)), range)
}

const typed = /^\s*([+-]?(?:\d+(?:[.,]\d*)?|[.,]\d+)(?:e[+-]?\d+)?)\s*[^\d.,]*$/i
/** "1,000", as the studio itself writes it: three digits after each sign, and no 0 before the first. */
const grouped = {
  ',': /(?<![\d.,])[1-9]\d{0,2}(?:,\d{3})+(?![\d.,])/,
  '.': /(?<![\d.,])[1-9]\d{0,2}(?:\.\d{3})+(?![\d.,])/,
}

/**
 * What a person typed: a number, 1e3 too, with an optional unit and either decimal sign. `groups` is what stands between
 * thousands in the language. Undefined when it is none.
 */
export function parseNumber(text: string, groups: ',' | '.' = ','): number | undefined {
  const found = typed.exec(text.replace(grouped[groups], (digits) => digits.replaceAll(groups, '')))
  const value = Number(found?.[1]?.replace(',', '.'))
  return found === null || !Number.isFinite(value) ? undefined : value
}
