/**
 * Camera data for a picture that was changed. Of the block as it came only this is kept true: upright (orientation 1), the size as it is now. Left
 * out are the thumbnail and the maker's private notes, which may show the picture as it was before it was retouched, and the place, unless it
 * is wanted. Exif 2.3, 4.5 and 4.6; TIFF 6.0, section 2.
 */

const tags = { orientation: 0x0112, camera: 0x8769, place: 0x8825, notes: 0x927c, width: 0xa002, height: 0xa003 } as const
const thumbnail = { offset: 0x0201, length: 0x0202 } as const
/** Bytes a value, by type 1 to 12. */
const sizes = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8]
const prefix = 'Exif\0\0'

interface Wanted {
  readonly place: boolean
  readonly width: number
  readonly height: number
}

/** The block without its `Exif` prefix, as PNG has it; null where it cannot be understood, and then none is written. */
export function exifFor(block: Uint8Array, wanted: Wanted): Buffer | null {
  const bytes = Buffer.from(block)
  const tiff = bytes.toString('latin1', 0, prefix.length) === prefix ? bytes.subarray(prefix.length) : bytes
  try {
    const ifds = ifdReader(tiff)
    const first = ifds.first()
    const camera = ifds.find(first, tags.camera)
    if (camera !== undefined) {
      const place = ifds.value(camera)
      ifds.setNumber(place, tags.width, wanted.width)
      ifds.setNumber(place, tags.height, wanted.height)
      ifds.drop(place, tags.notes)
    }
    ifds.setNumber(first, tags.orientation, 1)
    if (!wanted.place) {
      const place = ifds.find(first, tags.place)
      if (place !== undefined) ifds.wipe(ifds.value(place))
      ifds.drop(first, tags.place)
    }
    ifds.dropNext(first)
    return tiff
  } catch (error) {
    // Reading past the end: the block is cut short or is none.
    if (error instanceof RangeError) return null
    throw error
  }
}

function ifdReader(tiff: Buffer) {
  const order = tiff.toString('latin1', 0, 2)
  if (order !== 'II' && order !== 'MM') throw new RangeError('no TIFF header')
  const little = order === 'II'
  const short = (at: number) => (little ? tiff.readUInt16LE(at) : tiff.readUInt16BE(at))
  const long = (at: number) => (little ? tiff.readUInt32LE(at) : tiff.readUInt32BE(at))
  const putShort = (value: number, at: number) => void (little ? tiff.writeUInt16LE(value, at) : tiff.writeUInt16BE(value, at))
  const putLong = (value: number, at: number) => void (little ? tiff.writeUInt32LE(value, at) : tiff.writeUInt32BE(value, at))
  const entries = (ifd: number) => Array.from({ length: short(ifd) }, (_, i) => ifd + 2 + 12 * i)
  const end = (ifd: number) => ifd + 2 + 12 * short(ifd)
  const find = (ifd: number, tag: number) => entries(ifd).find((at) => short(at) === tag)
  const value = (at: number) => long(at + 8)
  /** What an entry keeps elsewhere, and the entry itself. */
  const wipeEntry = (at: number) => {
    const length = (sizes[short(at + 2)] ?? 0) * long(at + 4)
    if (length > 4) tiff.fill(0, value(at), Math.min(tiff.length, value(at) + length))
    tiff.fill(0, at, at + 12)
  }
  const wipe = (ifd: number) => {
    for (const at of entries(ifd)) wipeEntry(at)
    putShort(0, ifd)
  }
  return {
    first: () => long(4),
    find,
    value,
    wipe,
    setNumber(ifd: number, tag: number, number: number) {
      const at = find(ifd, tag)
      if (at === undefined) return
      tiff.fill(0, at + 2, at + 12)
      putShort(number > 0xffff ? 4 : 3, at + 2)
      putLong(1, at + 4)
      if (number > 0xffff) putLong(number, at + 8)
      else putShort(number, at + 8)
    },
    /** The entries after it, and the link to the next IFD, move up. */
    drop(ifd: number, tag: number) {
      const at = find(ifd, tag)
      if (at === undefined) return
      const last = end(ifd) + 4
      wipeEntry(at)
      tiff.copyWithin(at, at + 12, last)
      tiff.fill(0, last - 12, last)
      putShort(short(ifd) - 1, ifd)
    },
    /** The IFD after this one is the thumbnail's. */
    dropNext(ifd: number) {
      const next = long(end(ifd))
      putLong(0, end(ifd))
      if (next === 0) return
      const [at, length] = [find(next, thumbnail.offset), find(next, thumbnail.length)]
      if (at !== undefined && length !== undefined) tiff.fill(0, value(at), Math.min(tiff.length, value(at) + value(length)))
      wipe(next)
    },
  }
}
