import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { imageSize, purposes } from '../core/index.ts'
import type { Noise, Purpose, Shape } from '../core/index.ts'
import type { DeviceName } from '../shared/card.ts'
import { createNoise } from './noise.ts'

/**
 * Noise drawn ahead: while a model call holds the engine's own thread, another one (noise-thread.ts) draws what the next transition will ask for.
 * It is the same noise, byte for byte, for a draw depends on its seed, purpose and transition alone; a guess that was wrong is drawn here and now.
 */

/** What both threads see. A slot is one purpose's: a transition draws for two at most that come every time (RePaint: known and step). */
export interface Board {
  /** Int32: [signal, running, stop], then of each slot [state, purpose, walk]; the state is 0 until a draw is asked for. */
  readonly control: SharedArrayBuffer
  /** Float32: a batch of each slot. */
  readonly draws: SharedArrayBuffer
  readonly seeds: readonly number[]
  readonly shape: Shape
}

export const slots = 2
export const signal = 0
export const running = 1
export const stop = 2
export const slotAt = (slot: number): number => 3 + 3 * slot
export const asked = 1
export const ready = 2

/** Smaller batches are drawn in less time than another thread takes to hear of it. Values. */
const worthwhile = 8192

/** A thread that does not answer within this is gone. Milliseconds. */
const patience = 2000

/** The noise of one run. `end` must be called when the run is over, however it ends. */
export interface Drawn {
  readonly noise: Noise
  /** How many draws were there when they were asked for. */
  readonly hits: () => number
  readonly end: () => void
}

export interface NoiseThread {
  /** Undefined where the batch is too small to gain by it. Seeds are refused as core's createNoise refuses them. */
  readonly begin: (seeds: readonly number[], shape: Shape) => Drawn | undefined
}

/** Whether a core is left for it: of a graphics card's run always, else where onnxruntime leaves some; `threads` 0 is its own choice. */
export function leavesCore(device: DeviceName, threads: number, cores = availableParallelism()): boolean {
  return device !== 'cpu' || cores > (threads === 0 ? 2 : threads)
}

/** The thread is started with the first run that can use it, and is one a process; where it cannot start, every draw is made here. */
export function createNoiseThread(file: URL | string): NoiseThread {
  let worker: Worker | undefined
  let broken = false
  const started = () => {
    if (worker !== undefined || broken) return worker
    worker = new Worker(file)
    worker.unref()
    worker.on('error', () => {
      broken = true
      worker = undefined
    })
    return worker
  }
  return {
    begin(seeds, shape) {
      const size = shape.n * imageSize(shape)
      if (size < worthwhile) return undefined
      const plain = createNoise(seeds)
      const board: Board = {
        control: new SharedArrayBuffer(4 * slotAt(slots)),
        draws: new SharedArrayBuffer(4 * slots * size),
        seeds: [...seeds],
        shape,
      }
      started()?.postMessage(board)
      return drawnBy(board, plain, size)
    },
  }
}

function drawnBy({ control: shared, draws, shape }: Board, plain: Noise, size: number): Drawn {
  const control = new Int32Array(shared)
  const owners: Purpose[] = []
  let gone = false
  let hits = 0
  const ask = (slot: number, purpose: Purpose, walk: number) => {
    control[slotAt(slot) + 1] = purposes[purpose]
    control[slotAt(slot) + 2] = walk
    Atomics.store(control, slotAt(slot), asked)
    Atomics.add(control, signal, 1)
    Atomics.notify(control, signal)
  }
  /** Whether this very draw lies in the slot, or will in a moment. */
  const has = (slot: number, walk: number): boolean => {
    const at = slotAt(slot)
    if (control[at + 2] !== walk || Atomics.load(control, running) === 0) return false
    if (Atomics.load(control, at) === asked) gone = Atomics.wait(control, at, asked, patience) === 'timed-out'
    return !gone && Atomics.load(control, at) === ready
  }
  const slotOf = (purpose: Purpose): number => {
    const slot = owners.indexOf(purpose)
    return slot === -1 && owners.length < slots ? owners.push(purpose) - 1 : slot
  }
  return {
    noise(out, purpose, walk) {
      const fits = !gone && out.data instanceof Float32Array && out.data.length === size && out.shape.n === shape.n
      const slot = fits && purpose !== 'start' ? slotOf(purpose) : -1
      if (slot === -1) return plain(out, purpose, walk)
      if (has(slot, walk)) {
        out.data.set(new Float32Array(draws, 4 * slot * size, size))
        hits++
      } else plain(out, purpose, walk)
      // A slot that is being filled with what is no longer wanted is left alone until it is done.
      if (Atomics.load(control, slotAt(slot)) !== asked) ask(slot, purpose, walk + 1)
    },
    hits: () => hits,
    end() {
      Atomics.store(control, stop, 1)
      Atomics.add(control, signal, 1)
      Atomics.notify(control, signal)
    },
  }
}
