/**
 * Noise version 1 in AssemblyScript, for src/engine/noise.ts: the operations of src/core/rng.ts and src/core/elementary.ts in their order, on two
 * float64 or four 32-bit words at a time. Every + - * / and square root is rounded by itself, as in JavaScript, so the bits are the same: nothing
 * here may be fused, relaxed, or turned from a division into a product. `npm run noise` compiles it into src/engine/noise-module.ts.
 */

/** Blocks filled at once, a multiple of four: few enough that words and draws stay in the processor's nearest cache. */
const most: i32 = 512

/** A block's two words of radii, and of angles, side by side, so that the second pass loads two pairs of Box-Muller at once. */
const radiusWords = memory.data(4096, 16)
const angleWords = memory.data(4096, 16)
/** The draws: float64, or float32 in the first half. */
const draws = memory.data(16384, 16)

export function chunk(): i32 {
  return most
}

export function address(): usize {
  return draws
}

/** The draws 4 block .. 4 (block + blocks) - 1 of the image with seed high * 2^32 + low to `address`; blocks <= `chunk`. What follows them there is scratch. */
export function fill(exact: bool, block: u32, blocks: i32, walk: u32, purpose: u32, low: u32, high: u32): void {
  philox(block, blocks, walk, purpose, low, high)
  for (let i = 0; i < blocks; i++) {
    const radius = radii(f64x2.convert_low_i32x4_u(v128.load64_zero(radiusWords + (i << 3))))
    const angle = v128.load64_zero(angleWords + (i << 3))
    // The upper two bits are the quarter of the circle, what is left is within an eighth of its middle.
    const turned = i32x4.add(angle, i32x4.splat(0x20000000))
    const rest = i32x4.sub(angle, v128.and(turned, i32x4.splat(0xc0000000)))
    const t = f64x2.mul(f64x2.convert_low_i32x4_s(rest), f64x2.splat((2 * 3.141592653589793) / 4294967296))
    const z = f64x2.mul(t, t)
    // The signs (a product with -1 is a flipped sign bit): cosine + - - + wants the upper bit, sine + + - - of the next quarter both.
    const quarter = v128.shuffle<i32>(turned, turned, 0, 0, 1, 1)
    const sign = i64x2.splat(0x8000000000000000)
    const cosineSign = v128.and(quarter, sign)
    const sineSign = v128.and(v128.xor(quarter, i64x2.shl(quarter, 1)), sign)
    const cosine = v128.xor(f64x2.mul(radius, cosNearZero(z)), cosineSign)
    const sine = v128.xor(f64x2.mul(radius, sinNearZero(t, z)), sineSign)
    // In odd quarters they change places.
    const odd = i64x2.shr_s(i64x2.shl(quarter, 1), 63)
    const first = v128.bitselect(sine, cosine, odd)
    const second = v128.bitselect(cosine, sine, odd)
    if (exact) {
      v128.store(draws + (i << 5), v128.shuffle<i64>(first, second, 0, 2))
      v128.store(draws + (i << 5) + 16, v128.shuffle<i64>(first, second, 1, 3))
    } else {
      const interleaved = v128.shuffle<i32>(f32x4.demote_f64x2_zero(first), f32x4.demote_f64x2_zero(second), 0, 4, 1, 5)
      v128.store(draws + (i << 4), interleaved)
    }
  }
}

/** Philox 4x32-10 on four blocks at a time, one a lane; up to three blocks more than asked for. */
function philox(block: u32, blocks: i32, walk: u32, purpose: u32, low: u32, high: u32): void {
  const multiplier0 = i32x4.splat(0xd2511f53)
  const multiplier1 = i32x4.splat(0xcd9e8d57)
  for (let i = 0; i < blocks; i += 4) {
    let x0 = i32x4.add(i32x4.splat(block + i), i32x4(0, 1, 2, 3))
    let x1 = i32x4.splat(walk)
    let x2 = i32x4.splat(purpose)
    let x3 = i32x4.splat(0)
    let key0 = low
    let key1 = high
    for (let round = 0; round < 10; round++) {
      // Products of 64 bits, lanes 0 and 1, then 2 and 3; their upper and lower words are put together again.
      const product0 = i64x2.extmul_low_i32x4_u(x0, multiplier0)
      const product0b = i64x2.extmul_high_i32x4_u(x0, multiplier0)
      const product1 = i64x2.extmul_low_i32x4_u(x2, multiplier1)
      const product1b = i64x2.extmul_high_i32x4_u(x2, multiplier1)
      x0 = v128.xor(v128.xor(v128.shuffle<i32>(product1, product1b, 1, 3, 5, 7), x1), i32x4.splat(key0))
      x1 = v128.shuffle<i32>(product1, product1b, 0, 2, 4, 6)
      x2 = v128.xor(v128.xor(v128.shuffle<i32>(product0, product0b, 1, 3, 5, 7), x3), i32x4.splat(key1))
      x3 = v128.shuffle<i32>(product0, product0b, 0, 2, 4, 6)
      key0 += 0x9e3779b9
      key1 += 0xbb67ae85
    }
    const at = i << 3
    v128.store(radiusWords + at, v128.shuffle<i32>(x0, x2, 0, 4, 1, 5))
    v128.store(radiusWords + at + 16, v128.shuffle<i32>(x0, x2, 2, 6, 3, 7))
    v128.store(angleWords + at, v128.shuffle<i32>(x1, x3, 0, 4, 1, 5))
    v128.store(angleWords + at + 16, v128.shuffle<i32>(x1, x3, 2, 6, 3, 7))
  }
}

