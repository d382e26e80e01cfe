import type { Latent, Reals } from '../types.ts'

/**
 * The embedded pair of order 5(4) of Dormand & Prince 1980 ("A family of embedded Runge-Kutta formulae"), table 2: seven slopes, the last of
 * which is the first of the next step, so that a step costs six. The step's size is Hairer, Norsett & Wanner's, "Solving ordinary differential
 * equations I", II.4, with the proportional-integral control of II.4's stabilised form.
 */

export const nodes = [0, 1 / 5, 3 / 10, 4 / 5, 8 / 9, 1, 1] as const

/** Row k: how far stage k lies from the start, in slopes 0 .. k-1. The last row is the step itself. */
export const stageWeights: readonly (readonly number[])[] = [
  [],
  [1 / 5],
  [3 / 40, 9 / 40],
  [44 / 45, -56 / 15, 32 / 9],
  [19372 / 6561, -25360 / 2187, 64448 / 6561, -212 / 729],
  [9017 / 3168, -355 / 33, 46732 / 5247, 49 / 176, -5103 / 18656],
  [35 / 384, 0, 500 / 1113, 125 / 192, -2187 / 6784, 11 / 84],
]

/** The step of order 5 less that of order 4. */
export const errorWeights = [71 / 57600, 0, -71 / 16695, 71 / 1920, -17253 / 339200, 22 / 525, -1 / 40] as const

const safety = 0.9
const [leastChange, mostChange] = [0.2, 5]
/** Exponents of this error and of the last accepted one, for a rule of order 5. */
const [proportional, integral] = [0.7 / 5, 0.4 / 5]

/** The next step after one of this size with this error (1 is the most that is allowed); `before` is the error of the last one taken. */
export function nextStep(step: number, error: number, before: number): number {
  // A model that says NaN is no reason to go on: the least step, until that is too small.
  if (!Number.isFinite(error)) return step * leastChange
  if (error > 1) return step * Math.max(leastChange, safety * power(error, -1 / 5))
  const wanted = safety * power(Math.max(error, 1e-10), -proportional) * power(Math.max(before, 1e-4), integral)
  return step * Math.min(mostChange, Math.max(leastChange, wanted))
}

function power(base: number, exponent: number): number {
  return Math.exp(exponent * Math.log(base))
}

/** out <- y + step (the stage's weights times the slopes), for the `size` values from `at` on. */
export function stageInto(
  out: Reals,
  y: Reals,
  slopes: readonly Latent[],
  k: number,
  step: number,
  at: number,
  size: number,
): void {
  const weights = stageWeights[k]!.map((weight) => weight * step)
  for (let i = at; i < at + size; i++) out[i] = y[i]!
  for (const [j, weight] of weights.entries()) addInto(out, slopes[j]!.data, weight, at, size)
}

function addInto(out: Reals, slope: Reals, weight: number, at: number, size: number): void {
  for (let i = at; i < at + size; i++) out[i] = out[i]! + weight * slope[i]!
}

export interface Tolerance {
  readonly rtol: number
  readonly atol: number
}

/** Root mean square of the error of one image, each value in units of atol + rtol max(|y|, |y'|). */
export function errorNorm(
  y: Reals,
  after: Reals,
  slopes: readonly Latent[],
  step: number,
  at: number,
  size: number,
  { rtol, atol }: Tolerance,
): number {
  const [a, , c, d, e, f, g] = errorWeights
  const [s0, , s2, s3, s4, s5, s6] = slopes.map(({ data }) => data)
  let sum = 0
  for (let i = at; i < at + size; i++) {
    const error = a * s0![i]! + c * s2![i]! + d * s3![i]! + e * s4![i]! + f * s5![i]! + g * s6![i]!
    sum += ((step * error) / (atol + rtol * Math.max(Math.abs(y[i]!), Math.abs(after[i]!)))) ** 2
  }
  return Math.sqrt(sum / size)
}
