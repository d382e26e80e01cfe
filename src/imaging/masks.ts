import { stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { isPresetName, presetMask, presetNames, reduceMask } from '../core/index.ts'
import { PalimpsestError } from '../shared/errors.ts'
import { maskTileSize, type MaskTile } from '../shared/imaging.ts'
import { decode, decodeForDisplay, type Pixels } from './decode.ts'
import { readUserFile, sha256, writeAtomic } from './files.ts'
import type { SameAs } from './deflate.ts'
import { encodePng } from './png.ts'
import { greyTile } from './grey.ts'
import { cut } from './tiles.ts'

/** Mask files: grey PNG, 8 bit, the photograph's size, 255 = repaint. A pixel counts as painted from 128 on (STUDIO.md 7). */

export interface Plane {
  readonly width: number
  readonly height: number
  readonly data: Uint8Array
}

export interface SavedMask {
  readonly painted: number
  /** Of the file's bytes. */
  readonly sha256: string
}

export const paintedFrom = 128

function countPaintedPixels(data: Uint8Array): number {
  let painted = 0
  for (let i = 0; i < data.length; i++) if (data[i]! >= paintedFrom) painted++
  return painted
}

const asPixels = ({ width, height, data }: Plane): Pixels => ({ width, height, channels: 1, data })

/** The mask last read or written: strokes arrive in quick succession, and so do the fills of one mask. */
let held: { readonly path: string; readonly stamp: string; readonly mask: Plane } | undefined

const stampOf = async (path: string) => {
  const { mtimeMs, size, ino } = await stat(path)
  return `${mtimeMs} ${size} ${ino}`
}

/** `same`: where the mask is the one before it. */
async function saveMask(path: string, mask: Plane, same?: SameAs): Promise<SavedMask> {
  const png = await encodePng(asPixels(mask), 'fast', same)
  await writeAtomic(path, [png], undefined, 'the mask')
  held = { path, stamp: await stampOf(path), mask }
  return { painted: countPaintedPixels(mask.data), sha256: sha256(png) }
}

/** The mask file at `path`; it is not to be changed by the caller. */
export async function loadMask(path: string): Promise<Plane> {
  const stamp = await stampOf(path).catch(() => undefined)
  if (held !== undefined && held.path === path && held.stamp === stamp) return held.mask
  const bytes = await readUserFile(path)
  const { width, height, channels, data } = await decode(bytes, path)
  if (channels !== 1 || !(data instanceof Uint8Array))
    throw new PalimpsestError('internal', `${basename(path)} is no mask of ours.`)
  const mask = { width, height, data }
  if (stamp !== undefined) held = { path, stamp, mask }
  return mask
}

/** Frees what is held of a mask. */
export function forgetMask(): void {
  held = undefined
}

/** White or opaque = repaint: the alpha channel where it says anything, else the lightness of the encoded values. */
export function maskFromPicture({ width, height, channels, data }: Pixels, keep: boolean): Plane {
  const out = new Uint8Array(width * height)
  const colours = channels < 3 ? 1 : 3
  let transparent = false
  if (channels > colours) for (let i = colours; i < data.length && !transparent; i += channels) transparent = data[i] !== 255
  for (let i = 0, from = 0; i < out.length; i++, from += channels) {
    const light = colours === 1 ? data[from]! : 0.2126 * data[from]! + 0.7152 * data[from + 1]! + 0.0722 * data[from + 2]!
    const value = transparent ? data[from + colours]! : Math.round(light)
    out[i] = keep ? 255 - value : value
  }
  return { width, height, data: out }
}

interface Size {
  readonly width: number
  readonly height: number
}

export interface MaskReading {
  /** The file says what to keep. */
  readonly keep: boolean
  /** A file of another size is brought to the photograph's. */
  readonly scale: boolean
}

/** A user's mask file as a mask. Another size is refused (code request), unless it is to be brought to the photograph's. */
export async function maskFromFile(
  bytes: Uint8Array,
  path: string,
  photo: Size,
  { keep, scale }: MaskReading = { keep: false, scale: false },
): Promise<Plane> {
  const decoded = await decode(bytes, path)
  const fits = decoded.width === photo.width && decoded.height === photo.height
  if (!fits && !scale) {
    throw new PalimpsestError(
      'request',
      `The mask ${basename(path)} is ${decoded.width} x ${decoded.height} pixels but the photograph is ${photo.width} x ${photo.height}.`,
    )
  }
  const mask = maskFromPicture(await decodeForDisplay(bytes, path, decoded), keep)
  return fits ? mask : scaledMask(mask, photo)
}

/** Painted where any painted pixel lies under it, so that nothing that was to go stays. */
function scaledMask({ width, height, data }: Plane, to: Size): Plane {
  const painted = reduceMask(
    data.map((value) => (value >= paintedFrom ? 1 : 0)),
    width,
    height,
    to.width,
    to.height,
  )
  return { width: to.width, height: to.height, data: painted.map((value) => 255 * value) }
}

/** The same, saved as the photograph's mask. */
export async function readMask(path: string, photo: Size, reading: MaskReading, out: string): Promise<SavedMask> {
  return saveMask(out, await maskFromFile(await readUserFile(path), path, photo, reading))
}

/** `seed` is for the presets of strokes alone. */
export async function savePreset(preset: string, { width, height }: Size, out: string, seed?: number): Promise<SavedMask> {
  if (!isPresetName(preset))
    throw new PalimpsestError('request', `There is no mask preset ${preset}: use ${presetNames.join(', ')}.`)
  const data = presetMask(preset, width, height, seed)
  for (let i = 0; i < data.length; i++) data[i]! *= 255
  return saveMask(out, { width, height, data })
}

async function stamp(mask: Plane, { column, row, png }: MaskTile): Promise<void> {
  const tile = greyTile(png, maskTileSize) ?? (await decode(png, 'The mask tile'))
  const [x, y] = [column * maskTileSize, row * maskTileSize]
  if (
    tile.width !== maskTileSize ||
    tile.height !== maskTileSize ||
    !(tile.data instanceof Uint8Array) ||
    !(x >= 0 && x < mask.width && y >= 0 && y < mask.height)
  ) {
    throw new PalimpsestError(
      'request',
      `The mask tile ${column}, ${row} is not ${maskTileSize} pixels square with 8 bits, or lies outside the photograph.`,
    )
  }
  for (let dy = 0; dy < maskTileSize && y + dy < mask.height; dy++) {
    const to = (y + dy) * mask.width + x
    for (let dx = 0; dx < maskTileSize && x + dx < mask.width; dx++)
      mask.data[to + dx] = tile.data[(dy * maskTileSize + dx) * tile.channels]!
  }
}

/** Puts the editor's tiles onto the mask at `out`, which is empty at first; the others stay as they are. */
export async function writeMaskTiles(photo: Size, tiles: readonly MaskTile[], out: string): Promise<SavedMask> {
  const exists = await stat(out).then(
    () => true,
    () => false,
  )
  const { width, height } = photo
  const earlier = exists ? await loadMask(out) : undefined
  if (earlier !== undefined && (earlier.width !== width || earlier.height !== height))
    throw new PalimpsestError('internal', 'The mask belongs to another photograph.')
  const mask = { width, height, data: earlier?.data.slice() ?? new Uint8Array(width * height) }
  for (const tile of tiles) await stamp(mask, tile)
  const rows = tiles.map(({ row }) => row)
  const [from, end] = [Math.min(...rows) * maskTileSize, (Math.max(...rows) + 1) * maskTileSize]
  // While strokes are painted it is saved every second: only the rows they touched are packed anew.
  return saveMask(out, mask, earlier === undefined ? undefined : { data: earlier.data, from, end, follows: true })
}

function anyPainted(data: Uint8Array | Uint16Array): boolean {
  for (let i = 0; i < data.length; i++) if (data[i]! > 0) return true
  return false
}

/** The tiles of a saved mask, for an editor that opens it again. */
export async function readMaskTiles(path: string): Promise<readonly MaskTile[]> {
  return tilesOf(await loadMask(path))
}

/** How many tiles are packed at once: enough for the encoder's threads, few enough to hold in memory. */
const together = 8

/** The tiles of a mask that are not empty, whole squares: what lies beyond the photograph is 0. */
export async function tilesOf(plane: Plane): Promise<readonly MaskTile[]> {
  const mask = asPixels(plane)
  const parts: { readonly column: number; readonly row: number; readonly part: Pixels }[] = []
  for (let row = 0; row * maskTileSize < mask.height; row++) {
    for (let column = 0; column * maskTileSize < mask.width; column++) {
      const [x, y] = [column * maskTileSize, row * maskTileSize]
      const part = cut(mask, x, y, Math.min(maskTileSize, mask.width - x), Math.min(maskTileSize, mask.height - y))
      if (anyPainted(part.data)) parts.push({ column, row, part })
    }
  }
  // Many tiles of a large mask are painted all over: those are packed once.
  let full: Promise<Uint8Array> | undefined
  const pack = async ({ column, row, part }: (typeof parts)[number]) => {
    const png = isFull(part) ? await (full ??= packed(part)) : await packed(part)
    return { column, row, png }
  }
  const tiles: MaskTile[] = []
  for (let at = 0; at < parts.length; at += together) tiles.push(...(await Promise.all(parts.slice(at, at + together).map(pack))))
  return tiles
}

const isFull = ({ data }: Pixels) => data.length === maskTileSize ** 2 && data.every((value) => value === 255)

const packed = async (part: Pixels) => new Uint8Array(await encodePng(squared(part), 'fast'))

function squared(part: Pixels): Pixels {
  const data = new Uint8Array(maskTileSize * maskTileSize)
  for (let y = 0; y < part.height; y++) data.set(part.data.subarray(y * part.width, (y + 1) * part.width), y * maskTileSize)
  return { width: maskTileSize, height: maskTileSize, channels: 1, data }
}
