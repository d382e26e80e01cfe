import {
  appendFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { openDatabase } from '../../src/backend/database.ts'
import { idOf } from '../../src/backend/library-places.ts'
import { matchOf } from '../../src/backend/library-query.ts'
import { libraryOrder } from '../../src/shared/library.ts'
import { makeBench, makePlace, type Bench, type Place } from './fakes.ts'
import { all, foreign, generated, input, names, page, root, scan, settled } from './library-support.ts'

describe('the index', () => {
  /** Every row but its number, which the order of arrival gives. */
  const dump = (place: Place): unknown => {
    const [name] = readdirSync(join(place.data, 'index')).filter((one) => one.endsWith('.db'))
    const db = openDatabase({ file: join(place.data, 'index', name!), migrations: Array.from({ length: 1 }, () => 'SELECT 1') })
    const rows = db.all<{ n: number; id: string }>('SELECT * FROM pictures ORDER BY id')
    const id = new Map(rows.map((row) => [row.n, row.id]))
    const tags = db.all<{ n: number; tag: string }>('SELECT * FROM tags').map(({ n, tag }) => `${id.get(n) ?? 'nobody'} ${tag}`)
    const words = ['sea', 'tiny', 'a', 'b', 'best', 'one'].map((word) =>
      db
        .all<{ rowid: number }>('SELECT rowid FROM search WHERE search MATCH ?', word)
        .map(({ rowid }) => id.get(rowid) ?? 'nobody')
        .toSorted(),
    )
    db.close()
    return { rows: rows.map((row) => ({ ...row, n: 0 })), tags: tags.toSorted(), words }
  }

  const paths = ['a.png', 'b.png', 'one/a.png', 'one/two/b.png']
  const step = fc.oneof(
    fc.record({ kind: fc.constant('write'), path: fc.constantFrom(...paths), content: fc.nat(3) }),
    fc.record({ kind: fc.constant('lose'), path: fc.constantFrom(...paths) }),
    fc.record({ kind: fc.constant('rename'), path: fc.constantFrom(...paths), to: fc.constantFrom(...paths) }),
    fc.record({
      kind: fc.constant('tag'),
      nth: fc.nat(20),
      tag: fc.constantFrom('sea', 'best', 'Ämter'),
      on: fc.boolean(),
    }),
    fc.record({ kind: fc.constant('like'), nth: fc.nat(20), on: fc.boolean() }),
    fc.record({ kind: fc.constant('trash'), nth: fc.nat(20) }),
    fc.record({ kind: fc.constant('restore') }),
    fc.record({ kind: fc.constant('empty') }),
    fc.record({ kind: fc.constant('make'), seed: fc.nat(5) }),
    fc.record({ kind: fc.constant('look') }),
  )

  async function act(
    bench: Bench,
    one: { kind: string; path?: string; to?: string; content?: number; tag?: string; on?: boolean; seed?: number; nth?: number },
    tick: number,
  ) {
    const { handlers } = bench.backend
    const file = (path = '') => join(root(bench.place), path)
    /** Of those that are listed, whatever they are. */
    const listed = await handlers.libraryIds(libraryOrder.parse({ sort: 'name' }))
    const ids = [listed[(one.nth ?? 0) % listed.length] ?? 'f'.repeat(16)]
    switch (one.kind) {
      case 'write':
        return void foreign(bench.place, one.path ?? '', { values: [one.content] }, tick)
      case 'lose':
        return rmSync(file(one.path), { force: true })
      case 'rename':
        if (!existsSync(file(one.path)) || existsSync(file(one.to))) return
        mkdirSync(dirname(file(one.to)), { recursive: true })
        return renameSync(file(one.path), file(one.to))
      case 'tag':
        return handlers.libraryTag({
          ids,
          ...(one.on === true ? { add: [one.tag!], remove: [] } : { add: [], remove: [one.tag!] }),
        })
      case 'like':
        return handlers.libraryFavourite({ ids, favourite: one.on === true })
      case 'trash':
        return handlers.libraryTrash({ ids })
      case 'restore':
        return handlers.libraryRestore({
          ids: [...(await handlers.libraryIds(libraryOrder.parse({ where: 'trash' }))), 'f'.repeat(16)],
        })
      case 'empty':
        return handlers.libraryEmptyTrash({})
      case 'make': {
        const { total } = await page(bench)
        const { job } = await handlers.generate({ ...input, count: 1, seed: one.seed } as never)
        await bench.ended(job)
        return settled(bench, total + 1)
      }
      default:
        return scan(bench)
    }
  }

  it('made anew from the files is the one there was', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 16 }), async (steps) => {
        const place = makePlace()
        const bench = await makeBench({}, place)
        await scan(bench)
        for (const [tick, one] of steps.entries()) await act(bench, one, tick)
        await scan(bench)
        await scan(bench)
        await bench.backend.stop()
        const before = dump(place)
        rmSync(join(place.data, 'index'), { recursive: true })
        const anew = await makeBench({}, place)
        await scan(anew)
        await anew.backend.stop()
        expect(dump(place)).toEqual(before)
      }),
      { numRuns: 12, seed: 6 },
    )
  }, 240_000)

  it.each([
    ['no database', () => Buffer.from('this is no database at all, whatever its name says')],
    ['cut short', (bytes: Buffer) => bytes.subarray(0, 5000)],
    [
      'overwritten in the middle',
      (bytes: Buffer) => Buffer.concat([bytes.subarray(0, 8192), Buffer.alloc(bytes.length - 8192, 3)]),
    ],
  ])('that is damaged (%s) is made anew from the files, and said so', async (_what, damage) => {
    const place = makePlace()
    const before = await makeBench({}, place)
    for (const name of ['a.png', 'b.png']) foreign(place, name)
    await scan(before)
    await before.backend.handlers.libraryFavourite({ ids: [idOf('a.png')], favourite: true })
    await before.backend.stop()
    const [name] = readdirSync(join(place.data, 'index')).filter((one) => one.endsWith('.db'))
    const file = join(place.data, 'index', name!)
    writeFileSync(file, damage(readFileSync(file)))
    const after = await makeBench({}, place)
    await scan(after)
    expect(await all(after, { sort: 'name', descending: false })).toMatchObject([
      { name: 'a.png', favourite: true },
      { name: 'b.png' },
    ])
    expect(after.events).toContainEqual({ kind: 'notice', message: expect.stringContaining('damaged') as string })
  })

  it('passes by lines of the marks that are torn, and writes no line into one', async () => {
    const place = makePlace()
    const bench = await makeBench({}, place)
    foreign(place, 'a.png')
    foreign(place, 'b.png')
    await scan(bench)
    await bench.backend.handlers.libraryFavourite({ ids: [idOf('a.png')], favourite: true })
    appendFileSync(join(root(place), '.palimpsest', 'marks.jsonl'), '{"file":"b.png","favou')
    await bench.backend.handlers.libraryTag({ ids: [idOf('b.png')], add: ['sea'], remove: [] })
    await scan(bench, true)
    expect(await all(bench, { sort: 'name', descending: false })).toMatchObject([
      { favourite: true, tags: [] },
      { favourite: false, tags: ['sea'] },
    ])
  })
})

