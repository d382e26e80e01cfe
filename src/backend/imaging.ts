import type { ImagingMethods } from '../shared/imaging.ts'
import type { StartWorker } from '../shared/port.ts'
import { startWorker, type Worker } from './worker.ts'

/** The imaging process: started when first needed, and again after it died. */
export interface Imaging {
  call<K extends keyof ImagingMethods & string>(
    method: K,
    args: Parameters<ImagingMethods[K]>[0],
  ): Promise<Awaited<ReturnType<ImagingMethods[K]>>>
  stop(): Promise<void>
}

export function createImaging(start: StartWorker): Imaging {
  let current: Promise<Worker<ImagingMethods>> | undefined
  let latest: Worker<ImagingMethods> | undefined

  // Decided without waiting, so that two calls at once share one process.
  const worker = (): Promise<Worker<ImagingMethods>> => {
    if (current !== undefined && latest?.alive !== false) return current
    latest = undefined
    const starting = startWorker<ImagingMethods>(start, 'The imaging process')
    current = starting
    starting.then(
      (started) => (latest = started),
      () => (current = undefined),
    )
    return starting
  }

  return {
    async call(method, args) {
      const { remote } = await worker()
      return remote.call(method, args as never).result as never
    },
    async stop() {
      const known = await current?.catch(() => undefined)
      await known?.kill()
    },
  }
}
