import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { PalimpsestError } from '../shared/errors.ts'
import type { ModelSize, WrittenImage } from '../shared/imaging.ts'
import type { CropRecipe, Recipe } from '../shared/recipe.ts'
import { cellsOf } from '../shared/windows.ts'
import { type Alpha, alphaAt, type Box, intersection } from './blend.ts'
import { depthOf, type Pixels } from './decode.ts'
import { sha256, writeAtomic } from './files.ts'
import { type Finish, finishOf } from './finish.ts'
import { greyOf, type InputSettings } from './input.ts'
import { dressed, encodePng } from './png.ts'
import { blendLines, resampleLine, tapsFor } from './resample.ts'
import type { FillRows } from './seam.ts'
import { readRows } from './inflate.ts'
import { bytesOf, type Photo } from './store.ts'
import { atFullSize, sheetOf } from './strips.ts'

/**
 * Out = S where A = 0, byte for byte; G where A = 255; else round((A G + (255 - A) S)/255), in encoded space at the source's depth
 * (STUDIO.md 6). The alpha channel is never touched. With `asGrey` S is the photograph in grey, kept in its own channels so that its
 * profile still fits. With `keepGrey` G is the grey of S under the colours of the fill: its detail is the photograph's own.
 */

export interface MixSettings extends InputSettings {
  /** Grey: the mean of the channels, as the model's colouring has it. */
  readonly keepGrey?: boolean
  /** Has no part in a fill that keeps the grey: its detail, grain too, is the photograph's. */
  readonly finish?: Finish
}

export interface Fill {
  readonly crop: CropRecipe
  /** [c, h, w] at the crop's model size, in the model's range; of windows the strip of their cells. */
  readonly data: Float32Array
}

/**
 * S: the photograph itself, a copy of it in grey where that was asked, or, stored in grey and to be given colours, one in three channels.
 * Not to be changed.
 */
export function sourceOf(photo: Photo, asGrey: boolean, keepGrey = false): Pixels {
  const { width, height, channels } = photo
  if (keepGrey && channels < 3) return inColour(photo)
  if (!asGrey || channels < 3 || !photo.info.coloured) return { width, height, channels, data: photo.data }
  const data = photo.data.slice()
  for (let i = 0; i < data.length; i += channels) {
    data[i] = data[i + 1] = data[i + 2] = greyOf(data[i]!, data[i + 1]!, data[i + 2]!)
  }
  return { width, height, channels, data }
}

function inColour({ width, height, channels, data }: Pixels): Pixels {
  const wide = channels === 1 ? 3 : 4
  const out = data instanceof Uint16Array ? new Uint16Array(width * height * wide) : new Uint8Array(width * height * wide)
  for (let i = 0, to = 0; i < data.length; i += channels, to += wide) {
    out[to] = out[to + 1] = out[to + 2] = data[i]!
    if (wide === 4) out[to + 3] = data[i + 1]!
  }
  return { width, height, channels: wide, data: out }
}

/** What a pixel of the model is in the photograph's colours, 0..1: `line` goes from the model's channels to those. */
function recoloured(model: ModelSize, colours: 1 | 3, { asGrey, invert }: InputSettings) {
  const { channels, range } = model
  const [low, high] = range
  const [zero, span] = invert ? [high, low - high] : [low, high - low]
  const inGrey = channels === 1 || colours === 1 || asGrey
  return (line: Float32Array, out: Float32Array): void => {
    for (let x = 0, from = 0, to = 0; x < line.length / channels; x++, from += channels) {
      const unit = (c: number) => (line[from + c]! - zero) / span
      const grey = channels === 1 || !inGrey ? unit(0) : 0.2126 * unit(0) + 0.7152 * unit(1) + 0.0722 * unit(2)
      for (let c = 0; c < colours; c++) out[to++] = inGrey || c === 0 ? grey : unit(c)
    }
  }
}

