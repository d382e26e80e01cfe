import { PalimpsestError } from '../shared/errors.ts'
import { type ImagingMethods, megapixelLimit, type SheetSection, type WrittenImage } from '../shared/imaging.ts'
import { type Canvas, type Colour, faint, fitted, ground, ink, place, write } from './contact.ts'
import { sha256, writeAtomic } from './files.ts'
import { drawLine, type Line } from './letters.ts'
import { loadMask, paintedFrom } from './masks.ts'
import { encodePng } from './png.ts'
import { bytesOf, loadPhoto } from './store.ts'

/** Sheets of comparisons: tables of pictures with rows and columns named, NFE and time below each, and a legend. */

type Sheet = Parameters<ImagingMethods['compareSheet']>[0]

const margin = 24
const titleSize = 30
const headSize = 18
const lineSize = 15
const gap = 10
/** A row's name takes no more than this. */
const rowsAtMost = 280
/** Pictures of one cell that are drawn. */
const mostInCell = 16

interface Placed {
  readonly section: SheetSection
  readonly heads: readonly (Line | null)[]
  readonly left: number
  readonly top: number
  readonly lines: number
  readonly height: number
}

const pitchOf = (cell: number) => cell + gap

async function placed(section: SheetSection, tall: number, top: number): Promise<Placed> {
  const heads = await Promise.all(section.rows.map((row) => drawLine(row, headSize, rowsAtMost)))
  const widest = Math.max(0, ...heads.map((line) => line?.width ?? 0))
  const lines = Math.max(0, ...section.cells.map((one) => one.lines.length))
  const above = (section.title === '' ? 0 : headSize + gap) + (section.columns.every((name) => name === '') ? 0 : headSize + gap)
  const rowHeight = pitchOf(tall) + lines * (lineSize + 2)
  return {
    section,
    heads,
    left: margin + (widest === 0 ? 0 : widest + 2 * gap),
    top,
    lines,
    height: above + section.rows.length * rowHeight,
  }
}

export async function compareSheet({
  title,
  legend,
  sections,
  cell,
  aspect,
  out,
}: Sheet): Promise<{ width: number; height: number }> {
  // Without their names, which are drawn to be measured.
  refuseLarge(
    Math.max(...sections.map(({ columns }) => columns.length)) * pitchOf(cell),
    sections.reduce((sum, { rows }) => sum + rows.length, 0) * pitchOf(Math.round(cell * aspect)),
  )
  const places: Placed[] = []
  const tall = Math.round(cell * aspect)
  let top = margin + titleSize + gap + legend.length * (lineSize + 4) + gap
  for (const section of sections) {
    const one = await placed(section, tall, top)
    places.push(one)
    top += one.height + 2 * gap
  }
  const heading = await Promise.all([drawLine(title, titleSize, 2000), ...legend.map((line) => drawLine(line, lineSize, 2000))])
  const width = Math.max(
    ...places.map(({ left, section }) => left + section.columns.length * pitchOf(cell) + margin),
    ...heading.map((line) => (line?.width ?? 0) + 2 * margin),
  )
  const height = top + margin - 2 * gap
  refuseLarge(width, height)
  const canvas: Canvas = { width, height, data: new Uint8Array(width * height * 3) }
  for (let i = 0; i < canvas.data.length; i++) canvas.data[i] = ground[i % 3] ?? 0
  for (const [i, line] of heading.entries()) {
    const y = i === 0 ? margin : margin + titleSize + gap + (i - 1) * (lineSize + 4)
    if (line !== null) write(canvas, line, margin, y, i === 0 ? ink : faint)
  }
  for (const one of places) await drawSection(canvas, one, cell, tall)
  await writeAtomic(out, [await encodePng({ width, height, channels: 3, data: canvas.data }, 'small')])
  return { width, height }
}

