import { cosNearZero, pi, sinNearZero } from './elementary.ts'
import type { NoiseSpec, Schedule, Sigma, TrainedLevels } from './types.ts'
import { sigmaOf } from './units.ts'

/** The noise levels a model was trained on, in float64 as guided-diffusion builds them (diffusers rounds its tables to float32). */

/** count values from start to end inclusive; one value is the start. */
function evenly(start: number, end: number, count: number): number[] {
  const step = count > 1 ? (end - start) / (count - 1) : 0
  return Array.from({ length: count }, (_, i) => (i > 0 && i === count - 1 ? end : start + i * step))
}

/** cos^2(((u + 0.008)/1.008) pi/2), Nichol & Dhariwal 2021 (arXiv:2102.09672), eq. 17; past pi/4 by the sine of what is left. */
function cosineBar(u: number): number {
  const angle = (((u + 0.008) / 1.008) * pi) / 2
  const root = angle <= pi / 4 ? cosNearZero(angle) : sinNearZero((((1 - u) / 1.008) * pi) / 2)
  return root * root
}

/** beta[t], t = 0..count-1. Linear: Ho et al. 2020; scaled-linear: linear in sqrt(beta); sigmoid: on -6..6; cosine: capped at 0.999. */
export function betasOf(spec: Schedule): number[] {
  switch (spec.schedule) {
    case 'linear':
      return evenly(spec.start, spec.end, spec.count)
    case 'scaled-linear':
      return evenly(Math.sqrt(spec.start), Math.sqrt(spec.end), spec.count).map((root) => root * root)
    case 'sigmoid':
      return evenly(-6, 6, spec.count).map((u) => (spec.end - spec.start) / (1 + Math.exp(-u)) + spec.start)
    case 'cosine':
      return Array.from({ length: spec.count }, (_, i) =>
        Math.min(1 - cosineBar((i + 1) / spec.count) / cosineBar(i / spec.count), 0.999),
      )
  }
}

/** A_t = (1 - beta_0) ... (1 - beta_t). */
export function alphaBarsOf(betas: readonly number[]): number[] {
  let bar = 1
  return betas.map((beta) => (bar *= 1 - beta))
}

/**
 * Alpha bar rescaled to a zero terminal signal-to-noise ratio, Lin et al. 2024 (arXiv:2305.08891), algorithm 1: sqrt(A) is shifted so that the
 * last one is 0 and scaled so that the first stays. An A of 0 has no sigma, so the last is 2^-24, as diffusers' DPM-Solver++ has it. There, of
 * linear betas, the level before is noisier still (A = 4e-9) and the list no longer falls; here the last is then twice that level's sigma.
 */
export function zeroTerminal(alphaBars: readonly number[]): number[] {
  const least = 2 ** -24
  const roots = alphaBars.map(Math.sqrt)
  const [first, last] = [roots[0], roots.at(-1)]
  if (first === undefined || last === undefined || roots.length < 2)
    throw new RangeError('A schedule that ends in noise alone needs at least two levels.')
  const scale = first / (first - last)
  const bars = roots.slice(0, -1).map((root) => (scale * (root - last)) ** 2)
  const before = bars.at(-1) ?? 1
  return [...bars, before > least ? least : before / 4]
}

/** count levels even in ln sigma, from the largest down to the smallest, both exact: Song & Ermon 2019 (arXiv:1907.05600), section 4. */
export function geometricSigmas(largest: Sigma, smallest: Sigma, count: number): number[] {
  if (count > 1 ? !(largest > smallest) : largest !== smallest)
    throw new RangeError(`${count} geometric noise levels cannot run from ${largest} down to ${smallest}.`)
  const [from, to] = [Math.log(largest), Math.log(smallest)]
  return Array.from({ length: count }, (_, i) => {
    if (i === 0) return largest
    return i === count - 1 ? smallest : Math.exp(from + (i / (count - 1)) * (to - from))
  })
}

/** How many levels a model was trained on. */
export function trainedCount(spec: NoiseSpec): number {
  if (spec.kind === 'vp') return 'betas' in spec ? spec.betas.count : spec.alphaBars.length
  return 'geometric' in spec ? spec.geometric.count : spec.sigmas.length
}

/**
 * sigma of every training index, rising. A ve list may stand in either order in the card (NCSN counts from the largest); a list that
 * is empty, not positive or not strictly monotone is refused.
 */
export function trainedLevels(spec: NoiseSpec): TrainedLevels {
  const made = known.get(spec) ?? madeLevels(spec)
  known.set(spec, made)
  return made
}

/** A thousand levels cost more than everything else in the check of a request, and are asked for several times in each. Nobody writes to them. */
const known = new WeakMap<NoiseSpec, TrainedLevels>()

function madeLevels(spec: NoiseSpec): TrainedLevels {
  if (spec.kind === 've') {
    const sigmas = Float64Array.from(explodingSigmas(spec))
    if (countsFromLargest(spec)) sigmas.reverse()
    return { kind: 've', sigmas: rising(sigmas) }
  }
  return { kind: 'vp', sigmas: rising(Float64Array.from(preservingBars(spec), sigmaOf)) }
}

function explodingSigmas(spec: Extract<NoiseSpec, { kind: 've' }>): readonly number[] {
  if ('sigmas' in spec) return spec.sigmas
  const { largest, smallest, count } = spec.geometric
  return geometricSigmas(largest, smallest, count)
}

function preservingBars(spec: Extract<NoiseSpec, { kind: 'vp' }>): readonly number[] {
  if ('alphaBars' in spec) return spec.alphaBars
  const bars = alphaBarsOf(betasOf(spec.betas))
  return spec.betas.zeroTerminal === true ? zeroTerminal(bars) : bars
}

/** Are the levels of this model counted from the largest down? NCSN counts, and so labels, them that way. */
export function countsFromLargest(spec: NoiseSpec): boolean {
  return spec.kind === 've' && ('geometric' in spec || isDescending(spec.sigmas))
}

/** Does the list begin with its largest value? */
function isDescending(sigmas: readonly number[]): boolean {
  const [first, last] = [sigmas[0], sigmas.at(-1)]
  return first !== undefined && last !== undefined && first > last
}

function rising(sigmas: Float64Array): Float64Array {
  if (sigmas.length === 0) throw new RangeError('A model needs at least one trained noise level.')
  let last = 0
  for (const [t, sigma] of sigmas.entries()) {
    if (!(sigma > last) || !Number.isFinite(sigma))
      throw new RangeError(`The trained noise levels must rise, but level ${t} is ${sigma} after ${last}.`)
    last = sigma
  }
  return sigmas
}
