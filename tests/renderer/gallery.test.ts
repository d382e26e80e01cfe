import { afterEach, expect, it, vi } from 'vitest'
import type { ApiName, BackendEvent, Bridge } from '../../src/shared/api.ts'
import { mostPictures } from '../../src/shared/library.ts'
import { fakeBridge } from './support/fake-bridge.ts'
import { fakeId, fakeLibrary, fakePicture, type FakeLibrary } from './support/fake-library.ts'

/** The Gallery's store without a screen, on a library of the memory. `hold` keeps answers back until they are let go. */
async function opened(library: FakeLibrary) {
  vi.resetModules()
  const bridge = fakeBridge()
  const held: (() => void)[] = []
  let holding: ApiName | null = null
  const invoke: Bridge['invoke'] = async (name, input) => {
    const answer = library.answers[name] as ((input: unknown) => unknown) | undefined
    if (answer === undefined) return bridge.invoke(name, input)
    const value = answer(input) as never
    if (name === holding) await new Promise<void>((go) => held.push(go))
    return { ok: true, value }
  }
  vi.stubGlobal('window', { palimpsest: { ...bridge, invoke } })
  const store = await import('../../src/renderer/state/gallery.ts')
  const get = store.galleryStore.getState
  return {
    ...store,
    get,
    emit: (event: BackendEvent) => bridge.emit(event),
    hold: (name: ApiName | null) => (holding = name),
    letGo: () => held.splice(0).forEach((go) => go()),
    picked: () => [...get().picked].toSorted(),
  }
}
afterEach(() => vi.unstubAllGlobals())
const ids = (...numbers: number[]) => numbers.map(fakeId)

it('asks for the pages that the screen shows, each once, and keeps no more than some of them', async () => {
  const library = fakeLibrary(10_000)
  const { renewGallery, showRange, get } = await opened(library)
  await renewGallery()
  expect([get().total, Object.keys(get().pages)]).toEqual([10_000, ['0']])
  showRange(190, 410)
  showRange(195, 415)
  await vi.waitFor(() => expect(Object.keys(get().pages)).toEqual(['0', '1', '2']))
  expect(library.asked).toEqual(['@0', '@200', '@400'])
  for (let first = 0; first < 10_000; first += 200) {
    showRange(first, first + 100)
    await vi.waitFor(() => expect(get().pages[first / 200]).toBeDefined())
  }
  expect(Object.keys(get().pages).length).toBeLessThanOrEqual(30)
})

it('drops the answer to a question that is not asked any more', async () => {
  const library = fakeLibrary(300)
  const { renewGallery, changeOrder, hold, letGo, get } = await opened(library)
  await renewGallery()
  hold('libraryPictures')
  const first = changeOrder({ text: 'mnist-1' })
  hold(null)
  await changeOrder({ text: 'mnist-22' })
  const shown = get().pages[0]?.map(({ name }) => name)
  letGo()
  await first
  expect(get().pages[0]?.map(({ name }) => name)).toEqual(shown)
  expect(get().total).toBe(11)
})

it('follows the library, and stays on the picture while others come before it', async () => {
  const library = fakeLibrary(10)
  const { startGallery, pick, get, emit } = await opened(library)
  const stop = startGallery()
  await vi.waitFor(() => expect(get().total).toBe(10))
  await pick(4, 'only')
  library.pictures.push(fakePicture(99, { date: 1_900_000_000_000 }))
  emit({ kind: 'library', version: 2, scan: null, problem: null })
  await vi.waitFor(() => expect(get().total).toBe(11))
  expect([get().at, [...get().picked]]).toEqual([5, ids(4)])
  stop()
  library.pictures.pop()
  emit({ kind: 'library', version: 3, scan: null, problem: null })
  await new Promise((done) => setTimeout(done, 20))
  expect(get().total).toBe(11)
})

it('says what is wrong with the folder as soon as it is told', async () => {
  const { startGallery, get, emit } = await opened(fakeLibrary(3))
  const stop = startGallery()
  await vi.waitFor(() => expect(get().library).not.toBeNull())
  emit({ kind: 'library', version: 1, scan: { done: 2, total: 9 }, problem: 'The folder is gone.' })
  expect(get().library).toMatchObject({ scan: { done: 2, total: 9 }, problem: 'The folder is gone.' })
  stop()
})

it('asks nothing anew after a look at the folder that found nothing', async () => {
  const { startGallery, get, emit } = await opened(fakeLibrary(3))
  const stop = startGallery()
  await vi.waitFor(() => expect(get().library).not.toBeNull())
  const { pages } = get()
  emit({ kind: 'library', version: get().library?.version ?? 0, scan: null, problem: null })
  await new Promise((done) => setTimeout(done, 300))
  expect(get().pages).toBe(pages)
  stop()
})

