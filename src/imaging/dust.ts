import type { Pixels } from './decode.ts'
import type { Plane } from './masks.ts'

/**
 * Dust and scratches, suggested for the mask (STUDIO.md 8d): spots and lines narrower than `size` that are darker or lighter than what lies round
 * them. By the top hats of morphology (Serra 1982): the picture less its opening keeps what is light and narrow, its closing less the picture what is
 * dark and narrow. Grain and texture leave hats everywhere, so that one must stand out from the mean of those in its neighbourhood.
 */

export interface DustSettings {
  /** Levels of 255 by which a defect stands out. */
  readonly threshold: number
  /** Pixels: what is wider is no defect. */
  readonly size: number
}

/** A neighbourhood is this far to each side. */
const around = 64
/** A hat that marks a defect is so many times the mean of its neighbourhood; one that belongs to a marked one, so many times. */
const marks = 3
const belongs = 2.2
/** Fewer pixels are single hot ones of the grain. */
const leastPixels = 3
/** Defects are soft at their edge. */
const margin = 2

/** 255 where a defect is, and a little round it. */
export function findDust(photo: Pixels, { threshold, size }: DustSettings): Plane {
  const { width, height } = photo
  const light = lightness(photo)
  const found = new Uint8Array(width * height)
  const radius = Math.ceil(size / 2)
  for (const first of ['max', 'min'] as const) {
    const then = first === 'max' ? 'min' : 'max'
    // The closing, or the opening, and then in its place what it differs by.
    const hat = extremes(extremes(light, width, height, radius, first), width, height, radius, then)
    for (let i = 0; i < hat.length; i++) hat[i] = Math.abs(hat[i]! - light[i]!)
    mark(hat, boxMean(hat, width, height), width, height, threshold, found)
  }
  return { width, height, data: extremes(found, width, height, margin, 'max') }
}

function lightness({ width, height, channels, data }: Pixels): Uint8Array {
  const out = new Uint8Array(width * height)
  const scale = data instanceof Uint16Array ? 1 / 257 : 1
  for (let i = 0, from = 0; i < out.length; i++, from += channels) {
    const value = channels < 3 ? data[from]! : 0.2126 * data[from]! + 0.7152 * data[from + 1]! + 0.0722 * data[from + 2]!
    out[i] = Math.round(value * scale)
  }
  return out
}

/**
 * Largest or smallest value of the square of 2 radius + 1 pixels round each; what lies outside has no say. By windows of doubled length: of 13 from
 * 1, 2, 4, 8 in as many passes, across and then down, over a plane with a margin of what has no say. Hot loops.
 */
function extremes(plane: Uint8Array, width: number, height: number, radius: number, of: 'max' | 'min'): Uint8Array {
  const stride = width + 2 * radius
  const wide = new Uint8Array(stride * (height + 2 * radius))
  // The smallest value is the largest of the negative; 0 has no say among the largest.
  const flip = of === 'max' ? 0 : 255
  for (let y = 0; y < height; y++) {
    const [from, to] = [y * width, (y + radius) * stride + radius]
    for (let x = 0; x < width; x++) wide[to + x] = plane[from + x]! ^ flip
  }
  doubled(wide, 1, 2 * radius + 1)
  doubled(wide, stride, 2 * radius + 1)
  const out = new Uint8Array(plane.length)
  for (let y = 0; y < height; y++) {
    const [from, to] = [y * stride, y * width]
    for (let x = 0; x < width; x++) out[to + x] = wide[from + x]! ^ flip
  }
  return out
}

/** plane[i] <- the largest of `window` values from i on, `step` apart. What wraps round at the end of a row is of the margin, which is not read. */
function doubled(plane: Uint8Array, step: number, window: number): void {
  for (let length = 1; length < window;) {
    const by = Math.min(length, window - length)
    const ahead = by * step
    const end = plane.length - ahead
    for (let i = 0; i < end; i++) {
      const here = plane[i]!
      const more = plane[i + ahead]! - here
      // here + max(more, 0), without a branch: in grain it goes either way, and half of the guesses are wrong.
      plane[i] = here + (more & ~(more >> 31))
    }
    length += by
  }
}

/** Mean over the neighbourhood of each pixel, as far as it lies inside the picture, by running sums. */
function boxMean(plane: Uint8Array, width: number, height: number): Float32Array {
  const out = new Float32Array(plane.length)
  /** Whole numbers below 2^31: a column holds at most 129 bytes. */
  const columns = new Int32Array(width)
  const shares = Float64Array.from({ length: width }, (_, x) => 1 / (Math.min(width, x + around + 1) - Math.max(0, x - around)))
  const line = (y: number, sign: 1 | -1) => {
    if (y < 0 || y >= height) return
    const from = y * width
    for (let x = 0; x < width; x++) columns[x]! += sign * plane[from + x]!
  }
  for (let y = 0; y < around; y++) line(y, 1)
  for (let y = 0; y < height; y++) {
    line(y + around, 1)
    line(y - around - 1, -1)
    const share = 1 / (Math.min(height, y + around + 1) - Math.max(0, y - around))
    let sum = 0
    for (let x = 0; x < Math.min(width, around); x++) sum += columns[x]!
    for (let x = 0, to = y * width; x < width; x++, to++) {
      if (x + around < width) sum += columns[x + around]!
      if (x - around - 1 >= 0) sum -= columns[x - around - 1]!
      out[to] = sum * share * shares[x]!
    }
  }
  return out
}

/** Marks the defects of one hat in `found`: from each pixel that stands out, what hangs together with it and stands out half as much. */
function mark(hat: Uint8Array, mean: Float32Array, width: number, height: number, threshold: number, found: Uint8Array): void {
  const seen = new Uint8Array(hat.length)
  const belongsTo = (i: number) => seen[i] === 0 && hat[i]! >= Math.max(threshold / 2, belongs * mean[i]!)
  for (let start = 0; start < hat.length; start++) {
    if (seen[start] === 1 || hat[start]! < Math.max(threshold, marks * mean[start]!)) continue
    const defect = [start]
    seen[start] = 1
    for (let i = 0; i < defect.length; i++) {
      const [x, y] = [defect[i]! % width, Math.floor(defect[i]! / width)]
      for (let ny = Math.max(0, y - 1); ny <= Math.min(height - 1, y + 1); ny++) {
        for (let nx = Math.max(0, x - 1); nx <= Math.min(width - 1, x + 1); nx++) {
          const next = ny * width + nx
          if (!belongsTo(next)) continue
          seen[next] = 1
          defect.push(next)
        }
      }
    }
    if (defect.length >= leastPixels) for (const at of defect) found[at] = 255
  }
}
