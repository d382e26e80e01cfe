import { fitting, imageSize } from './latent.ts'
import { countsFromLargest, trainedLevels } from './schedule.ts'
import type { Denoiser, Latent, ModelCall, ModelSpec, Reals, Sigma, TrainedLevels } from './types.ts'
import { alphaBarOf } from './units.ts'
import { largeStd, smallStd } from './variance.ts'

/**
 * The edge between a model file and the mathematics: whatever the network is given and predicts, outside it there is only
 * (x~, sigma) -> x0. Derivations: docs/maths.md.
 */

/** Linear reading of a network: it is fed `input * x~`, and x0 = skip * x~ + scale * output. */
interface Reading {
  readonly input: number
  readonly skip: number
  readonly scale: number
}

/** The coefficients at one level. A = 1/(1 + s^2); a VP network sees x = sqrt(A) x~, a VE network x~ itself. */
export function readingAt(spec: Pick<ModelSpec, 'predicts' | 'sigmaData' | 'noise'>, s: Sigma): Reading {
  const root = Math.sqrt(alphaBarOf(s))
  const input = spec.noise.kind === 'vp' ? root : 1
  switch (spec.predicts) {
    case 'epsilon':
      return { input, skip: 1, scale: -s }
    case 'v':
      return { input, skip: root * root, scale: -s * root }
    case 'x0':
      return { input, skip: 0, scale: 1 }
    case 'score-vp':
      return { input, skip: 1, scale: s * s * root }
    case 'score-ve':
      return { input, skip: 1, scale: s * s }
    case 'edm':
      return edmReading(spec.sigmaData, s)
  }
}

/** Karras et al. 2022 (arXiv:2206.00364), table 1: the network scales its own input, whatever the noise is called. */
function edmReading(sigmaData: number | undefined, s: Sigma): Reading {
  if (sigmaData === undefined) throw new RangeError('A model that predicts "edm" needs sigmaData in its card.')
  const total = Math.sqrt(s * s + sigmaData * sigmaData)
  return { input: 1 / total, skip: (sigmaData / total) ** 2, scale: (s * sigmaData) / total }
}

/**
 * Turns a network into a Denoiser. Output [n, c, h, w], or [n, 2c, h, w] when the card names a variance. One Denoiser is one run's:
 * its buffers are reused by its next call. Refuses another number of channels and an output of another size with a RangeError.
 * `trained` is trainedLevels(spec.noise), for a caller that has it already.
 */
export function adaptModel(call: ModelCall, spec: ModelSpec, trained: TrainedLevels = trainedLevels(spec.noise)): Denoiser {
  let input = new Float32Array(0)
  let levels = new Float64Array(0)
  let x0: Latent | undefined
  let fraction: Latent | undefined
  return async (x, sigma) => {
    const { shape } = x
    if (shape.c !== spec.channels) throw new RangeError(`The model takes ${spec.channels} channels but the picture has ${shape.c}.`)
    const size = imageSize(shape)
    const sigmas = perImage(sigma, shape.n)
    const readings: Reading[] = []
    if (input.length !== x.data.length) input = new Float32Array(x.data.length)
    if (levels.length !== shape.n) levels = new Float64Array(shape.n)
    for (const [image, s] of sigmas.entries()) {
      // Nearly always all images are at one level.
      const again = s === sigmas[image - 1]
      readings.push(again ? readings[image - 1]! : readingAt(spec, s))
      levels[image] = again ? levels[image - 1]! : modelLevel(spec, trained, s)
      scaleInto(input, x.data, image * size, size, readings[image]!.input)
    }
    const output = await call(input, levels, shape)
    const stride = spec.variance === 'none' ? size : 2 * size
    if (output.length !== shape.n * stride) {
      throw new RangeError(`Expected ${shape.n * stride} values from the model but received ${output.length}.`)
    }
    x0 = fitting(x0, x)
    for (let image = 0; image < shape.n; image++)
      readInto(x0.data, x.data, image * size, size, output, image * stride, readings[image]!)
    if (spec.variance === 'none') return { x0 }
    const readFraction = () => {
      fraction = fitting(fraction, x)
      for (let image = 0; image < shape.n; image++) {
        const line = spec.variance === 'learned-range' ? ([0.5, 0.5] as const) : fractionOfLogVariance(trained, sigmas[image]!)
        lineInto(fraction.data, image * size, size, output, image * stride + size, line)
      }
      return fraction
    }
    return { x0, fraction: readFraction }
  }
}

// Each pass over the pixels is a plain function: measured, half the time of the same loops inside the async one.

/** out <- scale * x, for the `size` values from `at` on. */
function scaleInto(out: Float32Array, x: Reals, at: number, size: number, scale: number): void {
  for (let i = at; i < at + size; i++) out[i] = scale * x[i]!
}

/** out <- skip * x + scale * output, the output's values counted from `from` on. */
function readInto(
  out: Reals,
  x: Reals,
  at: number,
  size: number,
  output: Float32Array,
  from: number,
  { skip, scale }: Reading,
): void {
  for (let i = 0; i < size; i++) out[at + i] = skip * x[at + i]! + scale * output[from + i]!
}

