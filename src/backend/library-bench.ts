import { rmSync } from 'node:fs'
import { join } from 'node:path'
import type { StartWorker } from '../shared/port.ts'
import { libraryOrder, libraryQuery } from '../shared/library.ts'
import { openFolder } from './files.ts'
import { createImaging } from './imaging.ts'
import { createLane } from './lane.ts'
import { noMarks, openIndex, put, wipe } from './library-index.ts'
import { openMarks } from './library-marks.ts'
import { countsOf, idsOf, pageOf } from './library-query.ts'
import { makeSampleLibrary, sampleFacts, samplePath } from './library-sample.ts'
import { scanShelf } from './library-scan.ts'
import { inTurns, type Shelf } from './library-shelf.ts'

/** How fast the library is at a size: rows put into the index, pages asked of it, the index made anew from real files, and a start. */
export interface LibraryRow {
  readonly pictures: number
  /** Rows a second. */
  readonly inserted: number
  /** Slowest of the queries below, milliseconds. */
  readonly slowestMs: number
  readonly queries: readonly { readonly name: string; readonly ms: number }[]
  /** Opening the index and asking for the first page and the counts, milliseconds. */
  readonly startMs: number
  readonly indexMegabytes: number
}

export interface RebuildRow {
  readonly pictures: number
  /** Files read a second: the index made anew. */
  readonly rebuilt: number
  /** A look at a folder that is as it was, and at every file of it, milliseconds. */
  readonly lookMs: number
}

const timed = async (work: () => unknown): Promise<number> => {
  const before = performance.now()
  await work()
  return performance.now() - before
}

const queries = {
  'first page by date': {},
  'page in the middle': { offset: 'middle' },
  'last page': { offset: 'last' },
  'by name': { sort: 'name', descending: false },
  'one model': { models: ['faces'] },
  'two models, one sampler': { models: ['faces', 'mnist'], methods: ['ddim'] },
  'one tag': { tags: ['sea'] },
  favourites: { favourite: true },
  'a word of a fifth': { text: 'faces' },
  'a word of all': { text: 'small' },
  'two words': { text: 'faces ddim' },
  'a seed': { text: '12345' },
  'a month by size': { sort: 'size', from: Date.UTC(2025, 5, 1), until: Date.UTC(2025, 6, 1) },
} as const satisfies Record<string, object>

/** The median of so many. */
const rounds = 5

/** With rows that no file stands behind. `folder` is emptied before and left behind. */
export async function measureLibrary(folder: string, pictures: number): Promise<LibraryRow> {
  rmSync(folder, { recursive: true, force: true })
  await openFolder(folder)
  const file = join(folder, 'index.db')
  const db = openIndex(file)
  const numbers = Array.from({ length: pictures }, (_, k) => k)
  const insertMs = await timed(() =>
    inTurns(db, numbers, (k) =>
      put(db, samplePath(k), sampleFacts(k), k % 50 === 0 ? { favourite: k % 100 === 0, tags: ['sea'] } : noMarks),
    ),
  )
  db.close()
  let opened = openIndex(file)
  const startMs = await timed(() => {
    opened.close()
    opened = openIndex(file)
    pageOf(opened, libraryQuery.parse({}))
    countsOf(opened)
  })
  const limit = 200
  const offsets = { middle: Math.floor(pictures / 2), last: Math.max(0, pictures - limit) }
  const told: { name: string; ms: number }[] = []
  for (const [name, asked] of Object.entries(queries)) {
    const offset = 'offset' in asked ? offsets[asked.offset] : 0
    const query = libraryQuery.parse({ ...asked, offset, limit })
    const times: number[] = []
    for (let round = 0; round < rounds; round++) times.push(await timed(() => pageOf(opened, query)))
    told.push({ name, ms: times.toSorted((a, b) => a - b)[Math.floor(rounds / 2)] ?? 0 })
  }
  told.push({ name: 'all ids', ms: await timed(() => idsOf(opened, libraryOrder.parse({}))) })
  const [pages] = opened.all<{ page_count: number }>('PRAGMA page_count')
  const [size] = opened.all<{ page_size: number }>('PRAGMA page_size')
  opened.close()
  return {
    pictures,
    inserted: pictures / (insertMs / 1000),
    queries: told,
    slowestMs: Math.max(...told.filter(({ name }) => name !== 'all ids').map(({ ms }) => ms)),
    startMs,
    indexMegabytes: ((pages?.page_count ?? 0) * (size?.page_size ?? 0)) / 1e6,
  }
}

/** With real files, read by the imaging process. */
export async function measureRebuild(startImaging: StartWorker, folder: string, pictures: number): Promise<RebuildRow> {
  rmSync(folder, { recursive: true, force: true })
  const root = join(folder, 'pictures')
  await openFolder(root)
  makeSampleLibrary(root, pictures)
  const imaging = createImaging(startImaging)
  const shelf: Shelf = {
    root,
    db: openIndex(join(folder, 'index.db')),
    marks: openMarks(root),
    imaging,
    lane: createLane(),
    changed: () => undefined,
  }
  const scan = (thorough: boolean) =>
    scanShelf(shelf, { thorough, signal: new AbortController().signal, without: [], tell: () => undefined })
  try {
    // The process is started before anything is measured.
    await imaging.call('describe', { paths: [] })
    await scan(true)
    wipe(shelf.db)
    const rebuildMs = await timed(() => scan(true))
    const lookMs = await timed(() => scan(false))
    return { pictures, rebuilt: pictures / (rebuildMs / 1000), lookMs }
  } finally {
    shelf.db.close()
    await imaging.stop()
  }
}
