import { lstat, rename, rm, rmdir, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { PalimpsestError } from '../shared/errors.ts'
import { writeError } from './files.ts'
import { makeFolders } from './folders.ts'
import { marksOf, noMarks, remove, type Row } from './library-index.ts'
import { bare } from './library-marks.ts'
import { idOf, jobOf, numbered, originalPath, trashedPath, trashFolder } from './library-places.ts'
import { fileOf, moved, type Shelf } from './library-shelf.ts'

/** Deleting with undo: a file moves into .trash under the time and the path it had, so that the files alone tell where it belongs. */

const day = 24 * 3600 * 1000
export const keptMs = 30 * day

const isMissing = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'ENOENT'

/** `place` n, from 1: where it goes; the next one is asked for where something lies there already, which is never written over. */
type Place = (number: number) => string

/** Those that could be moved; a file that is gone loses its row. */
async function move(shelf: Shelf, pairs: readonly (readonly [row: Row, place: Place])[]): Promise<readonly string[]> {
  const done: (readonly [row: Row, to: string])[] = []
  let failure: PalimpsestError | undefined
  for (const [row, place] of pairs) {
    const from = fileOf(shelf, row.path)
    let number = 1
    // Looked at just before the move: another program may have put a file there since the last look at the folder.
    while (await exists(fileOf(shelf, place(number)))) number++
    const to = place(number)
    const target = fileOf(shelf, to)
    try {
      makeFolders(dirname(target))
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
  lstat(path).then(
    () => true,
    () => false,
  )

/** Two of one path may come within the same millisecond, or the clock be set back: then the later one has a later time. */
export const toTrash = (shelf: Shelf, rows: readonly Row[], now: number): Promise<readonly string[]> =>
  move(
    shelf,
    rows.filter((row) => row.bin === 0).map((row) => [row, (number) => trashedPath(row.path, now + number - 1)]),
  )

/** Where they were; a place that is taken since gives them a number. */
export async function fromTrash(shelf: Shelf, rows: readonly Row[]): Promise<readonly string[]> {
  const pairs = rows.flatMap((row): (readonly [Row, Place])[] => {
    const original = originalPath(row.path)
    return original === undefined ? [] : [[row, (number) => numbered(original, number)]]
  })
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

/** For good. What could not be removed stays in the trash, and the reason is thrown when the rest is put in order. */
export async function purge(shelf: Shelf, rows: readonly Row[], { ofJob, thumb }: Purge): Promise<number> {
  const { db, marks } = shelf
  const gone: Row[] = []
  let failure: PalimpsestError | undefined
  for (const row of rows.filter(({ bin }) => bin === 1)) {
    try {
      const made = jobOf(row.name)
      const own = made === null ? undefined : ofJob(made.job, made.image)
      const goesToo = own !== undefined && (await isLastOf(shelf, row, own))
      // What is left half-way is still in the trash.
      if (own !== undefined && goesToo) await rm(own, { force: true })
      await rm(fileOf(shelf, row.path), { force: true })
      // At once: what comes next is asked whether it is the last of its picture.
      remove(db, row.path)
      gone.push(row)
    } catch (error) {
      failure = writeError(error, fileOf(shelf, row.path))
      break
    }
  }
  await marks.write(new Map(gone.filter((row) => !bare(marksOf(row))).map((row) => [row.path, noMarks])))
  for (const { content } of gone)
    if (content !== '' && db.get('SELECT 1 AS one FROM pictures WHERE content = ?', content) === undefined)
      await rm(thumb(content), { force: true }).catch(() => undefined)
  await tidy(
    shelf,
    gone.map(({ path }) => path),
  )
  if (failure !== undefined) throw failure
  return gone.length
}

/**
 * Is the job's own file this picture, and no other of the library under the job's name? A name alone says neither: the user may have copied the
 * picture to another folder, or changed it and saved it under the same name.
 */
async function isLastOf(shelf: Shelf, row: Row, own: string): Promise<boolean> {
  const other = shelf.db.get('SELECT 1 AS one FROM pictures WHERE job = ? AND image = ? AND n <> ?', row.job, row.image, row.n)
  if (other !== undefined) return false
  const [its, jobs] = await Promise.all([fileOf(shelf, row.path), own].map((path) => stat(path).catch(() => undefined)))
  if (jobs === undefined) return false
  if (its !== undefined && its.dev === jobs.dev && its.ino === jobs.ino) return true
  const [facts] = await shelf.imaging.call('describe', { paths: [own] })
  return row.content !== '' && facts?.content === row.content
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
