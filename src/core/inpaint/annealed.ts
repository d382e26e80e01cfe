import { allocateLike, copyOf } from '../latent.ts'
import { annealedMove, annealedSettings, annealedWalk } from '../samplers/annealed.ts'
import { langevinInto } from '../samplers/langevin.ts'
import { choiceSetting } from '../settings.ts'
import type { Inpainter, Setting, Transition, WalkSettings } from '../types.ts'
import { pasteInto } from './known.ts'
import { walking } from './walking.ts'

const knownNoise: Setting = {
  kind: 'choice',
  name: 'knownNoise',
  label: 'Noise of the kept part',
  help: 'How often the photo is noised anew while the fill is moved beside it.',
  choices: [
    { value: 'per-step', label: 'New at every step', help: 'NCSN version 2.' },
    { value: 'per-level', label: 'One for each level', help: 'NCSN version 1.' },
  ],
  default: 'per-step',
}

export const annealedInpaintSettings: readonly Setting[] = [...annealedSettings, knownNoise]

export function annealedInpaintWalk({ steps, settings }: WalkSettings): Transition[] {
  return annealedWalk(steps, settings)
}

/**
 * Annealed Langevin dynamics that keeps the photo: Song & Ermon 2019 (arXiv:1907.05600), algorithm 2, and its version 2 (arXiv:2006.09011). The kept
 * pixels are photo + sigma z. Per level (version 1): z is drawn once a level and written back after every step of it. Per step (version 2): a
 * fresh z before every step. The final denoise leaves the kept pixels as they are; the paste follows it.
 */
export const annealedInpaint: Inpainter = walking(({ denoise, plan, noise, known, x, z, memory }) => {
  const perLevel = choiceSetting(annealedInpaintSettings, plan.settings, 'knownNoise') === 'per-level'
  /** The noise of the kept part; of a level it is carried from step to step. */
  const kept = memory[0] === undefined ? allocateLike(x) : copyOf(memory[0])
  const move = annealedMove(plan)
  return async ({ index, transition, entered, left }) => {
    const { sigma, step } = move(transition)
    if (step !== undefined && (entered || !perLevel)) noise(kept, 'known', index)
    if (step !== undefined && !perLevel) pasteInto(x, known, sigma, kept)
    const { x0 } = await denoise(x, sigma)
    if (step === undefined) x.data.set(x0.data)
    else {
      noise(z, 'step', index)
      langevinInto(x.data, x0.data, z.data, sigma, step)
      if (perLevel) pasteInto(x, known, sigma, kept)
    }
    if (left === 0 && plan.finalPaste) pasteInto(x, known, 0)
    return { x0, ...(step === undefined ? {} : { stepSize: step }), memory: perLevel ? [kept] : [] }
  }
})
