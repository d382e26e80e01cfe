import { type PresetName, presetMask, presetNames } from '../../core/mask.ts'
import { drawCapsules, strokesOf } from '../../core/strokes.ts'
import { maskTileSize } from '../../shared/imaging.ts'
import { allKeys, fullTile, keysOfRect, type Mask, type Rect, tileArea, tileRect } from './mask.ts'
import type { TilesBefore } from './history.ts'

/** Whole-mask operations. Each changes the mask at once and answers the tiles as they were, for `record`. */

export function clear(mask: Mask): TilesBefore {
  const before = new Map(mask.tiles)
  mask.tiles.clear()
  return before
}

export function fill(mask: Mask): TilesBefore {
  return replaceWith(mask, { left: 0, top: 0, right: mask.width, bottom: mask.height })
}

export function invert(mask: Mask): TilesBefore {
  const before = new Map<number, Uint8Array | null>()
  for (const key of allKeys(mask)) {
    const old = mask.tiles.get(key)
    before.set(key, old ?? null)
    if (old === fullTile) mask.tiles.delete(key)
    else mask.tiles.set(key, invertedTile(mask, key, old))
  }
  return before
}

function invertedTile(mask: Mask, key: number, old: Uint8Array | undefined): Uint8Array {
  const rect = tileRect(mask, key)
  const whole = rect.right - rect.left === maskTileSize && rect.bottom - rect.top === maskTileSize
  if (old === undefined && whole) return fullTile
  const tile = new Uint8Array(tileArea)
  for (let y = 0; y < rect.bottom - rect.top; y++) {
    for (let at = y * maskTileSize; at < y * maskTileSize + rect.right - rect.left; at++) tile[at] = 255 - (old?.[at] ?? 0)
  }
  return tile
}

/** A tile of a mask made elsewhere: tileArea bytes, 0 beyond the photograph. */
export interface LoadedTile {
  readonly key: number
  readonly data: Uint8Array
}

export type MergeHow = 'add' | 'subtract' | 'replace'

/** Tiles that are not sent are empty: they add nothing, take nothing away, or are all that is left. */
export function mergeTiles(mask: Mask, tiles: readonly LoadedTile[], how: MergeHow): TilesBefore {
  const before = new Map<number, Uint8Array | null>(how === 'replace' ? clear(mask) : [])
  for (const { key, data } of tiles) {
    const old = mask.tiles.get(key)
    if (old === undefined && how === 'subtract') continue
    if (!before.has(key)) before.set(key, old ?? null)
    mask.tiles.set(key, how === 'subtract' ? without(old, data) : larger(old, onPhoto(mask, key, data)))
  }
  return before
}

/** A copy whose bytes beyond the photograph are 0. */
function onPhoto(mask: Mask, key: number, data: Uint8Array): Uint8Array {
  const { left, top, right, bottom } = tileRect(mask, key)
  const out = new Uint8Array(tileArea)
  for (let y = 0; y < bottom - top; y++) {
    const at = y * maskTileSize
    out.set(data.subarray(at, at + right - left), at)
  }
  return out
}

/** Into `own`. */
function larger(old: Uint8Array | undefined, own: Uint8Array): Uint8Array {
  if (old !== undefined) for (let at = 0; at < own.length; at++) own[at] = Math.max(old[at] ?? 0, own[at] ?? 0)
  return own
}

function without(old: Uint8Array | undefined, data: Uint8Array): Uint8Array {
  const out = new Uint8Array(tileArea)
  if (old !== undefined) for (let at = 0; at < out.length; at++) out[at] = Math.min(old[at] ?? 0, 255 - (data[at] ?? 0))
  return out
}

export const presets: readonly PresetName[] = presetNames

/**
 * The same pixels as core's `presetMask`, which a test compares, but in tiles: no plane of the whole photograph is made. `seed` is for the
 * strokes alone.
 */
