import type { ModelSize } from '../shared/imaging.ts'
import type { CropRecipe } from '../shared/recipe.ts'
import type { InpaintSettings } from '../shared/request.ts'
import { cellsOf, scaleOf, type Windows } from '../shared/windows.ts'
import type { Alpha } from './blend.ts'
import { holeAt } from './input.ts'
import { cover, edge, holeIn, mostHeld, windowSide } from './windows.ts'

/**
 * A hole larger than what the model knows best, filled small first and refined octave by octave (STUDIO.md 8a). Scales are powers of two and sides
 * whole cells at each of them, so that every pixel of a stage lies under whole pixels of the next.
 */
export type Refine = InpaintSettings['refine']

interface Size {
  readonly width: number
  readonly height: number
}

/** Pixels of the source to one of the model in the first fill; 1: nothing to refine. */
function firstScale({ width, height }: Size, { size }: ModelSize, refine: Refine): number {
  if (refine === 'off' || !('multipleOf' in size)) return 1
  const longest = Math.max(width, height)
  const octaves = (most: number) => Math.max(0, Math.ceil(Math.log2(longest / most)))
  const best = octaves(size.best[0] ?? size.max)
  // Once: from the largest that the model takes, or half the source.
  return 2 ** (refine === 'full' ? best : Math.min(best, Math.max(1, octaves(size.max))))
}

const ceilTo = (value: number, multiple: number) => Math.ceil(value / multiple) * multiple

/** The crop of `wanted` source pixels that begins small; undefined where nothing is to be refined. */
export function smallFirst(wanted: Size, model: ModelSize, refine: Refine): Omit<CropRecipe, 'x' | 'y'> | undefined {
  const scale = firstScale(wanted, model, refine)
  const side = windowSide(model)
  if (scale === 1 || side === undefined || !('multipleOf' in model.size)) return undefined
  const { multipleOf, min } = model.size
  // Whole cells at every scale of a refinement, and what the model can take at the first.
  const unit = leastCommon((side / edge) * (scale / 2), multipleOf * scale)
  const grown = (length: number) => ceilTo(Math.max(length, min * scale, side * (scale / 2)), unit)
  const [width, height] = [grown(wanted.width), grown(wanted.height)]
  return { width, height, modelWidth: width / scale, modelHeight: height / scale }
}

function leastCommon(a: number, b: number): number {
  let [x, y] = [a, b]
  while (y > 0) [x, y] = [y, x % y]
  return (a / x) * b
}

/** The crop with its refinements, as far as what is held of one at once allows. */
export function withRefinements(crop: CropRecipe, alpha: Alpha, photo: Size, model: ModelSize, refine: Refine): CropRecipe {
  const side = windowSide(model)
  const first = scaleOf(crop)
  if (refine === 'off' || side === undefined || crop.windows !== undefined || first === 1 || !Number.isInteger(first)) return crop
  const stages: (CropRecipe & { readonly windows: Windows })[] = []
  for (let scale = first / 2; scale >= (refine === 'full' ? 1 : first / 2); scale /= 2) {
    const stage = stageOf(crop, alpha, photo, side / edge, scale)
    if (stage === undefined) break
    stages.push(stage)
  }
  return stages.length === 0 ? crop : { ...crop, refine: stages }
}

function stageOf(crop: CropRecipe, alpha: Alpha, photo: Size, cell: number, scale: number) {
  const [width, height] = [crop.width / scale, crop.height / scale]
  const hole = { x: 0, y: 0, width, height, data: holeAt(alpha, photo, { ...crop, modelWidth: width, modelHeight: height }) }
  const box = holeIn(hole, hole, cell)
  if (box === undefined) return undefined
  const { x, y, columns, rows, windows } = cover(hole, box, { width, height }, cell)
  if (cellsOf(windows).length * cell * cell > mostHeld) return undefined
  return {
    x: crop.x + x * scale,
    y: crop.y + y * scale,
    width: columns * cell * scale,
    height: rows * cell * scale,
    modelWidth: columns * cell,
    modelHeight: rows * cell,
    windows,
  }
}
