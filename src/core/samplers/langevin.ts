import { allocateLike, copyOf } from '../latent.ts'
import { numberSetting, switchSetting } from '../settings.ts'
import type { Denoiser, Latent, Noise, Plan, Reals, SamplerState, Setting, Settings, Sigma, Step } from '../types.ts'

/**
 * Langevin dynamics along the score of a level, x <- x + step score + sqrt(2 step) z, score = (x0 - x)/sigma^2: the convention of the NCSN code.
 * The papers write step/2 and sqrt(step), with twice our step. Nothing is scaled to a model: a rate step/sigma^2 of 0.2 is NCSN's own.
 */

export const stepSize: Setting = {
  kind: 'number',
  name: 'stepSize',
  label: 'Step size',
  help: 'How far a step goes at the lowest level. Too small and noise stays, too large and the picture dissolves.',
  min: 1e-7,
  max: 1e-2,
  scale: 'log',
  default: 2e-5,
}

export const innerSteps = (most: number, usual: number): Setting => ({
  kind: 'number',
  name: 'innerSteps',
  label: 'Steps at each level',
  help: 'How often the picture is moved at one noise level. Every one is a model call.',
  min: 1,
  max: most,
  integer: true,
  scale: 'log',
  default: usual,
})

export const finalDenoise = (usual: boolean): Setting => ({
  kind: 'switch',
  name: 'finalDenoise',
  label: 'Clean up at the end',
  help: 'One more model call that removes the noise of the last level.',
  default: usual,
})

export const langevinSettings: readonly Setting[] = [
  stepSize,
  innerSteps(10000, 200),
  {
    kind: 'number',
    name: 'atLevel',
    label: 'Noise level',
    help: 'At which of the levels, counted from the cleanest: 1 is the lowest the model knows.',
    min: 1,
    max: 1000,
    integer: true,
    default: 1,
  },
  finalDenoise(false),
]

/** In place: x <- x + step (x0 - x)/sigma^2 + sqrt(2 step) z. Shared with the inpainting methods. */
export function langevinInto(x: Reals, x0: Reals, z: Reals, sigma: Sigma, step: number): void {
  const drift = step / (sigma * sigma)
  const spread = Math.sqrt(2 * step)
  for (let i = 0; i < x.length; i++) x[i] = x[i]! + drift * (x0[i]! - x[i]!) + spread * z[i]!
}

/** The lowest level of a run's model; where the plan does not say, the lowest one visited. */
export function lowestOf(plan: Plan): Sigma {
  const lowest = plan.lowest ?? plan.levels.findLast((sigma) => sigma > 0)
  if (lowest === undefined) throw new RangeError('Langevin needs a level above 0.')
  return lowest
}

/** From a rate of 2 on, every step throws the picture further out than it was. `least` is the lowest level that `eps` is meant for. */
export function checkRate(eps: number, least: Sigma): void {
  const limit = 2 * least * least
  if (eps >= limit) {
    throw new RangeError(
      `A step size of ${eps} diverges at the level ${least}: use less than ${Number(limit.toPrecision(3))}, a tenth of that to begin with.`,
    )
  }
}

/**
 * Plain Langevin dynamics at one level, from the start as it is. Song & Ermon 2019 (arXiv:1907.05600), section 2.1. Between modes it hardly
 * moves, and their weights stay those of the start: that is what the annealed form is for. Refuses a step that diverges and a level
 * the run does not have.
 */
export async function* langevin(denoise: Denoiser, plan: Plan, state: SamplerState, noise: Noise): AsyncGenerator<Step> {
  const { eps, sigma } = standing(plan)
  const moves = numberSetting(langevinSettings, plan.settings, 'innerSteps')
  const total = langevinTransitions(1, plan.settings)
  const x = copyOf(state.x)
  const z = allocateLike(x)
  for (let index = state.next; index < total; index++) {
    const { x0 } = await denoise(x, sigma)
    const moving = index < moves
    if (moving) moveInto(x, x0, z, sigma, eps, noise, index)
    else x.data.set(x0.data)
    yield { index, sigma, x0, ...(moving ? { stepSize: eps } : {}), state: { next: index + 1, x, memory: [] } }
  }
}

/** Where the run stands and how far it goes at a step; refuses both. */
function standing(plan: Plan): { readonly eps: number; readonly sigma: Sigma } {
  const eps = numberSetting(langevinSettings, plan.settings, 'stepSize')
  const sigma = levelFromBelow(plan, numberSetting(langevinSettings, plan.settings, 'atLevel'))
  checkRate(eps, sigma)
  return { eps, sigma }
}

export function checkLangevin(plan: Plan): void {
  standing(plan)
}

/** The k-th level from below, k = 1 the lowest trained one, the others those of the run. */
function levelFromBelow(plan: Plan, k: number): Sigma {
  const lowest = lowestOf(plan)
  const levels = [lowest, ...plan.levels.filter((sigma) => sigma > lowest).toSorted((a, b) => a - b)]
  const level = levels[k - 1]
  if (level === undefined) throw new RangeError(`Expected an integer from 1 to ${levels.length} for atLevel but received ${k}.`)
  return level
}

export function langevinTransitions(_steps: number, settings?: Settings): number {
  return (
    numberSetting(langevinSettings, settings, 'innerSteps') + (switchSetting(langevinSettings, settings, 'finalDenoise') ? 1 : 0)
  )
}

/** One Langevin step with the fresh noise of this transition. */
export function moveInto(x: Latent, x0: Latent, z: Latent, sigma: Sigma, step: number, noise: Noise, index: number): void {
  noise(z, 'step', index)
  langevinInto(x.data, x0.data, z.data, sigma, step)
}
