import { allocateLike, approachInto, copyOf } from '../latent.ts'
import type { Denoiser, Plan, Reals, SamplerState, Sigma, Step } from '../types.ts'
import { pairs } from '../units.ts'
import { endingOf } from './ending.ts'

/**
 * UniPC of order 2, Zhao et al. 2023 (arXiv:2302.04867), data prediction, B(h) = e^h - 1 ("bh2"). Predictor and corrector are the same line,
 * x <- D + (to/from)(x - D), each with its own D:
 *   predictor  D = x0 + h/(2 h_before) (x0 - before)
 *   corrector  D = x0 + a (older - x0)/r + b (ahead - x0), r = -h_before/h: once the model was called at the level that was reached, that
 *              step is made again. It costs no call, for the next step needs that one anyway.
 * The first step has one estimate less and a step into level 0 no finite h: they are of first order, and by the setting lowerOrderFinal the last
 * of any list. The last is not corrected. Settings: ending.ts.
 */
export async function* unipc(denoise: Denoiser, plan: Plan, state: SamplerState): AsyncGenerator<Step> {
  const x = copyOf(state.x)
  /** The corrected state one level back, and the estimates one and two levels back, newest first. */
  const [corrected, before, older] = [0, 1, 2].map((i) =>
    state.memory[i] === undefined ? allocateLike(x) : copyOf(state.memory[i]),
  )
  if (corrected === undefined || before === undefined || older === undefined) throw new Error('three buffers were made')
  const extended = allocateLike(x)
  const { levels, lowerOrderFinal } = endingOf(plan)
  const firstOrder = lowerOrderFinal ? levels.length - 2 : levels.length
  for (const [index, [from, to]] of pairs(levels).entries()) {
    if (index < state.next) continue
    const { x0 } = await denoise(x, from)
    if (index > 0) {
      const last = levels[index - 1]!
      const [slope, ahead] = correctorWeights(levels[index - 2], last, from)
      correctedInto(extended.data, before.data, older.data, x0.data, slope, ahead)
      approachInto(corrected.data, extended.data, from / last)
    } else corrected.data.set(x.data)
    const second = index > 0 && index < firstOrder && to > 0
    const weight = second ? Math.log(from / to) / (2 * Math.log(levels[index - 1]! / from)) : 0
    for (let i = 0; i < x.data.length; i++) extended.data[i] = x0.data[i]! + weight * (x0.data[i]! - before.data[i]!)
    x.data.set(corrected.data)
    approachInto(x.data, extended.data, to / from)
    older.data.set(before.data)
    before.data.set(x0.data)
    yield { index, sigma: from, x0, state: { next: index + 1, x, memory: [corrected, before, older] } }
  }
}

/** out <- x0 + slope (older - x0) + weight (ahead - x0). */
function correctedInto(out: Reals, x0: Reals, older: Reals, ahead: Reals, slope: number, weight: number): void {
  for (let i = 0; i < out.length; i++) out[i] = x0[i]! + slope * (older[i]! - x0[i]!) + weight * (ahead[i]! - x0[i]!)
}

/**
 * The corrector's weights [a/r, b] on (older - x0) and (ahead - x0) for the step from > to, `before` the level above `from`: where there is
 * none the paper's [0, 1/2], else a + b = B_1, r a + b = B_2 with B_k = k! phi_(k+1)(-h)/(e^-h - 1), phi_1 = e^-h - 1, phi_(k+1) = -phi_k/h - 1/k!.
 */
function correctorWeights(before: Sigma | undefined, from: Sigma, to: Sigma): readonly [slope: number, ahead: number] {
  if (before === undefined) return [0, 0.5]
  const h = Math.log(from / to)
  const r = -Math.log(before / from) / h
  const phi1 = (to - from) / from
  const phi2 = -phi1 / h - 1
  const phi3 = -phi2 / h - 0.5
  const b1 = phi2 / phi1
  const b2 = (2 * phi3) / phi1
  const a = (b1 - b2) / (1 - r)
  return [a / r, b1 - a]
}