describe('a query', () => {
  const many = 10_000

  it('gives every picture once, page by page, in one order, at 10,000', async () => {
    const bench = await makeBench()
    const source = foreign(bench.place, 'p/00000.png', { values: [1] })
    for (let i = 1; i < many; i++) linkSync(source, join(root(bench.place), 'p', `${String(i).padStart(5, '0')}.png`))
    await scan(bench)
    const seen: string[] = []
    for (let offset = 0; ; offset += 500) {
      const { total, pictures } = await page(bench, { sort: 'name', descending: false, offset, limit: 500 })
      expect(total).toBe(many)
      if (pictures.length === 0) break
      seen.push(...pictures.map(({ name }) => name))
    }
    expect(seen).toEqual(Array.from({ length: many }, (_, i) => `${String(i).padStart(5, '0')}.png`))
    const ids = await bench.backend.handlers.libraryIds(libraryOrder.parse({}))
    expect(new Set(ids).size).toBe(many)
    expect(ids.slice(0, 200)).toEqual((await all(bench)).map(({ id }) => id))
  }, 240_000)

  it('finds by the beginnings of words, in names, tags and recipes', async () => {
    const bench = await makeBench()
    await generated(bench, 1, { seed: 77, steps: 3 })
    foreign(bench.place, 'Sunset over Ålesund.png')
    foreign(bench.place, 'sun_dial.png')
    await scan(bench)
    await bench.backend.handlers.libraryTag({ ids: [idOf('sun_dial.png')], add: ['brass'], remove: [] })
    const found = async (text: string) => (await names(bench, { text })).map((name) => name.replace(/^tiny.*/, 'tiny'))
    expect(await found('sun')).toEqual(['sun_dial.png', 'Sunset over Ålesund.png'])
    expect(await found('over sunset')).toEqual(['Sunset over Ålesund.png'])
    expect(await found('alesund')).toEqual(['Sunset over Ålesund.png'])
    expect(await found('bra')).toEqual(['sun_dial.png'])
    expect(await found('ddim 77')).toEqual(['tiny'])
    expect(await found('2x2')).toEqual(['tiny'])
    expect(await found('set')).toEqual([])
    expect(await found('" OR * NEAR( ')).toEqual([])
    expect(await found('--')).toHaveLength(3)
    await bench.backend.handlers.libraryTag({ ids: [idOf('sun_dial.png')], add: [], remove: ['brass'] })
    expect(await found('bra')).toEqual([])
    expect(matchOf('  ')).toBeNull()
  })

  it('filters by all that can be filtered by, and sorts both ways', async () => {
    const bench = await makeBench()
    await generated(bench, 2, { sampler: 'ddpm', seed: 3 })
    foreign(bench.place, 'a.png', { values: [] }, 10)
    foreign(bench.place, 'b.png', { values: [] }, 20)
    await scan(bench)
    await bench.backend.handlers.libraryFavourite({ ids: [idOf('b.png')], favourite: true })
    const count = async (query: object) => (await page(bench, query)).total
    expect(await count({ models: ['tiny'] })).toBe(2)
    expect(await count({ models: ['other'] })).toBe(0)
    expect(await count({ methods: ['ddpm', 'ddim'] })).toBe(2)
    expect(await count({ kinds: ['other'] })).toBe(2)
    expect(await count({ favourite: true })).toBe(1)
    expect(await count({ from: 1_700_000_015_000, until: 1_700_000_025_000 })).toBe(1)
    expect(await count({ from: 1_700_000_010_000, until: 1_700_000_020_000 })).toBe(1)
    for (const sort of ['date', 'name', 'model', 'method', 'size', 'favourite']) {
      const up = (await all(bench, { sort, descending: false })).map(({ id }) => id)
      expect((await all(bench, { sort })).map(({ id }) => id)).toEqual(up.toReversed())
    }
    expect((await all(bench, { sort: 'favourite' }))[0]).toMatchObject({ name: 'b.png' })
    expect(await bench.backend.handlers.library({})).toMatchObject({
      total: 4,
      favourites: 1,
      models: [{ name: 'tiny', count: 2 }],
      methods: [{ name: 'ddpm', count: 2 }],
    })
  })

  it('is counted anew, and told of, whenever something changed', async () => {
    const bench = await makeBench()
    for (const name of ['a.png', 'b.png', 'c.png']) foreign(bench.place, name)
    await scan(bench)
    const words = async () => (await page(bench, { text: 'a' })).total
    const { version } = await bench.backend.handlers.library({})
    expect([(await page(bench)).total, await words(), (await page(bench, { favourite: true })).total]).toEqual([3, 1, 0])
    bench.events.length = 0
    await bench.backend.handlers.libraryFavourite({ ids: [idOf('a.png')], favourite: true })
    await bench.backend.handlers.libraryTag({ ids: [idOf('b.png')], add: ['also'], remove: [] })
    expect([(await page(bench, { favourite: true })).total, await words()]).toEqual([1, 2])
    const { ids } = await bench.backend.handlers.libraryTrash({ ids: [idOf('a.png')] })
    expect([(await page(bench)).total, await words(), (await page(bench, { where: 'trash', text: 'a' })).total]).toEqual([2, 1, 1])
    await bench.backend.handlers.libraryEmptyTrash({ ids: [...ids] })
    expect((await page(bench, { where: 'trash' })).total).toBe(0)
    const now = await bench.backend.handlers.library({})
    expect(now.version).toBeGreaterThan(version)
    expect(now).toMatchObject({ total: 2, trashed: 0, favourites: 0, tags: [{ name: 'also', count: 1 }] })
    while (!bench.events.some(({ kind }) => kind === 'library')) await new Promise((resolve) => setTimeout(resolve, 5))
  })

  it('for a word that most pictures have gives the pictures that a filter gives', async () => {
    const bench = await makeBench()
    const many = 2100
    const source = foreign(bench.place, 'common 0.png', { values: [1] })
    for (let i = 1; i < many; i++) linkSync(source, join(root(bench.place), `common ${String(i)}.png`))
    foreign(bench.place, 'rare.png', {}, 5)
    await scan(bench)
    const { total, pictures } = await page(bench, { text: 'common', sort: 'name' })
    expect(total).toBe(many)
    expect(pictures.map(({ name }) => name)).toEqual(
      (await all(bench, { sort: 'name', until: 1_700_000_001_000 })).map(({ name }) => name),
    )
    const { ids } = await bench.backend.handlers.libraryTrash({ ids: [idOf('common 7.png')] })
    expect((await page(bench, { text: 'common' })).total).toBe(many - 1)
    expect(await all(bench, { text: 'common', where: 'trash' })).toMatchObject([{ id: ids[0] }])
  }, 120_000)
})
