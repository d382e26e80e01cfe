import { basename } from 'node:path'
import { PalimpsestError } from '../shared/errors.ts'
import { megapixelLimit, type PhotoInfo } from '../shared/imaging.ts'
import { type Container, containerNames, containerOf, heicRefusal, misnamed, pngFrames } from './container.ts'
import { loadSharp, type Metadata, owned } from './sharp.ts'

/** A user's file to upright, interleaved pixels at its own depth. Values are the file's own: no colour management unless said. */

export interface Pixels {
  readonly width: number
  readonly height: number
  /** 1 grey, 2 grey+alpha, 3 RGB, 4 RGB+alpha; interleaved, rows from the top. */
  readonly channels: 1 | 2 | 3 | 4
  /** 8 bit in a Uint8Array, 16 bit in a Uint16Array. */
  readonly data: Uint8Array | Uint16Array
}

export interface Decoded extends Pixels {
  readonly format: PhotoInfo['format']
  readonly icc: Uint8Array | null
  readonly notices: readonly string[]
}

/** With its article. */
const one = (container: Container) => `${container === 'heif' ? 'an' : 'a'} ${containerNames[container]}`

const strict = { failOn: 'error', limitInputPixels: false } as const

async function headerOf(bytes: Uint8Array, container: Container, name: string): Promise<Metadata> {
  const sharp = await loadSharp()
  const damaged = `${name} cannot be read as ${one(container)}: it is damaged, cut short or of an unknown kind.`
  const header = await sharp(bytes, strict)
    .metadata()
    .catch((error: unknown) => {
      throw new PalimpsestError('request', damaged, String(error))
    })
  const megapixels = (header.width * (header.pageHeight ?? header.height)) / 1e6
  if (megapixels > megapixelLimit) {
    const size = megapixels.toFixed(megapixels < 1000 ? 1 : 0)
    throw new PalimpsestError('request', `${name} has ${size} megapixels: the limit is ${megapixelLimit}.`)
  }
  if (header.depth !== 'uchar' && header.depth !== 'ushort' && header.space !== 'labs') {
    throw new PalimpsestError('request', `${name} has ${header.depth} samples: save it with 8 or 16 bits a channel.`)
  }
  return header
}

/** Is the colour stored in a way the models and PNG do not know, so that it must be converted? The word for the notice. */
const foreignSpace: Partial<Record<string, string>> = {
  cmyk: 'CMYK',
  lab: 'Lab',
  labs: 'Lab',
  labq: 'Lab',
  lch: 'LCh',
  xyz: 'XYZ',
  hsv: 'HSV',
}

function framesOf(bytes: Uint8Array, header: Metadata, container: Container): number {
  if (container === 'heif') return 1
  return container === 'png' ? pngFrames(bytes) : (header.pages ?? 1)
}

function noticesOf(bytes: Uint8Array, header: Metadata, container: Container, name: string): readonly string[] {
  const foreign = foreignSpace[header.space]
  const pages = framesOf(bytes, header, container)
  const said = misnamed(name, container)
  const part = container === 'tiff' ? 'page' : 'frame'
  return [
    ...(said === undefined
      ? []
      : [`The name says ${containerNames[said]}, but the file is ${one(container)}: it was opened as that.`]),
    ...(foreign === undefined ? [] : [`The picture was in ${foreign} and has been converted to sRGB.`]),
    ...(pages > 1 ? [`The file holds ${pages} ${part}s: the first one was opened.`] : []),
  ]
}

/** Raw bytes in memory of their own as samples of their depth, 16 bit little-endian. */
export function samples(raw: Buffer, depth: 8 | 16): Uint8Array | Uint16Array {
  return depth === 8
    ? new Uint8Array(raw.buffer, raw.byteOffset, raw.length)
    : new Uint16Array(raw.buffer, raw.byteOffset, raw.length / 2)
}

export const depthOf = (pixels: Pixels): 8 | 16 => (pixels.data instanceof Uint16Array ? 16 : 8)

interface Wanted {
  /** Colours through the file's own profile to sRGB; else the values as they are stored. */
  readonly managed: boolean
  readonly depth: 8 | 16
}

async function pixelsOf(bytes: Uint8Array, header: Metadata, name: string, { managed, depth }: Wanted): Promise<Pixels> {
  const sharp = await loadSharp()
  const grey = header.space === 'b-w' || header.space === 'grey16'
  // sharp's 8-bit grey raw output has no alpha: such a picture is taken as RGB with alpha, and two of the three equal channels are dropped.
  const veiled = grey && header.hasAlpha && depth === 8
  const space = depth === 16 ? (grey ? 'grey16' : 'rgb16') : grey && !veiled ? 'b-w' : 'srgb'
  const { data, info } = await sharp(bytes, { ...strict, ignoreIcc: !managed })
    .autoOrient()
    .toColourspace(space)
    .raw({ depth: depth === 16 ? 'ushort' : 'uchar' })
    .toBuffer({ resolveWithObject: true })
    .catch((error: unknown) => {
      throw new PalimpsestError('request', `${name} is damaged or cut short.`, String(error))
    })
  const { width, height } = info
  const channels = info.channels as number
  if (veiled && channels === 4) return { width, height, channels: 2, data: withoutColour(data) }
  if (channels !== 1 && channels !== 2 && channels !== 3 && channels !== 4) {
    throw new PalimpsestError('request', `${name} has ${channels} channels: save it as grey or RGB, with or without transparency.`)
  }
  return { width, height, channels, data: samples(owned(data), depth) }
}

function withoutColour(rgba: Uint8Array): Uint8Array {
  const out = new Uint8Array(rgba.length / 2)
  for (let from = 0, to = 0; from < rgba.length; from += 4) {
    out[to++] = rgba[from]!
    out[to++] = rgba[from + 3]!
  }
  return out
}

/**
 * Decodes a picture file. Upright for orientation 1 to 8; alpha and ICC profile kept; CMYK and Lab become sRGB, of an animation the first
 * frame is taken, each with a notice. Refuses (code request) what is no picture, damaged, cut short or above the megapixel limit.
 */
export async function decode(bytes: Uint8Array, path: string): Promise<Decoded> {
  const name = basename(path)
  const container = containerOf(bytes, name)
  const header = await headerOf(bytes, container, name)
  if (container === 'heif' && header.compression === 'hevc') throw heicRefusal(name)
  const foreign = foreignSpace[header.space] !== undefined
  const pixels = await pixelsOf(bytes, header, name, { managed: foreign, depth: header.depth === 'ushort' ? 16 : 8 })
  const format = container === 'heif' && header.compression === 'av1' ? 'avif' : container
  const icc = !foreign && header.icc !== undefined ? new Uint8Array(header.icc) : null
  return { ...pixels, format, icc, notices: noticesOf(bytes, header, container, name) }
}

/** The same picture as a screen shows it: 8-bit sRGB. Without a profile it is taken to be sRGB already. */
export async function decodeForDisplay(bytes: Uint8Array, path: string, decoded: Decoded): Promise<Pixels> {
  if (decoded.icc !== null) {
    const name = basename(path)
    const header = await headerOf(bytes, containerOf(bytes, name), name)
    return pixelsOf(bytes, header, name, { managed: true, depth: 8 })
  }
  return { width: decoded.width, height: decoded.height, channels: decoded.channels, data: eightBit(decoded.data) }
}

function eightBit(data: Uint8Array | Uint16Array): Uint8Array {
  if (data instanceof Uint8Array) return data
  const out = new Uint8Array(data.length)
  for (let i = 0; i < out.length; i++) out[i] = Math.round(data[i]! / 257)
  return out
}
