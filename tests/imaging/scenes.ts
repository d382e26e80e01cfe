import { crc32, deflateSync } from 'node:zlib'
import type { Pixels } from '../../src/imaging/decode.ts'
import { loadSharp } from '../../src/imaging/sharp.ts'
import type { ModelSize } from '../../src/shared/imaging.ts'
import type { BlendSettings, FinishSettings, InpaintSettings } from '../../src/shared/request.ts'
import { chance, colour, digits, encoder } from './pictures.ts'

/**
 * A photograph, a mask and the settings of a fill, all of it from one number: what the pixel rules are held against. The file is encoded here, its
 * orientation and profile put in byte by byte, so that nothing of the program stands on both sides of the comparison.
 */

export interface Scene {
  readonly width: number
  readonly height: number
  readonly channels: 1 | 2 | 3 | 4
  readonly depth: 8 | 16
  readonly format: 'png' | 'tiff' | 'jpeg' | 'webp'
  readonly orientation: number
  readonly profile: boolean
  readonly mask: readonly Shape[]
  readonly blend: BlendSettings
  readonly model: ModelSize
  readonly modelName: string
  readonly refine: InpaintSettings['refine']
  readonly asGrey: boolean
  readonly invert: boolean
  readonly finish: FinishSettings
}

/** In pixels of the photograph. `soft`: the mask fades, so that there are values below 128 and above. */
type Shape =
  | { readonly kind: 'disc'; readonly x: number; readonly y: number; readonly radius: number; readonly soft: boolean }
  | { readonly kind: 'box'; readonly x: number; readonly y: number; readonly width: number; readonly height: number }
  | {
      readonly kind: 'wire'
      readonly from: readonly [number, number]
      readonly to: readonly [number, number]
      readonly thick: number
    }

export interface Size {
  readonly width: number
  readonly height: number
}

const models: Readonly<Record<string, ModelSize>> = {
  digits,
  colour,
  wide: { channels: 3, range: [-1, 1], size: { width: 64, height: 32 } },
  grey: { channels: 1, range: [0, 1], size: { multipleOf: 4, min: 16, max: 512, best: [] } },
  narrow: { channels: 3, range: [-1, 1], size: { multipleOf: 8, min: 32, max: 256, best: [64] } },
  // As the shipped model of photographs.
  free: { channels: 3, range: [-1, 1], size: { multipleOf: 8, min: 64, max: 1024, best: [256] } },
}

/** Log-uniform in both sides from 37 x 41 to `largest`, or of exactly that size. */
export function sceneOf(seed: number, largest: Size, exactly = false): Scene {
  const next = chance(seed * 7919 + 1)
  const pick = <T>(of: readonly T[]): T => of[Math.min(of.length - 1, Math.floor(next() * of.length))]!
  const upTo = (least: number, most: number) => Math.round(least * (most / least) ** next())
  const [width, height] = exactly ? [largest.width, largest.height] : [upTo(37, largest.width), upTo(41, largest.height)]
  const channels = pick([1, 2, 3, 3, 3, 4] as const)
  const depth = pick([8, 8, 16] as const)
  const opaque = channels === 1 || channels === 3
  const small = width * height < 300_000
  const format = pick([
    'png',
    'tiff',
    ...(depth === 8 && opaque ? (['jpeg'] as const) : []),
    ...(depth === 8 && channels >= 3 && small ? (['webp'] as const) : []),
  ] as const)
  const modelName = pick(['free', 'free', 'narrow', 'narrow', 'colour', 'wide', 'grey', 'digits'])
  const model = models[modelName]!
  const mask = Array.from({ length: 1 + Math.floor(next() * 4) }, (_, i) => shapeOf(i, { width, height }, next))
  return {
    width,
    height,
    channels,
    depth,
    format,
    orientation: format === 'webp' ? 1 : 1 + Math.floor(next() * 8),
    profile: channels >= 3 && format !== 'tiff' && format !== 'webp' && next() < 0.4,
    mask: next() < 0.02 ? [{ kind: 'box', x: 0, y: 0, width, height }] : mask,
    blend: {
      padding: pick([0, 8, 32, 32, 64]),
      grow: pick([0, 0, 1, 3, 12]),
      feather: pick([0, 1, 4, 4, 9, 30]),
      side: pick(['outward', 'outward', 'inside'] as const),
    },
    model,
    modelName,
    refine: pick(['off', '2x', 'full', 'full'] as const),
    asGrey: channels >= 3 && (model.channels === 1 || next() < 0.1),
    invert: next() < 0.25,
    finish: { grain: pick([0, 1, 1, 2]), seam: pick(['plain', 'colour', 'membrane'] as const) },
  }
}

