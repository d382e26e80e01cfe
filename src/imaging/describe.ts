import { createHash } from 'node:crypto'
import { open, type FileHandle } from 'node:fs/promises'
import { PalimpsestError } from '../shared/errors.ts'
import type { PictureFacts, PictureText } from '../shared/imaging.ts'
import type { Recipe } from '../shared/recipe.ts'
import { recipeKeyword } from './png.ts'
import { readableRecipe, wordsOf } from './recipe-words.ts'
import { type Chunk, chunkOf, isText, textLimit, textOf } from './texts.ts'

/**
 * What the library's index knows of a PNG, from its beginning and its end: the pixels are never read. Ours have their texts right after the
 * header; of others the texts before the pixels are found.
 */

/** Of the beginning and of the end, in bytes. */
const part = 64 * 1024

const signature = Buffer.from('89504e470d0a1a0a', 'hex')
const ending = Buffer.from('0000000049454e44ae426082', 'hex')

interface Read {
  readonly bytes: number
  readonly modified: number
  readonly head: Buffer
  readonly tail: Buffer
}

async function take(file: FileHandle, length: number, at: number): Promise<Buffer> {
  const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(length), 0, length, at)
  return buffer.subarray(0, bytesRead)
}

async function ends(file: FileHandle): Promise<Read> {
  const { size, mtimeMs } = await file.stat()
  const head = await take(file, Math.min(size, part), 0)
  const tail = size <= part ? head : await take(file, Math.min(part, size - part), Math.max(part, size - part))
  return { bytes: size, modified: Math.floor(mtimeMs), head, tail }
}

/**
 * A name for what the file holds: its size, its beginning and its end. The end of a PNG has the check sums of all its pixels, so that two
 * pictures which only look alike there are told apart.
 */
function contentOf({ bytes, head, tail }: Read): string {
  const hash = createHash('sha256').update(String(bytes)).update(head)
  return (head === tail ? hash : hash.update(tail)).digest('hex').slice(0, 32)
}

/** The texts before the pixels. Beyond the beginning of the file each chunk is read by itself. */
async function textsOf(file: FileHandle, { head, bytes }: Read): Promise<readonly Chunk[]> {
  const found: Chunk[] = []
  const at = async (from: number, length: number) =>
    from + length <= head.length ? head.subarray(from, from + length) : take(file, length, from)
  for (let from = 8; from + 12 <= bytes;) {
    const start = await at(from, 8)
    const length = 12 + start.readUInt32BE(0)
    const type = start.toString('latin1', 4, 8)
    if (type === 'IDAT' || type === 'IEND') break
    if (isText(type) && length <= textLimit && from + length <= bytes) found.push(chunkOf(await at(from, length)))
    from += length
  }
  return found
}

interface Told {
  readonly text: PictureText['text']
  readonly recipe: Recipe | null
  readonly parameters: string | null
}

function told(chunks: readonly Chunk[]): Told {
  const texts = chunks.map((chunk) => ({ sound: chunk.sound, pair: textOf(chunk) }))
  const own = texts.find(({ pair }) => pair?.[0] === recipeKeyword)
  const parameters = texts.find(({ pair, sound }) => pair?.[0] === 'parameters' && sound)?.pair?.[1] ?? null
  if (own !== undefined) {
    const recipe = own.sound ? readableRecipe(own.pair?.[1] ?? '') : null
    return recipe === null ? { text: 'damaged', recipe, parameters } : { text: 'recipe', recipe, parameters: null }
  }
  if (parameters !== null) return { text: 'foreign', recipe: null, parameters }
  return { text: texts.some(({ pair, sound }) => pair === undefined || !sound) ? 'damaged' : 'none', recipe: null, parameters }
}

const isPng = ({ head }: Read): boolean =>
  head.length >= 33 && head.subarray(0, 8).equals(signature) && head.toString('latin1', 12, 16) === 'IHDR'

async function describe(path: string): Promise<PictureFacts | null> {
  const file = await open(path).catch((error: NodeJS.ErrnoException) => error)
  if (file instanceof Error) return file.code === 'ENOENT' || file.code === 'ENOTDIR' ? null : unreadable
  try {
    const read = await ends(file)
    const { bytes, modified, head, tail } = read
    const common = { bytes, modified, content: contentOf(read) }
    if (!isPng(read)) return { ...unreadable, ...common }
    const { text, recipe, parameters } = told(await textsOf(file, read))
    return {
      ...common,
      width: head.readUInt32BE(16),
      height: head.readUInt32BE(20),
      damaged: !tail.subarray(-12).equals(ending),
      text,
      ...wordsOf(recipe, parameters),
    }
  } catch {
    return unreadable
  } finally {
    await file.close()
  }
}

const unreadable: PictureFacts = {
  bytes: 0,
  modified: 0,
  content: '',
  width: 0,
  height: 0,
  damaged: true,
  text: 'damaged',
  ...wordsOf(null, null),
}

/** So many files are open at once. */
const together = 16

/** In the order of the paths; null: there is no such file. */
export async function describePictures(paths: readonly string[]): Promise<readonly (PictureFacts | null)[]> {
  const facts: (PictureFacts | null)[] = []
  for (let at = 0; at < paths.length; at += together)
    facts.push(...(await Promise.all(paths.slice(at, at + together).map(describe))))
  return facts
}

/** The texts of one picture. Refuses a file that is gone (code request). */
export async function readTexts(path: string): Promise<PictureText> {
  const file = await open(path).catch((error: unknown) => {
    throw new PalimpsestError('request', 'This picture is not there any more.', String(error))
  })
  try {
    const read = await ends(file)
    return isPng(read) ? told(await textsOf(file, read)) : { text: 'damaged', recipe: null, parameters: null }
  } finally {
    await file.close()
  }
}
