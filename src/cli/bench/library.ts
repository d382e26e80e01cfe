import { join } from 'node:path'
import { type LibraryRow, measureLibrary, measureRebuild, type RebuildRow } from '../../backend/library-bench.ts'
import type { StartWorker } from '../../shared/port.ts'
import { withTemporaryFolder } from '../context.ts'

/** The library at growing sizes. */
export interface LibraryBench {
  readonly index: readonly LibraryRow[]
  readonly rebuild: readonly RebuildRow[]
}

const sizes = [1000, 10_000, 100_000]
/** Real files are made for these. */
const fileSizes = sizes

export async function measureLibraries(startImaging: StartWorker): Promise<LibraryBench> {
  return withTemporaryFolder(async (folder) => {
    const index: LibraryRow[] = []
    for (const size of sizes) index.push(await measureLibrary(join(folder, 'rows'), size))
    const rebuild: RebuildRow[] = []
    for (const size of fileSizes) rebuild.push(await measureRebuild(startImaging, join(folder, 'files'), size))
    return { index, rebuild }
  })
}

const per = (value: number) => `${Math.round(value).toLocaleString('en')}/s`
const count = (value: number) => value.toLocaleString('en')

export function libraryRows({ index, rebuild }: LibraryBench): readonly (readonly [string, string])[] {
  return [
    ...index.map((row): readonly [string, string] => {
      const slowest = row.queries.find(({ ms }) => ms === row.slowestMs)?.name ?? ''
      return [
        `library of ${count(row.pictures)}`,
        `${per(row.inserted)} put into the index (${per(row.insertedByProcessor)} of processor; ${row.indexMegabytes.toFixed(0)} MB); a page in at most ${row.slowestMs.toFixed(1)} ms (${slowest}; processor ${row.slowestProcessorMs.toFixed(1)}); at the start the first one in ${row.startMs.toFixed(1)} ms (processor ${row.startProcessorMs.toFixed(1)})`,
      ]
    }),
    ...rebuild.map((row): readonly [string, string] => [
      `index of ${count(row.pictures)} files`,
      `made anew at ${per(row.rebuilt)}${row.rebuiltByProcessor === null ? '' : ` (${per(row.rebuiltByProcessor)} of processor, both processes)`}; a look at whether they changed ${row.lookMs.toFixed(0)} ms`,
    ]),
  ]
}
