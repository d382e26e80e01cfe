import { createHash } from 'node:crypto'
import { constants, createWriteStream, existsSync } from 'node:fs'
import { access, copyFile, readFile, readdir, rename, rm, rmdir, stat, utimes } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Photo } from '../shared/api.ts'
import { type Desk, parseDesk } from '../shared/desk.ts'
import { PalimpsestError } from '../shared/errors.ts'
import type { FillPlan, MaskOrigin, MaskTile, ModelSize, PhotoInfo } from '../shared/imaging.ts'
import type { BlendSettings, InpaintSettings } from '../shared/request.ts'
import { newId, openFolder, sha256OfFile, writeError, writeJson } from './files.ts'
import type { Imaging } from './imaging.ts'
import type { FillSource } from './inpaint.ts'
import type { Tuning } from './tuning.ts'

/**
 * The photographs the user brought: <data>/photos/<id>/ holds `upload/` (the file as it came, never written again), `photo.json`,
 * `mask.png`, `masks/` and `desk.json` where there are several masks or marked fills, and `open/`, which is imaging's. The id is the first
 * 16 hexadecimal digits of the file's sha256, so that the same file is the same photo.
 */
export interface Photos {
  /** The one that was looked at last comes first. */
  list(): readonly Photo[]
  /** Code `request` when there is none. */
  get(id: string): Photo
  /** The same, and it is the one that was looked at last. */
  show(id: string): Promise<Photo>
  /** Streams the bytes to disk under the size limit, and opens them. Resolves to the id. */
  upload(name: string, body: AsyncIterable<Uint8Array>): Promise<string>
  /** Opens a copy of a file of this machine. */
  add(path: string, name: string): Promise<string>
  /** `layer`: one of several masks; without it the one that fills are made from. */
  writeMask(id: string, tiles: readonly MaskTile[], replace: boolean, layer?: number): Promise<{ painted: number }>
  readMask(id: string, layer?: number): Promise<readonly MaskTile[]>
  desk(id: string): Promise<Desk>
  writeDesk(id: string, desk: Desk): Promise<void>
  /** A mask made from the photo or a file; the saved one stays as it is. */
  select(id: string, from: MaskOrigin): Promise<readonly MaskTile[]>
  /** Where the mask lies, undefined while nothing was ever painted. */
  maskFile(id: string): string | undefined
  plan(id: string, model: ModelSize, blend: BlendSettings, refine?: InpaintSettings['refine']): Promise<FillPlan>
  /** The photo with a copy of its mask, or of another photo's brought to its size, at `mask`: later strokes do not change a job that waits. */
  snapshot(id: string, mask: string, of?: string): Promise<FillSource>
  /** The same of a copy that was made before. */
  reopen(id: string, mask: string): Promise<FillSource>
  /** The user's file as it came; undefined when it is gone. */
  original(id: string): Promise<string | undefined>
  /** Where its tiles lie, without a look at the disk. */
  folder(id: string): string
}

export class TooLarge extends PalimpsestError {}

const safeName = (name: string): string =>
  basename(name.replaceAll('\\', '/'))
    // oxlint-disable-next-line no-control-regex -- control characters are what is taken out
    .replaceAll(/[\u0000-\u001f\u007f]/g, '')
    .slice(0, 200) || 'photo'

