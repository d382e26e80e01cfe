import { parentPort } from 'node:worker_threads'
import { imageSize, purposes } from '../core/index.ts'
import type { Purpose } from '../core/index.ts'
import { asked, type Board, ready, running, signal, slotAt, slots, stop } from './ahead.ts'
import { createNoise } from './noise.ts'

/** The other side of ahead.ts: a thread that fills slots while a run lasts, and sleeps between two wishes. */

const nameOf = new Map<number, Purpose>((Object.keys(purposes) as Purpose[]).map((name) => [purposes[name], name]))

function serve({ control: shared, draws, seeds, shape }: Board): void {
  const control = new Int32Array(shared)
  const noise = createNoise(seeds)
  const size = shape.n * imageSize(shape)
  const rooms = Array.from({ length: slots }, (_, slot) => ({ shape, data: new Float32Array(draws, 4 * slot * size, size) }))
  Atomics.store(control, running, 1)
  while (Atomics.load(control, stop) === 0) {
    const seen = Atomics.load(control, signal)
    let drew = false
    for (const [slot, room] of rooms.entries()) {
      const at = slotAt(slot)
      const purpose = nameOf.get(control[at + 1] ?? -1)
      if (Atomics.load(control, at) !== asked || purpose === undefined) continue
      noise(room, purpose, control[at + 2] ?? 0)
      Atomics.store(control, at, ready)
      Atomics.notify(control, at)
      drew = true
    }
    if (!drew) Atomics.wait(control, signal, seen)
  }
}

parentPort?.on('message', serve)
