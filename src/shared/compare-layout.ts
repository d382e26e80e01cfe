import { cellCount, placesOf, type CompareAxis } from './compare.ts'

/** A grid of cells as tables: the last axis runs across, the one before it down, and each combination of those before is a table of its own. */

export interface Table {
  /** Places on the axes before the last two, by axis; empty where there are none. */
  readonly fixed: readonly number[]
  /** Of how many rows and columns. */
  readonly rows: number
  readonly columns: number
  /** Places of the row on the second last axis, -1 where a single axis is wrapped into rows. */
  readonly cells: readonly { readonly cell: number; readonly row: number; readonly column: number }[]
  /** A single axis too long for one row: its values stand with the cells, since columns mean nothing. */
  readonly wrapped: boolean
}

/** A single axis of more values than this is broken into rows. */
export const widest = 10

export function tablesOf(axes: readonly CompareAxis[]): readonly Table[] {
  const cells = cellCount(axes)
  const lengths = axes.map(({ values }) => values.length)
  if (axes.length === 1) {
    const columns = cells > widest ? Math.min(widest, Math.ceil(Math.sqrt(cells * 1.6))) : cells
    const placed = Array.from({ length: cells }, (_, cell) => ({ cell, row: Math.floor(cell / columns), column: cell % columns }))
    return [{ fixed: [], rows: Math.ceil(cells / columns), columns, cells: placed, wrapped: cells > widest }]
  }
  const columns = lengths.at(-1) ?? 1
  const rows = lengths.at(-2) ?? 1
  return Array.from({ length: cells / (rows * columns) }, (_, table) => {
    const first = table * rows * columns
    return {
      fixed: placesOf(axes, first).slice(0, -2),
      rows,
      columns,
      cells: Array.from({ length: rows * columns }, (_unused, i) => ({
        cell: first + i,
        row: Math.floor(i / columns),
        column: i % columns,
      })),
      wrapped: false,
    }
  })
}
