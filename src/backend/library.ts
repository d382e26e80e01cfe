import { createHash } from 'node:crypto'
import { rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { BackendEvent, Job, RemoteHandlers } from '../shared/api.ts'
import { PalimpsestError, toErrorData } from '../shared/errors.ts'
import type { LibraryChanges, LibraryPage, LibraryQuery, LibraryScan, LibraryState } from '../shared/library.ts'
import { openFolder, openOutFolder } from './files.ts'
import type { Imaging } from './imaging.ts'
import { createLane } from './lane.ts'
import { openIndex, type Row, wipe } from './library-index.ts'
import { openMarks } from './library-marks.ts'
import { type Counts, countsOf, type Found, nothingFound, pageOf } from './library-query.ts'
import { scanShelf } from './library-scan.ts'
import { type LibraryChoice, openChoice } from './library-settings.ts'
import type { Shelf } from './library-shelf.ts'
import { createShelves } from './library-shelves.ts'
import { createTakes } from './library-takes.ts'
import { createThumbs, type Thumbs } from './library-thumbs.ts'
import { keptMs, purge, type Purge } from './library-trash.ts'

/** The methods of shared/api.ts that are of the library. */
export type LibraryHandlers = Pick<RemoteHandlers, Extract<keyof RemoteHandlers, `library${string}`>>

export interface LibraryOptions {
  readonly dataFolder: string
  readonly imaging: Imaging
  readonly emit: (event: BackendEvent) => void
  /** Of the queue: those it lists. */
  readonly job: (id: string) => Job | undefined
  /** May the window name folders of this machine? */
  readonly local: boolean
  readonly now?: () => number
}

/**
 * The library: a folder of the user's and an index over it, opened when first asked for. The command line, whose runs go into folders of their
 * own, never does.
 */
export interface Library {
  readonly thumbs: Thumbs
  readonly purge: Purge
  readonly now: () => number
  /** Do new pictures carry their recipe? */
  metadata(): boolean
  /** As the library is now, even where another folder is chosen while it lasts. An index that turns out damaged is made anew, and the work done over. */
  use<T>(work: (shelf: Shelf) => Promise<T>): Promise<T>
  /** In turn with all other changes. */
  change<T>(work: (shelf: Shelf) => Promise<T>): Promise<T>
  /** The same for what only reads. */
  read<T>(work: (shelf: Shelf) => T): Promise<T>
  page(query: LibraryQuery): Promise<LibraryPage>
  state(): Promise<LibraryState>
  rescan(rebuild: boolean): Promise<LibraryChanges>
  setFolder(path: string | null): Promise<LibraryState>
  setMetadata(metadata: boolean): Promise<LibraryState>
  /** What the queue tells: finished pictures are taken in. */
  watch(event: BackendEvent): void
  stop(): Promise<void>
}

const eventMs = 150

export function createLibrary(options: LibraryOptions): Library {
  const { dataFolder, imaging, emit, job, local, now = Date.now } = options
  const choice: LibraryChoice = openChoice(dataFolder)
  const ownFolder = join(dataFolder, 'library')
  const rootOf = () => choice.get().folder ?? ownFolder
  const thumbs = createThumbs(join(dataFolder, 'thumbs'), imaging)
  const jobFolder = (id: string) => join(dataFolder, 'jobs', id)
  const purging: Purge = {
    ofJob: (id, image) => join(jobFolder(id), `${String(image)}.png`),
    thumb: (content) => thumbs.pathOf(content),
  }

  /** Two choices at once: the later one counts, in the file as here. */
  const choosing = createLane()
  let stopping = new AbortController()
  let ended = false
  let version = 1
  let problem: string | null = null
  let scan: LibraryScan | null = null
  /** Of one shelf in one state. */
  let counts: { readonly shelf: Shelf; readonly version: number; readonly of: Counts } | undefined
  let found: { readonly shelf: Shelf; readonly version: number; readonly of: Found } | undefined
  let scanning: Promise<LibraryChanges> | undefined
  let waiting: Promise<LibraryChanges> | undefined
  let timer: NodeJS.Timeout | undefined

  const tell = (): void => {
    timer ??= setTimeout(() => {
      timer = undefined
      emit({ kind: 'library', version, scan, problem })
    }, eventMs)
  }
  const changed = (): void => {
    version += 1
    tell()
  }
  const trouble = (sentence: string | null): void => {
    if (problem === sentence) return
    problem = sentence
    if (sentence !== null) emit({ kind: 'notice', message: sentence })
    tell()
  }

  /** The index lies with the program's own things: a library on a slow or read-only disk has one, too. One for each folder ever chosen. */
  const indexOf = (root: string) => join(dataFolder, 'index', `${createHash('sha256').update(root).digest('hex').slice(0, 16)}.db`)

  const openShelf = async (root: string): Promise<Shelf> => {
    if (root === ownFolder) await openFolder(root).catch(() => undefined)
    await openFolder(join(dataFolder, 'index'))
    const db = openIndex(indexOf(root))
    if (db.notice !== null) emit({ kind: 'notice', message: db.notice })
    return { root, db, marks: openMarks(root), imaging, lane: createLane(), changed }
  }

  const shelves = createShelves({
    root: rootOf,
    open: openShelf,
    // A scan that opened it looks by itself.
    onOpen: () => void (scanning ?? rescan(false)).catch(() => undefined),
    /** The files have all of it: an index that turns out damaged is thrown away. */
    async onDamage(root) {
      emit({ kind: 'notice', message: 'The index of the library was damaged; it is made anew from the pictures.' })
      changed()
      for (const part of ['', '-wal', '-shm']) await rm(indexOf(root) + part, { force: true })
    },
  })

  const withShelf = async <T>(work: (shelf: Shelf) => Promise<T>): Promise<T> => {
    if (ended) throw new PalimpsestError('cancelled', 'The program is closing.')
    return shelves.use(work)
  }

  /** Ends the look at the folder and lets the next call open what is chosen then. */
  const close = async (): Promise<void> => {
    stopping.abort(new PalimpsestError('cancelled', 'The library was closed.'))
    stopping = new AbortController()
    await scanning?.catch(() => undefined)
    shelves.leave()
  }

  const missing = async (root: string): Promise<string | null> => {
    const found = await stat(root).catch(() => undefined)
    if (found?.isDirectory() === true) return null
    return `The folder of the library, "${root}", is not there: connect its disk, or choose another folder.`
  }

  const runScan = async (rebuild: boolean): Promise<LibraryChanges> => {
    return withShelf(async (shelf) => {
      const { signal } = stopping
      const without = await missing(shelf.root)
      trouble(without)
      if (without !== null) return { added: 0, changed: 0, vanished: 0 }
      if (rebuild) await shelf.lane(async () => shelf.db.transaction(() => wipe(shelf.db)))
      const tellScan = (at: LibraryScan | null) => {
        scan = at
        tell()
      }
      try {
        const found = await scanShelf(shelf, {
          thorough: rebuild,
          signal,
          without: [dataFolder].filter((path) => path !== shelf.root),
          tell: tellScan,
        })
        await takes.all(shelf, signal)
        const old = shelf.db.all<Row>('SELECT * FROM pictures WHERE bin = 1 AND trashed < ?', now() - keptMs)
        if (old.length > 0) await shelf.lane(() => purge(shelf, old, purging)).finally(changed)
        return found
      } finally {
        tellScan(null)
      }
    })
  }

  /** One at a time. Who asks while one is under way waits for one that begins after he asked, together with all others who wait. */
  const rescan = (rebuild: boolean): Promise<LibraryChanges> => {
    if (waiting !== undefined && !rebuild) return waiting
    const before = scanning
    if (before === undefined) return begin(rebuild)
    const mine: Promise<LibraryChanges> = before
      .catch(() => undefined)
      .then(() => {
        if (waiting === mine) waiting = undefined
        return begin(rebuild)
      })
    waiting = mine
    return mine
  }

  const begin = (rebuild: boolean): Promise<LibraryChanges> => {
    const work = (scanning ?? Promise.resolve()).catch(() => undefined).then(() => runScan(rebuild))
    scanning = work
    const over = () => void (scanning === work && (scanning = undefined))
    work.then(over, over)
    return work
  }

  const change: Library['change'] = async (work) => {
    try {
      return await withShelf((shelf) =>
        shelf.lane(async () => {
          // Or a folder would be made where a disk is to come back, and its pictures be taken for gone.
          const without = await missing(shelf.root)
          if (without === null) return work(shelf)
          trouble(without)
          throw new PalimpsestError('request', without)
        }),
      )
    } finally {
      // What fails half-way has changed something, too.
      changed()
    }
  }

  const state = async (): Promise<LibraryState> => {
    return withShelf(async (shelf) => {
      if (counts?.version !== version || counts.shelf !== shelf) counts = { shelf, version, of: countsOf(shelf.db) }
      return { version, folder: local ? shelf.root : null, metadata: choice.get().metadata, ...counts.of, problem, scan }
    })
  }

  const takes = createTakes({
    dataFolder,
    job,
    withShelf,
    missing,
    onTrouble: (error) => trouble(error === null ? null : toErrorData(error).message),
  })

  return {
    thumbs,
    purge: purging,
    now,
    metadata: () => choice.get().metadata,
    use: withShelf,
    change,
    read: (work) => withShelf(async (shelf) => work(shelf)),
    page: (query) =>
      withShelf(async (shelf) => {
        if (found?.version !== version || found.shelf !== shelf) found = { shelf, version, of: nothingFound() }
        return pageOf(shelf.db, query, found.of)
      }),
    state,
    rescan,
    async setFolder(path) {
      await choosing(async () => {
        if (path !== null) await openOutFolder(path)
        if (path === choice.get().folder) return
        await choice.set({ folder: path })
        await close()
        changed()
      })
      return state()
    },
    async setMetadata(metadata) {
      await choosing(() => choice.set({ metadata }))
      changed()
      return state()
    },
    watch: (event) => {
      if (!ended && event.kind === 'job') takes.watch(event.job)
    },
    async stop() {
      ended = true
      await takes.stop()
      await close()
      await shelves.closed()
      clearTimeout(timer)
    },
  }
}
