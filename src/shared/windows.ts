import type { CropRecipe } from './recipe.ts'

/**
 * Windows that are denoised together (STUDIO.md 8a). The picture of a crop that has them is cut into square cells, and only those that lie under a
 * window are held, in the order of `cellsOf`, one below the other: [c, cells * cell, cell]. It is not scaled, but on the way of a fill that is refined,
 * where a pixel of it stands for 2, 4, ... of the source.
 */

/** Column and row, in cells, counted from the crop's own corner. */
export type CellPlace = readonly [column: number, row: number]

export interface Windows {
  /** Side of a cell, pixels of the model. */
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

/** Pixels of the source to one of the model, across: 1 but for a fill that is still to be refined. */
export const scaleOf = ({ width, modelWidth }: CropRecipe): number => width / modelWidth

const squares = (crop: CropRecipe, places: readonly CellPlace[], cell: number, side: number): readonly CropRecipe[] => {
  const scale = scaleOf(crop)
  return places.map(([column, row]) => ({
    x: crop.x + column * cell * scale,
    y: crop.y + row * cell * scale,
    width: side * scale,
    height: side * scale,
    modelWidth: side,
    modelHeight: side,
  }))
}

/** The cells as crops of their own, which no two share a pixel of. */
export function cellCrops(crop: CropRecipe, windows: Windows): readonly CropRecipe[] {
  return squares(crop, cellsOf(windows), windows.cell, windows.cell)
}

/** The windows as crops of their own, to be drawn. */
export function windowCrops(crop: CropRecipe): readonly CropRecipe[] {
  const { windows } = crop
  return windows === undefined ? [crop] : squares(crop, windows.at, windows.cell, windows.cell * windows.edge)
}

/** The crop that is filled last, which is what is blended. */
export const lastOf = (crop: CropRecipe): CropRecipe => crop.refine?.at(-1) ?? crop

/** How many windows a model call has to look through for these crops. */
export const windowCount = (crops: readonly CropRecipe[]): number =>
  crops.reduce((sum, { windows }) => sum + (windows?.at.length ?? 1), 0)
