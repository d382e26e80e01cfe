import type { FinishSettings } from '../shared/request.ts'
import { type Alpha, alphaAt, type Box } from './blend.ts'
import type { Pixels } from './decode.ts'

/**
 * What a fill differs by from the photograph along its edge, taken off it: by one mean a blob (`colour`), or spread over the blob as the membrane
 * that is fixed at its edge and has no Laplacian within (`membrane`; Perez, Gangnet and Blake 2003, "Poisson image editing": the gradients of
 * the fill stay, its border values become the photograph's). The difference is taken between neighbours on either side of the edge of A > 0,
 * and averaged along the edge, so that the grain of single pixels is not drawn inwards.
 */

/** Rows of the fill at the photograph's scale, 0..1 and interleaved, by their place in the area. */
export type FillRows = (y: number, out: Float32Array) => void

/** Adds the correction to row y of the area, from column `from` on (0 where it is not given) as far as `row` goes. */
export type Correction = (y: number, row: Float32Array, from?: number) => void

/** Of the grid the membrane is solved on: it is smooth, so that a large area takes coarser cells. */
const mostCells = 2 ** 18
/** Along the edge, in cells to either side. */
const smoothing = 4

/** Cells of the area; `state` 0 outside the hole, 1 free, 2 with a known value. Values are planes of `colours`. */
interface Grid {
  readonly width: number
  readonly height: number
  readonly state: Uint8Array
  readonly values: readonly Float32Array[]
}

/** Null where no part of the edge can be seen: a mask that covers everything. */
export function seamCorrection(
  kind: Exclude<FinishSettings['seam'], 'plain'>,
  source: Pixels,
  alpha: Alpha,
  area: Box,
  rows: FillRows,
): Correction | null {
  const colours = source.channels < 3 ? 1 : 3
  const size = Math.ceil(Math.sqrt((area.width * area.height) / mostCells))
  const { grid, counts } = edgeOf(source, alpha, area, rows, colours, size)
  if (!counts.some((count) => count > 0)) return null
  if (kind === 'colour') levelBlobs(grid, counts)
  else {
    average(grid, counts)
    solve(grid)
  }
  return correction(grid, colours, size)
}

/** The sums of the differences, cell by cell, and of how many. */
function edgeOf(
  source: Pixels,
  alpha: Alpha,
  area: Box,
  rows: FillRows,
  colours: 1 | 3,
  size: number,
): { readonly grid: Grid; readonly counts: Float32Array } {
  const [width, height] = [Math.ceil(area.width / size), Math.ceil(area.height / size)]
  const grid: Grid = {
    width,
    height,
    state: new Uint8Array(width * height),
    values: Array.from({ length: colours }, () => new Float32Array(width * height)),
  }
  const counts = new Float32Array(width * height)
  const top = source.data instanceof Uint16Array ? 65535 : 255
  const row = new Float32Array(area.width * colours)
  /** Takes the difference to the neighbour (qx, qy) of the photograph into the cell, unless that is blended too. */
  const take = (at: number, x: number, qx: number, qy: number): void => {
    if (qx < 0 || qy < 0 || qx >= source.width || qy >= source.height || alphaAt(alpha, qx, qy) > 0) return
    const from = (qy * source.width + qx) * source.channels
    for (let c = 0; c < colours; c++) grid.values[c]![at]! += source.data[from + c]! / top - row[x * colours + c]!
    counts[at]! += 1
    grid.state[at] = 2
  }
  for (let y = 0; y < area.height; y++) {
    const py = area.y + y
    const line = (py - alpha.y) * alpha.width - alpha.x
    const edge = y === 0 || y + 1 === area.height
    let read = false
    for (let x = 0; x < area.width; x++) {
      const px = area.x + x
      const own = line + px
      if (alpha.data[own] === 0) continue
      const at = Math.floor(y / size) * width + Math.floor(x / size)
      grid.state[at] ||= 1
      // Within the hole, as nearly all are: no neighbour to hold it against.
      const rim = edge || x === 0 || x + 1 === area.width
      if (!rim && alpha.data[own - 1]! * alpha.data[own + 1]! * alpha.data[own - alpha.width]! * alpha.data[own + alpha.width]! > 0)
        continue
      if (!read) rows(y, row)
      read = true
      take(at, x, px - 1, py)
      take(at, x, px + 1, py)
      take(at, x, px, py - 1)
      take(at, x, px, py + 1)
    }
  }
  return { grid, counts }
}

/** One value a blob: the mean along its whole edge; 0 for one whose edge lies in another window. */
function levelBlobs({ width, height, state, values }: Grid, counts: Float32Array): void {
  const seen = new Uint8Array(state.length)
  for (let start = 0; start < state.length; start++) {
    if (state[start] === 0 || seen[start] === 1) continue
    const blob = [start]
    seen[start] = 1
    for (let i = 0; i < blob.length; i++) {
      const [x, y] = [blob[i]! % width, Math.floor(blob[i]! / width)]
      for (let ny = Math.max(0, y - 1); ny <= Math.min(height - 1, y + 1); ny++) {
        for (let nx = Math.max(0, x - 1); nx <= Math.min(width - 1, x + 1); nx++) {
          const next = ny * width + nx
          if (state[next] === 0 || seen[next] === 1) continue
          seen[next] = 1
          blob.push(next)
        }
      }
    }
    const count = blob.reduce((all, at) => all + counts[at]!, 0)
    for (const plane of values) {
      const mean = count === 0 ? 0 : blob.reduce((all, at) => all + plane[at]!, 0) / count
      for (const at of blob) plane[at] = mean
    }
  }
}

