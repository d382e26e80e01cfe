import type { JobProgress } from '../shared/api.ts'
import type { StepEvent } from '../shared/engine.ts'

/** Progress over a whole job, which is several runs of the engine one after another (chunks of the batch, crops of a fill). */
export interface Progress {
  /** One step of run number `run`, counted from 0. */
  step(run: number, event: StepEvent): JobProgress
}

/**
 * The first step of a run carries one-time costs (shader compilation, first allocation), so the rate is measured from the second on. `windows`:
 * runs that each batch of a fill takes, one after another.
 */
export function trackProgress(runs: number, windows = 1): Progress {
  let run = -1
  let first: StepEvent | undefined
  let last: StepEvent | undefined
  let calls = 0
  let milliseconds = 0
  /** Of the runs that are over: those of one job may differ (RePaint walks straight through a window that is repainted whole). */
  const over = { steps: 0, calls: 0 }

  const close = () => {
    if (first === undefined || last === undefined) return
    const [from, since] = last.calls > first.calls ? [first.calls, first.milliseconds] : [0, 0]
    calls += last.calls - from
    milliseconds += last.milliseconds - since
    over.steps += last.steps
    over.calls += last.callsTotal
  }
  const rate = (): number => {
    if (first === undefined || last === undefined) return 0
    const own = last.calls > first.calls
    const done = calls + (own ? last.calls - first.calls : 0)
    const spent = milliseconds + (own ? last.milliseconds - first.milliseconds : 0)
    if (done > 0 && spent > 0) return (1000 * done) / spent
    return last.milliseconds > 0 ? (1000 * last.calls) / last.milliseconds : 0
  }

  return {
    step(now, event) {
      if (now !== run) {
        close()
        run = now
        first = event
      }
      last = event
      const callsPerSecond = rate()
      const callsDone = over.calls + event.calls
      // Those to come are taken to be like this one.
      const callsTotal = over.calls + (runs - run) * event.callsTotal
      return {
        step: over.steps + event.step,
        steps: over.steps + (runs - run) * event.steps,
        calls: callsDone,
        callsTotal,
        callsPerSecond,
        secondsLeft: callsPerSecond > 0 ? (callsTotal - callsDone) / callsPerSecond : 0,
        sigma: event.sigma,
        ...(event.effectiveSampleSize === undefined ? {} : { effectiveSampleSize: event.effectiveSampleSize }),
        ...(windows > 1 ? { window: { number: (run % windows) + 1, of: windows, step: event.step, steps: event.steps } } : {}),
      }
    },
  }
}
