import type { Backend } from '../../backend/types.ts'

/** A step through the sampler against a bare call of the model. The two take turns within each round: both meet the same machine. */
export interface Overhead {
  readonly device: string
  readonly batch: number
  readonly steps: number
  readonly rounds: number
  /** Milliseconds a model call, median of the rounds. */
  readonly bareMs: number
  readonly stepMs: number
  /** Median of the rounds' own ratios, less one. Negative where the difference is smaller than the machine's noise. */
  readonly overheadPercent: number
  /** Part of the sampler's time spent outside the model, as the engine itself counts it. */
  readonly outsideModelPercent: number
}

export async function measureOverhead(
  backend: Pick<Backend, 'benchModel'>,
  { model, batch, steps, rounds }: { model: string; batch: number; steps: number; rounds: number },
): Promise<Overhead> {
  const rows = []
  for (let round = 0; round < rounds; round++) rows.push(await backend.benchModel({ model, device: 'cpu', batch, steps }))
  return {
    device: rows[0]?.device ?? 'cpu',
    batch,
    steps,
    rounds,
    bareMs: median(rows.map((row) => row.bareMsPerCall)),
    stepMs: median(rows.map((row) => row.samplerMsPerCall)),
    overheadPercent: median(rows.map((row) => 100 * (row.samplerMsPerCall / row.bareMsPerCall - 1))),
    outsideModelPercent: median(rows.map((row) => row.outsideModelPercent)),
  }
}

/** The middle one, or the mean of the middle two. NaN of none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  if (sorted.length % 2 === 1) return sorted[middle] ?? NaN
  return ((sorted[middle - 1] ?? NaN) + (sorted[middle] ?? NaN)) / 2
}
