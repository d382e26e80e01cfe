import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Database, holdAlone, openDatabase } from '../../src/backend/database.ts'

const first = 'CREATE TABLE words (word TEXT PRIMARY KEY, data BLOB)'
const second = 'ALTER TABLE words ADD COLUMN rank INTEGER NOT NULL DEFAULT 7'

let folder: string
let file: string
const opened: Database[] = []
const open = (migrations: readonly string[] = [first]): Database => {
  const database = openDatabase({ file, migrations })
  opened.push(database)
  return database
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'palimpsest-database-'))
  file = join(folder, 'words.db')
})
afterEach(() => {
  for (const database of opened.splice(0)) database.close()
  rmSync(folder, { recursive: true, force: true })
})

it('keeps rows of text, numbers, nothing and bytes over a close', () => {
  const before = open()
  expect([before.fresh, before.notice]).toEqual([true, null])
  expect(before.run('INSERT INTO words VALUES (?, ?)', 'one', new Uint8Array([1, 2]))).toBe(1)
  expect(before.run('INSERT INTO words VALUES (?, ?)', 'two', null)).toBe(1)
  before.close()
  const after = open()
  expect([after.fresh, after.notice]).toEqual([false, null])
  const rows = after.all<{ word: string; data: Uint8Array | null }>('SELECT * FROM words ORDER BY word')
  expect(rows.map(({ word, data }) => [word, data === null ? null : [...data]])).toEqual([
    ['one', [1, 2]],
    ['two', null],
  ])
  expect(after.get('SELECT word FROM words WHERE word = ?', 'two')).toEqual({ word: 'two' })
  expect(after.get('SELECT word FROM words WHERE word = ?', 'six')).toBeUndefined()
})

it('makes all of a transaction or nothing of it', () => {
  const database = open()
  expect(() =>
    database.transaction(() => {
      database.run('INSERT INTO words VALUES (?, NULL)', 'one')
      throw new Error('no')
    }),
  ).toThrow('no')
  expect(database.all('SELECT * FROM words')).toEqual([])
  expect(database.transaction(() => database.run('INSERT INTO words VALUES (?, NULL)', 'two'))).toBe(1)
  expect(database.all('SELECT word FROM words')).toEqual([{ word: 'two' }])
})

it('brings an older file up to date, each step once', () => {
  const old = open()
  old.run('INSERT INTO words VALUES (?, NULL)', 'one')
  old.close()
  open([first, second]).close()
  expect(open([first, second]).all('SELECT word, rank FROM words')).toEqual([{ word: 'one', rank: 7 }])
})

it.each<[string, () => void, string]>([
  ['is no database', () => writeFileSync(file, 'A'.repeat(9000)), 'damaged'],
  [
    'has a page of noise',
    () => {
      const whole = open()
      for (let i = 0; i < 400; i++) whole.run('INSERT INTO words VALUES (?, ?)', String(i), new Uint8Array(100))
      whole.close()
      const bytes = readFileSync(file)
      writeFileSync(file, bytes.fill(255, 4096, 12_288))
    },
    'damaged',
  ],
  [
    'was cut short',
    () => {
      const whole = open()
      for (let i = 0; i < 400; i++) whole.run('INSERT INTO words VALUES (?, ?)', String(i), new Uint8Array(100))
      whole.close()
      truncateSync(file, 10_000)
    },
    'damaged',
  ],
  ['is of a newer program', () => open([first, second]).close(), 'of a newer Palimpsest'],
])('sets a file aside that %s, and says so', (_how, damage, word) => {
  damage()
  const bytes = readFileSync(file)
  const database = open()
  expect(database).toMatchObject({
    fresh: true,
    notice: `"words.db" was ${word} and begun anew; the old one is kept as "words.db.damaged".`,
  })
  expect(database.all('SELECT * FROM words')).toEqual([])
  expect(readFileSync(join(folder, 'words.db.damaged')).equals(bytes)).toBe(true)
  expect(database.run('INSERT INTO words VALUES (?, NULL)', 'new')).toBe(1)
})

it('keeps every file it ever set aside', () => {
  for (let i = 0; i < 3; i++) {
    writeFileSync(file, 'A'.repeat(9000))
    open().close()
  }
  expect(readdirSync(folder).filter((name) => /\.damaged(-\d)?$/.test(name))).toHaveLength(3)
})

it('works without a file where the place refuses one, and says so', () => {
  file = join(folder, 'absent', 'words.db')
  const database = open()
  expect(database.fresh).toBe(true)
  expect(database.notice).toBe(`"${file}" cannot be written, so nothing is kept in it: it is read-only.`)
  expect(database.run('INSERT INTO words VALUES (?, NULL)', 'one')).toBe(1)
  expect(existsSync(file)).toBe(false)
})

it('says in a sentence that the disk is full, and keeps what was there', () => {
  const database = open()
  database.run('INSERT INTO words VALUES (?, NULL)', 'kept')
  database.all('PRAGMA max_page_count = 8')
  let words = 0
  const fill = () => {
    for (let i = 0; i < 100; i++) database.run('INSERT INTO words VALUES (?, ?)', String(words++), new Uint8Array(2000))
  }
  expect(fill).toThrow(
    expect.objectContaining({ code: 'disk', message: `The disk is full: "${file}" could not be written.` }) as Error,
  )
  expect(() => database.transaction(fill)).toThrow(expect.objectContaining({ code: 'disk' }) as Error)
  expect(database.get('SELECT word FROM words WHERE word = ?', 'kept')).toEqual({ word: 'kept' })
  database.close()
  expect(open().get('SELECT word FROM words WHERE word = ?', 'kept')).toEqual({ word: 'kept' })
})

it('holds every row that was written when the program is killed', () => {
  const program = `
    const Libsql = require(${JSON.stringify(resolve('node_modules/libsql'))})
    const db = new Libsql(${JSON.stringify(file)})
    db.exec('PRAGMA journal_mode = WAL; BEGIN IMMEDIATE; ${first}; PRAGMA user_version = 1; COMMIT')
    db.exec("INSERT INTO words VALUES ('kept', NULL)")
    process.kill(process.pid, 'SIGKILL')`
  expect(spawnSync(process.execPath, ['-e', program]).signal).toBe('SIGKILL')
  expect(open().all('SELECT word FROM words')).toEqual([{ word: 'kept' }])
})

describe('what one program has alone', () => {
  const sentence = 'Another Palimpsest is open on this folder.'
  const refusal = expect.objectContaining({ code: 'request', message: sentence }) as Error

  it('is refused to a second one until the first gives it back', () => {
    const release = holdAlone(file, sentence)
    expect(() => holdAlone(file, sentence)).toThrow(refusal)
    release()
    release()
    holdAlone(file, sentence)()
  })

  it('is refused from another process, and given back when that one is killed', async () => {
    const program = `
      const Libsql = require(${JSON.stringify(resolve('node_modules/libsql'))})
      const db = new Libsql(${JSON.stringify(file)})
      db.exec('BEGIN EXCLUSIVE')
      console.log('held')
      setInterval(() => db, 1000)`
    const holder = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'inherit'] })
    try {
      await once(holder.stdout, 'data')
      expect(() => holdAlone(file, sentence)).toThrow(refusal)
    } finally {
      holder.kill('SIGKILL')
    }
    await once(holder, 'exit')
    holdAlone(file, sentence)()
  })

  it('is nothing where no file can be made', () => {
    holdAlone(join(folder, 'absent', 'lock'), sentence)()
  })
})
