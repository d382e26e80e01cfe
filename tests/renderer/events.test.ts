import { describe, expect, it } from 'vitest'
import type { Job } from '../../src/shared/api.ts'
import { generateRequest } from '../../src/shared/request.ts'
import { initialState, noticeLimit, reduceEvent, withJobs, type AppState } from '../../src/renderer/state/events.ts'

const image = (seed: number, url: string | null = null) => ({ seed, url, width: 2, height: 1 })
const job = (changes: Partial<Job> = {}): Job => ({
  id: 'a',
  status: 'running',
  request: { kind: 'generate', settings: generateRequest.parse({ model: 'mnist', count: 2 }) },
  images: [image(0), image(1)],
  progress: null,
  device: null,
  notices: [],
  error: null,
  report: null,
  ...changes,
})
const preview = (index: number) => ({ index, width: 2, height: 1, rgb: new Uint8Array(6) })
const previewEvent = (step: number, ...indices: number[]) => ({
  kind: 'preview' as const,
  job: 'a',
  step,
  steps: 9,
  previews: indices.map(preview),
})
const jobEvent = (changes: Partial<Job> = {}) => ({ kind: 'job' as const, job: job(changes) })
const after = (...events: Parameters<typeof reduceEvent>[1][]): AppState => events.reduce(reduceEvent, initialState)

describe('events change what the window knows', () => {
  it('keeps the latest of a job and the order in which jobs were first seen', () => {
    const state = after(jobEvent(), jobEvent({ id: 'b' }), jobEvent({ status: 'done' }))
    expect(state.order).toEqual(['a', 'b'])
    expect(state.jobs['a']?.status).toBe('done')
  })
  it('labels each preview with its step; the latest wins', () => {
    const state = after(jobEvent(), previewEvent(1, 0, 1), previewEvent(4, 1))
    expect(state.previews['a']?.[0]?.step).toBe(1)
    expect(state.previews['a']?.[1]).toMatchObject({ step: 4, steps: 9, width: 2 })
  })
  it('drops the preview of a finished picture and keeps the others', () => {
    const state = after(jobEvent(), previewEvent(3, 0, 1), jobEvent({ images: [image(0, '/job/a/0.png'), image(1)] }))
    expect(Object.keys(state.previews['a'] ?? {})).toEqual(['1'])
  })
  it('shows no preview that comes after its picture or after the end of the job', () => {
    const images = [image(0, '/job/a/0.png'), image(1)]
    expect(after(jobEvent({ images }), previewEvent(3, 0)).previews).toEqual({})
    expect(after(jobEvent({ status: 'done' }), previewEvent(3, 1)).previews).toEqual({})
  })
  it('forgets all previews of a job that is done, and keeps what a cancelled one reached', () => {
    expect(after(jobEvent(), previewEvent(3, 0, 1), jobEvent({ status: 'done' })).previews).toEqual({})
    expect(after(jobEvent(), previewEvent(3, 0), jobEvent({ status: 'cancelled' })).previews['a']?.[0]?.step).toBe(3)
  })
  it('shows a repeated notice once, the newest last, and no more than there is room for', () => {
    const messages = ['a', 'b', 'a', 'c', 'd', 'e']
    const state = after(...messages.map((message) => ({ kind: 'notice' as const, message })))
    expect(state.notices.map((notice) => notice.message)).toEqual(['a', 'c', 'd', 'e'])
    expect(state.notices.length).toBe(noticeLimit)
    expect(new Set(state.notices.map((notice) => notice.id)).size).toBe(noticeLimit)
  })
  it('takes the whole list after a lost connection: unknown jobs and their previews go', () => {
    const state = withJobs(after(jobEvent(), jobEvent({ id: 'b' }), previewEvent(2, 0)), [
      job({ id: 'c' }),
      job({ id: 'b', status: 'done' }),
    ])
    expect(state.order).toEqual(['b', 'c'])
    expect(state.jobs['a']).toBeUndefined()
    expect(state.previews).toEqual({})
  })
  it('never changes the state it was given', () => {
    const before = after(jobEvent(), previewEvent(1, 0))
    const copy = structuredClone(before)
    reduceEvent(before, previewEvent(2, 0, 1))
    reduceEvent(before, jobEvent({ status: 'done' }))
    expect(before).toEqual(copy)
  })
})
