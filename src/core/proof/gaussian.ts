import type { Denoiser, Reals } from '../types.ts'
import { add, build, bures, eigen, inverse, multiply, pick, trace, transpose } from './matrices.ts'
import type { Eigen, Matrix } from './matrices.ts'

/**
 * Gaussian data: the one case where denoiser, score and every conditional are known in closed form, so that a method can be compared with
 * the truth instead of with another method. N(0, S), S[i][j] = rho^|i-j|/4 over 32 values in a row.
 */

export const dimension = 32

/** What is known of the row, in four ways; the rest is to be filled. */
export const observations = {
  half: { rho: 0.97, known: (i: number) => i < 16 },
  gap: { rho: 0.97, known: (i: number) => i < 10 || i > 21 },
  alt: { rho: 0.9, known: (i: number) => i % 2 === 0 },
  outp: { rho: 0.97, known: (i: number) => i >= 8 && i <= 23 },
} as const
export type ObservationName = keyof typeof observations
export const observationNames = Object.keys(observations) as ObservationName[]

export const covarianceOf = (rho: number, d = dimension): number[][] => build(d, d, (i, j) => 0.25 * rho ** Math.abs(i - j))

/** Of channels: neighbours go 0.8 together, so that the middle one has to do with the grey what the others have not. */
const betweenChannels = build(3, 3, (i, j) => 0.8 ** Math.abs(i - j))

/** The row in three colours, [c, x]. */
export const colourCovarianceOf = (rho: number): number[][] => onChannels(betweenChannels, covarianceOf(rho))

/** C[a][b] M[x][y] over [c, x]. */
function onChannels(C: Matrix, M: Matrix): number[][] {
  const d = M.length
  return build(C.length * d, C.length * d, (i, j) => C[Math.floor(i / d)]![Math.floor(j / d)]! * M[i % d]![j % d]!)
}

/** The ideal denoiser of the row, in one channel or three. */
export function rowDenoiser(rho: number, channels: 1 | 3): Denoiser {
  const S = covarianceOf(rho)
  if (channels === 1) return idealDenoiser(S)
  // The eigenvectors of a product are the products of the eigenvectors: a 96 by 96 matrix need not be turned.
  const [colour, place] = [eigen(betweenChannels), eigen(S)]
  const values = colour.values.flatMap((c) => place.values.map((value) => c * value))
  return idealDenoiser(colourCovarianceOf(rho), { values, vectors: onChannels(colour.vectors, place.vectors) })
}

/** Three channels turned so that the first is the grey, times sqrt 3: an orthonormal basis, so distances stay. */
const greyFirst = [
  [1, 1, 1].map((part) => part / Math.sqrt(3)),
  [1, -1, 0].map((part) => part / Math.SQRT2),
  [1, 1, -2].map((part) => part / Math.sqrt(6)),
]

/** Q M Q' for a matrix over [c, x]: a covariance, or a map, of the turned channels. */
export function turnedToGrey(M: Matrix): number[][] {
  const Q = build(3 * dimension, 3 * dimension, (i, j) =>
    i % dimension === j % dimension ? greyFirst[Math.floor(i / dimension)]![Math.floor(j / dimension)]! : 0,
  )
  return multiply(multiply(Q, M), transpose(Q))
}

/**
 * E[x0 | x] = S (S + s^2)^-1 x, for every image at its own level. Images are rows of as many values as S has. One level for all is one matrix,
 * kept; where each image has its own (an adaptive solver's never come again) the eigenvectors are gone through instead.
 */
export function idealDenoiser(S: Matrix, { values, vectors }: Eigen = eigen(S)): Denoiser {
  const d = S.length
  const forth = Float64Array.from(transpose(vectors).flat())
  const back = Float64Array.from(vectors.flat())
  const kept = new Map<number, Float64Array>()
  const matrixAt = (s: number): Float64Array => {
    const known = kept.get(s)
    if (known !== undefined) return known
    const shrunk = build(d, d, (i, j) => (vectors[i]![j]! * values[j]!) / (values[j]! + s * s))
    const made = Float64Array.from(multiply(shrunk, transpose(vectors)).flat())
    kept.set(s, made)
    return made
  }
  const along = new Float64Array(d)
  return (x, sigma) => {
    const out = new Float64Array(x.data.length)
    const matrix = typeof sigma === 'number' ? matrixAt(sigma) : undefined
    for (let k = 0; k < x.shape.n; k++) {
      const [from, to] = [x.data.subarray(k * d, (k + 1) * d), out.subarray(k * d, (k + 1) * d)]
      if (matrix !== undefined) timesInto(to, matrix, from)
      else {
        const s = typeof sigma === 'number' ? sigma : sigma[k]!
        timesInto(along, forth, from)
        for (let j = 0; j < d; j++) along[j] = (along[j]! * values[j]!) / (values[j]! + s * s)
        timesInto(to, back, along)
      }
    }
    return Promise.resolve({ x0: { shape: x.shape, data: out } })
  }
}

/** out <- M v, M row by row. */
function timesInto(out: Reals, M: Float64Array, v: Reals): void {
  const d = v.length
  for (let i = 0; i < d; i++) {
    let sum = 0
    for (let j = 0; j < d; j++) sum += M[i * d + j]! * v[j]!
    out[i] = sum
  }
}

/** The truth about what is missing: N(best y, exact), y the known values, themselves N(0, Skk). */
export interface Conditional {
  readonly k: readonly number[]
  readonly u: readonly number[]
  readonly best: Matrix
  readonly exact: Matrix
  readonly Skk: Matrix
}

export function conditionalOf(S: Matrix, isKnown: (i: number) => boolean): Conditional {
  const all = S.map((_, i) => i)
  const k = all.filter(isKnown)
  const u = all.filter((i) => !isKnown(i))
  const Skk = pick(S, k, k)
  const best = multiply(pick(S, u, k), inverse(Skk))
  return { k, u, best, Skk, exact: add(pick(S, u, u), multiply(best, pick(S, k, u)), -1) }
}

/**
 * sqrt(E_y W2^2 / tr exact) of fills N(map y, covariance) against the truth: E_y |dB y|^2 = tr(dB Skk dB'), plus the Bures distance of the
 * covariances. `map` is [u, k], `covariance` [u, u].
 */
export function fillError({ best, Skk, exact }: Conditional, map: Matrix, covariance: Matrix): number {
  const slip = add(map, best, -1)
  const squared = trace(multiply(multiply(slip, Skk), transpose(slip))) + bures(exact, covariance)
  return Math.sqrt(Math.max(0, squared) / trace(exact))
}

/** sqrt(W2^2 / tr S) of samples N(0, covariance) against data N(0, S). */
export function sampleError(S: Matrix, covariance: Matrix): number {
  return Math.sqrt(Math.max(0, bures(S, covariance)) / trace(S))
}
