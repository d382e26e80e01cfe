import type { Job } from '../shared/api.ts'

/** What the desk is told of the jobs: how far the work is, and whether the machine may sleep. Pure. */

export interface DeskState {
  /** 0..1 for the bar on the window's icon; null: nothing runs. */
  readonly progress: number | null
  /** A model is at work: the machine is to stay awake. */
  readonly sampling: boolean
}

export const restingDesk: DeskState = { progress: null, sampling: false }

/** Of several that run at once, the part of all their model calls that is done. One whose steps are not known yet counts as begun. */
export function deskOf(jobs: Iterable<Pick<Job, 'status' | 'progress'>>): DeskState {
  const running = [...jobs].filter(({ status }) => status === 'running')
  if (running.length === 0) return restingDesk
  const parts = running.map(({ progress }) => (progress === null ? 0 : progress.calls / Math.max(1, progress.callsTotal)))
  return { progress: Math.min(1, parts.reduce((sum, part) => sum + part, 0) / parts.length), sampling: true }
}

/** Is the difference worth a call to the system? */
export function differs(a: DeskState, b: DeskState): boolean {
  if (a.sampling !== b.sampling || (a.progress === null) !== (b.progress === null)) return true
  return Math.abs((a.progress ?? 0) - (b.progress ?? 0)) >= 0.005
}
