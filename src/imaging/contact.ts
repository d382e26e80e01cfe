import { basename } from 'node:path'
import { PalimpsestError } from '../shared/errors.ts'
import { type ImagingMethods, megapixelLimit } from '../shared/imaging.ts'
import { decode, decodeForDisplay, type Pixels } from './decode.ts'
import { readUserFile, writeAtomic } from './files.ts'
import { drawLine, type Line } from './letters.ts'
import { encodePng } from './png.ts'
import { loadSharp, owned } from './sharp.ts'

/** Contact sheets: pictures of any size in equal cells, each with lines below it, on a neutral dark ground. */

type Sheet = Parameters<ImagingMethods['contactSheet']>[0]
export type Colour = readonly [number, number, number]

export const ground: Colour = [24, 24, 26]
export const ink: Colour = [226, 226, 230]
export const faint: Colour = [150, 150, 156]

/** In pixels, for cells of this size. */
function metrics(cell: number) {
  const text = cell >= 200 ? 18 : cell >= 96 ? 15 : 12
  return { text, line: text + 2, gap: Math.max(6, Math.round(cell / 16)), margin: Math.max(10, Math.round(cell / 10)), title: 28 }
}

export interface Canvas {
  readonly width: number
  readonly height: number
  /** RGB. */
  readonly data: Uint8Array
}

export function write(
  { width, data }: Canvas,
  { width: wide, height, data: cover }: Line,
  left: number,
  top: number,
  colour: Colour,
): void {
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < wide; x++) {
      const share = cover[y * wide + x]! / 255
      const to = ((top + y) * width + left + x) * 3
      for (let c = 0; c < 3; c++) data[to + c] = Math.round(data[to + c]! * (1 - share) + colour[c]! * share)
    }
  }
}

/** Small pictures grow by a whole factor, pixel by pixel; large ones are resampled to fit. RGB over the ground. */
export async function fitted(path: string, cell: number): Promise<Canvas | null> {
  let pixels: Pixels
  try {
    const bytes = await readUserFile(path)
    pixels = await decodeForDisplay(bytes, path, await decode(bytes, basename(path)))
  } catch {
    // A sheet of a hundred is not to fail on one: its cell says that it cannot be read.
    return null
  }
  const { width, height, channels, data } = pixels
  const longest = Math.max(width, height)
  const factor = Math.floor(cell / longest)
  const sharp = await loadSharp()
  const plain = sharp(data, { raw: { width, height, channels }, limitInputPixels: false })
    .flatten({ background: { r: ground[0], g: ground[1], b: ground[2] } })
    .toColourspace('srgb')
  const sized =
    factor >= 1
      ? plain.resize({ width: width * factor, height: height * factor, kernel: 'nearest' })
      : plain.resize({ width: cell, height: cell, fit: 'inside' })
  const out = await sized.raw().toBuffer({ resolveWithObject: true })
  const wide = out.info.channels as number
  return { width: out.info.width, height: out.info.height, data: inThree(new Uint8Array(owned(out.data)), wide) }
}

function inThree(data: Uint8Array, channels: number): Uint8Array {
  if (channels === 3) return data
  const pixels = data.length / channels
  const out = new Uint8Array(pixels * 3)
  for (let i = 0; i < pixels; i++) for (let c = 0; c < 3; c++) out[3 * i + c] = data[i * channels + (channels < 3 ? 0 : c)]!
  return out
}

export async function contactSheet({ cells, columns, cell, title, out }: Sheet): Promise<{ width: number; height: number }> {
  const { text, line, gap, margin, title: heading } = metrics(cell)
  const across = Math.min(columns, cells.length)
  const lines = Math.max(0, ...cells.map((one) => one.lines.length))
  const rows = Math.ceil(cells.length / across)
  const pitch = cell + (lines === 0 ? 0 : 4 + lines * line) + gap
  const top = margin + (title === '' ? 0 : heading + gap)
  const width = 2 * margin + across * (cell + gap) - gap
  const height = top + rows * pitch - gap + margin
  if (width * height > megapixelLimit * 1e6)
    throw new PalimpsestError(
      'request',
      `The sheet would have ${Math.ceil((width * height) / 1e6)} megapixels, and the limit is ${megapixelLimit}: choose smaller cells or fewer pictures.`,
    )
  const canvas: Canvas = { width, height, data: new Uint8Array(width * height * 3) }
  for (let i = 0; i < canvas.data.length; i++) canvas.data[i] = ground[i % 3]!
  const say = async (words: string, size: number, most: number, left: number, y: number, colour: Colour) => {
    const drawn = await drawLine(words, size, most)
    if (drawn !== null) write(canvas, drawn, left, y, colour)
  }
  if (title !== '') await say(title, heading, width - 2 * margin, margin, margin, ink)
  for (const [i, { path, lines: words }] of cells.entries()) {
    const left = margin + (i % across) * (cell + gap)
    const y = top + Math.floor(i / across) * pitch
    const picture = await fitted(path, cell)
    if (picture === null) await say('Cannot be read.', text, cell, left, y, faint)
    else place(canvas, picture, left + Math.floor((cell - picture.width) / 2), y + Math.floor((cell - picture.height) / 2))
    for (const [k, one] of words.entries()) await say(one, text, cell, left, y + cell + 4 + k * line, k === 0 ? ink : faint)
  }
  await writeAtomic(out, [await encodePng({ width, height, channels: 3, data: canvas.data }, 'small')])
  return { width, height }
}

export function place(canvas: Canvas, { width, height, data }: Canvas, left: number, top: number): void {
  for (let y = 0; y < height; y++)
    canvas.data.set(data.subarray(y * width * 3, (y + 1) * width * 3), ((top + y) * canvas.width + left) * 3)
}
