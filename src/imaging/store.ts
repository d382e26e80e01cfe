import { readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { PalimpsestError } from '../shared/errors.ts'
import type { PhotoInfo } from '../shared/imaging.ts'
import { decode, decodeForDisplay, depthOf, type Decoded, type Pixels, samples } from './decode.ts'
import { isFull, readUserFile, sha256, writeAtomic } from './files.ts'
import { owned } from './sharp.ts'
import { levelsOf, writeTiles } from './tiles.ts'

/**
 * Opened photographs. The folder holds `source.bin` (upright samples, interleaved, 16 bit little-endian), `profile.icc` where there is one,
 * the tiles, and `photo.json`, which is written last: a folder without it was never finished. One photograph stays in memory.
 */

export interface Photo extends Pixels {
  readonly info: PhotoInfo
  readonly icc: Uint8Array | null
}

/** Is any pixel's red, green and blue unequal? */
export function isColoured({ channels, data }: Pixels): boolean {
  if (channels < 3) return false
  for (let i = 0; i < data.length; i += channels) if (data[i] !== data[i + 1] || data[i] !== data[i + 2]) return true
  return false
}

export const bytesOf = (data: Uint8Array | Uint16Array): Uint8Array => new Uint8Array(data.buffer, data.byteOffset, data.byteLength)

let held: { readonly folder: string; readonly photo: Promise<Photo> } | undefined

const hold = (folder: string, photo: Promise<Photo>): Promise<Photo> => {
  const entry = { folder, photo }
  held = entry
  photo.catch(() => held === entry && (held = undefined))
  return photo
}

/** What `open` said of the photograph in this folder. Refuses a folder that holds none (code request). */
export async function readInfo(folder: string): Promise<PhotoInfo> {
  try {
    return JSON.parse(await readFile(join(folder, 'photo.json'), 'utf8')) as PhotoInfo
  } catch (error) {
    throw gone(error)
  }
}

const gone = (error: unknown) =>
  new PalimpsestError('request', 'The photograph is no longer in the library: open it again.', String(error))

async function restore(folder: string): Promise<Photo> {
  try {
    const info = await readInfo(folder)
    const icc = info.icc ? new Uint8Array(await readFile(join(folder, 'profile.icc'))) : null
    const data = samples(owned(await readFile(join(folder, 'source.bin'))), info.depth)
    if (data.length !== info.width * info.height * info.channels) throw new Error('source.bin has another size')
    return { info, icc, width: info.width, height: info.height, channels: info.channels, data }
  } catch (error) {
    throw gone(error)
  }
}

/** The photograph opened into this folder, from memory or from its files. Refuses a folder that holds none (code request). */
export function loadPhoto(folder: string): Promise<Photo> {
  return held?.folder === folder ? held.photo : hold(folder, restore(folder))
}

export function closePhoto(folder: string): void {
  if (held?.folder === folder) held = undefined
}

function describe(decoded: Decoded, hash: string): PhotoInfo {
  const { width, height, channels, format, notices } = decoded
  const levels = levelsOf(width, height)
  const icc = decoded.icc !== null
  return {
    sha256: hash,
    width,
    height,
    depth: depthOf(decoded),
    channels,
    format,
    icc,
    coloured: isColoured(decoded),
    notices,
    levels,
  }
}

/** The names of our own files tell a user nothing: a full disk is said of the picture that was to be opened. */
function noRoom(error: unknown, name: string): unknown {
  if (!isFull(error)) return error
  return new PalimpsestError('disk', `The disk is full: there is no room to open ${name}.`, error.detail)
}

/** Decodes a user's file into `folder` (STUDIO.md, Inpaint 1). The same file opened into the same folder again is not decoded twice. */
export async function openPhoto(path: string, folder: string): Promise<PhotoInfo> {
  const bytes = await readUserFile(path)
  const hash = sha256(bytes)
  const earlier = await readInfo(folder).catch(() => undefined)
  if (earlier?.sha256 === hash) return earlier
  const decoded = await decode(bytes, basename(path))
  const info = describe(decoded, hash)
  const { width, height, channels, data, icc } = decoded
  try {
    await writeTiles(folder, await decodeForDisplay(bytes, path, decoded))
    await writeAtomic(join(folder, 'source.bin'), [bytesOf(data)])
    if (icc !== null) await writeAtomic(join(folder, 'profile.icc'), [icc])
    await writeAtomic(join(folder, 'photo.json'), [Buffer.from(JSON.stringify(info))])
  } catch (error) {
    throw noRoom(error, basename(path))
  }
  void hold(folder, Promise.resolve({ info, icc, width, height, channels, data }))
  return info
}
