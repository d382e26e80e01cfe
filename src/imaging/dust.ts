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

/** Largest or smallest value of the square of 2 radius + 1 pixels round each; what lies outside has no say. */
function extremes(plane: Uint8Array, width: number, height: number, radius: number, of: 'max' | 'min'): Uint8Array {
  const across = alongRows(plane, width, height, radius, of)
  return transposed(alongRows(transposed(across, width, height), height, width, radius, of), height, width)
}

/** By windows of doubled length: of 13 from 1, 2, 4, 8 in as many passes over a row. A hot loop. */
function alongRows(plane: Uint8Array, width: number, height: number, radius: number, of: 'max' | 'min'): Uint8Array {
  const out = new Uint8Array(plane.length)
  const window = 2 * radius + 1
  const line = new Uint8Array(width + 2 * radius)
  const flip = of === 'max' ? 0 : 255
  for (let y = 0; y < height; y++) {
    // The smallest value is the largest of the negative; 0 has no say among the largest.
    line.fill(0)
    for (let x = 0; x < width; x++) line[radius + x] = plane[y * width + x]! ^ flip
    for (let length = 1; length < window;) {
      const step = Math.min(length, window - length)
      const end = line.length - step
      for (let x = 0; x < end; x++) {
        const here = line[x]!
        const there = line[x + step]!
        line[x] = here > there ? here : there
      }
      length += step
    }
    for (let x = 0; x < width; x++) out[y * width + x] = line[x]! ^ flip
  }
  return out
}

function transposed(plane: Uint8Array, width: number, height: number): Uint8Array {
  const out = new Uint8Array(plane.length)
  // In squares that stay in the processor's cache.
  const side = 64
  for (let top = 0; top < height; top += side) {
    for (let left = 0; left < width; left += side) {
      const [bottom, right] = [Math.min(height, top + side), Math.min(width, left + side)]
      for (let y = top; y < bottom; y++) for (let x = left; x < right; x++) out[x * height + y] = plane[y * width + x]!
    }
  }
  return out
}

/** Mean over the neighbourhood of each pixel, as far as it lies inside the picture, by running sums. */
function boxMean(plane: Uint8Array, width: number, height: number): Float32Array {
  const out = new Float32Array(plane.length)
  const columns = new Float64Array(width)
  const line = (y: number, sign: 1 | -1) => {
    if (y < 0 || y >= height) return
    for (let x = 0; x < width; x++) columns[x]! += sign * plane[y * width + x]!
  }
  for (let y = 0; y < around; y++) line(y, 1)
  for (let y = 0; y < height; y++) {
    line(y + around, 1)
    line(y - around - 1, -1)
    const rows = Math.min(height, y + around + 1) - Math.max(0, y - around)
    let sum = 0
    for (let x = 0; x < Math.min(width, around); x++) sum += columns[x]!
    for (let x = 0; x < width; x++) {
      if (x + around < width) sum += columns[x + around]!
      if (x - around - 1 >= 0) sum -= columns[x - around - 1]!
      out[y * width + x] = sum / (rows * (Math.min(width, x + around + 1) - Math.max(0, x - around)))
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
