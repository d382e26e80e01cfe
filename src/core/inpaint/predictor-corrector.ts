import { allocateLike, copyOf } from '../latent.ts'
import { predictorCorrector, predictorCorrectorSettings } from '../samplers/predictor-corrector.ts'
import { choiceSetting, numberSetting } from '../settings.ts'
import type { Denoiser, InpaintPlan, Known, Noise, SamplerState, Step, Transition, WalkSettings } from '../types.ts'
import { checkKnown, nothingToPaint, pasteInto } from './known.ts'
import { innerWalk, straightWalk, walkFor } from './walk.ts'

/** The walk of the sampler: at every level the corrections, then the step down. Without a predictor the last correction leads down. */
export function predictorCorrectorWalk({ steps, settings }: WalkSettings): Transition[] {
  const corrections = numberSetting(predictorCorrectorSettings, settings, 'correctors')
  if (choiceSetting(predictorCorrectorSettings, settings, 'predictor') !== 'none') return innerWalk(steps, corrections)
  // The clean estimate at the very end is a step of its own, so the last level keeps all its corrections as inner steps.
  return straightWalk(steps).flatMap((step, at) => [
    ...Array.from({ length: at === steps - 1 ? corrections : Math.max(0, corrections - 1) }, (): Transition => ({
      kind: 'inner',
      from: step.from,
      to: step.from,
    })),
    step,
  ])
}

/**
 * Predictor-corrector sampling that keeps the photo, Song et al. 2021 (arXiv:2011.13456), appendix I.2: after every update, of corrector and of
 * predictor, the kept pixels become photo + sigma z at the level reached, fresh each time. Here that is done as the next call reads them, which
 * is the same, and so it holds for the start too, where the published code leaves the photo without noise. That code also ends on a mean
 * taken from the noisy state; here the last step, into level 0, is the mean of the predictor alone. With nothing known it is the sampler.
 */
export async function* predictorCorrectorInpaint(
  denoise: Denoiser,
  plan: InpaintPlan,
  state: SamplerState,
  noise: Noise,
  known: Known,
): AsyncGenerator<Step> {
  checkKnown(state.x, known)
  const walk = walkFor(plan.walk, known.mask)
  if (walk.length === 0) {
    yield nothingToPaint(copyOf(state.x), known, plan)
    return
  }
  const z = allocateLike(state.x)
  let index = state.next
  // The sampler makes one call a transition, at the level it is at, and goes on from the buffer it handed over: so the photo goes in there.
  const told: Denoiser = (x, sigma) => {
    if (typeof sigma !== 'number') throw new TypeError('the batch is at one level')
    noise(z, 'known', index)
    pasteInto(x, known, sigma, z)
    return denoise(x, sigma)
  }
  for await (const step of predictorCorrector(told, plan, state, noise)) {
    index = step.state.next
    if (index === walk.length && plan.finalPaste) pasteInto(step.state.x, known, 0)
    yield step
  }
}
