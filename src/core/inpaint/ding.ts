import type { Inpainter } from '../types.ts'
import { correct } from './correct.ts'

/**
 * DInG, Moufad et al. 2025 (arXiv:2512.18365), delayed: the kept pixels follow the photo along the model's own noise, y + to e, and the painted
 * ones step with fresh noise up = to (1 - 1/sqrt(1 + to^2)) to x0 + sqrt(to^2 - up^2) e + up z. The method itself asks the model for e at the
 * level reached, a second call a step; delayed, e = (x - x0)/from is the one at the level left, and a step costs one.
 */
export const delayedDing: Inpainter = (denoise, plan, state, noise, known) =>
  correct(denoise, plan, state, noise, known, (to) => {
    const up = to * (1 - 1 / Math.sqrt(1 + to * to))
    return { kept: { direction: to, fresh: 0 }, painted: { direction: Math.sqrt(to * to - up * up), fresh: up } }
  })
