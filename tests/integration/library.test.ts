import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createBackend } from '../../src/backend/index.ts'
import { makeSampleLibrary } from '../../src/backend/library-sample.ts'
import type { Backend } from '../../src/backend/types.ts'
import { startNodeWorker } from '../../src/cli/host.ts'
import type { Job } from '../../src/shared/api.ts'
import { libraryOrder, libraryQuery, type LibraryPicture } from '../../src/shared/library.ts'
import { greyTile } from '../support/grey-tile.ts'

/** The library on the built engine and imaging processes, with the shipped models: real pictures, real texts. */

const root = mkdtempSync(join(tmpdir(), 'palimpsest-library-'))
const library = join(root, 'data', 'library')
let backend: Backend

beforeAll(async () => {
  for (const worker of ['engine', 'imaging'])
    if (!existsSync(resolve(`out/main/${worker}.js`)))
      throw new Error(`out/main/${worker}.js is missing: run "npm run build" first.`)
  backend = await createBackend({
    startEngine: () => startNodeWorker(resolve('out/main/engine.js')),
    startImaging: () => startNodeWorker(resolve('out/main/imaging.js')),
    dataFolder: join(root, 'data'),
    modelFolders: [{ path: resolve('models'), shipped: true }],
    sampleFolder: resolve('resources/samples'),
    door: 'electron',
    version: '0.0.1',
  })
})

afterAll(async () => {
  await backend.stop()
  rmSync(root, { recursive: true, force: true })
})

async function ended(id: string): Promise<Job> {
  for (;;) {
    const job = backend.job(id)
    if (job !== undefined && job.status !== 'queued' && job.status !== 'running') return job
    await new Promise((done) => setTimeout(done, 20))
  }
}

const all = async (query: object = {}): Promise<readonly LibraryPicture[]> =>
  (await backend.handlers.libraryPictures(libraryQuery.parse({ sort: 'name', descending: false, limit: 500, ...query }))).pictures

/** Those of a job, when the library has them all. */
async function of(job: Job): Promise<readonly LibraryPicture[]> {
  for (;;) {
    const found = (await all()).filter((picture) => picture.job?.job === job.id)
    if (found.length === job.images.length) return found
    await new Promise((done) => setTimeout(done, 20))
  }
}

const detail = (id: string) => backend.handlers.libraryPicture({ id })
const fileOf = ({ folder, name }: LibraryPicture) => join(library, folder, name)

describe('a picture of the library', () => {
  it('made again is the same file', async () => {
    const asked = { model: 'mnist', sampler: 'ddpm', device: 'cpu', steps: 4, count: 3, batch: 2, seed: 70 }
    const first = await ended((await backend.handlers.generate(asked as never)).job)
    expect(first).toMatchObject({ status: 'done' })
    for (const picture of await of(first)) {
      const { recipe, problem, command, path } = await detail(picture.id)
      expect(problem).toBeNull()
      expect(path).toBe(fileOf(picture))
      expect(recipe).toMatchObject({ kind: 'generate', seed: picture.seed, index: picture.job?.image })
      expect(command).toContain(`--seed ${String(picture.seed)}`)
      const again = await backend.handlers.libraryAgain({ id: picture.id })
      expect(again.notices).toEqual([])
      const [made] = await of(await ended(again.job))
      // Pixels, recipe and all.
      expect(readFileSync(fileOf(made!)).equals(readFileSync(fileOf(picture)))).toBe(true)
    }
  })

  it('that is a fill is made again with the mask of then', async () => {
    const photo = (await backend.handlers.openSample({ sample: (await backend.handlers.about({})).samples[0]!.id })).photo
    const mask = (x: number) =>
      backend.handlers.writeMask({
        photo,
        replace: true,
        tiles: [
          {
            column: 0,
            row: 0,
            png: new Uint8Array(greyTile((px, py) => (px >= x && px < x + 12 && py > 20 && py < 32 ? 255 : 0))),
          },
        ],
      })
    await mask(20)
    const settings = { model: 'mnist', method: 'replace', device: 'cpu', steps: 2, variations: 2, asGrey: true, seed: 8 }
    const first = await ended((await backend.handlers.inpaint({ photo, settings: settings as never })).job)
    expect(first).toMatchObject({ status: 'done', error: null })
    const [, second] = await of(first)
    await mask(120)
    const [made] = await of(await ended((await backend.handlers.libraryAgain({ id: second!.id })).job))
    expect(readFileSync(fileOf(made!)).equals(readFileSync(fileOf(second!)))).toBe(true)
    expect((await detail(made!.id)).mask).toMatch(/^\/library\/mask\/[0-9a-f]{64}\.png$/)
  })

  it('carries no text chunk at all where that is switched off', async () => {
    await backend.handlers.libraryMetadata({ metadata: false })
    const job = await ended((await backend.handlers.generate({ model: 'mnist', device: 'cpu', steps: 1, count: 1 } as never)).job)
    await backend.handlers.libraryMetadata({ metadata: true })
    const [picture] = await of(job)
    const bytes = readFileSync(fileOf(picture!))
    expect(['tEXt', 'zTXt', 'iTXt', 'eXIf', 'palimpsest'].filter((word) => bytes.includes(word))).toEqual([])
    expect(await detail(picture!.id)).toMatchObject({ recipe: null, problem: 'This picture carries no recipe.' })
  })

  it('has a small copy, made once', async () => {
    const [picture] = await all({ kinds: ['generate'] })
    const reply = await backend.resource({ method: 'GET', url: picture!.thumb })
    expect(reply).toMatchObject({ status: 200, headers: { 'content-type': 'image/webp' } })
    const file = (reply.body as { file: string }).file
    writeFileSync(file, 'kept')
    expect(await backend.resource({ method: 'GET', url: picture!.thumb })).toMatchObject({ body: { file } })
    expect(readFileSync(file, 'utf8')).toBe('kept')
  })
})

