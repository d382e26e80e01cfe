import { addScaledInto } from '../latent.ts'
import { ddpmInto } from '../samplers/ancestral.ts'
import type { Inpainter } from '../types.ts'
import { between } from '../variance.ts'
import { endsOnPhoto, pasteInto } from './known.ts'
import { walking } from './walking.ts'

/** The move shared by the methods that paste into the noisy state: the first `unpasted` transitions do without. */
export const harmonise = (unpasted: 0 | 1): Inpainter =>
  walking(({ denoise, plan, noise, known, x, z }) => async ({ index, transition, from, to, left }) => {
    if (transition.kind === 'undo') {
      noise(z, 'undo', index)
      addScaledInto(x.data, z.data, Math.sqrt(between(to, from)))
      return {}
    }
    if (index >= unpasted) {
      noise(z, 'known', index)
      pasteInto(x, known, from, z)
    }
    const said = await denoise(x, from)
    if (to > 0) noise(z, 'step', index)
    ddpmInto(x, said, z, from, to, plan.variance)
    if (left === 0 && endsOnPhoto(plan)) pasteInto(x, known, 0)
    return { x0: said.x0 }
  })

/**
 * RePaint, Lugmayr et al. 2022 (arXiv:2201.09865), algorithm 1 as its code has it: before every model call but the first the kept pixels
 * become photo + sigma z with fresh z; a step is DDPM's; an undo adds sqrt(to^2 - from^2) z, the forward process itself. The published code
 * ends on the model's own picture; `finalPaste`, plan and setting, writes the photo's true pixels into the last state.
 */
export const repaint: Inpainter = harmonise(1)
