import { countPainted } from '../mask.ts'
import type { InpainterEntry, RepaintMask, Sigma, Transition } from '../types.ts'

/** Walks over the levels of a run: indices 0 (the noisiest) to `steps` (level 0). A list first, a `for` after. */

/** 0 > 1 > ... > steps. */
export function straightWalk(steps: number): Transition[] {
  checkCount('steps', steps)
  return Array.from({ length: steps }, (_, from) => ({ kind: 'step', from, to: from + 1 }))
}

/**
 * RePaint's walk, exactly the published schedule (Lugmayr et al. 2022, arXiv:2201.09865, appendix B): on the way down, at every
 * `jumpLength`-th level counted from the clean end, climb back `jumpLength` levels, `resamples` - 1 times. The paper's index p of `steps`
 * respaced levels is our steps - 1 - p. Model calls: steps + (resamples - 1) jumpLength ceil((steps - jumpLength)/jumpLength).
 */
export function repaintWalk(settings: {
  readonly steps: number
  readonly jumpLength: number
  readonly resamples: number
}): Transition[] {
  const { steps, jumpLength, resamples } = settings
  checkCount('steps', steps)
  checkCount('jump length', jumpLength)
  checkCount('resamples', resamples)
  const climbsLeft = new Map<number, number>()
  for (let p = 0; p < steps - jumpLength; p += jumpLength) climbsLeft.set(p, resamples - 1)
  const walk: Transition[] = []
  let at = 0
  while (at < steps) {
    const left = climbsLeft.get(steps - 1 - at) ?? 0
    if (left === 0) {
      walk.push({ kind: 'step', from: at, to: at + 1 })
      at++
      continue
    }
    climbsLeft.set(steps - 1 - at, left - 1)
    for (let k = 0; k < jumpLength; k++, at--) walk.push({ kind: 'undo', from: at, to: at - 1 })
  }
  return walk
}

/** Model calls of a walk: its steps and inner steps. An undo costs none. */
export function countCalls(walk: readonly Transition[]): number {
  return walk.filter((transition) => transition.kind !== 'undo').length
}

/** Model calls of a walk by this method. */
export function inpainterCalls(entry: Pick<InpainterEntry, 'calls'>, walk: readonly Transition[]): number {
  return entry.calls?.(walk) ?? countCalls(walk)
}

/**
 * The walk an inpainter really takes: with nothing known there is nothing to harmonise, so the climbs are left out (the result is plain
 * sampling with the same seed); with nothing to repaint there is no walk at all.
 */
export function walkFor(walk: readonly Transition[], mask: RepaintMask): readonly Transition[] {
  const painted = countPainted(mask.data)
  if (painted === 0) return []
  if (painted < mask.data.length) return walk
  return straightWalk(walk.reduce((deepest, { to }) => Math.max(deepest, to), 0))
}

/** The level a transition names. */
export function levelAt(levels: readonly Sigma[], index: number): Sigma {
  const level = levels[index]
  if (level === undefined) throw new RangeError(`The walk visits level ${index}, but the plan has ${levels.length}.`)
  return level
}

function checkCount(what: string, value: number): void {
  if (!Number.isInteger(value) || value < 1)
    throw new RangeError(`Expected an integer of at least 1 for ${what} but received ${value}.`)
}
