import { cosNearZero, ln2, lnNearOne, pi, sinNearZero } from './elementary.ts'
import { imageSize } from './latent.ts'
import { purposes } from './types.ts'
import type { Noise, Reals } from './types.ts'

/**
 * Noise version 1, written into every recipe. Philox 4x32-10 (Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3"):
 * key = the seed's low and high words, counter = (block, walk, purpose, 0); a block gives the four normals 4 block .. 4 block + 3 of an
 * image in [c, h, w] order. No state: a draw depends on (seed, purpose, walk) alone.
 */

const multiplier0 = 0xd2511f53
const multiplier1 = 0xcd9e8d57
const weyl0 = 0x9e3779b9
const weyl1 = 0xbb67ae85

/** High 32 bits of a * (high * 2^16 + low), in 16-bit halves: no partial sum passes 2^32. */
function multiplyHigh(a: number, high: number, low: number): number {
  const aLow = a & 0xffff
  const aHigh = a >>> 16
  const middle = Math.imul(aHigh, low) + (Math.imul(aLow, low) >>> 16)
  const other = Math.imul(aLow, high) + (middle & 0xffff)
  return (Math.imul(aHigh, high) + (middle >>> 16) + (other >>> 16)) | 0
}

/**
 * Ten rounds on each of the counters (c0, c1, c2, c3), (c0 + 1, c1, c2, c3), ... under key (k0, k1); four words a block into `out`. All
 * arguments are taken modulo 2^32.
 */
export function philoxInto(
  out: Uint32Array,
  c0: number,
  c1: number,
  c2: number,
  c3: number,
  k0: number,
  k1: number,
  blocks = 1,
): void {
  for (let block = 0; block < blocks; block++) {
    let x0 = (c0 + block) | 0
    let x1 = c1 | 0
    let x2 = c2 | 0
    let x3 = c3 | 0
    let key0 = k0 | 0
    let key1 = k1 | 0
    for (let round = 0; round < 10; round++) {
      const high0 = multiplyHigh(x0, multiplier0 >>> 16, multiplier0 & 0xffff)
      const high1 = multiplyHigh(x2, multiplier1 >>> 16, multiplier1 & 0xffff)
      const low0 = Math.imul(x0, multiplier0)
      const low1 = Math.imul(x2, multiplier1)
      x0 = high1 ^ x1 ^ key0
      x1 = low1
      x2 = high0 ^ x3 ^ key1
      x3 = low0
      key0 = (key0 + weyl0) | 0
      key1 = (key1 + weyl1) | 0
    }
    out[4 * block] = x0
    out[4 * block + 1] = x1
    out[4 * block + 2] = x2
    out[4 * block + 3] = x3
  }
}

// The two passes of Box-Muller have no branches: which way they went would be a coin toss that no processor can foresee. What a branch
// would choose is an index into a table.

/** 2^(k - 33) for k = 0..32, and k ln 2 for k = 0..33. */
const scales = Float64Array.from({ length: 33 }, (_, k) => 1 / 2 ** (33 - k))
const lnPowers = Float64Array.from({ length: 34 }, (_, k) => k * ln2)
const halfSqrt = 0.7071067811865476
const wordToRadians = (2 * pi) / 4294967296

/** radii[i] <- sqrt(-2 ln u), u = (words[2 i] + 1/2)/2^32, never 0 and never 1. The exponent is counted in bits, so the reduction is exact. */
function radiiInto(radii: Float64Array, words: Uint32Array, pairs: number): void {
  for (let i = 0; i < pairs; i++) {
    const word = words[2 * i]!
    const exponent = Math.clz32(word)
    const mantissa = (2 * word + 1) * scales[exponent]!
    const doubled = Number(mantissa < halfSqrt)
    radii[i] = Math.sqrt(-2 * (lnNearOne(mantissa * (1 + doubled)) - lnPowers[exponent + doubled]!))
  }
}

/** The signs of the cosine and the sine by quarter of the circle; in odd quarters the two also change places. */
const cosineSigns = Float64Array.of(1, 1, -1, -1)
const sineSigns = Float64Array.of(1, -1, -1, 1)

/** out[at + 2 i] = r cos a, out[at + 2 i + 1] = r sin a, r = radii[i], a = 2 pi words[2 i + 1]/2^32, turned to within an eighth of the circle first. */
function pairsInto(out: Reals, at: number, radii: Float64Array, words: Uint32Array, pairs: number): void {
  for (let i = 0; i < pairs; i++) {
    const word = words[2 * i + 1]!
    const quarter = (word + 0x20000000) >>> 30
    const rest = ((word - (quarter << 30)) | 0) * wordToRadians
    const odd = quarter & 1
    const first = at + 2 * i
    out[first + odd] = radii[i]! * cosNearZero(rest) * cosineSigns[quarter]!
    out[first + 1 - odd] = radii[i]! * sinNearZero(rest) * sineSigns[quarter]!
  }
}

/** Blocks worked on at once: few enough to stay in the processor's nearest cache between the passes. */
const batch = 256

/**
 * The noise of a batch: image i draws from seeds[i] alone, so it is the same in any batch, order or chunk.
 * Seeds are integers 0..2^53 - 1; a latent with another number of images is refused.
 */
export function createNoise(seeds: readonly number[]): Noise {
  for (const seed of seeds) {
    if (!Number.isSafeInteger(seed) || seed < 0)
      throw new RangeError(`Expected an integer from 0 to 2^53 - 1 as seed but received ${seed}.`)
  }
  const own = [...seeds]
  const words = new Uint32Array(4 * batch)
  const radii = new Float64Array(2 * batch)
  return (out, purpose, walk) => {
    if (out.shape.n !== own.length) throw new RangeError(`Noise for ${own.length} images cannot fill a batch of ${out.shape.n}.`)
    const size = imageSize(out.shape)
    const rest = size % 4
    const last = out.data instanceof Float64Array ? new Float64Array(4) : new Float32Array(4)
    for (const [image, seed] of own.entries()) {
      const [low, high] = [seed >>> 0, Math.floor(seed / 4294967296)]
      const fill = (data: Reals, at: number, block: number, blocks: number): void => {
        philoxInto(words, block, walk, purposes[purpose], 0, low, high, blocks)
        radiiInto(radii, words, 2 * blocks)
        pairsInto(data, at, radii, words, 2 * blocks)
      }
      const from = image * size
      const whole = size >>> 2
      for (let block = 0; block < whole; block += batch) fill(out.data, from + 4 * block, block, Math.min(batch, whole - block))
      if (rest === 0) continue
      fill(last, 0, whole, 1)
      for (let lane = 0; lane < rest; lane++) out.data[from + 4 * whole + lane] = last[lane]!
    }
  }
}
