import type { LibraryPicture } from '../shared/library.ts'
import type { PictureFacts } from '../shared/imaging.ts'
import { type Database, openDatabase } from './database.ts'
import { idOf, jobOf, parentOf, type Place, placeOf } from './library-places.ts'
import type { Marks } from './library-marks.ts'

/**
 * The index over the library's files: one row a picture, made of nothing but the file's path, what imaging tells of the file, and the marks
 * that lie beside it ([Note: made anew]).
 *
 * [Note: made anew] Whatever way a row came, it was written by `put` from these three. So an index that is thrown away and made anew from the
 * files is the same, row for row.
 */

const migrations = [
  `CREATE TABLE pictures (
     n INTEGER PRIMARY KEY,
     id TEXT NOT NULL UNIQUE,
     path TEXT NOT NULL UNIQUE,
     parent TEXT NOT NULL,
     folder TEXT NOT NULL,
     name TEXT NOT NULL COLLATE NOCASE,
     bin INTEGER NOT NULL,
     trashed INTEGER,
     bytes INTEGER NOT NULL,
     modified INTEGER NOT NULL,
     content TEXT NOT NULL,
     width INTEGER NOT NULL,
     height INTEGER NOT NULL,
     pixels INTEGER NOT NULL,
     damaged INTEGER NOT NULL,
     text TEXT NOT NULL,
     kind TEXT NOT NULL,
     model TEXT,
     method TEXT,
     steps INTEGER,
     seed INTEGER,
     job TEXT,
     image INTEGER,
     favourite INTEGER NOT NULL,
     tags TEXT NOT NULL,
     words TEXT NOT NULL
   );
   CREATE INDEX by_date ON pictures (bin, modified, id);
   CREATE INDEX by_name ON pictures (bin, name, modified, id);
   CREATE INDEX by_model ON pictures (bin, model, modified, id);
   CREATE INDEX by_method ON pictures (bin, method, modified, id);
   CREATE INDEX by_kind ON pictures (bin, kind, modified, id);
   CREATE INDEX by_size ON pictures (bin, pixels, modified, id);
   CREATE INDEX by_favourite ON pictures (bin, favourite, modified, id);
   CREATE INDEX by_parent ON pictures (parent);
   CREATE INDEX by_job ON pictures (job, image) WHERE job IS NOT NULL;
   CREATE INDEX by_content ON pictures (content);
   CREATE TABLE tags (n INTEGER NOT NULL, tag TEXT NOT NULL, PRIMARY KEY (tag, n)) WITHOUT ROWID;
   CREATE INDEX tags_by_picture ON tags (n);
   CREATE VIRTUAL TABLE search USING fts5(words, content='', contentless_delete=1, prefix='2 3', tokenize='unicode61 remove_diacritics 2');
   CREATE TABLE folders (path TEXT PRIMARY KEY, modified INTEGER NOT NULL);
   CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL)`,
]

export interface Row {
  readonly n: number
  readonly id: string
  readonly path: string
  /** Where it lies, and where it lay before it was put into the trash. */
  readonly parent: string
  readonly folder: string
  readonly name: string
  readonly bin: 0 | 1
  readonly trashed: number | null
  readonly bytes: number
  readonly modified: number
  readonly content: string
  readonly width: number
  readonly height: number
  readonly damaged: 0 | 1
  readonly text: PictureFacts['text']
  readonly kind: PictureFacts['kind']
  readonly model: string | null
  readonly method: string | null
  readonly steps: number | null
  readonly seed: number | null
  readonly job: string | null
  readonly image: number | null
  readonly favourite: 0 | 1
  /** As JSON. */
  readonly tags: string
  readonly words: string
}

/** What a row says of its file. */
export type Facts = Omit<PictureFacts, 'mask' | 'source'>

export const openIndex = (file: string): Database => openDatabase({ file, migrations, unread: true })

export const noMarks: Marks = { favourite: false, tags: [] }

export const marksOf = (row: Pick<Row, 'favourite' | 'tags'>): Marks => ({
  favourite: row.favourite === 1,
  tags: JSON.parse(row.tags) as string[],
})

const columns =
  'id, path, parent, folder, name, bin, trashed, bytes, modified, content, width, height, pixels, damaged, text, kind, model, method, steps, seed, job, image, favourite, tags, words'
const insert = `INSERT INTO pictures (${columns}) VALUES (${columns
  .split(', ')
  .map(() => '?')
  .join(', ')})`

/** The picture at this path, below the library's folder. In place of what was known of it. */
export function put(db: Database, path: string, facts: Facts, marks: Marks): void {
  remove(db, path)
  const place: Place = placeOf(path)
  const made = jobOf(place.name)
  const { bytes, modified, content, width, height, damaged, text, kind, model, method, steps, seed, words } = facts
  db.run(
    insert,
    idOf(path),
    path,
    parentOf(path),
    place.folder,
    place.name,
    place.trashed === null ? 0 : 1,
    place.trashed,
    bytes,
    modified,
    content,
    width,
    height,
    width * height,
    damaged ? 1 : 0,
    text,
    kind,
    model,
    method,
    steps,
    seed,
    made?.job ?? null,
    made?.image ?? null,
    marks.favourite ? 1 : 0,
    JSON.stringify(marks.tags),
    words,
  )
  const { n } = db.get<{ n: number }>('SELECT last_insert_rowid() AS n') ?? { n: 0 }
  for (const tag of marks.tags) db.run('INSERT INTO tags (n, tag) VALUES (?, ?)', n, tag)
  db.run('INSERT INTO search (rowid, words) VALUES (?, ?)', n, [place.name.replace(/\.png$/i, ''), words, ...marks.tags].join(' '))
}

export const factsOf = (row: Row): Facts => ({ ...row, damaged: row.damaged === 1 })

export function remove(db: Database, path: string): void {
  const row = db.get<{ n: number }>('SELECT n FROM pictures WHERE path = ?', path)
  if (row === undefined) return
  db.run('DELETE FROM pictures WHERE n = ?', row.n)
  db.run('DELETE FROM tags WHERE n = ?', row.n)
  db.run('DELETE FROM search WHERE rowid = ?', row.n)
}

export function wipe(db: Database): void {
  for (const table of ['pictures', 'tags', 'search', 'folders', 'meta']) db.run(`DELETE FROM ${table}`)
}

export function pictureOf(row: Row): LibraryPicture {
  const { id, name, folder, width, height, bytes, kind, model, method, steps, seed, trashed } = row
  return {
    id,
    name,
    folder,
    width,
    height,
    bytes,
    date: row.modified,
    kind,
    model,
    method,
    steps,
    seed,
    ...marksOf(row),
    url: `/library/${id}.png?v=${row.content}`,
    thumb: `/library/${id}/thumb.webp?v=${row.content}`,
    job: row.job === null || row.image === null ? null : { job: row.job, image: row.image },
    trashed,
    damaged: row.damaged === 1,
  }
}
