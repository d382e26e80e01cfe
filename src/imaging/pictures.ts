/* oxlint-disable typescript/no-non-null-assertion -- loops over typed arrays, indexed inside their length */
import { basename } from 'node:path'
import { PalimpsestError } from '../shared/errors.ts'
import type { ImagingMethods, WrittenImage } from '../shared/imaging.ts'
import { npy } from '../shared/npy.ts'
import { decode, decodeForDisplay } from './decode.ts'
import { readUserFile, sha256, writeAtomic } from './files.ts'
import { dressed, encodePng } from './png.ts'
import { loadSharp, owned } from './sharp.ts'
import { bytesOf } from './store.ts'

/** Samples as files, and small pictures for lists. */

/** One image [c, h, w] in `range` as interleaved 8-bit pixels. */
export function toEightBit(image: Float32Array, channels: number, [low, high]: readonly [number, number]): Uint8Array {
  const plane = image.length / channels
  const out = new Uint8Array(image.length)
  for (let c = 0; c < channels; c++) {
    for (let i = 0; i < plane; i++) {
      const value = (image[c * plane + i]! - low) / (high - low)
      out[i * channels + c] = Math.round(255 * Math.min(1, Math.max(0, value)))
    }
  }
  return out
}

type WriteImages = Parameters<ImagingMethods['writeImages']>[0]

export async function writeImages({ images, shape, range, files, tensors }: WriteImages): Promise<readonly WrittenImage[]> {
  const { n, c, h, w } = shape
  if (files.length !== n || images.length !== n * c * h * w || (c !== 1 && c !== 3)) {
    throw new PalimpsestError(
      'internal',
      `Expected ${n} images of ${c} x ${h} x ${w} but received ${images.length} samples for ${files.length} files.`,
    )
  }
  if (images.some(Number.isNaN)) throw new PalimpsestError('internal', 'An image holds values that are no numbers.', 'nan')
  const written: WrittenImage[] = []
  for (const [index, { out, recipe }] of files.entries()) {
    const image = images.subarray(index * c * h * w, (index + 1) * c * h * w)
    const data = toEightBit(image, c, range)
    const parts = dressed(await encodePng({ width: w, height: h, channels: c, data }, 'small'), { icc: null, recipe })
    await writeAtomic(out, parts)
    if (tensors) await writeAtomic(`${out.replace(/\.png$/, '')}.npy`, [npy(image, [c, h, w])])
    written.push({ sha256: sha256(...parts), pixels: sha256(bytesOf(data)) })
  }
  return written
}

/** At most `size` pixels a side, never enlarged, 8-bit sRGB. */
export async function writeThumbnail(path: string, size: number, out: string): Promise<void> {
  const bytes = await readUserFile(path)
  const { width, height, channels, data } = await decodeForDisplay(bytes, path, await decode(bytes, basename(path)))
  const sharp = await loadSharp()
  const png = await sharp(data, { raw: { width, height, channels }, limitInputPixels: false })
    .toColourspace(channels < 3 ? 'b-w' : 'srgb')
    .resize({ width: size, height: size, fit: 'inside', withoutEnlargement: true })
    .png()
    .toBuffer()
  await writeAtomic(out, [owned(png)])
}