/** The fill's rows inside `area`, in the photograph's colours and at its scale. Where it holds nothing they say nothing. */
function fillRows(fill: Fill, area: Box, model: ModelSize, colours: 1 | 3, settings: InputSettings): FillRows {
  const { channels } = model
  const cells = fill.crop.windows === undefined ? 1 : cellsOf(fill.crop.windows).length
  const plane = fill.crop.windows === undefined ? fill.crop.modelWidth * fill.crop.modelHeight : cells * fill.crop.windows.cell ** 2
  if (fill.data.length !== plane * channels)
    throw new PalimpsestError('internal', `A fill has ${fill.data.length} samples where ${plane * channels} belong.`)
  const recolour = recoloured(model, colours, settings)
  const { crop, data } = atFullSize(fill.crop, fill.data, channels)
  const sheet = sheetOf(crop, data, channels)
  if (crop.windows !== undefined) {
    const line = new Float32Array(area.width * channels)
    return (y, out) => {
      sheet.readInto(line, area.x - crop.x, area.y - crop.y + y, area.width)
      recolour(line, out)
    }
  }
  const across = tapsFor(0, crop.modelWidth, crop.modelWidth, crop.width, area.x - crop.x, area.width)
  const down = tapsFor(0, crop.modelHeight, crop.modelHeight, crop.height, area.y - crop.y, area.height)
  const source = new Float32Array(crop.modelWidth * channels)
  const row = new Float32Array(crop.modelWidth * colours)
  const lines = Array.from<Float32Array | undefined>({ length: crop.modelHeight })
  const lineAt = (at: number) => {
    const known = lines[at]
    if (known !== undefined) return known
    const line = new Float32Array(area.width * colours)
    sheet.readInto(source, 0, at, crop.modelWidth)
    recolour(source, row)
    resampleLine(row, across, colours, line)
    return (lines[at] = line)
  }
  return (y, out) => blendLines(lineAt, down, y, out)
}

/** Puts one fill into `out`, which holds S inside the fill's window; says the grain it was given. Only pixels with A > 0 are written. */
function blendFill(out: Pixels, alpha: Alpha, fill: Fill, model: ModelSize, settings: MixSettings): number {
  const area = intersection(intersection(alpha, fill.crop), { x: 0, y: 0, width: out.width, height: out.height })
  if (area.width === 0 || area.height === 0) return 0
  const colours = out.channels < 3 ? 1 : 3
  const top = out.data instanceof Uint16Array ? 65535 : 255
  const rows = fillRows(fill, area, model, colours, settings)
  const keepsGrey = settings.keepGrey === true
  const finish = settings.finish === undefined || keepsGrey ? undefined : finishOf(out, alpha, area, rows, settings.finish)
  const row = new Float32Array(area.width * colours)
  for (let y = 0; y < area.height; y++) {
    const alphaRow = alpha.data.subarray((area.y + y - alpha.y) * alpha.width + area.x - alpha.x).subarray(0, area.width)
    if (!alphaRow.some((a) => a > 0)) continue
    rows(y, row)
    finish?.apply(y, row, alphaRow)
    if (keepsGrey && colours === 3) greyOfSource(out, ((area.y + y) * out.width + area.x) * out.channels, row, top)
    mixRow(out, ((area.y + y) * out.width + area.x) * out.channels, alphaRow, row, colours, top)
  }
  return finish?.levels ?? 0
}

/**
 * `row`, 0..1, keeps its colours and takes the grey of the source: every channel moves by what the means differ. A colour that would leave the
 * range fades towards grey instead of being cut, so that the mean stays.
 */
function greyOfSource({ data, channels }: Pixels, from: number, row: Float32Array, top: number): void {
  for (let x = 0; x < row.length / 3; x++) {
    const at = from + x * channels
    const grey = (data[at]! + data[at + 1]! + data[at + 2]!) / (3 * top)
    const mean = (row[3 * x]! + row[3 * x + 1]! + row[3 * x + 2]!) / 3
    let share = 1
    for (let c = 0; c < 3; c++) {
      const colour = row[3 * x + c]! - mean
      const room = colour > 0 ? 1 - grey : grey
      if (Math.abs(colour) > room) share = Math.min(share, room / Math.abs(colour))
    }
    for (let c = 0; c < 3; c++) row[3 * x + c] = grey + share * (row[3 * x + c]! - mean)
  }
}

