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
  return replaceWith(mask, [{ left: 0, top: 0, right: mask.width, bottom: mask.height }])
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

export const presets = [
  { id: 'centre', label: 'Centre square' },
  { id: 'left', label: 'Left half' },
  { id: 'right', label: 'Right half' },
  { id: 'top', label: 'Top half' },
  { id: 'bottom', label: 'Bottom half' },
] as const
export type PresetId = (typeof presets)[number]['id']

/**
 * The rectangle of a preset. The centre square has half the shorter side and stands in the middle; of an odd side the half to repaint is
 * the smaller one, as in the masks of the command line.
 */
export function presetRect(preset: PresetId, width: number, height: number): Rect {
  const whole = { left: 0, top: 0, right: width, bottom: height }
  switch (preset) {
    case 'left':
      return { ...whole, right: Math.floor(width / 2) }
    case 'right':
      return { ...whole, left: Math.ceil(width / 2) }
    case 'top':
      return { ...whole, bottom: Math.floor(height / 2) }
    case 'bottom':
      return { ...whole, top: Math.ceil(height / 2) }
    case 'centre': {
      const side = Math.max(1, Math.floor(Math.min(width, height) / 2))
      const left = Math.floor((width - side) / 2)
      const top = Math.floor((height - side) / 2)
      return { left, top, right: left + side, bottom: top + side }
    }
  }
}

export function applyPreset(mask: Mask, preset: PresetId): TilesBefore {
  return replaceWith(mask, [presetRect(preset, mask.width, mask.height)])
}

/** The mask becomes exactly these rectangles. */
function replaceWith(mask: Mask, rects: readonly Rect[]): TilesBefore {
  const before = new Map<number, Uint8Array | null>(clear(mask))
  for (const rect of rects) {
    for (const key of keysOfRect(rect)) {
      if (!before.has(key)) before.set(key, null)
      mask.tiles.set(key, rectTile(mask, key, rect))
    }
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
