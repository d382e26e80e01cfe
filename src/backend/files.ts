import { createHash, randomBytes } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open, readdir, rename, rm, rmdir, stat, writeFile } from 'node:fs/promises'
import { dirname, join, relative, resolve } from 'node:path'
import { PalimpsestError } from '../shared/errors.ts'
import { makeFolders } from './folders.ts'

/** Files of the application: whole or absent, never half-written. */

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}

/** A failed write in the user's words: code `disk` where the disk is full, else `request` (the place is wrong). */
export function writeError(error: unknown, path: string): PalimpsestError {
  if (error instanceof PalimpsestError) return error
  const code = codeOf(error)
  // EFBIG: larger than the disk's way of counting allows, or than this user may write.
  if (code === 'ENOSPC' || code === 'EDQUOT' || code === 'EFBIG')
    return new PalimpsestError('disk', `The disk is full: "${path}" could not be written.`, code)
  const why: Record<string, string> = {
    EACCES: 'permission is denied',
    EPERM: 'permission is denied',
    EROFS: 'the disk is read-only',
    ENOTDIR: 'a part of the path is a file',
    EEXIST: 'it is a file',
    ENAMETOOLONG: 'the name is too long',
    ENOENT: 'no folder can be made there',
  }
  return new PalimpsestError(
    'request',
    `"${path}" cannot be written: ${why[code ?? ''] ?? code ?? String(error)}.`,
    code ?? String(error),
  )
}

/** Writes beside the target and renames, so that a reader finds the old file or the whole new one. */
export async function writeAtomically(path: string, data: string | Uint8Array): Promise<void> {
  const temporary = `${path}.${randomBytes(4).toString('hex')}.tmp`
  try {
    const file = await open(temporary, 'wx')
    try {
      await file.writeFile(data)
      // Else a power cut may keep the new name and lose what stands under it.
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true })
    throw writeError(error, path)
  }
}

/** What a writer that was killed left beside its target: ours and imaging's. */
const halfWritten = /\.[0-9a-f]{8}([0-9a-f]{4})?\.tmp$/

/** Removes what writers that are gone left half-written in a folder and below it. To be called where nobody writes there. */
export async function sweepHalves(folder: string): Promise<void> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => [])
  for (const entry of entries)
    if (entry.isFile() && halfWritten.test(entry.name))
      await rm(join(entry.parentPath, entry.name), { force: true }).catch(() => undefined)
}

export const writeJson = (path: string, value: unknown): Promise<void> =>
  writeAtomically(path, `${JSON.stringify(value, null, 2)}\n`)

export interface OutFolder {
  readonly path: string
  /** Removes the folders that `openOutFolder` made, as far as they are empty: a refused run leaves no trace. */
  undo(): Promise<void>
}

/** A folder of the application's own. Throws code `request` or `disk` where it cannot be made. */
export async function openFolder(path: string): Promise<void> {
  try {
    makeFolders(path)
  } catch (error) {
    throw writeError(error, path)
  }
}

/** Makes the folder if absent and proves that a file can be written there. Throws code `request` or `disk`. */
export async function openOutFolder(folder: string): Promise<OutFolder> {
  const path = resolve(folder)
  try {
    const first = makeFolders(path)
    const probe = join(path, `.palimpsest-${randomBytes(4).toString('hex')}`)
    await writeFile(probe, '')
    await rm(probe)
    return {
      path,
      async undo() {
        if (first === undefined) return
        for (let at = path; !relative(first, at).startsWith('..'); at = dirname(at)) {
          try {
            await rmdir(at)
          } catch {
            return // not empty: finished pictures stay
          }
        }
      },
    }
  } catch (error) {
    throw writeError(error, path)
  }
}

export async function sha256OfFile(path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path)) hash.update(chunk as Uint8Array)
  return hash.digest('hex')
}

/** Bytes of a regular file, or undefined where there is none. */
export async function fileSize(path: string): Promise<number | undefined> {
  try {
    const found = await stat(path)
    return found.isFile() ? found.size : undefined
  } catch {
    return undefined
  }
}

/** A name for a job or a temporary file: rises with time, only [0-9a-z-]. */
export const newId = (): string => `${Date.now().toString(36)}-${randomBytes(4).toString('hex')}`

const day = 24 * 3600 * 1000

/** Removes what killed runs left in a scratch folder. What is young may belong to another program that works in the same data folder now. */
export async function sweep(folder: string): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    const path = join(folder, name)
    const age = Date.now() - (await stat(path).catch(() => ({ mtimeMs: Date.now() }))).mtimeMs
    if (age > day) await rm(path, { recursive: true, force: true })
  }
}
