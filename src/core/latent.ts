import type { Latent, Reals, Shape } from './types.ts'

/** Tensors: allocated once a run; `...Into` names an operation that writes into its first argument. */

/** Values of one image, c * h * w. */
export function imageSize(shape: Shape): number {
  return shape.c * shape.h * shape.w
}

/** Zeros of this shape; float64 only for closed-form work. */
export function allocate(shape: Shape, precision: 'float32' | 'float64' = 'float32'): Latent {
  const length = shape.n * imageSize(shape)
  return { shape, data: precision === 'float32' ? new Float32Array(length) : new Float64Array(length) }
}

/** Zeros of the same shape and precision. */
export function allocateLike(other: Latent): Latent {
  return allocate(other.shape, other.data instanceof Float64Array ? 'float64' : 'float32')
}

/** A copy with a buffer of its own. */
export function copyOf(latent: Latent): Latent {
  return { shape: latent.shape, data: latent.data.slice() }
}

/** The buffer if it fits this tensor, else a new one: for adapters that meet a new shape only when the run changes. */
export function fitting(buffer: Latent | undefined, like: Latent): Latent {
  const fits = buffer !== undefined && sameShape(buffer.shape, like.shape) && buffer.data.constructor === like.data.constructor
  return fits ? buffer : allocateLike(like)
}

function sameShape(a: Shape, b: Shape): boolean {
  return a.n === b.n && a.c === b.c && a.h === b.h && a.w === b.w
}

/** out <- target + ratio (out - target). */
export function approachInto(out: Reals, target: Reals, ratio: number): void {
  for (let i = 0; i < out.length; i++) {
    const goal = target[i]!
    out[i] = goal + ratio * (out[i]! - goal)
  }
}

/** out <- out + scale * other. */
export function addScaledInto(out: Reals, other: Reals, scale: number): void {
  for (let i = 0; i < out.length; i++) out[i] = out[i]! + scale * other[i]!
}
