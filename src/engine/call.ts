import type { ModelCall, Shape } from '../core/types.ts'
import type { DenoiserCard, DeviceName } from '../shared/card.ts'
import { PalimpsestError } from '../shared/errors.ts'
import { outputChannels } from './agree.ts'
import type { NoiseThread } from './ahead.ts'
import type { Faults } from './faults.ts'
import type { Feed, Feeds, Graph } from './graph.ts'
import { checkOutput } from './health.ts'
import { callError } from './refusals.ts'

/** One evaluation of the network as core wants it, and what it cost. Buffers are allocated once a run. */
export interface Caller {
  readonly call: ModelCall
  /** Spent inside the model since the caller was made. */
  readonly milliseconds: () => number
}

export interface LoadedDenoiser {
  readonly graph: Graph
  readonly card: DenoiserCard
  readonly device: DeviceName
  readonly faults: Faults
  /** Where a core is left for it. */
  readonly thread?: NoiseThread
}

/** The feeds of one call at this shape: n images, or as many as the graph takes at once. */
export interface Buffers {
  /** Images a call holds; those beyond the batch are padding. */
  readonly rows: number
  readonly sample: Float32Array
  readonly levels: Feed
  readonly feeds: Feeds
  readonly out: Float32Array
  readonly into: Feeds
}

export function allocateBuffers(
  { graph, card }: Pick<LoadedDenoiser, 'graph' | 'card'>,
  { n, c, h, w }: Shape,
  sampleData?: Float32Array,
): Buffers {
  const { batch, sample: name, level, label } = card.input
  const rows = batch === 'dynamic' ? n : batch
  const sample = sampleData ?? new Float32Array(rows * c * h * w)
  const out = new Float32Array(rows * outputChannels(card) * h * w)
  const scalarRank = graph.inputs.find((input) => input.name === level.name)?.shape.length ?? 0
  const dims = { batch: [rows], column: [rows, 1], scalar: Array.from({ length: scalarRank }, () => 1) }[level.shape]
  const count = level.shape === 'scalar' ? 1 : rows
  const data = { int64: BigInt64Array, int32: Int32Array, float32: Float32Array }
  const levels: Feed = { type: level.type, data: new data[level.type](count), dims }
  const feeds: Record<string, Feed> = { [name]: { type: 'float32', data: sample, dims: [rows, c, h, w] }, [level.name]: levels }
  if (label !== undefined)
    feeds[label.name] = { type: 'int64', data: new BigInt64Array(rows).fill(BigInt(label.none ?? 0)), dims: [rows] }
  return {
    rows,
    sample,
    levels,
    feeds,
    out,
    into: { [card.output.name]: { type: 'float32', data: out, dims: [rows, outputChannels(card), h, w] } },
  }
}

/** `cancelled` is asked before every call, so that a run on a graph of batch 1 need not finish its whole step. */
export function createCaller(model: LoadedDenoiser, shape: Shape, cancelled: () => boolean): Caller {
  const { graph, card, device, faults } = model
  let milliseconds = 0
  let buffers: Buffers | undefined
  const evaluate = async ({ feeds, into, out }: Buffers) => {
    if (cancelled()) throw new PalimpsestError('cancelled', 'Cancelled.')
    const begun = performance.now()
    try {
      faults.beforeCall()
      await graph.run(feeds, into)
    } catch (error) {
      throw callError(error, device)
    } finally {
      milliseconds += performance.now() - begun
    }
    faults.afterCall(out)
  }
  /** A graph for any batch reads core's own buffer. */
  const whole: ModelCall = async (input, levels) => {
    if (buffers?.sample !== input) buffers = allocateBuffers(model, shape, input)
    writeLevels(buffers.levels, levels, 0)
    await evaluate(buffers)
    checkOutput(buffers.out, shape, device)
    return buffers.out
  }
  const inRows = (rows: number): ModelCall => {
    const own = allocateBuffers(model, shape)
    const [inSize, outSize] = [own.sample.length / rows, own.out.length / rows]
    const out = new Float32Array(shape.n * outSize)
    return async (input, levels) => {
      for (let from = 0; from < shape.n; from += rows) {
        const count = Math.min(rows, shape.n - from)
        own.sample.set(input.subarray(from * inSize, (from + count) * inSize))
        // Padding repeats the last image: a number the network knows, unlike zeros.
        for (let row = count; row < rows; row++) own.sample.copyWithin(row * inSize, (count - 1) * inSize, count * inSize)
        writeLevels(own.levels, levels, from)
        await evaluate(own)
        out.set(own.out.subarray(0, count * outSize), from * outSize)
      }
      checkOutput(out, shape, device)
      return out
    }
  }
  const plain = card.input.batch === 'dynamic' ? whole : inRows(card.input.batch)
  const oneLevel: ModelCall = (input, levels, of) => {
    refuseSeveral(levels)
    return plain(input, levels, of)
  }
  return { call: card.input.level.shape === 'scalar' ? oneLevel : plain, milliseconds: () => milliseconds }
}

/** Levels from image `from` on; rows beyond the batch repeat the last. */
function writeLevels({ type, data }: Feed, levels: Float64Array, from: number): void {
  const last = levels.length - 1
  for (let i = 0; i < data.length; i++) {
    const level = levels[Math.min(from + i, last)] ?? 0
    if (type === 'int64') data[i] = BigInt(Math.round(level))
    else data[i] = type === 'int32' ? Math.round(level) : level
  }
}

/** A graph with one number for the level can hear only one at a time. */
function refuseSeveral(levels: Float64Array): void {
  if (levels.some((level) => level !== levels[0])) {
    throw new PalimpsestError('internal', 'This model takes one noise level for the whole batch but was given several.')
  }
}
