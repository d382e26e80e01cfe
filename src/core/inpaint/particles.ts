import { imageSize } from '../latent.ts'
import type { Latent, Reals } from '../types.ts'

/** A batch as weighed particles: how many still count, and which are taken on. Weights are logarithms, up to a common constant. */

/** (sum w)^2 / sum w^2, from 1 (one counts) to n (all alike). */
export function effectiveSampleSize(logWeights: Reals): number {
  const top = largest(logWeights)
  let sum = 0
  let squares = 0
  for (const log of logWeights) {
    const weight = Math.exp(log - top)
    sum += weight
    squares += weight * weight
  }
  return (sum * sum) / squares
}

/**
 * Systematic resampling: the points (k + u)/n, k = 0..n-1, fall on the particles laid end to end by their weights, so that each is taken
 * floor or ceil of n times its weight. ancestors[k] is the particle that slot k goes on from; who is taken keeps its own slot.
 */
export function ancestorsOf(logWeights: Reals, u: number): number[] {
  const n = logWeights.length
  const top = largest(logWeights)
  const weights = Array.from(logWeights, (log) => Math.exp(log - top))
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  const ancestors = weights.map((_, k) => k)
  const copies: number[] = []
  const free: number[] = []
  let reached = 0
  let k = 0
  for (const [particle, weight] of weights.entries()) {
    reached += weight
    // The last one takes what rounding has left.
    const end = particle === n - 1 ? Infinity : (reached / total) * n
    let taken = 0
    for (; k < n && k + u < end; k++) taken++
    if (taken === 0) free.push(particle)
    for (let copy = 1; copy < taken; copy++) copies.push(particle)
  }
  for (const [i, slot] of free.entries()) ancestors[slot] = copies[i]!
  return ancestors
}

/** Image k <- image ancestors[k]. A particle that is taken stays in its slot, so nothing is read after it was overwritten. */
export function inheritInto(x: Latent, ancestors: readonly number[]): void {
  const size = imageSize(x.shape)
  for (const [slot, ancestor] of ancestors.entries()) {
    if (slot !== ancestor) x.data.copyWithin(slot * size, ancestor * size, (ancestor + 1) * size)
  }
}

/** Archimedes: the height of a point on the sphere is uniform, so three normal draws make a number in 0..1. */
export function uniformOf(normals: Reals): number {
  const [a = 0, b = 0, c = 0] = normals
  return (a / Math.sqrt(a * a + b * b + c * c) + 1) / 2
}

function largest(values: Reals): number {
  let top = -Infinity
  for (const value of values) top = Math.max(top, value)
  return top
}