function refuseLarge(width: number, height: number): void {
  if (width * height <= megapixelLimit * 1e6) return
  throw new PalimpsestError(
    'request',
    `The sheet would have ${Math.ceil((width * height) / 1e6)} megapixels, and the limit is ${megapixelLimit}: compare fewer cells.`,
  )
}

async function drawSection(
  canvas: Canvas,
  { section, heads, left, top, lines }: Placed,
  cell: number,
  tall: number,
): Promise<void> {
  const say = async (words: string, size: number, most: number, x: number, y: number, colour: Colour, centred = false) => {
    const line = await drawLine(words, size, most)
    if (line !== null) write(canvas, line, centred ? x + Math.floor((most - line.width) / 2) : x, y, colour)
  }
  let y = top
  if (section.title !== '') {
    await say(section.title, headSize, canvas.width - 2 * margin, margin, y, ink)
    y += headSize + gap
  }
  if (section.columns.some((name) => name !== '')) {
    for (const [i, name] of section.columns.entries()) await say(name, headSize, cell, left + i * pitchOf(cell), y, faint, true)
    y += headSize + gap
  }
  const rowHeight = pitchOf(tall) + lines * (lineSize + 2)
  for (const [row, head] of heads.entries()) {
    if (head !== null)
      write(canvas, head, left - 2 * gap - head.width, y + row * rowHeight + Math.floor((tall - headSize) / 2), faint)
  }
  for (const { row, column, paths, lines: words } of section.cells) {
    const [x, from] = [left + column * pitchOf(cell), y + row * rowHeight]
    await drawPictures(canvas, paths.slice(0, mostInCell), { x, y: from, width: cell, height: tall })
    // Without a picture the words stand in its place.
    const below = paths.length === 0 ? from + Math.floor(tall / 2) - lineSize : from + tall + 2
    for (const [i, line] of words.entries())
      await say(line, lineSize, cell, x, below + i * (lineSize + 2), faint, paths.length === 0)
  }
}

interface Box {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** One picture, or several in rows of their own. */
async function drawPictures(canvas: Canvas, paths: readonly string[], { x, y, width, height }: Box): Promise<void> {
  const across = Math.ceil(Math.sqrt(paths.length))
  const side = (length: number) => Math.floor((length - (across - 1) * 2) / Math.max(1, across))
  const [wide, tall] = [side(width), side(height)]
  for (const [i, path] of paths.entries()) {
    const most = Math.max(wide, tall)
    const first = await fitted(path, most)
    const over = first === null ? 1 : Math.max(first.width / wide, first.height / tall)
    const picture = over > 1 ? await fitted(path, Math.max(1, Math.floor(most / over))) : first
    if (picture === null) continue
    const left = x + (i % across) * (wide + 2) + Math.floor((wide - picture.width) / 2)
    const top = y + Math.floor(i / across) * (tall + 2) + Math.floor((tall - picture.height) / 2)
    place(canvas, picture, Math.max(0, left), Math.max(0, top))
  }
}

/** What is to be repainted, where a triptych shows the hole. */
const holeGrey = 0.5

/** The photograph at its own size and depth, its mask painted over; transparency is left as it is. */
export async function writeStage(folder: string, mask: string | null, out: string): Promise<WrittenImage> {
  const photo = await loadPhoto(folder)
  const { width, height, channels } = photo
  const data = photo.data.slice()
  if (mask !== null) {
    const hole = await loadMask(mask)
    const colours = channels < 3 ? 1 : 3
    const grey = Math.round(holeGrey * (data instanceof Uint16Array ? 65535 : 255))
    for (let i = 0; i < width * height; i++)
      if ((hole.data[i] ?? 0) >= paintedFrom) for (let c = 0; c < colours; c++) data[i * channels + c] = grey
  }
  const png = await encodePng({ width, height, channels, data }, 'small')
  await writeAtomic(out, [png])
  return { sha256: sha256(png), pixels: sha256(bytesOf(data)) }
}
