import type { Latent, Shape } from '../core/types.ts'
import type { Preview } from '../shared/engine.ts'

/** Raw RGB of the clean estimates [n, c, h, w] in `range`, box-averaged so that no side is over `size` pixels; never enlarged. */
export function previewsOf(x0: Latent, range: readonly [number, number], size: number): Preview[] {
  const { n, h, w } = x0.shape
  const scale = Math.min(1, size / Math.max(h, w))
  const width = Math.max(1, Math.round(w * scale))
  const height = Math.max(1, Math.round(h * scale))
  return Array.from({ length: n }, (_, index) => ({ index, width, height, rgb: shrink(x0, index, width, height, range) }))
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
  for (let channel = 0; channel < 3; channel++) {
    const plane = planeOf(shape, image, channel)
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        // A hot loop over typed arrays: the `?? 0` only satisfies the compiler, every index is inside.
        const [top, bottom, left, right] = [rows[y] ?? 0, rows[y + 1] ?? 0, columns[x] ?? 0, columns[x + 1] ?? 0]
        let sum = 0
        for (let v = top; v < bottom; v++) for (let u = left; u < right; u++) sum += data[plane + v * shape.w + u] ?? 0
        const mean = sum / ((bottom - top) * (right - left))
        rgb[(y * width + x) * 3 + channel] = Math.max(0, Math.min(255, Math.round((mean - low) * gain)))
      }
    }
  }
  return rgb
}

/** Where the box of each target pixel begins; the last entry is the end. Boxes differ by one pixel at most and are never empty. */
function edges(from: number, to: number): number[] {
  return Array.from({ length: to + 1 }, (_, i) => Math.floor((i * from) / to))
}

/** Grey models show their one channel three times. */
function planeOf({ c, h, w }: Shape, image: number, channel: number): number {
  return (image * c + Math.min(channel, c - 1)) * h * w
}
