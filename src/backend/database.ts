import { existsSync, renameSync } from 'node:fs'
import { basename } from 'node:path'
import Libsql from 'libsql'
import { PalimpsestError } from '../shared/errors.ts'

/**
 * SQLite, embedded: the only importer of libsql. A file holds what can be read again from other files (records.ts), so one that is
 * damaged is set aside and begun anew; `fresh` then says that it is empty, and `notice` says why in a sentence for the user.
 *
 * [Note: statements] libsql really ends a connection only when the last of its prepared statements was collected as garbage; what was written
 * is on the disk before, and the files can be opened again. A lock that must be given back at once is held by a connection that never
 * prepares one.
 */
export interface Database {
  /** The file was absent or could not be used. */
  readonly fresh: boolean
  readonly notice: string | null
  all<T>(sql: string, ...values: readonly Value[]): T[]
  get<T>(sql: string, ...values: readonly Value[]): T | undefined
  /** Rows that were changed. */
  run(sql: string, ...values: readonly Value[]): number
  /** All of `work` or nothing of it. Not to be nested. */
  transaction<T>(work: () => T): T
  close(): void
}

export type Value = string | number | null | Uint8Array

export interface DatabaseOptions {
  /** Absolute, in a folder that exists. */
  readonly file: string
  /** Numbered by their place, from 1; one that was ever released never changes. */
  readonly migrations: readonly string[]
  /** Not read through at the start: a large one would take long. Its owner replaces it when a read meets damage (code SQLITE_CORRUPT...). */
  readonly unread?: boolean
}

/** A disk that refuses the file is no reason to refuse the start: then all is kept in memory, and `notice` says so. */
export function openDatabase(options: DatabaseOptions): Database {
  const { file } = options
  const absent = !existsSync(file)
  try {
    return wrap(open(file, options), file, absent, null)
  } catch (error) {
    if (error instanceof Damaged) return beginAnew(options, error)
    return wrap(open(':memory:', options), file, true, `"${file}" cannot be written, so nothing is kept in it: ${reasonOf(error)}.`)
  }
}

/**
 * For one program alone; returns what gives it back, as the system does however the program ends. Throws code `request`, `sentence`, where
 * another has it. Where no file can be made there is nothing to guard.
 */
export function holdAlone(file: string, sentence: string): () => void {
  let connection: Connection
  try {
    connection = new Libsql(file, { timeout: 0 })
  } catch {
    return () => undefined
  }
  try {
    connection.exec('BEGIN EXCLUSIVE')
  } catch (error) {
    connection.close()
    if (codeOf(error) === 'SQLITE_BUSY') throw new PalimpsestError('request', sentence, file)
  }
  return () => {
    if (connection.open) connection.close()
  }
}

class Damaged extends Error {}

function beginAnew(options: DatabaseOptions, { message }: Damaged): Database {
  const { file } = options
  const aside = unused(`${file}.damaged`)
  try {
    renameSync(file, aside)
    for (const part of ['-wal', '-shm']) if (existsSync(file + part)) renameSync(file + part, aside + part)
    const said = `"${basename(file)}" was ${message} and begun anew; the old one is kept as "${basename(aside)}".`
    return wrap(open(file, options), file, true, said)
  } catch (error) {
    return wrap(open(':memory:', options), file, true, `"${file}" is ${message} and cannot be replaced: ${reasonOf(error)}.`)
  }
}

function unused(path: string): string {
  if (!existsSync(path)) return path
  for (let number = 2; ; number++) if (!existsSync(`${path}-${String(number)}`)) return `${path}-${String(number)}`
}

type Connection = InstanceType<typeof Libsql>

/** How long another program's write may hold this one up. */
const busyMs = 2000

function open(file: string, { migrations, unread = false }: DatabaseOptions): Connection {
  const connection = new Libsql(file, { timeout: busyMs })
  try {
    // A whole transaction survives the end of the program; the last ones may be lost with the machine's power, which the files make good.
    connection.exec('PRAGMA journal_mode = WAL')
    connection.exec('PRAGMA synchronous = NORMAL')
    if (!unread) readThrough(connection)
    migrate(connection, migrations)
    return connection
  } catch (error) {
    connection.close()
    const code = codeOf(error)
    if (code === 'SQLITE_NOTADB' || code === 'SQLITE_CORRUPT') throw new Damaged('damaged')
    throw error
  }
}