it('shows what another program made, or damaged, without a recipe', async () => {
  const [own] = await all({ kinds: ['generate'] })
  mkdirSync(join(library, 'found'), { recursive: true })
  const put = (name: string) => {
    copyFileSync(fileOf(own!), join(library, 'found', name))
    return join(library, 'found', name)
  }
  truncateSync(put('cut.png'), 300)
  const damaged = readFileSync(put('text.png'))
  damaged[damaged.indexOf('"format":1') + 9] = 0x37
  writeFileSync(join(library, 'found', 'text.png'), damaged)
  writeFileSync(join(library, 'found', 'no.png'), 'no picture')
  expect(await backend.handlers.libraryRescan({ rebuild: false })).toMatchObject({ added: 3 })
  const found = (await all()).filter(({ folder }) => folder === 'found')
  expect(found.map(({ name, damaged: is }) => [name, is])).toEqual([
    ['cut.png', true],
    ['no.png', true],
    ['text.png', false],
  ])
  const problems = await Promise.all(found.map(async ({ id }) => (await detail(id)).problem))
  expect(problems).toEqual([
    'This file is damaged or cut short.',
    'This file is damaged or cut short.',
    'The text inside this picture is damaged, so there is no recipe to be read.',
  ])
  expect(await backend.resource({ method: 'GET', url: found[2]!.thumb })).toMatchObject({ status: 200 })
  expect(await backend.resource({ method: 'GET', url: found[0]!.thumb })).toMatchObject({ status: 404 })
})

it('reads a thousand files of its own once, and finds and lists them', async () => {
  makeSampleLibrary(join(library, 'many'), 1000)
  expect(await backend.handlers.libraryRescan({ rebuild: false })).toEqual({ added: 1000, changed: 0, vanished: 0 })
  expect(await backend.handlers.libraryRescan({ rebuild: false })).toEqual({ added: 0, changed: 0, vanished: 0 })
  const faces = await backend.handlers.libraryIds(libraryOrder.parse({ text: 'faces', models: ['faces'] }))
  expect(faces.length).toBeGreaterThan(100)
  const { models } = await backend.handlers.library({})
  expect(models.find(({ name }) => name === 'faces')?.count).toBe(faces.length)
  const sheet = await backend.handlers.librarySheet({
    ids: faces.slice(0, 12),
    columns: 4,
    cell: 96,
    legend: ['model', 'seed'],
    title: 'Faces',
  })
  expect(await backend.resource({ method: 'GET', url: sheet.url })).toMatchObject({ status: 200 })
  expect(sheet.width).toBeGreaterThan(4 * 96)
})
