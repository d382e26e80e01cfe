import { allocateLike, copyOf } from '../latent.ts'
import type { Denoiser, Reals, SamplerState, Sigma, Step } from '../types.ts'
import { pairs } from '../units.ts'

/** The probability flow walked upwards: which noise would have become this picture. */

export type InversionOrder = 'first' | 'second'

/**
 * Inversion of DDIM with eta 0, Song, Meng & Ermon 2021 (arXiv:2010.02502), section 4.3: dx/dsigma = (x - x0)/sigma from level 0 to the top.
 * `levels` rise from 0. First order: x <- x + (to - from)(x - x0)/from, the model asked at the level left; at level 0, where the slope is 0/0,
 * it is asked at the level reached, which is the exact inverse of DDIM's last step but for O(to^4). One call a level; back and forth the
 * picture returns to O(1/S). Second order: Heun's rule with the slope's limit at level 0, which is 0; 2S - 1 calls, O(1/S^2).
 * Refuses levels that do not rise from 0.
 */
export async function* invert(
  denoise: Denoiser,
  levels: readonly Sigma[],
  state: SamplerState,
  order: InversionOrder = 'first',
): AsyncGenerator<Step> {
  checkRising(levels)
  const x = copyOf(state.x)
  const left = allocateLike(x)
  /** Zero as it is made: the limit of the slope at level 0. */
  const slope = allocateLike(x)
  for (const [index, [from, to]] of pairs(levels).entries()) {
    if (index < state.next) continue
    left.data.set(x.data)
    const first = order === 'first' || from > 0
    const said = first ? await denoise(x, from === 0 ? to : from) : undefined
    if (said !== undefined) slopeInto(slope.data, x.data, said.x0.data, from === 0 ? to : from)
    let x0 = said?.x0
    if (order === 'first') addInto(x.data, left.data, slope.data, to - from)
    else {
      // The estimate of the level left is what is shown; the second call would overwrite it.
      const kept = x0 === undefined ? undefined : copyOf(x0)
      addInto(x.data, left.data, slope.data, to - from)
      const ahead = (await denoise(x, to)).x0
      meanSlopeInto(slope.data, x.data, ahead.data, to)
      addInto(x.data, left.data, slope.data, to - from)
      x0 = kept ?? ahead
    }
    yield { index, sigma: from, ...(x0 === undefined ? {} : { x0 }), state: { next: index + 1, x, memory: [] } }
  }
}

/** Model calls of an inversion over `steps` levels above 0. */
export function inversionCalls(order: InversionOrder, steps: number): number {
  return order === 'first' ? steps : 2 * steps - 1
}

/** dx/dsigma of the probability flow. */
function slopeInto(out: Reals, x: Reals, x0: Reals, sigma: Sigma): void {
  for (let i = 0; i < out.length; i++) out[i] = (x[i]! - x0[i]!) / sigma
}

/** slope <- the mean of it and the slope at the level reached. */
function meanSlopeInto(slope: Reals, x: Reals, x0: Reals, sigma: Sigma): void {
  for (let i = 0; i < slope.length; i++) slope[i] = (slope[i]! + (x[i]! - x0[i]!) / sigma) / 2
}

function addInto(out: Reals, start: Reals, slope: Reals, step: number): void {
  for (let i = 0; i < out.length; i++) out[i] = start[i]! + step * slope[i]!
}

/** Shared with the likelihood, which walks the same way. */
export function checkRising(levels: readonly Sigma[]): void {
  const rises = levels.length > 1 && levels[0] === 0 && pairs(levels).every(([from, to]) => to > from && Number.isFinite(to))
  if (!rises) throw new RangeError('The levels of a walk from picture to noise must rise from 0.')
}
