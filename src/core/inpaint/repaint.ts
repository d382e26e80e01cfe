import { addScaledInto, allocateLike, copyOf } from '../latent.ts'
import { ddpmInto } from '../samplers/ancestral.ts'
import type { Denoiser, InpaintPlan, Inpainter, Known, Noise, SamplerState, Step } from '../types.ts'
import { between } from '../variance.ts'
import { checkKnown, endsOnPhoto, nothingToPaint, pasteInto } from './known.ts'
import { levelAt, walkFor } from './walk.ts'

/**
 * RePaint, Lugmayr et al. 2022 (arXiv:2201.09865), algorithm 1 as its code has it: before every model call but the first the kept pixels
 * become photo + sigma z with fresh z; a step is DDPM's; an undo adds sqrt(to^2 - from^2) z, the forward process itself. The published code
 * ends on the model's own picture; `finalPaste`, plan and setting, writes the photo's true pixels into the last state.
 */
export const repaint: Inpainter = (denoise, plan, state, noise, known) => harmonise(denoise, plan, state, noise, known, 1)

/** The walk shared by the methods that paste into the noisy state: the first `unpasted` transitions do without. */
export async function* harmonise(
  denoise: Denoiser,
  plan: InpaintPlan,
  state: SamplerState,
  noise: Noise,
  known: Known,
  unpasted: 0 | 1,
): AsyncGenerator<Step> {
  checkKnown(state.x, known)
  const walk = walkFor(plan.walk, known.mask)
  const x = copyOf(state.x)
  const z = allocateLike(x)
  if (walk.length === 0) {
    yield nothingToPaint(x, known, plan)
    return
  }
  for (const [index, transition] of walk.entries()) {
    if (index < state.next) continue
    const from = levelAt(plan.levels, transition.from)
    const to = levelAt(plan.levels, transition.to)
    const after = { next: index + 1, x, memory: [] }
    if (transition.kind === 'undo') {
      noise(z, 'undo', index)
      addScaledInto(x.data, z.data, Math.sqrt(between(to, from)))
      yield { index, sigma: from, state: after }
      continue
    }
    if (index >= unpasted) {
      noise(z, 'known', index)
      pasteInto(x, known, from, z)
    }
    const said = await denoise(x, from)
    if (to > 0) noise(z, 'step', index)
    ddpmInto(x, said, z, from, to, plan.variance)
    if (index === walk.length - 1 && endsOnPhoto(plan)) pasteInto(x, known, 0)
    yield { index, sigma: from, x0: said.x0, state: after }
  }
}
