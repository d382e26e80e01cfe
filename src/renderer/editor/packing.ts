import { words } from '../i18n/index.ts'
import { createCalls } from './calls.ts'
import type { GreyPicture } from './png.ts'

/**
 * Tiles become PNG files in a thread of their own (packing.worker.ts), which waits for nothing else: a hand that goes on painting does not meet
 * the saving, and the saving does not meet a mask that is being grown.
 */
export interface Packing {
  encode(picture: GreyPicture): Promise<Uint8Array<ArrayBuffer>>
  /** What is under way is never answered. */
  stop(): void
}

export function createPacking(start: () => Worker = startWorker): Packing {
  const calls = createCalls<GreyPicture, Uint8Array<ArrayBuffer>>(start, words().editor.failed)
  return { encode: (picture) => calls.ask(picture), stop: () => calls.stop() }
}

const startWorker = (): Worker => new Worker(new URL('packing.worker.ts', import.meta.url), { type: 'module', name: 'packing' })
