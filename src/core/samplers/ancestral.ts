import { addScaledInto, allocateLike, approachInto, copyOf } from '../latent.ts'
import { switchSetting } from '../settings.ts'
import type { Denoised, Denoiser, Latent, Noise, Plan, Reals, SamplerState, Setting, Sigma, Step, Variance } from '../types.ts'
import { pairs } from '../units.ts'
import { between, largeStd, smallStd } from '../variance.ts'

/** Samplers that step to the next level and add fresh noise there. In this form both are lines of the same shape. */

/**
 * DDPM: x <- x0 + (to/from)^2 (x - x0) + std z. Ho, Jain & Abbeel 2020 (arXiv:2006.11239), eq. 7; learned variance: Nichol & Dhariwal 2021
 * (arXiv:2102.09672), eq. 15. No noise into level 0, whatever the variance.
 */
export async function* ddpm(denoise: Denoiser, plan: Plan, state: SamplerState, noise: Noise): AsyncGenerator<Step> {
  const x = copyOf(state.x)
  const z = allocateLike(x)
  for (const [index, [from, to]] of pairs(plan.levels).entries()) {
    if (index < state.next) continue
    const said = await denoise(x, from)
    if (to > 0) noise(z, 'step', index)
    ddpmInto(x, said, z, from, to, plan.variance)
    yield { index, sigma: from, x0: said.x0, state: { next: index + 1, x, memory: [] } }
  }
}

export const ddimSettings: readonly Setting[] = [
  {
    kind: 'switch',
    name: 'sigmaHat',
    label: 'Larger noise',
    advanced: true,
    help: 'The noise of DDPM "large" at every step, as in the DDIM paper; eta then counts as 1. Rougher with few steps.',
    default: false,
  },
]

/**
 * DDIM with eta: x <- x0 + (down/from)(x - x0) + up z, up = eta to sqrt(from^2 - to^2)/from, down = sqrt(to^2 - up^2). Song, Meng & Ermon 2021
 * (arXiv:2010.02502), eqs. 12 and 16. Eta 0 is Euler along the probability-flow ODE, eta 1 is DDPM with the small variance.
 * Refuses an eta outside 0..1: beyond 1 nothing is left of the direction. Setting sigmaHat, section 5 of the paper: the direction of eta 1 beside
 * the larger noise sqrt(1 - A_t/A_p), which here is largeStd; that is DDPM with the large variance. None into level 0.
 */
export async function* ddim(denoise: Denoiser, plan: Plan, state: SamplerState, noise: Noise): AsyncGenerator<Step> {
  if (!(plan.eta >= 0 && plan.eta <= 1)) throw new RangeError(`Expected a number from 0 to 1 for eta but received ${plan.eta}.`)
  const hat = switchSetting(ddimSettings, plan.settings, 'sigmaHat')
  const eta = hat ? 1 : plan.eta
  const x = copyOf(state.x)
  const z = allocateLike(x)
  for (const [index, [from, to]] of pairs(plan.levels).entries()) {
    if (index < state.next) continue
    const { x0 } = await denoise(x, from)
    const up = eta * smallStd(from, to)
    approachInto(x.data, x0.data, Math.sqrt(between(to, up)) / from)
    if (up > 0) {
      noise(z, 'step', index)
      addScaledInto(x.data, z.data, hat ? largeStd(from, to) : up)
    }
    yield { index, sigma: from, x0, state: { next: index + 1, x, memory: [] } }
  }
}

/** One DDPM transition in place; `z` is read only where to > 0. Shared with the inpainting methods. */
export function ddpmInto(x: Latent, said: Denoised, z: Latent, from: Sigma, to: Sigma, variance: Variance): void {
  approachInto(x.data, said.x0.data, (to / from) ** 2)
  if (to === 0) return
  if (variance === 'small' || variance === 'small-log') addScaledInto(x.data, z.data, smallStd(from, to))
  else if (variance === 'large') addScaledInto(x.data, z.data, largeStd(from, to))
  else addLearnedInto(x.data, z.data, fractionOf(said).data, smallStd(from, to), largeStd(from, to))
}

function fractionOf(said: Denoised): Latent {
  if (said.fraction === undefined) throw new RangeError('The learned variance needs a model that predicts one.')
  return said.fraction()
}

/** ln std = f ln large + (1 - f) ln small, value by value. */
function addLearnedInto(x: Reals, z: Reals, fraction: Reals, small: number, large: number): void {
  const low = Math.log(small)
  const span = Math.log(large) - low
  for (let i = 0; i < x.length; i++) x[i] = x[i]! + Math.exp(low + fraction[i]! * span) * z[i]!
}
