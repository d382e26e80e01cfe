import { letterHeight, letterMargin, letters, letterStrip, letterWidths } from './letters-data.ts'
import { loadSharp, owned } from './sharp.ts'

/** Lines of text as pixels: sharp's WebAssembly build draws none, and a system may lack the typeface. */

/** Coverage, 0 to 255. */
export interface Line {
  readonly width: number
  readonly height: number
  readonly data: Uint8Array
}

interface Atlas {
  readonly width: number
  readonly data: Uint8Array
  readonly places: ReadonlyMap<string, { readonly at: number; readonly width: number }>
}

let loading: Promise<Atlas> | undefined

async function load(): Promise<Atlas> {
  const sharp = await loadSharp()
  const { data, info } = await sharp(Buffer.from(letterStrip, 'base64'))
    .toColourspace('b-w')
    .raw()
    .toBuffer({ resolveWithObject: true })
  const places = new Map<string, { at: number; width: number }>()
  let at = 0
  for (const [i, width] of letterWidths.split(',').map(Number).entries()) {
    places.set(letters.charAt(i), { at, width })
    at += width + 2 * letterMargin
  }
  return { width: info.width, data: new Uint8Array(owned(data)), places }
}

const missing = '?'

/**
 * One line, `height` pixels high and at most `most` wide: what does not fit is cut off with an ellipsis. Letters the typeface lacks are
 * question marks. Null: nothing to draw.
 */
export async function drawLine(text: string, height: number, most: number): Promise<Line | null> {
  const atlas = await (loading ??= load())
  const scale = height / letterHeight
  const room = Math.floor(most / scale) - 2 * letterMargin
  const place = (letter: string) => atlas.places.get(letter) ?? atlas.places.get(missing) ?? { at: 0, width: 1 }
  const wide = (all: readonly string[]) => all.reduce((sum, letter) => sum + place(letter).width, 0)
  let line = Array.from(text.replaceAll(/\s+/gu, ' ').trim())
  if (wide(line) > room) {
    while (line.length > 0 && wide(line) + place('…').width > room) line = line.slice(0, -1)
    line.push('…')
  }
  if (line.length === 0 || room < 1) return null
  const width = wide(line) + 2 * letterMargin
  const full = new Uint8Array(width * letterHeight)
  let to = 0
  for (const letter of line) {
    const { at, width: own } = place(letter)
    for (let y = 0; y < letterHeight; y++) {
      for (let x = 0; x < own + 2 * letterMargin && to + x < width; x++) {
        const i = y * width + to + x
        full[i] = Math.max(full[i]!, atlas.data[y * atlas.width + at + x]!)
      }
    }
    to += own
  }
  const sharp = await loadSharp()
  const small = Math.max(1, Math.min(most, Math.round(width * scale)))
  const { data } = await sharp(full, { raw: { width, height: letterHeight, channels: 1 } })
    .resize({ width: small, height, fit: 'fill', kernel: 'mitchell' })
    .toColourspace('b-w')
    .raw()
    .toBuffer({ resolveWithObject: true })
  return { width: small, height, data: new Uint8Array(owned(data)) }
}
