import type { Job } from '../../shared/api.ts'
import { isOver } from './jobs.ts'

/** Which jobs have run so long that their end is worth a message. Pure: the time is an argument. */

export const longMs = 30_000

/** When each job that runs was first seen running, in milliseconds of one clock. */
export type Started = ReadonlyMap<string, number>

/** What is known after a look at the jobs, and those that ended since the last one, after long work. Who cancels a job knows that it ended. */
export function watchJobs(started: Started, jobs: readonly Job[], now: number): { started: Started; ended: readonly Job[] } {
  const next = new Map<string, number>()
  const ended: Job[] = []
  for (const job of jobs) {
    const begin = started.get(job.id)
    if (job.status === 'running') next.set(job.id, begin ?? now)
    else if (isOver(job)) {
      if (begin !== undefined && job.status !== 'cancelled' && now - begin >= longMs) ended.push(job)
    } else if (begin !== undefined) next.set(job.id, begin)
  }
  return { started: next, ended }
}