/** Sums become means over the neighbouring cells of the edge. */
function average({ width, height, state, values }: Grid, counts: Float32Array): void {
  const weights = boxSum(counts, width, height)
  for (const plane of values) {
    const sums = boxSum(plane, width, height)
    for (let i = 0; i < plane.length; i++) plane[i] = state[i] === 2 ? sums[i]! / weights[i]! : 0
  }
}

/** Sums over squares, by running sums along rows and then columns. */
function boxSum(plane: Float32Array, width: number, height: number): Float32Array {
  const pass = (from: Float32Array, lines: number, length: number, line: number, step: number): Float32Array => {
    const out = new Float32Array(from.length)
    for (let i = 0; i < lines; i++) {
      let sum = 0
      for (let k = 0; k < Math.min(length, smoothing); k++) sum += from[i * line + k * step]!
      for (let k = 0; k < length; k++) {
        if (k + smoothing < length) sum += from[i * line + (k + smoothing) * step]!
        if (k - smoothing - 1 >= 0) sum -= from[i * line + (k - smoothing - 1) * step]!
        out[i * line + k * step] = sum
      }
    }
    return out
  }
  return pass(pass(plane, height, width, width, 1), width, height, 1, width)
}

/** Sweeps a level: what a coarser one left to do is local. */
const sweeps = 24
const overRelaxation = 1.6

/** Laplace's equation from coarse to fine: each level starts from the one of half its size. Where the area ends without an edge nothing flows. */
function solve(grid: Grid): void {
  const { width, height, state, values } = grid
  if (Math.max(width, height) > 4) {
    const coarse = coarser(grid)
    solve(coarse)
    for (const [c, plane] of values.entries()) {
      const from = coarse.values[c]!
      for (let i = 0; i < plane.length; i++)
        if (state[i] === 1) plane[i] = from[((Math.floor(i / width) / 2) | 0) * coarse.width + ((i % width) >> 1)]!
    }
  }
  for (let sweep = 0; sweep < sweeps; sweep++) for (const plane of values) relax(plane, state, width, height)
}

/** One sweep of successive over-relaxation. A hot loop. */
function relax(plane: Float32Array, state: Uint8Array, width: number, height: number): void {
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      if (state[i] !== 1) continue
      let [sum, count] = [0, 0]
      if (x > 0 && state[i - 1]! > 0) {
        sum += plane[i - 1]!
        count++
      }
      if (x + 1 < width && state[i + 1]! > 0) {
        sum += plane[i + 1]!
        count++
      }
      if (y > 0 && state[i - width]! > 0) {
        sum += plane[i - width]!
        count++
      }
      if (y + 1 < height && state[i + width]! > 0) {
        sum += plane[i + width]!
        count++
      }
      if (count > 0) plane[i]! += overRelaxation * (sum / count - plane[i]!)
    }
  }
}

function coarser({ width, height, state, values }: Grid): Grid {
  const [w, h] = [Math.ceil(width / 2), Math.ceil(height / 2)]
  const out: Grid = { width: w, height: h, state: new Uint8Array(w * h), values: values.map(() => new Float32Array(w * h)) }
  const counts = new Float32Array(w * h)
  for (let i = 0; i < state.length; i++) {
    if (state[i] === 0) continue
    const to = (Math.floor(i / width) >> 1) * w + ((i % width) >> 1)
    out.state[to] = Math.max(out.state[to]!, state[i]!)
    if (state[i] !== 2) continue
    counts[to]! += 1
    for (const [c, plane] of values.entries()) out.values[c]![to]! += plane[i]!
  }
  for (const plane of out.values) for (let i = 0; i < plane.length; i++) if (counts[i]! > 0) plane[i]! /= counts[i]!
  return out
}

/** Between the middles of the cells by nearness, among those inside the hole. */
function correction({ width, height, state, values }: Grid, colours: 1 | 3, size: number): Correction {
  if (size === 1) {
    return (y, row, from = 0) => {
      for (let x = 0, at = y * width + from; x < row.length / colours; x++, at++)
        if (state[at]! > 0) for (let c = 0; c < colours; c++) row[x * colours + c]! += values[c]![at]!
    }
  }
  return (y, row, from = 0) => {
    const v = Math.min(height - 1, Math.max(0, (y + 0.5) / size - 0.5))
    const top = Math.floor(v)
    for (let x = 0; x < row.length / colours; x++) {
      const u = Math.min(width - 1, Math.max(0, (from + x + 0.5) / size - 0.5))
      const at = top * width + Math.floor(u)
      const [right, below] = [u - Math.floor(u), v - top]
      // A cell beyond the last has no weight, and is not read.
      const a = state[at]! > 0 ? (1 - right) * (1 - below) : 0
      const b = right > 0 && state[at + 1]! > 0 ? right * (1 - below) : 0
      const c = below > 0 && state[at + width]! > 0 ? (1 - right) * below : 0
      const d = right > 0 && below > 0 && state[at + width + 1]! > 0 ? right * below : 0
      const sum = a + b + c + d
      if (sum === 0) continue
      for (let k = 0; k < colours; k++) {
        const plane = values[k]!
        let value = 0
        if (a > 0) value += a * plane[at]!
        if (b > 0) value += b * plane[at + 1]!
        if (c > 0) value += c * plane[at + width]!
        if (d > 0) value += d * plane[at + width + 1]!
        row[x * colours + k]! += value / sum
      }
    }
  }
}
