import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'

export interface Pixels {
  readonly width: number
  readonly height: number
  readonly channels: number
  readonly data: Uint8Array
}

/** As they stand in the file: no colour management. */
export async function readPixels(file: string): Promise<Pixels> {
  const { data, info } = await sharp(file).raw().toBuffer({ resolveWithObject: true })
  return { width: info.width, height: info.height, channels: info.channels, data }
}

/** The mask of the only photograph in a data folder, one byte a pixel: that of its fills, or one of several by its file. */
export async function onlyMask(data: string, name = 'mask.png'): Promise<Pixels> {
  const [photo] = readdirSync(join(data, 'photos'))
  const file = join(data, 'photos', photo ?? '', name)
  const { data: bytes, info } = await sharp(file).extractChannel(0).raw().toBuffer({ resolveWithObject: true })
  return { width: info.width, height: info.height, channels: 1, data: bytes }
}

/** Which pixels lie within `reach` of a painted one, along x and along y: more than any feather of that width. */
export function around(mask: Pixels, reach: number): Uint8Array {
  const { width, height } = mask
  const near = new Uint8Array(width * height)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (mask.data[y * width + x] === 0) continue
      for (let j = Math.max(0, y - reach); j <= Math.min(height - 1, y + reach); j++) {
        near.fill(1, j * width + Math.max(0, x - reach), j * width + Math.min(width, x + reach + 1))
      }
    }
  }
  return near
}

/** Of pixels with any different byte: how many lie where `inside` is 1, and how many elsewhere. */
export function countDifferent(a: Pixels, b: Pixels, inside: Uint8Array): { readonly inside: number; readonly outside: number } {
  if (a.width !== b.width || a.height !== b.height || a.channels !== b.channels)
    throw new Error('Two pictures of different shapes.')
  const found = { inside: 0, outside: 0 }
  for (let i = 0; i < inside.length; i++) {
    const from = i * a.channels
    if (Buffer.compare(a.data.subarray(from, from + a.channels), b.data.subarray(from, from + a.channels)) === 0) continue
    if (inside[i] === 1) found.inside += 1
    else found.outside += 1
  }
  return found
}
