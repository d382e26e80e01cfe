import { maskTileSize } from '../../shared/imaging.ts'

/**
 * The painted mask: 8-bit tiles of maskTileSize, 255 = repaint. An absent tile is all 0, so a photograph of 200 megapixels costs only
 * what was painted. Pixels of an edge tile beyond the photograph stay 0. Times and gestures live elsewhere; here are bytes.
 */
export interface Mask {
  readonly width: number
  readonly height: number
  readonly columns: number
  readonly rows: number
  /** By `tileKey`. Bytes are row-major; never written through a `fullTile` (see `writableTile`). */
  readonly tiles: Map<number, Uint8Array>
}

/** In image pixels, integers; `right` and `bottom` are exclusive. */
export interface Rect {
  readonly left: number
  readonly top: number
  readonly right: number
  readonly bottom: number
}

export const tileArea = maskTileSize * maskTileSize

/** One shared tile of 255s: filling a huge photograph allocates only its edge tiles. */
export const fullTile: Uint8Array = new Uint8Array(tileArea).fill(255)

const keyStride = 2 ** 21

export function tileKey(column: number, row: number): number {
  return row * keyStride + column
}

export function tileAt(key: number): { column: number; row: number } {
  return { column: key % keyStride, row: Math.floor(key / keyStride) }
}

export function createMask(width: number, height: number): Mask {
  return { width, height, columns: Math.ceil(width / maskTileSize), rows: Math.ceil(height / maskTileSize), tiles: new Map() }
}

/** The part of a tile that lies on the photograph, in image pixels. */
export function tileRect(mask: Mask, key: number): Rect {
  const { column, row } = tileAt(key)
  const left = column * maskTileSize
  const top = row * maskTileSize
  return { left, top, right: Math.min(left + maskTileSize, mask.width), bottom: Math.min(top + maskTileSize, mask.height) }
}

/** The rectangle cut to the photograph; undefined when nothing is left. */
export function clipRect(mask: Mask, rect: Rect): Rect | undefined {
  const left = Math.max(0, Math.floor(rect.left))
  const top = Math.max(0, Math.floor(rect.top))
  const right = Math.min(mask.width, Math.ceil(rect.right))
  const bottom = Math.min(mask.height, Math.ceil(rect.bottom))
  return left < right && top < bottom ? { left, top, right, bottom } : undefined
}

export function unite(a: Rect | undefined, b: Rect | undefined): Rect | undefined {
  if (a === undefined || b === undefined) return a ?? b
  return {
    left: Math.min(a.left, b.left),
    top: Math.min(a.top, b.top),
    right: Math.max(a.right, b.right),
    bottom: Math.max(a.bottom, b.bottom),
  }
}

export function keysOfRect(rect: Rect): number[] {
  const keys: number[] = []
  for (let row = Math.floor(rect.top / maskTileSize); row * maskTileSize < rect.bottom; row++) {
    for (let column = Math.floor(rect.left / maskTileSize); column * maskTileSize < rect.right; column++)
      keys.push(tileKey(column, row))
  }
  return keys
}

export function allKeys(mask: Mask): number[] {
  return keysOfRect({ left: 0, top: 0, right: mask.width, bottom: mask.height })
}

/** The tile to write into: made when absent, copied when it is the shared full one. */
export function writableTile(mask: Mask, key: number): Uint8Array {
  const tile = mask.tiles.get(key)
  if (tile !== undefined && tile !== fullTile) return tile
  const own = tile === undefined ? new Uint8Array(tileArea) : new Uint8Array(tile)
  mask.tiles.set(key, own)
  return own
}

/** The same bytes, four at a time: comparing whole tiles is what undo spends its time with. */
export function wordsOf(tile: Uint8Array): Uint32Array {
  return tile.byteOffset % 4 === 0
    ? new Uint32Array(tile.buffer, tile.byteOffset, tile.length >> 2)
    : new Uint32Array(tile.slice().buffer)
}

/** Forgets a tile of zeros and shares a tile of 255s: equal masks take equal memory whatever their past. */
export function compactTile(mask: Mask, key: number): void {
  const tile = mask.tiles.get(key)
  if (tile === undefined || tile === fullTile) return
  const first = tile[0] ?? 0
  if (first !== 0 && first !== 255) return
  const words = wordsOf(tile)
  const all = first === 0 ? 0 : 0xffffffff
  for (let i = 0; i < words.length; i++) if (words[i] !== all) return
  if (first === 0) mask.tiles.delete(key)
  else mask.tiles.set(key, fullTile)
}

export function pixelAt(mask: Mask, x: number, y: number): number {
  if (x < 0 || y < 0 || x >= mask.width || y >= mask.height) return 0
  const tile = mask.tiles.get(tileKey(Math.floor(x / maskTileSize), Math.floor(y / maskTileSize)))
  return tile?.[(y % maskTileSize) * maskTileSize + (x % maskTileSize)] ?? 0
}

/** Is anything painted at all? */
export function isEmpty(mask: Mask): boolean {
  for (const tile of mask.tiles.values()) if (tile === fullTile || tile.some((value) => value > 0)) return false
  return true
}

/** FNV-1a over the tiles that are not all 0, in order of their keys: equal masks have equal hashes. 32 bits, for tests and for "is it saved". */
export function hashMask(mask: Mask): string {
  let hash = 0x811c9dc5
  const add = (byte: number) => {
    hash = Math.imul(hash ^ byte, 0x01000193)
  }
  for (const key of [...mask.tiles.keys()].sort((a, b) => a - b)) {
    const tile = mask.tiles.get(key)
    if (tile === undefined || tile.every((value) => value === 0)) continue
    for (let rest = key; rest > 0; rest = Math.floor(rest / 256)) add(rest % 256)
    for (const value of tile) add(value)
  }
  return (hash >>> 0).toString(16).padStart(8, '0')
}
