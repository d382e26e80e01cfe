import { useStore } from 'zustand'
import { createStore } from 'zustand/vanilla'
import type { BackendEvent } from '../../shared/api.ts'
import { type ErrorData, toErrorData } from '../../shared/errors.ts'
import { libraryOrder, mostPictures, type LibraryOrder, type LibraryPicture, type LibraryState } from '../../shared/library.ts'
import { bridge, call } from './client.ts'
import { anyDate, dateRange, type DateFilter } from './gallery-dates.ts'
import { idsBetween, indexOf, pagesOf, pageSize, patched, pictureAt, withPage, type Pages } from './gallery-pages.ts'

/** What the Gallery shows of the library: one query, the pages of it near the screen, and what is chosen. The pictures are the backend's. */
export interface GalleryState {
  /** Null until it was asked for and answered. */
  readonly library: LibraryState | null
  readonly order: LibraryOrder
  /** As it was chosen; `order` has what it comes to. */
  readonly date: DateFilter
  /** Pictures of the query; null until the first answer. */
  readonly total: number | null
  readonly pages: Pages
  /** Why the library could not be asked. */
  readonly failure: ErrorData | null
  /** Ids, some of them perhaps on no page that is held. */
  readonly picked: ReadonlySet<string>
  /** The place that keys move from. */
  readonly at: number | null
  /** Where a range begins. */
  readonly anchor: number | null
  /** Is the picture at `at` shown large? */
  readonly large: boolean
  /** What was put into the trash, in turn: a Ctrl+Z brings the last back, another those before them. */
  readonly undo: readonly (readonly string[])[]
}

export const usualOrder: LibraryOrder = libraryOrder.parse({})
const nothing: ReadonlySet<string> = new Set()

const initial: GalleryState = {
  library: null,
  order: usualOrder,
  date: anyDate,
  total: null,
  pages: {},
  failure: null,
  picked: nothing,
  at: null,
  anchor: null,
  large: false,
  undo: [],
}
export const galleryStore = createStore<GalleryState>(() => initial)
const get = galleryStore.getState
const set = galleryStore.setState

export function useGallery<T>(selector: (state: GalleryState) => T): T {
  return useStore(galleryStore, selector)
}

/** [Note: age] Every answer belongs to the query and the version it was asked of: one that comes later than a newer question is dropped. */
let age = 0
const asked = new Set<number>()
/** Ids of the whole query, where a range or a "select all" wanted them; of this age alone. */
let everyId: Promise<readonly string[]> | null = null
/** What the screen shows, so that a renewal asks for that. */
let view = { first: 0, end: pageSize }

function askPage(order: LibraryOrder, page: number) {
  return call('libraryPictures', { ...order, offset: page * pageSize, limit: pageSize })
}

/** Asks for everything on the screen anew. What was there stays until the answer comes, so that nothing flickers. */
export async function renewGallery(): Promise<void> {
  const mine = ++age
  asked.clear()
  everyId = null
  const { order, total } = get()
  const numbers = [...new Set([0, ...pagesOf(view.first, view.end, total ?? pageSize)])]
  try {
    const [library, ...answers] = await Promise.all([call('library', {}), ...numbers.map((page) => askPage(order, page))])
    if (mine !== age) return
    const pages: Pages = Object.fromEntries(answers.map(({ pictures }, i) => [numbers[i] ?? 0, pictures]))
    set((state) => ({ library, pages, failure: null, ...placed(state, pages, answers[0]?.total ?? 0) }))
    showRange(view.first, view.end)
  } catch (error) {
    if (mine === age) set({ failure: toErrorData(error) })
  }
}

/** The cursor stays on its picture where that moved, else at its place. */
function placed({ at, anchor, pages: before }: GalleryState, pages: Pages, total: number): Partial<GalleryState> {
  const follow = (index: number | null): number | null => {
    if (index === null || total === 0) return null
    const id = pictureAt(before, index)?.id
    return Math.min(total - 1, (id === undefined ? undefined : indexOf(pages, id)) ?? index)
  }
  return { total, at: follow(at), anchor: follow(anchor), ...(total === 0 ? { large: false } : {}) }
}