/** The first shape lies on an edge or in a corner. */
function shapeOf(index: number, { width, height }: Size, next: () => number): Shape {
  const edgeOr = (limit: number) => (index === 0 && next() < 0.7 ? (next() < 0.5 ? 0 : limit - 1) : Math.floor(next() * limit))
  const [x, y] = [edgeOr(width), edgeOr(height)]
  const length = (limit: number) => Math.ceil((limit / 3) ** next())
  const draw = next()
  if (draw < 0.4) return { kind: 'disc', x, y, radius: length(Math.min(width, height)), soft: next() < 0.5 }
  if (draw < 0.65) return { kind: 'box', x, y, width: length(width), height: length(height) }
  const to = [Math.floor(next() * width), next() < 0.5 ? 0 : height - 1] as const
  return { kind: 'wire', from: [x, y], to, thick: 1 + Math.floor(next() * 12) }
}

/** The mask, 0..255; where shapes meet, the more. */
export function maskOf({ mask, width, height }: Scene): Uint8Array {
  const out = new Uint8Array(width * height)
  const put = (x0: number, y0: number, x1: number, y1: number, value: (x: number, y: number) => number) => {
    for (let y = Math.max(0, y0); y < Math.min(height, y1); y++)
      for (let x = Math.max(0, x0); x < Math.min(width, x1); x++) out[y * width + x] = Math.max(out[y * width + x]!, value(x, y))
  }
  for (const shape of mask) {
    if (shape.kind === 'box') put(shape.x, shape.y, shape.x + shape.width, shape.y + shape.height, () => 255)
    else if (shape.kind === 'disc') {
      const { x: cx, y: cy, radius, soft } = shape
      put(cx - radius, cy - radius, cx + radius + 1, cy + radius + 1, (x, y) => {
        const far = Math.hypot(x - cx, y - cy) / radius
        return far > 1 ? 0 : soft ? Math.round(255 * (1 - far)) : 255
      })
    } else {
      const { from, to, thick } = shape
      const steps = Math.max(1, Math.ceil(Math.hypot(to[0] - from[0], to[1] - from[1])))
      for (let i = 0; i <= steps; i++) {
        const x = Math.round(from[0] + ((to[0] - from[0]) * i) / steps) - (thick >> 1)
        const y = Math.round(from[1] + ((to[1] - from[1]) * i) / steps) - (thick >> 1)
        put(x, y, x + thick, y + thick, () => 255)
      }
    }
  }
  return out
}

/**
 * The photograph, upright: every sample by chance where the fill is at the photograph's own scale (`waves` 0), else cosines that stay smooth when
 * they are mirrored at the ends, `waves` half waves across at most, which an enlargement can give back. Alpha is by chance in both.
 */
export function photographOf(
  seed: number,
  { width, height, channels, depth }: Scene,
  waves: readonly [number, number] | null,
): Pixels {
  const count = width * height * channels
  const data = depth === 8 ? new Uint8Array(count) : new Uint16Array(count)
  const top = 2 ** depth - 1
  let state = Math.imul(seed + 1, 0x9e3779b1) | 1
  const draw = () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return state & top
  }
  const colours = channels < 3 ? 1 : 3
  const cosine = (length: number, halves: number) =>
    Float64Array.from({ length }, (_, i) => Math.cos((Math.PI * halves * (i + 0.5)) / length))
  const [across, down] = [cosine(width, waves?.[0] ?? 0), cosine(height, waves?.[1] ?? 0)]
  for (let y = 0, i = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      for (let c = 0; c < channels; c++)
        data[i++] =
          waves === null || c >= colours ? draw() : Math.round((top * (128 + (c - 1) * 20 + 80 * across[x]! * down[y]!)) / 255)
  return { width, height, channels, data }
}

