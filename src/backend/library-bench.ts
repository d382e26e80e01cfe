import { rmSync } from 'node:fs'
import { join } from 'node:path'
import type { StartWorker } from '../shared/port.ts'
import { libraryOrder, libraryQuery } from '../shared/library.ts'
import { openFolder } from './files.ts'
import { createImaging } from './imaging.ts'
import { createLane } from './lane.ts'
import { noMarks, openIndex, put } from './library-index.ts'
import { openMarks } from './library-marks.ts'
import { countsOf, idsOf, pageOf } from './library-query.ts'
import { makeSampleLibrary, sampleFacts, samplePath } from './library-sample.ts'
import { scanShelf } from './library-scan.ts'
import { inTurns, type Shelf } from './library-shelf.ts'
import { ownProcessorMs, processorMsOf } from './processor.ts'

/** How fast the library is at a size: rows put into the index, pages asked of it, the index made anew from real files, and a start. */
export interface LibraryRow {
  readonly pictures: number
  /** Rows a second, and a second of the processor. */
  readonly inserted: number
  readonly insertedByProcessor: number
  /** Slowest of the queries below, milliseconds by the clock and of the processor. */
  readonly slowestMs: number
  readonly slowestProcessorMs: number
  readonly queries: readonly { readonly name: string; readonly ms: number; readonly processorMs: number }[]
  /** Opening the index and asking for the first page and the counts, milliseconds. */
  readonly startMs: number
  readonly startProcessorMs: number
  readonly indexMegabytes: number
}

export interface RebuildRow {
  readonly pictures: number
  /** Files read a second: the index made anew. By the processor: a second of both processes together; null where the system does not tell. */
  readonly rebuilt: number
  readonly rebuiltByProcessor: number | null
  /** A look at a folder that is as it was, and at every file of it, milliseconds. */
  readonly lookMs: number
}

/** Milliseconds by the clock, and of this process. */
interface Spent {
  readonly ms: number
  readonly processorMs: number
}

const timed = async (work: () => unknown): Promise<Spent> => {
  const [at, used] = [performance.now(), ownProcessorMs()]
  await work()
  return { ms: performance.now() - at, processorMs: ownProcessorMs() - used }
}

const medianOf = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0

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
  const inserting = await timed(() =>
    inTurns(db, numbers, (k) =>
      put(db, samplePath(k), sampleFacts(k), k % 50 === 0 ? { favourite: k % 100 === 0, tags: ['sea'] } : noMarks),
    ),
  )
  db.close()
  let opened = openIndex(file)
  const starting = await timed(() => {
    opened.close()
    opened = openIndex(file)
    pageOf(opened, libraryQuery.parse({}))
    countsOf(opened)
  })
  const limit = 200
  const offsets = { middle: Math.floor(pictures / 2), last: Math.max(0, pictures - limit) }
  const told: LibraryRow['queries'][number][] = []
  for (const [name, asked] of Object.entries(queries)) {
    const offset = 'offset' in asked ? offsets[asked.offset] : 0
    const query = libraryQuery.parse({ ...asked, offset, limit })
    const times: Spent[] = []
    for (let round = 0; round < rounds; round++) times.push(await timed(() => pageOf(opened, query)))
    told.push({ name, ms: medianOf(times.map(({ ms }) => ms)), processorMs: medianOf(times.map((one) => one.processorMs)) })
  }
  const pages = [...told]
  told.push({ name: 'all ids', ...(await timed(() => idsOf(opened, libraryOrder.parse({})))) })
  const [blocks] = opened.all<{ page_count: number }>('PRAGMA page_count')
  const [size] = opened.all<{ page_size: number }>('PRAGMA page_size')
  opened.close()
  return {
    pictures,
    inserted: (1000 * pictures) / inserting.ms,
    insertedByProcessor: (1000 * pictures) / inserting.processorMs,
    queries: told,
    slowestMs: Math.max(...pages.map(({ ms }) => ms)),
    slowestProcessorMs: Math.max(...pages.map(({ processorMs }) => processorMs)),
    startMs: starting.ms,
    startProcessorMs: starting.processorMs,
    indexMegabytes: ((blocks?.page_count ?? 0) * (size?.page_size ?? 0)) / 1e6,
  }
}

/** With real files, read by the imaging process. */
export async function measureRebuild(startImaging: StartWorker, folder: string, pictures: number): Promise<RebuildRow> {
  rmSync(folder, { recursive: true, force: true })
  const root = join(folder, 'pictures')
  await openFolder(root)
  makeSampleLibrary(root, pictures)
  let pid: number | undefined
  const imaging = createImaging(async () => {
    const started = await startImaging()
    pid = started.pid
    return started
  })
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
    const before = await processorMsOf(pid)
    const { ms, processorMs } = await timed(() => scan(true))
    const after = await processorMsOf(pid)
    const both = before === null || after === null ? null : processorMs + after - before
    const look = await timed(() => scan(false))
    return {
      pictures,
      rebuilt: (1000 * pictures) / ms,
      rebuiltByProcessor: both === null ? null : (1000 * pictures) / both,
      lookMs: look.ms,
    }
  } finally {
    shelf.db.close()
    await imaging.stop()
  }
}
