import { PalimpsestError } from '../shared/errors.ts'
import type { House } from './house.ts'
import { asDrawer, sizeOf, trainedLevels } from './request.ts'
import { received } from './sentences.ts'
import { findDevice } from './tables.ts'
import type { BenchRow } from './types.ts'

const rounds = 3

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length
const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN

/**
 * A step through the sampler against a bare session.run: same process, model and batch, in turns, so that a busy machine slows both;
 * the middle one of three rounds, after one round that warms up.
 */
export async function benchModel(
  house: House,
  args: { model: string; device: string; batch: number; steps: number },
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
    const { steps, batch } = args
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
    await bare()
    await sampled()
    const bares: number[] = []
    const runs: Awaited<ReturnType<typeof sampled>>[] = []
    for (let round = 0; round < rounds; round++) {
      bares.push(await bare())
      runs.push(await sampled())
    }
    const perCall = median(runs.map((run) => run.perCall))
    house.speeds.record(model.id, engine.loaded.device, batch, 1, perCall)
    return {
      model: model.id,
      device: engine.loaded.device,
      batch,
      steps,
      bareMsPerCall: median(bares),
      samplerMsPerCall: perCall,
      outsideModelPercent: 100 * median(runs.map((run) => run.outside)),
    }
  })
}