/** Where pixel (x, y) of the upright picture lies in the stored one, of the upright one's size. TIFF 6.0, tag 274. */
const storedAt: Record<number, (x: number, y: number, w: number, h: number) => readonly [number, number]> = {
  1: (x, y) => [x, y],
  2: (x, y, w) => [w - 1 - x, y],
  3: (x, y, w, h) => [w - 1 - x, h - 1 - y],
  4: (x, y, _w, h) => [x, h - 1 - y],
  5: (x, y) => [y, x],
  6: (x, y, w) => [y, w - 1 - x],
  7: (x, y, w, h) => [h - 1 - y, w - 1 - x],
  8: (x, y, _w, h) => [h - 1 - y, x],
}

function turned(upright: Pixels, orientation: number, back: boolean): Pixels {
  const { channels } = upright
  const [w, h] = [upright.width, upright.height]
  const swap = orientation >= 5
  const [width, height] = swap ? [h, w] : [w, h]
  const data = upright.data instanceof Uint16Array ? new Uint16Array(upright.data.length) : new Uint8Array(upright.data.length)
  const place = storedAt[orientation]!
  // Upright size and stored size; going back they change places.
  const [uw, uh, sw] = back ? [width, height, w] : [w, h, width]
  for (let y = 0; y < uh; y++) {
    for (let x = 0; x < uw; x++) {
      const [sx, sy] = place(x, y, uw, uh)
      const [own, stored] = [(y * uw + x) * channels, (sy * sw + sx) * channels]
      for (let c = 0; c < channels; c++)
        if (back) data[own + c] = upright.data[stored + c]!
        else data[stored + c] = upright.data[own + c]!
    }
  }
  return { width, height, channels, data }
}

/** The smallest EXIF block: one entry, the orientation. */
const exif = (orientation: number) =>
  Buffer.from([0x49, 0x49, 42, 0, 8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0, 0, 0, 0, 0])

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)]
  length.writeUInt32BE(data.length)
  sum.writeUInt32BE(crc32(body))
  return Buffer.concat([length, body, sum])
}

function segment(marker: number, data: Buffer): Buffer {
  return Buffer.concat([Buffer.from([0xff, marker, (data.length + 2) >> 8, (data.length + 2) & 255]), data])
}

function turnTiff(tiff: Buffer, orientation: number): Buffer {
  const out = Buffer.from(tiff)
  const start = out.readUInt32LE(4)
  for (let i = 0; i < out.readUInt16LE(start); i++)
    if (out.readUInt16LE(start + 2 + 12 * i) === 274) out.writeUInt16LE(orientation, start + 2 + 12 * i + 8)
  return out
}

/** The file, and what a viewer shows of it: for JPEG what comes back from the encoder, for all others the photograph itself. */
export async function fileOf(
  upright: Pixels,
  { format, orientation, channels }: Scene,
  icc: Buffer | null,
): Promise<{ bytes: Buffer; upright: Pixels }> {
  const stored = orientation === 1 ? upright : turned(upright, orientation, false)
  const encode = await encoder(stored)
  if (format === 'tiff') return { bytes: turnTiff(await encode.tiff({ compression: 'none' }).toBuffer(), orientation), upright }
  if (format === 'webp') return { bytes: await encode.webp({ lossless: true, exact: true, effort: 0 }).toBuffer(), upright }
  if (format === 'png') {
    const png = await encode.png({ compressionLevel: 1 }).toBuffer()
    const extras = [
      ...(icc === null ? [] : [chunk('iCCP', Buffer.concat([Buffer.from('own\0\0', 'latin1'), deflateSync(icc)]))]),
      chunk('eXIf', exif(orientation)),
    ]
    return { bytes: Buffer.concat([png.subarray(0, 33), ...extras, png.subarray(33)]), upright }
  }
  const jpeg = await encode.jpeg({ quality: 90, chromaSubsampling: '4:4:4' }).toBuffer()
  const sharp = await loadSharp()
  const raw = await sharp(jpeg, { ignoreIcc: true })
    .toColourspace(channels === 1 ? 'b-w' : 'srgb')
    .raw()
    .toBuffer()
  const shown: Pixels = { ...stored, data: new Uint8Array(raw) }
  const extras = [
    segment(0xe1, Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), exif(orientation)])),
    ...(icc === null ? [] : [segment(0xe2, Buffer.concat([Buffer.from('ICC_PROFILE\0\x01\x01', 'latin1'), icc]))]),
  ]
  return {
    bytes: Buffer.concat([jpeg.subarray(0, 2), ...extras, jpeg.subarray(2)]),
    upright: orientation === 1 ? shown : turned(shown, orientation, true),
  }
}
