import { nearestIndex } from '../denoiser.ts'
import { imageSize } from '../latent.ts'
import type { Denoised, Inpainter, InpaintPlan, Known, Latent, Sigma, Transition, WalkSettings } from '../types.ts'
import { alphaBarOf } from '../units.ts'
import { between, smallStd } from '../variance.ts'
import { repaintWalk } from './jumps.ts'
import { levelAt } from './walk.ts'
import { walking } from './walking.ts'

/**
 * RePaint as the scheduler of diffusers has it, for pictures made there to be made again. Where it differs from the paper: it climbs from one
 * level lower, so also out of the clean picture; a step is DDIM's with eta, its direction the model's own even where x0 is clipped; the kept
 * pixels are noised after the step, to the level reached, with the tensor of the eta noise; an undo uses the betas of the ratio trained levels
 * that begin where the step began, not those below it, so near the end it adds too much. All of it is kept, and docs/maths.md says so.
 */
export const repaintDiffusers: Inpainter = walking(({ denoise, plan, noise, known, x, z }) => {
  const { eta } = plan
  if (!(eta >= 0 && eta <= 1)) throw new RangeError(`Expected a number from 0 to 1 for eta but received ${eta}.`)
  return async ({ index, transition, from, to }) => {
    if (transition.kind === 'undo') {
      noise(z, 'undo', index)
      undoInto(x, z, undoAt(plan, transition.from, transition.to))
      return {}
    }
    const said = await denoise(x, from)
    if (to > 0) noise(z, 'step', index)
    stepInto(x, said, z, known, from, to, eta)
    return { x0: said.x0 }
  }
})

/**
 * The same list of indices as RePaint's, each visit ending one level lower: a step at index p leaves for p - 1, and what was a climb to p
 * arrives at p - 1. Index p - 1 of `steps` levels is our steps - p; our last is the clean picture.
 */
export function diffusersWalk({ steps, jumpLength, resamples }: WalkSettings): Transition[] {
  // The last transition of the paper's walk is the step at index 0, which here comes with the visit of index 0 itself.
  const visits = [
    0,
    ...repaintWalk({ steps, jumpLength, resamples })
      .slice(0, -1)
      .map(({ to }) => to),
  ]
  let at = 0
  return visits.map((visit) => {
    const from = at
    at = visit + 1
    return { kind: at > from ? 'step' : 'undo', from, to: at }
  })
}

/** x <- scale x + fresh z. */
interface Undo {
  readonly scale: number
  readonly fresh: number
}

/**
 * Variance preserving, an undo is x <- sqrt(P) x + sqrt(1 - P) z, P the product of 1 - beta over `ratio` trained levels from the one that was
 * last stepped from (all their draws in one, the same in law). In our form x is x~ sqrt(A): hence the quotients.
 */
function undoAt({ levels, trained }: InpaintPlan, at: number, goal: number): Undo {
  if (trained === undefined) throw new RangeError("This method needs the model's trained levels, and the plan has none.")
  const { sigmas } = trained
  const ratio = Math.floor(sigmas.length / (levels.length - 1))
  const leading = levels.slice(0, -1).every((level, i) => level === sigmas[(levels.length - 2 - i) * ratio])
  if (!leading) throw new RangeError('RePaint as in diffusers walks levels of leading spacing alone: choose leading.')
  const t = nearestIndex(sigmas, levelAt(levels, at - 1))
  const below = t === 0 ? 1 : alphaBarOf(sigmas[t - 1]!)
  const product = alphaBarOf(sigmas[t + ratio - 1]!) / below
  const reached = alphaBarOf(levelAt(levels, goal))
  return {
    scale: Math.sqrt((product * alphaBarOf(levelAt(levels, at))) / reached),
    fresh: Math.sqrt((1 - product) / reached),
  }
}

function undoInto(x: Latent, z: Latent, { scale, fresh }: Undo): void {
  for (let i = 0; i < x.data.length; i++) x.data[i] = scale * x.data[i]! + fresh * z.data[i]!
}

/** Painted: x0 + sqrt(to^2 - up^2) e + up z, e of the estimate as it was before clipping. Kept: photo + to z. */
function stepInto(x: Latent, said: Denoised, z: Latent, { photo, mask }: Known, from: Sigma, to: Sigma, eta: number): void {
  const size = imageSize(x.shape)
  const plane = x.shape.h * x.shape.w
  const x0 = said.x0.data
  const raw = (said.raw ?? said.x0).data
  const up = eta * smallStd(from, to)
  const direction = Math.sqrt(between(to, up)) / from
  for (let i = 0; i < x.data.length; i++) {
    const fresh = to > 0 ? z.data[i]! : 0
    x.data[i] =
      mask.data[i % plane]! > 0 ? x0[i]! + direction * (x.data[i]! - raw[i]!) + up * fresh : photo.data[i % size]! + to * fresh
  }
}
