import { cosNearZero, pi, sinNearZero } from './elementary.ts'
import type { NoiseSpec, Schedule, TrainedLevels } from './types.ts'
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
 * sigma of every training index, rising. A ve list may stand in either order in the card (NCSN counts from the largest); a list that
 * is empty, not positive or not strictly monotone is refused.
 */
export function trainedLevels(spec: NoiseSpec): TrainedLevels {
  if (spec.kind === 've') {
    const sigmas = Float64Array.from(spec.sigmas)
    if (isDescending(spec.sigmas)) sigmas.reverse()
    return { kind: 've', sigmas: rising(sigmas) }
  }
  const alphaBars = 'betas' in spec ? alphaBarsOf(betasOf(spec.betas)) : spec.alphaBars
  return { kind: 'vp', sigmas: rising(Float64Array.from(alphaBars, sigmaOf)) }
}

/** Does the list begin with its largest value? */
export function isDescending(sigmas: readonly number[]): boolean {
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
