import { PalimpsestError } from '../../shared/errors.ts'
import type { FeatherGrid, FeatherInk } from './feather.ts'
import type { LoadedTile } from './operations.ts'
import type { ReshapeJob } from './reshape.ts'

/** What would hold up a stroke is worked out in a thread of its own (mask.worker.ts). */
export type BackgroundTask =
  | { readonly kind: 'reshape'; readonly job: ReshapeJob }
  | { readonly kind: 'feather'; readonly grid: FeatherGrid; readonly ink: FeatherInk }

export interface BackgroundResults {
  readonly reshape: readonly LoadedTile[]
  readonly feather: Uint8ClampedArray<ArrayBuffer>
}

export interface BackgroundCall {
  readonly id: number
  readonly task: BackgroundTask
}
export type BackgroundAnswer = { readonly id: number } & (
  { readonly result: BackgroundResults[keyof BackgroundResults] } | { readonly problem: string }
)

export interface Background {
  reshape(job: ReshapeJob): Promise<BackgroundResults['reshape']>
  feather(grid: FeatherGrid, ink: FeatherInk): Promise<BackgroundResults['feather']>
  /** What is under way is never answered. */
  stop(): void
}

/** The thread starts with the first task. */
export function createBackground(start: () => Worker = startWorker): Background {
  const waiting = new Map<number, { resolve: (result: never) => void; reject: (error: Error) => void }>()
  let worker: Worker | undefined
  let last = 0
  const failAll = (why: string) => {
    for (const { reject } of waiting.values()) reject(new PalimpsestError('internal', 'The mask could not be worked out.', why))
    waiting.clear()
    worker?.terminate()
    worker = undefined
  }
  const begin = (): Worker => {
    const made = start()
    made.addEventListener('message', ({ data }: MessageEvent<BackgroundAnswer>) => {
      const call = waiting.get(data.id)
      waiting.delete(data.id)
      if ('result' in data) call?.resolve(data.result as never)
      else call?.reject(new PalimpsestError('internal', 'The mask could not be worked out.', data.problem))
    })
    made.addEventListener('error', (event) => failAll(event.message))
    return made
  }
  const ask = <K extends keyof BackgroundResults>(task: BackgroundTask & { readonly kind: K }) =>
    new Promise<BackgroundResults[K]>((resolve, reject) => {
      worker ??= begin()
      const id = ++last
      waiting.set(id, { resolve, reject })
      worker.postMessage({ id, task } satisfies BackgroundCall)
    })
  return {
    reshape: (job) => ask({ kind: 'reshape', job }),
    feather: (grid, ink) => ask({ kind: 'feather', grid, ink }),
    stop() {
      waiting.clear()
      worker?.terminate()
      worker = undefined
    },
  }
}

const startWorker = (): Worker => new Worker(new URL('mask.worker.ts', import.meta.url), { type: 'module', name: 'mask' })
