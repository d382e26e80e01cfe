import type { ApiName } from '../../../src/shared/api.ts'
import {
  libraryOrder,
  libraryQuery,
  type LibraryOrder,
  type LibraryPicture,
  type LibraryQuery,
  type LibraryState,
} from '../../../src/shared/library.ts'

/** A library of the memory, as far as the Gallery asks one. It sorts by date alone and looks for a text in the names. */
export interface FakeLibrary {
  readonly answers: Partial<Record<ApiName, (input: never) => unknown>>
  readonly pictures: LibraryPicture[]
  readonly asked: string[]
  state(): LibraryState
}

export const fakeId = (i: number): string => i.toString(16).padStart(16, '0')

export function fakePicture(i: number, more: Partial<LibraryPicture> = {}): LibraryPicture {
  return {
    id: fakeId(i),
    name: `mnist-${i}.png`,
    folder: '2026-11',
    width: 28,
    height: 28,
    bytes: 900,
    date: 1_800_000_000_000 - i,
    kind: 'generate',
    model: 'mnist',
    method: 'ddim',
    steps: 50,
    seed: i,
    favourite: false,
    tags: [],
    url: `/library/${fakeId(i)}.png`,
    thumb: `/library/${fakeId(i)}/thumb.webp`,
    job: null,
    trashed: null,
    damaged: false,
    ...more,
  }
}

export function fakeLibrary(count: number): FakeLibrary {
  const pictures = Array.from({ length: count }, (_, i) => fakePicture(i))
  const asked: string[] = []
  let version = 1
  const found = (order: LibraryOrder) =>
    pictures
      .filter((one) => (order.where === 'trash') === (one.trashed !== null))
      .filter((one) => one.name.includes(order.text) && (!order.favourite || one.favourite))
      .toSorted((a, b) => (order.descending ? b.date - a.date : a.date - b.date))
  const change = (ids: readonly string[], to: (picture: LibraryPicture) => LibraryPicture) => {
    version++
    const own = new Set(ids)
    const changed: string[] = []
    pictures.forEach((picture, i) => {
      if (!own.has(picture.id)) return
      pictures[i] = to(picture)
      changed.push(picture.id)
    })
    return { ids: changed }
  }
  const state = (): LibraryState => ({
    version,
    folder: '/pictures',
    metadata: true,
    total: pictures.filter(({ trashed }) => trashed === null).length,
    favourites: pictures.filter(({ favourite }) => favourite).length,
    trashed: pictures.filter(({ trashed }) => trashed !== null).length,
    models: [{ name: 'mnist', count }],
    methods: [{ name: 'ddim', count }],
    tags: [],
    problem: null,
    scan: null,
  })
  return {
    pictures,
    asked,
    state,
    answers: {
      library: state,
      libraryPictures: (input: LibraryQuery) => {
        const query = libraryQuery.parse(input)
        asked.push(`${query.text}@${query.offset}`)
        const { offset, limit, ...order } = query
        const all = found(order)
        return { total: all.length, offset, pictures: all.slice(offset, offset + limit) }
      },
      libraryIds: (input: LibraryOrder) => {
        asked.push('ids')
        return found(libraryOrder.parse(input)).map(({ id }) => id)
      },
      libraryFavourite: ({ ids, favourite }: { ids: string[]; favourite: boolean }) => {
        change(ids, (picture) => ({ ...picture, favourite }))
        return null
      },
      libraryTag: ({ ids, add, remove }: { ids: string[]; add: string[]; remove: string[] }) => {
        change(ids, (picture) => ({ ...picture, tags: [...picture.tags.filter((tag) => !remove.includes(tag)), ...add] }))
        return null
      },
      libraryTrash: ({ ids }: { ids: string[] }) => {
        asked.push(`trash ${ids.length}`)
        return change(ids, (picture) => ({ ...picture, trashed: 1 }))
      },
      libraryRestore: ({ ids }: { ids: string[] }) => change(ids, (picture) => ({ ...picture, trashed: null })),
      libraryEmptyTrash: () => {
        const kept = pictures.filter(({ trashed }) => trashed === null)
        const removed = pictures.length - kept.length
        pictures.splice(0, pictures.length, ...kept)
        return { removed }
      },
    },
  }
}