/** The screen shows these: pages of them that are not held are asked for. */
export function showRange(first: number, end: number): void {
  view = { first, end }
  const { pages, total, order } = get()
  if (total === null) return
  for (const page of pagesOf(first, end, total)) {
    if (pages[page] === undefined && !asked.has(page)) void loadPage(order, page)
  }
}

async function loadPage(order: LibraryOrder, page: number): Promise<void> {
  const mine = age
  asked.add(page)
  try {
    const { pictures, total } = await askPage(order, page)
    if (mine === age) set((state) => ({ pages: withPage(state.pages, page, pictures), total }))
  } catch (error) {
    if (mine === age) set({ failure: toErrorData(error) })
  } finally {
    if (mine === age) asked.delete(page)
  }
}

/** Another query. The choice is given up with the old one: nothing may be acted on that is not to be seen. */
export function changeOrder(changes: Partial<LibraryOrder>): Promise<void> {
  view = { first: 0, end: pageSize }
  set(({ order }) => ({ order: { ...order, ...changes }, picked: nothing, at: null, anchor: null, large: false }))
  return renewGallery()
}

export function changeDate(date: DateFilter): Promise<void> {
  set({ date })
  return changeOrder({ from: undefined, until: undefined, ...dateRange(date, new Date()) })
}

/** Every filter at its default; place (library or trash) and sorting stay. */
export function clearFilters(): Promise<void> {
  const { where, sort, descending } = get().order
  set({ date: anyDate })
  return changeOrder({ ...usualOrder, from: undefined, until: undefined, where, sort, descending })
}

/** Does the query leave something of its place out? */
export function isFiltered({ text, models, methods, kinds, tags, favourite, from, until }: LibraryOrder): boolean {
  const lists = [models, methods, kinds, tags]
  return text !== '' || favourite || from !== undefined || until !== undefined || lists.some((list) => list.length > 0)
}

/** Wanted too: a picture beyond the held pages. */
async function idAt(index: number): Promise<string | undefined> {
  const known = pictureAt(get().pages, index)
  if (known !== undefined) return known.id
  await loadPage(get().order, Math.floor(index / pageSize))
  return pictureAt(get().pages, index)?.id
}

function allIds(): Promise<readonly string[]> {
  if (everyId !== null) return everyId
  const asking = call('libraryIds', get().order)
  everyId = asking
  // What failed is asked again.
  asking.catch(() => everyId === asking && (everyId = null))
  return asking
}

/** What a click or a key does to the choice: that one alone, that one more or less, or everything from where a range began. */
export type Way = 'only' | 'toggle' | 'range' | 'move'

export async function pick(index: number, way: Way): Promise<void> {
  const from = get().anchor ?? get().at ?? index
  set({ at: index, anchor: way === 'range' ? from : index })
  if (way === 'move') return
  const mine = age
  const range = way === 'range'
  const ids = range
    ? (idsBetween(get().pages, from, index) ?? (await allIds()).slice(Math.min(from, index), Math.max(from, index) + 1))
    : [await idAt(index)]
  // Keys went on, or it is another query by now.
  if (get().at !== index || (mine !== age && range)) return
  set(({ picked }) => ({ picked: way === 'toggle' ? toggled(picked, ids) : new Set(ids.filter((id) => id !== undefined)) }))
}

function toggled(picked: ReadonlySet<string>, ids: readonly (string | undefined)[]): ReadonlySet<string> {
  const next = new Set(picked)
  for (const id of ids) if (id !== undefined && !next.delete(id)) next.add(id)
  return next
}

export async function pickAll(): Promise<void> {
  const mine = age
  const ids = await allIds()
  if (mine === age) set({ picked: new Set(ids) })
}

export const pickNone = (): void => set({ picked: nothing })
/** A rubber band: what it touches, with what was chosen before it. */
export const pickThese = (ids: Iterable<string>): void => set({ picked: new Set(ids) })
export const showLarge = (large: boolean): void => set({ large })

/** Many ids, in turns that the backend takes. */
function turns(ids: readonly string[]): readonly (readonly string[])[] {
  return Array.from({ length: Math.ceil(ids.length / mostPictures) }, (_, i) => ids.slice(i * mostPictures, (i + 1) * mostPictures))
}

async function inTurns(ids: readonly string[], act: (part: string[]) => Promise<unknown>): Promise<void> {
  for (const part of turns(ids)) await act([...part])
}

