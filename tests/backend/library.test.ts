import {
  appendFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { openDatabase } from '../../src/backend/database.ts'
import { idOf } from '../../src/backend/library-places.ts'
import { matchOf } from '../../src/backend/library-query.ts'
import { libraryOrder, libraryQuery, type LibraryPage, type LibraryPicture } from '../../src/shared/library.ts'
import { crop, makeBench, makePlace, maskTile, upload, type Bench, type Place } from './fakes.ts'

const input = { model: 'tiny', device: 'cpu', steps: 2 }
const root = (place: Place) => join(place.data, 'library')

const page = (bench: Bench, query: object = {}): Promise<LibraryPage> =>
  bench.backend.handlers.libraryPictures(libraryQuery.parse(query))
const all = async (bench: Bench, query: object = {}): Promise<readonly LibraryPicture[]> => (await page(bench, query)).pictures
const names = async (bench: Bench, query: object = {}) =>
  (await all(bench, { sort: 'name', descending: false, ...query })).map(({ name }) => name)
const scan = (bench: Bench, rebuild = false) => bench.backend.handlers.libraryRescan({ rebuild })

/** A picture as the fake imaging reads it, so many seconds after the first. */
function foreign(place: Place, path: string, content: object | string = { values: [path] }, seconds = 0): string {
  const file = join(root(place), path)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content))
  utimesSync(file, 1_700_000_000 + seconds, 1_700_000_000 + seconds)
  return file
}

async function generated(bench: Bench, count: number, more: object = {}): Promise<string> {
  const { job } = await bench.backend.handlers.generate({ ...input, count, ...more } as never)
  await bench.ended(job)
  await settled(bench, count)
  return job
}

