import { mapDistance } from '../../core/index.ts'
import { maskTileSize } from '../../shared/imaging.ts'
import type { TilesBefore } from './history.ts'
import { fullTile, keysOfRect, type Mask, type Rect, tileAt, tileRect } from './mask.ts'
import { opened } from './shapes.ts'

/**
 * The painted part (128 and more, as the blend has it) made wider or narrower by whole pixels, measured from pixel centre to pixel centre,
 * with an edge of one pixel. The border of the photograph is no edge: paint that touches it does not shrink away from it.
 */
export const mostGrowth = 200

const paintedFrom = 128

/** Paint within `by` pixels of paint. What was painted fainter stays where it is. */
export function grow(mask: Mask, by: number): TilesBefore {
  return reshape(mask, by, true)
}

/** Keeps the paint that is farther than `by` pixels from what is not painted; faint paint goes. */
export function shrink(mask: Mask, by: number): TilesBefore {
  return reshape(mask, by, false)
}

interface Rule {
  /** Pixels. */
  readonly reach: number
  /** How much is added or taken away, by squared distance. */
  readonly table: Uint8Array
  readonly wider: boolean
}

/** Blocks of tiles, not single ones, so that their rims do not outweigh them when `by` is large. */
function reshape(mask: Mask, by: number, wider: boolean): TilesBefore {
  const reach = Math.min(mostGrowth, Math.max(0, Math.round(by)))
  const before = new Map<number, Uint8Array | null>()
  if (reach === 0) return before
  const table = Uint8Array.from({ length: (reach + 1) ** 2 }, (_, squared) =>
    Math.round(255 * Math.min(1, reach + 1 - Math.sqrt(squared))),
  )
  const side = maskTileSize * Math.max(1, Math.ceil((2 * reach) / maskTileSize))
  for (let top = 0; top < mask.height; top += side) {
    for (let left = 0; left < mask.width; left += side) {
      const block = { left, top, right: Math.min(mask.width, left + side), bottom: Math.min(mask.height, top + side) }
      reshapeBlock(mask, before, block, { reach, table, wider })
    }
  }
  return before
}

function reshapeBlock(mask: Mask, before: Map<number, Uint8Array | null>, block: Rect, { reach, table, wider }: Rule): void {
  const rim = reach + 1
  const seen: Rect = {
    left: Math.max(0, block.left - rim),
    top: Math.max(0, block.top - rim),
    right: Math.min(mask.width, block.right + rim),
    bottom: Math.min(mask.height, block.bottom + rim),
  }
  // What was written already is looked at as it was.
  const earlier = (key: number) => (before.has(key) ? (before.get(key) ?? undefined) : mask.tiles.get(key))
  const tiles = keysOfRect(seen).map((key) => ({ key, tile: earlier(key) }))
  if (tiles.every(({ tile }) => tile === undefined) || tiles.every(({ tile }) => tile === fullTile)) return
  const width = seen.right - seen.left
  const seeds = new Uint8Array(width * (seen.bottom - seen.top)).fill(wider ? 0 : 1)
  for (const { key, tile } of tiles)
    if (tile !== undefined) copySeeds(tile, common(tileRect(mask, key), seen), key, seeds, seen, wider)
  // Nothing within reach: nothing changes.
  if (!seeds.includes(1)) return
  const near = mapDistance(seeds, width, seen.bottom - seen.top, table, 0)
  for (const key of keysOfRect(block)) writeTile(mask, before, key, near, seen, wider)
}

function common(a: Rect, b: Rect): Rect {
  return {
    left: Math.max(a.left, b.left),
    top: Math.max(a.top, b.top),
    right: Math.min(a.right, b.right),
    bottom: Math.min(a.bottom, b.bottom),
  }
}

/** Seeds are what is painted when it grows, what is not when it shrinks. */
function copySeeds(tile: Uint8Array, part: Rect, key: number, seeds: Uint8Array, seen: Rect, wider: boolean): void {
  const { column, row } = tileAt(key)
  const [seed, none] = wider ? [1, 0] : [0, 1]
  const width = seen.right - seen.left
  for (let y = part.top; y < part.bottom; y++) {
    let from = (y - row * maskTileSize) * maskTileSize + part.left - column * maskTileSize
    let to = (y - seen.top) * width + part.left - seen.left
    for (let x = part.left; x < part.right; x++) seeds[to++] = (tile[from++] ?? 0) >= paintedFrom ? seed : none
  }
}

function writeTile(
  mask: Mask,
  before: Map<number, Uint8Array | null>,
  key: number,
  near: Uint8Array,
  seen: Rect,
  wider: boolean,
): void {
  const part = tileRect(mask, key)
  const width = seen.right - seen.left
  let tile: Uint8Array | undefined
  for (let y = part.top; y < part.bottom; y++) {
    let at = (y - part.top) * maskTileSize
    let from = (y - seen.top) * width + part.left - seen.left
    for (let x = part.left; x < part.right; x++, at++) {
      const value = near[from++] ?? 0
      if (value === 0) continue
      tile ??= opened(mask, before, key)
      const old = tile[at] ?? 0
      tile[at] = wider ? Math.max(old, value) : Math.min(old, 255 - value)
    }
  }
}
