import { beforeEach, expect, it, vi } from 'vitest'
import type { BackendEvent, Job } from '../../src/shared/api.ts'
import { keepDesk } from '../../src/main/keep-desk.ts'

/** The system's side of it is Electron's; here it writes down what it was asked. */

const { bars, awake } = vi.hoisted(() => ({ bars: [] as number[], awake: new Set<number>() }))

vi.mock('electron', () => {
  let blockers = 0
  return {
    BrowserWindow: { getAllWindows: () => [{ setProgressBar: (value: number) => void bars.push(value) }] },
    powerSaveBlocker: {
      start(kind: string) {
        expect(kind).toBe('prevent-app-suspension')
        awake.add(++blockers)
        return blockers
      },
      stop: (id: number) => awake.delete(id),
    },
  }
})

beforeEach(() => {
  bars.length = 0
  awake.clear()
})

function desk() {
  let tell: (event: BackendEvent) => void = () => undefined
  let listening = true
  const stop = keepDesk({
    subscribe(handler) {
      tell = handler
      return () => (listening = false)
    },
  })
  const job = (id: string, status: Job['status'], calls?: number) => {
    const progress = calls === undefined ? null : { calls, callsTotal: 10 }
    tell({ kind: 'job', job: { id, status, progress } as unknown as Job })
  }
  return { stop, job, removed: (id: string) => tell({ kind: 'removed', job: id }), listens: () => listening }
}

it('one blocker keeps the machine awake however many jobs run, and none when the last has ended', () => {
  const { job } = desk()
  job('a', 'queued')
  expect([bars, awake.size]).toEqual([[], 0])
  job('a', 'running')
  job('b', 'running', 5)
  expect([bars, awake.size]).toEqual([[0, 0.25], 1])
  job('a', 'done')
  expect([bars.at(-1), awake.size]).toEqual([0.5, 1])
  job('b', 'failed')
  expect([bars.at(-1), awake.size]).toEqual([-1, 0])
  job('c', 'running')
  expect(awake.size).toBe(1)
})

it.each(['queued', 'cancelled'] as const)('a job that is %s again holds nothing', (status) => {
  const { job } = desk()
  job('a', 'running', 3)
  job('a', status)
  expect([bars.at(-1), awake.size]).toEqual([-1, 0])
})

it('nor does one that is removed, nor anything at the end of the program', () => {
  const { job, removed, stop, listens } = desk()
  job('a', 'running', 3)
  removed('a')
  expect([bars.at(-1), awake.size]).toEqual([-1, 0])
  job('b', 'running', 3)
  stop()
  expect([bars.at(-1), awake.size, listens()]).toEqual([-1, 0, false])
})
