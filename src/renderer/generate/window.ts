/** Which cells of a long grid are near enough to be mounted. Pure; lengths in CSS px. */
export interface GridBox {
  readonly width: number
  readonly height: number
  readonly scroll: number
  readonly count: number
  /** Wanted least side of a cell; columns are stretched to fill the width. */
  readonly cell: number
  readonly gap: number
  /** Height over width of a picture. */
  readonly aspect: number
  /** Fixed, and the cells keep their size; null: as many as there is room for, widened until a row is full. */
  readonly columns: number | null
}

export interface GridWindow {
  readonly columns: number
  readonly cellWidth: number
  readonly cellHeight: number
  /** Of the whole content. */
  readonly total: number
  /** Cells from `first` to before `end` are mounted, beginning at `top`. */
  readonly first: number
  readonly end: number
  readonly top: number
}

/** Rows mounted beyond the visible ones, above and below. */
const spare = 2

export function gridWindow({ width, height, scroll, count, cell, gap, aspect, columns: fixed }: GridBox): GridWindow {
  const columns = fixed ?? Math.max(1, Math.floor((width + gap) / (cell + gap)))
  // A few pictures are not blown up to fill a wide window.
  const full = (width - gap * (columns - 1)) / columns
  const cellWidth = Math.max(1, Math.min(full, fixed === null ? cell * 1.4 : cell))
  const cellHeight = cellWidth * aspect
  const rows = Math.ceil(count / columns)
  const pitch = cellHeight + gap
  const firstRow = Math.min(Math.max(0, rows - 1), Math.max(0, Math.floor(scroll / pitch) - spare))
  const endRow = Math.min(rows, Math.ceil((scroll + height) / pitch) + spare)
  return {
    columns,
    cellWidth,
    cellHeight,
    total: Math.max(0, rows * pitch - gap),
    first: firstRow * columns,
    end: Math.max(firstRow * columns, Math.min(count, endRow * columns)),
    top: firstRow * pitch,
  }
}

const fitRange = { least: 96, most: 320, comfortable: 148 }

/** The largest cell at which all pictures are on the screen; where that would be tiny, a comfortable one in full rows, and they scroll. */
export function fitCells({ width, height, count, gap, aspect }: Omit<GridBox, 'scroll' | 'cell' | 'columns'>): {
  cell: number
  columns: number | null
} {
  let best: { cell: number; columns: number | null } = { cell: 0, columns: null }
  for (let columns = 1; columns <= count; columns++) {
    const rows = Math.ceil(count / columns)
    const across = (width - gap * (columns - 1)) / columns
    if (across < fitRange.least) break
    const cell = Math.floor(Math.min(across, (height - gap * (rows - 1)) / rows / aspect, fitRange.most))
    if (cell > best.cell) best = { cell, columns }
  }
  return best.cell < fitRange.least ? { cell: Math.max(1, Math.min(width, fitRange.comfortable)), columns: null } : best
}

/** Where arrow keys lead in a grid of `count` cells, `columns` wide; undefined for any other key. */
export function movedFocus(key: string, index: number, columns: number, count: number): number | undefined {
  const steps: Record<string, number> = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns }
  if (key === 'Home') return 0
  if (key === 'End') return count - 1
  const step = steps[key]
  if (step === undefined) return undefined
  const next = index + step
  return next < 0 || next >= count ? index : next
}
