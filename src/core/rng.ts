/* oxlint-disable typescript/no-non-null-assertion -- loops over typed arrays, indexed inside their length */
import { cosNearZero, ln2, lnNearOne, pi, sinNearZero } from './elementary.ts'
import { imageSize } from './latent.ts'
import { purposes } from './types.ts'
import type { Noise } from './types.ts'

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

/** Ten rounds on counter (c0..c3) under key (k0, k1); four words into `out`. All arguments are taken modulo 2^32. */
export function philoxInto(out: Uint32Array, c0: number, c1: number, c2: number, c3: number, k0: number, k1: number): void {
  let x0 = c0 | 0
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
  out[0] = x0
  out[1] = x1
  out[2] = x2
  out[3] = x3
}

/** 2^(k - 33) for k = 0..32. */
const scales = Float64Array.from({ length: 33 }, (_, k) => 1 / 2 ** (33 - k))
const halfSqrt = 0.7071067811865476
const wordToRadians = (2 * pi) / 4294967296

/** sqrt(-2 ln u), u = (word + 1/2)/2^32, never 0 and never 1. The exponent is counted in bits, so the reduction is exact. */
function radius(word: number): number {
  let exponent = Math.clz32(word)
  let mantissa = (2 * word + 1) * scales[exponent]!
  if (mantissa < halfSqrt) {
    mantissa = mantissa + mantissa
    exponent = exponent + 1
  }
  return Math.sqrt(-2 * (lnNearOne(mantissa) - exponent * ln2))
}

/** Box-Muller: out[at] = r cos a, out[at + 1] = r sin a, a = 2 pi angle/2^32, turned to within an eighth of the circle first. */
function normalPairInto(out: Float64Array, at: number, radiusWord: number, angleWord: number): void {
  const r = radius(radiusWord)
  const quarter = (angleWord + 0x20000000) >>> 30
  const rest = ((angleWord - (quarter << 30)) | 0) * wordToRadians
  const sine = r * sinNearZero(rest)
  const cosine = r * cosNearZero(rest)
  const swapped = (quarter & 1) === 1
  const x = swapped ? sine : cosine
  const y = swapped ? cosine : sine
  out[at] = quarter === 1 || quarter === 2 ? -x : x
  out[at + 1] = quarter >= 2 ? -y : y
}

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
  const words = new Uint32Array(4)
  const four = new Float64Array(4)
  return (out, purpose, walk) => {
    if (out.shape.n !== own.length) throw new RangeError(`Noise for ${own.length} images cannot fill a batch of ${out.shape.n}.`)
    const size = imageSize(out.shape)
    const data = out.data
    for (const [image, seed] of own.entries()) {
      const low = seed >>> 0
      const high = Math.floor(seed / 4294967296)
      const first = image * size
      for (let i = 0; i < size; i += 4) {
        philoxInto(words, i >>> 2, walk, purposes[purpose], 0, low, high)
        normalPairInto(four, 0, words[0]!, words[1]!)
        normalPairInto(four, 2, words[2]!, words[3]!)
        const lanes = Math.min(4, size - i)
        for (let lane = 0; lane < lanes; lane++) data[first + i + lane] = four[lane]!
      }
    }
  }
}
