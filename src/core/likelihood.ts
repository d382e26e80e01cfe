import { addScaledInto, allocate, allocateLike, copyOf, imageSize } from './latent.ts'
import { checkRising } from './samplers/invert.ts'
import type { Denoiser, Latent, Reals, Sigma } from './types.ts'
import { pairs } from './units.ts'

/**
 * How likely a picture is under a model, by the change of variables along the probability flow: Song et al. 2021 (arXiv:2011.13456), eq. 39.
 * ln p(x) = ln p_T(x_T) + the integral of div f over the way up, f = dx/dsigma = (x - D)/sigma, so div f dsigma = q dl, q = d - tr dD/dx,
 * l = ln sigma.
 *
 * The walk is made in y = x cos a over the angle a = atan sigma, where dy/da = e cos a - D sin a, e = (x - D)/sigma: nothing grows or dies at
 * either end. q is taken as a line in u = sin^2 a between two levels, whose integral over l is known: the one of u is that of
 * w = ln(1 + sigma^2)/2. So standard normal data, where dy/da = 0 and q = d u, is exact with any number of levels, and so is the integral for
 * data so narrow that q = d; for the rest the error is O(1/S^2). At level 0, where no model can be asked, a density that is smooth has both 0.
 */

/** tr dD/dx of a batch at a level: one number an image, or several estimates of it for the one image of the batch. */
export type Traces = (x: Latent, sigma: Sigma) => Promise<Float64Array>

export interface Carried {
  /** The integral of div f, one for every trace. */
  readonly change: Float64Array
  /** Where the flow arrived, at the last level. */
  readonly x: Latent
}

/** Carries `x` from level 0 to the top of the rising `levels`. 2S - 1 model calls for S levels above 0, and the traces at each of them. */
export async function carryUp(denoise: Denoiser, traces: Traces, levels: readonly Sigma[], x: Latent): Promise<Carried> {
  checkRising(levels)
  const size = imageSize(x.shape)
  const at = copyOf(x)
  const ahead = allocateLike(x)
  const slope = allocateLike(x)
  const next = allocateLike(x)
  let rates: Float64Array | undefined
  let change: Float64Array = new Float64Array(0)
  for (const [index, [from, to]] of pairs(levels).entries()) {
    if (index > 0) slopeInto(slope.data, at.data, (await denoise(at, from)).x0.data, from)
    turnInto(ahead.data, at.data, slope.data, from, to)
    slopeInto(next.data, ahead.data, (await denoise(ahead, to)).x0.data, to)
    // Heun's rule: the mean of the slope here and the slope ahead.
    addScaledInto(slope.data, next.data, 1)
    turnInto(at.data, at.data, slope.data, from, to, 1 / 2)
    const reached = (await traces(at, to)).map((trace) => size - trace)
    if (rates === undefined) {
      change = new Float64Array(reached.length)
      rates = new Float64Array(reached.length)
    }
    const [here, there] = weights(from, to)
    for (let k = 0; k < change.length; k++) change[k] = change[k]! + here * rates[k]! + there * reached[k]!
    rates = reached
  }
  return { change, x: at }
}

/** dy/da = e cos a - D sin a. */
function slopeInto(out: Reals, x: Reals, x0: Reals, sigma: Sigma): void {
  const cosine = 1 / Math.sqrt(1 + sigma * sigma)
  for (let i = 0; i < out.length; i++) out[i] = cosine * ((x[i]! - x0[i]!) / sigma - sigma * x0[i]!)
}

/** x at `to` <- x at `from`, moved along `scale` dy/da. */
function turnInto(out: Reals, x: Reals, slope: Reals, from: Sigma, to: Sigma, scale = 1): void {
  const down = 1 / Math.sqrt(1 + from * from)
  const up = Math.sqrt(1 + to * to)
  const step = scale * (Math.atan(to) - Math.atan(from))
  for (let i = 0; i < out.length; i++) out[i] = up * (down * x[i]! + step * slope[i]!)
}

