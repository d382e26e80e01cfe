import type { Sigma } from './types.ts'

/** The two bounds of the DDPM step's noise, as standard deviations in the variance-exploding form, of a transition from > to >= 0. */

/** The true posterior's, beta~: to sqrt(from^2 - to^2)/from. */
export function smallStd(from: Sigma, to: Sigma): number {
  return (to * Math.sqrt(between(from, to))) / from
}

/** The forward step's, beta: sqrt((from^2 - to^2)(1 + to^2)/(1 + from^2)). */
export function largeStd(from: Sigma, to: Sigma): number {
  return Math.sqrt((between(from, to) * (1 + to * to)) / (1 + from * from))
}

/** from^2 - to^2, factored: the squares of neighbouring levels cancel. */
export function between(from: Sigma, to: Sigma): number {
  return (from - to) * (from + to)
}
