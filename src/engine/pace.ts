import type { SavedState } from '../shared/trace.ts'

/** When to tell. A job of thousands of steps must not drown its reader, nor spend its time on telling. */

/** Progress at most ten times a second, as often as a window is told of it: each message costs the engine a fifth of a millisecond. */
const progressMs = 100
/** Previews may take this share of the time at most: a large batch is shown less often instead of sampled more slowly. */
const previewShare = 0.01

export interface Pace {
  /** Ask once a step with the time since the run began. First and last steps always speak. A preview goes with a word of progress. */
  next(now: number, first: boolean, last: boolean): 'nothing' | 'progress' | 'preview'
  /** What making and posting the last previews took. */
  spent(milliseconds: number): void
}

export function createPace(preview: { readonly size: number; readonly everyMs: number }): Pace {
  let progressAt = 0
  let previewAt = 0
  let previewCost = 0
  return {
    next(now, first, last) {
      const wait = Math.max(preview.everyMs, previewCost / previewShare)
      const show = preview.size > 0 && preview.everyMs > 0 && (first || last || now - previewAt >= wait)
      const progress = first || last || show || now - progressAt >= progressMs
      if (show) previewAt = now
      if (progress) progressAt = now
      return show ? 'preview' : progress ? 'progress' : 'nothing'
    },
    spent(milliseconds) {
      previewCost = milliseconds
    },
  }
}

/** A state up to this size is kept as often as asked, a larger one less often: a night of sampling must not wear out a disk. Bytes. */
const keptBytes = 12 << 20

/** Milliseconds until the next state of this size is kept. */
export function keepEvery(keepMs: number, { x, memory }: SavedState): number {
  const bytes = [x, ...memory].reduce((sum, { data }) => sum + data.byteLength, 0)
  return keepMs * Math.max(1, bytes / keptBytes)
}