function mixRow(
  { data, channels }: Pixels,
  from: number,
  alpha: Uint8Array,
  row: Float32Array,
  colours: number,
  top: number,
): void {
  for (let x = 0; x < alpha.length; x++) {
    const a = alpha[x]!
    if (a === 0) continue
    for (let c = 0; c < colours; c++) {
      const at = from + x * channels + c
      const g = Math.round(top * Math.min(1, Math.max(0, row[x * colours + c]!)))
      data[at] = Math.round((a * g + (255 - a) * data[at]!) / 255)
    }
  }
}

export interface Blended extends Pixels {
  /** Standard deviation of the grain that was added, in levels of 255: the most of any fill. */
  readonly grain: number
}

/** The photograph with its fills. A fill that is not a number anywhere is refused (code internal): a black hole is no result. */
export function blendFills(source: Pixels, alpha: Alpha, fills: readonly Fill[], model: ModelSize, settings: MixSettings): Blended {
  const out = { ...source, data: source.data.slice() }
  let grain = 0
  for (const fill of fills) {
    if (fill.data.some(Number.isNaN)) throw new PalimpsestError('internal', 'The fill holds values that are no numbers.', 'nan')
    grain = Math.max(grain, blendFill(out, alpha, fill, model, settings))
  }
  return { ...out, grain }
}

/** Pixels outside A whose samples differ from the source's, of pictures of one shape. */
export function countChanged(source: Pixels, written: Pixels, alpha: Alpha): number {
  const { width, height, channels } = source
  if (written.width !== width || written.height !== height || written.channels !== channels || depthOf(written) !== depthOf(source))
    return width * height
  const line = width * channels
  let changed = 0
  for (let y = 0; y < height; y++) changed += changedInRow(source, written.data.subarray(y * line, (y + 1) * line), alpha, y)
  return changed
}

/** The same of one row of the other picture. */
function changedInRow({ width, channels, data }: Pixels, written: Pixels['data'], alpha: Alpha, y: number): number {
  const own = data.subarray(y * width * channels, (y + 1) * width * channels)
  // The whole first: nearly all are equal.
  if (Buffer.compare(bytesOf(own), bytesOf(written)) === 0) return 0
  let changed = 0
  for (let x = 0; x < width; x++) if (alphaAt(alpha, x, y) === 0 && differs(own, written, x * channels, channels)) changed++
  return changed
}

function differs(a: Pixels['data'], b: Pixels['data'], at: number, channels: number): boolean {
  for (let c = 0; c < channels; c++) if (a[at + c] !== b[at + c]) return true
  return false
}

/** Writes the blended picture with the source's profile and reads the finished file back: the count is of what is on the disk. */
export async function writeComposite(
  photo: Photo,
  source: Pixels,
  blended: Blended,
  alpha: Alpha,
  out: string,
  recipe: Recipe | null,
): Promise<WrittenImage & { changedOutside: number; grain: number }> {
  const same = { data: source.data, from: alpha.y, end: alpha.y + alpha.height }
  const parts = dressed(await encodePng(blended, 'small', same), {
    // A profile of grey values does not fit the colours they were given.
    icc: source.channels === photo.channels ? photo.icc : null,
    recipe,
  })
  let result = { sha256: '', pixels: '', changedOutside: -1, grain: blended.grain }
  await writeAtomic(out, parts, async (temporary) => {
    const bytes = await readFile(temporary)
    const pixels = createHash('sha256')
    let changedOutside = 0
    await readRows(bytes, source, (row, y) => {
      pixels.update(bytesOf(row))
      changedOutside += changedInRow(source, row, alpha, y)
    })
    result = { ...result, sha256: sha256(bytes), pixels: pixels.digest('hex'), changedOutside }
  })
  return result
}
