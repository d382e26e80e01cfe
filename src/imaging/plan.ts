import type { ModelSize } from '../shared/imaging.ts'
import type { CropRecipe } from '../shared/recipe.ts'
import type { Alpha, Box } from './blend.ts'
import { type Refine, smallFirst, thicknessOf, withRefinements } from './refine.ts'
import { inWindows } from './windows.ts'

/**
 * The windows of a fill (STUDIO.md 8). Each blob of A > 0 gets the box round it plus padding, made the model's shape, shifted inside the
 * photograph rather than shrunk; it lies outside (and is reflected there) only where the photograph is smaller. Blobs whose windows overlap
 * share one. A window of a fixed-size model is never smaller than the model, so nothing is ever shrunk back from a fill; a fully
 * convolutional model sees its window pixel for pixel up to its largest size, and a thin hole through several small ones (windows.ts).
 */
export function planCrops(
  alpha: Alpha,
  photo: Size,
  model: ModelSize,
  padding: number,
  refine: Refine = 'off',
): readonly CropRecipe[] {
  const least = 'multipleOf' in model.size ? model.size.min : Math.min(model.size.width, model.size.height)
  let boxes = blobs(alpha, Math.max(1, Math.floor(least / 4)))
  for (;;) {
    const crops = boxes.map((box) => cropFor(box, alpha, photo, model, padding, refine))
    const merged = merge(boxes, crops)
    if (merged.length === boxes.length) return settled(crops, alpha, photo, model, refine)
    boxes = merged
  }
}

/** Thin holes in windows, one crop after another, so that none reaches into another; thick ones refined inside their own crop. */
function settled(crops: readonly CropRecipe[], alpha: Alpha, photo: Size, model: ModelSize, refine: Refine): readonly CropRecipe[] {
  const made = [...crops]
  for (const [i, crop] of crops.entries()) made[i] = inWindows(crop, alpha, photo, model, made)
  return made.map((crop) => withRefinements(crop, alpha, photo, model, refine))
}

interface Size {
  readonly width: number
  readonly height: number
}

const ceilTo = (value: number, multiple: number) => Math.ceil(value / multiple) * multiple
const floorTo = (value: number, multiple: number) => Math.floor(value / multiple) * multiple

/** Window and model size for a padded box of `wanted` source pixels. */
function sizeFor({ width, height }: Size, { size }: ModelSize): Omit<CropRecipe, 'x' | 'y'> {
  if (!('multipleOf' in size)) {
    const scale = Math.max(1, width / size.width, height / size.height)
    return {
      width: Math.ceil(size.width * scale),
      height: Math.ceil(size.height * scale),
      modelWidth: size.width,
      modelHeight: size.height,
    }
  }
  const step = size.multipleOf
  const own = { width: ceilTo(Math.max(width, size.min), step), height: ceilTo(Math.max(height, size.min), step) }
  const most = Math.max(floorTo(size.max, step), step)
  const scale = Math.max(own.width, own.height) / most
  if (scale <= 1) return { ...own, modelWidth: own.width, modelHeight: own.height }
  const least = ceilTo(size.min, step)
  const shrunk = (side: number) => Math.min(most, Math.max(least, ceilTo(side / scale, step)))
  return sizeFor({ width, height }, { channels: 1, range: [0, 1], size: { width: shrunk(own.width), height: shrunk(own.height) } })
}

/** Where a window of `length` stands so that it holds [start, start + extent) in its middle, inside 0..limit where it fits. */
function place(start: number, extent: number, length: number, limit: number): number {
  if (length >= limit) return Math.floor((limit - length) / 2)
  return Math.min(limit - length, Math.max(0, Math.floor(start + (extent - length) / 2)))
}

function cropFor(box: Box, alpha: Alpha, photo: Size, model: ModelSize, padding: number, refine: Refine): CropRecipe {
  const wanted = { width: Math.min(photo.width, box.width + 2 * padding), height: Math.min(photo.height, box.height + 2 * padding) }
  const size = smallFirst(wanted, () => thicknessOf(alpha, box), model, refine) ?? sizeFor(wanted, model)
  return { x: place(box.x, box.width, size.width, photo.width), y: place(box.y, box.height, size.height, photo.height), ...size }
}

const overlap = (a: Box, b: Box) => a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height

