import { open } from 'node:fs/promises'
import { crc32, deflateSync, inflateSync } from 'node:zlib'
import { type Control, inpainters, samplers } from '../core/index.ts'
import { PalimpsestError } from '../shared/errors.ts'
import type { Recipe } from '../shared/recipe.ts'
import type { Pixels } from './decode.ts'
import { packPng, type SameAs } from './deflate.ts'

/** PNG out, with its colour profile and texts: deflate.ts writes the pixels, the other chunks are put in here. */

export const recipeKeyword = 'palimpsest'

/**
 * Lossless, at the pixels' own depth. `effort` fast is for what only passes through: tiles and masks. `same`: a picture whose rows
 * these are but for some: what was made of it for an earlier one is taken again.
 */
export function encodePng(pixels: Pixels, effort: 'fast' | 'small', same?: SameAs): Promise<Buffer> {
  return packPng(pixels, effort === 'fast' ? 1 : 4, same)
}

/** length, type, data, CRC of type and data. PNG specification, 5.3. */
function chunk(type: string, data: Uint8Array): Buffer {
  const out = Buffer.alloc(12 + data.length)
  out.writeUInt32BE(data.length, 0)
  out.write(type, 4, 'latin1')
  out.set(data, 8)
  out.writeUInt32BE(crc32(out.subarray(4, 8 + data.length)), 8 + data.length)
  return out
}

/** Uncompressed, no language, UTF-8. PNG specification, 11.3.3.4. */
const text = (keyword: string, value: string) => chunk('iTXt', Buffer.from(`${keyword}\0\0\0\0\0${value}`, 'utf8'))

const profile = (icc: Uint8Array) => chunk('iCCP', Buffer.concat([Buffer.from('ICC Profile\0\0', 'latin1'), deflateSync(icc)]))

export interface PngExtras {
  readonly icc: Uint8Array | null
  readonly recipe: Recipe | null
}

const headerEnd = 8 + 25

/** The finished file in parts, in order. All extras stand right after the header, where a profile must be and where a reader finds a recipe at once. */
export function dressed(png: Buffer, { icc, recipe }: PngExtras): readonly Uint8Array[] {
  return [
    png.subarray(0, headerEnd),
    ...(icc === null ? [] : [profile(icc)]),
    ...(recipe === null ? [] : [text('parameters', parametersLine(recipe)), text(recipeKeyword, JSON.stringify(recipe))]),
    png.subarray(headerEnd),
  ]
}

/** The chunks of a PNG in order, each whole. */
export function chunksOf(png: Buffer): { readonly type: string; readonly bytes: Buffer }[] {
  const chunks: { type: string; bytes: Buffer }[] = []
  for (let at = 8; at + 12 <= png.length;) {
    const end = at + 12 + png.readUInt32BE(at)
    chunks.push({ type: png.toString('latin1', at + 4, at + 8), bytes: png.subarray(at, end) })
    at = end
  }
  return chunks
}

/** A PNG of ours with camera data put in, and its texts left in or taken out; the pixels are not touched. In parts, in order. */
export function withChunks(
  png: Buffer,
  { exif, keepRecipe }: { readonly exif: Uint8Array | null; readonly keepRecipe: boolean },
): readonly Uint8Array[] {
  const chunks = chunksOf(png).filter(({ type }) => keepRecipe || type !== 'iTXt')
  const data = chunks.findIndex(({ type }) => type === 'IDAT')
  const bytes = chunks.map((one) => one.bytes)
  return [
    png.subarray(0, 8),
    ...bytes.slice(0, data),
    // Before the pixels: PNG specification, third edition, 11.3.3.5.
    ...(exif === null ? [] : [chunk('eXIf', exif)]),
    ...bytes.slice(data),
  ]
}

/** A setting that the method does not have had no part in the picture, and is not named. */
const has = (
  entry: { readonly controls: readonly Control[] } | undefined,
  control: Control,
  name: string,
  value: number,
): readonly (readonly [string, number])[] => (entry?.controls.includes(control) === true ? [[name, value]] : [])

/** One line in the manner of other tools, which show it. There is no prompt, so it begins with the settings. */
export function parametersLine(recipe: Recipe): string {
  const { request } = recipe
  const way: readonly (readonly [string, string | number])[] =
    recipe.kind === 'generate'
      ? [['Sampler', recipe.request.sampler], ...has(samplers[recipe.request.sampler], 'eta', 'Eta', recipe.request.eta)]
      : [
          ['Method', recipe.request.method],
          ...has(inpainters[recipe.request.method], 'jumpLength', 'Jump length', recipe.request.jumpLength),
          ...has(inpainters[recipe.request.method], 'resamples', 'Resamples', recipe.request.resamples),
          ['Mask blur', recipe.request.blend.feather],
        ]
  const fields: readonly (readonly [string, string | number])[] = [
    ['Steps', request.steps],
    ...way,
    ['Schedule', request.spacing],
    ['Seed', recipe.seed],
    ['Size', `${recipe.width}x${recipe.height}`],
    ['Model hash', recipe.model.sha256.slice(0, 10)],
    ['Model', recipe.model.id],
    ['Version', `Palimpsest ${recipe.app}`],
  ]
  return fields.map(([name, value]) => `${name}: ${value}`).join(', ')
}

/** value of an iTXt chunk with this keyword, plain or compressed; undefined for another keyword. */
function textValue(data: Buffer, keyword: string): string | undefined {
  const end = data.indexOf(0)
  if (data.toString('latin1', 0, end) !== keyword) return undefined
  const language = data.indexOf(0, end + 3)
  const translated = data.indexOf(0, language + 1)
  if (language < 0 || translated < 0) return undefined
  const value = data.subarray(translated + 1)
  return (data[end + 1] === 1 ? inflateSync(value, { maxOutputLength: recipeLimit }) : value).toString('utf8')
}

/** A recipe is a few kilobytes; a chunk that claims more is not ours. */
const recipeLimit = 16 * 2 ** 20

function parsed(value: string): Recipe | null {
  const recipe = JSON.parse(value) as Partial<Recipe> | null
  return typeof recipe === 'object' && recipe?.format === 1 && (recipe.kind === 'generate' || recipe.kind === 'inpaint')
    ? (recipe as Recipe)
    : null
}

/** The recipe inside a PNG; null when there is none or it cannot be understood. Walks the chunk headers and never loads the pixels. */
export async function readRecipe(path: string): Promise<Recipe | null> {
  const file = await open(path).catch((error: unknown) => {
    throw new PalimpsestError('request', 'The picture cannot be read.', String(error))
  })
  try {
    const take = async (length: number, at: number) => {
      const { bytesRead, buffer } = await file.read(Buffer.alloc(length), 0, length, at)
      return bytesRead === length ? buffer : undefined
    }
    if ((await take(8, 0))?.toString('latin1') !== '\x89PNG\r\n\x1a\n') return null
    for (let at = 8; ;) {
      const head = await take(8, at)
      if (head === undefined) return null
      const length = head.readUInt32BE(0)
      if (head.toString('latin1', 4) === 'iTXt' && length <= recipeLimit) {
        const data = await take(length, at + 8)
        const value = data === undefined ? undefined : textValue(data, recipeKeyword)
        if (value !== undefined) return parsed(value)
      }
      at += 12 + length
    }
  } catch {
    return null
  } finally {
    await file.close()
  }
}
