import { readdir, stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { LibraryChanges, LibraryScan } from '../shared/library.ts'
import { marksOf, noMarks, put, remove, type Row } from './library-index.ts'
import { bare, type Marks } from './library-marks.ts'
import { isPicture, joined, parentOf, trashFolder, whenOf } from './library-places.ts'
import { describe, fileOf, inTurns, type Shelf, setMarks } from './library-shelf.ts'

/**
 * What was added, changed or removed behind our back. A folder that has not changed since the last look is not read again, so that a start
 * with many pictures costs a look at each folder; `thorough` looks at every file.
 */
export interface Scan {
  readonly thorough: boolean
  readonly signal: AbortSignal
  /** Not to be looked into: the program's own. */
  readonly without: readonly string[]
  readonly tell: (scan: LibraryScan) => void
}

/** A folder's time says nothing of what happened within the same tick of a file system's clock; FAT has one of 2 s. */
const tickMs = 2000
const deepest = 12
/** Files that imaging describes in one call. */
const together = 64

interface Found {
  /** New, or not as the index has it. */
  readonly read: string[]
  /** Rows without their file, by path. */
  readonly lost: Map<string, Row>
  /** As they were before they were read, by path. */
  readonly folders: Map<string, number>
}

type Known = Pick<Row, 'path' | 'bytes' | 'modified' | 'damaged'>

export async function scanShelf(shelf: Shelf, scan: Scan): Promise<LibraryChanges> {
  const { db } = shelf
  const found: Found = { read: [], lost: new Map(), folders: new Map() }
  const before = new Map(
    db.all<{ path: string; modified: number }>('SELECT path, modified FROM folders').map(({ path, modified }) => [path, modified]),
  )
  await look(shelf, scan, found, before, '')
  const parents = db.all<{ parent: string }>('SELECT DISTINCT parent FROM pictures').map(({ parent }) => parent)
  for (const path of parents) if (!found.folders.has(path)) lose(shelf, found, path, () => false)
  scan.signal.throwIfAborted()
  const lost = await vanish(shelf, found)
  const marks = await shelf.marks.read()
  const { fresh, ...told } = await readAll(shelf, scan, found.read, marks, lost)
  await remember(shelf)
  for (const path of fresh) found.folders.set(path, 0)
  await inTurns(db, [...found.folders], ([path, modified]) =>
    db.run('INSERT INTO folders VALUES (?, ?) ON CONFLICT (path) DO UPDATE SET modified = excluded.modified', path, modified),
  )
  for (const path of before.keys()) if (!found.folders.has(path)) db.run('DELETE FROM folders WHERE path = ?', path)
  return { ...told, vanished: lost.size }
}

async function look(shelf: Shelf, scan: Scan, found: Found, before: ReadonlyMap<string, number>, folder: string) {
  scan.signal.throwIfAborted()
  const at = folder === '' ? shelf.root : fileOf(shelf, folder)
  if (depthOf(folder) > deepest || scan.without.includes(resolve(at))) return
  const own = await stat(at).catch(() => undefined)
  if (own?.isDirectory() !== true) return
  const modified = Math.floor(own.mtimeMs)
  if (!scan.thorough && before.get(folder) === modified) {
    found.folders.set(folder, modified)
    await again(shelf, found, folder)
    for (const path of before.keys()) if (path !== '' && parentOf(path) === folder) await look(shelf, scan, found, before, path)
    return
  }
  const entries = await readdir(at, { withFileTypes: true }).catch(() => undefined)
  if (entries === undefined) return
  const names = entries.filter((entry) => entry.isFile() && isPicture(entry.name)).map(({ name }) => name)
  const settled = await compare(shelf, found, folder, names)
  found.folders.set(folder, settled && modified < Date.now() - tickMs ? modified : 0)
  for (const entry of entries) {
    const path = joined(folder, entry.name)
    if (entry.isDirectory() && mayEnter(folder, entry.name)) await look(shelf, scan, found, before, path)
  }
}

/** What lay as deep as can be looked for is found in the trash as well. */
function depthOf(folder: string): number {
  const parts = folder === '' ? [] : folder.split('/')
  return parts.length - (parts[0] === trashFolder ? 2 : 0)
}

/** Nothing hidden but the trash, and of that what has its time. */
function mayEnter(folder: string, name: string): boolean {
  if (folder === '' && name === trashFolder) return true
  return folder === trashFolder ? whenOf(name) !== null : !name.startsWith('.')
}

const rowsIn = ({ db }: Shelf, folder: string): readonly Known[] =>
  db.all<Known>('SELECT path, bytes, modified, damaged FROM pictures WHERE parent = ?', folder)

/** Of a folder that is as it was: a file that could not be read may have been finished since, in its place. */
async function again(shelf: Shelf, found: Found, folder: string): Promise<void> {
  const rows = shelf.db.all<Known>('SELECT path, bytes, modified, damaged FROM pictures WHERE parent = ? AND damaged = 1', folder)
  for (const row of rows) await differs(shelf, found, row)
}

/** False: a file was written just now, and may be again without a sign of it in its folder's time. */
async function compare(shelf: Shelf, found: Found, folder: string, names: readonly string[]): Promise<boolean> {
  const rows = new Map(rowsIn(shelf, folder).map((row) => [row.path, row]))
  let settled = true
  for (let at = 0; at < names.length; at += together) {
    const some = names.slice(at, at + together).map(async (name) => {
      const path = joined(folder, name)
      const row = rows.get(path)
      if (row === undefined) found.read.push(path)
      else if (!(await differs(shelf, found, row))) settled = false
    })
    await Promise.all(some)
  }
  const paths = new Set(names.map((name) => joined(folder, name)))
  lose(shelf, found, folder, (path) => paths.has(path))
  return settled
}

/** Notes a file that is not as its row says; false where it was written within the last tick. */
async function differs(shelf: Shelf, { read }: Found, { path, bytes, modified }: Known): Promise<boolean> {
  const now = await stat(fileOf(shelf, path)).catch(() => undefined)
  if (now === undefined) return true
  const at = Math.floor(now.mtimeMs)
  if (now.size !== bytes || at !== modified) read.push(path)
  return at < Date.now() - tickMs
}

function lose({ db }: Shelf, { lost }: Found, folder: string, there: (path: string) => boolean): void {
  for (const row of db.all<Row>('SELECT * FROM pictures WHERE parent = ?', folder)) if (!there(row.path)) lost.set(row.path, row)
}

/** A picture may have come between the list of its folder and now. */
async function vanish(shelf: Shelf, { lost }: Found): Promise<ReadonlyMap<string, Row>> {
  const really = new Map<string, Row>()
  for (const [path, row] of lost) if (await isMissing(fileOf(shelf, path))) really.set(path, row)
  // A disk that was taken out in the middle of it has lost nothing.
  if (really.size > 0 && (await isMissing(shelf.root))) return new Map()
  await shelf.lane(() => inTurns(shelf.db, [...really.keys()], (path) => remove(shelf.db, path)))
  if (really.size > 0) shelf.changed()
  return really
}

const isMissing = (path: string): Promise<boolean> =>
  stat(path).then(
    () => false,
    (error: NodeJS.ErrnoException) => error.code === 'ENOENT' || error.code === 'ENOTDIR',
  )

/** A file that moved or has another name keeps what was said of it: it is known by its content. */
async function readAll(
  shelf: Shelf,
  { signal, tell }: Scan,
  paths: readonly string[],
  marks: ReadonlyMap<string, Marks>,
  lost: ReadonlyMap<string, Row>,
): Promise<{ added: number; changed: number; fresh: ReadonlySet<string> }> {
  const orphans = new Map([...lost.values()].filter((row) => !bare(marksOf(row))).map((row) => [row.content, row]))
  let [added, changed] = [0, 0]
  /** Folders with a file that was written just now. */
  const fresh = new Set<string>()
  for (let at = 0; at < paths.length; at += together) {
    signal.throwIfAborted()
    if (paths.length > together) tell({ done: at, total: paths.length })
    const some = paths.slice(at, at + together)
    await shelf.lane(async () => {
      const facts = await describe(shelf, some)
      const adopted = new Map<string, Marks>()
      shelf.db.transaction(() => {
        for (const [i, path] of some.entries()) {
          const now = facts[i]
          if (now === undefined || now === null) continue
          if (now.modified >= Date.now() - tickMs) fresh.add(parentOf(path))
          const orphan = marks.has(path) ? undefined : orphans.get(now.content)
          if (orphan !== undefined) {
            orphans.delete(now.content)
            adopted.set(orphan.path, noMarks)
            adopted.set(path, marksOf(orphan))
          }
          const known = shelf.db.get<{ n: number }>('SELECT n FROM pictures WHERE path = ?', path) !== undefined
          put(shelf.db, path, now, adopted.get(path) ?? marks.get(path) ?? noMarks)
          if (known) changed++
          else added++
        }
      })
      await shelf.marks.write(adopted)
    })
    shelf.changed()
  }
  return { added, changed, fresh }
}

/** Marks that another program made, or a folder that came back, are told to the index. */
async function remember(shelf: Shelf): Promise<void> {
  const { db } = shelf
  const stamp = await shelf.marks.stamp()
  if (db.get<{ value: string }>("SELECT value FROM meta WHERE key = 'marks'")?.value === stamp) return
  await shelf.lane(async () => {
    const now = await shelf.marks.read()
    const marked = db.all<Row>("SELECT * FROM pictures WHERE favourite = 1 OR tags <> '[]'").filter(({ path }) => !now.has(path))
    const rows = [...now.keys()].flatMap((path) => db.get<Row>('SELECT * FROM pictures WHERE path = ?', path) ?? [])
    await inTurns(db, [...rows, ...marked], (row) => setMarks(db, row, now.get(row.path) ?? noMarks))
    if (rows.length + marked.length > 0) shelf.changed()
    db.run("INSERT INTO meta VALUES ('marks', ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value", await shelf.marks.stamp())
  })
}
