import { PalimpsestError } from '../shared/errors.ts'
import { measureColdStart } from './bench/cold.ts'
import { measureDevices } from './bench/devices.ts'
import { libraryRows, measureLibraries } from './bench/library.ts'
import { measureMemory, watchedWorkers } from './bench/memory.ts'
import { measureOverhead } from './bench/overhead.ts'
import { measureQueue } from './bench/queue.ts'
import { measureRepeats } from './bench/repeats.ts'
import { type BenchReport, table } from './bench/report.ts'
import { type Context, nodeWorkers, untilCancelled, withBackend } from './context.ts'
import type { Parsed } from './flags.ts'
import { columns } from './help.ts'

/** `palimpsest bench`: what this machine does, each number with what it was compared with. */

export interface BenchSettings {
  readonly model: string
  /** Pictures a model call: one, where the sampler weighs most beside the model, and many, where runs are made. */
  readonly batches: readonly number[]
  readonly steps: number
  /** Turns of each, the bare loop and the sampler. */
  readonly rounds: number
}

export async function bench(parsed: Parsed, context: Context): Promise<void> {
  const say = (sentence: string) => void (parsed.given.has('quiet') || context.stderr.write(`${sentence}\n`))
  const measureLibrary = () => {
    say('The library at growing sizes ...')
    return measureLibraries(nodeWorkers(context.folders).startImaging)
  }
  if (parsed.given.has('library')) {
    const library = await untilCancelled(context, measureLibrary())
    return context.out(parsed.given.has('json') ? JSON.stringify({ library }, null, 2) : columns(libraryRows(library)).join('\n'))
  }
  const watched = watchedWorkers(nodeWorkers(context.folders))
  const work = withBackend(
    context,
    async (backend): Promise<BenchReport> => {
      const settings = await settingsOf(
        parsed,
        async () => (await backend.handlers.models({})).find((model) => model.card?.task === 'denoiser')?.id,
      )
      const measure = async () => {
        say('Cold start of the command line ...')
        const cold = await measureColdStart(context, settings.model)
        say('A step against a bare loop of the model ...')
        const overhead = []
        for (const batch of settings.batches) overhead.push(await measureOverhead(backend, { ...settings, batch }))
        say('GPU against CPU ...')
        const devices = await measureDevices(backend, { ...settings, batch: settings.batches.at(-1) ?? 1 })
        say('Whether pictures repeat ...')
        const repeats = await measureRepeats(backend, settings.model)
        say('What the queue costs ...')
        const queue = await measureQueue(backend, settings.model)
        return {
          settings,
          overhead,
          cold,
          devices,
          repeats,
          queue,
          memory: await measureMemory(watched.pids),
          library: await measureLibrary(),
        }
      }
      return untilCancelled(context, measure())
    },
    watched.workers,
  )
  const report = await work
  context.out(parsed.given.has('json') ? JSON.stringify(report, null, 2) : table(report))
}

async function settingsOf(parsed: Parsed, firstModel: () => Promise<string | undefined>): Promise<BenchSettings> {
  const model = parsed.given.get('model') ?? (await firstModel())
  if (typeof model !== 'string') throw new PalimpsestError('model', 'No model that makes pictures is installed.')
  return {
    model,
    batches: parsed.given.has('batch') ? [whole(parsed, 'batch', 1, 256)] : [1, 16],
    steps: whole(parsed, 'steps', 100, 1000),
    rounds: whole(parsed, 'rounds', 25, 1000),
  }
}

function whole(parsed: Parsed, name: string, otherwise: number, most: number): number {
  const value = parsed.given.get(name) ?? otherwise
  if (typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= most) return value
  throw new PalimpsestError(
    'request',
    `Expected an integer from 1 to ${most} for ${name} but received ${JSON.stringify(value)} (${typeof value}).`,
  )
}
