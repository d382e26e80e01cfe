import { maskTileSize } from '../../shared/imaging.ts'
import type { TilesBefore } from './history.ts'
import { type Mask, tileKey, writableTile, fullTile } from './mask.ts'
import type { Point } from './view.ts'

/** What a selection tool encloses, in image pixels (pixel i covers i..i+1). Corners in any order; a polygon closes itself. */
export type Shape =
  | { readonly kind: 'rectangle' | 'ellipse'; readonly from: Point; readonly to: Point }
  | { readonly kind: 'polygon'; readonly points: readonly Point[] }

/** Told of every stretch left..right of a line that lies inside. */
type Add = (left: number, right: number) => void
type SpansAt = (y: number, add: Add) => void

/** Lines a pixel is cut into, and parts of its width: a whole pixel is exactly 255, an edge is smooth. */
const lines = 5
const parts = 256
const whole = lines * parts

/**
 * Paints the shape (painted = max of what was and the coverage) or erases it (min of what was and 255 - coverage), and answers the tiles
 * as they were. A rectangle keeps to whole pixels; what a loop goes round twice is inside as well (non-zero winding).
 */
export function drawShape(mask: Mask, shape: Shape, erase: boolean): TilesBefore {
  const { top, bottom, spansAt } = spansOf(shape)
  return drawSpans(mask, Math.max(0, Math.floor(top)), Math.min(mask.height, Math.ceil(bottom)), spansAt, erase)
}

/** Nothing would be drawn of it anywhere. */
export function isFlat(shape: Shape): boolean {
  if (shape.kind === 'polygon') return shape.points.length < 3
  const { left, top, right, bottom } = cornersOf(shape)
  return left >= right || top >= bottom
}

function cornersOf({ kind, from, to }: Extract<Shape, { kind: 'rectangle' | 'ellipse' }>) {
  const at = kind === 'rectangle' ? Math.round : (value: number) => value
  return {
    left: at(Math.min(from.x, to.x)),
    top: at(Math.min(from.y, to.y)),
    right: at(Math.max(from.x, to.x)),
    bottom: at(Math.max(from.y, to.y)),
  }
}

function spansOf(shape: Shape): { top: number; bottom: number; spansAt: SpansAt } {
  if (shape.kind === 'polygon') return polygonSpans(shape.points)
  const { left, top, right, bottom } = cornersOf(shape)
  if (shape.kind === 'rectangle') return { top, bottom, spansAt: (_y, add) => add(left, right) }
  const [x, y] = [(left + right) / 2, (top + bottom) / 2]
  const [across, down] = [(right - left) / 2, (bottom - top) / 2]
  return {
    top,
    bottom,
    spansAt(at, add) {
      const rest = 1 - ((at - y) / down) ** 2
      if (rest > 0) add(x - across * Math.sqrt(rest), x + across * Math.sqrt(rest))
    },
  }
}

interface Edge {
  readonly top: number
  readonly bottom: number
  readonly x: number
  readonly slope: number
  /** 1 downwards, -1 upwards. */
  readonly winding: 1 | -1
}

/** `spansAt` is asked for lines from the top down: edges come in when their line is reached and go when it is passed. */
function polygonSpans(points: readonly Point[]): { top: number; bottom: number; spansAt: SpansAt } {
  const edges = points
    .map((a, i) => edgeOf(a, points[(i + 1) % points.length] ?? a))
    .filter(({ top, bottom }) => top < bottom)
    .toSorted((a, b) => a.top - b.top)
  let next = 0
  let active: Edge[] = []
  return {
    top: edges[0]?.top ?? 0,
    bottom: edges.reduce((most, { bottom }) => Math.max(most, bottom), 0),
    spansAt(y, add) {
      active = active.filter(({ bottom }) => bottom > y)
      for (let edge = edges[next]; edge !== undefined && edge.top <= y; edge = edges[++next]) if (edge.bottom > y) active.push(edge)
      const crossings = active.map(({ x, top, slope, winding }) => ({ x: x + (y - top) * slope, winding }))
      crossings.sort((a, b) => a.x - b.x)
      let turns = 0
      let from = 0
      for (const { x, winding } of crossings) {
        if (turns === 0) from = x
        turns += winding
        if (turns === 0) add(from, x)
      }
    },
  }
}

function edgeOf(a: Point, b: Point): Edge {
  const [upper, lower] = a.y <= b.y ? [a, b] : [b, a]
  const slope = lower.y === upper.y ? 0 : (lower.x - upper.x) / (lower.y - upper.y)
  return { top: upper.y, bottom: lower.y, x: upper.x, slope, winding: a.y <= b.y ? 1 : -1 }
}

/** One coverage, 1..255, over `from`..`to` of the row y. */
interface Stretch {
  readonly y: number
  readonly from: number
  readonly to: number
  readonly value: number
}

