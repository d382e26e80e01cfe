import { words } from '../i18n/index.ts'
import { createCalls } from './calls.ts'
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
export type BackgroundResult = BackgroundResults[keyof BackgroundResults]

export interface Background {
  reshape(job: ReshapeJob): Promise<BackgroundResults['reshape']>
  feather(grid: FeatherGrid, ink: FeatherInk): Promise<BackgroundResults['feather']>
  /** What is under way is never answered. */
  stop(): void
}

export function createBackground(start: () => Worker = startWorker): Background {
  const calls = createCalls<BackgroundTask, BackgroundResult>(start, words().editor.failed)
  const ask = async <K extends keyof BackgroundResults>(task: BackgroundTask & { readonly kind: K }) =>
    (await calls.ask(task)) as BackgroundResults[K]
  return {
    reshape: (job) => ask({ kind: 'reshape', job }),
    feather: (grid, ink) => ask({ kind: 'feather', grid, ink }),
    stop: () => calls.stop(),
  }
}

const startWorker = (): Worker => new Worker(new URL('mask.worker.ts', import.meta.url), { type: 'module', name: 'mask' })
