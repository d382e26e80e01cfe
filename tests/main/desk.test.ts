import { expect, it } from 'vitest'
import { deskOf, differs, restingDesk } from '../../src/main/desk.ts'
import type { Job } from '../../src/shared/api.ts'

const job = (status: Job['status'], calls?: number, callsTotal = 100): Pick<Job, 'status' | 'progress'> => ({
  status,
  progress: calls === undefined ? null : { step: 1, steps: 2, calls, callsTotal, callsPerSecond: 1, secondsLeft: 1, sigma: 1 },
})

it('the icon shows how far the work is, and the machine stays awake while there is some', () => {
  expect(deskOf([job('running', 25), job('queued'), job('done', 100)])).toEqual({ progress: 0.25, sampling: true })
  expect(deskOf([job('running', 50), job('running')])).toEqual({ progress: 0.25, sampling: true })
  expect(deskOf([job('running', 0, 0)])).toEqual({ progress: 0, sampling: true })
  expect(deskOf([job('running', 120)])).toEqual({ progress: 1, sampling: true })
})

it('nothing is shown, and the machine may sleep, when nothing runs', () => {
  expect(deskOf([])).toEqual(restingDesk)
  expect(deskOf([job('queued'), job('failed', 10), job('cancelled', 5), job('done', 100)])).toEqual({
    progress: null,
    sampling: false,
  })
})

it('the system is told of a beginning, an end, and half a hundredth between', () => {
  const at = (progress: number) => ({ progress, sampling: true })
  expect(differs(restingDesk, at(0))).toBe(true)
  expect(differs(at(1), restingDesk)).toBe(true)
  expect(differs(at(0.5), at(0.504))).toBe(false)
  expect(differs(at(0.5), at(0.506))).toBe(true)
  expect(differs(restingDesk, restingDesk)).toBe(false)
})
