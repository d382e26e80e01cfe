import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { idOf } from '../../src/backend/library-places.ts'
import { type Bench, makeBench } from './fakes.ts'
import { all, foreign, generated, names, root, scan } from './library-support.ts'

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
    const { ids: back } = await bench.backend.handlers.libraryRestore({ ids: [...ids] })
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
    await bench.backend.handlers.libraryRestore({ ids: [...ids] })
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

describe('a picture that is emptied from the trash', () => {
  const trashed = async (bench: Bench, ids: readonly string[]) =>
    (await bench.backend.handlers.libraryTrash({ ids: [...ids] })).ids as string[]
  const own = (bench: Bench, job: string) => bench.backend.resultFile(job, 0)
  /** The same picture once more, under its name in a folder called best. */
  const copyAside = async (bench: Bench, { folder, name }: { readonly folder: string; readonly name: string }) => {
    mkdirSync(join(root(bench.place), 'best'))
    copyFileSync(join(root(bench.place), folder, name), join(root(bench.place), 'best', name))
    await scan(bench)
  }

  it('leaves the file of its job while another picture of that name stands, and takes it with the last one', async () => {
    const bench = await makeBench()
    const job = await generated(bench, 1)
    const [first] = await all(bench)
    await copyAside(bench, first!)
    const copy = idOf(`best/${first!.name}`)
    expect(await bench.backend.handlers.libraryEmptyTrash({ ids: await trashed(bench, [copy]) })).toEqual({ removed: 1 })
    expect(own(bench, job)).toBeDefined()
    expect(await names(bench)).toEqual([first!.name])
    expect(await bench.backend.handlers.libraryEmptyTrash({ ids: await trashed(bench, [first!.id]) })).toEqual({ removed: 1 })
    expect(own(bench, job)).toBeUndefined()
  })

  it('takes the file of its job where all pictures of that name go at once', async () => {
    const bench = await makeBench()
    const job = await generated(bench, 1)
    const [first] = await all(bench)
    await copyAside(bench, first!)
    await trashed(bench, [first!.id, idOf(`best/${first!.name}`)])
    expect(await bench.backend.handlers.libraryEmptyTrash({})).toEqual({ removed: 2 })
    expect(own(bench, job)).toBeUndefined()
  })

  it('leaves the file of its job where it was changed since and is another picture', async () => {
    const bench = await makeBench()
    const job = await generated(bench, 1)
    const [picture] = await all(bench)
    const made = readFileSync(own(bench, job)!)
    foreign(bench.place, `${picture!.folder}/${picture!.name}`, { values: ['painted over'] })
    await scan(bench)
    expect(await bench.backend.handlers.libraryEmptyTrash({ ids: await trashed(bench, [picture!.id]) })).toEqual({ removed: 1 })
    expect(readFileSync(own(bench, job)!)).toEqual(made)
  })

  it('takes a copy of another disk with it', async () => {
    const bench = await makeBench()
    const job = await generated(bench, 1)
    const [picture] = await all(bench)
    const file = join(root(bench.place), picture!.folder, picture!.name)
    const bytes = readFileSync(file)
    rmSync(file)
    writeFileSync(file, bytes)
    await scan(bench, true)
    expect(await bench.backend.handlers.libraryEmptyTrash({ ids: await trashed(bench, [picture!.id]) })).toEqual({ removed: 1 })
    expect(own(bench, job)).toBeUndefined()
  })
})

describe('two of one path in the trash', () => {
  afterEach(() => void vi.useRealTimers())

  it('of the same millisecond are both kept, and both given back', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: new Date('2026-03-01T10:00:00Z') })
    const bench = await makeBench()
    const ids: string[] = []
    for (const content of ['first', 'second']) {
      foreign(bench.place, 'a.png', { values: [content] })
      await scan(bench)
      ids.push(...(await bench.backend.handlers.libraryTrash({ ids: [idOf('a.png')] })).ids)
    }
    expect(new Set(ids).size).toBe(2)
    expect(await names(bench, { where: 'trash' })).toEqual(['a.png', 'a.png'])
    await bench.backend.handlers.libraryRestore({ ids })
    const kept = ['a.png', 'a (2).png'].map((name) => readFileSync(join(root(bench.place), name), 'utf8'))
    expect(kept.map((text) => /first|second/.exec(text)?.[0])).toEqual(['first', 'second'])
  })
})

it('a picture given back does not take the marks of one that lay in its place and went away behind our back', async () => {
  const bench = await makeBench()
  foreign(bench.place, 'a.png', { values: ['plain'] })
  await scan(bench)
  const { ids } = await bench.backend.handlers.libraryTrash({ ids: [idOf('a.png')] })
  const other = foreign(bench.place, 'a.png', { values: ['liked'] })
  await scan(bench)
  await bench.backend.handlers.libraryFavourite({ ids: [idOf('a.png')], favourite: true })
  rmSync(other)
  await scan(bench)
  await bench.backend.handlers.libraryRestore({ ids: [...ids] })
  expect(await all(bench)).toMatchObject([{ name: 'a.png', favourite: false }])
  await scan(bench, true)
  expect(await all(bench)).toMatchObject([{ name: 'a.png', favourite: false }])
})

it('a picture of the deepest folder that is looked into is found in the trash as well', async () => {
  const bench = await makeBench()
  const path = `${'d/'.repeat(12)}a.png`
  foreign(bench.place, path)
  await scan(bench)
  await bench.backend.handlers.libraryTrash({ ids: [idOf(path)] })
  await scan(bench, true)
  expect(await names(bench, { where: 'trash' })).toEqual(['a.png'])
})