function readThrough(connection: Connection): void {
  const [check] = connection.prepare('PRAGMA quick_check(1)').all() as { quick_check: string }[]
  if (check?.quick_check !== 'ok') throw new Damaged('damaged')
}

function migrate(connection: Connection, migrations: readonly string[]): void {
  const [row] = connection.prepare('PRAGMA user_version').all() as { user_version: number }[]
  const made = row?.user_version ?? 0
  if (made > migrations.length) throw new Damaged('of a newer Palimpsest')
  for (const [i, sql] of migrations.slice(made).entries())
    connection.exec(`BEGIN IMMEDIATE;\n${sql};\nPRAGMA user_version = ${String(made + i + 1)};\nCOMMIT`)
}

function wrap(connection: Connection, file: string, fresh: boolean, notice: string | null): Database {
  const prepared = new Map<string, ReturnType<Connection['prepare']>>()
  const statement = (sql: string) => {
    let known = prepared.get(sql)
    if (known === undefined) prepared.set(sql, (known = connection.prepare(sql)))
    return known
  }
  const told = <T>(work: () => T): T => {
    if (!connection.open) throw new PalimpsestError('cancelled', `"${basename(file)}" was closed while it was read.`, closed)
    try {
      return work()
    } catch (error) {
      throw translated(error, file)
    }
  }
  const all: Database['all'] = <T>(sql: string, ...values: readonly Value[]) =>
    told(() => (statement(sql).all([...values]) as Record<string, unknown>[]).map(withBytes) as T[])
  return {
    fresh,
    notice,
    all,
    // libsql's own `get` adds a member to the row.
    get: <T>(sql: string, ...values: readonly Value[]) => all<T>(sql, ...values)[0],
    run: (sql, ...values) => told(() => statement(sql).run([...values]).changes),
    transaction: (work) => {
      told(() => connection.exec('BEGIN IMMEDIATE'))
      try {
        const result = work()
        told(() => connection.exec('COMMIT'))
        return result
      } catch (error) {
        if (connection.inTransaction) connection.exec('ROLLBACK')
        throw error
      }
    },
    close() {
      if (!connection.open) return
      prepared.clear()
      try {
        connection.exec('PRAGMA wal_checkpoint(TRUNCATE)')
      } catch {
        // The log stays beside the file and is read at the next start.
      }
      connection.close()
    },
  }
}

/** libsql hands a BLOB out as an ArrayBuffer. */
function withBytes(row: Record<string, unknown>): Record<string, unknown> {
  for (const name in row) if (row[name] instanceof ArrayBuffer) row[name] = new Uint8Array(row[name])
  return row
}

/** Met by a read. */
export const isDamage = (error: unknown): boolean => codeOf(error).startsWith('SQLITE_CORRUPT') || codeOf(error) === 'SQLITE_NOTADB'

const closed = 'closed'
/** Its owner closed it before the work on it was over. */
export const isClosed = (error: unknown): boolean => error instanceof PalimpsestError && error.detail === closed

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''

function reasonOf(error: unknown): string {
  const reason = error instanceof Error ? error.message : String(error)
  if (codeOf(error) === 'SQLITE_FULL' || /ENOSPC/.test(reason)) return 'the disk is full'
  if (codeOf(error) === 'SQLITE_READONLY' || /EACCES|EROFS|EPERM|Unable to open/.test(reason)) return 'it is read-only'
  return reason
}

function translated(error: unknown, file: string): unknown {
  const code = codeOf(error)
  if (code === 'SQLITE_FULL') return new PalimpsestError('disk', `The disk is full: "${file}" could not be written.`, code)
  if (code === 'SQLITE_READONLY') return new PalimpsestError('request', `"${file}" cannot be written: it is read-only.`, code)
  if (code.startsWith('SQLITE_IOERR') || code === 'SQLITE_BUSY')
    return new PalimpsestError('disk', `"${file}" could not be written: ${reasonOf(error)}.`, code)
  return error
}
