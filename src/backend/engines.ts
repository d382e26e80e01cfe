import { type DeviceName, deviceTitles } from '../shared/card.ts'
import type {
  EngineMethods,
  Inverted,
  InvertArgs,
  Likelihood,
  LikelihoodArgs,
  Loaded,
  RunArgs,
  RunResult,
  StateEvent,
  StepEvent,
} from '../shared/engine.ts'
import { PalimpsestError, toErrorData } from '../shared/errors.ts'
import type { StartWorker } from '../shared/port.ts'
import type { TraceEvent } from '../shared/trace.ts'
import { impossible, type Devices } from './devices.ts'
import type { UsableModel } from './models.ts'
import type { Tuning } from './tuning.ts'
import { cancelledError, startWorker, throwIfCancelled, unlessCancelled, untilCancelled, type Worker } from './worker.ts'

/** A loaded model on a device, in its own process. */
export interface Engine {
  readonly loaded: Loaded
  run(
    args: RunArgs,
    signal: AbortSignal,
    onStep: (step: StepEvent) => void,
    /** Of a run that is asked for its trace. */
    onTrace?: (event: TraceEvent) => void,
    /** Of a run that is asked to be kept. */
    onState?: (event: StateEvent) => void,
  ): Promise<RunResult>
  invert(args: InvertArgs, signal: AbortSignal, onStep: (step: StepEvent) => void): Promise<Inverted>
  likelihood(args: LikelihoodArgs, signal: AbortSignal, onStep: (step: StepEvent) => void): Promise<Likelihood>
  bare(args: { steps: number; batch: number; width: number; height: number }, signal: AbortSignal): Promise<readonly number[]>
  /** Of a classifier: pictures in its range, [n, c, h, w], to probabilities [n, classes]. */
  classify(args: Parameters<EngineMethods['classify']>[0], signal: AbortSignal): Promise<Float32Array>
}

export interface Engines {
  /**
   * The engine of this model on this device, started when there is none. `auto` goes down the ranking and says so through `onNotice`; a
   * device named by the user is that device or an error of code `device`. `claim` is awaited before a device is touched.
   */
  acquire(
    model: UsableModel,
    device: DeviceName | 'auto',
    signal: AbortSignal,
    onNotice: (notice: string) => void,
    claim?: (device: DeviceName) => Promise<void>,
  ): Promise<Engine>
  /** Where `auto` ended up with this model the last time; null where it was not asked yet. */
  automatic(model: string): DeviceName | null
  /** Loads in a process of its own and ends it: names, shapes and types of the graph against the card. Throws what is wrong. */
  inspect(model: UsableModel): Promise<Loaded>
  stop(): Promise<void>
}

interface Running extends Engine {
  readonly key: string
  readonly device: DeviceName
  readonly worker: Worker<EngineMethods>
}

/** After one of these the process is not trusted with another job: it may hold a lost device or half-freed memory. */
const spoilt = (error: unknown): boolean => ['device', 'internal'].includes(toErrorData(error).code)

