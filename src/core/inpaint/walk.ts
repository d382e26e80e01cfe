import { countPainted } from '../mask.ts'
import { checkCount } from './jumps.ts'
import type { InpainterEntry, RepaintMask, Sigma, Transition } from '../types.ts'

/** Walks over the levels of a run: indices 0 (the noisiest) to `steps` (level 0). A list first, a `for` after. */

/** 0 > 1 > ... > steps. */
export function straightWalk(steps: number): Transition[] {
  checkCount('steps', steps)
  return Array.from({ length: steps }, (_, from) => ({ kind: 'step', from, to: from + 1 }))
}

/** `inner` steps that stay at each level above 0, then the step down. */
export function innerWalk(steps: number, inner: number): Transition[] {
  return straightWalk(steps).flatMap((step) => [
    ...Array.from({ length: inner }, (): Transition => ({ kind: 'inner', from: step.from, to: step.from })),
    step,
  ])
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
  if (painted < mask.data.length || walk.every(({ kind }) => kind !== 'undo')) return walk
  return straightWalk(walk.reduce((deepest, { to }) => Math.max(deepest, to), 0))
}

/** The level a transition names. */
export function levelAt(levels: readonly Sigma[], index: number): Sigma {
  const level = levels[index]
  if (level === undefined) throw new RangeError(`The walk visits level ${index}, but the plan has ${levels.length}.`)
  return level
}