/** Shown at once, said to the library after; where that fails, what is true is asked for. */
async function shownFirst(
  ids: readonly string[],
  change: (picture: LibraryPicture) => LibraryPicture,
  act: (part: string[]) => Promise<unknown>,
): Promise<void> {
  const own = new Set(ids)
  set(({ pages }) => ({ pages: patched(pages, own, change) }))
  try {
    await inTurns(ids, act)
  } catch (error) {
    await renewGallery()
    throw error
  }
}

export function setFavourite(ids: readonly string[], favourite: boolean): Promise<void> {
  return shownFirst(
    ids,
    (picture) => ({ ...picture, favourite }),
    (part) => call('libraryFavourite', { ids: part, favourite }),
  )
}

export function setTags(ids: readonly string[], add: readonly string[], remove: readonly string[]): Promise<void> {
  const tagged = (tags: readonly string[]) => [...tags.filter((tag) => !remove.includes(tag) && !add.includes(tag)), ...add]
  return shownFirst(
    ids,
    (picture) => ({ ...picture, tags: tagged(picture.tags) }),
    (part) => call('libraryTag', { ids: part, add: [...add], remove: [...remove] }),
  )
}

/** Resolves to how many were moved. */
export async function trash(ids: readonly string[]): Promise<number> {
  const moved: string[] = []
  await inTurns(ids, async (part) => moved.push(...(await call('libraryTrash', { ids: part })).ids))
  set(({ undo }) => ({ undo: moved.length === 0 ? undo : [...undo, moved], picked: nothing }))
  await renewGallery()
  return moved.length
}

/** Resolves to how many came back. */
export async function restore(ids: readonly string[]): Promise<number> {
  const own = new Set(ids)
  const { undo } = get()
  // At once: a second Ctrl+Z may come before the answer to the first.
  set({ undo: undo.map((step) => step.filter((id) => !own.has(id))).filter((step) => step.length > 0) })
  let count = 0
  try {
    await inTurns(ids, async (part) => (count += (await call('libraryRestore', { ids: part })).ids.length))
  } catch (error) {
    set((state) => ({ undo: [...state.undo, ids] }))
    await renewGallery()
    throw error
  }
  set({ picked: nothing })
  await renewGallery()
  return count
}

/** For good: all of the trash, or these of it. */
export async function emptyTrash(ids?: readonly string[]): Promise<number> {
  let removed = 0
  if (ids === undefined) removed = (await call('libraryEmptyTrash', {})).removed
  else await inTurns(ids, async (part) => (removed += (await call('libraryEmptyTrash', { ids: part })).removed))
  set({ undo: [], picked: nothing })
  await renewGallery()
  return removed
}

/** While many files are looked at, the screen follows in steps. */
const pauseMs = 250

/** Listens to the library while the Gallery is shown. Returns what stops it. */
export function startGallery(): () => void {
  let timer: ReturnType<typeof setTimeout> | null = null
  let changed = false
  let stopped = false
  const renew = () => {
    changed = false
    timer = setTimeout(() => {
      timer = null
      if (changed) renew()
    }, pauseMs)
    void renewGallery()
  }
  const stop = bridge().subscribe((event: BackendEvent) => {
    if (event.kind !== 'library' || stopped) return
    const { library } = get()
    if (library !== null) set({ library: { ...library, scan: event.scan, problem: event.problem } })
    // A look at the folder that found nothing new.
    if (event.version === library?.version) return
    if (timer === null) renew()
    else changed = true
  })
  renew()
  return () => {
    stopped = true
    if (timer !== null) clearTimeout(timer)
    stop()
  }
}

/** What came or went behind the library's back is looked for now, and whenever the window comes to the front. Returns what stops it. */
export function lookOnFocus(): () => void {
  const look = () => void call('libraryRescan', { rebuild: false }).catch(() => undefined)
  window.addEventListener('focus', look)
  look()
  return () => window.removeEventListener('focus', look)
}

/** The one that is chosen, where it is one; else null. */
export function onlyPicked({ picked, pages }: GalleryState): LibraryPicture | null {
  const [id] = picked
  if (picked.size !== 1 || id === undefined) return null
  const index = indexOf(pages, id)
  return index === undefined ? null : (pictureAt(pages, index) ?? null)
}
