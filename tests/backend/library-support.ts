import { mkdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { libraryQuery, type LibraryPage, type LibraryPicture } from '../../src/shared/library.ts'
import type { Bench, Place } from './fakes.ts'

/** What the tests of the library ask it. */

export const input = { model: 'tiny', device: 'cpu', steps: 2 }
export const root = (place: Place) => join(place.data, 'library')

export const page = (bench: Bench, query: object = {}): Promise<LibraryPage> =>
  bench.backend.handlers.libraryPictures(libraryQuery.parse(query))
export const all = async (bench: Bench, query: object = {}): Promise<readonly LibraryPicture[]> =>
  (await page(bench, query)).pictures
export const names = async (bench: Bench, query: object = {}) =>
  (await all(bench, { sort: 'name', descending: false, ...query })).map(({ name }) => name)
export const scan = (bench: Bench, rebuild = false) => bench.backend.handlers.libraryRescan({ rebuild })

/** A picture as the fake imaging reads it, so many seconds after the first. */
export function foreign(place: Place, path: string, content: object | string = { values: [path] }, seconds = 0): string {
  const file = join(root(place), path)
  mkdirSync(dirname(file), { recursive: true })
  // A new file, which its folder's time tells of: what is written in place is passed by, once its folder has been quiet for some seconds.
  rmSync(file, { force: true })
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content))
  utimesSync(file, 1_700_000_000 + seconds, 1_700_000_000 + seconds)
  return file
}

export async function generated(bench: Bench, count: number, more: object = {}): Promise<string> {
  const { job } = await bench.backend.handlers.generate({ ...input, count, ...more } as never)
  await bench.ended(job)
  await settled(bench, count)
  return job
}

const patienceMs = 60_000

/** Waits until the library has so many pictures more than before it was asked, as a window does: it is told. Says what is wrong where they do not come. */
export async function settled(bench: Bench, atLeast: number, forMs = patienceMs): Promise<void> {
  const until = performance.now() + forMs
  for (;;) {
    const { total } = await page(bench)
    if (total >= atLeast) return
    if (performance.now() > until) {
      const { problem } = await bench.backend.handlers.library({})
      throw new Error(`The library has ${String(total)} pictures instead of ${String(atLeast)}: ${problem ?? 'it says nothing'}.`)
    }
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}
