import type { InpainterEntry, WalkSettings } from '../types.ts'

/**
 * What is asked of a walk and not in it, in one sentence: resamples whose jump has no room, which leaves a single pass. Undefined where all is
 * done. Refuses what the walk itself refuses.
 */
export function walkRemark(entry: Pick<InpainterEntry, 'controls' | 'walk'>, asked: WalkSettings): string | undefined {
  const { steps, jumpLength, resamples } = asked
  if (resamples === 1 || !entry.controls.includes('resamples')) return undefined
  if (entry.walk(asked).length > entry.walk({ ...asked, resamples: 1 }).length) return undefined
  // With more levels than that it is the method's own setting that keeps the jumps near the end.
  const room = jumpLength < steps ? 'the last levels, where alone it goes back' : steps === 1 ? '1 level' : `${steps} levels`
  return `A jump of ${jumpLength} does not fit into ${room}, so the ${resamples} resamples are left out: take a shorter jump or more levels.`
}
