/**
 * Separable resampling with the Catmull-Rom cubic (Keys 1981, a = -1/2), stretched by the scale when it shrinks, so that nothing aliases.
 * At scale 1 it is the identity, exactly. Beyond its ends a line is mirrored, the end sample standing twice.
 */

/** For each output i: its samples are index[i*count..], its weights weight[i*count..], summing to 1. */
export interface Taps {
  readonly count: number
  readonly index: Int32Array
  readonly weight: Float64Array
}

export function mirrored(at: number, length: number): number {
  const period = 2 * length
  const within = ((at % period) + period) % period
  return within < length ? within : period - 1 - within
}

function cubic(x: number): number {
  const t = Math.abs(x)
  if (t < 1) return 1 + t * t * (1.5 * t - 2.5)
  return t < 2 ? 2 - t * (4 - t * (2.5 - 0.5 * t)) : 0
}

/** Taps that bring the window [start, start + length) of a line of `limit` samples to `to` samples; outputs first..first + many of them. */
export function tapsFor(start: number, length: number, limit: number, to: number, first = 0, many = to): Taps {
  const scale = length / to
  const stretch = Math.max(1, scale)
  const count = Math.ceil(4 * stretch) + 1
  const index = new Int32Array(many * count)
  const weight = new Float64Array(many * count)
  for (let i = 0; i < many; i++) {
    const centre = start + (first + i + 0.5) * scale - 0.5
    const from = Math.ceil(centre - 2 * stretch)
    let sum = 0
    for (let k = 0; k < count; k++) {
      const w = cubic((from + k - centre) / stretch)
      index[i * count + k] = mirrored(from + k, limit)
      weight[i * count + k] = w
      sum += w
    }
    for (let k = 0; k < count; k++) weight[i * count + k]! /= sum
  }
  return { count, index, weight }
}

/** One line of `channels` interleaved samples through the taps: out[i, c]. */
export function resampleLine(line: Float32Array, taps: Taps, channels: number, out: Float32Array): void {
  const { count, index, weight } = taps
  for (let i = 0, to = 0; to < out.length; i++) {
    for (let c = 0; c < channels; c++, to++) {
      let sum = 0
      for (let k = i * count, end = k + count; k < end; k++) sum += weight[k]! * line[index[k]! * channels + c]!
      out[to] = sum
    }
  }
}

/** Row i of the vertical pass: the weighted sum of whole lines. */
export function blendLines(lineAt: (row: number) => Float32Array, taps: Taps, i: number, out: Float32Array): void {
  out.fill(0)
  for (let k = i * taps.count, end = k + taps.count; k < end; k++) {
    const w = taps.weight[k]!
    if (w === 0) continue
    const line = lineAt(taps.index[k]!)
    for (let j = 0; j < out.length; j++) out[j]! += w * line[j]!
  }
}
