import { allocateLike, copyOf } from '../latent.ts'
import type { Denoiser, Inpainter, InpaintPlan, Known, Latent, Noise, Sigma, Step, Transition } from '../types.ts'
import { checkKnown, nothingToPaint } from './known.ts'
import { levelAt, walkFor } from './walk.ts'

/** What a method moves and by what. */
export interface Course {
  readonly denoise: Denoiser
  readonly plan: InpaintPlan
  readonly noise: Noise
  readonly known: Known
  /** The batch, moved in place. */
  readonly x: Latent
  /** Room for a draw of the same shape. */
  readonly z: Latent
  /** What the state that is gone on from carries, as this method left it there; nothing at the start. */
  readonly memory: readonly Latent[]
}

/** One transition of the walk, its levels looked up. */
export interface Leg {
  readonly index: number
  readonly transition: Transition
  readonly from: Sigma
  readonly to: Sigma
  /** The first at its level. */
  readonly entered: boolean
  /** How many come after it. */
  readonly left: number
}

/** What a transition tells of itself, and what a run that goes on from here must remember. */
type Told = Omit<Step, 'index' | 'sigma' | 'state'> & { readonly memory?: readonly Latent[] }

/**
 * A method out of its move, one transition at a time. What all of them do alike: the size of what is known is checked, a mask with nothing to
 * repaint gives the photo back, transitions before the state's own are left out, and the state is saved after each. `begin` may refuse the plan.
 */
export function walking(begin: (course: Course) => (leg: Leg) => Promise<Told>): Inpainter {
  return async function* (denoise, plan, state, noise, known) {
    checkKnown(state.x, known)
    const x = copyOf(state.x)
    const move = begin({ denoise, plan, noise, known, x, z: allocateLike(x), memory: state.memory })
    const walk = walkFor(plan.walk, known.mask)
    if (walk.length === 0) yield nothingToPaint(x, known, plan)
    for (const [index, transition] of walk.entries()) {
      if (index < state.next) continue
      const from = levelAt(plan.levels, transition.from)
      const to = levelAt(plan.levels, transition.to)
      const entered = walk[index - 1]?.from !== transition.from
      const { memory = [], ...told } = await move({ index, transition, from, to, entered, left: walk.length - 1 - index })
      yield { index, sigma: from, ...told, state: { next: index + 1, x, memory } }
    }
  }
}
