import { createHash, randomBytes } from 'node:crypto'
import { mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { PalimpsestError } from '../shared/errors.ts'

/** Files in and out, with every refusal of the disk as one sentence. */

export function sha256(...parts: readonly Uint8Array[]): string {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest('hex')
}

const reason = (error: unknown) => (error as NodeJS.ErrnoException).code ?? ''

/** A user's file, whole. Refuses a missing, unreadable or empty one (code request). */
export async function readUserFile(path: string): Promise<Buffer> {
  const name = basename(path)
  const size = await stat(path).then(
    (found) => (found.isFile() ? found.size : -1),
    (error: unknown) => {
      const missing = ['ENOENT', 'ENOTDIR'].includes(reason(error))
      throw new PalimpsestError('request', missing ? `There is no file ${name}.` : `${name} cannot be read.`, reason(error))
    },
  )
  if (size < 0) throw new PalimpsestError('request', `${name} is a folder, not a picture.`)
  if (size === 0) throw new PalimpsestError('request', `${name} is empty.`)
  if (size >= 2 ** 31) throw new PalimpsestError('request', `${name} is larger than 2 GB.`)
  return readFile(path).catch((error: unknown) => {
    throw new PalimpsestError('request', `${name} cannot be read.`, reason(error))
  })
}

const full = new Set(['ENOSPC', 'EDQUOT', 'EFBIG'])
/** Did a write fail for want of room? */
export const isFull = (error: unknown): error is PalimpsestError => error instanceof PalimpsestError && full.has(error.detail ?? '')
const refused = new Set(['EACCES', 'EPERM', 'EROFS', 'ENOENT', 'ENOTDIR', 'EEXIST', 'EISDIR'])

/** What went wrong on writing `path`, as the error a user can act on. `called`: what it is called, where its name tells a user nothing. */
export function writeError(path: string, error: unknown, called = basename(path)): unknown {
  const code = reason(error)
  if (error instanceof PalimpsestError) return error
  if (full.has(code)) return new PalimpsestError('disk', `The disk is full: ${called} was not saved.`, code)
  if (refused.has(code)) return new PalimpsestError('request', `${basename(path)} cannot be written into ${dirname(path)}.`, code)
  if (code === '') return error
  return new PalimpsestError('disk', `${basename(path)} could not be written.`, code)
}

/** A file of its own beside `path`, flushed to the disk. On any failure nothing is left of it. */
async function writeBeside(path: string, parts: readonly Uint8Array[]): Promise<string> {
  const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}.tmp`)
  const file = await open(temporary, 'wx')
  try {
    for (const part of parts) await file.writeFile(part)
    await file.sync()
    await file.close()
    return temporary
  } catch (error) {
    await file.close().catch(() => undefined)
    await rm(temporary, { force: true })
    throw error
  }
}

/**
 * All of the file or none of it: written beside, flushed, renamed over. `check` sees the finished temporary file before it gets its name.
 * A full disk is code disk, an unwritable folder code request.
 */
export async function writeAtomic(
  path: string,
  parts: readonly Uint8Array[],
  check: (temporary: string) => Promise<void> = async () => undefined,
  called?: string,
): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true })
    const temporary = await writeBeside(path, parts)
    try {
      await check(temporary)
      await rename(temporary, path)
    } catch (error) {
      await rm(temporary, { force: true })
      throw error
    }
  } catch (error) {
    throw writeError(path, error, called)
  }
}

/** Runs what is asked under one key strictly in the order asked, so that two changes of one file never meet. */
export function inOrder(): <T>(key: string, work: () => Promise<T>) => Promise<T> {
  const last = new Map<string, Promise<unknown>>()
  return (key, work) => {
    const result = (last.get(key) ?? Promise.resolve()).then(work, work)
    last.set(key, result)
    const forget = () => void (last.get(key) === result && last.delete(key))
    result.then(forget, forget)
    return result
  }
}
