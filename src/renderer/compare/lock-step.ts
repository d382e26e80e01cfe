import type { WayStep } from '../way/way.ts'

/** Several ways to a picture, walked together by the noise that is left. Pure. */

/** Every noise level any of them leaves, from the most noise down. */
export function levelsOf(ways: readonly (readonly WayStep[])[]): readonly number[] {
  return [...new Set(ways.flatMap((way) => way.map(({ sigma }) => sigma)))].toSorted((a, b) => b - a)
}

/** The step a way has come to at this level: its last at a level that is not lower; before its first, the first. */
export function stepAt(way: readonly WayStep[], sigma: number): number {
  let at = 0
  for (const [i, step] of way.entries()) if (step.sigma >= sigma * (1 - 1e-9)) at = i
  return at
}
