import { PalimpsestError } from '../shared/errors.ts'
import { depthOf, type Pixels } from './decode.ts'
import type { Plane } from './masks.ts'

/** Masks out of the photograph's own pixels, at its own resolution and depth: the magic wand, and the transparent parts. */

export interface Touch {
  /** Pixels. */
  readonly x: number
  readonly y: number
  /** 0..255 of 255: how far each channel (alpha too) may lie from the touched pixel's. */
  readonly tolerance: number
  /** Only what hangs together with the touched pixel by its sides. */
  readonly contiguous: boolean
}

/** 255 where the colour is like that of the touched pixel. Refuses a point beside the photograph (code request). */
export function wand(photo: Pixels, { x, y, tolerance, contiguous }: Touch): Plane {
  const { width, height, channels, data } = photo
  if (x >= width || y >= height) throw new PalimpsestError('request', 'The magic wand touched no pixel of the photograph.')
  const most = tolerance * (depthOf(photo) === 16 ? 257 : 1)
  const from = (y * width + x) * channels
  const touched = data.slice(from, from + channels)
  const out = new Uint8Array(width * height)
  if (contiguous) flood(photo, touched, most, y * width + x, out)
  else for (let i = 0; i < out.length; i++) if (isLike(photo, i, touched, most)) out[i] = 255
  return { width, height, data: out }
}

function isLike({ channels, data }: Pixels, pixel: number, touched: Uint8Array | Uint16Array, most: number): boolean {
  for (let c = 0, at = pixel * channels; c < channels; c++, at++) if (Math.abs(data[at]! - touched[c]!) > most) return false
  return true
}

/** Stretch by stretch: each takes a run of its row whole and leaves one seed for every run that begins above and below it. */
function flood(photo: Pixels, touched: Uint8Array | Uint16Array, most: number, start: number, out: Uint8Array): void {
  const { width, height } = photo
  const open = (pixel: number) => out[pixel] === 0 && isLike(photo, pixel, touched, most)
  const seeds = [start]
  for (let seed = seeds.pop(); seed !== undefined; seed = seeds.pop()) {
    if (!open(seed)) continue
    const row = seed - (seed % width)
    let left = seed
    let right = seed + 1
    while (left > row && open(left - 1)) left--
    while (right < row + width && open(right)) right++
    out.fill(255, left, right)
    for (const next of [row - width, row + width]) {
      if (next < 0 || next >= width * height) continue
      let inRun = false
      for (let pixel = next + left - row; pixel < next + right - row; pixel++) {
        const isOpen = open(pixel)
        if (isOpen && !inRun) seeds.push(pixel)
        inRun = isOpen
      }
    }
  }
}

/** What is transparent is to be filled: 255 - alpha. Refuses a photograph without an alpha channel (code request). */
export function fromAlpha(photo: Pixels): Plane {
  const { width, height, channels, data } = photo
  if (channels !== 2 && channels !== 4) throw new PalimpsestError('request', 'This photograph has no transparent parts.')
  const whole = depthOf(photo) === 16 ? 257 : 1
  const out = new Uint8Array(width * height)
  for (let i = 0, at = channels - 1; i < out.length; i++, at += channels) out[i] = 255 - Math.round(data[at]! / whole)
  return { width, height, data: out }
}
