/* oxlint-disable typescript/no-non-null-assertion -- loops over typed arrays, indexed inside their length */
import { allocateLike, copyOf } from '../latent.ts'
import type { Denoiser, Plan, SamplerState, Step } from '../types.ts'
import { pairs } from '../units.ts'

/**
 * Heun's method, second order: Karras et al. 2022 (arXiv:2206.00364), algorithm 2 without churn, sigma(t) = t. An Euler step, and unless it ends
 * in level 0 the slope there as well, d' = (x' - D(x', to))/to, and the step anew with the mean of both. Two model calls a transition but for
 * the last; the `x0` of a step is the first of them.
 */
export async function* heun(denoise: Denoiser, plan: Plan, state: SamplerState): AsyncGenerator<Step> {
  const x = copyOf(state.x)
  const x0 = allocateLike(x)
  const left = allocateLike(x)
  for (const [index, [from, to]] of pairs(plan.levels).entries()) {
    if (index < state.next) continue
    left.data.set(x.data)
    x0.data.set((await denoise(x, from)).x0.data)
    for (let i = 0; i < x.data.length; i++) x.data[i] = left.data[i]! + (to - from) * slope(left.data[i]!, x0.data[i]!, from)
    if (to > 0) {
      const ahead = (await denoise(x, to)).x0.data
      for (let i = 0; i < x.data.length; i++) {
        const both = slope(left.data[i]!, x0.data[i]!, from) + slope(x.data[i]!, ahead[i]!, to)
        x.data[i] = left.data[i]! + ((to - from) / 2) * both
      }
    }
    yield { index, sigma: from, x0, state: { next: index + 1, x, memory: [] } }
  }
}

/** dx/dsigma of the probability-flow ODE. */
function slope(x: number, x0: number, sigma: number): number {
  return (x - x0) / sigma
}

/** Model calls of `steps` transitions into level 0. */
export function heunCalls(steps: number): number {
  return 2 * steps - 1
}
