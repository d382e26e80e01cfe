import { open, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { crc32 } from 'node:zlib'
import { PalimpsestError } from '../shared/errors.ts'
import { parseTrace, type SavedState, type Tensor, type TensorPlace, type Trace, type TracedState } from '../shared/trace.ts'
import { fileSize } from './files.ts'

/** A trace as it was written (trace.ts), and the states beside it. Every refusal is one sentence, code `request`. */

const refuse = (sentence: string) => new PalimpsestError('request', sentence)

/** Larger than any trace that was written: 24 MB of previews as base64, and the numbers of a long run. */
const traceLimit = 512 << 20

export async function readTrace(path: string): Promise<Trace> {
  const size = await fileSize(path)
  if (size === undefined) throw refuse(`There is no trace "${path}".`)
  if (size > traceLimit) throw refuse(`"${path}" is no trace: it is larger than one can be.`)
  const text = await readFile(path, 'utf8').catch(() => '')
  const trace = parseTrace(text)
  if (trace !== undefined) return trace
  const begun = text.startsWith('{"palimpsest":"trace"')
  throw refuse(begun ? `The trace "${path}" is cut short or damaged.` : `"${path}" is no trace of this version.`)
}

export interface States {
  state(saved: TracedState): Promise<SavedState>
  mask(): Promise<Uint8Array | undefined>
}

/** Refuses a trace without states, and a file of states that is missing or not as long as the trace says. */
export async function openStates(path: string, { states }: Trace): Promise<States> {
  if (states === undefined)
    throw refuse(`The trace "${path}" holds no states to continue from; --trace-states records them beside it.`)
  const file = join(dirname(path), states.file)
  const size = await fileSize(file)
  if (size === undefined) throw refuse(`The states of this trace are missing: there is no "${file}".`)
  if (size !== states.bytes)
    throw refuse(`"${file}" has ${String(size)} bytes where the trace names ${String(states.bytes)}: it is cut short or another's.`)
  const read = async (place: TensorPlace): Promise<Uint8Array> => {
    const handle = await open(file, 'r')
    try {
      const bytes = new Uint8Array(place.bytes)
      const { bytesRead } = await handle.read(bytes, 0, place.bytes, place.offset)
      if (bytesRead !== place.bytes || crc32(bytes) !== place.crc32)
        throw refuse(`"${file}" is damaged: a state in it is not the one that was recorded.`)
      return bytes
    } finally {
      await handle.close()
    }
  }
  const tensor = async (place: TensorPlace): Promise<Tensor> => {
    const [n, c, h, w] = place.shape
    const { buffer } = await read(place)
    const width = place.type === 'float64' ? 8 : 4
    if (place.bytes !== n * c * h * w * width) throw refuse(`The trace "${path}" is damaged: a state in it has no such shape.`)
    const data = place.type === 'float64' ? new Float64Array(buffer) : new Float32Array(buffer)
    return { shape: { n, c, h, w }, data }
  }
  return {
    state: async ({ next, x, memory }) => ({ next, x: await tensor(x), memory: await Promise.all(memory.map(tensor)) }),
    mask: async () => (states.mask === undefined ? undefined : read(states.mask)),
  }
}
