import type { ModelSize } from '../shared/imaging.ts'
import type { CropRecipe } from '../shared/recipe.ts'
import type { InpaintSettings } from '../shared/request.ts'
import { cellsOf, scaleOf } from '../shared/windows.ts'
import type { Alpha, Box } from './blend.ts'
import { holeAt } from './input.ts'
import { cover, edge, holeIn, mostHeld, windowSide } from './windows.ts'

/**
 * A hole larger than a window is filled small first and refined octave by octave (STUDIO.md 8a): so small that it is as thin as those that are filled at
 * once, for what is far from anything known a model of textures can only guess. Scales are powers of two and sides whole at each of them, so that
 * every pixel of a stage lies under whole pixels of the next.
 */
export type Refine = InpaintSettings['refine']

interface Size {
  readonly width: number
  readonly height: number
}

/** Side of the largest square of A > 0 inside the box, pixels: how thick the hole is. */
export function thicknessOf(alpha: Alpha, box: Box): number {
  // Of the squares that end at a pixel the largest is one more than the least of those that end left, above and between.
  let above = new Uint32Array(box.width + 1)
  let here = new Uint32Array(box.width + 1)
  let most = 0
  for (let y = box.y; y < box.y + box.height; y++) {
    const row = (y - alpha.y) * alpha.width + box.x - alpha.x
    for (let x = 0; x < box.width; x++) {
      const side = alpha.data[row + x]! > 0 ? 1 + Math.min(here[x]!, above[x]!, above[x + 1]!) : 0
      here[x + 1] = side
      if (side > most) most = side
    }
    ;[above, here] = [here, above]
  }
  return most
}

/** As thick as this share of a window a hole is filled at once. */
const atOnce = 3 / 8

const ceilTo = (value: number, multiple: number) => Math.ceil(value / multiple) * multiple

/** The crop of `wanted` source pixels that begins small; undefined where nothing is to be refined. `thickness`: of the hole in it. */
export function smallFirst(
  wanted: Size,
  thickness: () => number,
  model: ModelSize,
  refine: Refine,
): Omit<CropRecipe, 'x' | 'y'> | undefined {
  const side = windowSide(model)
  if (refine === 'off' || side === undefined || !('multipleOf' in model.size)) return undefined
  if (Math.min(wanted.width, wanted.height) <= atOnce * side) return undefined
  const scale = 2 ** Math.ceil(Math.log2(thickness() / (atOnce * side)))
  if (scale <= 1) return undefined
  const { multipleOf, min } = model.size
  // Whole cells at every scale of a refinement, and what the model can take at the first.
  const unit = leastCommon((side / edge) * (scale / 2), multipleOf * scale)
  const grown = (length: number) => ceilTo(Math.max(length, min * scale), unit)
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
  const begun = stageOf(crop, alpha, photo, model, side / edge, first)
  if (begun === undefined) return shrunk(crop, model)
  const stages: CropRecipe[] = []
  for (let scale = first / 2; scale >= (refine === 'full' ? 1 : first / 2); scale /= 2) {
    const stage = stageOf(crop, alpha, photo, model, side / edge, scale)
    if (stage === undefined) break
    stages.push(stage)
  }
  return stages.length === 0 ? begun : { ...begun, refine: stages }
}

/** Filled once, as large as the model takes it: there is more to hold than can be refined. */
function shrunk(crop: CropRecipe, { size }: ModelSize): CropRecipe {
  if (!('multipleOf' in size)) return crop
  const most = Math.floor(size.max / size.multipleOf) * size.multipleOf
  const scale = Math.max(crop.width, crop.height) / most
  const side = (length: number) => Math.min(most, ceilTo(Math.max(size.min, length / scale), size.multipleOf))
  return { ...crop, modelWidth: side(crop.width), modelHeight: side(crop.height) }
}

/** The crop at a scale: whole where the model takes it and windows would have more to look at, else through them; undefined where they are too many. */
function stageOf(
  crop: CropRecipe,
  alpha: Alpha,
  photo: Size,
  model: ModelSize,
  cell: number,
  scale: number,
): CropRecipe | undefined {
  const [width, height] = [crop.width / scale, crop.height / scale]
  const whole = { x: crop.x, y: crop.y, width: crop.width, height: crop.height, modelWidth: width, modelHeight: height }
  const hole = { x: 0, y: 0, width, height, data: holeAt(alpha, photo, whole) }
  const box = holeIn(hole, hole, cell)
  if (box === undefined) return undefined
  const takes = 'multipleOf' in model.size && Math.max(width, height) <= model.size.max
  if (Math.min(width, height) < cell * edge) return takes ? whole : undefined
  const { x, y, columns, rows, windows } = cover(hole, box, { width, height }, cell, cell)
  const seen = windows.at.length * (cell * edge) ** 2
  if (takes && width * height <= seen) return whole
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
