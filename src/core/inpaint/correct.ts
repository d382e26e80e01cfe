import { allocateLike, imageSize } from '../latent.ts'
import type { Inpainter, InpaintPlan, Known, Latent, Reals, Sigma } from '../types.ts'
import { walking } from './walking.ts'

/** What becomes of a pixel at level `to`: its clean value + direction e + fresh z, e = (x - x0)/from. direction^2 + fresh^2 = to^2. */
export interface Share {
  readonly direction: number
  readonly fresh: number
}

/** Writes the clean values of every pixel, out of the model's estimate and what is known. */
export type Estimate = (out: Reals, x0: Latent, known: Known) => void

/** The share of the kept pixels, whose clean value is the photo's, and of the painted ones, whose clean value is the model's. */
type Shares = (to: Sigma) => { readonly kept: Share; readonly painted: Share }

/**
 * The move shared by the methods that write the photo into the clean estimate: one model call a transition, straight down, no undo.
 * What is known goes in exactly, so the last state, at level 0, holds the photo's own values. `sharesOf` may refuse the plan; `estimate` is for
 * a method that knows more than which pixels are kept.
 */
export const correct = (sharesOf: (plan: InpaintPlan) => Shares, estimate?: Estimate): Inpainter =>
  walking(({ denoise, plan, noise, known, x, z }) => {
    const shares = sharesOf(plan)
    const clean = estimate === undefined ? undefined : allocateLike(x)
    return async ({ index, from, to }) => {
      const { x0 } = await denoise(x, from)
      const { kept, painted } = shares(to)
      if (kept.fresh > 0 || painted.fresh > 0) noise(z, 'step', index)
      if (clean !== undefined) estimate?.(clean.data, x0, known)
      stepInto(x, x0, z, known, scaled(kept, from), scaled(painted, from), clean?.data)
      return { x0 }
    }
  })

/** With the 1/from of e in it. */
export function scaled({ direction, fresh }: Share, from: Sigma): Share {
  return { direction: direction / from, fresh }
}

/** One step of every pixel to its own clean value and share; `z` is read only where a share is fresh. */
export function stepInto(
  x: Latent,
  x0: Latent,
  z: Latent,
  { photo, mask }: Known,
  kept: Share,
  painted: Share,
  known?: Reals,
): void {
  const size = imageSize(x.shape)
  const plane = x.shape.h * x.shape.w
  for (let i = 0; i < x.data.length; i++) {
    const estimate = x0.data[i]!
    const isPainted = mask.data[i % plane]! > 0
    const { direction, fresh } = isPainted ? painted : kept
    const clean = known === undefined ? (isPainted ? estimate : photo.data[i % size]!) : known[i]!
    const moved = clean + direction * (x.data[i]! - estimate)
    x.data[i] = fresh > 0 ? moved + fresh * z.data[i]! : moved
  }
}
