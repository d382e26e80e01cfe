import { allocateLike, fitting } from './latent.ts'
import type { Denoiser, Latent, Reals, Sigma } from './types.ts'

/**
 * Several windows of one picture as one denoiser, after MultiDiffusion, Bar-Tal et al. 2023 (arXiv:2302.08113), eq. 5: the clean estimate of a
 * pixel is the mean of what the windows over it say, under weights that fall smoothly to the window's border, so that no border can be seen. The
 * picture is sparse: square cells one below the other, [n, c, cells * cell, cell], those that lie under some window and no other. Samplers and
 * inpainters go pixel by pixel, so to them it is a picture like any other.
 */
export interface WindowPlan {
  /** Side of a cell, pixels. */
  readonly cell: number
  /** Side of a window, cells. */
  readonly edge: number
  /** Of each window the cells under it, row by row, as places in the strip: edge * edge numbers. */
  readonly windows: readonly (readonly number[])[]
}

/** Windows at a time when `most` may be: as few calls as that needs, each as full as the others to within one. */
export function windowsAtOnce(windows: number, most: number): number {
  return Math.ceil(windows / Math.ceil(windows / Math.max(1, most)))
}

/**
 * `denoise` is asked for [batch, c, side, side], side = edge * cell, always for `batch` windows: where fewer are left the last is repeated. The
 * learned variance is averaged like x0 where it is wanted. Refuses a strip that is not of this plan.
 */
export function windowed(denoise: Denoiser, plan: WindowPlan, batch: number, wantsFraction: boolean): Denoiser {
  const { cell, edge, windows } = plan
  const side = cell * edge
  const weights = weightsOf(side)
  const strip = 1 + windows.reduce((most, cells) => Math.max(most, ...cells), -1)
  const shares = sharesOf(plan, weights, strip)
  let seen: Latent | undefined
  let mean: Latent | undefined
  let fraction: Latent | undefined
  return async (x, sigma) => {
    const { n, c, h, w } = x.shape
    if (w !== cell || h !== strip * cell)
      throw new RangeError(`Expected ${strip} cells of ${cell} pixels but received ${h} x ${w}.`)
    const sums = (mean = emptied(mean, x))
    const learnedSums = wantsFraction ? (fraction = emptied(fraction, x)) : undefined
    const looks = Array.from({ length: n }, (_, image) => windows.map((cells) => ({ image, cells }))).flat()
    seen = fitting(seen, { shape: { n: batch, c, h: side, w: side }, data: x.data })
    const { data: look } = seen
    for (let from = 0; from < looks.length; from += batch) {
      const some = Array.from({ length: batch }, (_, i) => looks[Math.min(from + i, looks.length - 1)]!)
      for (const [at, { image, cells }] of some.entries())
        eachRow(plan, x, image, cells, at, (strips, own) => copyRow(look, own, x.data, strips, cell))
      const said = await denoise(seen, typeof sigma === 'number' ? sigma : some.map(({ image }): Sigma => sigma[image]!))
      const learned = learnedSums === undefined ? undefined : said.fraction?.()
      const fresh = some.slice(0, looks.length - from)
      for (const [at, { image, cells }] of fresh.entries()) {
        eachRow(plan, x, image, cells, at, (strips, own) => {
          const weight = own % (side * side)
          addRow(sums.data, strips, said.x0.data, own, weights, weight, cell)
          if (learned !== undefined && learnedSums !== undefined)
            addRow(learnedSums.data, strips, learned.data, own, weights, weight, cell)
        })
      }
    }
    shareOut(sums, shares)
    if (learnedSums === undefined) return { x0: sums }
    shareOut(learnedSums, shares)
    return { x0: sums, fraction: () => learnedSums }
  }
}

/** sin^2 across and down, sampled at pixel centres: 1 in the middle, never 0, and with a window half a side further on the two are 1 together. */
function weightsOf(side: number): Float64Array {
  const line = Array.from({ length: side }, (_, i) => Math.sin((Math.PI * (i + 0.5)) / side) ** 2)
  return Float64Array.from({ length: side * side }, (_, i) => line[Math.floor(i / side)]! * line[i % side]!)
}

/** 1/(sum of the weights over each pixel of the strip). */
function sharesOf({ cell, edge, windows }: WindowPlan, weights: Float64Array, strip: number): Float64Array {
  const sums = new Float64Array(strip * cell * cell)
  for (const cells of windows) {
    for (const [at, place] of cells.entries()) {
      for (let row = 0; row < cell; row++) {
        const from = (Math.floor(at / edge) * cell + row) * edge * cell + (at % edge) * cell
        for (let i = 0; i < cell; i++) sums[(place * cell + row) * cell + i]! += weights[from + i]!
      }
    }
  }
  return sums.map((sum) => 1 / sum)
}

const emptied = (buffer: Latent | undefined, like: Latent): Latent => {
  const fit = buffer === undefined ? allocateLike(like) : fitting(buffer, like)
  fit.data.fill(0)
  return fit
}

/** Visits a window's pixels cell row by cell row and channel by channel: where the row begins in the strip, and where in the batch of windows. */
function eachRow(
  { cell, edge }: WindowPlan,
  { shape: { c, h, w } }: Latent,
  image: number,
  cells: readonly number[],
  at: number,
  visit: (strip: number, own: number) => void,
): void {
  const side = cell * edge
  for (let channel = 0; channel < c; channel++) {
    const plane = (image * c + channel) * h * w
    const ownPlane = (at * c + channel) * side * side
    for (const [k, place] of cells.entries()) {
      const corner = ownPlane + Math.floor(k / edge) * cell * side + (k % edge) * cell
      for (let row = 0; row < cell; row++) visit(plane + (place * cell + row) * cell, corner + row * side)
    }
  }
}

function copyRow(out: Reals, to: number, x: Reals, from: number, length: number): void {
  for (let i = 0; i < length; i++) out[to + i] = x[from + i]!
}

function addRow(sums: Reals, to: number, x: Reals, from: number, weights: Float64Array, weight: number, length: number): void {
  for (let i = 0; i < length; i++) sums[to + i]! += weights[weight + i]! * x[from + i]!
}

function shareOut({ data }: Latent, shares: Float64Array): void {
  for (let i = 0; i < data.length; i++) data[i]! *= shares[i % shares.length]!
}
