import { fractionalIndex } from './denoiser.ts'
import { allocate, imageSize } from './latent.ts'
import type { Known, Latent, Noise, Reals, Shape, Sigma, TrainedLevels } from './types.ts'

/**
 * A start from a picture instead of from noise: SDEdit, Meng et al. 2022 (arXiv:2108.01073), algorithm 1. Part of the schedule is left out, and
 * what is walked of it begins at picture + sigma z, its first level sigma. A fill that is refined begins at an enlarged smaller fill in the same way.
 */

/**
 * Where in `levels`, from high to low and ending in 0, a run begins that walks the share `strength` of the trained schedule (their t0): at the
 * first level whose training index is at most strength (N - 1). At least the last level above 0 is walked; 1 walks them all. Refuses a share outside 0..1.
 */
export function beginAt(levels: readonly Sigma[], { sigmas }: TrainedLevels, strength: number): number {
  if (!(strength >= 0 && strength <= 1))
    throw new RangeError(`Expected a number from 0 to 1 for strength but received ${strength}.`)
  if (strength === 1) return 0
  // As many steps of rounding as two logarithms and a quotient may leave.
  const index = strength * (sigmas.length - 1) + 1e-9
  const first = levels.findIndex((level) => fractionalIndex(sigmas, level) <= index)
  // The last level is 0, and always found.
  return Math.max(0, Math.min(first, levels.length - 2))
}

/**
 * The first state of a batch: picture + sigma z where it is painted, photo + sigma z where it is kept. `picture` holds one image of [c, h, w] for
 * all, or one for each. Refuses one of another size.
 */
export function startFrom(picture: Reals, sigma: Sigma, known: Known, shape: Shape, noise: Noise): Latent {
  const x = allocate(shape, picture instanceof Float64Array ? 'float64' : 'float32')
  const size = imageSize(shape)
  const plane = shape.h * shape.w
  if (picture.length !== size && picture.length !== shape.n * size)
    throw new RangeError(`The picture to begin at has ${picture.length} values where ${size} belong.`)
  noise(x, 'start', 0)
  for (let i = 0; i < x.data.length; i++) {
    const clean = known.mask.data[i % plane]! > 0 ? picture[i % picture.length]! : known.photo.data[i % size]!
    x.data[i] = clean + sigma * x.data[i]!
  }
  return x
}

/** More transitions than any walk has. */
const walkOfStream = 2 ** 24

/** Noise that shares no draw with that of another stream, 0..255, of the same seeds: a refinement repeats nothing of the fill before it. */
export function streamed(noise: Noise, stream: number): Noise {
  if (!Number.isInteger(stream) || stream < 0 || stream > 255)
    throw new RangeError(`Expected an integer from 0 to 255 as stream but received ${stream}.`)
  return stream === 0 ? noise : (out, purpose, walk) => noise(out, purpose, walk + stream * walkOfStream)
}
