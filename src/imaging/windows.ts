import type { ModelSize } from '../shared/imaging.ts'
import type { CropRecipe } from '../shared/recipe.ts'
import { cellsOf, type CellPlace, type Windows } from '../shared/windows.ts'
import type { Alpha, Box } from './blend.ts'

/**
 * A crop with a thin hole as windows at scale 1 (STUDIO.md 8a): a wire across 6000 px is filled at 6000 px, and only what lies round it is
 * looked at. For models of any size alone, which know textures; one of a fixed size knows its picture as a whole and is given the whole.
 */

interface Size {
  readonly width: number
  readonly height: number
}

/** A window's side in cells: a cell of context on each side, and two that are filled. */
export const edge = 4
/** Wanted side of a window, pixels: the model sees what is round a scratch, and a call is quick. */
const usual = 128
/** Pixels that are held at once, of the cells of one crop: about 50 MB a tensor. */
export const mostHeld = 4 << 20
/** Windows are worth their overlap when they have fewer pixels than this share of what the crop has. */
const worthwhile = 0.7

/** The side of a window for this model; undefined for one of a fixed size. */
export function windowSide({ size }: ModelSize): number | undefined {
  if (!('multipleOf' in size)) return undefined
  const step = size.multipleOf % edge === 0 ? size.multipleOf : size.multipleOf * edge
  const side = Math.max(Math.ceil(size.min / step), Math.round(usual / step)) * step
  return side <= size.max ? side : undefined
}

/** The crop with its windows, or as it is where they gain nothing, the hole is thick, or they are too many. `others`: no window may reach into one. */
export function inWindows(crop: CropRecipe, alpha: Alpha, photo: Size, model: ModelSize, others: readonly Box[]): CropRecipe {
  const side = windowSide(model)
  if (side === undefined || (crop.width <= side && crop.height <= side)) return crop
  const cell = side / edge
  const hole = holeIn(alpha, crop, cell)
  if (hole === undefined || isThick(alpha, hole, side)) return crop
  const made = cover(alpha, hole, photo, cell)
  const scaled = crop.width > crop.modelWidth || crop.height > crop.modelHeight
  const cheaper = made.windows.at.length * side * side < worthwhile * crop.modelWidth * crop.modelHeight
  if (!(scaled || cheaper) || cellsOf(made.windows).length * cell * cell > mostHeld) return crop
  const { columns, rows, windows, x, y } = made
  const [width, height] = [columns * cell, rows * cell]
  const reaches = others.some(
    (other) =>
      other !== crop && x < other.x + other.width && other.x < x + width && y < other.y + other.height && other.y < y + height,
  )
  return reaches ? crop : { x, y, width, height, modelWidth: width, modelHeight: height, windows }
}

const isHole = (alpha: Alpha, x: number, y: number): boolean => alpha.data[(y - alpha.y) * alpha.width + x - alpha.x]! > 0

/** The box of A > 0 inside a crop, to within a cell; undefined where there is none. */
export function holeIn(alpha: Alpha, crop: Box, cell: number): Box | undefined {
  const [x0, y0] = [Math.max(alpha.x, crop.x), Math.max(alpha.y, crop.y)]
  const [x1, y1] = [Math.min(alpha.x + alpha.width, crop.x + crop.width), Math.min(alpha.y + alpha.height, crop.y + crop.height)]
  let [left, right, top, bottom] = [Infinity, -1, Infinity, -1]
  for (let y = y0; y < y1; y++) {
    for (let x = x0; x < x1; x++) {
      if (!isHole(alpha, x, y)) continue
      if (y < top) top = y
      bottom = y
      if (x < left) left = x
      if (x > right) right = x
      // What lies between is inside the box whatever it is.
      if (x < right - cell) x = right - cell
    }
  }
  return bottom < 0 ? undefined : { x: left, y: top, width: right - left + 1, height: bottom - top + 1 }
}

/** Whether the hole holds a square of half a window: one of three eighths on a grid of eighths is in every such square. */
function isThick(alpha: Alpha, hole: Box, side: number): boolean {
  const step = side / 8
  const columns = Math.floor(hole.width / step)
  const runs = new Uint8Array(columns)
  for (let y = hole.y; y + step <= hole.y + hole.height; y += step) {
    let across = 0
    for (let column = 0; column < columns; column++) {
      runs[column] = isFull(alpha, hole.x + column * step, y, step) ? runs[column]! + 1 : 0
      across = runs[column]! >= 3 ? across + 1 : 0
      if (across >= 3) return true
    }
  }
  return false
}

