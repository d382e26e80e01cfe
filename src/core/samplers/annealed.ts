import { allocateLike, copyOf } from '../latent.ts'
import { numberSetting, switchSetting } from '../settings.ts'
import type { Denoiser, ModelTraits, Noise, Plan, SamplerState, Setting, Settings, Sigma, Step, Transition } from '../types.ts'
import { checkRate, finalDenoise, innerSteps, lowestOf, moveInto, stepSize } from './langevin.ts'

/** Langevin dynamics down the levels: NCSN. */

/** Of NCSN, version 2 with its final denoise on. */
export const annealedSettings: readonly Setting[] = [stepSize, innerSteps(1000, 100), finalDenoise(true)]

/**
 * Annealed Langevin dynamics: NCSN, Song & Ermon 2019 (arXiv:1907.05600), algorithm 1, and its version 2 (arXiv:2006.09011), algorithm 1. At every
 * level, from the largest down, `innerSteps` Langevin steps of eps (sigma/lowest)^2; version 2 ends with x + sigma^2 score, the clean estimate.
 */
export async function* annealedLangevin(denoise: Denoiser, plan: Plan, state: SamplerState, noise: Noise): AsyncGenerator<Step> {
  const x = copyOf(state.x)
  const z = allocateLike(x)
  const move = annealedMove(plan)
  for (const [index, transition] of annealedWalk(plan.levels.length - 1, plan.settings).entries()) {
    if (index < state.next) continue
    const { sigma, step } = move(transition)
    const { x0 } = await denoise(x, sigma)
    if (step === undefined) x.data.set(x0.data)
    else moveInto(x, x0, z, sigma, step, noise, index)
    yield { index, sigma, x0, ...(step === undefined ? {} : { stepSize: step }), state: { next: index + 1, x, memory: [] } }
  }
}

/** The step at a level: eps (sigma/lowest)^2, so that every level is walked at the same rate. NCSN, algorithm 1. */
export function annealedStep(eps: number, sigma: Sigma, lowest: Sigma): number {
  return eps * (sigma / lowest) ** 2
}

/** What a transition of the annealed walk does: at which level, and its step size; none for the final denoise. Refuses a step that diverges. */
export function annealedMove(plan: Plan): (transition: Transition) => { readonly sigma: Sigma; readonly step: number | undefined } {
  const eps = numberSetting(annealedSettings, plan.settings, 'stepSize')
  const denoised = switchSetting(annealedSettings, plan.settings, 'finalDenoise')
  const lowest = lowestOf(plan)
  checkRate(eps, lowest)
  const { levels } = plan
  return ({ kind, from, to }) => {
    const sigma = levels[from]
    if (sigma === undefined) throw new RangeError(`The walk visits level ${from}, but the plan has ${levels.length}.`)
    const ends = denoised && kind === 'step' && to === levels.length - 1
    return { sigma, step: ends ? undefined : annealedStep(eps, sigma, lowest) }
  }
}

/** Every step but a level's last stays at its level; with the final denoise the very last transition is that. */
export function annealedWalk(steps: number, settings?: Settings): Transition[] {
  const moves = numberSetting(annealedSettings, settings, 'innerSteps')
  const denoised = switchSetting(annealedSettings, settings, 'finalDenoise')
  return Array.from({ length: steps }, (_, at) => {
    const staying = denoised && at === steps - 1 ? moves : moves - 1
    const inner = Array.from({ length: staying }, (): Transition => ({ kind: 'inner', from: at, to: at }))
    return [...inner, { kind: 'step', from: at, to: at + 1 } satisfies Transition]
  }).flat()
}

/** One model call each. */
export function annealedTransitions(steps: number, settings?: Settings): number {
  const moves = numberSetting(annealedSettings, settings, 'innerSteps')
  return steps * moves + (switchSetting(annealedSettings, settings, 'finalDenoise') ? 1 : 0)
}

export function checkAnnealed(plan: Plan): void {
  annealedMove(plan)
}

/** A score network with a short list of levels, as NCSN's, which starts below the noise that solvers begin with. */
export const isAtHome = ({ noise, levels }: ModelTraits): boolean => noise === 've' && levels > 1 && levels <= 100

export function refusesOneLevel({ name, levels }: ModelTraits): string | undefined {
  return levels < 2
    ? `The model "${name}" has one trained noise level and annealed Langevin walks down several: choose langevin.`
    : undefined
}