it('chooses one, one more, one less, and from one to another', async () => {
  const { renewGallery, pick, picked, get } = await opened(fakeLibrary(20))
  await renewGallery()
  await pick(3, 'only')
  await pick(6, 'toggle')
  expect(picked()).toEqual(ids(3, 6))
  await pick(3, 'toggle')
  expect(picked()).toEqual(ids(6))
  await pick(8, 'only')
  await pick(5, 'range')
  expect(picked()).toEqual(ids(5, 6, 7, 8))
  // From the same beginning the other way.
  await pick(10, 'range')
  expect(picked()).toEqual(ids(8, 9, 10))
  await pick(12, 'move')
  expect([picked(), get().at]).toEqual([ids(8, 9, 10), 12])
})

it('chooses a range whose middle was never shown, and everything', async () => {
  const library = fakeLibrary(1000)
  const { renewGallery, pick, pickAll, picked, get } = await opened(library)
  await renewGallery()
  await pick(2, 'only')
  await pick(700, 'range')
  expect(picked()).toEqual(Array.from({ length: 699 }, (_, i) => fakeId(i + 2)))
  await pickAll()
  expect(get().picked.size).toBe(1000)
  // Of one age the ids are asked for once.
  expect(library.asked.filter((one) => one === 'ids')).toHaveLength(1)
})

it('shows a favourite and a tag at once, and takes them back where the library refuses', async () => {
  const library = fakeLibrary(5)
  const { renewGallery, setFavourite, setTags, get } = await opened(library)
  await renewGallery()
  const shown = (i: number) => get().pages[0]?.[i]
  const done = setFavourite(ids(1, 2), true)
  expect([shown(1)?.favourite, shown(2)?.favourite, shown(3)?.favourite]).toEqual([true, true, false])
  await done
  expect(library.state().favourites).toBe(2)
  await setTags(ids(1), ['sea', 'sky'], [])
  await setTags(ids(1), ['sea'], ['sky'])
  expect(shown(1)?.tags).toEqual(['sea'])
  delete library.answers.libraryFavourite
  await expect(setFavourite(ids(4), true)).rejects.toThrow('no libraryFavourite')
  expect(shown(4)?.favourite).toBe(false)
})

it('puts pictures into the trash and brings the same ones back', async () => {
  const library = fakeLibrary(6)
  const { renewGallery, pick, trash, restore, get } = await opened(library)
  await renewGallery()
  await pick(1, 'only')
  expect(await trash(ids(1, 2))).toBe(2)
  expect([get().total, get().picked.size, get().undo]).toEqual([4, 0, [ids(1, 2)]])
  expect(await restore(ids(1, 2))).toBe(2)
  expect([get().total, get().undo]).toEqual([6, []])
})

it('brings back what was thrown away in turn, each once, however quick the hand', async () => {
  const library = fakeLibrary(6)
  const { renewGallery, trash, get, hold, letGo } = await opened(library)
  const { undoTrash } = await import('../../src/renderer/gallery/actions.ts')
  const { appStore } = await import('../../src/renderer/state/store.ts')
  const said = () => appStore.getState().notices.map(({ message }) => message)
  await renewGallery()
  await trash(ids(1))
  await trash(ids(2, 3))
  hold('libraryRestore')
  const three = [undoTrash(), undoTrash(), undoTrash()]
  expect(get().undo).toEqual([])
  hold(null)
  letGo()
  await Promise.all(three)
  expect([get().total, said()]).toEqual([6, ['2 pictures are back.', '1 picture is back.']])
})

it('keeps what could not be brought back for another try', async () => {
  const library = fakeLibrary(3)
  const { renewGallery, trash, restore, get } = await opened(library)
  await renewGallery()
  await trash(ids(1))
  const back = library.answers.libraryRestore
  delete library.answers.libraryRestore
  await expect(restore(ids(1))).rejects.toThrow('no libraryRestore')
  expect(get().undo).toEqual([ids(1)])
  Object.assign(library.answers, { libraryRestore: back })
  expect(await restore(ids(1))).toBe(1)
  expect([get().total, get().undo]).toEqual([3, []])
})

it('asks for more than one turn where there are more than a turn takes', async () => {
  const library = fakeLibrary(mostPictures + 5)
  const { renewGallery, trash } = await opened(library)
  await renewGallery()
  expect(await trash(library.pictures.map(({ id }) => id))).toBe(mostPictures + 5)
  expect(library.asked.filter((one) => one.startsWith('trash'))).toEqual([`trash ${mostPictures}`, 'trash 5'])
})

it('gives the choice up with the query, so that nothing is acted on that is not to be seen', async () => {
  const { renewGallery, pickAll, changeOrder, clearFilters, isFiltered, get } = await opened(fakeLibrary(5))
  await renewGallery()
  await pickAll()
  await changeOrder({ text: 'mnist-3', sort: 'name' })
  expect([get().picked.size, get().at, get().total, isFiltered(get().order)]).toEqual([0, null, 1, true])
  await clearFilters()
  expect([isFiltered(get().order), get().order.sort, get().total]).toEqual([false, 'name', 5])
})
