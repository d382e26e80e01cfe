import { constants, crc32, deflateRaw } from 'node:zlib'
import { depthOf, type Pixels } from './decode.ts'

/**
 * Pixels to PNG without the copies and the single thread of a codec built for WebAssembly. The picture is cut into strips of whole rows; each
 * is filtered here and compressed in Node's thread pool, ended so that the next may follow at once (RFC 1951, a stored block of length 0);
 * one IDAT chunk each. A strip knows nothing of another, so one that has not changed need not be made again.
 */

/** Bytes of a strip before it is compressed: enough for the window of 32 kB not to matter, few enough to share among threads. */
const stripBytes = 2 ** 20
/** Strips under way at once: as many as the pool has threads, and one waiting for each. */
const together = 8

/** A strip that is ready, with the checksum of what it was made from. */
interface Strip {
  readonly data: Buffer
  readonly adler: number
  readonly bytes: number
}

/** Strips by picture and level, for pictures that are encoded again and again with little changed. Forgotten with the picture's samples. */
const kept = new WeakMap<Pixels['data'], Map<string, Strip>>()

/** Samples of a picture of the same shape, never to change, that are equal in all rows but `from` .. `end - 1`. */
export interface SameAs {
  readonly data: Pixels['data']
  readonly from: number
  readonly end: number
  /** The next one will be like this picture, not like that: it takes over what is known. */
  readonly follows?: boolean
}

/** The whole file: header, pixels, end. `level`: of zlib, 1..9. */
export async function packPng(pixels: Pixels, level: number, same?: SameAs): Promise<Buffer> {
  const { width, height, channels } = pixels
  const depth = depthOf(pixels)
  const line = (width * channels * depth) / 8
  const rows = Math.max(1, Math.floor(stripBytes / (line + 1)))
  const count = Math.ceil(height / rows)
  const strips: Promise<Strip>[] = []
  const known = same === undefined ? undefined : keptOf(same.data)
  for (let at = 0; at < count; at++) {
    const [top, end] = [at * rows, Math.min(height, (at + 1) * rows)]
    // The first row of a strip is filtered by the one above it.
    const unchanged = same !== undefined && (end <= same.from || top > same.end)
    const key = `${level} ${at}`
    const earlier = unchanged ? known?.get(key) : undefined
    if (earlier !== undefined) {
      strips.push(Promise.resolve(earlier))
      continue
    }
    if (at >= together) await strips[at - together]
    const strip = compressed(filtered(pixels, top, end), level, at + 1 === count)
    // Whoever waits for an earlier one first must not find this one's failure unheard.
    strip.catch(() => undefined)
    strips.push(unchanged ? strip.then((made) => (known?.set(key, made), made)) : strip)
  }
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([depth, colourTypes[channels], 0, 0, 0], 8)
  const made = await Promise.all(strips)
  if (same?.follows === true) {
    kept.set(pixels.data, new Map(made.map((strip, at) => [`${level} ${at}`, strip])))
    kept.delete(same.data)
  }
  // Deflate with a window of 32 kB; no dictionary. RFC 1950, 2.2.
  const chunks = made.map(({ data }, at) => (at === 0 ? [Buffer.from([0x78, 0x01]), data] : [data]))
  const sum = Buffer.alloc(4)
  sum.writeUInt32BE(made.reduce((all, { adler, bytes }) => joinedAdler(all, adler, bytes), 1))
  chunks.at(-1)?.push(sum)
  return Buffer.concat([
    signature,
    ...chunk('IHDR', [header]),
    ...chunks.flatMap((parts) => chunk('IDAT', parts)),
    ...chunk('IEND', []),
  ])
}

function keptOf(data: Pixels['data']): Map<string, Strip> {
  const known = kept.get(data) ?? new Map<string, Strip>()
  kept.set(data, known)
  return known
}

const signature = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10])
const colourTypes = { 1: 0, 2: 4, 3: 2, 4: 6 } as const

/** length, type, data, CRC of type and data, in parts. PNG specification, 5.3. */
function chunk(type: string, parts: readonly Buffer[]): Buffer[] {
  const head = Buffer.alloc(8)
  head.writeUInt32BE(
    parts.reduce((sum, part) => sum + part.length, 0),
    0,
  )
  head.write(type, 4, 'latin1')
  const tail = Buffer.alloc(4)
  tail.writeUInt32BE(parts.reduce((crc, part) => crc32(part, crc), crc32(head.subarray(4))))
  return [head, ...parts, tail]
}

function compressed(raw: Uint8Array, level: number, last: boolean): Promise<Strip> {
  const options = {
    level,
    memLevel: 9,
    finishFlush: last ? constants.Z_FINISH : constants.Z_SYNC_FLUSH,
    // In one piece: each further one would wait for the event loop.
    chunkSize: raw.length + 4096,
  }
  return new Promise((resolve, reject) => {
    deflateRaw(raw, options, (error, data) => {
      if (error === null) resolve({ data, adler: adlerOf(raw), bytes: raw.length })
      else reject(error)
    })
  })
}

