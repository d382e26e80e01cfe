import type { CropRecipe } from './recipe.ts'

/**
 * Windows that are denoised together (STUDIO.md 8a). A crop that has them is never scaled: its picture is cut into square cells, and only
 * those that lie under a window are held, in the order of `cellsOf`, one below the other: [c, cells * cell, cell].
 */

/** Column and row, in cells, counted from the crop's own corner. */
export type CellPlace = readonly [column: number, row: number]

export interface Windows {
  /** Side of a cell, pixels of the source, which are pixels of the model. */
  readonly cell: number
  /** Side of a window, in cells. */
  readonly edge: number
  /** The first cell of each window. */
  readonly at: readonly CellPlace[]
}

/** Every cell under a window once, row by row. */
export function cellsOf({ edge, at }: Windows): readonly CellPlace[] {
  const seen = new Set<number>()
  const cells: CellPlace[] = []
  for (const [column, row] of at) {
    for (let y = row; y < row + edge; y++) {
      for (let x = column; x < column + edge; x++) {
        // Rows of fewer than 2^20 cells: a photograph has 200 megapixels at most.
        if (seen.has(y * 2 ** 20 + x)) continue
        seen.add(y * 2 ** 20 + x)
        cells.push([x, y])
      }
    }
  }
  return cells.toSorted(([a, b], [c, d]) => b - d || a - c)
}

/** Of each window its cells, row by row, as places in the order of `cellsOf`. */
export function placesOf(windows: Windows): readonly (readonly number[])[] {
  const key = ([column, row]: CellPlace) => `${column},${row}`
  const places = new Map(cellsOf(windows).map((cell, place) => [key(cell), place]))
  const { edge, at } = windows
  return at.map(([column, row]) =>
    Array.from({ length: edge * edge }, (_, i) => places.get(key([column + (i % edge), row + Math.floor(i / edge)])) ?? -1),
  )
}

/** The cells as crops of their own, which no two share a pixel of. */
export function cellCrops(crop: CropRecipe, windows: Windows): readonly CropRecipe[] {
  const side = windows.cell
  return cellsOf(windows).map(([column, row]) => ({
    x: crop.x + column * side,
    y: crop.y + row * side,
    width: side,
    height: side,
    modelWidth: side,
    modelHeight: side,
  }))
}

/** The windows as crops of their own, to be drawn. */
export function windowCrops(crop: CropRecipe): readonly CropRecipe[] {
  const { windows } = crop
  if (windows === undefined) return [crop]
  const side = windows.cell * windows.edge
  return windows.at.map(([column, row]) => ({
    x: crop.x + column * windows.cell,
    y: crop.y + row * windows.cell,
    width: side,
    height: side,
    modelWidth: side,
    modelHeight: side,
  }))
}

/** How many windows a model call has to look through for these crops. */
export const windowCount = (crops: readonly CropRecipe[]): number =>
  crops.reduce((sum, { windows }) => sum + (windows?.at.length ?? 1), 0)
