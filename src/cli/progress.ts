import type { CliProgress } from '../backend/types.ts'

/** Progress on stderr: one line kept up to date in a terminal; in a log the first step, then a line every few seconds, then the last. */

export interface ProgressOutput {
  readonly isTTY?: boolean
  readonly columns?: number
  write(text: string): unknown
}

export interface ProgressLine {
  show(progress: CliProgress): void
  /** A sentence of its own, above the progress. */
  say(sentence: string): void
  /** Leaves the terminal's line clean. */
  end(): void
}

const logEveryMs = 5000
const drawEveryMs = 100

export function progressLine(out: ProgressOutput, options: { quiet: boolean; now: () => number }): ProgressLine {
  const { quiet, now } = options
  const terminal = out.isTTY === true
  let drawn = false
  let last = -Infinity
  const clear = () => {
    if (drawn) out.write('\r\u001b[K')
    drawn = false
  }
  return {
    show(progress) {
      if (quiet) return
      const time = now()
      const finished = progress.step >= progress.steps
      if (!finished && time - last < (terminal ? drawEveryMs : logEveryMs)) return
      last = time
      if (!terminal) return void out.write(`${describe(progress)}\n`)
      out.write(`\r${describe(progress).slice(0, (out.columns ?? 80) - 1)}\u001b[K`)
      drawn = true
    },
    say(sentence) {
      clear()
      out.write(`${sentence}\n`)
    },
    end: clear,
  }
}

/** `step 12 of 50, 96 of 400 model calls, 24.1 a second, 13 s left`; of a fill of several windows first `window 2 of 5, ` and its own steps. */
export function describe(progress: CliProgress): string {
  const { window, refinement } = progress
  const { step, steps } = window ?? progress
  const place = window === undefined ? '' : `window ${window.number} of ${window.of}, `
  const again = refinement === undefined || refinement.number === 0 ? '' : `refinement ${refinement.number} of ${refinement.of}, `
  const calls = progress.callsTotal === steps ? '' : `, ${progress.calls} of ${progress.callsTotal} model calls`
  const rate = progress.callsPerSecond > 0 ? `, ${progress.callsPerSecond.toFixed(1)} a second` : ''
  const left =
    progress.step >= progress.steps || !Number.isFinite(progress.secondsLeft) ? '' : `, ${duration(progress.secondsLeft)} left`
  const size = progress.effectiveSampleSize
  const counting = size === undefined ? '' : `, effective sample size ${size.toFixed(1)}`
  return `${place}${again}step ${step} of ${steps}${calls}${rate}${counting}${left}`
}

export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds))
  if (whole < 60) return `${whole} s`
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`
}
