import { PalimpsestError } from '../shared/errors.ts'
import type { FillInput, ModelSize, PhotoInfo } from '../shared/imaging.ts'
import type { CropRecipe } from '../shared/recipe.ts'
import { type Alpha, alphaAt } from './blend.ts'
import type { Pixels } from './decode.ts'
import type { QuickFill } from './quick.ts'
import { blendLines, mirrored, resampleLine, type Taps, tapsFor } from './resample.ts'
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

const tables = new Map<number, Float32Array>()

/** Each sample value as 0..1; the table of 16 bits is 256 KB, and a fill of many cells asks for it at each. */
function unitTable(deep: boolean): Float32Array {
  const top = deep ? 65535 : 255
  let table = tables.get(top)
  if (table === undefined) tables.set(top, (table = Float32Array.from({ length: top + 1 }, (_, value) => value / top)))
  return table
}

/** Columns `from` .. `from + count` of row `y` in the model's channels, 0..1. A hot loop: a window may hold the whole photograph. */
function readRow(
  photo: Pixels,
  y: number,
  { from, count }: Columns,
  channels: 1 | 3,
  asGrey: boolean,
  units: Float32Array,
  out: Float32Array,
): void {
  const { width, channels: stride, data } = photo
  const colour = stride >= 3 && !asGrey
  for (let x = 0, at = (y * width + from) * stride, to = 0; x < count; x++, at += stride) {
    const first = stride >= 3 && asGrey ? greyOf(data[at]!, data[at + 1]!, data[at + 2]!) : data[at]!
    out[to++] = units[first]!
    if (channels === 1) continue
    out[to++] = units[colour ? data[at + 1]! : first]!
    out[to++] = units[colour ? data[at + 2]! : first]!
  }
}

/** The same with the quick fill where A > 0. */
function coverRow(
  { area, colours, ...quickFill }: QuickFill,
  alpha: Alpha,
  y: number,
  { from, count }: Columns,
  channels: 1 | 3,
  asGrey: boolean,
  out: Float32Array,
): void {
  if (y < area.y || y >= area.y + area.height) return
  const [start, end] = [Math.max(from, area.x), Math.min(from + count, area.x + area.width)]
  if (start >= end) return
  const quick = new Float32Array((end - start) * colours)
  quickFill.readInto(quick, y - area.y, start - area.x)
  for (let x = start; x < end; x++) {
    if (alphaAt(alpha, x, y) === 0) continue
    const at = (x - start) * colours
    const colour = (c: number) => quick[at + (colours === 3 ? c : 0)]!
    const mean = 0.2126 * colour(0) + 0.7152 * colour(1) + 0.0722 * colour(2)
    for (let c = 0; c < channels; c++) out[(x - from) * channels + c] = asGrey || channels === 1 ? mean : colour(c)
  }
}

interface Columns {
  readonly from: number
  readonly count: number
}

/** The columns that the taps read, and the taps counted from the first of them. */
function columnsOf(taps: Taps): { readonly columns: Columns; readonly taps: Taps } {
  let [low, high] = [Infinity, -1]
  for (let i = 0; i < taps.index.length; i++) {
    if (taps.index[i]! < low) low = taps.index[i]!
    if (taps.index[i]! > high) high = taps.index[i]!
  }
  return { columns: { from: low, count: high - low + 1 }, taps: { ...taps, index: taps.index.map((at) => at - low) } }
}

export interface InputSettings {
  readonly asGrey: boolean
  /** Negate within the model's range. */
  readonly invert: boolean
}

/** What stands in the photograph's place where A > 0. */
export interface Covered {
  readonly alpha: Alpha
  readonly fill: QuickFill
}

/** [c, h, w] in the model's range, clamped to it: the cubic overshoots at edges. Of the photograph only what lies under the crop is read. */
export function photoInput(
  photo: Pixels,
  model: ModelSize,
  crop: CropRecipe,
  { asGrey, invert }: InputSettings,
  covered?: Covered,
): Float32Array {
  const { channels, range } = model
  const { modelWidth, modelHeight } = crop
  const { columns, taps: across } = columnsOf(tapsFor(crop.x, crop.width, photo.width, modelWidth))
  const down = tapsFor(crop.y, crop.height, photo.height, modelHeight)
  const units = unitTable(photo.data instanceof Uint16Array)
  const source = new Float32Array(columns.count * channels)
  const lines = new Map<number, Float32Array>()
  const lineAt = (y: number) => {
    const known = lines.get(y)
    if (known !== undefined) return known
    const line = new Float32Array(modelWidth * channels)
    readRow(photo, y, columns, channels, asGrey, units, source)
    if (covered !== undefined) coverRow(covered.fill, covered.alpha, y, columns, channels, asGrey, source)
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

export function fillInput(
  photo: Photo,
  alpha: Alpha,
  model: ModelSize,
  crop: CropRecipe,
  settings: InputSettings,
  quick?: QuickFill,
): FillInput {
  checkChannels(photo, model, settings.asGrey)
  const input = { photo: photoInput(photo, model, crop, settings), mask: holeAt(alpha, photo, crop) }
  if (quick === undefined) return input
  return { ...input, quick: photoInput(photo, model, crop, settings, { alpha, fill: quick }) }
}
