import type { Latent } from '../core/types.ts'
import type { Preview } from '../shared/engine.ts'
import { cellsOf, type Windows } from '../shared/windows.ts'

/** Raw RGB of the clean estimates [n, c, h, w] in `range`, box-averaged so that no side is over `size` pixels; never enlarged. */
export function previewsOf(x0: Latent, range: readonly [number, number], size: number): Preview[] {
  const { n, h, w } = x0.shape
  const scale = Math.min(1, size / Math.max(h, w))
  const width = Math.max(1, Math.round(w * scale))
  const height = Math.max(1, Math.round(h * scale))
  return Array.from({ length: n }, (_, index) => ({ index, width, height, rgb: shrink(x0, index, width, height, range) }))
}

/** The same of a strip of cells (shared/windows.ts), each where it lies in the picture; what lies under no window is grey. The nearest pixel. */
export function windowPreviews(x0: Latent, [low, high]: readonly [number, number], size: number, windows: Windows): Preview[] {
  const { n, c, h, w } = x0.shape
  const cells = cellsOf(windows)
  const across = 1 + Math.max(...cells.map(([column]) => column))
  const down = 1 + Math.max(...cells.map(([, row]) => row))
  const places = new Int32Array(across * down).fill(-1)
  for (const [place, [column, row]] of cells.entries()) places[row * across + column] = place
  const scale = Math.min(1, size / (Math.max(across, down) * windows.cell))
  const width = Math.max(1, Math.round(across * windows.cell * scale))
  const height = Math.max(1, Math.round(down * windows.cell * scale))
  return Array.from({ length: n }, (_, index) => {
    const rgb = new Uint8Array(width * height * 3).fill(128)
    for (let at = 0; at < width * height; at++) {
      const x = Math.floor((((at % width) + 0.5) * across * windows.cell) / width)
      const y = Math.floor(((Math.floor(at / width) + 0.5) * down * windows.cell) / height)
      const place = places[Math.floor(y / windows.cell) * across + Math.floor(x / windows.cell)] ?? -1
      if (place < 0) continue
      const inCell = (place * windows.cell + (y % windows.cell)) * w + (x % windows.cell)
      for (let k = 0; k < 3; k++) {
        const value = x0.data[(index * c + Math.min(k, c - 1)) * h * w + inCell] ?? 0
        rgb[at * 3 + k] = Math.min(255, Math.max(0, Math.round(((value - low) * 255) / (high - low))))
      }
    }
    return { index, width, height, rgb }
  })
}

function shrink(
  { data, shape }: Latent,
  image: number,
  width: number,
  height: number,
  [low, high]: readonly [number, number],
): Uint8Array {
  const rgb = new Uint8Array(width * height * 3)
  const gain = 255 / (high - low)
  const columns = edges(shape.w, width)
  const rows = edges(shape.h, height)
  // A hot loop: plain numbers, no objects; every index is inside, and `?? 0` only says so to the compiler.
  for (let channel = 0; channel < Math.min(3, shape.c); channel++) {
    const plane = (image * shape.c + channel) * shape.h * shape.w
    for (let y = 0, at = channel; y < height; y++) {
      const top = rows[y] ?? 0
      const bottom = rows[y + 1] ?? 0
      for (let x = 0; x < width; x++, at += 3) {
        const left = columns[x] ?? 0
        const right = columns[x + 1] ?? 0
        let sum = 0
        for (let v = top; v < bottom; v++) for (let u = left; u < right; u++) sum += data[plane + v * shape.w + u] ?? 0
        const level = (sum / ((bottom - top) * (right - left)) - low) * gain
        rgb[at] = level <= 0 ? 0 : level >= 255 ? 255 : level + 0.5
      }
    }
  }
  // Grey: the one channel three times.
  if (shape.c === 1) for (let at = 0; at < rgb.length; at += 3) rgb[at + 2] = rgb[at + 1] = rgb[at] ?? 0
  return rgb
}

/** Where the box of each target pixel begins; the last entry is the end. Boxes differ by one pixel at most and are never empty. */
function edges(from: number, to: number): Int32Array {
  return Int32Array.from({ length: to + 1 }, (_, i) => Math.floor((i * from) / to))
}
