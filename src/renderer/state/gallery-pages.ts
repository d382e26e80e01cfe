import type { LibraryPicture } from '../../shared/library.ts'

/** The part of a query that the window holds: pages of it, by their number. Pure. */

export const pageSize = 200
/** More are not kept: what lies farthest from the screen is forgotten and asked for again. */
const mostPages = 30

export type Pages = Readonly<Record<number, readonly LibraryPicture[]>>

const pageOf = (index: number): number => Math.floor(index / pageSize)

export function pictureAt(pages: Pages, index: number): LibraryPicture | undefined {
  return pages[pageOf(index)]?.[index % pageSize]
}

/** The numbers of the pages that hold `first` to before `end`. */
export function pagesOf(first: number, end: number, total: number): readonly number[] {
  const last = Math.min(end, total)
  if (last <= first) return []
  return Array.from({ length: pageOf(last - 1) - pageOf(first) + 1 }, (_, i) => pageOf(first) + i)
}

export function withPage(pages: Pages, page: number, pictures: readonly LibraryPicture[]): Pages {
  const next = { ...pages, [page]: pictures }
  const numbers = Object.keys(next).map(Number)
  if (numbers.length <= mostPages) return next
  const farthest = numbers.reduce((far, one) => (Math.abs(one - page) > Math.abs(far - page) ? one : far), page)
  return Object.fromEntries(Object.entries(next).filter(([number]) => Number(number) !== farthest))
}

/** Where a picture stands, among those that are held. */
export function indexOf(pages: Pages, id: string): number | undefined {
  for (const [page, pictures] of Object.entries(pages)) {
    const place = pictures.findIndex((picture) => picture.id === id)
    if (place >= 0) return Number(page) * pageSize + place
  }
  return undefined
}

/** Ids from `a` to `b`, both included, either way round; undefined where some are not held. */
export function idsBetween(pages: Pages, a: number, b: number): readonly string[] | undefined {
  const ids: string[] = []
  for (let index = Math.min(a, b); index <= Math.max(a, b); index++) {
    const picture = pictureAt(pages, index)
    if (picture === undefined) return undefined
    ids.push(picture.id)
  }
  return ids
}

/** Some pictures changed, without asking for them again; the others stay the same objects. */
export function patched(pages: Pages, ids: ReadonlySet<string>, change: (picture: LibraryPicture) => LibraryPicture): Pages {
  return Object.fromEntries(
    Object.entries(pages).map(([page, pictures]) => [
      page,
      pictures.some(({ id }) => ids.has(id))
        ? pictures.map((picture) => (ids.has(picture.id) ? change(picture) : picture))
        : pictures,
    ]),
  )
}
