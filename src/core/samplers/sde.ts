import { alphaBarOf } from '../units.ts'
import { between } from '../variance.ts'
import type { Setting, Sigma } from '../types.ts'

/**
 * The three stochastic differential equations of Song et al. 2021 (arXiv:2011.13456), table 1 and appendix B, and one step back along each. With
 * b(t) the noise rate and A = e^-(integral of b):
 *
 *          drift     diffusion^2     x given x0                    x~ = x/scale = x0 + sigma eps has
 *   vp     -b x/2    b               sqrt(A) x0, std sqrt(1 - A)   sigma = sqrt((1 - A)/A)
 *   sub-vp -b x/2    b (1 - A^2)     sqrt(A) x0, std 1 - A         sigma = (1 - A)/sqrt(A)
 *   ve     0         d(sigma^2)/dt   x0, std sigma                 sigma
 *
 * So a denoiser in x~ and sigma serves all three exactly, whatever it was trained on: only the way down differs. The score of x is
 * (scale x0 - x)/std^2. Steps are taken in x and come back (they are not the same steps in x~).
 */

export const sdeKinds = ['vp', 'sub-vp', 've'] as const
export type Sde = (typeof sdeKinds)[number]

export const sdeSetting: Setting = {
  kind: 'choice',
  name: 'sde',
  label: 'Noise process',
  help: 'Which way the picture is thought to have dissolved into noise; the run goes that way back. Any model can follow any of them.',
  choices: [
    { value: 'vp', label: 'Variance preserving', help: 'The picture fades while noise comes in. At home with DDPM models.' },
    { value: 'sub-vp', label: 'Sub-VP', help: 'The same with less noise on the way: calmer steps at high noise.' },
    { value: 've', label: 'Variance exploding', help: 'Noise grows over a picture that stays. At home with NCSN models.' },
  ],
  default: 'vp',
}

export function isSde(name: string): name is Sde {
  return (sdeKinds as readonly string[]).includes(name)
}

/** One step back in x~: x~ <- keep x~ + pull x0 + fresh z. */
export interface Move {
  readonly keep: number
  readonly pull: number
  readonly fresh: number
}

/** scale, the square root of A; sub-vp: s = 1/r - r with r = sqrt(A), so r = sqrt(1 + s^2/4) - s/2. */
function scaleAt(sde: Sde, s: Sigma): number {
  switch (sde) {
    case 'vp':
      return Math.sqrt(alphaBarOf(s))
    case 'sub-vp':
      return 1 / (Math.sqrt(1 + (s * s) / 4) + s / 2)
    case 've':
      return 1
  }
}

/** A_from/A_to: what a step leaves of the picture's own variance; the paper's 1 - beta_i of a list of these levels. */
export function keptBetween(sde: Sde, from: Sigma, to: Sigma): number {
  return (scaleAt(sde, from) / scaleAt(sde, to)) ** 2
}

/** The integral of b from `to` to `from`: ln(A_to/A_from), for vp ln((1 + from^2)/(1 + to^2)). */
export function noiseBetween(sde: Sde, from: Sigma, to: Sigma): number {
  switch (sde) {
    case 'vp':
      return Math.log1p(from * from) - Math.log1p(to * to)
    case 'sub-vp':
      return 2 * (Math.asinh(from / 2) - Math.asinh(to / 2))
    case 've':
      return 0
  }
}

/** The integral of diffusion^2 from `to` to `from`. */
function diffusionBetween(sde: Sde, from: Sigma, to: Sigma): number {
  switch (sde) {
    case 'vp':
      return noiseBetween(sde, from, to)
    case 'sub-vp':
      // b (1 - A^2), A^2 = e^-2(integral of b).
      return noiseBetween(sde, from, to) - (scaleAt(sde, to) ** 4 - scaleAt(sde, from) ** 4) / 2
    case 've':
      return between(from, to)
  }
}

/**
 * Euler-Maruyama of the reverse SDE: x <- x + B x/2 + G^2 score + G z, B and G^2 the integrals of b and of diffusion^2 over the transition, the
 * score frozen at its start. With a model's own 1000 levels B is -ln(1 - beta_i), the papers' b(t)/N but for O(1/N^2); integrated, any list
 * of levels will do. Into level 0 no noise is added: what remains is the mean.
 */
export function eulerMaruyama(sde: Sde, from: Sigma, to: Sigma): Move {
  return inExploding(sde, from, to, 1 + noiseBetween(sde, from, to) / 2, diffusionBetween(sde, from, to))
}

/**
 * Reverse diffusion, appendix E: x <- x - f + G z with f and G those of the model's own forward step. vp: f = sqrt(1 - b) x - x - b score, G^2 = b,
 * b = 1 - A_from/A_to; ve: f = -G^2 score, G^2 = from^2 - to^2, where it is Euler-Maruyama itself. The paper has no forward chain for sub-vp:
 * its code takes Euler-Maruyama there, and so do we.
 */
export function reverseDiffusion(sde: Sde, from: Sigma, to: Sigma): Move {
  if (sde !== 'vp') return eulerMaruyama(sde, from, to)
  const kept = keptBetween(sde, from, to)
  return inExploding(sde, from, to, 2 - Math.sqrt(kept), between(from, to) / (1 + from * from))
}

/** x <- grow x + G^2 score + G z, G^2 = `squared`, in x~ = x/scale: the score of x is (scale x0 - x)/(scale sigma)^2. */
function inExploding(sde: Sde, from: Sigma, to: Sigma, grow: number, squared: number): Move {
  const scale = scaleAt(sde, from)
  const after = scaleAt(sde, to)
  const share = squared / (scale * from) ** 2
  return { keep: ((grow - share) * scale) / after, pull: (share * scale) / after, fresh: to > 0 ? Math.sqrt(squared) / after : 0 }
}
