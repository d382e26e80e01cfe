import { readFile } from 'node:fs/promises'
import { PalimpsestError } from '../shared/errors.ts'
import { decode, decodeForDisplay } from './decode.ts'
import { readUserFile, writeAtomic } from './files.ts'
import { chunksOf } from './png.ts'
import { loadSharp, owned } from './sharp.ts'
import { isText } from './texts.ts'

/** Copies of pictures of the library: small ones for its cells, and whole ones with or without their texts. */

/** Up to this side nothing of a picture may be lost in its small copy, since the cell shows it pixel by pixel. */
const exactSide = 128

/** WebP of at most `size` pixels a side, never enlarged, 8-bit sRGB. Refuses what cannot be read (code request). */
export async function writeThumb(path: string, size: number, out: string): Promise<void> {
  const bytes = await readUserFile(path)
  const { width, height, channels, data } = await decodeForDisplay(bytes, path, await decode(bytes, path))
  const sharp = await loadSharp()
  const webp = await sharp(data, { raw: { width, height, channels }, limitInputPixels: false })
    .toColourspace('srgb')
    .resize({ width: size, height: size, fit: 'inside', withoutEnlargement: true })
    .webp(Math.max(width, height) <= exactSide ? { lossless: true } : { quality: 84, effort: 2 })
    .toBuffer()
  await writeAtomic(out, [owned(webp)])
}

const signature = Buffer.from('89504e470d0a1a0a', 'hex')

/** The same pixels; with `recipe` the same bytes, without it none of the texts. What is no PNG is copied as it is. */
export async function copyPicture(from: string, out: string, recipe: boolean): Promise<void> {
  const bytes = await readFile(from).catch((error: unknown) => {
    throw new PalimpsestError('request', 'This picture is not there any more.', String(error))
  })
  if (recipe || !bytes.subarray(0, 8).equals(signature)) return writeAtomic(out, [bytes])
  const chunks = chunksOf(bytes).filter(({ type }) => !isText(type))
  await writeAtomic(out, [signature, ...chunks.map((chunk) => chunk.bytes)])
}
