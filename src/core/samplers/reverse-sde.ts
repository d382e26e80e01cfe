import type { Sampler } from '../types.ts'
import { predicted } from './predictor-corrector.ts'
import { eulerMaruyama, reverseDiffusion, sdeSetting } from './sde.ts'

/** The reverse SDE of Song et al. 2021 (arXiv:2011.13456), eq. 6, by its two plain solvers: a predictor without a corrector. */

export const reverseSdeSettings = [sdeSetting]

/** Euler-Maruyama, of order 1 in distribution. */
export const reverseSde: Sampler = (denoise, plan, state, noise) => predicted(denoise, plan, state, noise, eulerMaruyama)

/** Reverse diffusion, appendix E: the forward chain's own step, mirrored. */
export const reverseDiffusionSampler: Sampler = (denoise, plan, state, noise) =>
  predicted(denoise, plan, state, noise, reverseDiffusion)
