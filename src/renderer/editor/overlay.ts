import { maskTileSize } from '../../shared/imaging.ts'
import { fullTile, type Mask, tileKey } from './mask.ts'
import type { View } from './view.ts'

/**
 * The mask as the screen shows it: a rectangle of device pixels sampled from the tiles, so the cost is that of the pixels redrawn, never
 * that of the photograph. Below 100 % halved copies of the touched tiles are sampled, so that a thin line does not flicker away.
 */
export interface OverlayStyle {
  /** 0..255 each. */
  readonly colour: readonly [number, number, number]
  /** 0..1 */
  readonly opacity: number
  /** Only the outline, for judging what lies below. */
  readonly edgesOnly: boolean
}

/** Device pixels, integers; right and bottom exclusive. */
export interface DeviceRect {
  readonly left: number
  readonly top: number
  readonly right: number
  readonly bottom: number
}

export interface Overlay {
  /** RGBA of the rectangle, row-major, as ImageData wants it. `beside`: other masks, as `rimmed` gives them, to be seen below it fainter. */
  paint(mask: Mask, view: View, rect: DeviceRect, style: OverlayStyle, beside?: Uint8Array): Uint8ClampedArray<ArrayBuffer>
  /** The mask's values of the rectangle and of one pixel round it. */
  rimmed(mask: Mask, view: View, rect: DeviceRect): Uint8Array
  /** The mask's values of the rectangle, row-major: what `paint` colours. */
  values(mask: Mask, view: View, rect: DeviceRect): Uint8Array
  /** The halved copies of these tiles are out of date. */
  forget(keys: readonly number[] | 'all'): void
}

const deepest = 8

export function createOverlay(): Overlay {
  const halved = new Map<number, Uint8Array[]>()

  const atLevel = (mask: Mask, key: number, level: number): Uint8Array | undefined => {
    const tile = mask.tiles.get(key)
    if (tile === undefined || tile === fullTile || level === 0) return tile
    let copies = halved.get(key)
    if (copies === undefined) {
      copies = []
      halved.set(key, copies)
    }
    for (let made = copies.length; made < level; made++) copies.push(halve(copies[made - 1] ?? tile, maskTileSize >> made))
    return copies[level - 1]
  }

  return {
    paint(mask, view, rect, style, beside) {
      const grey = sample(mask, view, rect, atLevel)
      return shade(grey, beside, rect, style)
    },
    rimmed: (mask, view, rect) => sample(mask, view, rect, atLevel),
    values(mask, view, rect) {
      const width = rect.right - rect.left
      const height = rect.bottom - rect.top
      const rimmed = sample(mask, view, rect, atLevel)
      const out = new Uint8Array(width * height)
      for (let y = 0; y < height; y++) out.set(rimmed.subarray((y + 1) * (width + 2) + 1).subarray(0, width), y * width)
      return out
    },
    forget(keys) {
      if (keys === 'all') halved.clear()
      else for (const key of keys) halved.delete(key)
    },
  }
}

/** Means of 2 x 2, rounded up so that the faintest paint stays visible. */
function halve(from: Uint8Array, side: number): Uint8Array {
  const half = side >> 1
  const out = new Uint8Array(half * half)
  for (let y = 0; y < half; y++) {
    let at = 2 * y * side
    for (let x = 0; x < half; x++, at += 2) {
      out[y * half + x] = ((from[at] ?? 0) + (from[at + 1] ?? 0) + (from[at + side] ?? 0) + (from[at + side + 1] ?? 0) + 3) >> 2
    }
  }
  return out
}

