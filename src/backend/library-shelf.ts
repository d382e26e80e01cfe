import { join } from 'node:path'
import { PalimpsestError } from '../shared/errors.ts'
import type { PictureFacts } from '../shared/imaging.ts'
import type { Database } from './database.ts'
import type { Imaging } from './imaging.ts'
import type { Lane } from './lane.ts'
import { factsOf, marksOf, noMarks, put, remove, type Row } from './library-index.ts'
import { bare, type Marks, type MarksBook } from './library-marks.ts'
import { rowOf } from './library-query.ts'

/** One folder of the library with its index and its marks: what every part of the library works on. */
export interface Shelf {
  /** Absolute. */
  readonly root: string
  readonly db: Database
  readonly marks: MarksBook
  readonly imaging: Imaging
  /** Changes of files and rows, one after another. */
  readonly lane: Lane
  /** The library is not what it was. */
  readonly changed: () => void
}

export const fileOf = ({ root }: Pick<Shelf, 'root'>, path: string): string => join(root, ...path.split('/'))

export const describe = ({ imaging, root }: Shelf, paths: readonly string[]): Promise<readonly (PictureFacts | null)[]> =>
  imaging.call('describe', { paths: paths.map((path) => fileOf({ root }, path)) })

export const gone = (): PalimpsestError => new PalimpsestError('request', 'This picture is not there any more.')

export function findRow({ db }: Pick<Shelf, 'db'>, id: string): Row {
  const row = rowOf(db, id)
  if (row === undefined) throw gone()
  return row
}

/** So many rows are written at once; between them the program answers others. */
const together = 500

export async function inTurns<T>(db: Database, all: readonly T[], write: (one: T) => void): Promise<void> {
  for (let at = 0; at < all.length; at += together) {
    db.transaction(() => all.slice(at, at + together).forEach(write))
    await new Promise(setImmediate)
  }
}

/** Beside the pictures first: an index that lacks it is put right by the next look at the folder. */
export async function mark({ db, marks }: Shelf, rows: readonly Row[], to: (before: Marks) => Marks): Promise<void> {
  const pairs = rows.map((row) => [row, to(marksOf(row))] as const)
  await marks.write(new Map(pairs.map(([row, own]) => [row.path, own])))
  await inTurns(db, pairs, ([row, own]) => setMarks(db, row, own))
}

export function setMarks(db: Database, row: Row, marks: Marks): void {
  if (JSON.stringify(marks.tags) === row.tags)
    db.run('UPDATE pictures SET favourite = ? WHERE n = ?', marks.favourite ? 1 : 0, row.n)
  else put(db, row.path, factsOf(row), marks)
}

/** Files that have another path now: their rows under the new one, their marks with them. */
export async function moved({ db, marks }: Shelf, pairs: readonly (readonly [row: Row, to: string])[]): Promise<void> {
  const lines = new Map<string, Marks>()
  // Of a file that went away behind our back, and is no more the one at this path.
  const earlier = pairs.length === 0 ? new Map<string, Marks>() : await marks.read()
  for (const [row, to] of pairs) {
    if (!bare(marksOf(row))) lines.set(row.path, noMarks)
    if (!bare(marksOf(row)) || earlier.has(to)) lines.set(to, marksOf(row))
  }
  await marks.write(lines)
  await inTurns(db, pairs, ([row, to]) => {
    remove(db, row.path)
    put(db, to, factsOf(row), marksOf(row))
  })
}
