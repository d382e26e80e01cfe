import { addScaledInto, allocateLike, approachInto, copyOf } from '../latent.ts'
import { choiceSetting } from '../settings.ts'
import type { Denoiser, Latent, Noise, Reals, Sampler, SamplerState, Setting, Sigma, Step } from '../types.ts'
import { pairs } from '../units.ts'
import { smallStd } from '../variance.ts'
import { endingOf, endingSettings } from './ending.ts'

/**
 * DPM-Solver++, Lu et al. 2022 (arXiv:2211.01095), of second order by memory: the clean estimate is extended along its last change,
 * D = x0 + w (x0 - x0_before)/h_before, h = ln(from/to), with w = h/2 by the midpoint rule. With D = x0 both are older acquaintances: DDIM
 * with eta 0, and DDPM. The first step has nothing to remember and the step into level 0 no finite h, so these two are of first order.
 */

export const dpmpp2mSettings: readonly Setting[] = [
  {
    kind: 'choice',
    name: 'form',
    label: 'Form',
    advanced: true,
    help: 'How the memory is used within a step. Both are of second order; the pictures hardly differ.',
    choices: [
      { value: 'midpoint', label: 'Midpoint', help: 'As if the estimate were that of the middle of the step.' },
      { value: 'heun', label: 'Heun', help: 'The change of the estimate followed over the whole step.' },
    ],
    default: 'midpoint',
  },
  ...endingSettings,
]

/** Under this many steps, as published, lowerOrderFinal is heeded. */
const fewSteps = 15

/**
 * 2M, algorithm 2: x <- D + (to/from)(x - D). One model call a step, no fresh noise. Setting form "heun": w = h/(1 - e^-h) - 1, which is
 * h/2 + O(h^2), the paper's alpha' ((e^-h - 1)/h + 1) D_1. lowerOrderFinal and finalSigma: ending.ts.
 */
export const dpmpp2m: Sampler = (denoise, plan, state) => {
  const { levels, lowerOrderFinal } = endingOf(plan)
  const heun = choiceSetting(dpmpp2mSettings, plan.settings, 'form') === 'heun'
  const first = lowerOrderFinal && levels.length - 1 < fewSteps ? levels.length - 2 : levels.length
  return multistep(denoise, levels, state, (index, before, from, to) => {
    if (index >= first) return 0
    return (heun ? heunWeight(from, to) : midpointWeight(from, to)) / Math.log(before / from)
  })
}

/** SDE 2M, of the reverse SDE: x <- D + (to/from)^2 (x - D) + to sqrt(from^2 - to^2)/from z. */
export const dpmppSde: Sampler = (denoise, { levels }, state, noise) =>
  multistep(denoise, levels, state, (_index, before, from, to) => midpointWeight(from, to) / Math.log(before / from), noise)

/** The weight w/h_before of (x0 - x0_before) in the transition `index`, from > to > 0. */
type Extension = (index: number, before: Sigma, from: Sigma, to: Sigma) => number

async function* multistep(
  denoise: Denoiser,
  levels: readonly Sigma[],
  state: SamplerState,
  extension: Extension,
  noise?: Noise,
): AsyncGenerator<Step> {
  const x = copyOf(state.x)
  const z = allocateLike(x)
  const extended = allocateLike(x)
  let before: Latent | undefined = state.memory[0] === undefined ? undefined : copyOf(state.memory[0])
  for (const [index, [from, to]] of pairs(levels).entries()) {
    if (index < state.next) continue
    const { x0 } = await denoise(x, from)
    extended.data.set(x0.data)
    // A step that stays at its level (finalSigma "min") moves nothing, so it has nothing to extend.
    if (before !== undefined && to > 0 && to < from) {
      extendInto(extended.data, x0.data, before.data, extension(index, levels[index - 1]!, from, to))
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

/** out <- x0 + weight (x0 - before). */
function extendInto(out: Reals, x0: Reals, before: Reals, weight: number): void {
  for (let i = 0; i < out.length; i++) out[i] = x0[i]! + weight * (x0[i]! - before[i]!)
}

function midpointWeight(from: Sigma, to: Sigma): number {
  return Math.log(from / to) / 2
}

/** h/(1 - e^-h) - 1, e^-h = to/from. */
function heunWeight(from: Sigma, to: Sigma): number {
  return (from * Math.log(from / to)) / (from - to) - 1
}