/** sqrt(-2 ln u), u = (words + 1/2)/2^32. With v = 2 words + 1 = m 2^e, m in [sqrt(1/2), sqrt(2)): ln u = ln m - (33 - e) ln 2. */
function radii(words: v128): v128 {
  const v = f64x2.add(f64x2.add(words, words), f64x2.splat(1))
  // As integers, less the bits of sqrt(1/2): e stands in the exponent's place.
  const over = i64x2.sub(v, f64x2.splat(0.7071067811865476))
  const m = i64x2.sub(v, v128.and(over, i64x2.splat(0xfff0000000000000)))
  // e as a number: in the last bits of 2^52 + e, and 2^52 + 33 less that is exact.
  const power = f64x2.sub(f64x2.splat(4503599627370529), v128.or(i64x2.shr_u(over, 52), f64x2.splat(4503599627370496)))
  const ln = f64x2.sub(lnNearOne(m), f64x2.mul(power, f64x2.splat(0.6931471805599453)))
  return f64x2.sqrt(f64x2.mul(f64x2.splat(-2), ln))
}

function lnNearOne(m: v128): v128 {
  const s = f64x2.div(f64x2.sub(m, f64x2.splat(1)), f64x2.add(m, f64x2.splat(1)))
  const z = f64x2.mul(s, s)
  let p = f64x2.add(f64x2.div(z, f64x2.splat(21)), f64x2.splat(1.0 / 19))
  p = f64x2.add(f64x2.mul(z, p), f64x2.splat(1.0 / 17))
  p = f64x2.add(f64x2.mul(z, p), f64x2.splat(1.0 / 15))
  p = f64x2.add(f64x2.mul(z, p), f64x2.splat(1.0 / 13))
  p = f64x2.add(f64x2.mul(z, p), f64x2.splat(1.0 / 11))
  p = f64x2.add(f64x2.mul(z, p), f64x2.splat(1.0 / 9))
  p = f64x2.add(f64x2.mul(z, p), f64x2.splat(1.0 / 7))
  p = f64x2.add(f64x2.mul(z, p), f64x2.splat(1.0 / 5))
  p = f64x2.add(f64x2.mul(z, p), f64x2.splat(1.0 / 3))
  return f64x2.mul(f64x2.add(s, s), f64x2.add(f64x2.splat(1), f64x2.mul(z, p)))
}

/** sin t; z = t^2. */
function sinNearZero(t: v128, z: v128): v128 {
  let p = f64x2.sub(f64x2.splat(1.0 / 6227020800), f64x2.div(z, f64x2.splat(1307674368000)))
  p = f64x2.sub(f64x2.mul(z, p), f64x2.splat(1.0 / 39916800))
  p = f64x2.add(f64x2.mul(z, p), f64x2.splat(1.0 / 362880))
  p = f64x2.sub(f64x2.mul(z, p), f64x2.splat(1.0 / 5040))
  p = f64x2.add(f64x2.mul(z, p), f64x2.splat(1.0 / 120))
  p = f64x2.sub(f64x2.mul(z, p), f64x2.splat(1.0 / 6))
  return f64x2.add(t, f64x2.mul(t, f64x2.mul(z, p)))
}

/** cos t; z = t^2. */
function cosNearZero(z: v128): v128 {
  let p = f64x2.sub(f64x2.div(z, f64x2.splat(20922789888000)), f64x2.splat(1.0 / 87178291200))
  p = f64x2.add(f64x2.mul(z, p), f64x2.splat(1.0 / 479001600))
  p = f64x2.sub(f64x2.mul(z, p), f64x2.splat(1.0 / 3628800))
  p = f64x2.add(f64x2.mul(z, p), f64x2.splat(1.0 / 40320))
  p = f64x2.sub(f64x2.mul(z, p), f64x2.splat(1.0 / 720))
  p = f64x2.add(f64x2.mul(z, p), f64x2.splat(1.0 / 24))
  p = f64x2.sub(f64x2.mul(z, p), f64x2.splat(0.5))
  return f64x2.add(f64x2.splat(1), f64x2.mul(z, p))
}
