/* oxlint-disable typescript/no-non-null-assertion -- loops over typed arrays, indexed inside their length */
import { addScaledInto, allocateLike, approachInto, copyOf } from '../latent.ts'
import type { Denoiser, Noise, Plan, Sampler, SamplerState, Sigma, Step } from '../types.ts'
import { pairs } from '../units.ts'
import { smallStd } from '../variance.ts'

/**
 * DPM-Solver++, Lu et al. 2022 (arXiv:2211.01095), of second order by memory: the clean estimate is extended along its last change,
 * D = x0 + h/(2 h_before) (x0 - x0_before), h = ln(from/to). With D = x0 both are older acquaintances: DDIM with eta 0, and DDPM. The first
 * step has nothing to remember and the step into level 0 no finite h, so these two are of first order.
 */

/** 2M with the midpoint rule, algorithm 2: x <- D + (to/from)(x - D). One model call a step, no fresh noise. */
export const dpmpp2m: Sampler = (denoise, plan, state) => multistep(denoise, plan, state)

/** SDE 2M, of the reverse SDE: x <- D + (to/from)^2 (x - D) + to sqrt(from^2 - to^2)/from z. */
export const dpmppSde: Sampler = (denoise, plan, state, noise) => multistep(denoise, plan, state, noise)

async function* multistep(denoise: Denoiser, plan: Plan, state: SamplerState, noise?: Noise): AsyncGenerator<Step> {
  const x = copyOf(state.x)
  const z = allocateLike(x)
  const extended = allocateLike(x)
  let before = state.memory[0] === undefined ? undefined : copyOf(state.memory[0])
  for (const [index, [from, to]] of pairs(plan.levels).entries()) {
    if (index < state.next) continue
    const { x0 } = await denoise(x, from)
    extended.data.set(x0.data)
    if (before !== undefined && to > 0) {
      const weight = extension(plan.levels[index - 1]!, from, to)
      for (let i = 0; i < x.data.length; i++) extended.data[i] = x0.data[i]! + weight * (x0.data[i]! - before.data[i]!)
    }
    approachInto(x.data, extended.data, noise === undefined ? to / from : (to / from) ** 2)
    if (noise !== undefined && to > 0) {
      noise(z, 'step', index)
      addScaledInto(x.data, z.data, smallStd(from, to))
    }
    before ??= allocateLike(x)
    before.data.set(x0.data)
    yield { index, sigma: from, x0, state: { next: index + 1, x, memory: [before] } }
  }
}

/** h/(2 h_before) for the levels before > from > to > 0. */
function extension(before: Sigma, from: Sigma, to: Sigma): number {
  return Math.log(from / to) / (2 * Math.log(before / from))
}
