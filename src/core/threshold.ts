import { clipped } from './denoiser.ts'
import { fitting, imageSize } from './latent.ts'
import type { Denoiser, Latent, Reals } from './types.ts'

/** What a clean estimate beyond the model's range becomes. */

export interface Dynamic {
  /** Which quantile of |x0| becomes the edge of the range, 0..1. */
  readonly ratio: number
  /** The edge at most, in half-widths of the range; it is 1 at least. */
  readonly max: number
}

/** diffusers' own numbers. With a `max` of 1 it is plain clipping. */
const usual: Dynamic = { ratio: 0.995, max: 1 }

/** The denoiser held by what a request calls its threshold. */
export function thresholded(
  denoise: Denoiser,
  threshold: 'clip' | 'none' | 'dynamic',
  range: readonly [low: number, high: number],
  options: Dynamic = usual,
): Denoiser {
  switch (threshold) {
    case 'none':
      return denoise
    case 'clip':
      return clipped(denoise, range)
    case 'dynamic':
      return dynamic(denoise, range, options)
  }
}

/**
 * Dynamic thresholding, Saharia et al. 2022 (arXiv:2205.11487), section 2.3: x0 <- clamp(x0, -s, s)/s, s the quantile `ratio` of |x0| over an image's
 * channels and pixels, within 1..max. Of each image alone, so none depends on its batch. Another range than -1..1 is first brought there.
 */
export function dynamic(denoise: Denoiser, range: readonly [low: number, high: number], options: Dynamic = usual): Denoiser {
  let out: Latent | undefined
  let magnitudes: Reals = new Float32Array(0)
  return async (x, sigma) => {
    const said = await denoise(x, sigma)
    out = fitting(out, said.x0)
    const size = imageSize(out.shape)
    if (magnitudes.length !== size) magnitudes = out.data.slice(0, size)
    for (let image = 0; image < out.shape.n; image++) dynamicInto(out.data, said.x0.data, image * size, range, options, magnitudes)
    return { ...said, x0: out, raw: said.x0 }
  }
}

/** One image: out[at..] <- the thresholded x[at..]. `magnitudes` is room for one image, and says how large it is. Allocates nothing. */
export function dynamicInto(
  out: Reals,
  x: Reals,
  at: number,
  [low, high]: readonly [low: number, high: number],
  { ratio, max }: Dynamic,
  magnitudes: Reals,
): void {
  const middle = (low + high) / 2
  const half = (high - low) / 2
  const size = magnitudes.length
  for (let i = 0; i < size; i++) magnitudes[i] = Math.abs(x[at + i]! - middle)
  // In this order: a `max` under 1, which requests cannot have, wins, as in the published code.
  const edge = Math.min(Math.max(quantileOf(magnitudes, ratio) / half, 1), max)
  const reach = edge * half
  for (let i = at; i < at + size; i++) {
    const value = x[i]! - middle
    out[i] = middle + (value <= -reach ? -reach : value > reach ? reach : value) / edge
  }
}

/** The quantile 0..1 by linear interpolation between neighbours, as torch.quantile and numpy have it. Reorders the values. */
export function quantileOf(values: Reals, ratio: number): number {
  const rank = ratio * (values.length - 1)
  const below = Math.floor(rank)
  select(values, below)
  const low = values[below]!
  if (below === rank) return low
  let next = values[below + 1]!
  for (let i = below + 2; i < values.length; i++) if (values[i]! < next) next = values[i]!
  return low + (rank - below) * (next - low)
}

/** Hoare's selection: values[k] becomes the k-th smallest, none before it larger, none after it smaller. */
function select(values: Reals, k: number): void {
  let from = 0
  let to = values.length - 1
  while (from < to) {
    const pivot = values[(from + to) >>> 1]!
    let i = from
    let j = to
    while (i <= j) {
      while (values[i]! < pivot) i++
      while (values[j]! > pivot) j--
      if (i > j) break
      const swapped = values[i]!
      values[i] = values[j]!
      values[j] = swapped
      i++
      j--
    }
    if (k <= j) to = j
    else if (k >= i) from = i
    else return
  }
}
