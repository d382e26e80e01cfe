/** Where the cells of the gallery lie. Pure; lengths in CSS px. */

export const gap = 6
/** Rows mounted beyond the visible ones, above and below. */
export const spareRows = 1
/** No more cells are ever mounted. */
export const mostCells = 250

export const cellRange = { min: 72, max: 480, usual: 168 }

export interface Layout {
  readonly columns: number
  /** Side of a cell: they are square. */
  readonly cell: number
  /** From one row to the next. */
  readonly pitch: number
}

/** Rows that a screen of this height can show a part of, with the spare ones. */
const mountedRows = (height: number, cell: number): number => Math.ceil(height / (cell + gap)) + 1 + 2 * spareRows

/** As many columns of at least `wanted` as there is room for, stretched to the whole width; fewer where too many cells would be mounted. */
export function layoutOf(width: number, height: number, wanted: number): Layout {
  let columns = Math.max(1, Math.floor((width + gap) / (wanted + gap)))
  const side = (count: number) => Math.max(1, Math.floor((width - gap * (count - 1)) / count))
  while (columns > 1 && columns * mountedRows(height, side(columns)) > mostCells) columns--
  const cell = side(columns)
  return { columns, cell, pitch: cell + gap }
}

/** The place a key leads to; undefined for keys that lead nowhere. `rows`: of a page. */
export function movedBy(
  key: string,
  from: number,
  { columns, rows, total }: { readonly columns: number; readonly rows: number; readonly total: number },
): number | undefined {
  if (total === 0) return undefined
  const steps: Record<string, number> = {
    ArrowLeft: -1,
    ArrowRight: 1,
    ArrowUp: -columns,
    ArrowDown: columns,
    PageUp: -columns * rows,
    PageDown: columns * rows,
  }
  if (key === 'Home') return 0
  if (key === 'End') return total - 1
  const step = steps[key]
  if (step === undefined) return undefined
  const to = from + step
  if (to >= 0 && to < total) return to
  // A last row that is not full is still reached; a page ends at the first or last picture; otherwise one stays.
  if (key === 'ArrowDown') return Math.floor(from / columns) < Math.floor((total - 1) / columns) ? total - 1 : from
  if (key === 'PageDown') return total - 1
  if (key === 'PageUp') return 0
  return from
}

/** A row on the screen, and the key of the element that shows it. */
export interface Slot {
  readonly row: number
  readonly key: number
}

/**
 * Elements for these rows: a row that has one keeps it, and others take over, in turn, those of rows that are gone. So a screen that is
 * scrolled by far changes what its elements say and mounts none, and they stay in their order.
 */
export function slotsFor(rows: readonly number[], before: readonly Slot[]): readonly Slot[] {
  const wanted = new Set(rows)
  const kept = new Map(before.filter(({ row }) => wanted.has(row)).map(({ row, key }) => [row, key]))
  const free = before.filter(({ row }) => !kept.has(row)).map(({ key }) => key)
  let fresh = Math.max(-1, ...before.map(({ key }) => key))
  return rows.map((row) => ({ row, key: kept.get(row) ?? free.shift() ?? (fresh += 1) }))
}

export interface Band {
  readonly left: number
  readonly top: number
  readonly right: number
  readonly bottom: number
}

/** The runs of cells, row by row, that a band touches: [first, last], both included. Lengths from the grid's own corner. */
export function cellsIn(band: Band, { columns, cell, pitch }: Layout, total: number): readonly (readonly [number, number])[] {
  const reach = (from: number, to: number, count: number) => {
    const first = Math.max(0, Math.floor(from / pitch) + (from % pitch >= cell && from >= 0 ? 1 : 0))
    const last = Math.min(count - 1, Math.floor(to / pitch))
    return [first, last] as const
  }
  const [left, right] = reach(band.left, band.right, columns)
  const [top, bottom] = reach(band.top, band.bottom, Math.ceil(total / columns))
  if (right < left) return []
  return Array.from({ length: Math.max(0, bottom - top + 1) }, (_, i) => {
    const row = (top + i) * columns
    return [row + left, Math.min(total - 1, row + right)] as const
  }).filter(([first, last]) => last >= first)
}
