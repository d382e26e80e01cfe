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

/** How the words of a text are looked up: all of them first, or row by row, which is quicker where most rows have them. */
type Lookup = 'first' | 'each'

const lookups: Readonly<Record<Lookup, string>> = {
  first: 'n IN (SELECT rowid FROM search WHERE search MATCH ?)',
  each: 'EXISTS (SELECT 1 FROM search WHERE search MATCH ? AND rowid = n)',
}
/** From so many rows on. */
const manyRows = 2000

function whereOf(filter: LibraryFilter, lookup: Lookup = 'first'): Where {
  const { where, text, models, methods, kinds, tags, favourite, from, until } = filter
  const match = matchOf(text)
  const parts: Where[] = [
    { sql: 'bin = ?', values: [where === 'trash' ? 1 : 0] },
    ...(match === null ? [] : [{ sql: lookups[lookup], values: [match] }]),
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

/** Counts of the library as it is, which the pages of one query share. */
export type Totals = Map<string, number>

const countOf = (db: Database, from: string, values: readonly Value[]): number =>
  db.get<{ count: number }>(`SELECT count(*) AS count FROM ${from}`, ...values)?.count ?? 0

function totalOf(db: Database, filter: LibraryFilter, totals: Totals): number {
  const { sql, values } = whereOf(filter)
  const key = JSON.stringify([sql, values])
  const known = totals.get(key)
  if (known !== undefined) return known
  const match = matchOf(filter.text)
  const trashed = () => countOf(db, `pictures WHERE bin = 1 AND ${lookups.each}`, [match])
  // The words alone are counted without a look at any row; the trash, which they count too, is small.
  const total =
    match !== null && values.length === 2 && filter.where === 'library' && !filter.favourite
      ? countOf(db, 'search WHERE search MATCH ?', [match]) - trashed()
      : countOf(db, `pictures WHERE ${sql}`, values)
  totals.set(key, total)
  return total
}

export function pageOf(db: Database, query: LibraryQuery, totals: Totals = new Map()): LibraryPage {
  const order = orderOf(query)
  const total = totalOf(db, query, totals)
  const { sql, values } = whereOf(query, total < manyRows ? 'first' : 'each')
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