function isFull(alpha: Alpha, x0: number, y0: number, side: number): boolean {
  for (let y = y0; y < y0 + side; y++) for (let x = x0; x < x0 + side; x++) if (!isHole(alpha, x, y)) return false
  return true
}

/**
 * From the top down, each cell with some of the hole that no window has inside its border yet gets one, a cell of context before it. The grid begins
 * a cell before the hole, or at the multiple of `grid` below, and stays in the photograph: where windows would leave it at its far ends it is
 * moved back by as much. Only where there is no room for that, or the grid is given, less than a cell lies outside and is reflected.
 */
export function cover(alpha: Alpha, hole: Box, photo: Size, cell: number, grid = 1) {
  const begin = (start: number, length: number) =>
    Math.floor(Math.max(0, Math.min(start - cell, length - edge * cell)) / grid) * grid
  const [x, y] = [begin(hole.x, photo.width), begin(hole.y, photo.height)]
  return grid === 1 ? movedBack(alpha, hole, photo, cell, x, y) : covered(alpha, hole, photo, cell, x, y)
}

/** Moved once in a direction, its cells end where the photograph does: this asks itself twice at most. */
function movedBack(alpha: Alpha, hole: Box, photo: Size, cell: number, x: number, y: number): ReturnType<typeof covered> {
  const made = covered(alpha, hole, photo, cell, x, y)
  const back = (start: number, outside: number) => (outside > 0 && start >= outside ? start - outside : start)
  const nearX = back(x, made.x + made.columns * cell - photo.width)
  const nearY = back(y, made.y + made.rows * cell - photo.height)
  return nearX === x && nearY === y ? made : movedBack(alpha, hole, photo, cell, nearX, nearY)
}

/** On the grid of cells from x, y. */
function covered(alpha: Alpha, hole: Box, photo: Size, cell: number, x: number, y: number) {
  const [ends, floor] = [Math.ceil((photo.width - x) / cell), Math.ceil((photo.height - y) / cell)]
  const [columns, rows] = [Math.max(edge, ends), Math.max(edge, floor)]
  const done = new Set<number>()
  const at: CellPlace[] = []
  for (let row = Math.floor((hole.y - y) / cell); row * cell + y < hole.y + hole.height; row++) {
    for (let column = Math.floor((hole.x - x) / cell); column * cell + x < hole.x + hole.width; column++) {
      if (done.has(row * columns + column) || !someHole(alpha, hole, x + column * cell, y + row * cell, cell)) continue
      const [left, top] = [Math.min(Math.max(0, column - 1), columns - edge), Math.min(Math.max(0, row - 1), rows - edge)]
      at.push([left, top])
      // The border of a window counts where it is the photograph's own.
      const inside = (first: number, limit: number) =>
        [first === 0 ? 0 : first + 1, first + edge === limit ? limit : first + edge - 1] as const
      const [fromColumn, toColumn] = inside(left, columns)
      const [fromRow, toRow] = inside(top, rows)
      for (let v = fromRow; v < toRow; v++) for (let u = fromColumn; u < toColumn; u++) done.add(v * columns + u)
    }
  }
  return trimmed({ cell, edge, at }, x, y)
}

function someHole(alpha: Alpha, hole: Box, x0: number, y0: number, cell: number): boolean {
  const [x1, y1] = [Math.min(x0 + cell, hole.x + hole.width), Math.min(y0 + cell, hole.y + hole.height)]
  for (let y = Math.max(y0, hole.y); y < y1; y++)
    for (let x = Math.max(x0, hole.x); x < x1; x++) if (isHole(alpha, x, y)) return true
  return false
}

/** Counted from the first cell that is under a window. */
function trimmed({ cell, at }: Windows, x: number, y: number) {
  const left = Math.min(...at.map(([column]) => column))
  const top = Math.min(...at.map(([, row]) => row))
  const right = Math.max(...at.map(([column]) => column)) + edge
  const bottom = Math.max(...at.map(([, row]) => row)) + edge
  const windows: Windows = { cell, edge, at: at.map(([column, row]) => [column - left, row - top]) }
  return { x: x + left * cell, y: y + top * cell, columns: right - left, rows: bottom - top, windows }
}
