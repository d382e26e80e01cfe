import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { tileSize } from '../shared/imaging.ts'
import type { Pixels } from './decode.ts'
import { writeError } from './files.ts'
import { encodePng } from './png.ts'

/** The pyramid a screen loads by URL: each level half of the one before, until one tile holds it all. Always 8-bit sRGB. */

export function levelsOf(width: number, height: number): readonly { readonly width: number; readonly height: number }[] {
  const levels = [{ width, height }]
  for (let w = width, h = height; w > tileSize || h > tileSize;) {
    w = Math.ceil(w / 2)
    h = Math.ceil(h / 2)
    levels.push({ width: w, height: h })
  }
  return levels
}

/** Half the size by the mean of 2 x 2; the last row and column of an odd size stand twice. Colours weigh by their alpha, or clear pixels would bleed. */
export function halve({ width, height, channels, data }: Pixels): Pixels {
  const w = Math.ceil(width / 2)
  const h = Math.ceil(height / 2)
  const out = new Uint8Array(w * h * channels)
  const opaque = channels === 1 || channels === 3
  for (let y = 0, to = 0; y < h; y++) {
    const down = 2 * y + 1 < height ? width * channels : 0
    for (let x = 0, from = 2 * y * width * channels; x < w; x++, from += 2 * channels, to += channels) {
      const right = 2 * x + 1 < width ? channels : 0
      if (opaque) for (let c = 0; c < channels; c++) out[to + c] = mean(data, from + c, right, down)
      else weigh(data, from, right, down, channels - 1, out, to)
    }
  }
  return { width: w, height: h, channels, data: out }
}

const mean = (data: Pixels['data'], at: number, right: number, down: number) =>
  (data[at]! + data[at + right]! + data[at + down]! + data[at + right + down]! + 2) >> 2

function weigh(data: Pixels['data'], from: number, right: number, down: number, alpha: number, out: Uint8Array, to: number): void {
  const corners = [from, from + right, from + down, from + right + down]
  let total = 0
  for (const corner of corners) total += data[corner + alpha]!
  for (let c = 0; c < alpha; c++) {
    let sum = 0
    for (const corner of corners) sum += data[corner + c]! * data[corner + alpha]!
    out[to + c] = total === 0 ? mean(data, from + c, right, down) : Math.round(sum / total)
  }
  out[to + alpha] = (total + 2) >> 2
}

/** A rectangle inside the picture, copied. */
export function cut({ width, channels, data }: Pixels, x: number, y: number, w: number, h: number): Pixels {
  const out = data instanceof Uint16Array ? new Uint16Array(w * h * channels) : new Uint8Array(w * h * channels)
  for (let row = 0; row < h; row++) {
    const from = ((y + row) * width + x) * channels
    out.set(data.subarray(from, from + w * channels), row * w * channels)
  }
  return { width: w, height: h, channels, data: out }
}

/** How many tiles are encoded at once: enough for the decoder's threads, few enough to hold in memory. */
const together = 8

async function writeLevel(folder: string, picture: Pixels): Promise<void> {
  await mkdir(folder, { recursive: true })
  const places: [number, number][] = []
  for (let row = 0; row * tileSize < picture.height; row++) {
    for (let column = 0; column * tileSize < picture.width; column++) places.push([column, row])
  }
  const write = async ([column, row]: [number, number]) => {
    const [x, y] = [column * tileSize, row * tileSize]
    const tile = cut(picture, x, y, Math.min(tileSize, picture.width - x), Math.min(tileSize, picture.height - y))
    await writeFile(join(folder, `${column}_${row}.png`), await encodePng(tile, 'fast'))
  }
  for (let at = 0; at < places.length; at += together) await Promise.all(places.slice(at, at + together).map(write))
}

/** Cuts `<folder>/tiles/<level>/<column>_<row>.png` from an 8-bit picture. A tile can be cut again at any time, so they are not flushed. */
export async function writeTiles(folder: string, picture: Pixels): Promise<void> {
  try {
    const levels = levelsOf(picture.width, picture.height)
    for (let level = 0, now = picture; level < levels.length; level++) {
      await writeLevel(join(folder, 'tiles', String(level)), now)
      if (level + 1 < levels.length) now = halve(now)
    }
  } catch (error) {
    throw writeError(join(folder, 'tiles'), error)
  }
}