/** Mask values of the rectangle and a rim of one pixel round it: [height + 2, width + 2]. Nearest, from the level that fits the zoom. */
function sample(
  mask: Mask,
  view: View,
  rect: DeviceRect,
  atLevel: (mask: Mask, key: number, level: number) => Uint8Array | undefined,
): Uint8Array {
  const width = rect.right - rect.left + 2
  const height = rect.bottom - rect.top + 2
  const out = new Uint8Array(width * height)
  const level = Math.min(deepest, Math.max(0, Math.floor(Math.log2(1 / view.scale))))
  const shift = 8 - level
  const columns = new Int32Array(width)
  for (let i = 0; i < width; i++) columns[i] = Math.floor((rect.left - 1 + i + 0.5 - view.x) / view.scale)
  for (let j = 0; j < height; j++) {
    const y = Math.floor((rect.top - 1 + j + 0.5 - view.y) / view.scale)
    if (y < 0 || y >= mask.height) continue
    const inTile = (y & 255) >> level
    let tileColumn = -1
    let tile: Uint8Array | undefined
    let row = 0
    for (let i = 0; i < width; i++) {
      const x = columns[i] ?? -1
      if (x < 0 || x >= mask.width) continue
      if (x >> 8 !== tileColumn) {
        tileColumn = x >> 8
        tile = atLevel(mask, tileKey(tileColumn, y >> 8), level)
        row = inTile << shift
      }
      if (tile === undefined) continue
      out[j * width + i] = tile === fullTile ? 255 : (tile[row | ((x & 255) >> level)] ?? 0)
    }
  }
  return out
}

const little = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1

function rgba(r: number, g: number, b: number, a: number): number {
  return (little ? (a << 24) | (b << 16) | (g << 8) | r : (r << 24) | (g << 16) | (b << 8) | a) >>> 0
}

/** Of other masks, beside the one that is painted on. */
const faintness = 0.45

/**
 * Colour at the value times the opacity; where half-painted meets less than half, a dashed line that shows on light and dark. Other masks are
 * fainter, with a thin unbroken line.
 */
function shade(
  grey: Uint8Array,
  beside: Uint8Array | undefined,
  rect: DeviceRect,
  style: OverlayStyle,
): Uint8ClampedArray<ArrayBuffer> {
  const [width, height] = [rect.right - rect.left, rect.bottom - rect.top]
  const out = new Uint8ClampedArray(width * height * 4)
  const pixels = new Uint32Array(out.buffer)
  const [r, g, b] = style.colour
  const inksAt = (opacity: number) =>
    Uint32Array.from({ length: 256 }, (_, v) => (style.edgesOnly ? 0 : rgba(r, g, b, Math.round(v * opacity))))
  const inks = inksAt(style.opacity)
  const light = rgba(255, 255, 255, 235)
  const dark = rgba(20, 20, 20, 200)
  const stride = width + 2
  if (beside !== undefined) shadeBeside(pixels, beside, width, height, inksAt(style.opacity * faintness))
  for (let y = 0; y < height; y++) {
    let at = (y + 1) * stride + 1
    for (let x = 0; x < width; x++, at++) {
      const value = grey[at] ?? 0
      if (value === 0) continue
      // The dashes belong to the screen, not to the rectangle, so that redrawing a part does not shift them.
      if (isRim(grey, at, stride)) pixels[y * width + x] = ((rect.left + x + rect.top + y) & 7) < 5 ? light : dark
      else if (beside === undefined || value > (beside[at] ?? 0) * faintness) pixels[y * width + x] = inks[value] ?? 0
    }
  }
  return out
}

function shadeBeside(pixels: Uint32Array, grey: Uint8Array, width: number, height: number, inks: Uint32Array): void {
  const line = rgba(255, 255, 255, 120)
  const stride = width + 2
  for (let y = 0; y < height; y++) {
    let at = (y + 1) * stride + 1
    for (let x = 0; x < width; x++, at++) {
      const value = grey[at] ?? 0
      if (value > 0) pixels[y * width + x] = isRim(grey, at, stride) ? line : (inks[value] ?? 0)
    }
  }
}

/** More than half painted, and a neighbour is not. */
function isRim(grey: Uint8Array, at: number, stride: number): boolean {
  return (
    (grey[at] ?? 0) >= 128 &&
    ((grey[at - 1] ?? 0) < 128 || (grey[at + 1] ?? 0) < 128 || (grey[at - stride] ?? 0) < 128 || (grey[at + stride] ?? 0) < 128)
  )
}
