import type { LibraryCount, LibraryFilter, LibraryOrder, LibraryPage, LibraryQuery } from '../shared/library.ts'
import type { Database, Value } from './database.ts'
import { pictureOf, type Row } from './library-index.ts'

/** What is asked of the index, as SQL. A page reads the index in its order and then the rows of the page alone. */

interface Where {
  readonly sql: string
  readonly values: readonly Value[]
}

/** Every word as the beginning of one: `fac 50` finds faces with 50 steps. Null where nothing of it is a word. */
export function matchOf(text: string): string | null {
  const words = text.normalize('NFC').match(/[\p{L}\p{N}\p{M}]+/gu) ?? []
  return words.length === 0 ? null : words.map((word) => `"${word}"*`).join(' ')
}

const anyOf = (column: string, values: readonly string[]): Where => ({
  sql: `${column} IN (${values.map(() => '?').join(', ')})`,
  values,
})

/**
 * Where the rows of a text are found: asked of the words themselves; or, for pages, in a list made once for all pages of a query, which few rows
 * are taken from and many are only held against (`+` keeps SQLite from beginning there).
 */
type Lookup = 'words' | 'few' | 'many'

const lookups: Readonly<Record<Lookup, string>> = {
  words: 'n IN (SELECT rowid FROM search WHERE search MATCH ?)',
  few: 'n IN (SELECT n FROM temp.matched)',
  many: '+n IN (SELECT n FROM temp.matched)',
}
/** From so many rows on. */
const manyRows = 2000

function whereOf(filter: LibraryFilter, lookup: Lookup = 'words'): Where {
  const { where, text, models, methods, kinds, tags, favourite, from, until } = filter
  const match = matchOf(text)
  const parts: Where[] = [
    { sql: 'bin = ?', values: [where === 'trash' ? 1 : 0] },
    ...(match === null ? [] : [{ sql: lookups[lookup], values: lookup === 'words' ? [match] : [] }]),
    ...(models.length === 0 ? [] : [anyOf('model', models)]),
    ...(methods.length === 0 ? [] : [anyOf('method', methods)]),
    ...(kinds.length === 0 ? [] : [anyOf('kind', kinds)]),
    ...tags.map((tag) => ({ sql: 'n IN (SELECT n FROM tags WHERE tag = ?)', values: [tag] })),
    ...(favourite ? [{ sql: 'favourite = 1', values: [] }] : []),
    ...(from === undefined ? [] : [{ sql: 'modified >= ?', values: [from] }]),
    ...(until === undefined ? [] : [{ sql: 'modified < ?', values: [until] }]),
  ]
  return { sql: parts.map(({ sql }) => sql).join(' AND '), values: parts.flatMap(({ values }) => values) }
}

const sorts: Readonly<Record<LibraryOrder['sort'], readonly string[]>> = {
  date: ['modified', 'id'],
  name: ['name', 'modified', 'id'],
  model: ['model', 'modified', 'id'],
  method: ['method', 'modified', 'id'],
  size: ['pixels', 'modified', 'id'],
  favourite: ['favourite', 'modified', 'id'],
}

/** All one way, as the indexes are. */
const orderOf = ({ sort, descending }: LibraryOrder): string =>
  sorts[sort].map((column) => `${column} ${descending ? 'DESC' : 'ASC'}`).join(', ')

/** What the pages of one query share while the library stays as it is. */
export interface Found {
  readonly totals: Map<string, number>
  /** The words that `temp.matched` holds the rows of, and how many. */
  matched?: { readonly match: string; readonly rows: number }
}

export const nothingFound = (): Found => ({ totals: new Map() })

const countOf = (db: Database, from: string, values: readonly Value[]): number =>
  db.get<{ count: number }>(`SELECT count(*) AS count FROM ${from}`, ...values)?.count ?? 0

function lookupFor(db: Database, match: string, found: Found): Lookup {
  if (found.matched?.match !== match) {
    db.run('CREATE TEMP TABLE IF NOT EXISTS matched (n INTEGER PRIMARY KEY)')
    db.run('DELETE FROM temp.matched')
    const rows = db.run('INSERT INTO temp.matched SELECT rowid FROM search WHERE search MATCH ?', match)
    found.matched = { match, rows }
  }
  return found.matched.rows < manyRows ? 'few' : 'many'
}

export function pageOf(db: Database, query: LibraryQuery, found: Found = nothingFound()): LibraryPage {
  const match = matchOf(query.text)
  const { sql, values } = whereOf(query, match === null ? 'words' : lookupFor(db, match, found))
  const order = orderOf(query)
  const key = JSON.stringify([match, sql, values])
  const total = found.totals.get(key) ?? countOf(db, `pictures WHERE ${sql}`, values)
  found.totals.set(key, total)
  const rows = db.all<Row>(
    `SELECT * FROM pictures WHERE n IN (SELECT n FROM pictures WHERE ${sql} ORDER BY ${order} LIMIT ? OFFSET ?) ORDER BY ${order}`,
    ...values,
    query.limit,
    query.offset,
  )
  return { total, offset: query.offset, pictures: rows.map(pictureOf) }
}

export function idsOf(db: Database, order: LibraryOrder): readonly string[] {
  const { sql, values } = whereOf(order)
  return db.all<{ id: string }>(`SELECT id FROM pictures WHERE ${sql} ORDER BY ${orderOf(order)}`, ...values).map(({ id }) => id)
}

export const rowOf = (db: Database, id: string): Row | undefined => db.get<Row>('SELECT * FROM pictures WHERE id = ?', id)

/** In the order of the ids; those that are not there are left out. */
export const rowsOf = (db: Database, ids: readonly string[]): readonly Row[] =>
  [...new Set(ids)].flatMap((id) => rowOf(db, id) ?? [])

export interface Counts {
  readonly total: number
  readonly favourites: number
  readonly trashed: number
  readonly models: readonly LibraryCount[]
  readonly methods: readonly LibraryCount[]
  readonly tags: readonly LibraryCount[]
}

export function countsOf(db: Database): Counts {
  const one = (sql: string) => countOf(db, `pictures WHERE ${sql}`, [])
  const grouped = (column: string) =>
    db.all<LibraryCount>(
      `SELECT ${column} AS name, count(*) AS count FROM pictures WHERE bin = 0 AND ${column} IS NOT NULL GROUP BY ${column} ORDER BY ${column}`,
    )
  return {
    total: one('bin = 0'),
    favourites: one('bin = 0 AND favourite = 1'),
    trashed: one('bin = 1'),
    models: grouped('model'),
    methods: grouped('method'),
    tags: db.all<LibraryCount>(
      'SELECT tag AS name, count(*) AS count FROM tags JOIN pictures ON pictures.n = tags.n WHERE bin = 0 GROUP BY tag ORDER BY tag',
    ),
  }
}