/** The name as a file of any system: without the characters Windows reserves, short, its ending kept. */
const fileName = (name: string): string =>
  name
    .replaceAll(/[<>:"|?*]/g, '_')
    .replace(/^(.{60}).*?(\.[A-Za-z0-9]{1,8})?$/su, '$1$2')
    .replace(/^\.+/, '_')

/** A copy, so that nothing done to the user's file later reaches the photo. What is wrong with that file is not said of the disk it is copied to. */
async function copyIn(path: string, to: string, name: string): Promise<void> {
  const found = await stat(path).catch(() => undefined)
  if (found === undefined) throw new PalimpsestError('request', `There is no file ${name}.`)
  if (!found.isFile()) throw new PalimpsestError('request', `${name} is a folder, not a picture.`)
  await access(path, constants.R_OK).catch(() => {
    throw new PalimpsestError('request', `${name} cannot be read.`)
  })
  await copyFile(path, to)
}

/** Ids of the folders, the one looked at last at the end. */
async function byLastLook(root: string): Promise<readonly string[]> {
  const ids = (await readdir(root)).filter((id) => /^[0-9a-f]{16}$/.test(id)).toSorted((a, b) => (a < b ? -1 : 1))
  const looked = async (id: string) => ({ id, at: (await stat(join(root, id, 'photo.json')).catch(() => undefined))?.mtimeMs ?? 0 })
  return (await Promise.all(ids.map(looked))).toSorted((a, b) => a.at - b.at).map(({ id }) => id)
}

export async function createPhotos(dataFolder: string, imaging: Imaging, tuning: Tuning): Promise<Photos> {
  const root = join(dataFolder, 'photos')
  const incoming = join(dataFolder, 'incoming')
  await openFolder(root)
  const known = new Map<string, Photo>()
  /** Writes to one photo's mask come one after another. */
  const turns = new Map<string, Promise<unknown>>()
  const folder = (id: string) => join(root, id, 'open')
  const maskOf = (id: string, layer?: number) =>
    layer === undefined ? join(root, id, 'mask.png') : join(root, id, 'masks', `${String(layer)}.png`)

  /** A photo whose files are all there; what was cut short while it was opened, or removed since, is opened anew when its file comes again. */
  const stored = async (id: string): Promise<Photo | undefined> => {
    const parts = ['upload', 'open/source.bin', 'open/tiles']
    if (!parts.every((part) => existsSync(join(root, id, part)))) return undefined
    try {
      const { name, info } = JSON.parse(await readFile(join(root, id, 'photo.json'), 'utf8')) as { name: string; info: PhotoInfo }
      return { id, name, info }
    } catch {
      return undefined
    }
  }

  for (const id of await byLastLook(root)) {
    const photo = await stored(id)
    if (photo !== undefined) known.set(id, photo)
  }

  const get = (id: string): Photo => {
    const photo = known.get(id)
    if (photo === undefined) throw new PalimpsestError('request', 'This photograph is not open: open its file again.')
    return photo
  }

  const inTurn = async <T>(id: string, work: () => Promise<T>): Promise<T> => {
    const mine = (turns.get(id) ?? Promise.resolve()).then(work, work)
    turns.set(
      id,
      mine.catch(() => undefined),
    )
    return mine
  }

  /** Whatever is of the photo but the mask: that is the user's work, and still fits the same picture. */
  const clear = async (id: string): Promise<void> => {
    for (const part of ['upload', 'open', 'photo.json']) await rm(join(root, id, part), { recursive: true, force: true })
    await rmdir(join(root, id)).catch(() => undefined)
  }

  /** `path` is a file of ours: it is moved into the photo's folder, or removed. In turn: the same file may come twice at once. */
  const take = async (path: string, sha256: string, name: string): Promise<string> => {
    const id = sha256.slice(0, 16)
    return inTurn(id, async () => {
      try {
        // Another program over the same data folder may have opened it since.
        const there = await stored(id)
        if (there !== undefined) {
          await rm(path, { force: true })
          known.set(id, known.get(id) ?? there)
          return id
        }
        await clear(id)
        await openFolder(join(root, id, 'upload'))
        // Under its own name, which imaging's refusals say.
        const upload = join(root, id, 'upload', fileName(name))
        await rename(path, upload)
        const info = await imaging.call('open', { path: upload, folder: folder(id) })
        await writeJson(join(root, id, 'photo.json'), { name, info })
        known.set(id, { id, name, info })
        return id
      } catch (error) {
        await rm(path, { force: true })
        await clear(id)
        known.delete(id)
        throw error instanceof PalimpsestError ? error : writeError(error, safeName(name))
      }
    })
  }

  return {
    list: () => [...known.values()].toReversed(),
    get,
    async show(id) {
      const photo = get(id)
      known.delete(id)
      known.set(id, photo)
      const now = new Date()
      // Only the order of a list hangs on it.
      await utimes(join(root, id, 'photo.json'), now, now).catch(() => undefined)
      return photo
    },
    folder,
    async original(id) {
      const names = await readdir(join(root, id, 'upload')).catch(() => [])
      return names[0] === undefined ? undefined : join(root, id, 'upload', names[0])
    },
    async upload(name, body) {
      const temporary = join(incoming, newId())
      const hash = createHash('sha256')
      let bytes = 0
      const count = new Transform({
        transform(chunk: Uint8Array, _encoding, done) {
          bytes += chunk.byteLength
          hash.update(chunk)
          done(
            bytes > tuning.uploadBytes
              ? new TooLarge('request', `A photograph may have at most ${String(tuning.uploadBytes / 1024 ** 2)} MB.`)
              : null,
            chunk,
          )
        },
      })
      try {
        await openFolder(incoming)
        await pipeline(Readable.from(body), count, createWriteStream(temporary))
        if (bytes === 0) throw new PalimpsestError('request', `${safeName(name)} is empty.`)
      } catch (error) {
        await rm(temporary, { force: true })
        throw error instanceof PalimpsestError ? error : writeError(error, safeName(name))
      }
      return take(temporary, hash.digest('hex'), safeName(name))
    },
    async add(path, name) {
      const temporary = join(incoming, newId())
      try {
        await openFolder(incoming)
        await copyIn(path, temporary, safeName(name))
        return await take(temporary, await sha256OfFile(temporary), safeName(name))
      } catch (error) {
        await rm(temporary, { force: true })
        throw error instanceof PalimpsestError ? error : writeError(error, safeName(name))
      }
    },
    writeMask(id, tiles, replace, layer) {
      get(id)
      return inTurn(id, async () => {
        const photo = folder(id)
        const out = maskOf(id, layer)
        if (layer !== undefined) await openFolder(join(root, id, 'masks'))
        if (!replace) return { painted: (await imaging.call('writeMaskTiles', { photo, tiles, out })).painted }
        // Beside the old one and then in its place, so that a failure keeps what was painted.
        const next = join(root, id, 'mask.next.png')
        await rm(next, { force: true })
        const { painted } = await imaging.call('writeMaskTiles', { photo, tiles, out: next })
        await rename(next, out)
        return { painted }
      })
    },
    readMask(id, layer) {
      get(id)
      const mask = maskOf(id, layer)
      return inTurn(id, async () => (existsSync(mask) ? imaging.call('readMaskTiles', { mask }) : []))
    },
    async desk(id) {
      get(id)
      const text = await readFile(join(root, id, 'desk.json'), 'utf8').catch(() => '{}')
      try {
        return parseDesk(JSON.parse(text))
      } catch {
        return parseDesk({})
      }
    },
    writeDesk(id, desk) {
      get(id)
      return inTurn(id, async () => {
        await writeJson(join(root, id, 'desk.json'), desk)
        const named = new Set(desk.masks.map((mask) => `${String(mask.id)}.png`))
        for (const name of await readdir(join(root, id, 'masks')).catch(() => []))
          if (!named.has(name)) await rm(join(root, id, 'masks', name), { force: true })
      })
    },
    async select(id, from) {
      get(id)
      return imaging.call('selectTiles', { photo: folder(id), from })
    },
    maskFile(id) {
      get(id)
      return existsSync(maskOf(id)) ? maskOf(id) : undefined
    },
    plan(id, model, blend, refine) {
      get(id)
      return inTurn(id, async () => {
        if (!existsSync(maskOf(id))) return { crops: [], painted: 0 }
        return imaging.call('plan', {
          photo: folder(id),
          mask: maskOf(id),
          model,
          blend,
          ...(refine === undefined ? {} : { refine }),
        })
      })
    },
    async reopen(id, mask) {
      const { info } = get(id)
      const { sha256 } = await imaging.call('writeMaskTiles', { photo: folder(id), tiles: [], out: mask })
      return { folder: folder(id), info, mask: { path: mask, sha256 } }
    },
    snapshot(id, mask, of = id) {
      const [{ info }, { info: other }] = [get(id), get(of)]
      return inTurn(of, async () => {
        const photo = folder(id)
        if (existsSync(maskOf(of))) {
          if (info.width !== other.width || info.height !== other.height) {
            const { sha256 } = await imaging.call('readMask', { path: maskOf(of), photo, keep: false, out: mask, scale: true })
            return { folder: photo, info, mask: { path: mask, sha256 } }
          }
          await copyFile(maskOf(of), mask)
        }
        const { sha256 } = await imaging.call('writeMaskTiles', { photo, tiles: [], out: mask })
        return { folder: photo, info, mask: { path: mask, sha256 } }
      })
    },
  }
}
