import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { PalimpsestError } from '../shared/errors.ts'
import type { LegendField, LibrarySheet } from '../shared/library.ts'
import { newId, openFolder, openOutFolder } from './files.ts'
import { marksOf, type Row } from './library-index.ts'
import { numbered } from './library-places.ts'
import { rowsOf } from './library-query.ts'
import { fileOf, gone, type Shelf } from './library-shelf.ts'

/** Pictures of the library as files elsewhere: copies in a folder, and contact sheets. */

export async function exportPictures(
  shelf: Shelf,
  ids: readonly string[],
  folder: string,
  recipe: boolean,
): Promise<{ folder: string; count: number }> {
  const out = await openOutFolder(folder)
  let count = 0
  for (const row of rowsOf(shelf.db, ids)) {
    let number = 1
    while (existsSync(join(out.path, numbered(row.name, number)))) number++
    try {
      const to = join(out.path, numbered(row.name, number))
      await shelf.imaging.call('copyPicture', { from: fileOf(shelf, row.path), out: to, recipe })
      count++
    } catch (error) {
      // One that is gone is no reason to leave out the others; a full disk is.
      if (!(error instanceof PalimpsestError) || existsSync(fileOf(shelf, row.path))) throw error
    }
  }
  if (count === 0) throw gone()
  return { folder: out.path, count }
}

const two = (value: number): string => String(value).padStart(2, '0')

const words: Readonly<Record<LegendField, (row: Row) => string | null>> = {
  name: (row) => row.name.replace(/\.png$/i, ''),
  model: (row) => row.model,
  method: (row) => row.method,
  steps: ({ steps }) => (steps === null ? null : `${String(steps)} steps`),
  seed: ({ seed }) => (seed === null ? null : `seed ${String(seed)}`),
  size: ({ width, height }) => `${String(width)} × ${String(height)}`,
  date({ modified }) {
    const date = new Date(modified)
    return `${String(date.getFullYear())}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
  },
  tags: (row) => marksOf(row).tags.join(', ') || null,
}

export async function makeSheet(
  shelf: Shelf,
  dataFolder: string,
  { ids, columns, cell, legend, title }: LibrarySheet,
): Promise<{ path: string; name: string; width: number; height: number }> {
  const rows = rowsOf(shelf.db, ids)
  if (rows.length === 0) throw gone()
  const folder = join(dataFolder, 'sheets')
  await rm(folder, { recursive: true, force: true })
  await openFolder(folder)
  const name = `contact-sheet-${newId()}.png`
  const path = join(folder, name)
  const cells = rows.map((row) => ({
    path: fileOf(shelf, row.path),
    lines: legend.flatMap((field) => words[field](row) ?? []),
  }))
  return { path, name, ...(await shelf.imaging.call('contactSheet', { cells, columns, cell, title, out: path })) }
}
