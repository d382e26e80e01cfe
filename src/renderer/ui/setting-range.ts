import type { Setting } from '../../core/types.ts'
import { plain } from '../state/format.ts'
import { snap, type Range } from './scale.ts'

/** How a declared number is drawn. Pure. */

/** Digits that a value over decades keeps. */
const logDigits = 3
/** A slider has about so many places worth telling apart. */
const places = 200

export function rangeOf({ min, max, integer, scale, default: usual }: Extract<Setting, { kind: 'number' }>): Range {
  // A logarithm has no 0, and a range over decades may begin there.
  const run = scale === 'log' ? (min > 0 ? 'log' : 'root') : 'linear'
  if (integer === true) return { min, max, step: 1, scale: run }
  if (run !== 'linear') return { min, max, step: run === 'log' ? min : max / 1e6, scale: run, digits: logDigits }
  const range = (step: number): Range => ({ min, max, step, scale: 'linear' })
  let step = 10 ** Math.floor(Math.log10((max - min) / places))
  // Fine enough that the default itself can be typed.
  while (snap(usual, range(step)) !== usual && step > 1e-9) step /= 10
  return range(Number(step.toPrecision(1)))
}

/** "0.16", "1e-5": short, and never more than can be told apart. */
export function numberWords(value: number): string {
  const rounded = Number(value.toPrecision(6))
  return rounded !== 0 && Math.abs(rounded) < 1e-3 ? rounded.toExponential() : plain(rounded)
}
