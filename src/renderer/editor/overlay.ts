import { maskTileSize } from '../../shared/imaging.ts'
import { fullTile, type Mask, type Rect, tileAt, tileKey, unite } from './mask.ts'
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
  /**
   * RGBA of the rectangle, row-major, as ImageData wants it. `beside`: other masks, as `rimmed` gives them, to be seen below it fainter.
   * `room`: where it may be written, if it is large enough; else it has an array of its own.
   */
  paint(
    mask: Mask,
    view: View,
    rect: DeviceRect,
    style: OverlayStyle,
    beside?: Uint8Array,
    room?: ArrayBuffer,
  ): Uint8ClampedArray<ArrayBuffer>
  /** The mask's values of the rectangle and of one pixel round it. */
  rimmed(mask: Mask, view: View, rect: DeviceRect): Uint8Array
  /** The mask's values of the rectangle, row-major: what `paint` colours. */
  values(mask: Mask, view: View, rect: DeviceRect): Uint8Array
  /** The halved copies of these tiles are out of date; where `rect` is told, in image pixels, only there. */
  forget(keys: readonly number[] | 'all', rect?: Rect): void
}

const deepest = 8

export function createOverlay(): Overlay {
  const halved = new Map<number, Halved>()
  /** Of one sampling, written over by the next. */
  let scratch = new Uint8Array(0)
  const roomFor = (length: number): Uint8Array => {
    if (scratch.length < length) scratch = new Uint8Array(length * 2)
    return scratch.subarray(0, length).fill(0)
  }

  const atLevel = (mask: Mask, key: number, level: number): Uint8Array | undefined => {
    const tile = mask.tiles.get(key)
    if (tile === undefined || tile === fullTile || level === 0) return tile
    let copies = halved.get(key)
    if (copies === undefined) {
      copies = { levels: [], stale: undefined }
      halved.set(key, copies)
    }
    const { levels, stale } = copies
    if (stale !== undefined) for (let made = 0; made < levels.length; made++) halveInto(levels, tile, made, key, stale)
    copies.stale = undefined
    for (let made = levels.length; made < level; made++) {
      levels.push(new Uint8Array((maskTileSize >> (made + 1)) ** 2))
      halveInto(levels, tile, made, key, undefined)
    }
    return levels[level - 1]
  }

  return {
    paint(mask, view, rect, style, beside, room) {
      const grey = sample(mask, view, rect, atLevel, roomFor)
      return shade(grey, beside, rect, style, room)
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
    forget(keys, rect) {
      if (keys === 'all') halved.clear()
      else if (rect === undefined) for (const key of keys) halved.delete(key)
      else {
        for (const key of keys) {
          const copies = halved.get(key)
          if (copies !== undefined) copies.stale = unite(copies.stale, rect)
        }
      }
    },
  }
}

/** Copies of a tile, each half as wide as the one before; `stale`: the part of the photograph where they are not the tile's any more. */
interface Halved {
  readonly levels: Uint8Array[]
  stale: Rect | undefined
}

/** Level `made` of a tile, or the part of it that is stale, from the level before: means of 2 x 2, rounded up so that the faintest paint stays visible. */
function halveInto(levels: readonly Uint8Array[], tile: Uint8Array, made: number, key: number, stale: Rect | undefined): void {
  const [from, to] = [levels[made - 1] ?? tile, levels[made]]
  if (to === undefined) return
  const side = maskTileSize >> made
  const half = side >> 1
  const { column, row } = tileAt(key)
  const within = (at: number, of: number, towards: (value: number) => number) =>
    Math.min(half, Math.max(0, towards((at - of * maskTileSize) / 2 ** (made + 1))))
  const [left, right] =
    stale === undefined ? [0, half] : [within(stale.left, column, Math.floor), within(stale.right, column, Math.ceil)]
  const [top, bottom] = stale === undefined ? [0, half] : [within(stale.top, row, Math.floor), within(stale.bottom, row, Math.ceil)]
  for (let y = top; y < bottom; y++) {
    let at = 2 * y * side + 2 * left
    for (let x = left; x < right; x++, at += 2) {
      to[y * half + x] = ((from[at] ?? 0) + (from[at + 1] ?? 0) + (from[at + side] ?? 0) + (from[at + side + 1] ?? 0) + 3) >> 2
    }
  }
}

/** Mask values of the rectangle and a rim of one pixel round it: [height + 2, width + 2]. Nearest, from the level that fits the zoom. */
function sample(
  mask: Mask,
  view: View,
  rect: DeviceRect,
  atLevel: (mask: Mask, key: number, level: number) => Uint8Array | undefined,
  roomFor: (length: number) => Uint8Array = (length) => new Uint8Array(length),
): Uint8Array {
  const width = rect.right - rect.left + 2
  const height = rect.bottom - rect.top + 2
  const out = roomFor(width * height)
  const level = Math.min(deepest, Math.max(0, Math.floor(Math.log2(1 / view.scale))))
  const shift = 8 - level
  const { runs, inTile } = runsOf(mask, view, rect.left - 1, width, level)
  const oneToOne = view.scale === 1
  for (let j = 0; j < height; j++) {
    const y = Math.floor((rect.top - 1 + j + 0.5 - view.y) / view.scale)
    if (y < 0 || y >= mask.height) continue
    const row = ((y & 255) >> level) << shift
    for (const { column, from, to } of runs) {
      const tile = atLevel(mask, tileKey(column, y >> 8), level)
      if (tile === undefined) continue
      const at = j * width
      if (tile === fullTile) out.fill(255, at + from, at + to)
      else if (oneToOne) out.set(tile.subarray(row + (inTile[from] ?? 0), row + (inTile[from] ?? 0) + to - from), at + from)
      else for (let i = from; i < to; i++) out[at + i] = tile[row | (inTile[i] ?? 0)] ?? 0
    }
  }
  return out
}

/** Device pixels of a row that lie in the same tile, from `from` to before `to`, and where in its rows each of them looks. */
function runsOf(mask: Mask, view: View, left: number, width: number, level: number) {
  const runs: { readonly column: number; readonly from: number; to: number }[] = []
  const inTile = new Int32Array(width)
  for (let i = 0; i < width; i++) {
    const x = Math.floor((left + i + 0.5 - view.x) / view.scale)
    if (x < 0 || x >= mask.width) continue
    inTile[i] = (x & 255) >> level
    const last = runs.at(-1)
    if (last?.column === x >> 8) last.to = i + 1
    else runs.push({ column: x >> 8, from: i, to: i + 1 })
  }
  return { runs, inTile }
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
  room: ArrayBuffer | undefined,
): Uint8ClampedArray<ArrayBuffer> {
  const [width, height] = [rect.right - rect.left, rect.bottom - rect.top]
  const bytes = width * height * 4
  const out = room !== undefined && room.byteLength >= bytes ? new Uint8ClampedArray(room, 0, bytes) : new Uint8ClampedArray(bytes)
  const pixels = new Uint32Array(out.buffer, 0, width * height)
  if (out.buffer === room) pixels.fill(0)
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
