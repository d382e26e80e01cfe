import type { Sigma } from './types.ts'

/** Between the papers' alpha bar (variance preserving, x = sqrt(A) x0 + sqrt(1 - A) eps) and our sigma (x~ = x0 + sigma eps). */

/** sigma = sqrt((1 - A)/A), for 0 < A <= 1. */
export function sigmaOf(alphaBar: number): Sigma {
  return Math.sqrt((1 - alphaBar) / alphaBar)
}

/** A = 1/(1 + sigma^2). */
export function alphaBarOf(sigma: Sigma): number {
  return 1 / (1 + sigma * sigma)
}

/** [levels[0], levels[1]], [levels[1], levels[2]], ...: the transitions of a straight walk. */
export function pairs(levels: readonly Sigma[]): (readonly [from: Sigma, to: Sigma])[] {
  return levels.slice(0, -1).flatMap((from, i) => {
    const to = levels[i + 1]
    return to === undefined ? [] : [[from, to] as const]
  })
}
