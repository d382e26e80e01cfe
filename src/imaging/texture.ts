import { mirrored } from './resample.ts'

/**
 * How rough a part of a picture is, as far as that is grain (STUDIO.md 8c): the covariance of its channels after a high pass, and how much
 * neighbours have in common. Measured in cells of 8 x 8 pixels, of which the quiet ones count: edges and texture are no grain.
 */

/** Rows of an area, `colours` interleaved values 0..1 a pixel, asked for by their place in it. */
export interface Rows {
  readonly width: number
  readonly height: number
  readonly colours: 1 | 3
  row(y: number): Float32Array
}

/** What is left of an area after the high pass. */
export interface Texture {
  /** colours x colours, row-major. */
  readonly covariance: readonly number[]
  /** Between neighbours, -1..1, the mean of across and down. */
  readonly correlation: number
}

export const cell = 8
/** A cell with fewer measured pixels says nothing. */
const leastPixels = 16
/** Lines of cells that are looked at: enough for a per cent of the standard deviation. */
const mostLines = 48
/** Cells as loud as twice the quiet quarter are left out: they hold edges. Of grain alone nearly none is. */
const loudest = 2
/** Means of cells outside this are clipped there: grain cannot be seen. Of 0..1. */
const clipped = { below: 1.5 / 255, above: 253.5 / 255 }

export const gaussian = (sigma: number, radius: number): Float64Array => {
  const taps = Float64Array.from({ length: 2 * radius + 1 }, (_, i) =>
    sigma === 0 ? Number(i === radius) : Math.exp(-((i - radius) ** 2) / (2 * sigma * sigma)),
  )
  const sum = taps.reduce((all, tap) => all + tap, 0)
  return taps.map((tap) => tap / sum)
}

/** The high pass: less a Gaussian of this width, in pixels. */
export const passRadius = 4
export const passTaps = gaussian(1.5, passRadius)

interface Cell {
  readonly pixels: number
  readonly energy: number
  readonly covariance: Float64Array
  readonly neighbours: number
  readonly pairs: number
}

/** The texture of the pixels that `counts`; null where there are too few of them. */
export function measureTexture(area: Rows, counts: (x: number, y: number) => boolean): Texture | null {
  const cells = cellsOf(area, counts)
  if (cells.length === 0) return null
  const byEnergy = cells.toSorted((a, b) => a.energy - b.energy)
  const edge = loudest * byEnergy[Math.floor(byEnergy.length / 4)]!.energy
  const quiet = byEnergy.filter(({ energy }) => energy <= edge)
  const sum = (of: (one: Cell) => number) => quiet.reduce((all, one) => all + of(one), 0)
  const [pixels, pairs] = [sum((one) => one.pixels), sum((one) => one.pairs)]
  const covariance = Array.from({ length: area.colours ** 2 }, (_, i) => sum((one) => one.covariance[i]!) / pixels)
  const loudness = trace(covariance)
  const between = pairs === 0 ? 0 : sum((one) => one.neighbours) / pairs
  return { covariance, correlation: loudness === 0 ? 0 : between / loudness }
}

/** Sum over the channels of their variances. */
export function trace(square: readonly number[]): number {
  return square.length === 1 ? square[0]! : square[0]! + square[4]! + square[8]!
}

function cellsOf(area: Rows, counts: (x: number, y: number) => boolean): Cell[] {
  const lines = Math.ceil(area.height / cell)
  const step = Math.max(1, lines / mostLines)
  const found: Cell[] = []
  for (let line = 0; line < lines; line += step) {
    const top = Math.floor(line) * cell
    const rows = Math.min(cell, area.height - top)
    let high: { readonly rest: Float32Array; readonly own: readonly Float32Array[] } | undefined
    for (let left = 0; left < area.width; left += cell) {
      const inside = countedOf(left, top, Math.min(cell, area.width - left), rows, counts)
      if (inside === undefined) continue
      high ??= highPass(area, top, rows)
      const one = cellOf(high, area, left, inside)
      if (one !== undefined) found.push(one)
    }
  }
  return found
}

/** Which pixels of a cell count, 8 a row; undefined where they are too few. */
function countedOf(
  left: number,
  top: number,
  width: number,
  height: number,
  counts: (x: number, y: number) => boolean,
): Uint8Array | undefined {
  const inside = new Uint8Array(cell * cell)
  let pixels = 0
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) if (counts(left + x, top + y)) pixels += inside[y * cell + x] = 1
  return pixels < leastPixels ? undefined : inside
}

/** Rows top .. top + rows - 1 less their blur, and as they are. Beyond the area its pixels are mirrored. */
function highPass(area: Rows, top: number, rows: number): { readonly rest: Float32Array; readonly own: readonly Float32Array[] } {
  const { width, height, colours } = area
  const line = width * colours
  const own = Array.from({ length: rows + 2 * passRadius }, (_, i) => area.row(mirrored(top + i - passRadius, height)).slice())
  const across = own.map((row) => blurredAcross(row, width, colours, passTaps, passRadius))
  const rest = new Float32Array(rows * line)
  for (let y = 0; y < rows; y++) {
    for (let i = 0; i < line; i++) {
      let blur = 0
      for (let k = 0; k <= 2 * passRadius; k++) blur += passTaps[k]! * across[y + k]![i]!
      rest[y * line + i] = own[y + passRadius]![i]! - blur
    }
  }
  return { rest, own: own.slice(passRadius, passRadius + rows) }
}

function blurredAcross(row: Float32Array, width: number, colours: number, taps: Float64Array, radius: number): Float32Array {
  const out = new Float32Array(row.length)
  for (let x = 0, to = 0; x < width; x++) {
    const edge = x < radius || x + radius >= width
    for (let c = 0; c < colours; c++, to++) {
      let sum = 0
      for (let k = -radius; k <= radius; k++) sum += taps[k + radius]! * row[(edge ? mirrored(x + k, width) : x + k) * colours + c]!
      out[to] = sum
    }
  }
  return out
}

/** Sums over the counted pixels of one cell; undefined where it is clipped. */
function cellOf(
  { rest, own }: { readonly rest: Float32Array; readonly own: readonly Float32Array[] },
  { width, colours }: Rows,
  left: number,
  inside: Uint8Array,
): Cell | undefined {
  const covariance = new Float64Array(colours * colours)
  const means = new Float64Array(colours)
  let [pixels, neighbours, pairs] = [0, 0, 0]
  for (let i = 0; i < inside.length; i++) {
    if (inside[i] === 0) continue
    const [x, y] = [i % cell, Math.floor(i / cell)]
    const at = (y * width + left + x) * colours
    const right = x + 1 < cell && inside[i + 1] === 1
    const below = y + 1 < cell && inside[i + cell] === 1
    pixels++
    pairs += Number(right) + Number(below)
    for (let c = 0; c < colours; c++) {
      means[c]! += own[y]![(left + x) * colours + c]!
      const value = rest[at + c]!
      for (let d = 0; d < colours; d++) covariance[c * colours + d]! += value * rest[at + d]!
      if (right) neighbours += value * rest[at + colours + c]!
      if (below) neighbours += value * rest[at + width * colours + c]!
    }
  }
  if (means.some((mean) => mean < clipped.below * pixels) || means.some((mean) => mean > clipped.above * pixels)) return undefined
  return { pixels, energy: trace([...covariance]) / pixels, covariance, neighbours, pairs }
}
