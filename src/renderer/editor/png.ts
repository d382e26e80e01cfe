import { PalimpsestError } from '../../shared/errors.ts'

/**
 * 8-bit grey PNG in and out, byte for byte. Our own, because a canvas may convert colours and premultiplies alpha, and a mask must not move.
 * Reads what imaging writes: grey of 8 bits, not interlaced, any filter.
 */
export interface GreyPicture {
  readonly width: number
  readonly height: number
  /** width * height, row-major. */
  readonly data: Uint8Array
}

const signature = [137, 80, 78, 71, 13, 10, 26, 10]

const crcTable = new Uint32Array(256)
for (let n = 0; n < 256; n++) {
  let c = n
  for (let k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1
  crcTable[n] = c
}

function crc(bytes: Uint8Array): number {
  let c = 0xffffffff
  for (const byte of bytes) c = (crcTable[(c ^ byte) & 255] ?? 0) ^ (c >>> 8)
  return (c ^ 0xffffffff) >>> 0
}

async function through(bytes: Uint8Array, transform: CompressionStream | DecompressionStream): Promise<Uint8Array> {
  const stream = new Blob([bytes as Uint8Array<ArrayBuffer>]).stream().pipeThrough(transform)
  return new Uint8Array(await new Response(stream).arrayBuffer())
}

function chunk(type: string, data: Uint8Array): Uint8Array {
  const out = new Uint8Array(12 + data.length)
  const view = new DataView(out.buffer)
  view.setUint32(0, data.length)
  for (let i = 0; i < 4; i++) out[4 + i] = type.charCodeAt(i)
  out.set(data, 8)
  view.setUint32(8 + data.length, crc(out.subarray(4, 8 + data.length)))
  return out
}

export async function encodeGrey(picture: GreyPicture): Promise<Uint8Array<ArrayBuffer>> {
  const { width, height, data } = picture
  const header = new Uint8Array(13)
  const view = new DataView(header.buffer)
  view.setUint32(0, width)
  view.setUint32(4, height)
  header[8] = 8
  const rows = new Uint8Array((width + 1) * height)
  for (let y = 0; y < height; y++) rows.set(data.subarray(y * width, (y + 1) * width), y * (width + 1) + 1)
  const parts = [
    Uint8Array.from(signature),
    chunk('IHDR', header),
    chunk('IDAT', await through(rows, new CompressionStream('deflate'))),
    chunk('IEND', new Uint8Array(0)),
  ]
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    out.set(part, at)
    at += part.length
  }
  return out
}

/** Fails with code `internal` on anything but an 8-bit grey PNG that is not interlaced. */
export async function decodeGrey(png: Uint8Array): Promise<GreyPicture> {
  if (signature.some((byte, i) => png[i] !== byte)) throw refused('does not begin like a PNG')
  const view = new DataView(png.buffer, png.byteOffset, png.byteLength)
  const data: Uint8Array[] = []
  let header: { width: number; height: number } | undefined
  for (let at = 8; at + 12 <= png.length;) {
    const length = view.getUint32(at)
    if (at + 12 + length > png.length) throw refused('is cut short')
    const type = String.fromCharCode(...png.subarray(at + 4, at + 8))
    const body = png.subarray(at + 8, at + 8 + length)
    if (crc(png.subarray(at + 4, at + 8 + length)) !== view.getUint32(at + 8 + length)) throw refused(`has a damaged ${type}`)
    if (type === 'IHDR') {
      if (body[8] !== 8 || body[9] !== 0 || body[12] !== 0) throw refused('is not 8-bit grey without interlacing')
      header = { width: view.getUint32(at + 8), height: view.getUint32(at + 12) }
    }
    if (type === 'IDAT') data.push(body)
    if (type === 'IEND') break
    at += 12 + length
  }
  if (header === undefined || data.length === 0) throw refused('has no picture')
  const packed = new Uint8Array(await new Blob(data as Uint8Array<ArrayBuffer>[]).arrayBuffer())
  const rows = await through(packed, new DecompressionStream('deflate'))
  if (rows.length !== (header.width + 1) * header.height) throw refused('has a wrong number of bytes')
  return { ...header, data: unfilter(rows, header.width, header.height) }
}

function refused(why: string): PalimpsestError {
  return new PalimpsestError('internal', `A tile of the saved mask ${why}.`)
}

/** PNG specification, section 9: filter types 0 to 4 at one byte a pixel. */
function unfilter(rows: Uint8Array, width: number, height: number): Uint8Array {
  const out = new Uint8Array(width * height)
  for (let y = 0; y < height; y++) {
    const filter = rows[y * (width + 1)] ?? 0
    for (let x = 0; x < width; x++) {
      const at = y * width + x
      const raw = rows[y * (width + 1) + 1 + x] ?? 0
      const left = x > 0 ? (out[at - 1] ?? 0) : 0
      const above = y > 0 ? (out[at - width] ?? 0) : 0
      const corner = x > 0 && y > 0 ? (out[at - width - 1] ?? 0) : 0
      out[at] = raw + predicted(filter, left, above, corner)
    }
  }
  return out
}

function predicted(filter: number, left: number, above: number, corner: number): number {
  switch (filter) {
    case 0:
      return 0
    case 1:
      return left
    case 2:
      return above
    case 3:
      return (left + above) >> 1
    case 4:
      return paeth(left, above, corner)
    default:
      throw refused(`has the unknown filter ${filter}`)
  }
}

function paeth(left: number, above: number, corner: number): number {
  const p = left + above - corner
  const a = Math.abs(p - left)
  const b = Math.abs(p - above)
  const c = Math.abs(p - corner)
  return a <= b && a <= c ? left : b <= c ? above : corner
}
