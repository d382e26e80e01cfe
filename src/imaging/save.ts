import { readFile } from 'node:fs/promises'
import { PalimpsestError } from '../shared/errors.ts'
import type { FillOf, SavedPicture } from '../shared/imaging.ts'
import type { SaveSettings } from '../shared/request.ts'
import { type Alpha, alphaOf, countBlended } from './blend.ts'
import { countChanged, sourceOf } from './composite.ts'
import { decode, depthOf, type Pixels } from './decode.ts'
import { exifFor } from './exif.ts'
import { readUserFile, sha256, writeAtomic } from './files.ts'
import { layerOf } from './layer.ts'
import { loadMask } from './masks.ts'
import { dressed, encodePng, withChunks } from './png.ts'
import { loadSharp, owned } from './sharp.ts'
import { loadPhoto } from './store.ts'

/**
 * A finished picture, or its fill as a layer, as the file a user wants (STUDIO.md 8d and 10). The values of the picture are taken as they are
 * stored; the profile always goes with them. What was written is read back from the disk and held against the photograph.
 */

interface Job {
  /** A finished picture of ours. */
  readonly picture: string
  /** What it is a fill of; null: a picture made from noise. */
  readonly fill: FillOf | null
  /** The user's file, for its camera data; null: none to be had. */
  readonly original: string | null
  readonly settings: SaveSettings
  readonly out: string
}

/** Pixels up to which a JPEG's code tables are made for the picture. */
const mostOptimised = 8e6

const refuse = (sentence: string) => new PalimpsestError('request', sentence)

/** Of JPEG and WebP; a WebP cannot be larger. */
const mostPixels = { jpeg: 65_535, webp: 16_383 } as const

export async function savePicture({ picture: path, fill, original, settings, out }: Job): Promise<SavedPicture> {
  const { what, format } = settings
  if (what === 'layer' && fill === null) throw refuse('This picture was made from noise and has no fill to save by itself.')
  if (what === 'layer' && format === 'jpeg') throw refuse('A JPEG holds no transparency: save the layer as PNG, TIFF or WebP.')
  const bytes = await readUserFile(path)
  const picture = await decode(bytes, path)
  if (format === 'jpeg' || format === 'webp') checkSize(picture, format)
  const alpha = fill === null ? undefined : alphaOf(await loadMask(fill.mask), fill.blend)
  const source = fill === null ? undefined : await sourceFor(fill, picture)
  const layer = what === 'layer' && source !== undefined && alpha !== undefined ? layerOf(source, picture, alpha) : undefined
  const content: Pixels = layer ?? picture
  const { exif, notices } = await cameraData(settings, original, picture)
  const dress = { exif, keepRecipe: settings.recipe && format === 'png' && layer === undefined }
  const png =
    layer === undefined
      ? withChunks(bytes, dress)
      : withChunks(Buffer.concat(dressed(await encodePng(layer, 'small'), { icc: picture.icc, recipe: null })), dress)
  const parts = format === 'png' ? png : [await encoded(Buffer.concat(png), content, settings, exif !== null)]
  let changedOutside: number | null = null
  let length = 0
  let hash = ''
  await writeAtomic(out, parts, async (temporary) => {
    const written = await readFile(temporary)
    ;[length, hash] = [written.length, sha256(written)]
    if (alpha === undefined || source === undefined) return
    // A PNG of ours keeps its chunks of pixels: where the file on the disk is what was to be written, they have been read already.
    const asItWas = format === 'png' && layer === undefined && isWhole(written, parts)
    const found = asItWas ? picture : await decode(written, out)
    changedOutside = layer === undefined ? countDifferent(source, found, alpha) : countClear(found, alpha)
  })
  const keeps = keepsValues(settings, content)
  return {
    sha256: hash,
    bytes: length,
    keeps,
    changedOutside,
    blended: alpha === undefined ? null : countBlended(alpha),
    pixels: picture.width * picture.height,
    notices: [...notices, ...losses(settings, content)],
  }
}

/** Is the file these parts one after the other, byte for byte? */
function isWhole(file: Buffer, parts: readonly Uint8Array[]): boolean {
  let at = 0
  for (const part of parts) {
    if (Buffer.compare(file.subarray(at, at + part.length), part) !== 0) return false
    at += part.length
  }
  return at === file.length
}

/** Is every value in the file the one of the picture? */
function keepsValues({ format, lossless }: SaveSettings, content: Pixels): boolean {
  if (format === 'png' || format === 'tiff') return true
  return format === 'webp' && lossless && depthOf(content) === 8
}

function losses({ format, what }: SaveSettings, content: Pixels): string[] {
  const name = format === 'jpeg' ? 'A JPEG' : 'A WebP'
  const deep = (format === 'jpeg' || format === 'webp') && depthOf(content) === 16
  const veiled = format === 'jpeg' && what === 'picture' && (content.channels === 2 || content.channels === 4)
  return [
    ...(deep ? [`${name} holds 8 bits a channel: the 16 of the picture were rounded.`] : []),
    ...(veiled ? ['A JPEG holds no transparency: the picture was laid on white.'] : []),
  ]
}