/** out <- scale * output + offset. */
function lineInto(
  out: Reals,
  at: number,
  size: number,
  output: Float32Array,
  from: number,
  [scale, offset]: readonly [scale: number, offset: number],
): void {
  for (let i = 0; i < size; i++) out[at + i] = scale * output[from + i]! + offset
}

/** out <- x held to low..high. */
function clampInto(out: Reals, x: Reals, low: number, high: number): void {
  for (let i = 0; i < out.length; i++) {
    const value = x[i]!
    out[i] = value <= low ? low : value > high ? high : value
  }
}

function perImage(sigma: Sigma | readonly Sigma[], n: number): readonly Sigma[] {
  // One picture is the case where a microsecond counts.
  if (typeof sigma === 'number') return n === 1 ? [sigma] : Array.from<Sigma>({ length: n }).fill(sigma)
  if (sigma.length !== n) throw new RangeError(`Expected one level or ${n} but received ${sigma.length}.`)
  return sigma
}

/**
 * A "learned" network says the log-variance of the trained transition t -> t-1 (variance-preserving form). Written as the fraction between
 * that transition's two bounds it is the same number there, and keeps its meaning when a run skips levels: f = scale * output + offset.
 * The last transition, into 0, adds no noise, so there the fraction is 0.
 */
function fractionOfLogVariance(trained: TrainedLevels, s: Sigma): readonly [scale: number, offset: number] {
  const t = nearestIndex(trained.sigmas, s)
  if (t === 0) return [0, 0]
  const from = trained.sigmas[t]!
  const to = trained.sigmas[t - 1]!
  const toPreserving = Math.log(alphaBarOf(to))
  const small = 2 * Math.log(smallStd(from, to)) + toPreserving
  const large = 2 * Math.log(largeStd(from, to)) + toPreserving
  return [1 / (large - small), -small / (large - small)]
}

/** What the network is told of level s, in the unit of its card. */
function modelLevel(spec: ModelSpec, trained: TrainedLevels, s: Sigma): number {
  switch (spec.level) {
    case 'sigma':
      return spec.levelScale * heldLevel(spec, trained, s)
    case 'log-sigma-over-4':
      return (spec.levelScale * Math.log(heldLevel(spec, trained, s))) / 4
    case 'timestep':
      return spec.levelScale * trainedIndex(spec, trained, s)
    case 'index': {
      // An index is the place in the card's own list: NCSN lists, and so labels, its levels from the largest down.
      const index = trainedIndex(spec, trained, s)
      return spec.levelScale * (countsFromLargest(spec.noise) ? trained.sigmas.length - 1 - index : index)
    }
  }
}

function heldLevel(spec: ModelSpec, trained: TrainedLevels, s: Sigma): Sigma {
  return spec.between ? s : trained.sigmas[nearestIndex(trained.sigmas, s)]!
}

function trainedIndex(spec: ModelSpec, trained: TrainedLevels, s: Sigma): number {
  return spec.between ? fractionalIndex(trained.sigmas, s) : nearestIndex(trained.sigmas, s)
}

/** The last index whose sigma is at most s, at least 0. */
function indexBelow(sigmas: Float64Array, s: Sigma): number {
  let low = 0
  let high = sigmas.length - 1
  while (low < high) {
    const middle = (low + high + 1) >>> 1
    if (sigmas[middle]! <= s) low = middle
    else high = middle - 1
  }
  return low
}

/** The trained index nearest to s in log sigma; a trained level is found exactly. */
export function nearestIndex(sigmas: Float64Array, s: Sigma): number {
  const below = indexBelow(sigmas, s)
  const above = sigmas[below + 1]
  return above !== undefined && s * s > sigmas[below]! * above ? below + 1 : below
}

/** The index of s by log-linear interpolation (k-diffusion's inverse); a trained level is exact, beyond the ends it stays at the end. */
export function fractionalIndex(sigmas: Float64Array, s: Sigma): number {
  const below = indexBelow(sigmas, s)
  const low = sigmas[below]!
  const high = sigmas[below + 1]
  if (high === undefined || s <= low) return below
  return below + Math.log(s / low) / Math.log(high / low)
}

/** x0 held to the model's range; the direction of every sampler is taken from the clipped x0. */
export function clipped(denoise: Denoiser, [low, high]: readonly [number, number]): Denoiser {
  let held: Latent | undefined
  return async (x, sigma) => {
    const { x0: raw, fraction } = await denoise(x, sigma)
    held = fitting(held, raw)
    clampInto(held.data, raw.data, low, high)
    return fraction === undefined ? { x0: held, raw } : { x0: held, raw, fraction }
  }
}

/** The denoiser, and how often it was called: the NFE of a run (one for the whole batch). */
export function counted(denoise: Denoiser): { readonly denoise: Denoiser; readonly calls: () => number } {
  let calls = 0
  return {
    denoise: (x, sigma) => {
      calls++
      return denoise(x, sigma)
    },
    calls: () => calls,
  }
}
