import type { FinishSettings } from '../shared/request.ts'
import { type Alpha, alphaAt, type Box, widened } from './blend.ts'
import type { Pixels } from './decode.ts'
import { grainAdder, missingGrain } from './grain.ts'
import { type FillRows, seamCorrection } from './seam.ts'
import { cell, measureTexture, type Rows, type Texture } from './texture.ts'

/** What is done to a fill at the photograph's scale, before it is blended: its colours drawn to the photograph's, grain added. */

export type Finish = FinishSettings & { readonly seed: number }

export interface Finisher {
  /** Row y of the area; `alpha` is its A. Pixels with A = 0 may hold anything after: they are not blended. */
  apply(y: number, row: Float32Array, alpha: Uint8Array): void
  /** Standard deviation of the grain that is added, in levels of 255. */
  readonly levels: number
}

/** `source` holds S wherever A = 0; `rows` is the fill inside `area`. */
export function finishOf(source: Pixels, alpha: Alpha, area: Box, rows: FillRows, { grain, seam, seed }: Finish): Finisher {
  const colours = source.channels < 3 ? 1 : 3
  const shift = seam === 'plain' ? null : seamCorrection(seam, source, alpha, area, rows)
  const missing =
    grain === 0
      ? null
      : missingGrain(
          ringTexture(source, alpha, area),
          fillTexture(alpha, area, rows, colours),
          grain,
          source.data instanceof Uint16Array ? 65535 : 255,
        )
  const add = missing === null ? null : grainAdder(missing, seed, { left: area.x, top: area.y, width: area.width, colours })
  return {
    levels: missing?.levels ?? 0,
    apply(y, row, alphaRow) {
      shift?.(y, row)
      add?.(y, row, (x) => grainWeights[alphaRow[x]!]!)
    },
  }
}

/**
 * Grain of the fill and of the photograph add by their squares: in the mix A G + (1 - A) S, what G needs so that the whole is as grainy as S.
 * At most so much, or the clamp to the range would cut it; below, nearly all of the mix is the photograph.
 */
const mostWeight = 4
const grainWeights = Float64Array.from({ length: 256 }, (_, a) =>
  a === 0 ? 0 : Math.min(mostWeight, Math.sqrt((a / 255) * (2 - a / 255)) / (a / 255)),
)

/** How far round the hole the photograph is measured, in cells. */
const ring = 6

/** The photograph within a few cells of the hole, where A = 0. */
function ringTexture(source: Pixels, alpha: Alpha, area: Box): Texture | null {
  const colours = source.channels < 3 ? 1 : 3
  const top = source.data instanceof Uint16Array ? 65535 : 255
  const around = widened(area, (ring + 1) * cell, source)
  const near = cellsNear(alpha, around)
  const row = new Float32Array(around.width * colours)
  const rows: Rows = {
    width: around.width,
    height: around.height,
    colours,
    row(y) {
      for (let x = 0, from = ((around.y + y) * source.width + around.x) * source.channels, to = 0; x < around.width; x++) {
        for (let c = 0; c < colours; c++) row[to++] = source.data[from + c]! / top
        from += source.channels
      }
      return row
    },
  }
  const columns = Math.ceil(around.width / cell)
  return measureTexture(rows, (x, y) => near[Math.floor(y / cell) * columns + Math.floor(x / cell)] === 1)
}

/** Cells of the box that hold no blended pixel and have one that does within `ring` cells. */
function cellsNear(alpha: Alpha, box: Box): Uint8Array {
  const [columns, rows] = [Math.ceil(box.width / cell), Math.ceil(box.height / cell)]
  const held = new Uint8Array(columns * rows)
  for (let y = 0; y < box.height; y++)
    for (let x = 0; x < box.width; x++)
      if (alphaAt(alpha, box.x + x, box.y + y) > 0) held[Math.floor(y / cell) * columns + Math.floor(x / cell)] = 1
  const across = spread(held, rows, columns, columns, 1)
  const near = spread(across, columns, rows, 1, columns)
  return near.map((value, i) => (value === 1 && held[i] === 0 ? 1 : 0))
}

function spread(from: Uint8Array, lines: number, length: number, line: number, step: number): Uint8Array {
  const out = new Uint8Array(from.length)
  for (let i = 0; i < lines; i++) {
    for (let k = 0; k < length; k++) {
      if (from[i * line + k * step] === 0) continue
      for (let n = Math.max(0, k - ring); n <= Math.min(length - 1, k + ring); n++) out[i * line + n * step] = 1
    }
  }
  return out
}

/** The fill where it is most of the mix. */
function fillTexture(alpha: Alpha, area: Box, rows: FillRows, colours: 1 | 3): Texture | null {
  const row = new Float32Array(area.width * colours)
  const own: Rows = {
    width: area.width,
    height: area.height,
    colours,
    row(y) {
      rows(y, row)
      return row
    },
  }
  return measureTexture(own, (x, y) => alphaAt(alpha, area.x + x, area.y + y) >= 128)
}
