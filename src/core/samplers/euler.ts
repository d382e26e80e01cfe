import type { Sampler } from '../types.ts'
import { ddim } from './ancestral.ts'

/**
 * Two ends of DDIM that are published under other names. In the variance-exploding form they are DDIM's own lines, so they are its function:
 * one table name each, and a test of the identity against the formulas as they stand in the papers.
 */

/**
 * Euler's step along dx/dsigma = (x - x0)/sigma: x <- x + (to - from)(x - x0)/from. Karras et al. 2022 (arXiv:2206.00364), algorithm 1 without
 * its correction, sigma(t) = t. DDIM with eta 0.
 */
export const euler: Sampler = (denoise, plan, state, noise) => ddim(denoise, { ...plan, eta: 0, settings: {} }, state, noise)

/**
 * Euler's step to the level down = to^2/from below `to`, then fresh noise back up, up = to sqrt(from^2 - to^2)/from: the ancestral sampling of
 * Song et al. 2021 (arXiv:2011.13456), appendix F. DDIM with eta 1, and so DDPM with the small variance.
 */
export const eulerAncestral: Sampler = (denoise, plan, state, noise) =>
  ddim(denoise, { ...plan, eta: 1, settings: {} }, state, noise)
