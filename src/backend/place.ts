import { seedLimit } from '../shared/request.ts'

/** Which pictures share model calls with one another, and which of them are made. */

export interface Part {
  /** The first of it, as the job counts its pictures. */
  readonly from: number
  /** One for each picture of a model call. */
  readonly seeds: readonly number[]
  readonly made: readonly Made[]
}

export interface Made {
  /** Its place among `seeds`. */
  readonly i: number
  /** As the job counts its pictures. */
  readonly at: number
  /** As its recipe says. */
  readonly index: number
  readonly seed: number
}

export interface Places {
  readonly seed: number
  readonly count: number
  readonly batch: number
  readonly place?: number | undefined
  /** All pictures take the first seed. */
  readonly oneSeed?: boolean
}

/**
 * `batch` pictures a model call, seed + k each. With `place` there is one picture, made again as the one at that place of a run: as many others
 * share its model calls as then, at the places around it, since a device may give other bits to another batch. They are not written, and
 * which ones they are is of no matter.
 */
export function partsOf({ seed, count, batch, place, oneSeed = false }: Places): readonly Part[] {
  if (place === undefined)
    return Array.from({ length: Math.ceil(count / batch) }, (_, part): Part => {
      const from = part * batch
      const seeds = Array.from({ length: Math.min(batch, count - from) }, (_own, i) => (oneSeed ? seed : seed + from + i))
      return { from, seeds, made: seeds.map((own, i) => ({ i, at: from + i, index: from + i, seed: own })) }
    })
  const own = place % batch
  const seeds = Array.from({ length: batch }, (_, i) => beside(seed, i - own, batch))
  return [{ from: 0, seeds, made: [{ i: own, at: 0, index: place, seed }] }]
}

/** The seed so many places on. One that would lie beyond either end of what a seed may be stands a batch further in, where no other is. */
function beside(seed: number, by: number, batch: number): number {
  if (seed + by < 0) return seed + by + batch
  return by > seedLimit - seed ? seed + (by - batch) : seed + by
}

/** Images [n, c, h, w] of those that are made. */
export function madeOf<S extends { readonly c: number; readonly h: number; readonly w: number }>(
  { seeds, made }: Part,
  { images, shape }: { readonly images: Float32Array; readonly shape: S },
): { images: Float32Array; shape: S & { n: number } } {
  const n = made.length
  if (n === seeds.length) return { images, shape: { ...shape, n } }
  const each = shape.c * shape.h * shape.w
  const out = new Float32Array(n * each)
  for (const [to, { i }] of made.entries()) out.set(images.subarray(i * each, (i + 1) * each), to * each)
  return { images: out, shape: { ...shape, n } }
}
