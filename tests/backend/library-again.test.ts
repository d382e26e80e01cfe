import { copyFileSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { partsOf } from '../../src/backend/place.ts'
import { idOf } from '../../src/backend/library-places.ts'
import type { Job } from '../../src/shared/api.ts'
import { libraryQuery, type LibraryPicture } from '../../src/shared/library.ts'
import { crop, makeBench, makePlace, maskTile, readJson, upload, type Bench } from './fakes.ts'

const input = { model: 'tiny', device: 'cpu', steps: 2 }

const pictures = async (bench: Bench): Promise<readonly LibraryPicture[]> =>
  (await bench.backend.handlers.libraryPictures(libraryQuery.parse({ sort: 'date', descending: false }))).pictures

async function taken(bench: Bench, count: number): Promise<readonly LibraryPicture[]> {
  for (;;) {
    const all = await pictures(bench)
    if (all.length >= count) return all
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

const content = (bench: Bench, job: Job, image: number) => readJson(bench.backend.resultFile(job.id, image)!)

describe('a picture made again', () => {
  it('has the same pixels and the same recipe, wherever it stood in its run', async () => {
    const bench = await makeBench()
    const { job } = await bench.backend.handlers.generate({ ...input, sampler: 'ddpm', count: 5, batch: 3, seed: 12 } as never)
    const first = await bench.ended(job)
    // In the order of the run: those of one moment have no order of time.
    const all = (await taken(bench, 5)).toSorted((a, b) => a.job!.image - b.job!.image)
    for (const { id, job: of } of all) {
      const again = await bench.backend.handlers.libraryAgain({ id })
      expect(again.notices).toEqual([])
      const made = await bench.ended(again.job)
      expect(made.images).toHaveLength(1)
      expect(content(bench, made, 0)).toEqual(content(bench, first, of!.image))
      expect(made.report?.images).toMatchObject([{ file: '0.png', pixels: first.report?.images[of!.image]?.pixels }])
    }
    // As many share its model calls as then.
    expect(bench.world.runs.map(({ seeds }) => seeds.length)).toEqual([3, 2, 3, 3, 3, 2, 2])
  })

  it('of a fill has the mask it had then, whatever the photograph has now', async () => {
    const bench = await makeBench()
    const photo = await upload(bench, { width: 20, height: 10 })
    await bench.backend.handlers.writeMask({ photo, replace: true, tiles: [maskTile(crop(1))] })
    const settings = { ...input, method: 'replace', variations: 3, batch: 2, seed: 5 } as never
    const first = await bench.ended((await bench.backend.handlers.inpaint({ photo, settings })).job)
    const all = await taken(bench, 3)
    await bench.backend.handlers.writeMask({ photo, replace: true, tiles: [maskTile(crop(2), crop(3))] })
    const picture = all.find(({ job }) => job?.image === 1)
    const again = await bench.backend.handlers.libraryAgain({ id: picture!.id })
    const made = await bench.ended(again.job)
    expect(content(bench, made, 0)).toEqual(content(bench, first, 1))
    expect(made.request).toMatchObject({ kind: 'inpaint', photo, settings: { place: 1, batch: 2, variations: 1, seed: 6 } })
  })

  it('of a way between two pictures begins between them', async () => {
    const bench = await makeBench()
    const ends = await bench.ended((await bench.backend.handlers.generate({ ...input, count: 2, seed: 3 } as never)).job)
    const way = await bench.backend.handlers.interpolate({
      from: { job: ends.id, image: 0 },
      to: { job: ends.id, image: 1 },
      count: 4,
    })
    const first = await bench.ended(way.job)
    const all = await taken(bench, 6)
    for (const image of [0, 2, 3]) {
      const { id } = all.find(({ job }) => job?.job === way.job && job.image === image)!
      const run = bench.world.runs.length
      const made = await bench.ended((await bench.backend.handlers.libraryAgain({ id })).job)
      expect(content(bench, made, 0)).toEqual(content(bench, first, image))
      const { start, seeds } = bench.world.runs[run]!
      const each = start!.length / seeds.length
      const was = bench.world.runs[1]!.start!.slice(image * each, (image + 1) * each)
      expect(start!.slice(image * each, (image + 1) * each)).toEqual(was)
    }
  })

  it('is refused in a sentence where something is missing, and the panel says it before', async () => {
    const bench = await makeBench()
    const photo = await upload(bench, { width: 20, height: 10 })
    await bench.backend.handlers.writeMask({ photo, replace: true, tiles: [maskTile(crop(1))] })
    await bench.ended((await bench.backend.handlers.inpaint({ photo, settings: { ...input, method: 'replace' } as never })).job)
    const [picture] = await taken(bench, 1)
    const id = picture!.id
    const problem = async () => (await bench.backend.handlers.libraryPicture({ id })).againProblem
    expect(await problem()).toBeNull()
    const masks = join(bench.place.data, 'library', '.palimpsest', 'masks')
    const [mask] = readdirSync(masks)
    renameSync(join(masks, mask!), join(masks, 'away'))
    expect(await problem()).toBe('Its mask is not kept in the library.')
    await expect(bench.backend.handlers.libraryAgain({ id })).rejects.toThrow('Its mask is not kept in the library.')
    renameSync(join(masks, 'away'), join(masks, mask!))
    rmSync(join(bench.place.models, 'tiny'), { recursive: true })
    expect(await problem()).toBe('The model "tiny" is not installed.')
    await expect(bench.backend.handlers.libraryVary({ id, count: 2 })).rejects.toThrow('The model "tiny" is not installed.')
  })

  it('says what is not as it was: the model, the program', async () => {
    const bench = await makeBench()
    await bench.ended((await bench.backend.handlers.generate({ ...input, count: 1 } as never)).job)
    const [picture] = await taken(bench, 1)
    const file = join(bench.place.data, 'library', picture!.folder, picture!.name)
    const { recipe, ...rest } = readJson<{ recipe: Record<string, unknown> }>(file)
    const other = join(dirname(file), 'other.png')
    const model = { ...(recipe['model'] as object), sha256: '0'.repeat(64) }
    writeFileSync(other, JSON.stringify({ ...rest, recipe: { ...recipe, app: '0.0.1', model } }))
    await bench.backend.handlers.libraryRescan({ rebuild: false })
    const again = await bench.backend.handlers.libraryAgain({ id: idOf(`${picture!.folder}/other.png`) })
    expect(again.notices).toEqual([
      'The model is not the same file as then: the picture may come out another.',
      'It was made by Palimpsest 0.0.1; this is 1.2.3.',
    ])
    await bench.ended(again.job)
  })
})

it('varies a picture by the seeds after its own', async () => {
  const bench = await makeBench()
  await bench.ended((await bench.backend.handlers.generate({ ...input, count: 1, seed: 30, sampler: 'ddpm' } as never)).job)
  const [picture] = await taken(bench, 1)
  const made = await bench.ended((await bench.backend.handlers.libraryVary({ id: picture!.id, count: 3 })).job)
  expect(made.images.map(({ seed }) => seed)).toEqual([31, 32, 33])
  expect(made.request).toMatchObject({ settings: { sampler: 'ddpm', steps: 2, count: 3 } })
})

it('opens a picture as a photograph', async () => {
  const bench = await makeBench()
  mkdirSync(join(bench.place.data, 'library'), { recursive: true })
  writeFileSync(join(bench.place.data, 'library', 'a.png'), JSON.stringify({ width: 7, height: 5 }))
  await bench.backend.handlers.libraryRescan({ rebuild: false })
  const { photo } = await bench.backend.handlers.libraryOpen({ id: idOf('a.png') })
  expect(await bench.backend.handlers.photo({ photo })).toMatchObject({ name: 'a.png', info: { width: 7, height: 5 } })
})

describe('copies', () => {
  it('go into a folder under their own names, or numbered ones, and a sheet says what each is', async () => {
    const place = makePlace()
    const bench = await makeBench({}, place)
    await bench.ended((await bench.backend.handlers.generate({ ...input, count: 2, seed: 30 } as never)).job)
    const all = await taken(bench, 2)
    const ids = all.map(({ id }) => id)
    const folder = join(place.root, 'out')
    expect(await bench.backend.library.export(ids, folder, true)).toEqual({ folder, count: 2 })
    await bench.backend.library.export(ids.slice(0, 1), folder, true)
    expect(readdirSync(folder)).toHaveLength(3)
    expect(readdirSync(folder).filter((name) => name.endsWith(' (2).png'))).toHaveLength(1)
    copyFileSync(join(folder, all[0]!.name), join(place.root, 'same'))
    expect(readFileSync(join(place.root, 'same'))).toEqual(readFileSync(await bench.backend.library.pathOf(ids[0]!)))
    await expect(bench.backend.library.export(['0'.repeat(16)], folder, true)).rejects.toThrow('not there any more')
    const sheet = await bench.backend.handlers.librarySheet({ ids, columns: 2, cell: 64, legend: ['method', 'seed'], title: 'Two' })
    const reply = await bench.backend.resource({ method: 'GET', url: sheet.url })
    expect(reply).toMatchObject({ status: 200, headers: { 'content-disposition': expect.stringContaining(sheet.name) as string } })
    const made = readJson<{ cells: { lines: string[] }[] }>((reply.body as { file: string }).file)
    expect(made.cells.map(({ lines }) => lines)).toEqual(all.map(({ seed }) => ['ddim', `seed ${String(seed)}`]))
  })
})

describe('the parts of a run', () => {
  it('are batches, of which all are made', () => {
    const parts = partsOf({ seed: 10, count: 5, batch: 2 })
    expect(parts.map(({ from, seeds }) => ({ from, seeds }))).toEqual([
      { from: 0, seeds: [10, 11] },
      { from: 2, seeds: [12, 13] },
      { from: 4, seeds: [14] },
    ])
    expect(parts.flatMap(({ made }) => made.map(({ at, index, seed }) => [at, index, seed]))).toEqual(
      [0, 1, 2, 3, 4].map((k) => [k, k, 10 + k]),
    )
  })

  it('of one picture made again are the batch it stood in, of which it alone is made', () => {
    expect(partsOf({ seed: 17, count: 1, batch: 4, place: 7 })).toEqual([
      { from: 0, seeds: [14, 15, 16, 17], made: [{ i: 3, at: 0, index: 7, seed: 17 }] },
    ])
    // A frame between two pictures has the seed of the first, however far on it stands.
    expect(partsOf({ seed: 1, count: 1, batch: 4, place: 7 })[0]?.seeds.every((seed) => seed >= 0)).toBe(true)
  })
})
