import { describe, expect, it } from 'vitest'
import { type Expected, trackProgress } from '../../src/backend/progress.ts'
import { findInpainter } from '../../src/backend/tables.ts'
import type { StepEvent } from '../../src/shared/engine.ts'

/**
 * The time left, from a fifth of a job to its end, for the kinds of jobs there are. The clock is a number that the test moves, so a busy machine changes
 * nothing of it; what the engine would say is said by the test, each step as long as its kind takes, give or take a tenth.
 */

interface Engine {
  /** Before the first word: the start of the process and the model. */
  readonly loadMs?: number
  /** Of the first step, once: shaders, first allocations. */
  readonly compileMs?: number
  /** Of a call that costs 1. */
  readonly callMs: number
  /** Of a transition without a call. */
  readonly undoMs?: number
  /** Between two runs of a batch, and after each batch. */
  readonly runMs?: number
  readonly writeMs?: number
}

interface Run {
  /** Calls after each step. */
  readonly calls: readonly number[]
  readonly price: number
}

interface Work extends Engine {
  readonly runs: readonly Run[]
  readonly each: number
  readonly crops?: number
  readonly planned?: readonly Expected[]
  readonly prices?: readonly number[]
}

/** -1..1, the same every time. */
const uneven = (k: number): number => Math.sin(12.9898 * k) * Math.cos(4.1 * k)

/** How wrong the time left was at worst, as a part of what it then took, while the job was between a fifth and its last moments. */
function worstOf(work: Work): number {
  const {
    runs,
    each,
    crops = 1,
    planned = [],
    prices = [],
    loadMs = 0,
    compileMs = 0,
    callMs,
    undoMs = 0,
    runMs = 0,
    writeMs = 0,
  } = work
  let now = loadMs
  const progress = trackProgress(runs.length, crops, planned, () => now, prices)
  const told: { readonly at: number; readonly left: number; readonly done: number }[] = []
  let k = 0
  for (const [number, { calls, price }] of runs.entries()) {
    const began = now
    if (number === 0) now += compileMs
    for (const [step, sum] of calls.entries()) {
      const own = sum - (calls[step - 1] ?? 0)
      now += (own === 0 ? undoMs : own * price * callMs) * (1 + 0.1 * uneven(k++))
      const event: StepEvent = {
        kind: 'step',
        step: step + 1,
        steps: calls.length,
        calls: sum,
        callsTotal: calls.at(-1) ?? 0,
        sigma: 1,
        milliseconds: now - began,
        modelMilliseconds: now - began,
      }
      const { secondsLeft, calls: done, callsTotal } = progress.step(number, event)
      told.push({ at: now, left: 1000 * secondsLeft, done: done / callsTotal })
    }
    now += (number + 1) % each === 0 ? writeMs : runMs
  }
  const end = now
  // At the very end a moment of writing is more than a quarter of what is left.
  const looked = told.filter(({ at, done }) => done >= 0.2 && at < 0.95 * end)
  expect(looked.length).toBeGreaterThan(5)
  return Math.max(...looked.map(({ at, left }) => Math.abs(left / (end - at) - 1)))
}

const straight = (steps: number, each = 1): readonly number[] => Array.from({ length: steps }, (_, i) => each * (i + 1))
const alike = (count: number, run: Run): readonly Run[] => Array.from({ length: count }, () => run)
const expected = (crop: number, stage: number, refinements: number, calls: number, price: number): Expected => ({
  crop,
  stage,
  refinements,
  calls,
  steps: calls,
  cost: calls * price,
})

/** RePaint as it is walked: down with a call each, up again without. */
function repaint(): readonly number[] {
  const walk = findInpainter('repaint').walk({ steps: 50, jumpLength: 10, resamples: 5 } as never)
  let sum = 0
  return walk.map((move) => (sum += move.kind === 'undo' ? 0 : 1))
}

const jobs: readonly (readonly [string, Work])[] = [
  ['one run of equal steps', { runs: alike(1, { calls: straight(50), price: 1 }), each: 1, callMs: 40 }],
  [
    'a model that is loaded and compiled first',
    { runs: alike(1, { calls: straight(50), price: 1 }), each: 1, callMs: 40, loadMs: 9000, compileMs: 4000 },
  ],
  [
    'two calls a step, and one in the last',
    { runs: alike(2, { calls: [...straight(29, 2), 59], price: 1 }), each: 1, callMs: 40, writeMs: 100 },
  ],
  [
    'RePaint with resampling, up and down',
    { runs: alike(2, { calls: repaint(), price: 1 }), each: 1, callMs: 30, undoMs: 2, writeMs: 300 },
  ],
  [
    'a last batch of a quarter',
    {
      runs: [...alike(4, { calls: straight(20), price: 1 }), { calls: straight(20), price: 0.25 }],
      each: 1,
      callMs: 50,
      writeMs: 60,
      prices: [1, 1, 1, 1, 0.25],
    },
  ],
  [
    'windows of a fill, one of them refined to four times its size',
    {
      runs: [0, 1].flatMap(() => [
        { calls: straight(30), price: 1 },
        { calls: straight(10), price: 4 },
        { calls: straight(30), price: 1 },
      ]),
      each: 3,
      crops: 2,
      planned: [expected(0, 0, 1, 30, 1), expected(0, 1, 1, 10, 4), expected(1, 0, 0, 30, 1)],
      callMs: 40,
      runMs: 30,
      writeMs: 400,
      compileMs: 900,
    },
  ],
  [
    'many variations, each written for as long as it is sampled',
    { runs: alike(10, { calls: straight(8), price: 1 }), each: 1, callMs: 25, writeMs: 200 },
  ],
  [
    'many variations of several windows, each composed for as long as a window takes',
    {
      runs: alike(32, { calls: straight(10), price: 1 }),
      each: 4,
      crops: 4,
      planned: [0, 1, 2, 3].map((crop) => expected(crop, 0, 0, 10, 1)),
      callMs: 20,
      runMs: 5,
      writeMs: 200,
    },
  ],
]

describe('after a fifth the time left is right within a quarter', () => {
  it.each(jobs)('%s', (_name, work) => {
    expect(worstOf(work)).toBeLessThan(0.25)
  })

  it('which a rate by calls alone would not be', () => {
    const [, work] = jobs.find(([name]) => name.startsWith('windows of a fill')) ?? jobs[0]!
    const plain = (work.planned ?? []).map((one) => ({ ...one, cost: one.calls }))
    expect(worstOf({ ...work, planned: plain })).toBeGreaterThan(0.25)
  })
})
