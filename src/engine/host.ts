import type { ClassifierCard, DenoiserCard, DeviceName } from '../shared/card.ts'
import type { EngineMethods, InvertArgs, LikelihoodArgs, Loaded, LoadArgs, ModelFacts, RunArgs } from '../shared/engine.ts'
import { PalimpsestError } from '../shared/errors.ts'
import type { CallContext, MethodTable } from '../shared/port.ts'
import { checkAgainstCard } from './agree.ts'
import { leavesCore, type NoiseThread } from './ahead.ts'
import { timeBareCalls } from './bare.ts'
import type { LoadedDenoiser } from './call.ts'
import { classifyImages } from './classify.ts'
import { probeDevice } from './devices.ts'
import { createFaults } from './faults.ts'
import { checkedPath, chooseFile } from './files.ts'
import { estimateLikelihood, invertPictures } from './flow.ts'
import type { Graph } from './graph.ts'
import { absent, openError } from './refusals.ts'
import { runModel } from './run.ts'
import { loadRuntime, providers } from './session.ts'

interface LoadedModel {
  readonly graph: Graph
  readonly card: DenoiserCard | ClassifierCard
  readonly device: DeviceName
  /** 0: onnxruntime's own choice. */
  readonly threads: number
}

/** The engine's methods (shared/engine.ts): one model a process, one run at a time. `thread` draws noise ahead where that is worth it. */
export function createEngine(
  env: Readonly<Record<string, string | undefined>>,
  thread?: NoiseThread,
): MethodTable & Pick<EngineMethods, 'load'> {
  const faults = createFaults(env)
  let model: LoadedModel | undefined
  let busy = false

  const loaded = (): LoadedModel => {
    if (model === undefined) throw new PalimpsestError('internal', 'The engine has no model yet.')
    return model
  }
  const denoiser = (): LoadedDenoiser => {
    const { graph, card, device, threads } = loaded()
    if (card.task !== 'denoiser')
      throw new PalimpsestError('request', `The model ${card.name} judges pictures; it cannot make them.`)
    return { graph, card, device, faults, ...(thread !== undefined && leavesCore(device, threads) ? { thread } : {}) }
  }
  /** Two runs at once would crash WebGPU and mix buffers. */
  const alone = async <R>(work: () => Promise<R>): Promise<R> => {
    if (busy) throw new PalimpsestError('internal', 'The engine is at work: it does one run at a time.')
    busy = true
    try {
      return await work()
    } finally {
      // No reason to fail a run that is done: the next call opens the model again, and says so if it cannot.
      await model?.graph.rest?.().catch(() => undefined)
      busy = false
    }
  }

  return {
    probe: ({ device }: { device: DeviceName }) => alone(() => probeDevice(device)),
    load: (args: LoadArgs) =>
      alone(async () => {
        if (model !== undefined)
          throw new PalimpsestError('internal', 'The engine has a model already: another model is another process.')
        const [opened, answer] = await open(args)
        model = opened
        return answer
      }),
    facts: (): ModelFacts => ({ inputs: loaded().graph.inputs, outputs: loaded().graph.outputs }),
    run: (args: RunArgs, context: CallContext) => alone(() => runModel(denoiser(), args, context)),
    invert: (args: InvertArgs, context: CallContext) => alone(() => invertPictures(denoiser(), args, context)),
    likelihood: (args: LikelihoodArgs, context: CallContext) => alone(() => estimateLikelihood(denoiser(), args, context)),
    classify: (args: { images: Float32Array; shape: { n: number; c: number; h: number; w: number } }) =>
      alone(() => classifyImages(loaded(), args)),
    bare: (args: { steps: number; batch: number; width: number; height: number }) => alone(() => timeBareCalls(denoiser(), args)),
    fault: ({ fault }: { fault: Parameters<typeof faults.set>[0] }) => {
      faults.set(fault)
    },
  }
}

async function open({ folder, card, device, threads = 0 }: LoadArgs): Promise<[LoadedModel, Loaded]> {
  const begun = performance.now()
  const entry = chooseFile(card, device)
  const path = await checkedPath(folder, entry)
  const runtime = await loadRuntime()
  if (!runtime.devices.includes(device)) throw new PalimpsestError('device', absent(device))
  const graph = await runtime.open(path, device, threads, { check: () => checkedPath(folder, entry) }).catch((error: unknown) => {
    throw openError(error, entry.file, device)
  })
  try {
    checkAgainstCard(card, graph)
  } catch (error) {
    await graph.release()
    throw error
  }
  const { file, sha256 } = entry
  const milliseconds = performance.now() - begun
  return [
    { graph, card, device, threads },
    { device, provider: providers[device], onnxruntime: runtime.version, file, sha256, milliseconds },
  ]
}