export function createEngines(start: StartWorker, devices: Devices, tuning: Tuning): Engines {
  /** In order of last use, the oldest first. */
  let running: Running[] = []
  const open = new Set<Worker<EngineMethods>>()
  /** What `auto` has found not to load, by device and model, so that each later job does not try again. */
  const refused = new Map<string, string>()
  const settled = new Map<string, DeviceName>()

  const spawn = async (): Promise<Worker<EngineMethods>> => {
    const worker = await startWorker<EngineMethods>(start, 'The engine')
    open.add(worker)
    return worker
  }
  const end = async (worker: Worker<EngineMethods>): Promise<void> => {
    running = running.filter((one) => one.worker !== worker)
    await worker.kill()
    open.delete(worker)
  }

  const load = async (
    worker: Worker<EngineMethods>,
    model: UsableModel,
    device: DeviceName,
    signal: AbortSignal,
  ): Promise<Loaded> => {
    const call = worker.remote.call('load', { folder: model.folder, card: model.card, device })
    const loaded = await untilCancelled(call, signal, tuning.graceMs, () => end(worker))
    if (!model.card.files.some((entry) => entry.file === loaded.file && entry.sha256 === loaded.sha256)) {
      throw new PalimpsestError(
        'model',
        `The file ${loaded.file} of the model "${model.id}" is not the one its card names: its sha256 differs.`,
      )
    }
    return loaded
  }

  const open1 = async (model: UsableModel, device: DeviceName, signal: AbortSignal): Promise<Running> => {
    // The card is part of the key: a package that was replaced on disk is another model.
    const key = JSON.stringify([device, model.folder, model.card])
    for (const { worker } of running.filter((one) => !one.worker.alive)) await end(worker)
    const known = running.find((one) => one.key === key)
    running = running.filter((one) => one !== known)
    if (known !== undefined) {
      running.push(known)
      return known
    }
    const reason = impossible(device)
    if (reason !== null) throw new PalimpsestError('device', `${deviceTitles[device]} cannot start here: ${reason}`)
    // Those of other devices may be at work.
    const same = running.filter((one) => one.device === device)
    for (const { worker } of same.slice(0, Math.max(0, same.length - tuning.engines + 1))) await end(worker)
    const worker = await spawn()
    try {
      throwIfCancelled(signal)
      const loaded = await load(worker, model, device, signal)
      const guard = async <R>(work: Promise<R>): Promise<R> => {
        try {
          return await work
        } catch (error) {
          if (spoilt(error) || !worker.alive) await end(worker)
          throw error
        }
      }
      const engine: Running = {
        key,
        device,
        worker,
        loaded,
        run: (args, until, onStep, onTrace, onState) => {
          const call = worker.remote.call('run', args, (event) => {
            const told = event as StepEvent | TraceEvent | StateEvent
            if (told.kind === 'trace') onTrace?.(told)
            else if (told.kind === 'state') onState?.(told)
            else onStep(told)
          })
          return guard(untilCancelled(call, until, tuning.graceMs, () => end(worker)))
        },
        invert: (args, until, onStep) => {
          const call = worker.remote.call('invert', args, (event) => onStep(event as StepEvent))
          return guard(untilCancelled(call, until, tuning.graceMs, () => end(worker)))
        },
        likelihood: (args, until, onStep) => {
          const call = worker.remote.call('likelihood', args, (event) => onStep(event as StepEvent))
          return guard(untilCancelled(call, until, tuning.graceMs, () => end(worker)))
        },
        classify: (args, until) =>
          guard(untilCancelled(worker.remote.call('classify', args), until, tuning.graceMs, () => end(worker))),
        bare: (args, until) => guard(untilCancelled(worker.remote.call('bare', args), until, tuning.graceMs, () => end(worker))),
      }
      running.push(engine)
      return engine
    } catch (error) {
      await end(worker)
      if (signal.aborted) throw cancelledError()
      throw error
    }
  }

  const automatic = async (
    model: UsableModel,
    signal: AbortSignal,
    onNotice: (notice: string) => void,
    claim: (device: DeviceName) => Promise<void>,
  ): Promise<Running> => {
    const failures: string[] = []
    for (const device of await unlessCancelled(devices.ranking(), signal)) {
      throwIfCancelled(signal)
      const key = `${device} ${model.folder}`
      const before = refused.get(key)
      if (before !== undefined) {
        failures.push(before)
        continue
      }
      await claim(device)
      try {
        const engine = await open1(model, device, signal)
        settled.set(model.id, device)
        if (failures.length > 0)
          onNotice(`${failures.join('; ')}; running on ${device === 'cpu' ? 'the CPU' : deviceTitles[device]}.`)
        return engine
      } catch (error) {
        const { code, message } = toErrorData(error)
        if (code !== 'device' || device === 'cpu') throw error
        const reason = message.replace(/\.$/, '')
        const failure = reason.startsWith(deviceTitles[device]) ? reason : `${deviceTitles[device]} could not start (${reason})`
        refused.set(key, failure)
        failures.push(failure)
      }
    }
    throw new PalimpsestError('device', `No device could start: ${failures.join('; ')}.`)
  }

  return {
    async acquire(model, device, signal, onNotice, claim = async () => undefined) {
      if (device === 'auto') return automatic(model, signal, onNotice, claim)
      await claim(device)
      return open1(model, device, signal)
    },
    automatic: (model) => settled.get(model) ?? null,
    async inspect(model) {
      const worker = await spawn()
      try {
        return await load(worker, model, 'cpu', new AbortController().signal)
      } finally {
        await end(worker)
      }
    },
    async stop() {
      await Promise.all([...open].map(end))
    },
  }
}
