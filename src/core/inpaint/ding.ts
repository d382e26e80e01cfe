import { allocateLike, imageSize } from '../latent.ts'
import { choiceSetting } from '../settings.ts'
import type { Inpainter, InpaintPlan, Known, Latent, Setting, Sigma } from '../types.ts'
import { correct } from './correct.ts'
import { pasteInto } from './known.ts'
import { walking } from './walking.ts'

/**
 * DInG, Moufad et al. 2025 (arXiv:2512.18365). The painted pixels step with fresh noise, x0 + sqrt(to^2 - up^2) e + up z; the kept ones follow the
 * photo along the model's own noise at the level reached, y + to e'.
 */

export const dingSettings: readonly Setting[] = [
  {
    kind: 'choice',
    name: 'dingNoise',
    label: 'Fresh noise',
    help: 'How much of each step is new noise. Less follows the photo more closely, more varies further.',
    choices: [
      { value: 'square', label: 'Less', help: 'As the authors ship it.' },
      { value: 'linear', label: 'More', help: 'The other rule of the paper.' },
    ],
    default: 'square',
  },
]

/** up: to (1 - a) as shipped, or to sqrt(1 - a), a = 1/sqrt(1 + to^2) the papers' sqrt(A) of the level reached. direction^2 + up^2 = to^2. */
function dingShare({ settings }: InpaintPlan): (to: Sigma) => { readonly direction: number; readonly fresh: number } {
  const linear = choiceSetting(dingSettings, settings, 'dingNoise') === 'linear'
  return (to) => {
    const share = 1 - 1 / Math.sqrt(1 + to * to)
    const fresh = to * (linear ? Math.sqrt(share) : share)
    return { direction: Math.sqrt(to * to - fresh * fresh), fresh }
  }
}

/** Delayed: for e' stands e = (x - x0)/from, that of the level left, and a step costs one model call. */
export const delayedDing: Inpainter = correct((plan) => {
  const share = dingShare(plan)
  return (to) => ({ kept: { direction: to, fresh: 0 }, painted: share(to) })
})

/** Model calls of `ding`: two a step, but for the last, where no noise is left to ask for. */
export const dingCalls = (walk: readonly unknown[]): number => Math.max(0, 2 * walk.length - 1)

/**
 * In full: a draw of the whole picture at the level reached is shown to the model, and e' is what it says of that; the painted pixels then get
 * a draw of their own.
 */
export const ding: Inpainter = walking(({ denoise, plan, noise, known, x, z }) => {
  const share = dingShare(plan)
  const [ahead, estimate] = [allocateLike(x), allocateLike(x)]
  return async ({ index, from, to }) => {
    const { direction, fresh } = share(to)
    const { x0 } = await denoise(x, from)
    // The second call may write where the first one's answer lies.
    estimate.data.set(x0.data)
    if (to > 0) {
      noise(z, 'known', index)
      drawInto(ahead, x, estimate, z, direction / from, fresh)
      noise(z, 'step', index)
    }
    drawInto(x, x, estimate, z, direction / from, fresh)
    if (to === 0) pasteInto(x, known, 0)
    else keepInto(x, known, ahead, (await denoise(ahead, to)).x0)
    return { x0: estimate }
  }
})

/** out <- x0 + ratio (x - x0) + fresh z. */
function drawInto(out: Latent, x: Latent, x0: Latent, z: Latent, ratio: number, fresh: number): void {
  for (let i = 0; i < out.data.length; i++) {
    const clean = x0.data[i]!
    out.data[i] = clean + ratio * (x.data[i]! - clean) + (fresh > 0 ? fresh * z.data[i]! : 0)
  }
}

/** Kept pixels <- photo + to e', to e' = ahead - x0 of ahead. */
function keepInto(x: Latent, { photo, mask }: Known, ahead: Latent, x0: Latent): void {
  const size = imageSize(x.shape)
  const plane = x.shape.h * x.shape.w
  for (let i = 0; i < x.data.length; i++) {
    if (mask.data[i % plane] === 0) x.data[i] = photo.data[i % size]! + ahead.data[i]! - x0.data[i]!
  }
}
