import type { JobProgress } from '../shared/api.ts'
import type { StepEvent } from '../shared/engine.ts'

/** Progress over a whole job, which is several runs of the engine one after another (chunks of the batch, crops of a fill). */
export interface Progress {
  /** One step of run number `run`, counted from 0. */
  step(run: number, event: StepEvent): JobProgress
}

/** What is known beforehand of a run. */
export interface Expected {
  /** Of a fill: which of its crops, and which refinement of how many. */
  readonly crop: number
  readonly stage: number
  readonly refinements: number
  readonly calls: number
  readonly steps: number
  /** Of all its calls, in a unit of its own. */
  readonly cost: number
}

/**
 * The first step of a run carries one-time costs (shader compilation, first allocation), so the rate is measured from the second on. `windows`:
 * crops that each batch of a fill has, one after another. `planned`: the runs of one batch, where they are not all alike. `prices`: of a call of each
 * run, where the batches are not of one size. What lies between two runs of a batch, and between two batches, where pictures are written, is
 * measured by the clock, each for itself, and counted for each that is to come, the end included. A job that goes on after a kill begins in the
 * middle: the runs before it count as done.
 */
export function trackProgress(
  runs: number,
  windows = 1,
  planned: readonly Expected[] = [],
  clock: () => number = () => performance.now(),
  prices: readonly number[] = [],
): Progress {
  /** Runs of one batch. */
  const each = planned.length > 0 ? planned.length : windows
  let run = -1
  let first: StepEvent | undefined
  let last: StepEvent | undefined
  let calls = 0
  let milliseconds = 0
  let cost = 0
  /** Of the runs that are over: those of one job may differ (RePaint walks straight through a window that is repainted whole). */
  const over = { steps: 0, calls: 0 }
  let lastAt = 0
  /** From the last word of one run to the first of the next, less what its calls take: sum and number. */
  const between = { runs: { milliseconds: 0, count: 0 }, batches: { milliseconds: 0, count: 0 } }
  let gap: { readonly milliseconds: number; readonly calls: number; readonly kind: keyof typeof between } | undefined

  const expectedAt = (at: number) => planned[at % planned.length]
  /** Of one call. */
  const priceOf = (at: number): number => {
    const expected = expectedAt(at)
    return (prices[at] ?? 1) * (expected === undefined || expected.calls === 0 ? 1 : expected.cost / expected.calls)
  }
  /** Of the runs from one to before another: as they were planned, or taken to be like this one. */
  const among = (
    from: number,
    to: number,
    event: StepEvent,
  ): { readonly steps: number; readonly calls: number; readonly cost: number } => {
    const sum = { steps: 0, calls: 0, cost: 0 }
    for (let at = from; at < to; at++) {
      const { steps, calls: asked } = expectedAt(at) ?? { steps: event.steps, calls: event.callsTotal }
      sum.steps += steps
      sum.calls += asked
      sum.cost += asked * priceOf(at)
    }
    return sum
  }

  const close = () => {
    if (first === undefined || last === undefined) return
    const [from, since] = last.calls > first.calls ? [first.calls, first.milliseconds] : [0, 0]
    calls += last.calls - from
    milliseconds += last.milliseconds - since
    cost += (last.calls - from) * priceOf(run)
    over.steps += last.steps
    over.calls += last.callsTotal
  }
  /** Calls, and their cost, a second. */
  const rates = (): { readonly calls: number; readonly cost: number } => {
    if (first === undefined || last === undefined) return { calls: 0, cost: 0 }
    const own = last.calls > first.calls ? last.calls - first.calls : 0
    const spent = milliseconds + (own > 0 ? last.milliseconds - first.milliseconds : 0)
    const price = priceOf(run)
    if (calls + own > 0 && spent > 0) return { calls: (1000 * (calls + own)) / spent, cost: (1000 * (cost + own * price)) / spent }
    // The first word of a run that goes on counts calls of before.
    const rate = last.milliseconds > 0 && last.step === 1 ? (1000 * last.calls) / last.milliseconds : 0
    return { calls: rate, cost: rate * price }
  }

  return {
    step(now, event) {
      const at = clock()
      if (now !== run) {
        close()
        if (last === undefined) {
          const before = among(0, now, event)
          over.steps = before.steps
          over.calls = before.calls
        } else
          gap = {
            milliseconds: at - lastAt,
            calls: event.step === 1 ? event.calls : 0,
            kind: Math.floor(now / each) === Math.floor(run / each) ? 'runs' : 'batches',
          }
        run = now
        first = event
      }
      last = event
      lastAt = at
      const rate = rates()
      if (gap !== undefined && rate.cost > 0) {
        between[gap.kind].milliseconds += Math.max(0, gap.milliseconds - (1000 * gap.calls * priceOf(run)) / rate.cost)
        between[gap.kind].count++
        gap = undefined
      }
      const rest = among(run + 1, runs, event)
      const batches = Math.ceil(runs / each) - Math.floor(run / each)
      // The end of each batch that is left is one of these, the rest of the ends of runs are the others.
      const pauses = batches * meanOf(between.batches) + (runs - run - batches) * meanOf(between.runs)
      const callsDone = over.calls + event.calls
      const left = (event.callsTotal - event.calls) * priceOf(run) + rest.cost
      const expected = expectedAt(run)
      return {
        step: over.steps + event.step,
        steps: over.steps + event.steps + rest.steps,
        calls: callsDone,
        callsTotal: over.calls + event.callsTotal + rest.calls,
        callsPerSecond: rate.calls,
        secondsLeft: rate.cost > 0 ? left / rate.cost + pauses / 1000 : 0,
        sigma: event.sigma,
        ...(event.effectiveSampleSize === undefined ? {} : { effectiveSampleSize: event.effectiveSampleSize }),
        ...(windows > 1
          ? { window: { number: (expected?.crop ?? run % windows) + 1, of: windows, step: event.step, steps: event.steps } }
          : {}),
        ...(expected === undefined || expected.refinements === 0
          ? {}
          : { refinement: { number: expected.stage, of: expected.refinements } }),
      }
    },
  }
}

const meanOf = ({ milliseconds, count }: { readonly milliseconds: number; readonly count: number }): number =>
  count === 0 ? 0 : milliseconds / count
