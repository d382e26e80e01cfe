import { PalimpsestError } from '../shared/errors.ts'
import type { House } from './house.ts'
import { asDrawer, sizeOf, trainedLevels } from './request.ts'
import { received } from './sentences.ts'
import { findDevice } from './tables.ts'
import type { BenchRow } from './types.ts'

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length
const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.slice((sorted.length - 1) >> 1, (sorted.length >> 1) + 1)
  return mean(middle)
}

/**
 * A step through the sampler against a bare session.run: same process, model and batch, and the same number of calls in each turn. The run is
 * a real one: its start noise, its progress messages and its final checks count. Two rounds before the first one warm up.
 */
export async function benchModel(
  house: House,
  args: { model: string; device: string; batch: number; steps: number; rounds: number },
): Promise<BenchRow> {
  const device = args.device === 'auto' ? 'auto' : findDevice(args.device)
  const model = asDrawer(await house.models.find(args.model))
  const most = trainedLevels(model.card)
  if (!Number.isInteger(args.steps) || args.steps < 1 || args.steps > most) {
    throw new PalimpsestError(
      'request',
      `Expected an integer from 1 to ${String(most)} for steps but received ${received(args.steps)}.`,
    )
  }
  const { signal } = new AbortController()
  return house.lane(async () => {
    const engine = await house.engines.acquire(model, device, signal, () => undefined)
    const { steps, batch, rounds } = args
    const size = sizeOf(model.card)
    const seeds = Array.from({ length: batch }, (_, i) => i)
    const bare = async () => mean(await engine.bare({ steps, batch, ...size }, signal))
    const sampled = async () => {
      const common = {
        kind: 'generate',
        sampler: 'ddim',
        eta: 0,
        steps,
        spacing: 'leading',
        variance: 'small',
        threshold: 'clip',
      } as const
      const { milliseconds, nfe } = await engine.run(
        { ...common, seeds, ...size, preview: { size: 0, everyMs: 0 } },
        signal,
        () => undefined,
      )
      return { perCall: milliseconds.total / nfe, outside: milliseconds.elsewhere / milliseconds.total }
    }
    for (let round = 0; round < 2; round++) {
      await bare()
      await sampled()
    }
    const bares = [await bare()]
    const runs: Awaited<ReturnType<typeof sampled>>[] = []
    for (let round = 0; round < rounds; round++) {
      runs.push(await sampled())
      bares.push(await bare())
    }
    const times = runs.map((run) => run.perCall)
    const more = ratiosOf(times, bares).map((ratio) => 100 * (ratio - 1))
    house.speeds.record(model.id, engine.loaded.device, batch, 1, median(times))
    return {
      model: model.id,
      device: engine.loaded.device,
      batch,
      steps,
      rounds,
      bareMsPerCall: median(bares),
      samplerMsPerCall: median(times),
      overheadPercent: median(more),
      overheadInterval: intervalOfMedian(more),
      outsideModelPercent: 100 * median(runs.map((run) => run.outside)),
    }
  })
}

/**
 * Each run against the mean of the bare turns just before and just after it, one more than there are runs: a machine that slows down or
 * speeds up evenly cancels out.
 */
export function ratiosOf(runs: readonly number[], bares: readonly number[]): number[] {
  return runs.map((run, i) => run / mean(bares.slice(i, i + 2)))
}

/**
 * Between which of the values the median of what they were drawn from lies, 19 times in 20 (the binomial's normal approximation); of few values
 * the least and the greatest.
 */
export function intervalOfMedian(values: readonly number[]): readonly [low: number, high: number] {
  const sorted = values.toSorted((a, b) => a - b)
  const reach = 1.96 * Math.sqrt(sorted.length)
  const below = Math.max(0, Math.floor((sorted.length - reach) / 2) - 1)
  return [sorted[below] ?? NaN, sorted.at(-1 - below) ?? NaN]
}
