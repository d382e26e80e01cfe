import { constants, crc32, inflateRaw } from 'node:zlib'
import { PalimpsestError } from '../shared/errors.ts'
import { depthOf, type Pixels } from './decode.ts'

/**
 * A PNG of ours (deflate.ts) read back strip by strip, for a check of what is on the disk: at no time does the whole picture stand in memory, and
 * none of it in the heap of a codec built for WebAssembly, which never shrinks again.
 */

/** Strips under way at once. */
const together = 4

const broken = (why: string) => new PalimpsestError('internal', 'The written picture cannot be read back.', why)

/** Each row from the top as its samples; they are gone when the next one comes. Refuses (code internal) what is not whole or of another shape. */
export async function readRows(
  png: Buffer,
  like: Pixels,
  onRow: (row: Uint8Array | Uint16Array, y: number) => void,
): Promise<void> {
  const { width, height, channels } = like
  const deep = depthOf(like) === 16
  const step = channels * (deep ? 2 : 1)
  const line = width * step
  const packed = pixelsOf(png, [width, height, deep ? 16 : 8, [0, 0, 4, 2, 6][channels]!])
  // Where each begins is not told: what one leaves over goes before the next.
  let rest: Uint8Array = new Uint8Array(0)
  let above: Uint8Array = new Uint8Array(line)
  const samples = deep ? new Uint16Array(line / 2) : undefined
  let y = 0
  const strips: Promise<Buffer>[] = []
  for (let at = 0; at < packed.length; at++) {
    while (strips.length < Math.min(packed.length, at + together)) strips.push(inflated(packed[strips.length]!))
    const raw = await strips[at]!
    strips[at] = none
    const bytes = rest.length === 0 ? raw : Buffer.concat([rest, raw])
    let from = 0
    for (; from + line + 1 <= bytes.length; from += line + 1, y++) {
      if (y === height) throw broken('too many rows')
      const row = bytes.subarray(from + 1, from + 1 + line)
      unfilter(bytes[from]!, row, above, step)
      above = row
      onRow(samples === undefined ? row : wide(row, samples), y)
    }
    rest = bytes.subarray(from)
  }
  if (y !== height || rest.length > 0) throw broken(`${y} rows of ${height}`)
}

const none: Promise<Buffer> = Promise.resolve(Buffer.alloc(0))

/** What is packed of the pixels, without the frame of zlib. Every checksum is held against its chunk. */
function pixelsOf(png: Buffer, [width, height, depth, type]: readonly number[]): Buffer[] {
  const parts: Buffer[] = []
  for (let at = 8; at + 12 <= png.length;) {
    const length = png.readUInt32BE(at)
    const chunk = png.subarray(at + 4, at + 8 + length)
    if (at + 12 + length > png.length || crc32(chunk) !== png.readUInt32BE(at + 8 + length)) throw broken('a damaged chunk')
    const name = chunk.toString('latin1', 0, 4)
    if (name === 'IDAT') parts.push(chunk.subarray(4))
    else if (name === 'IHDR') {
      const found = [chunk.readUInt32BE(4), chunk.readUInt32BE(8), chunk[12], chunk[13]]
      if (String(found) !== String([width, height, depth, type])) throw broken(`another shape: ${String(found)}`)
    }
    at += 12 + length
  }
  if (parts.length === 0) throw broken('no pixels')
  parts[0] = parts[0]!.subarray(2)
  parts.push(parts.pop()!.subarray(0, -4))
  return parts
}

function inflated(strip: Buffer): Promise<Buffer> {
  const made = new Promise<Buffer>((resolve, reject) => {
    inflateRaw(strip, { finishFlush: constants.Z_SYNC_FLUSH, chunkSize: 2 ** 20 + 2 ** 16 }, (error, data) => {
      if (error === null) resolve(data)
      else reject(broken(String(error)))
    })
  })
  // Whoever waits for an earlier one first must not find this one's failure unheard.
  made.catch(() => undefined)
  return made
}

/** Bytes with the high one first to samples. */
function wide(row: Uint8Array, out: Uint16Array): Uint16Array {
  for (let i = 0; i < out.length; i++) out[i] = (row[2 * i]! << 8) | row[2 * i + 1]!
  return out
}

/** In place; `above`: the row before, as it was made. PNG specification, 9.2: None, Sub, Up, Average, Paeth. */
function unfilter(filter: number, row: Uint8Array, above: Uint8Array, step: number): void {
  const { length } = row
  if (filter === 1) for (let i = step; i < length; i++) row[i]! += row[i - step]!
  else if (filter === 2) for (let i = 0; i < length; i++) row[i]! += above[i]!
  else if (filter === 3) {
    for (let i = 0; i < step; i++) row[i]! += above[i]! >> 1
    for (let i = step; i < length; i++) row[i]! += (row[i - step]! + above[i]!) >> 1
  } else if (filter === 4) {
    for (let i = 0; i < step; i++) row[i]! += above[i]!
    for (let i = step; i < length; i++) {
      const [left, up, corner] = [row[i - step]!, above[i]!, above[i - step]!]
      const [toLeft, toUp, toCorner] = [Math.abs(up - corner), Math.abs(left - corner), Math.abs(left + up - 2 * corner)]
      row[i]! += toLeft <= toUp && toLeft <= toCorner ? left : toUp <= toCorner ? up : corner
    }
  } else if (filter !== 0) throw broken(`a filter ${filter}`)
}
