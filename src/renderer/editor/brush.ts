import { maskTileSize } from '../../shared/imaging.ts'
import { clipRect, fullTile, keysOfRect, type Mask, type Rect, tileArea, tileAt, unite, writableTile } from './mask.ts'

/** A point of a stroke in image pixels (pixel i covers i..i+1) with the brush's radius there: pen pressure changes it. */
export interface StrokePoint {
  readonly x: number
  readonly y: number
  readonly radius: number
}

/**
 * A stroke in progress. `coverage` holds the maximum over the stroke alone, `before` the tiles as they were, so that crossing
 * one's own stroke never darkens it: painted = max(before, coverage), erased = min(before, 255 - coverage).
 */
export interface Stroke {
  readonly erase: boolean
  /** 0..1: the share of the radius that is fully covered. */
  readonly hardness: number
  readonly coverage: Map<number, Uint8Array>
  /** null: the tile was absent. */
  readonly before: Map<number, Uint8Array | null>
  last: StrokePoint | undefined
}

export function beginStroke(erase: boolean, hardness: number): Stroke {
  return { erase, hardness, coverage: new Map(), before: new Map(), last: undefined }
}

/**
 * Draws from the stroke's last point to this one (a single dab for the first) and returns the touched rectangle, undefined when it lies
 * off the photograph. The swept disc is the maximum of dabs at a spacing of zero, so it is exact where spaced dabs would ripple.
 */
export function strokeTo(mask: Mask, stroke: Stroke, point: StrokePoint): Rect | undefined {
  const from = stroke.last ?? point
  stroke.last = point
  // Pieces no longer than the radius keep the scanned box near the swept disc when the line is long and slanted.
  const length = Math.hypot(point.x - from.x, point.y - from.y)
  const pieces = Math.max(1, Math.ceil(length / Math.max(8, from.radius, point.radius)))
  let touched: Rect | undefined
  let a = from
  for (let i = 1; i <= pieces; i++) {
    const b = i === pieces ? point : between(from, point, i / pieces)
    touched = unite(touched, sweep(mask, stroke, a, b))
    a = b
  }
  return touched
}

function between(a: StrokePoint, b: StrokePoint, t: number): StrokePoint {
  return { x: a.x + t * (b.x - a.x), y: a.y + t * (b.y - a.y), radius: a.radius + t * (b.radius - a.radius) }
}

function sweep(mask: Mask, stroke: Stroke, a: StrokePoint, b: StrokePoint): Rect | undefined {
  const reach = Math.max(a.radius, b.radius) + 1
  const rect = clipRect(mask, {
    left: Math.min(a.x, b.x) - reach,
    top: Math.min(a.y, b.y) - reach,
    right: Math.max(a.x, b.x) + reach,
    bottom: Math.max(a.y, b.y) + reach,
  })
  if (rect === undefined) return undefined
  for (const key of keysOfRect(rect)) sweepTile(mask, stroke, key, rect, a, b)
  return rect
}

/**
 * The hot loop: coverage of one tile's part of the swept disc. A row is cut into what the brush cannot reach, what it covers fully, which is
 * filled, and the rim between, the only pixels whose distance is worked out.
 */
