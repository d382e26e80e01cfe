import { mkdir, rename, rm, rmdir, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { PalimpsestError } from '../shared/errors.ts'
import { writeError } from './files.ts'
import { marksOf, noMarks, remove, type Row } from './library-index.ts'
import { bare } from './library-marks.ts'
import { idOf, jobOf, numbered, originalPath, trashedPath, trashFolder } from './library-places.ts'
import { fileOf, inTurns, moved, type Shelf } from './library-shelf.ts'

/** Deleting with undo: a file moves into .trash under the time and the path it had, so that the files alone tell where it belongs. */

const day = 24 * 3600 * 1000
export const keptMs = 30 * day

const isMissing = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'ENOENT'

/** Those that could be moved; a file that is gone loses its row. */
async function move(shelf: Shelf, pairs: readonly (readonly [row: Row, to: string])[]): Promise<readonly string[]> {
  const done: (readonly [row: Row, to: string])[] = []
  let failure: PalimpsestError | undefined
  for (const [row, to] of pairs) {
    const [from, target] = [fileOf(shelf, row.path), fileOf(shelf, to)]
    try {
      await mkdir(dirname(target), { recursive: true })
      await rename(from, target)
      done.push([row, to])
    } catch (error) {
      if (isMissing(error) && !(await exists(from))) remove(shelf.db, row.path)
      else {
        failure = writeError(error, target)
        break
      }
    }
  }
  await moved(shelf, done)
  if (failure !== undefined) throw failure
  return done.map(([, to]) => idOf(to))
}

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  )

export const toTrash = (shelf: Shelf, rows: readonly Row[], now: number): Promise<readonly string[]> =>
  move(
    shelf,
    rows.filter((row) => row.bin === 0).map((row) => [row, trashedPath(row.path, now)]),
  )

/** Where they were; a place that is taken since gives them a number. */
export async function fromTrash(shelf: Shelf, rows: readonly Row[]): Promise<readonly string[]> {
  const taken = new Set<string>()
  const pairs: (readonly [Row, string])[] = []
  for (const row of rows) {
    const original = originalPath(row.path)
    if (original === undefined) continue
    let number = 1
    while (taken.has(numbered(original, number)) || (await exists(fileOf(shelf, numbered(original, number))))) number++
    const to = numbered(original, number)
    taken.add(to)
    pairs.push([row, to])
  }
  const ids = await move(shelf, pairs)
  await tidy(
    shelf,
    pairs.map(([row]) => row.path),
  )
  return ids
}

export interface Purge {
  /** The job's own file of a picture, which is the same one or a copy. */
  readonly ofJob: (job: string, image: number) => string
  /** Its small copy, unless another picture of the library is the same. */
  readonly thumb: (content: string) => string
}

/** For good. */
export async function purge(shelf: Shelf, rows: readonly Row[], { ofJob, thumb }: Purge): Promise<number> {
  const { db, marks } = shelf
  const gone = rows.filter((row) => row.bin === 1)
  for (const row of gone) {
    try {
      await rm(fileOf(shelf, row.path), { force: true })
      const made = jobOf(row.name)
      if (made !== null) await rm(ofJob(made.job, made.image), { force: true })
    } catch (error) {
      throw writeError(error, fileOf(shelf, row.path))
    }
  }
  await marks.write(new Map(gone.filter((row) => !bare(marksOf(row))).map((row) => [row.path, noMarks])))
  await inTurns(db, gone, (row) => remove(db, row.path))
  for (const { content } of gone)
    if (content !== '' && db.get('SELECT 1 AS one FROM pictures WHERE content = ?', content) === undefined)
      await rm(thumb(content), { force: true }).catch(() => undefined)
  await tidy(
    shelf,
    gone.map(({ path }) => path),
  )
  return gone.length
}

/** Folders of the trash that are empty now. */
async function tidy({ root }: Shelf, paths: readonly string[]): Promise<void> {
  for (const path of new Set(paths.map((one) => dirname(one)))) {
    for (let at = path; at.startsWith(`${trashFolder}/`); at = dirname(at)) {
      try {
        await rmdir(join(root, at))
      } catch {
        break
      }
    }
  }
}