export function applyPreset(mask: Mask, preset: PresetName, seed = 0): TilesBefore {
  const { width, height } = mask
  const whole = { left: 0, top: 0, right: width, bottom: height }
  switch (preset) {
    case 'left':
      return replaceWith(mask, { ...whole, right: Math.ceil(width / 2) })
    case 'right':
    case 'genhalf':
      return replaceWith(mask, { ...whole, left: Math.floor(width / 2) })
    case 'top':
      return replaceWith(mask, { ...whole, bottom: Math.ceil(height / 2) })
    case 'bottom':
      return replaceWith(mask, { ...whole, top: Math.floor(height / 2) })
    case 'centre': {
      const side = Math.max(1, Math.round(Math.min(width, height) / 2))
      return replaceWith(mask, middle(mask, side, side))
    }
    case 'expand': {
      const kept = middle(mask, Math.max(1, Math.round(width / 4)), Math.max(1, Math.round(height / 4)))
      const before = replaceWith(mask, kept)
      const all = new Map<number, Uint8Array | null>(allKeys(mask).map((key) => [key, before.get(key) ?? null]))
      invert(mask)
      return all
    }
    case 'all':
      return fill(mask)
    case 'thin-strokes':
    case 'thick-strokes':
      return drawStrokes(mask, strokesOf(preset, width, height, seed))
    case 'every-other-line':
    case 'super-resolve-2x':
      return replaceWith(mask, whole, presetMask(preset, maskTileSize, maskTileSize))
  }
}

function drawStrokes(mask: Mask, strokes: ReturnType<typeof strokesOf>): TilesBefore {
  const before = new Map<number, Uint8Array | null>(clear(mask))
  for (const key of allKeys(mask)) {
    const { left, top, right, bottom } = tileRect(mask, key)
    const here = strokes.filter(
      ({ ax, ay, bx, by, radius }) =>
        Math.min(ax, bx) - radius < right &&
        Math.max(ax, bx) + radius > left &&
        Math.min(ay, by) - radius < bottom &&
        Math.max(ay, by) + radius > top,
    )
    if (here.length === 0) continue
    const [w, h] = [right - left, bottom - top]
    const drawn = drawCapsules(here, { left, top, w, h })
    if (!drawn.includes(1)) continue
    const tile = new Uint8Array(tileArea)
    for (let y = 0; y < h; y++) {
      for (let x = 0; x < w; x++) tile[y * maskTileSize + x] = (drawn[y * w + x] ?? 0) * 255
    }
    if (!before.has(key)) before.set(key, null)
    mask.tiles.set(key, tile)
  }
  return before
}

function middle(mask: Mask, width: number, height: number): Rect {
  const left = Math.floor((mask.width - width) / 2)
  const top = Math.floor((mask.height - height) / 2)
  return { left, top, right: left + width, bottom: top + height }
}

/** The mask becomes exactly this rectangle; where a pattern of one tile is given (1 = repaint), only its pixels. */
function replaceWith(mask: Mask, rect: Rect, pattern?: Uint8Array): TilesBefore {
  const before = new Map<number, Uint8Array | null>(clear(mask))
  for (const key of keysOfRect(rect)) {
    if (!before.has(key)) before.set(key, null)
    const tile = rectTile(mask, key, rect)
    mask.tiles.set(key, pattern === undefined ? tile : tile.map((value, at) => value * (pattern[at] ?? 0)))
  }
  return before
}

function rectTile(mask: Mask, key: number, rect: Rect): Uint8Array {
  const tile = tileRect(mask, key)
  const left = Math.max(rect.left, tile.left) - tile.left
  const right = Math.min(rect.right, tile.right) - tile.left
  const top = Math.max(rect.top, tile.top) - tile.top
  const bottom = Math.min(rect.bottom, tile.bottom) - tile.top
  if (left === 0 && top === 0 && right === maskTileSize && bottom === maskTileSize) return fullTile
  const bytes = new Uint8Array(tileArea)
  for (let y = top; y < bottom; y++) bytes.fill(255, y * maskTileSize + left, y * maskTileSize + right)
  return bytes
}