/** Tile row by tile row: tiles that lie inside the shape are exchanged whole, the others are written stretch by stretch. */
function drawSpans(mask: Mask, top: number, bottom: number, spansAt: SpansAt, erase: boolean): TilesBefore {
  const before = new Map<number, Uint8Array | null>()
  const stretchesOf = rowCoverage(mask.width, spansAt)
  for (let row = Math.floor(top / maskTileSize); row * maskTileSize < bottom; row++) {
    const rows: (readonly Stretch[])[] = []
    const end = Math.min(bottom, (row + 1) * maskTileSize)
    for (let y = Math.max(top, row * maskTileSize); y < end; y++) rows.push(stretchesOf(y))
    const inside = rows.length === maskTileSize ? wholeColumns(rows) : { first: 0, end: 0 }
    for (let column = inside.first; column < inside.end; column++) {
      const key = tileKey(column, row)
      before.set(key, mask.tiles.get(key) ?? null)
      if (erase) mask.tiles.delete(key)
      else mask.tiles.set(key, fullTile)
    }
    for (const stretch of rows.flat()) writeStretch(mask, before, stretch, inside, erase)
  }
  return before
}

/** Columns of tiles that every one of these rows covers wholly. */
function wholeColumns(rows: readonly (readonly Stretch[])[]): { readonly first: number; readonly end: number } {
  let [from, to] = [0, Infinity]
  for (const row of rows) {
    let longest: Stretch | undefined
    for (const one of row)
      if (one.value === 255 && one.to - one.from > (longest === undefined ? 0 : longest.to - longest.from)) longest = one
    from = Math.max(from, longest?.from ?? Infinity)
    to = Math.min(to, longest?.to ?? 0)
  }
  const [first, end] = [Math.ceil(from / maskTileSize), Math.floor(to / maskTileSize)]
  return first < end ? { first, end } : { first: 0, end: 0 }
}

/** Every span adds its two ends to `change`, whose running sum is the coverage of each pixel; between two ends it is one value. */
function rowCoverage(width: number, spansAt: SpansAt): (y: number) => readonly Stretch[] {
  const change = new Int32Array(width + 2)
  let ends: number[] = []
  const add: Add = (left, right) => {
    const from = fixed(left, width)
    const to = fixed(right, width)
    if (from < to) ends.push(addEnd(change, from, 1), addEnd(change, to, -1))
  }
  return (y) => {
    ends = []
    for (let line = 0; line < lines; line++) spansAt(y + (line + 0.5) / lines, add)
    const turns = [...new Set(ends.flatMap((pixel) => [pixel, pixel + 1]))].sort((a, b) => a - b)
    const stretches: Stretch[] = []
    let sum = 0
    for (const [i, from] of turns.entries()) {
      sum += change[from] ?? 0
      change[from] = 0
      const to = Math.min(width, turns[i + 1] ?? from)
      const value = sum >= whole ? 255 : Math.round((sum * 255) / whole)
      if (value > 0 && from < to) stretches.push({ y, from, to, value })
    }
    return stretches
  }
}

function fixed(x: number, width: number): number {
  return Math.round(Math.min(width, Math.max(0, x)) * parts)
}

/** From `at` on everything to the right is covered by one line more (or less). Answers the first of the two pixels that say so. */
function addEnd(change: Int32Array, at: number, sign: 1 | -1): number {
  const pixel = Math.floor(at / parts)
  const into = at - pixel * parts
  change[pixel] = (change[pixel] ?? 0) + sign * (parts - into)
  change[pixel + 1] = (change[pixel + 1] ?? 0) + sign * into
  return pixel
}

/** Tiles of the columns `done` are exchanged already. */
function writeStretch(
  mask: Mask,
  before: Map<number, Uint8Array | null>,
  { y, from, to, value }: Stretch,
  done: { readonly first: number; readonly end: number },
  erase: boolean,
): void {
  const row = Math.floor(y / maskTileSize)
  const offset = (y - row * maskTileSize) * maskTileSize
  for (let column = Math.floor(from / maskTileSize); column * maskTileSize < to; column++) {
    if (column >= done.first && column < done.end) continue
    const left = column * maskTileSize
    const tile = opened(mask, before, tileKey(column, row))
    const first = offset + Math.max(from, left) - left
    const end = offset + Math.min(to, left + maskTileSize) - left
    if (value === 255) tile.fill(erase ? 0 : 255, first, end)
    else {
      for (let at = first; at < end; at++) {
        const old = tile[at] ?? 0
        tile[at] = erase ? Math.min(old, 255 - value) : Math.max(old, value)
      }
    }
  }
}

/** The tile to write into, its earlier bytes kept in `before`; the shared full tile is its own record. */
export function opened(mask: Mask, before: Map<number, Uint8Array | null>, key: number): Uint8Array {
  if (!before.has(key)) {
    const old = mask.tiles.get(key)
    before.set(key, old === undefined ? null : old === fullTile ? old : new Uint8Array(old))
  }
  return writableTile(mask, key)
}
