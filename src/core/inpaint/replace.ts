import type { Inpainter } from '../types.ts'
import { harmonise } from './repaint.ts'

/**
 * Replacement: before every model call the kept pixels become photo + sigma z with fresh z, then a DDPM step. Song et al. 2021
 * (arXiv:2011.13456), appendix I.2. It never looks back, so fills stay less coherent than the known part deserves: the baseline of the rest.
 */
export const replace: Inpainter = harmonise(0)
