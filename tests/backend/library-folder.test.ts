import { chmodSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { idOf } from '../../src/backend/library-places.ts'
import { makeBench, makePlace } from './fakes.ts'
import { all, foreign, generated, input, names, root, scan, settled } from './library-support.ts'

/** Where the library lies, and what happens when that place fails. */

const state = async (bench: Awaited<ReturnType<typeof makeBench>>) => bench.backend.handlers.library({})

describe('the folder of the library', () => {
  it('can be another one, whose pictures are then the library, and the first one again', async () => {
    const bench = await makeBench()
    await generated(bench, 1)
    const chosen = join(bench.place.root, 'my pictures')
    mkdirSync(join(chosen, 'old'), { recursive: true })
    writeFileSync(join(chosen, 'old', 'cat.png'), '{}')
    await bench.backend.library.setFolder(chosen)
    await scan(bench)
    expect(await names(bench)).toEqual(['cat.png'])
    await generated(bench, 1)
    await settled(bench, 2)
    expect(readdirSync(chosen).some((name) => /^\d{4}-\d\d$/.test(name))).toBe(true)
    await bench.backend.library.setFolder(null)
    await scan(bench)
    expect(await names(bench)).toHaveLength(1)
    await bench.backend.library.setFolder(chosen)
    expect(await names(bench)).toHaveLength(2)
  })

  it('that is changed while copies are made does not disturb them, nor a contact sheet', async () => {
    const bench = await makeBench()
    for (const name of ['a', 'b', 'c']) foreign(bench.place, `${name}.png`)
    await scan(bench)
    const ids = (await all(bench)).map(({ id }) => id)
    const [first, other] = [join(bench.place.root, 'first'), join(bench.place.root, 'other')]
    const out = join(bench.place.root, 'out')
    const sheet = { ids, columns: 2, cell: 64, legend: ['name' as const], title: '' }
    const asked: Promise<unknown>[] = [
      bench.backend.library.export(ids, out, true),
      bench.backend.library.sheet(sheet),
      bench.backend.handlers.libraryPicture({ id: ids[0]! }),
    ]
    await bench.backend.library.setFolder(first)
    asked.push(bench.backend.library.setFolder(other), bench.backend.library.setFolder(null))
    expect((await Promise.allSettled(asked)).map((one) => (one.status === 'rejected' ? String(one.reason) : 'done'))).toEqual(
      asked.map(() => 'done'),
    )
    expect(readdirSync(out).toSorted()).toEqual(['a.png', 'b.png', 'c.png'])
    expect(await names(bench)).toEqual(['a.png', 'b.png', 'c.png'])
  })

  it('is remembered', async () => {
    const place = makePlace()
    const before = await makeBench({}, place)
    const chosen = join(place.root, 'chosen')
    await before.backend.library.setFolder(chosen)
    await before.backend.stop()
    const after = await makeBench({}, place)
    writeFileSync(join(chosen, 'cat.png'), '{}')
    await scan(after)
    expect(await names(after)).toEqual(['cat.png'])
    expect((await state(after)).folder).toBeNull()
  })

  it('that is missing is said in a sentence; the pictures known of stay listed, and new ones are taken in when it is back', async () => {
    const bench = await makeBench()
    const chosen = join(bench.place.root, 'disk')
    await bench.backend.library.setFolder(chosen)
    await generated(bench, 1)
    renameSync(chosen, `${chosen} away`)
    const sentence = `The folder of the library, "${chosen}", is not there: connect its disk, or choose another folder.`
    expect(await scan(bench)).toEqual({ added: 0, changed: 0, vanished: 0 })
    expect((await state(bench)).problem).toBe(sentence)
    const [picture] = await all(bench)
    expect(await bench.backend.resource({ method: 'GET', url: picture!.url })).toMatchObject({ status: 404 })
    await expect(bench.backend.handlers.libraryPicture({ id: picture!.id })).rejects.toThrow('not there any more')
    const { job } = await bench.backend.handlers.generate({ ...input, count: 1, seed: 5 } as never)
    expect(await bench.ended(job)).toMatchObject({ status: 'done' })
    expect(existsSync(chosen)).toBe(false)
    renameSync(`${chosen} away`, chosen)
    await scan(bench)
    expect(await all(bench)).toHaveLength(2)
    expect((await state(bench)).problem).toBeNull()
  })

  // Root may write everywhere, so a folder that refuses is a file, or lies below one.
  it('that refuses a picture is said in a sentence, and the job is done all the same', async () => {
    const bench = await makeBench()
    await state(bench)
    const month = new Date()
    const name = `${String(month.getFullYear())}-${String(month.getMonth() + 1).padStart(2, '0')}`
    writeFileSync(join(root(bench.place), name), 'a file where a folder should be')
    const { job } = await bench.backend.handlers.generate({ ...input, count: 1 } as never)
    expect(await bench.ended(job)).toMatchObject({ status: 'done' })
    while ((await state(bench)).problem === null) await new Promise((resolve) => setTimeout(resolve, 5))
    const { problem } = await state(bench)
    expect(problem).toBe(`"${join(root(bench.place), name)}" cannot be written: it is a file.`)
    expect(bench.events).toContainEqual({ kind: 'notice', message: problem })
    rmSync(join(root(bench.place), name))
    await scan(bench)
    await settled(bench, 1)
    expect((await state(bench)).problem).toBeNull()
  })

  it.runIf(existsSync('/dev/full'))('on a full disk refuses a mark in a sentence, and the mark is not made', async () => {
    const bench = await makeBench()
    foreign(bench.place, 'a.png')
    await scan(bench)
    mkdirSync(join(root(bench.place), '.palimpsest'), { recursive: true })
    symlinkSync('/dev/full', join(root(bench.place), '.palimpsest', 'marks.jsonl'))
    await expect(bench.backend.handlers.libraryFavourite({ ids: [idOf('a.png')], favourite: true })).rejects.toMatchObject({
      code: 'disk',
      message: expect.stringContaining('The disk is full') as string,
    })
    expect(await all(bench)).toMatchObject([{ favourite: false }])
  })

  it('that may not be written is refused when it is chosen', async (context) => {
    if (process.getuid?.() === 0) context.skip('Root may write everywhere.')
    const bench = await makeBench()
    const chosen = join(bench.place.root, 'closed')
    mkdirSync(chosen)
    chmodSync(chosen, 0o500)
    await expect(bench.backend.library.setFolder(chosen)).rejects.toThrow('permission is denied')
    expect((await state(bench)).problem).toBeNull()
  })

  it('that is a file is refused when it is chosen', async () => {
    const bench = await makeBench()
    const file = bench.place.file('file', '')
    await expect(bench.backend.library.setFolder(file)).rejects.toThrow('cannot be written')
    await expect(bench.backend.library.setFolder(join(file, 'below'))).rejects.toThrow('cannot be written')
    foreign(bench.place, 'a.png')
    await scan(bench)
    expect(await names(bench)).toEqual(['a.png'])
  })

  it('that holds the folder of the program does not show the pictures in it', async () => {
    const bench = await makeBench()
    writeFileSync(join(bench.place.root, 'mine.png'), '{}')
    await bench.ended((await bench.backend.handlers.generate({ ...input, count: 1 } as never)).job)
    await bench.backend.library.setFolder(bench.place.root)
    await scan(bench)
    expect((await names(bench)).filter((name) => /^\d\.png$/.test(name))).toEqual([])
    expect(await names(bench)).toContain('mine.png')
  })

  it('is shared by two programs with data folders of their own, which see what the other said', async () => {
    const [here, there] = [await makeBench(), await makeBench()]
    const chosen = join(here.place.root, 'shared')
    for (const bench of [here, there]) await bench.backend.library.setFolder(chosen)
    writeFileSync(join(chosen, 'a.png'), '{}')
    for (const bench of [here, there]) await scan(bench)
    await here.backend.handlers.libraryTag({ ids: [idOf('a.png')], add: ['sea'], remove: [] })
    await scan(there)
    expect(await all(there)).toMatchObject([{ name: 'a.png', tags: ['sea'] }])
    await there.backend.handlers.libraryTrash({ ids: [idOf('a.png')] })
    await scan(here)
    expect(await all(here)).toEqual([])
    expect(await all(here, { where: 'trash' })).toMatchObject([{ name: 'a.png', tags: ['sea'] }])
  })
})

it('of the command line is never opened', async () => {
  const bench = await makeBench()
  await bench.backend.runGenerate({ ...input, count: 1 }, { out: join(bench.place.root, 'out'), tensors: false })
  expect(existsSync(join(bench.place.data, 'index'))).toBe(false)
})
