import { addScaledInto, allocateLike, copyOf } from '../latent.ts'
import { numberSetting } from '../settings.ts'
import type { Denoiser, Noise, Plan, Reals, Sampler, SamplerState, Setting, Sigma, Step } from '../types.ts'
import { pairs } from '../units.ts'
import { between } from '../variance.ts'

/**
 * Heun's method, second order: Karras et al. 2022 (arXiv:2206.00364), algorithm 2, sigma(t) = t. With churn, a step first goes up: fresh noise
 * of sqrt(raised^2 - from^2) S_noise raises it to raised = from (1 + gamma), gamma = min(S_churn/S, sqrt 2 - 1) where S_min <= from <= S_max, else 0.
 * From there an Euler step, and unless it ends in level 0 the slope there as well, d' = (x' - D(x', to))/to, and the step anew with the mean of
 * both. Two model calls a transition but for the last; the `x0` of a step is the first of them.
 */

export const edmSettings: readonly Setting[] = [
  {
    kind: 'number',
    name: 'churn',
    label: 'Churn',
    help: 'Fresh noise stirred in over the whole run; 0 is Heun. Shared out over the steps; no step takes more than 41 % of its level.',
    min: 0,
    max: 1000,
    scale: 'log',
    default: 40,
  },
  {
    kind: 'number',
    name: 'churnMin',
    label: 'Churn from',
    advanced: true,
    help: 'Levels below this one are not stirred.',
    min: 0,
    max: 1000,
    scale: 'log',
    default: 0.05,
  },
  {
    kind: 'number',
    name: 'churnMax',
    label: 'Churn up to',
    advanced: true,
    help: 'Levels above this one are not stirred.',
    min: 0,
    max: 100_000,
    scale: 'log',
    default: 50,
  },
  {
    kind: 'number',
    name: 'churnNoise',
    label: 'Churn strength',
    advanced: true,
    help: 'Scale of the noise stirred in. A little over 1 makes up for models that remove a little too much.',
    min: 0.9,
    max: 1.1,
    default: 1.003,
  },
]

/** The sampler of the paper: with churn. */
export const edm: Sampler = (denoise, plan, state, noise) => {
  const [churn, low, high, strength] = (['churn', 'churnMin', 'churnMax', 'churnNoise'] as const).map((name) =>
    numberSetting(edmSettings, plan.settings, name),
  )
  const gamma = Math.min(churn! / (plan.levels.length - 1), Math.SQRT2 - 1)
  const raised = (from: Sigma): Sigma => (from >= low! && from <= high! ? from * (1 + gamma) : from)
  return corrected(denoise, plan, state, noise, raised, strength!)
}

/** A range that is empty stirs nothing, which is Heun by another name. */
export function checkChurn({ settings }: Plan): void {
  const [low, high] = [numberSetting(edmSettings, settings, 'churnMin'), numberSetting(edmSettings, settings, 'churnMax')]
  if (low > high) throw new RangeError(`Expected churnMin to be at most churnMax, ${high}, but received ${low}.`)
}

/** Without churn: no fresh noise. */
export const heun: Sampler = (denoise, plan, state, noise) => corrected(denoise, plan, state, noise, (from) => from, 0)

async function* corrected(
  denoise: Denoiser,
  plan: Plan,
  state: SamplerState,
  noise: Noise,
  raised: (from: Sigma) => Sigma,
  strength: number,
): AsyncGenerator<Step> {
  const x = copyOf(state.x)
  const x0 = allocateLike(x)
  const left = allocateLike(x)
  for (const [index, [at, to]] of pairs(plan.levels).entries()) {
    if (index < state.next) continue
    const from = raised(at)
    if (from > at) {
      // `left` holds the noise until it is needed for what it is named after.
      noise(left, 'churn', index)
      addScaledInto(x.data, left.data, Math.sqrt(between(from, at)) * strength)
    }
    left.data.set(x.data)
    x0.data.set((await denoise(x, from)).x0.data)
    eulerInto(x.data, left.data, x0.data, from, to)
    if (to > 0) averageInto(x.data, left.data, x0.data, (await denoise(x, to)).x0.data, from, to)
    yield { index, sigma: at, x0, state: { next: index + 1, x, memory: [] } }
  }
}

/** dx/dsigma of the probability-flow ODE. */
function slope(x: number, x0: number, sigma: Sigma): number {
  return (x - x0) / sigma
}

/** out <- left + (to - from) d. */
function eulerInto(out: Reals, left: Reals, x0: Reals, from: Sigma, to: Sigma): void {
  for (let i = 0; i < out.length; i++) out[i] = left[i]! + (to - from) * slope(left[i]!, x0[i]!, from)
}

/** out <- left + (to - from)(d + d')/2, d' at `out` itself, the end of the Euler step. */
function averageInto(out: Reals, left: Reals, x0: Reals, ahead: Reals, from: Sigma, to: Sigma): void {
  for (let i = 0; i < out.length; i++) {
    const both = slope(left[i]!, x0[i]!, from) + slope(out[i]!, ahead[i]!, to)
    out[i] = left[i]! + ((to - from) / 2) * both
  }
}

/** Model calls of `steps` transitions into level 0. */
export function heunCalls(steps: number): number {
  return 2 * steps - 1
}