function union(a: Box, b: Box): Box {
  const [x, y] = [Math.min(a.x, b.x), Math.min(a.y, b.y)]
  return { x, y, width: Math.max(a.x + a.width, b.x + b.width) - x, height: Math.max(a.y + a.height, b.y + b.height) - y }
}

/** Boxes whose windows overlap become one. From the top down, so that a window is held only against those that begin above its end. */
function merge(boxes: readonly Box[], crops: readonly CropRecipe[]): Box[] {
  const groups = disjointSets(boxes.length)
  const order = crops.map((crop, i) => ({ crop, i })).sort((a, b) => a.crop.y - b.crop.y || a.crop.x - b.crop.x)
  for (const [at, { crop, i }] of order.entries()) {
    const end = crop.y + crop.height
    for (let next = at + 1, below = order[next]; below !== undefined && below.crop.y < end; below = order[++next]) {
      if (overlap(crop, below.crop)) groups.join(i, below.i)
    }
  }
  return grouped(boxes, groups)
}

function grouped(boxes: readonly Box[], groups: DisjointSets): Box[] {
  const byRoot = new Map<number, Box>()
  for (const [i, box] of boxes.entries()) {
    const root = groups.root(i)
    const earlier = byRoot.get(root)
    byRoot.set(root, earlier === undefined ? box : union(earlier, box))
  }
  return [...byRoot.values()]
}

interface DisjointSets {
  root(of: number): number
  join(a: number, b: number): void
}

function disjointSets(count: number): DisjointSets {
  const parent = Int32Array.from({ length: count }, (_, i) => i)
  const root = (of: number) => {
    let at = of
    while (parent[at] !== at) at = parent[at] = parent[parent[at]!]!
    return at
  }
  // The lower index becomes the root: the order of the crops does not hang on the order of joining.
  const join = (a: number, b: number) => {
    const [low, high] = [Math.min(root(a), root(b)), Math.max(root(a), root(b))]
    parent[high] = low
  }
  return { root, join }
}

/**
 * Tight boxes of what is blended, in photo pixels, apart by at least a cell of `cell` pixels. Cells, not pixels, are joined: a mask of
 * scattered noise has millions of blobs, and what is closer than that shares a window anyway.
 */
function blobs(alpha: Alpha, cell: number): Box[] {
  const [columns, rows] = [Math.ceil(alpha.width / cell), Math.ceil(alpha.height / cell)]
  const cells = cellBoxes(alpha, cell, columns, rows)
  const index = new Int32Array(columns * rows).fill(-1)
  const boxes: Box[] = []
  for (const [at, box] of cells.entries()) {
    if (box === undefined) continue
    index[at] = boxes.length
    boxes.push(box)
  }
  const groups = disjointSets(boxes.length)
  for (let row = 0, at = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++, at++) {
      if (index[at]! < 0) continue
      const link = (other: number, exists: boolean) => void (exists && index[other]! >= 0 && groups.join(index[at]!, index[other]!))
      link(at - 1, column > 0)
      link(at - columns, row > 0)
      link(at - columns - 1, column > 0 && row > 0)
      link(at - columns + 1, column + 1 < columns && row > 0)
    }
  }
  return grouped(boxes, groups)
}

/** The box of what is blended inside each cell, row-major; a hole where there is nothing. */
function cellBoxes(alpha: Alpha, cell: number, columns: number, rows: number): (Box | undefined)[] {
  const boxes = Array.from<Box | undefined>({ length: columns * rows })
  for (let row = 0, at = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++, at++) boxes[at] = cellBox(alpha, column * cell, row * cell, cell)
  }
  return boxes
}

function cellBox(alpha: Alpha, x0: number, y0: number, cell: number): Box | undefined {
  let [left, right, top, bottom] = [Infinity, -1, -1, -1]
  const [x1, y1] = [Math.min(alpha.width, x0 + cell), Math.min(alpha.height, y0 + cell)]
  for (let y = y0; y < y1; y++) {
    for (let x = x0; x < x1; x++) {
      if (alpha.data[y * alpha.width + x] === 0) continue
      if (top < 0) top = y
      bottom = y
      if (x < left) left = x
      if (x > right) right = x
    }
  }
  return top < 0 ? undefined : { x: alpha.x + left, y: alpha.y + top, width: right - left + 1, height: bottom - top + 1 }
}
