import { PalimpsestError } from '../shared/errors.ts'

/**
 * What a file is by its first bytes, never by its name. Only what begins like a known picture reaches the decoders: drawings and documents
 * would pull in far more of the library, and a camera's raw file would open as the small preview it carries.
 */

export type Container = 'jpeg' | 'png' | 'webp' | 'tiff' | 'heif' | 'gif'

export const containerNames: Record<Container, string> = {
  jpeg: 'JPEG',
  png: 'PNG',
  webp: 'WebP',
  tiff: 'TIFF',
  heif: 'AVIF',
  gif: 'GIF',
}

const opened = 'JPEG, PNG, WebP, TIFF, AVIF and GIF'

const startings: readonly (readonly [Container, RegExp])[] = [
  ['jpeg', /^\xff\xd8\xff/],
  ['png', /^\x89PNG\r\n\cZ\n/],
  ['gif', /^GIF8[79]a/],
  ['webp', /^RIFF[^]{4}WEBP/],
  ['tiff', /^(II[*+]\0|MM\0[*+])/],
  ['heif', /^[^]{4}ftyp/],
]

const raw = "a camera's raw file"
const rawRemedy = 'develop it to a TIFF, PNG or JPEG first'
const heic = 'a HEIC picture'
const heicRemedy = 'save a copy of it as JPEG or PNG first'
const others = `it opens ${opened}`

/** What it is, how it begins, and what its owner can do. Looked at before the known pictures: some begin like one. */
const strangers: readonly (readonly [what: string, pattern: RegExp, remedy: string])[] = [
  ['a PDF document', /^%PDF/, others],
  ['an SVG drawing', /^[^]{0,400}<svg[\s>]/, others],
  ['a Photoshop document', /^8BPS/, others],
  ['a BMP picture', /^BM[^]{4}\0\0\0\0/, others],
  ['a JPEG XL picture', /^(\xff\n|\0\0\0\fJXL )/, others],
  ['a JPEG 2000 picture', /^\0\0\0\fjP {2}/, others],
  [raw, /^(FUJIFILMCCD-RAW|IIR[OS]|IIU\0|MMOR|II\*\0[^]{4}CR|[^]{4}ftypcrx )/, rawRemedy],
  ['a film', /^[^]{4}ftyp(mp4|isom|iso[2-9]|avc1|qt {2}|M4V |3gp)/, others],
]

/** Raw files that begin like a TIFF. */
const rawEnding = /\.(dng|nef|nrw|arw|sr2|srf|srw|pef|erf|3fr|iiq|rwl|cr2)$/i

/** Of an ISO media file: its own brand and those it says it can be read as (ISO 14496-12, 4.3). */
function brandsOf(bytes: Uint8Array): readonly string[] {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(512, bytes.length))
  const end = Math.min(head.readUInt32BE(0), head.length)
  const brands = [head.toString('latin1', 8, 12)]
  for (let at = 16; at + 4 <= end; at += 4) brands.push(head.toString('latin1', at, at + 4))
  return brands
}

const cannot = (name: string, what: string, remedy: string) =>
  new PalimpsestError('request', `${name} is ${what}, which Palimpsest cannot open: ${remedy}.`)

/** A HEIF container whose pictures are of HEVC, which nothing here decodes. */
export const heicRefusal = (name: string): PalimpsestError => cannot(name, heic, heicRemedy)

/** Refuses (code request) what is no picture that can be opened. */
export function containerOf(bytes: Uint8Array, name: string): Container {
  const start = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(512, bytes.length)).toString('latin1')
  const stranger = strangers.find(([, pattern]) => pattern.test(start))
  if (stranger !== undefined) throw cannot(name, stranger[0], stranger[2])
  const container = startings.find(([, pattern]) => pattern.test(start))?.[0]
  if (container === undefined) throw new PalimpsestError('request', `${name} is not a picture: Palimpsest opens ${opened}.`)
  if (container === 'tiff' && rawEnding.test(name)) throw cannot(name, raw, rawRemedy)
  if (container === 'heif') {
    const brands = brandsOf(bytes)
    const known = brands.some((brand) => /^avi[fs]$/.test(brand))
    if (!known && brands.some((brand) => /^(hei[cxms]|hev[cxms])$/.test(brand))) throw heicRefusal(name)
  }
  return container
}

/** How many frames an animated PNG says it has; other programs may show them, the decoder knows the first alone. */
export function pngFrames(bytes: Uint8Array): number {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  for (let at = 8; at + 12 <= file.length; at += 12 + file.readUInt32BE(at)) {
    const type = file.toString('latin1', at + 4, at + 8)
    if (type === 'acTL') return file.readUInt32BE(at + 8)
    if (type === 'IDAT') break
  }
  return 1
}

const endings: readonly (readonly [Container, RegExp])[] = [
  ['jpeg', /\.(jpe?g|jpe|jfif)$/i],
  ['png', /\.a?png$/i],
  ['webp', /\.webp$/i],
  ['tiff', /\.tiff?$/i],
  ['heif', /\.(avifs?|heif|heic|hif)$/i],
  ['gif', /\.gif$/i],
]

/** What the ending of the name says it is, where that is another kind of picture. */
export function misnamed(name: string, container: Container): Container | undefined {
  const said = endings.find(([, pattern]) => pattern.test(name))?.[0]
  return said === container ? undefined : said
}
