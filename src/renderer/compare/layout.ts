import type { CompareAxis, CompareRequest } from '../../shared/compare.ts'
import { tablesOf } from '../../shared/compare-layout.ts'

/** Where the cells of a comparison lie on the screen, in CSS px. Pure: what is mounted is what of it is in sight. */

export interface Placed {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

export interface PlacedCell extends Placed {
  readonly cell: number
  readonly row: number
  readonly column: number
  /** Of a wrapped axis: the place of its value, said with the cell. */
  readonly labelled: boolean
  /** Of the height that which is left for words below the pictures. */
  readonly caption: number
}

export interface Head extends Placed {
  /** Which value of which axis. */
  readonly axis: number
  readonly place: number
  readonly of: 'row' | 'column'
}

export interface Title extends Placed {
  /** Places on the first axes. */
  readonly fixed: readonly number[]
}

export interface GridLayout {
  readonly width: number
  readonly height: number
  /** Side of a cell. */
  readonly cell: number
  readonly cells: readonly PlacedCell[]
  readonly heads: readonly Head[]
  readonly titles: readonly Title[]
  /** Of the widest table, for the keys. */
  readonly columns: number
}

export const gap = 6
const headHeight = 26
const titleHeight = 34
/** Names of rows stand left of them. */
export const rowHead = 96
const sizes = { least: 76, most: 460 }

/** Lines of words below the pictures, none or up to two. */
const captions = [0, 19, 34] as const
/** A cell in which "105 calls · 19.6 s" does not stand in one line. */
const narrow = 124

/** How many lines are said of a cell: its calls and time, its judge's word or its value; of a strip into noise, whose columns say all, none. */
export function captionLines(of: CompareRequest['of'], axes: readonly CompareAxis[], each: number): 0 | 1 | 2 {
  if (tablesOf(axes).some(({ wrapped }) => wrapped) || each > 1) return 2
  return of === 'forward' ? 0 : 1
}

/** `aspect`: height over width of a picture. `lines`: of words below each. */
export function gridLayout(
  axes: readonly CompareAxis[],
  view: { readonly width: number; readonly height: number },
  aspect: number,
  lines: 0 | 1 | 2 = 0,
): GridLayout {
  const tables = tablesOf(axes)
  const [first] = tables
  const columns = Math.max(1, ...tables.map((table) => table.columns))
  const rows = tables.reduce((sum, table) => sum + table.rows, 0)
  const left = axes.length > 1 ? rowHead : 0
  const above = headHeight + (axes.length > 2 ? titleHeight : 0)
  const across = (view.width - left - gap * (columns - 1)) / columns
  const down = ((view.height - tables.length * above - gap * rows) / Math.max(1, rows) - captions[lines]) / aspect
  const fit = Math.min(across, Math.max(down, sizes.least * 1.7))
  const cell = Math.floor(Math.min(sizes.most, Math.max(sizes.least, fit)))
  // One line would be cut short in a narrow cell.
  const caption = captions[lines === 1 && cell < narrow ? 2 : lines]
  const tall = Math.round(cell * aspect) + caption
  const cells: PlacedCell[] = []
  const heads: Head[] = []
  const titles: Title[] = []
  let y = 0
  for (const table of tables) {
    if (table.fixed.length > 0) {
      titles.push({ fixed: table.fixed, x: 0, y, width: left + columns * (cell + gap), height: titleHeight })
      y += titleHeight
    }
    if (!table.wrapped) {
      for (let column = 0; column < table.columns; column++)
        heads.push({
          axis: axes.length - 1,
          place: column,
          of: 'column',
          x: left + column * (cell + gap),
          y,
          width: cell,
          height: headHeight,
        })
      y += headHeight
    }
    for (let row = 0; axes.length > 1 && row < table.rows; row++)
      heads.push({
        axis: axes.length - 2,
        place: row,
        of: 'row',
        x: 0,
        y: y + row * (tall + gap),
        width: rowHead - 10,
        height: tall - caption,
      })
    for (const one of table.cells)
      cells.push({
        ...one,
        labelled: table.wrapped,
        caption,
        x: left + one.column * (cell + gap),
        y: y + one.row * (tall + gap),
        width: cell,
        height: tall,
      })
    y += table.rows * (tall + gap) + (tables.length > 1 ? gap : 0)
  }
  return {
    width: left + (first?.columns ?? 1) * (cell + gap) - gap,
    height: Math.max(0, y - gap),
    cell,
    cells,
    heads,
    titles,
    columns,
  }
}

/** What lies in the window or a little beside it. */
export function inSight<P extends Placed>(
  placed: readonly P[],
  { left, top, width, height }: { readonly left: number; readonly top: number; readonly width: number; readonly height: number },
  spare = 240,
): readonly P[] {
  return placed.filter(
    (one) =>
      one.x + one.width >= left - spare &&
      one.x <= left + width + spare &&
      one.y + one.height >= top - spare &&
      one.y <= top + height + spare,
  )
}

/** Where an arrow leads from a cell; undefined for any other key. By what lies there, so that tables below one another are one grid. */
export function movedCell(
  key: string,
  from: number,
  { cells, columns }: Pick<GridLayout, 'cells' | 'columns'>,
): number | undefined {
  const own = cells[from]
  if (own === undefined) return undefined
  if (key === 'Home') return 0
  if (key === 'End') return cells.length - 1
  const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns }[key]
  if (step === undefined) return undefined
  const next = from + step
  return next < 0 || next >= cells.length ? from : next
}
