/**
 * Our own logarithm, sine and cosine, in + - * / only, so that every V8 gives the same bits: the built-in sine and cosine differ in
 * their last bit between versions, and a seed must mean the same picture in Node and in Electron. Plain series on a reduced range,
 * cut where the next term is under 1e-16. Changing one operation here changes every picture: the noise version would have to rise.
 */

export const ln2 = 0.6931471805599453
export const pi = 3.141592653589793

/** ln m for m in [sqrt(1/2), sqrt(2)]: 2 artanh s, s = (m - 1)/(m + 1), |s| <= 0.1716. */
export function lnNearOne(m: number): number {
  const s = (m - 1) / (m + 1)
  const z = s * s
  let p = z / 21 + 1 / 19
  p = z * p + 1 / 17
  p = z * p + 1 / 15
  p = z * p + 1 / 13
  p = z * p + 1 / 11
  p = z * p + 1 / 9
  p = z * p + 1 / 7
  p = z * p + 1 / 5
  p = z * p + 1 / 3
  return 2 * s * (1 + z * p)
}

/** sin t for |t| <= pi/4. */
export function sinNearZero(t: number): number {
  const z = t * t
  let p = 1 / 6227020800 - z / 1307674368000
  p = z * p - 1 / 39916800
  p = z * p + 1 / 362880
  p = z * p - 1 / 5040
  p = z * p + 1 / 120
  p = z * p - 1 / 6
  return t + t * (z * p)
}

/** cos t for |t| <= pi/4. */
export function cosNearZero(t: number): number {
  const z = t * t
  let p = z / 20922789888000 - 1 / 87178291200
  p = z * p + 1 / 479001600
  p = z * p - 1 / 3628800
  p = z * p + 1 / 40320
  p = z * p - 1 / 720
  p = z * p + 1 / 24
  p = z * p - 1 / 2
  return 1 + z * p
}
