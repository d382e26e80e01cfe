import { expect, it } from 'vitest'
import { longMs, watchJobs } from '../../src/renderer/state/long-jobs.ts'
import type { Job } from '../../src/shared/api.ts'

const job = (id: string, status: Job['status']) => ({ id, status }) as Job
/** Looks at the jobs at each time; answers the ids that were told of, with the time. */
function told(...looks: readonly (readonly [number, ...Job[]])[]): readonly string[] {
  let started: ReadonlyMap<string, number> = new Map()
  return looks.flatMap(([now, ...jobs]) => {
    const seen = watchJobs(started, jobs, now)
    started = seen.started
    return seen.ended.map(({ id }) => `${id} at ${now}`)
  })
}

it('tells of a job that ran long, once, done or failed', () => {
  expect(
    told([0, job('a', 'running')], [10, job('a', 'running')], [longMs, job('a', 'done')], [longMs + 1, job('a', 'done')]),
  ).toEqual([`a at ${longMs}`])
  expect(told([5, job('a', 'running')], [longMs + 5, job('a', 'failed')])).toEqual([`a at ${longMs + 5}`])
})

it('tells of none that was short, cancelled, or over before anybody looked', () => {
  expect(told([0, job('a', 'running')], [longMs - 1, job('a', 'done')])).toEqual([])
  expect(told([0, job('a', 'running')], [longMs * 9, job('a', 'cancelled')])).toEqual([])
  expect(told([0, job('a', 'queued')], [longMs * 9, job('a', 'done')])).toEqual([])
})

it('counts the time from its first start, and the time of each job for itself', () => {
  expect(
    told([0, job('a', 'running')], [1, job('a', 'queued')], [longMs, job('a', 'running')], [longMs + 1, job('a', 'done')]),
  ).toEqual([`a at ${longMs + 1}`])
  expect(
    told(
      [0, job('a', 'running'), job('b', 'queued')],
      [longMs, job('a', 'done'), job('b', 'running')],
      [longMs + 9, job('b', 'done')],
    ),
  ).toEqual([`a at ${longMs}`])
})