/** Waits until the library has so many pictures more than before it was asked, as a window does: it is told. */
async function settled(bench: Bench, atLeast: number): Promise<void> {
  for (;;) {
    if ((await page(bench)).total >= atLeast) return
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

describe('finished pictures', () => {
  it('are in the library by themselves, with what their recipe says, and stay where the job has them', async () => {
    const bench = await makeBench()
    const job = await generated(bench, 3, { seed: 40 })
    const pictures = await all(bench, { sort: 'name', descending: false })
    expect(pictures.map(({ job: of, seed, model, method, steps, kind }) => ({ of, seed, model, method, steps, kind }))).toEqual(
      [0, 1, 2].map((image) => ({
        of: { job, image },
        seed: 40 + image,
        model: 'tiny',
        method: 'ddim',
        steps: 2,
        kind: 'generate',
      })),
    )
    for (const [image, { folder, name, url }] of pictures.entries()) {
      const kept = join(root(bench.place), folder, name)
      expect(readFileSync(kept)).toEqual(readFileSync(bench.backend.resultFile(job, image)!))
      expect(statSync(kept).ino).toBe(statSync(bench.backend.resultFile(job, image)!).ino)
      expect(await bench.backend.resource({ method: 'GET', url })).toMatchObject({
        status: 200,
        headers: { 'content-type': 'image/png', 'cache-control': 'private, max-age=31536000, immutable' },
        body: { file: kept },
      })
    }
  })

  it('of a fill keep their mask once, however many there are', async () => {
    const bench = await makeBench()
    const photo = await upload(bench, { width: 20, height: 10 })
    await bench.backend.handlers.writeMask({ photo, replace: true, tiles: [maskTile(crop(1))] })
    for (const seed of [1, 2]) {
      const settings = { ...input, method: 'replace', variations: 2, seed } as never
      await bench.ended((await bench.backend.handlers.inpaint({ photo, settings })).job)
      await settled(bench, 2 * seed)
    }
    const [picture] = await all(bench)
    const detail = await bench.backend.handlers.libraryPicture({ id: picture!.id })
    expect(detail).toMatchObject({ photo: { id: photo }, againProblem: null, problem: null })
    const masks = readdirSync(join(root(bench.place), '.palimpsest', 'masks'))
    expect(masks).toHaveLength(1)
    expect(detail.mask).toBe(`/library/mask/${masks[0]!}`)
    expect(await bench.backend.resource({ method: 'GET', url: detail.mask! })).toMatchObject({ status: 200 })
  })

  it('of runs that a program before this one finished are taken in at the first look, and never again', async () => {
    const place = makePlace()
    const before = await makeBench({}, place)
    const job = await generated(before, 2)
    await before.backend.stop()
    // As before there was a library.
    rmSync(root(place), { recursive: true })
    rmSync(join(place.data, 'index'), { recursive: true })
    rmSync(join(place.data, 'jobs', job, 'in-library'), { force: true })
    const after = await makeBench({}, place)
    await settled(after, 2)
    await scan(after)
    const [first] = await all(after)
    rmSync(join(root(place), first!.folder, first!.name))
    expect(await scan(after)).toMatchObject({ vanished: 1 })
    expect(await names(after)).toHaveLength(1)
    await after.backend.stop()
    const later = await makeBench({}, place)
    await scan(later)
    expect(await names(later)).toHaveLength(1)
  })

  it('carry no text where the user wants none', async () => {
    const bench = await makeBench()
    expect(await bench.backend.handlers.libraryMetadata({ metadata: false })).toMatchObject({ metadata: false })
    await generated(bench, 1, { seed: 9 })
    const [picture] = await all(bench)
    expect(picture).toMatchObject({ kind: 'other', model: null, seed: null })
    expect(picture!.name).toMatch(/^tiny-9-/)
    expect(await bench.backend.handlers.libraryPicture({ id: picture!.id })).toMatchObject({
      recipe: null,
      command: null,
      problem: 'This picture carries no recipe.',
    })
    expect((await bench.backend.handlers.library({})).metadata).toBe(false)
  })
})

describe('what happens behind its back', () => {
  it('is noticed: files that come, go, change, move, and folders with them', async () => {
    const bench = await makeBench()
    foreign(bench.place, 'a.png')
    foreign(bench.place, 'trip/b.png')
    foreign(bench.place, 'trip/deep/c.png')
    foreign(bench.place, 'trip/notes.txt')
    foreign(bench.place, '.hidden/d.png')
    expect(await scan(bench)).toEqual({ added: 3, changed: 0, vanished: 0 })
    expect(await names(bench)).toEqual(['a.png', 'b.png', 'c.png'])
    foreign(bench.place, 'a.png', { values: ['longer than it was'] })
    rmSync(join(root(bench.place), 'trip', 'b.png'))
    expect(await scan(bench)).toEqual({ added: 0, changed: 1, vanished: 1 })
    rmSync(join(root(bench.place), 'trip'), { recursive: true })
    expect(await scan(bench)).toEqual({ added: 0, changed: 0, vanished: 1 })
    expect(await scan(bench)).toEqual({ added: 0, changed: 0, vanished: 0 })
    expect(await names(bench)).toEqual(['a.png'])
  })

  it('leaves a folder that is as it was unread, and finds what changed in it nevertheless once it is asked for everything', async () => {
    const bench = await makeBench()
    const file = foreign(bench.place, 'old/a.png')
    const folder = dirname(file)
    utimesSync(folder, 1_700_000_000, 1_700_000_000)
    await scan(bench)
    utimesSync(folder, 1_700_000_000, 1_700_000_000)
    await scan(bench)
    // Written in place, which a folder's time does not tell.
    writeFileSync(file, JSON.stringify({ values: ['other'] }))
    utimesSync(folder, 1_700_000_000, 1_700_000_000)
    expect(await scan(bench)).toMatchObject({ changed: 0 })
    expect(await scan(bench, true)).toMatchObject({ added: 1 })
  })

  it('leaves favourites and tags with a file that has another name or place', async () => {
    const bench = await makeBench()
    foreign(bench.place, 'a.png')
    foreign(bench.place, 'b.png')
    await scan(bench)
    await bench.backend.handlers.libraryFavourite({ ids: [idOf('a.png')], favourite: true })
    await bench.backend.handlers.libraryTag({ ids: [idOf('a.png')], add: ['sea'], remove: [] })
    mkdirSync(join(root(bench.place), 'best'))
    renameSync(join(root(bench.place), 'a.png'), join(root(bench.place), 'best', 'c.png'))
    await scan(bench)
    expect(await all(bench, { sort: 'name', descending: false })).toMatchObject([
      { name: 'b.png', favourite: false, tags: [] },
      { name: 'c.png', favourite: true, tags: ['sea'] },
    ])
    await scan(bench, true)
    expect((await all(bench, { tags: ['sea'] })).map(({ name }) => name)).toEqual(['c.png'])
  })

  it('shows a damaged file for what it is, and as a picture once it is whole', async () => {
    const bench = await makeBench()
    foreign(bench.place, 'a.png', 'half a pic')
    await scan(bench)
    const [picture] = await all(bench)
    expect(picture).toMatchObject({ damaged: true })
    expect(await bench.backend.resource({ method: 'GET', url: picture!.thumb })).toMatchObject({ status: 404 })
    writeFileSync(join(root(bench.place), 'a.png'), JSON.stringify({ values: [1] }))
    await scan(bench)
    expect(await all(bench)).toMatchObject([{ damaged: false }])
  })

  it('says a picture that is gone is gone', async () => {
    const bench = await makeBench()
    const file = foreign(bench.place, 'a.png')
    await scan(bench)
    rmSync(file)
    await expect(bench.backend.handlers.libraryPicture({ id: idOf('a.png') })).rejects.toThrow('not there any more')
    await expect(bench.backend.handlers.libraryPicture({ id: '0'.repeat(16) })).rejects.toThrow('not there any more')
  })
})

describe('the trash', () => {
  it('takes pictures and gives them back with all that was said of them', async () => {
    const bench = await makeBench()
    foreign(bench.place, 'a.png')
    foreign(bench.place, 'trip/b.png')
    await scan(bench)
    await bench.backend.handlers.libraryTag({ ids: [idOf('trip/b.png')], add: ['sea'], remove: [] })
    const before = await all(bench)
    const { ids } = await bench.backend.handlers.libraryTrash({ ids: [idOf('a.png'), idOf('trip/b.png'), idOf('none.png')] })
    expect(ids).toHaveLength(2)
    expect(await all(bench)).toEqual([])
    expect(await all(bench, { where: 'trash', tags: ['sea'] })).toMatchObject([{ name: 'b.png', folder: 'trip' }])
    expect(existsSync(join(root(bench.place), 'a.png'))).toBe(false)
    expect(await bench.backend.handlers.library({})).toMatchObject({ total: 0, trashed: 2 })
    await scan(bench, true)
    const { ids: back } = await bench.backend.handlers.libraryRestore({ ids })
    expect(back).toEqual([idOf('a.png'), idOf('trip/b.png')])
    expect(await all(bench)).toEqual(before)
    expect(readdirSync(join(root(bench.place), '.trash'))).toEqual([])
  })

  it('gives a picture a number where its place is taken', async () => {
    const bench = await makeBench()
    foreign(bench.place, 'a.png', { values: ['first'] })
    await scan(bench)
    const { ids } = await bench.backend.handlers.libraryTrash({ ids: [idOf('a.png')] })
    foreign(bench.place, 'a.png', { values: ['second'] })
    await scan(bench)
    await bench.backend.handlers.libraryRestore({ ids })
    expect(await names(bench)).toEqual(['a (2).png', 'a.png'])
    expect(readFileSync(join(root(bench.place), 'a.png'), 'utf8')).toContain('second')
  })

  it('is emptied for good, of what is asked or of everything, with the file that the job had', async () => {
    const bench = await makeBench()
    const job = await generated(bench, 3)
    const ids = (await all(bench)).map(({ id }) => id)
    const { ids: gone } = await bench.backend.handlers.libraryTrash({ ids })
    expect(await bench.backend.handlers.libraryEmptyTrash({ ids: gone.slice(0, 1) })).toEqual({ removed: 1 })
    expect(await bench.backend.handlers.libraryEmptyTrash({})).toEqual({ removed: 2 })
    expect(await all(bench, { where: 'trash' })).toEqual([])
    expect([0, 1, 2].map((image) => bench.backend.resultFile(job, image))).toEqual([undefined, undefined, undefined])
    // A picture that is not in the trash is not removed by it.
    foreign(bench.place, 'a.png')
    await scan(bench)
    expect(await bench.backend.handlers.libraryEmptyTrash({ ids: [idOf('a.png')] })).toEqual({ removed: 0 })
    expect(await names(bench)).toEqual(['a.png'])
  })

  it('is emptied of what has lain there for more than 30 days', async () => {
    const bench = await makeBench()
    const day = 24 * 3600 * 1000
    const stamp = (days: number) => new Date(Date.now() - days * day).toISOString().replaceAll(/[:.]/g, '-')
    foreign(bench.place, `.trash/${stamp(31)}/a.png`)
    foreign(bench.place, `.trash/${stamp(29)}/b.png`)
    await scan(bench)
    expect(await names(bench, { where: 'trash' })).toEqual(['b.png'])
  })
})

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
      path: fc.constantFrom(...paths),
      tag: fc.constantFrom('sea', 'best', 'Ämter'),
      on: fc.boolean(),
    }),
    fc.record({ kind: fc.constant('like'), path: fc.constantFrom(...paths), on: fc.boolean() }),
    fc.record({ kind: fc.constant('trash'), path: fc.constantFrom(...paths) }),
    fc.record({ kind: fc.constant('restore') }),
    fc.record({ kind: fc.constant('empty') }),
    fc.record({ kind: fc.constant('make'), seed: fc.nat(5) }),
    fc.record({ kind: fc.constant('look') }),
  )

  async function act(
    bench: Bench,
    one: { kind: string; path?: string; to?: string; content?: number; tag?: string; on?: boolean; seed?: number },
    tick: number,
  ) {
    const { handlers } = bench.backend
    const file = (path = '') => join(root(bench.place), path)
    const ids = [idOf(one.path ?? '')]
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
      fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 14 }), async (steps) => {
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
  }, 120_000)

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
  }, 60_000)

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
})