function checkSize({ width, height }: Pixels, format: 'jpeg' | 'webp'): void {
  const most = mostPixels[format]
  if (Math.max(width, height) <= most) return
  const name = format === 'jpeg' ? 'JPEG' : 'WebP'
  throw refuse(
    `A ${name} is at most ${most} pixels wide and high, and this picture is ${width} x ${height}: save it as PNG or TIFF.`,
  )
}

/** S as the fill was blended into it; a photograph stored in grey was given colours where the picture has them. */
async function sourceFor({ photo: folder, asGrey }: FillOf, picture: Pixels): Promise<Pixels> {
  const photo = await loadPhoto(folder)
  const source = sourceOf(photo, asGrey, photo.channels < 3 && picture.channels >= 3)
  if (source.width === picture.width && source.height === picture.height && source.channels === picture.channels) return source
  throw new PalimpsestError('internal', 'The picture is not a fill of this photograph.')
}

async function cameraData(
  { exif: wanted, gps, format }: SaveSettings,
  original: string | null,
  { width, height }: Pixels,
): Promise<{ readonly exif: Buffer | null; readonly notices: readonly string[] }> {
  if (!wanted || original === null) return { exif: null, notices: [] }
  const sharp = await loadSharp()
  const { exif: block } = await sharp(await readUserFile(original), { limitInputPixels: false }).metadata()
  if (block === undefined) return { exif: null, notices: ['The photograph has no camera data.'] }
  if (format === 'tiff') return { exif: null, notices: ['Camera data cannot be written into a TIFF: it was left out.'] }
  const exif = exifFor(block, { place: gps, width, height })
  return { exif, notices: exif === null ? ['The camera data of the photograph cannot be read: it was left out.'] : [] }
}

/** The picture in another format. Both ways the profile is kept and not applied: values stay what they are. */
async function encoded(png: Buffer, content: Pixels, { format, lossless, quality }: SaveSettings, exif: boolean): Promise<Buffer> {
  const sharp = await loadSharp()
  const input = sharp(png, { limitInputPixels: false }).keepIccProfile()
  const picture = exif ? input.keepExif() : input
  const grey = content.channels < 3
  const deep = depthOf(content) === 16
  if (format === 'tiff') {
    const space = deep ? (grey ? 'grey16' : 'rgb16') : grey ? 'b-w' : 'srgb'
    return owned(await picture.toColourspace(space).tiff({ compression: 'deflate', predictor: 'horizontal' }).toBuffer())
  }
  if (format === 'webp')
    return owned(
      await picture.webp(lossless ? { lossless, exact: true } : { quality, exact: true, smartSubsample: true }).toBuffer(),
    )
  // The best code tables cost the whole picture's coefficients in memory: a third of a gigabyte at 24 megapixels, for a file smaller by a twentieth.
  const optimiseCoding = content.width * content.height <= mostOptimised
  // Without subsampling at high quality, as cameras have it.
  const chromaSubsampling = quality >= 90 ? '4:4:4' : '4:2:0'
  const flat = picture.flatten({ background: '#ffffff' }).toColourspace(grey ? 'b-w' : 'srgb')
  return owned(await flat.jpeg({ quality, chromaSubsampling, optimiseCoding }).toBuffer())
}

/** Pixels outside A that differ, also where the file holds the same values in other channels: WebP stores grey as RGB, and opaque without alpha. */
function countDifferent(source: Pixels, written: Pixels, alpha: Alpha): number {
  if (source.channels === written.channels && depthOf(source) === depthOf(written)) return countChanged(source, written, alpha)
  return countChanged(asRgba(source, depthOf(written)), asRgba(written, depthOf(written)), alpha)
}

function asRgba({ width, height, channels, data }: Pixels, depth: 8 | 16): Pixels {
  const deep = data instanceof Uint16Array
  const value = (at: number) => (deep && depth === 8 ? data[at]! >> 8 : !deep && depth === 16 ? data[at]! * 257 : data[at]!)
  const out = depth === 16 ? new Uint16Array(width * height * 4) : new Uint8Array(width * height * 4)
  const veiled = channels === 2 || channels === 4
  for (let i = 0, from = 0; i < out.length; i += 4, from += channels) {
    for (let c = 0; c < 3; c++) out[i + c] = value(from + (channels < 3 ? 0 : c))
    out[i + 3] = veiled ? value(from + channels - 1) : depth === 16 ? 65535 : 255
  }
  return { width, height, channels: 4, data: out }
}

/** Of a layer: pixels outside A that are not wholly clear. */
function countClear(layer: Pixels, alpha: Alpha): number {
  const { width, height, channels } = layer
  const clear: Pixels = { width, height, channels, data: layer.data.slice() }
  for (let i = channels - 1; i < clear.data.length; i += channels) clear.data[i] = 0
  return countChanged(clear, layer, alpha)
}
