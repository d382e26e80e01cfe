import type { FillInput, ModelSize } from '../shared/imaging.ts'
import type { CropRecipe } from '../shared/recipe.ts'
import { cellCrops } from '../shared/windows.ts'
import type { Alpha } from './blend.ts'
import type { Fill } from './composite.ts'
import { fillInput, type InputSettings } from './input.ts'
import type { Photo } from './store.ts'

/** Between a crop's picture and the strip of its cells (shared/windows.ts); a crop without windows is one cell. */

/** What the model is given of a crop: its cells one below the other, channel by channel. */
export function stacked(photo: Photo, alpha: Alpha, model: ModelSize, crop: CropRecipe, settings: InputSettings): FillInput {
  if (crop.windows === undefined) return fillInput(photo, alpha, model, crop, settings)
  const cells = cellCrops(crop, crop.windows).map((cell) => fillInput(photo, alpha, model, cell, settings))
  const area = crop.windows.cell ** 2
  const out = { photo: new Float32Array(model.channels * cells.length * area), mask: new Uint8Array(cells.length * area) }
  for (const [place, cell] of cells.entries()) {
    out.mask.set(cell.mask, place * area)
    for (let c = 0; c < model.channels; c++)
      out.photo.set(cell.photo.subarray(c * area, (c + 1) * area), (c * cells.length + place) * area)
  }
  return out
}

/** The fill of a crop as fills that share no pixel. */
export function apart(crop: CropRecipe, data: Float32Array, channels: number): readonly Fill[] {
  if (crop.windows === undefined) return [{ crop, data }]
  const cells = cellCrops(crop, crop.windows)
  const area = crop.windows.cell ** 2
  return cells.map((cell, place) => {
    const own = new Float32Array(channels * area)
    for (let c = 0; c < channels; c++) {
      const from = (c * cells.length + place) * area
      own.set(data.subarray(from, from + area), c * area)
    }
    return { crop: cell, data: own }
  })
}
