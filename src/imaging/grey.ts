import { inflateSync } from 'node:zlib'
import type { Pixels } from './decode.ts'
import { chunksOf } from './png.ts'

/**
 * A small grey PNG as the editor packs its tiles, read without a codec: strokes are saved every second, some dozens of tiles at a time.
 * Undefined for a file of any other kind, or a damaged one: then the codec says what it is.
 */
export function greyTile(bytes: Uint8Array, side: number): Pixels | undefined {
  const png = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  const header = Buffer.from([
    137,
    80,
    78,
    71,
    13,
    10,
    26,
    10,
    0,
    0,
    0,
    13,
    73,
    72,
    68,
    82,
    0,
    0,
    side >> 8,
    side & 255,
    0,
    0,
    side >> 8,
    side & 255,
    8,
    0,
    0,
    0,
    0,
  ])
  if (Buffer.compare(png.subarray(0, header.length), header) !== 0) return undefined
  const packed = chunksOf(png).flatMap(({ type, bytes: chunk }) => (type === 'IDAT' ? [chunk.subarray(8, -4)] : []))
  try {
    const raw = inflateSync(Buffer.concat(packed), { maxOutputLength: side * (side + 1) })
    return raw.length === side * (side + 1) ? unfiltered(raw, side) : undefined
  } catch {
    return undefined
  }
}

/** Rows that are stored as they are, or as what they differ by from the one above or the pixel before (PNG specification, 9.2); no others. */
function unfiltered(raw: Buffer, side: number): Pixels | undefined {
  const data = new Uint8Array(side * side)
  for (let y = 0; y < side; y++) {
    const filter = raw[y * (side + 1)] ?? -1
    if (filter < 0 || filter > 2) return undefined
    data.set(raw.subarray(y * (side + 1) + 1, (y + 1) * (side + 1)), y * side)
    const from = y * side
    if (filter === 1) for (let i = from + 1; i < from + side; i++) data[i] = (data[i] ?? 0) + (data[i - 1] ?? 0)
    if (filter === 2 && y > 0) for (let i = from; i < from + side; i++) data[i] = (data[i] ?? 0) + (data[i - side] ?? 0)
  }
  return { width: side, height: side, channels: 1, data }
}
