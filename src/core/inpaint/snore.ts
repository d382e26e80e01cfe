import { allocateLike, copyOf } from '../latent.ts'
import { numberSetting } from '../settings.ts'
import type { Inpainter, Latent, Setting, Sigma } from '../types.ts'
import { pasteInto } from './known.ts'
import { walking } from './walking.ts'

export const snoreSettings: readonly Setting[] = [
  {
    kind: 'number',
    name: 'newest',
    label: 'Weight of the newest',
    help: 'What a new clean estimate counts beside the average of those before it. Less is calmer, more keeps texture; 1 keeps no average.',
    min: 0.05,
    max: 1,
    scale: 'log',
    default: 0.5,
  },
  {
    kind: 'number',
    name: 'settle',
    label: 'Settles below',
    help: 'The noise level below which new estimates count less and less, by its square. There a call only sharpens what is there. 0: nowhere.',
    min: 0,
    max: 1,
    default: 0.05,
    advanced: true,
  },
]

/**
 * After SNORE, annealed: Renaud et al. 2024 (arXiv:2402.01779). The clean picture is held, not a noisy one: every call noises it anew to the level
 * it has come to and moves it by a share of what the model makes of that, the gradient step of their regularizer. On the painted pixels
 *   a <- (1 - newest) a + newest x0,   x <- a + to z,   the first a being the first x0
 * and on the kept ones a is the photo. Where we differ: the level falls at every call, the photo is written in rather than pulled to, and below the
 * level `settle` newest is less by (from/settle)^2, for calls with hardly any noise walk to the likeliest picture, away from the mean. The
 * average over many draws tends to the middle of the fills that fit rather than to one of them: nearest in the mean, short of texture in a
 * large hole. Newest 1 and settle 0 are DDNM with eta 1. Saved in `memory`: a.
 */
export const snore: Inpainter = walking(({ denoise, plan, noise, known, x, z, memory }) => {
  const newest = numberSetting(snoreSettings, plan.settings, 'newest')
  const settle = numberSetting(snoreSettings, plan.settings, 'settle')
  const average = memory[0] === undefined ? allocateLike(x) : copyOf(memory[0])
  return async ({ index, from, to }) => {
    const { x0 } = await denoise(x, from)
    const share = from < settle ? newest * (from / settle) ** 2 : newest
    mixInto(average, x0, index === 0 ? 1 : share)
    pasteInto(average, known, 0)
    if (to > 0) noise(z, 'step', index)
    noiseInto(x, average, z, to)
    return { x0: average, memory: [average] }
  }
})

/** a <- (1 - share) a + share x0: with a share of 1 the estimate to the last bit. */
function mixInto(a: Latent, x0: Latent, share: number): void {
  for (let i = 0; i < a.data.length; i++) a.data[i] = (1 - share) * a.data[i]! + share * x0.data[i]!
}

function noiseInto(x: Latent, a: Latent, z: Latent, to: Sigma): void {
  for (let i = 0; i < x.data.length; i++) x.data[i] = to > 0 ? a.data[i]! + to * z.data[i]! : a.data[i]!
}
