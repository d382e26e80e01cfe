import type { Preview } from '../../shared/engine.ts'
import type { Trace, TracePreview, TraceRecord } from '../../shared/trace.ts'
import { fixed, plain } from '../state/format.ts'

/** One picture's way through a trace, and its curves as lines of a drawing. Pure. */

export interface WayStep {
  readonly t: number | null
  readonly alphaBar: number
  readonly sigma: number
  /** Null where the transition asks no model. */
  readonly score: number | null
  readonly stepSize: number
  readonly nfe: number
  /** Since the run began, and of this step. */
  readonly milliseconds: number
  readonly own: number
  readonly effectiveSampleSize: number | undefined
  readonly preview: TracePreview | undefined
}

/** What the trace says of picture `index` of the job, of a fill in one of its windows; undefined where it has no part in it. */
export function wayOf({ runs }: Trace, index: number, window = 0): readonly WayStep[] | undefined {
  for (const { pictures, steps, crop = 0 } of runs) {
    const at = crop === window ? pictures.findIndex((picture) => picture.index === index) : -1
    if (at >= 0) return steps.map((record, i) => stepOf(record, at, steps[i - 1]?.milliseconds ?? 0))
  }
  return undefined
}

function stepOf(record: TraceRecord, at: number, before: number): WayStep {
  const { t, alphaBar, sigma, scoreNorm, stepSize, nfe, milliseconds, effectiveSampleSize, previews } = record
  return {
    t,
    alphaBar,
    sigma,
    score: scoreNorm?.[at] ?? null,
    stepSize: typeof stepSize === 'number' ? stepSize : (stepSize[at] ?? NaN),
    nfe,
    milliseconds,
    own: milliseconds - before,
    effectiveSampleSize,
    preview: previews?.[at],
  }
}

/** The estimate shown at a step: its own, or the last before it where its own was not kept. */
export function previewAt(way: readonly WayStep[], step: number): Preview | undefined {
  for (let i = Math.min(step, way.length - 1); i >= 0; i--) {
    const kept = way[i]?.preview
    if (kept !== undefined) return { index: 0, width: kept.width, height: kept.height, rgb: bytesOf(kept.rgb) }
  }
  return undefined
}

function bytesOf(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))
}

export interface Curve {
  /** Points of each unbroken stretch, "x,y x,y ...", in a box of `width` x `height` with y downwards. */
  readonly lines: readonly string[]
  readonly low: number
  readonly high: number
}

/**
 * Magnitudes on a logarithmic scale, one a step, the steps evenly across the box; null, zero and what is no number breaks the line. A single
 * value, or equal ones, lie in the middle. Undefined where there is nothing to draw.
 */
export function curveOf(values: readonly (number | null)[], width: number, height: number): Curve | undefined {
  const logs = values.map((value) => {
    const log = value === null ? NaN : Math.log10(Math.abs(value))
    return Number.isFinite(log) ? log : null
  })
  const known = logs.filter((log) => log !== null)
  if (known.length === 0) return undefined
  const [low, high] = [Math.min(...known), Math.max(...known)]
  const stretches: string[][] = [[]]
  for (const [i, log] of logs.entries()) {
    if (log === null) stretches.push([])
    else {
      const y = high > low ? height * (1 - (log - low) / (high - low)) : height / 2
      stretches.at(-1)?.push(`${short(placeOf(i, values.length) * width)},${short(y)}`)
    }
  }
  const lines = stretches.flatMap((points) => (points.length === 0 ? [] : [points.join(' ')]))
  return { lines, low: 10 ** low, high: 10 ** high }
}

/** Where a step lies across the box, 0..1. */
export const placeOf = (step: number, steps: number): number => (steps > 1 ? step / (steps - 1) : 0.5)

const short = (value: number): number => Math.round(value * 100) / 100

/** Three significant digits, and no more zeros than they need: "0.0123", "1.5e-5", "68.5". */
export function figure(value: number): string {
  if (!Number.isFinite(value)) return '—'
  const size = Math.abs(value)
  if (size === 0 || (size >= 1e-3 && size < 1e5)) return plain(Number(value.toPrecision(3)))
  const [digits, power] = value.toExponential(1).split('e')
  return `${fixed(Number(digits), 1)}e${power}`
}
