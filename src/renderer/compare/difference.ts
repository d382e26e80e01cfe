/** Two pictures held against each other. Pure; RGBA bytes. */

/** Where both are the same mid grey; what is brighter in b is brighter, `gain` times. Sets `out`, which is as long as both. */
export function differenceInto(out: Uint8ClampedArray, a: Uint8ClampedArray, b: Uint8ClampedArray, gain: number): void {
  for (let i = 0; i < out.length; i += 4) {
    for (let c = 0; c < 3; c++) out[i + c] = 128 + gain * ((b[i + c] ?? 0) - (a[i + c] ?? 0))
    out[i + 3] = 255
  }
}

export interface Differences {
  /** Of all values, 0..255: root mean square, and the largest. */
  readonly rootMeanSquare: number
  readonly largest: number
  /** Pixels in which any channel differs, 0..1. */
  readonly share: number
}

export function measured(a: Uint8ClampedArray, b: Uint8ClampedArray): Differences {
  let sum = 0
  let largest = 0
  let differing = 0
  const pixels = Math.max(1, a.length / 4)
  for (let i = 0; i < a.length; i += 4) {
    let most = 0
    for (let c = 0; c < 3; c++) {
      const own = Math.abs((a[i + c] ?? 0) - (b[i + c] ?? 0))
      sum += own * own
      most = Math.max(most, own)
    }
    largest = Math.max(largest, most)
    if (most > 0) differing++
  }
  return { rootMeanSquare: Math.sqrt(sum / (3 * pixels)), largest, share: differing / pixels }
}
