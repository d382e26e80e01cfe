import type { InferenceSession, Tensor } from 'onnxruntime-node'
import type { DeviceName } from '../shared/card.ts'
import type { End, Feed, Feeds, Graph } from './graph.ts'
import { refuseTelemetry } from './telemetry.ts'

/** The only importer of onnxruntime-node: a graph on a device, or one sentence why not. */

/** As onnxruntime names them in its logs and in Python; recipes carry this name. */
export const providers: Readonly<Record<DeviceName, string>> = {
  cpu: 'CPUExecutionProvider',
  webgpu: 'WebGpuExecutionProvider',
  cuda: 'CUDAExecutionProvider',
  dml: 'DmlExecutionProvider',
  coreml: 'CoreMLExecutionProvider',
}

export interface Runtime {
  readonly version: string
  /** The devices this build of onnxruntime has code for; whether they can start here is another matter. */
  readonly devices: readonly string[]
  open(model: string | Uint8Array, device: DeviceName, threads: number, again?: Again): Promise<Graph>
}

/** A graph that gave its memory back opens its file again, which may be another by then. */
export interface Again {
  /** Awaited before; throws where the file is not what it was. */
  readonly check: () => Promise<unknown>
  /** From where on memory is given back. */
  readonly heavyBytes?: number
}

let runtime: Promise<Runtime> | undefined

/** Loads onnxruntime once. Refuses without ORT_DISABLE_TELEMETRY=1. */
export function loadRuntime(): Promise<Runtime> {
  runtime ??= importRuntime()
  return runtime
}

async function importRuntime(): Promise<Runtime> {
  refuseTelemetry(process.env)
  // Imported late, so that a refusal above comes before any native code of the library is in the process.
  const ort = await import('onnxruntime-node')
  // Errors arrive as exceptions; its own coloured lines on stderr would only repeat them. Read when the first session is made.
  ort.env.logLevel = 'fatal'
  return {
    version: ort.env.versions.node ?? ort.env.versions.common,
    devices: ort.listSupportedBackends().map((backend) => backend.name),
    async open(model, device, threads, again) {
      const create = (planned: boolean) => {
        const options = optionsFor(device, threads, planned)
        // Two overloads, one call each.
        return typeof model === 'string' ? ort.InferenceSession.create(model, options) : ort.InferenceSession.create(model, options)
      }
      // A graphics card has memory of its own, and a session there is dear to open.
      return device === 'cpu' ? lightGraph(create, ort.Tensor, again) : graphOf(await create(device !== 'dml'), ort.Tensor)
    },
  }
}

/**
 * What calls may add to the process before their memory counts as much. A session on the processor keeps all it ever had: at 1024 x 1024 the
 * photo model holds 1 GB after a call, and from the second on 1.7, since the room of all values is then laid out a second time as one piece.
 */
const heavy = 400 * 2 ** 20

/** A graph on the processor that gives memory back, which only the end of its session does: after a heavy first call, and when it rests. */
async function lightGraph(
  create: (planned: boolean) => Promise<InferenceSession>,
  TensorOf: typeof Tensor,
  { check, heavyBytes = heavy }: Again = { check: async () => undefined },
): Promise<Graph> {
  const before = process.memoryUsage.rss()
  const grown = () => process.memoryUsage.rss() - before
  const first = graphOf(await create(true), TensorOf)
  let open: Graph | undefined = first
  let planned = true
  let known: Feeds | undefined
  const close = async () => {
    const graph = open
    open = undefined
    await graph?.release()
  }
  return {
    inputs: first.inputs,
    outputs: first.outputs,
    async run(feeds, into) {
      if (open === undefined) {
        await check()
        open = graphOf(await create(planned), TensorOf)
      }
      await open.run(feeds, into)
      // The first call of a run tells. Laid out as one piece, values are found some per cent faster: worth it only while they are few.
      if (!planned || feeds === known) return
      known = feeds
      if (grown() <= heavyBytes) return
      planned = false
      await close()
    },
    async rest() {
      planned = true
      known = undefined
      // To open it again costs a job little; what is kept would lie beside what a heavy one needs.
      if (grown() > heavyBytes / 3) await close()
    },
    release: close,
  }
}

function optionsFor(device: DeviceName, threads: number, planned: boolean): InferenceSession.SessionOptions {
  return {
    executionProviders: [device],
    logSeverityLevel: 4,
    graphOptimizationLevel: 'all',
    // Numbers too small for a normal float slow the processor down, and real pictures make them where noise does not: at 256 x 256 a call of the
    // photo model took 160 ms between the steps of a run and 122 on noise, and with such numbers taken as zero 121 in both.
    extra: { session: { set_denormal_as_zero: '1' } },
    ...(threads > 0 ? { intraOpNumThreads: threads } : {}),
    ...(planned ? {} : { enableMemPattern: false }),
    // DirectML demands both.
    ...(device === 'dml' ? { executionMode: 'sequential' as const } : {}),
  }
}

function graphOf(session: InferenceSession, TensorOf: typeof Tensor): Graph {
  // Buffers are allocated once a run, so their tensors are made once too.
  const tensors = new WeakMap<Feed, Tensor>()
  const tensorOf = (feed: Feed): Tensor => {
    let tensor = tensors.get(feed)
    if (tensor === undefined) {
      tensor = new TensorOf(feed.type, feed.data, feed.dims)
      tensors.set(feed, tensor)
    }
    return tensor
  }
  const records = new WeakMap<Feeds, Readonly<Record<string, Tensor>>>()
  const tensorsOf = (feeds: Feeds) => {
    let record = records.get(feeds)
    if (record === undefined) {
      record = Object.fromEntries(Object.entries(feeds).map(([name, feed]) => [name, tensorOf(feed)]))
      records.set(feeds, record)
    }
    return record
  }
  return {
    inputs: session.inputMetadata.map(endOf),
    outputs: session.outputMetadata.map(endOf),
    async run(feeds, into) {
      await session.run(tensorsOf(feeds), tensorsOf(into))
    },
    release: () => session.release(),
  }
}

function endOf(meta: InferenceSession.ValueMetadata): End {
  return meta.isTensor
    ? { name: meta.name, type: meta.type, shape: meta.shape }
    : { name: meta.name, type: 'not a tensor', shape: [] }
}
