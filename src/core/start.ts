import { allocate, allocateLike } from './latent.ts'
import type { Latent, NoiseSpec, Noise, Shape, Sigma } from './types.ts'

/**
 * What a run starts from, at the first level s of its list. vp: sqrt(1 + s^2) z, unit variance in the model's own form; ve: s z, or for NCSN
 * uniform in the model's range.
 */
export function startLatent(
  spec: NoiseSpec,
  s: Sigma,
  shape: Shape,
  noise: Noise,
  range: readonly [number, number] = [-1, 1],
): Latent {
  const x = allocate(shape)
  if (spec.kind === 've' && spec.start === 'uniform') {
    fillUniform(x, noise, range)
    return x
  }
  noise(x, 'start', 0)
  scaleInto(x, startScale(spec, s))
  return x
}

/** From a start of unit variance, as it is kept in files and drawn from a seed, to level s; and 1/that back. */
export function startScale({ kind }: Pick<NoiseSpec, 'kind'>, s: Sigma): number {
  return kind === 'vp' ? Math.sqrt(1 + s * s) : s
}

export function scaleInto(x: Latent, scale: number): void {
  for (let i = 0; i < x.data.length; i++) x.data[i] = scale * x.data[i]!
}

/** Archimedes: the height of a uniform point on the sphere is uniform, so three normal draws a/|(a, b, c)| need no other chance. */
export function fillUniform(x: Latent, noise: Noise, [low, high]: readonly [number, number]): void {
  const b = allocateLike(x)
  const c = allocateLike(x)
  for (const [walk, draw] of [x, b, c].entries()) noise(draw, 'start', walk)
  for (let i = 0; i < x.data.length; i++) {
    const a = x.data[i]!
    const height = a / Math.sqrt(a * a + b.data[i]! ** 2 + c.data[i]! ** 2)
    x.data[i] = low + ((high - low) * (height + 1)) / 2
  }
}
