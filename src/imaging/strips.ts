import type { FillInput, ModelSize } from '../shared/imaging.ts'
import type { CropRecipe } from '../shared/recipe.ts'
import { cellCrops, cellsOf, scaleOf } from '../shared/windows.ts'
import type { Alpha } from './blend.ts'
import { fillInput, type InputSettings } from './input.ts'
import { quickFill } from './quick.ts'
import { blendLines, resampleLine, tapsFor } from './resample.ts'
import type { Photo } from './store.ts'

/** Between a crop's picture and the strip of its cells (shared/windows.ts); the picture of a crop without windows is whole, one cell. */

/** What the model is given of a crop: its cells one below the other, channel by channel. */
export function stacked(
  photo: Photo,
  alpha: Alpha,
  model: ModelSize,
  crop: CropRecipe,
  settings: InputSettings,
  quick = false,
): FillInput {
  const spread = quick ? quickFill(photo, alpha, crop) : undefined
  if (crop.windows === undefined) return fillInput(photo, alpha, model, crop, settings, spread)
  const cells = cellCrops(crop, crop.windows)
  const area = crop.windows.cell ** 2
  const picture = () => new Float32Array(model.channels * cells.length * area)
  const out = { photo: picture(), mask: new Uint8Array(cells.length * area), ...(quick ? { quick: picture() } : {}) }
  const put = (to: Float32Array, from: Float32Array, place: number) => {
    for (let c = 0; c < model.channels; c++) to.set(from.subarray(c * area, (c + 1) * area), (c * cells.length + place) * area)
  }
  for (const [place, own] of cells.entries()) {
    const cell = fillInput(photo, alpha, model, own, settings, spread)
    out.mask.set(cell.mask, place * area)
    put(out.photo, cell.photo, place)
    if (out.quick !== undefined && cell.quick !== undefined) put(out.quick, cell.quick, place)
  }
  return out
}

interface Cell {
  readonly column: number
  readonly place: number
}

/** A fill [c, h, w] of a crop, read by places of its picture at model size. */
export interface Sheet {
  /** `count` pixels of row `y` from `x` on, interleaved; 0 where none is held. */
  readInto(out: Float32Array, x: number, y: number, count: number): void
}

export function sheetOf(crop: CropRecipe, data: Float32Array, channels: number): Sheet {
  const { windows } = crop
  const [width, height] = windows === undefined ? [crop.modelWidth, crop.modelHeight] : [windows.cell, windows.cell]
  const cells = windows === undefined ? [[0, 0] as const] : cellsOf(windows)
  const plane = cells.length * width * height
  const rows = new Map<number, Cell[]>()
  for (const [place, [column, row]] of cells.entries()) rows.set(row, [...(rows.get(row) ?? []), { column, place }])
  return {
    readInto(out, x, y, count) {
      out.fill(0, 0, count * channels)
      const line = Math.floor(y / height)
      for (const { column, place } of rows.get(line) ?? []) {
        const [start, end] = [Math.max(x, column * width), Math.min(x + count, (column + 1) * width)]
        const from = (place * height + y - line * height) * width - column * width
        for (let c = 0; c < channels; c++)
          for (let at = start, to = (start - x) * channels + c; at < end; at++, to += channels)
            out[to] = data[c * plane + from + at]!
      }
    },
  }
}

/** How far the cubic reaches when it enlarges, and one more for places between pixels. */
const reach = 3

/** A fill of `from` as the picture of `to`, cell by cell, each with as much round it as the cubic reads. */
export function enlarged(from: CropRecipe, data: Float32Array, to: CropRecipe, channels: number): Float32Array {
  const sheet = sheetOf(from, data, channels)
  const cells = to.windows === undefined ? [to] : cellCrops(to, to.windows)
  const [first] = cells
  const area = first === undefined ? 0 : first.modelWidth * first.modelHeight
  const out = new Float32Array(channels * cells.length * area)
  const scale = scaleOf(from)
  for (const [place, cell] of cells.entries()) {
    const [x, y] = [(cell.x - from.x) / scale, (cell.y - from.y) / scale]
    // Beyond the picture's own ends the taps mirror it.
    const [left, top] = [Math.max(0, Math.floor(x) - reach), Math.max(0, Math.floor(y) - reach)]
    const width = Math.min(from.modelWidth, Math.ceil(x + cell.width / scale) + reach) - left
    const height = Math.min(from.modelHeight, Math.ceil(y + cell.height / scale) + reach) - top
    const across = tapsFor(x - left, cell.width / scale, width, cell.modelWidth)
    const down = tapsFor(y - top, cell.height / scale, height, cell.modelHeight)
    const source = new Float32Array(width * channels)
    const lines = Array.from({ length: height }, (_, row) => {
      const line = new Float32Array(cell.modelWidth * channels)
      sheet.readInto(source, left, top + row, width)
      resampleLine(source, across, channels, line)
      return line
    })
    const row = new Float32Array(cell.modelWidth * channels)
    for (let v = 0; v < cell.modelHeight; v++) {
      blendLines((at) => lines[at]!, down, v, row)
      for (let c = 0; c < channels; c++)
        for (let u = 0, at = (c * cells.length + place) * area + v * cell.modelWidth; u < cell.modelWidth; u++)
          out[at + u] = row[u * channels + c]!
    }
  }
  return out
}

/** The crop's picture, of windows at any scale, as one at the scale of the source. */
export function atFullSize(crop: CropRecipe, data: Float32Array, channels: number): { crop: CropRecipe; data: Float32Array } {
  const { windows } = crop
  const scale = scaleOf(crop)
  if (windows === undefined || scale === 1) return { crop, data }
  const full = {
    ...crop,
    modelWidth: crop.width,
    modelHeight: crop.height,
    windows: { ...windows, cell: windows.cell * scale },
  }
  return { crop: full, data: enlarged(crop, data, full, channels) }
}