const base = 65_521
/** So many sums stay below 2^32 without a remainder taken. RFC 1950, 9. */
const safely = 5552

function adlerOf(data: Uint8Array): number {
  let [a, b] = [1, 0]
  for (let i = 0; i < data.length;) {
    const end = Math.min(data.length, i + safely)
    // Four sums at once: b grows by a after each of them.
    for (; i + 4 <= end; i += 4) {
      const [x, y, z, w] = [data[i]!, data[i + 1]!, data[i + 2]!, data[i + 3]!]
      b += 4 * a + 4 * x + 3 * y + 2 * z + w
      a += x + y + z + w
    }
    for (; i < end; i++) b += a += data[i]!
    a %= base
    b %= base
  }
  return b * 65_536 + a
}

/** The checksum of two pieces one after the other, from those of each; `bytes`: of the second. */
function joinedAdler(first: number, second: number, bytes: number): number {
  const [a1, b1] = [first % 65_536, Math.floor(first / 65_536)]
  const [a2, b2] = [second % 65_536, Math.floor(second / 65_536)]
  const a = (a1 + a2 + base - 1) % base
  // The second began at 1 and begins now at a1: its b grows by (a1 - 1) for each of its bytes.
  const b = (b1 + b2 + (bytes % base) * ((a1 + base - 1) % base)) % base
  return b * 65_536 + a
}

/** Rows top .. end - 1, each with the filter's number before it. */
function filtered(pixels: Pixels, top: number, end: number): Uint8Array {
  const { channels, width } = pixels
  const step = (channels * depthOf(pixels)) / 8
  const line = width * step
  const out = new Uint8Array((end - top) * (line + 1))
  const lineAt = linesOf(pixels, line)
  let above = top > 0 ? lineAt(top - 1) : new Uint8Array(line)
  for (let y = top, at = 0; y < end; y++, at += line + 1) {
    const own = lineAt(y)
    const filter = bestFilter(own, above, step)
    out[at] = filter
    filters[filter]!(own, above, step, out, at + 1)
    above = own
  }
  return out
}

/** The bytes of a row as PNG has them: 16 bits with the high one first. Two rows stand at once. */
function linesOf({ data }: Pixels, line: number): (y: number) => Uint8Array {
  if (data instanceof Uint8Array) return (y) => data.subarray(y * line, (y + 1) * line)
  const rows = [new Uint8Array(line), new Uint8Array(line)] as const
  return (y) => {
    const row = rows[y % 2 === 0 ? 0 : 1]
    for (let i = 0, from = (y * line) / 2; i < line; from++) {
      row[i++] = data[from]! >> 8
      row[i++] = data[from]! & 255
    }
    return row
  }
}

type Filter = (own: Uint8Array, above: Uint8Array, step: number, out: Uint8Array, at: number) => void

/** None, Sub, Up, Average, Paeth: PNG specification, 9.2. Left of the row is 0. */
const filters: readonly Filter[] = [
  (own, _above, _step, out, at) => out.set(own, at),
  (own, _above, step, out, at) => {
    for (let i = 0; i < step; i++) out[at + i] = own[i]!
    for (let i = step; i < own.length; i++) out[at + i] = own[i]! - own[i - step]!
  },
  (own, above, _step, out, at) => {
    for (let i = 0; i < own.length; i++) out[at + i] = own[i]! - above[i]!
  },
  (own, above, step, out, at) => {
    for (let i = 0; i < step; i++) out[at + i] = own[i]! - (above[i]! >> 1)
    for (let i = step; i < own.length; i++) out[at + i] = own[i]! - ((own[i - step]! + above[i]!) >> 1)
  },
  (own, above, step, out, at) => {
    for (let i = 0; i < step; i++) out[at + i] = own[i]! - above[i]!
    for (let i = step; i < own.length; i++) out[at + i] = own[i]! - paeth(own[i - step]!, above[i]!, above[i - step]!)
  },
]

function paeth(left: number, up: number, corner: number): number {
  const [toLeft, toUp] = [Math.abs(up - corner), Math.abs(left - corner)]
  const toCorner = Math.abs(left + up - 2 * corner)
  if (toLeft <= toUp && toLeft <= toCorner) return left
  return toUp <= toCorner ? up : corner
}

/** Every so many bytes of a row are looked at: prime, so that every channel is. */
const sample = 11

/** The filter that leaves the smallest sum of absolute values (PNG specification, 12.7), judged by a sample of the row. */
function bestFilter(own: Uint8Array, above: Uint8Array, step: number): number {
  let none = 0
  let sub = 0
  let up = 0
  let average = 0
  let corner = 0
  for (let i = step; i < own.length; i += sample) {
    const x = own[i]!
    const a = own[i - step]!
    const b = above[i]!
    none += small(x)
    sub += small(x - a)
    up += small(x - b)
    average += small(x - ((a + b) >> 1))
    corner += small(x - paeth(a, b, above[i - step]!))
  }
  const sums = [none, sub, up, average, corner]
  return sums.indexOf(Math.min(...sums))
}

/** Distance from 0 of a byte that wraps. */
const small = (difference: number) => Math.abs((difference << 24) >> 24)
