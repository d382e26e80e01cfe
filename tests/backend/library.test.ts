import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { idOf } from '../../src/backend/library-places.ts'
import { crop, makeBench, makePlace, maskTile, upload } from './fakes.ts'
import { all, foreign, generated, input, names, root, scan, settled } from './library-support.ts'

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

  it('of a job that is tried again are taken in, as those of its first try were', async () => {
    // The end of the job is the first that tells of its last picture.
    const bench = await makeBench({ eventMs: 60_000 })
    bench.world.troubles.push({ at: 3, trouble: 'nan' })
    const { job } = await bench.backend.handlers.generate({ ...input, count: 2, batch: 1 } as never)
    expect((await bench.ended(job)).status).toBe('failed')
    await settled(bench, 1)
    const marker = join(bench.place.data, 'jobs', job, 'in-library')
    await expect.poll(() => existsSync(marker), { timeout: 20_000 }).toBe(true)
    await bench.backend.handlers.retryJob({ job })
    expect((await bench.ended(job)).status).toBe('done')
    await settled(bench, 2)
    expect((await all(bench, { sort: 'name', descending: false })).map(({ job: of }) => of)).toEqual([
      { job, image: 0 },
      { job, image: 1 },
    ])
  })

  it('of a comparison are not taken in', async () => {
    const place = makePlace()
    for (const [id, kind] of [
      ['aaaaaa-00000001', 'compare'],
      ['aaaaaa-00000002', 'generate'],
    ] as const) {
      const folder = join(place.data, 'jobs', id)
      mkdirSync(folder, { recursive: true })
      writeFileSync(join(folder, 'job.json'), JSON.stringify({ request: { kind } }))
      writeFileSync(join(folder, '0.png'), '{}')
    }
    const bench = await makeBench({}, place)
    await scan(bench)
    expect((await all(bench)).map(({ job }) => job)).toEqual([{ job: 'aaaaaa-00000002', image: 0 }])
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

it('says what it has where pictures that are waited for do not come', async () => {
  const bench = await makeBench()
  foreign(bench.place, 'a.png')
  await scan(bench)
  await expect(settled(bench, 2, 0)).rejects.toThrow('The library has 1 pictures instead of 2')
})