function sweepTile(mask: Mask, stroke: Stroke, key: number, rect: Rect, a: StrokePoint, b: StrokePoint): void {
  const { column, row } = tileAt(key)
  const originX = column * maskTileSize
  const originY = row * maskTileSize
  const left = Math.max(rect.left, originX)
  const right = Math.min(rect.right, originX + maskTileSize)
  const top = Math.max(rect.top, originY)
  const bottom = Math.min(rect.bottom, originY + maskTileSize)
  const { erase, hardness } = stroke
  const dx = b.x - a.x
  const dy = b.y - a.y
  const lengthSquared = dx * dx + dy * dy
  const perLength = lengthSquared === 0 ? 0 : 1 / lengthSquared
  const growth = b.radius - a.radius
  const outer = Math.max(a.radius, b.radius) + 0.5
  const inner = hardRadius(Math.min(a.radius, b.radius), hardness)
  const middle = a.x - 0.5
  let own: Own | undefined
  for (let y = top; y < bottom; y++) {
    const py = y + 0.5 - a.y
    // A pixel to spare, against rounding: the distance decides at the rim.
    const from = Math.max(left, Math.floor(middle - reach(-dx, dy, py, outer)) - 1)
    const to = Math.min(right, Math.ceil(middle + reach(dx, dy, py, outer)) + 2)
    if (from >= to) continue
    own ??= ownTile(mask, stroke, key)
    const { coverage, before, tile } = own
    const start = (y - originY) * maskTileSize - originX
    const fullFrom = Math.max(from, Math.ceil(middle - reach(-dx, dy, py, inner)))
    const fullTo = Math.min(to, Math.floor(middle + reach(dx, dy, py, inner)) + 1)
    const full = fullFrom < fullTo
    if (full) {
      coverage.fill(255, start + fullFrom, start + fullTo)
      tile.fill(erase ? 0 : 255, start + fullFrom, start + fullTo)
    }
    for (let x = from; x < to; x++) {
      if (full && x === fullFrom) {
        x = fullTo - 1
        continue
      }
      const at = start + x
      const covered = coverage[at] ?? 0
      if (covered === 255) continue
      const px = x + 0.5 - a.x
      let t = (px * dx + py * dy) * perLength
      t = t < 0 ? 0 : t > 1 ? 1 : t
      const ex = px - t * dx
      const ey = py - t * dy
      const value = falloff(ex * ex + ey * ey, a.radius + t * growth, hardness)
      if (value <= covered) continue
      coverage[at] = value
      const old = before?.[at] ?? 0
      tile[at] = erase ? Math.min(old, 255 - value) : Math.max(old, value)
    }
  }
}

/** How far to the right of the line's beginning a row at height `py` still meets the swept disc; -Infinity where it does not. */
function reach(dx: number, dy: number, py: number, radius: number): number {
  if (radius <= 0) return -Infinity
  let far = py * py <= radius * radius ? Math.sqrt(radius * radius - py * py) : -Infinity
  const q = py - dy
  if (q * q <= radius * radius) far = Math.max(far, dx + Math.sqrt(radius * radius - q * q))
  if (dy === 0) return far
  // Along either side of the line.
  const per = radius / Math.sqrt(dx * dx + dy * dy)
  const one = (py + dx * per) / dy
  if (one >= 0 && one <= 1) far = Math.max(far, dy * per + one * dx)
  const other = (py - dx * per) / dy
  return other >= 0 && other <= 1 ? Math.max(far, other * dx - dy * per) : far
}

interface Own {
  readonly coverage: Uint8Array
  readonly before: Uint8Array | null
  readonly tile: Uint8Array
}

/** A tile the stroke comes to, and how it was. */
function ownTile(mask: Mask, stroke: Stroke, key: number): Own {
  const known = stroke.coverage.get(key)
  if (known !== undefined) return { coverage: known, before: stroke.before.get(key) ?? null, tile: writableTile(mask, key) }
  const coverage = new Uint8Array(tileArea)
  stroke.coverage.set(key, coverage)
  const old = mask.tiles.get(key)
  // The shared full tile is never written, so it is its own record.
  const before = old === undefined ? null : old === fullTile ? old : new Uint8Array(old)
  stroke.before.set(key, before)
  return { coverage, before, tile: writableTile(mask, key) }
}

/** Within it a dab of this radius covers fully. */
function hardRadius(radius: number, hardness: number): number {
  return Math.min(radius * hardness, radius - 0.5)
}

/** 0..255 at a squared distance from the middle: full within the hard part, a smooth step to 0 at the rim, at least one pixel wide. */
function falloff(distanceSquared: number, radius: number, hardness: number): number {
  const outer = radius + 0.5
  if (distanceSquared >= outer * outer) return 0
  const inner = hardRadius(radius, hardness)
  if (inner > 0 && distanceSquared <= inner * inner) return 255
  const s = (outer - Math.sqrt(distanceSquared)) / (outer - inner)
  return s >= 1 ? 255 : Math.round(255 * s * s * (3 - 2 * s))
}