/** What q at either end weighs in the integral of q dl over a step, q a line in u. At level 0, where l has no end, q is 0. */
function weights(from: Sigma, to: Sigma): readonly [here: number, there: number] {
  const u = (sigma: Sigma) => (sigma * sigma) / (1 + sigma * sigma)
  const way = (Math.log1p(to * to) - Math.log1p(from * from)) / 2
  if (from === 0) return [0, way / u(to)]
  const whole = Math.log(to / from)
  const there = (way - u(from) * whole) / (u(to) - u(from))
  return [whole - there, there]
}

/** ln p_T of each image at the top level: normal, of variance 1 + sigma^2 (vp) or sigma^2 (ve). */
export function noiseLogDensity(kind: 'vp' | 've', { data, shape }: Latent, sigma: Sigma): number[] {
  const size = imageSize(shape)
  const variance = kind === 'vp' ? 1 + sigma * sigma : sigma * sigma
  return Array.from({ length: shape.n }, (_, image) => {
    let squares = 0
    for (let i = image * size; i < (image + 1) * size; i++) squares += data[i]! * data[i]!
    return -(size / 2) * Math.log(2 * Math.PI * variance) - squares / (2 * variance)
  })
}

/** How far a probe reaches, in parts of the level: within it the estimate is nearly straight, and float32 still tells the two ends apart. */
const reach = 0.02

/**
 * Skilling-Hutchinson estimates of the trace: v' (D(x + h v) - D(x - h v))/(2 h), one for every probe v of +1 and -1; unbiased but for the
 * difference taken for the derivative. Skilling 1989; Hutchinson 1990. x is one image; `probes` [p, c, h, w]. `denoise` is asked for
 * 2 p images at once.
 */
export function probedTraces(denoise: Denoiser, probes: Latent): Traces {
  const { n: count, ...image } = probes.shape
  const size = imageSize(probes.shape)
  const pushed = allocate({ n: 2 * count, ...image }, probes.data instanceof Float64Array ? 'float64' : 'float32')
  return async (x, sigma) => {
    const h = reach * sigma
    pushInto(pushed.data, x.data, probes.data, h)
    const { data } = (await denoise(pushed, sigma)).x0
    return Float64Array.from({ length: count }, (_, p) => {
      let sum = 0
      for (let i = 0; i < size; i++) sum += probes.data[p * size + i]! * (data[2 * p * size + i]! - data[(2 * p + 1) * size + i]!)
      return sum / (2 * h)
    })
  }
}

/** Images 2p and 2p + 1 <- x + h v_p and x - h v_p. */
function pushInto(out: Reals, x: Reals, probes: Reals, h: number): void {
  const size = x.length
  for (let p = 0; p * size < probes.length; p++) {
    for (let i = 0; i < size; i++) {
      const push = h * probes[p * size + i]!
      out[2 * p * size + i] = x[i]! + push
      out[(2 * p + 1) * size + i] = x[i]! - push
    }
  }
}

/** Normal draws <- their signs: probes of the least variance. */
export function signsInto(out: Latent): void {
  for (let i = 0; i < out.data.length; i++) out.data[i] = out.data[i]! < 0 ? -1 : 1
}

/** Mean, and the standard error of the mean; of one value it is not known and NaN. */
export function meanAndError(values: readonly number[]): { readonly mean: number; readonly standardError: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0)
  return { mean, standardError: values.length < 2 ? NaN : Math.sqrt(squares / (values.length * (values.length - 1))) }
}

/**
 * ln p in the model's range as bits a dimension of 8-bit pixels: -ln p/(d ln 2) + log2(256/(high - low)), a pixel y being (y + u)/256 of the range,
 * u uniform in 0..1.
 */
export function bitsPerDimension(logDensity: number, dimensions: number, [low, high]: readonly [number, number]): number {
  return -logDensity / (dimensions * Math.LN2) + Math.log2(256 / (high - low))
}
