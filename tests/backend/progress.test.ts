import { expect, it } from 'vitest'
import { trackProgress } from '../../src/backend/progress.ts'
import type { StepEvent } from '../../src/shared/engine.ts'

const event = (step: number, milliseconds: number, steps = 10): StepEvent => ({
  kind: 'step',
  step,
  steps,
  calls: step,
  callsTotal: steps,
  sigma: steps - step,
  milliseconds,
  modelMilliseconds: milliseconds,
})

it('measures the rate from the second step on, since the first carries one-time costs', () => {
  const progress = trackProgress(1)
  // Compiling took 900 ms; each step takes 100.
  expect(progress.step(0, event(1, 1000)).callsPerSecond).toBe(1)
  expect(progress.step(0, event(2, 1100)).callsPerSecond).toBeCloseTo(10)
  expect(progress.step(0, event(4, 1300))).toMatchObject({ secondsLeft: expect.closeTo(0.6) as number, step: 4, steps: 10 })
})

it('counts steps and calls over all runs of the job', () => {
  const progress = trackProgress(3)
  for (let step = 1; step <= 10; step++) progress.step(0, event(step, 100 * step))
  progress.step(1, event(1, 500))
  const told = progress.step(1, event(6, 1000))
  expect(told).toMatchObject({ step: 16, steps: 30, calls: 16, callsTotal: 30, sigma: 4 })
  // 9 calls in 900 ms, then 5 in 500.
  expect(told.callsPerSecond).toBeCloseTo(10)
  expect(told.secondsLeft).toBeCloseTo(1.4)
})

it('knows a rate from a run of one step', () => {
  const progress = trackProgress(2)
  progress.step(0, event(1, 200, 1))
  expect(progress.step(1, event(1, 100, 1)).callsPerSecond).toBeGreaterThan(0)
})

it('never goes back where the runs of a job differ in length', () => {
  const progress = trackProgress(2)
  for (let step = 1; step <= 100; step++) progress.step(0, event(step, 10 * step, 100))
  expect(progress.step(1, event(1, 10, 10))).toMatchObject({ step: 101, steps: 110, calls: 101, callsTotal: 110 })
})

it('tells of the window that is filled and how far it is, where a batch takes several', () => {
  const progress = trackProgress(4, 2)
  const windows = [0, 1, 2, 3].map((run) => [1, 7].map((step) => progress.step(run, event(step, 100 * step)).window))
  const at = (number: number, step: number) => ({ number, of: 2, step, steps: 10 })
  expect(windows).toEqual([1, 2, 1, 2].map((number) => [at(number, 1), at(number, 7)]))
  expect(trackProgress(4).step(0, event(1, 100))).not.toHaveProperty('window')
})

it('hands on how many particles still count', () => {
  const progress = trackProgress(1)
  expect(progress.step(0, { ...event(1, 100), effectiveSampleSize: 3.2 })).toMatchObject({ effectiveSampleSize: 3.2 })
  expect(progress.step(0, event(2, 200))).not.toHaveProperty('effectiveSampleSize')
})

it('is right within a quarter after a fifth, though writing takes as long as sampling', () => {
  let now = 0
  const [runs, steps, stepMs, writeMs, startMs] = [10, 8, 25, 180, 40]
  const progress = trackProgress(runs, 1, [], () => now)
  const told: { readonly at: number; readonly left: number; readonly done: number }[] = []
  for (let run = 0; run < runs; run++) {
    now += startMs
    for (let step = 1; step <= steps; step++) {
      now += stepMs
      const { secondsLeft, calls, callsTotal } = progress.step(run, event(step, startMs + stepMs * step, steps))
      told.push({ at: now, left: 1000 * secondsLeft, done: calls / callsTotal })
    }
    now += writeMs
  }
  // With what is written at the end.
  for (const { at, left } of told.filter(({ done, at: when }) => done >= 0.2 && when < now - 300))
    expect(Math.abs(left / (now - at) - 1), String(at)).toBeLessThan(0.25)
})

it('takes a run that goes on where it was for what it is', () => {
  const progress = trackProgress(4)
  // Two runs are over, and half of the third.
  const first = progress.step(2, event(6, 100))
  expect(first).toMatchObject({ step: 26, steps: 40, calls: 26, callsTotal: 40, callsPerSecond: 0, secondsLeft: 0 })
  const next = progress.step(2, event(8, 300))
  expect(next.callsPerSecond).toBeCloseTo(10)
  expect(next.secondsLeft).toBeCloseTo(1.2)
})
