import { type FileHandle, open, rm } from 'node:fs/promises'
import { basename } from 'node:path'
import { crc32 } from 'node:zlib'
import type { Preview } from '../shared/engine.ts'
import type { RunReport } from '../shared/recipe.ts'
import type { SavedState, Tensor, TensorPlace, TraceAsk, TraceEvent, TracePreview, TraceRecord, TraceRun } from '../shared/trace.ts'
import { traceFormat } from '../shared/trace.ts'
import { writeAtomically, writeError } from './files.ts'

/** Keeps what the engine says of a run's way: one JSON file, and beside it one binary file of the states where they are asked for. */

export interface Recorder {
  readonly states: boolean
  /** What each engine run is asked for, where the whole is to be `runs` of them. */
  ask(runs: number): TraceAsk
  /** Of a fill whose states are kept: the mask it is to be made with again. */
  keepMask(png: Uint8Array): void
  /** What is known of the run before it is done, for the record of one that never is. */
  keepRecipe(recipe: RunReport['recipe']): void
  /** Begins the record of an engine run. */
  begin(run: Omit<TraceRun, 'steps'>): (event: TraceEvent) => void
  finish(recipe: RunReport['recipe']): Promise<void>
  /** Of a run that failed or was cancelled: what was done, without its states; no file where nothing was. */
  stop(): Promise<void>
  /** Of a run that failed nothing is kept. */
  abandon(): Promise<void>
}

/** Largest side of a preview in a trace, px. */
export const tracePreviews = 64
/** Of all previews of one trace, so that any program can still read the file whole. */
const previewBytes = 24 << 20

export interface RecorderOptions {
  /** Absolute; what is there is replaced. */
  readonly file: string
  /** Largest side of a preview, px; 0: none. */
  readonly previews: number
  readonly states: boolean
}

/** `trace.json` -> `trace.states`, `trace` -> `trace.states`. */
export const statesFile = (file: string): string => `${file.replace(/\.json$/i, '')}.states`

/** Throws where a file of states cannot be written. */
export async function createRecorder({ file, previews, states }: RecorderOptions): Promise<Recorder> {
  const runs: TraceRun[] = []
  const store = states ? await openStore(statesFile(file)) : undefined
  let mask: TensorPlace | undefined
  let known: RunReport['recipe'] | undefined
  const write = (parts: object) =>
    writeAtomically(file, `${JSON.stringify({ palimpsest: 'trace', format: traceFormat, ...parts })}\n`)
  const stateOf = ({ next, x, memory }: SavedState, into: Store) => ({
    next,
    x: into.tensor(x),
    memory: memory.map((tensor) => into.tensor(tensor)),
  })
  return {
    states,
    ask: (count) => ({ previews, previewBytes: Math.floor(previewBytes / Math.max(1, count)), states }),
    keepMask(png) {
      mask = store?.bytes(png, 'uint8', [1, 1, 1, png.length])
    },
    keepRecipe(recipe) {
      known = recipe
    },
    begin(run) {
      const steps: TraceRecord[] = []
      runs.push({ ...run, steps })
      return ({ step, previews: shown, state }) =>
        void steps.push({
          ...step,
          ...(shown === undefined ? {} : { previews: shown.map(previewOf) }),
          ...(state === undefined || store === undefined ? {} : { state: stateOf(state, store) }),
        })
    },
    async finish(recipe) {
      const bytes = await store?.close()
      const kept =
        bytes === undefined ? {} : { states: { file: basename(statesFile(file)), bytes, ...(mask === undefined ? {} : { mask }) } }
      await write({ recipe, ...kept, runs })
    },
    async stop() {
      await store?.remove()
      const done = runs.filter(({ steps }) => steps.length > 0)
      if (known !== undefined && done.length > 0) await write({ recipe: known, unfinished: true, runs: withoutStates(done) })
    },
    abandon: async () => store?.remove(),
  }
}

const withoutStates = (runs: readonly TraceRun[]): TraceRun[] =>
  runs.map((run) => ({ ...run, steps: run.steps.map(({ state: _left, ...record }) => record) }))

const previewOf = ({ width, height, rgb }: Preview): TracePreview => ({
  width,
  height,
  rgb: Buffer.from(rgb.buffer, rgb.byteOffset, rgb.byteLength).toString('base64'),
})

interface Store {
  tensor(tensor: Tensor): TensorPlace
  bytes(data: Uint8Array, type: TensorPlace['type'], shape: TensorPlace['shape']): TensorPlace
  /** Waits until all is on the disk; the length of the file. Throws what went wrong on the way. */
  close(): Promise<number>
  remove(): Promise<void>
}

/** Appends in the order asked; nobody waits but `close`. */
async function openStore(path: string): Promise<Store> {
  let file: FileHandle
  try {
    file = await open(path, 'w')
  } catch (error) {
    throw writeError(error, path)
  }
  let end = 0
  let failure: unknown
  let writing: Promise<unknown> = Promise.resolve()
  const bytes: Store['bytes'] = (data, type, shape) => {
    const offset = end
    end += data.byteLength
    writing = writing.then(async () => {
      if (failure !== undefined) return
      await file.write(data, 0, data.byteLength, offset).catch((error: unknown) => (failure = error))
    })
    return { offset, bytes: data.byteLength, crc32: crc32(data), type, shape }
  }
  return {
    bytes,
    tensor({ shape: { n, c, h, w }, data }) {
      const type = data instanceof Float64Array ? 'float64' : 'float32'
      return bytes(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), type, [n, c, h, w])
    },
    async close() {
      await writing
      if (failure === undefined) await file.sync().catch((error: unknown) => (failure = error))
      await file.close()
      if (failure === undefined) return end
      await rm(path, { force: true })
      throw writeError(failure, path)
    },
    async remove() {
      await writing
      await file.close().catch(() => undefined)
      await rm(path, { force: true })
    },
  }
}
