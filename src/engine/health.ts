import type { RepaintMask, Shape } from '../core/types.ts'
import { type DeviceName, deviceTitles } from '../shared/card.ts'
import { PalimpsestError } from '../shared/errors.ts'

/**
 * Broken drivers and half-precision overflow do not throw: they answer with NaN, infinity or one number for all. Such an answer must
 * become a failed job that says so, never a black picture. Every model output is looked at: one pass, under a thousandth of the call.
 */

/** Fewer equal values than this prove nothing: a small hole in a white sky is rightly white. */
const fewest = 64

export function checkOutput(output: Float32Array, shape: Shape, device: DeviceName): void {
  const size = output.length / shape.n
  for (let image = 0; image < shape.n; image++) {
    const from = image * size
    const first = output[from]
    const end = from + size
    if (!Number.isFinite(sumOf(output, from, end))) throw broken(device, 'nan')
    let same = from
    while (same < end && output[same] === first) same++
    if (same === end && size >= fewest) throw broken(device, 'constant')
  }
}

/** Finite for finite values, whose sum a double holds; NaN and infinity never leave a sum. */
function sumOf(values: Float32Array, from: number, end: number): number {
  let sum = 0
  for (let i = from; i < end; i++) sum += values[i] ?? NaN
  return sum
}

/** The finished pictures of a generation: a flat one is no picture. */
export function checkPictures(images: Float32Array, shape: Shape, device: DeviceName): void {
  checkOutput(images, shape, device)
}

/**
 * The finished fills of an inpainting, one colour each? A fill in one colour is a failure unless the kept part of the photo has that
 * colour too (blank paper round a hole in blank paper).
 */
export function checkFills(images: Float32Array, shape: Shape, photo: Float32Array, mask: RepaintMask, device: DeviceName): void {
  const plane = shape.h * shape.w
  const size = shape.c * plane
  const painted: number[] = []
  const kept: number[] = []
  for (let i = 0; i < plane; i++) (mask.data[i] === 0 ? kept : painted).push(i)
  const first = painted[0]
  for (let image = 0; image < shape.n; image++) {
    const at = (channel: number, pixel: number) => images[image * size + channel * plane + pixel] ?? NaN
    const channels = Array.from({ length: shape.c }, (_, channel) => channel)
    if (channels.some((c) => painted.some((pixel) => !Number.isFinite(at(c, pixel))))) throw broken(device, 'nan')
    if (first === undefined || painted.length < fewest) continue
    const flat = channels.every((c) => painted.every((pixel) => at(c, pixel) === at(c, first)))
    const alsoKept = () => kept.some((pixel) => channels.every((c) => photo[c * plane + pixel] === at(c, first)))
    if (flat && !alsoKept()) throw broken(device, 'constant')
  }
}

function broken(device: DeviceName, detail: 'nan' | 'constant'): PalimpsestError {
  const what = detail === 'nan' ? 'values that are no numbers' : 'the same value for every pixel'
  const help = device === 'cpu' ? 'try a smaller batch or another model' : 'try the CPU or a smaller batch'
  return new PalimpsestError(
    'device',
    `The model gave ${what} on ${deviceTitles[device]}, so there is no picture to save: ${help}.`,
    detail,
  )
}
