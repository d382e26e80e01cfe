import type { Backend, BenchRow } from '../../backend/types.ts'

/** A step through the sampler against a bare call of the model, on the CPU. The two take turns: both meet the same machine. */
export interface Overhead extends Pick<
  BenchRow,
  'device' | 'batch' | 'steps' | 'rounds' | 'overheadPercent' | 'overheadInterval' | 'outsideModelPercent'
> {
  /** Milliseconds a model call, median of the rounds. */
  readonly bareMs: number
  readonly stepMs: number
}

export async function measureOverhead(
  backend: Pick<Backend, 'benchModel'>,
  asked: { model: string; batch: number; steps: number; rounds: number },
): Promise<Overhead> {
  const { model, batch, steps, rounds } = asked
  const { bareMsPerCall, samplerMsPerCall, ...row } = await backend.benchModel({ model, device: 'cpu', batch, steps, rounds })
  return { ...row, bareMs: bareMsPerCall, stepMs: samplerMsPerCall }
}

/** The middle one, or the mean of the middle two. NaN of none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  if (sorted.length % 2 === 1) return sorted[middle] ?? NaN
  return ((sorted[middle - 1] ?? NaN) + (sorted[middle] ?? NaN)) / 2
}
