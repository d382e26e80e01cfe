import { PalimpsestError } from '../shared/errors.ts'
import type { FillInput, ModelSize, PhotoInfo } from '../shared/imaging.ts'
import type { CropRecipe } from '../shared/recipe.ts'
import type { Alpha } from './blend.ts'
import type { Pixels } from './decode.ts'
import { blendLines, mirrored, resampleLine, tapsFor } from './resample.ts'
import type { Photo } from './store.ts'

/** A window of the photograph as the model takes it, and its hole. */

/** Grey of encoded values by the weights of Rec. 709, whose primaries are sRGB's; rounded to the photograph's own steps. */
export const greyOf = (red: number, green: number, blue: number): number =>
  Math.round(0.2126 * red + 0.7152 * green + 0.0722 * blue)

/** One sentence where a one-channel model meets a colour photograph and "as grey" was not chosen. */
export function checkChannels(photo: { readonly info: Pick<PhotoInfo, 'coloured'> }, model: ModelSize, asGrey: boolean): void {
  if (model.channels !== 1 || asGrey || !photo.info.coloured) return
  throw new PalimpsestError(
    'request',
    'This model works on grey pictures and the photograph is in colour: choose "as grey" to have it taken in grey, or a model for colour.',
  )
}

/** Each sample value as 0..1. */
function unitTable(photo: Pixels): Float32Array {
  const top = photo.data instanceof Uint16Array ? 65535 : 255
  return Float32Array.from({ length: top + 1 }, (_, value) => value / top)
}

/** Row `y` of the photograph in the model's channels, 0..1. A hot loop: a window may hold the whole photograph. */
function readRow(photo: Pixels, y: number, channels: 1 | 3, asGrey: boolean, units: Float32Array, out: Float32Array): void {
  const { width, channels: stride, data } = photo
  const colour = stride >= 3 && !asGrey
  for (let x = 0, from = y * width * stride, to = 0; x < width; x++, from += stride) {
    const first = stride >= 3 && asGrey ? greyOf(data[from]!, data[from + 1]!, data[from + 2]!) : data[from]!
    out[to++] = units[first]!
    if (channels === 1) continue
    out[to++] = units[colour ? data[from + 1]! : first]!
    out[to++] = units[colour ? data[from + 2]! : first]!
  }
}

export interface InputSettings {
  readonly asGrey: boolean
  /** Negate within the model's range. */
  readonly invert: boolean
}

/** [c, h, w] in the model's range, clamped to it: the cubic overshoots at edges. */
export function photoInput(photo: Pixels, model: ModelSize, crop: CropRecipe, { asGrey, invert }: InputSettings): Float32Array {
  const { channels, range } = model
  const { modelWidth, modelHeight } = crop
  const across = tapsFor(crop.x, crop.width, photo.width, modelWidth)
  const down = tapsFor(crop.y, crop.height, photo.height, modelHeight)
  const units = unitTable(photo)
  const source = new Float32Array(photo.width * channels)
  const lines = new Map<number, Float32Array>()
  const lineAt = (y: number) => {
    const known = lines.get(y)
    if (known !== undefined) return known
    const line = new Float32Array(modelWidth * channels)
    readRow(photo, y, channels, asGrey, units, source)
    resampleLine(source, across, channels, line)
    lines.set(y, line)
    return line
  }
  const [low, high] = range
  const [from, span] = invert ? [high, low - high] : [low, high - low]
  const out = new Float32Array(channels * modelHeight * modelWidth)
  const row = new Float32Array(modelWidth * channels)
  for (let y = 0; y < modelHeight; y++) {
    blendLines(lineAt, down, y, row)
    for (let x = 0, at = 0; x < modelWidth; x++) {
      for (let c = 0; c < channels; c++)
        out[(c * modelHeight + y) * modelWidth + x] = from + span * Math.min(1, Math.max(0, row[at++]!))
    }
  }
  return out
}

/** Max-pool of (A > 0) at model size: a model pixel is repainted when any blended pixel lies under it, even in part (STUDIO.md 8b). */
export function holeAt(alpha: Alpha, photo: { readonly width: number; readonly height: number }, crop: CropRecipe): Uint8Array {
  const { modelWidth, modelHeight } = crop
  const columns = mirroredSpans(crop.x, crop.width, modelWidth, photo.width, alpha.x)
  const rows = mirroredSpans(crop.y, crop.height, modelHeight, photo.height, alpha.y)
  const out = new Uint8Array(modelWidth * modelHeight)
  for (const [y, ys] of rows.entries()) {
    for (const [x, xs] of columns.entries()) out[y * modelWidth + x] = anyBlended(alpha, xs, ys) ? 1 : 0
  }
  return out
}

/** For each model pixel, the places inside the alpha's box that lie under it. Integer arithmetic: none is lost to rounding. */
function mirroredSpans(start: number, length: number, to: number, limit: number, origin: number): readonly (readonly number[])[] {
  return Array.from({ length: to }, (_, i) => {
    const first = Math.floor((i * length) / to)
    const end = Math.ceil(((i + 1) * length) / to)
    return Array.from({ length: end - first }, (__, k) => mirrored(start + first + k, limit) - origin)
  })
}

function anyBlended(alpha: Alpha, xs: readonly number[], ys: readonly number[]): boolean {
  for (const y of ys) {
    if (y < 0 || y >= alpha.height) continue
    for (const x of xs) if (x >= 0 && x < alpha.width && alpha.data[y * alpha.width + x]! > 0) return true
  }
  return false
}

export function fillInput(photo: Photo, alpha: Alpha, model: ModelSize, crop: CropRecipe, settings: InputSettings): FillInput {
  checkChannels(photo, model, settings.asGrey)
  return { photo: photoInput(photo, model, crop, settings), mask: holeAt(alpha, photo, crop) }
}
