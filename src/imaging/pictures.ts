import { basename } from 'node:path'
import { PalimpsestError } from '../shared/errors.ts'
import type { ImagingMethods, ModelSize, WrittenImage } from '../shared/imaging.ts'
import { npy } from '../shared/npy.ts'
import { decode, decodeForDisplay } from './decode.ts'
import { readUserFile, sha256, writeAtomic } from './files.ts'
import { checkChannels, photoInput } from './input.ts'
import { dressed, encodePng } from './png.ts'
import { loadSharp, owned } from './sharp.ts'
import { bytesOf, isColoured } from './store.ts'

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

type WriteSheet = Parameters<ImagingMethods['writeSheet']>[0]

/** Between pictures: no brighter and no darker than they are on average. */
const sheetGrey = 128

export async function writeSheet({ images, shape, range, columns, gap, out }: WriteSheet): Promise<WrittenImage> {
  const { n, c, h, w } = shape
  if (n < 1 || columns < 1 || images.length !== n * c * h * w || (c !== 1 && c !== 3))
    throw new PalimpsestError('internal', `Expected ${n} images of ${c} x ${h} x ${w} but received ${images.length} samples.`)
  const across = Math.min(columns, n)
  const width = across * (w + gap) - gap
  const height = Math.ceil(n / across) * (h + gap) - gap
  const data = new Uint8Array(width * height * c).fill(sheetGrey)
  for (let image = 0; image < n; image++) {
    const pixels = toEightBit(images.subarray(image * c * h * w, (image + 1) * c * h * w), c, range)
    const left = (image % across) * (w + gap)
    const top = Math.floor(image / across) * (h + gap)
    for (let y = 0; y < h; y++) data.set(pixels.subarray(y * w * c, (y + 1) * w * c), ((top + y) * width + left) * c)
  }
  const png = await encodePng({ width, height, channels: c, data }, 'small')
  await writeAtomic(out, [png])
  return { sha256: sha256(png), pixels: sha256(bytesOf(data)) }
}

/** The largest part of the wanted shape from the middle of the picture. */
export async function readPicture(
  path: string,
  model: ModelSize,
  { width, height }: { readonly width: number; readonly height: number },
  asGrey: boolean,
): Promise<{ picture: Float32Array; sha256: string; resized: boolean }> {
  const bytes = await readUserFile(path)
  const decoded = await decode(bytes, basename(path))
  checkChannels({ info: { coloured: isColoured(decoded) } }, model, asGrey)
  const scale = Math.min(decoded.width / width, decoded.height / height)
  const [across, down] = [Math.max(1, Math.round(scale * width)), Math.max(1, Math.round(scale * height))]
  const crop = {
    x: Math.floor((decoded.width - across) / 2),
    y: Math.floor((decoded.height - down) / 2),
    width: across,
    height: down,
    modelWidth: width,
    modelHeight: height,
  }
  const picture = photoInput(decoded, model, crop, { asGrey: model.channels === 1, invert: false })
  return { picture, sha256: sha256(bytes), resized: decoded.width !== width || decoded.height !== height }
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
