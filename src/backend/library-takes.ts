import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Job } from '../shared/api.ts'
import { PalimpsestError } from '../shared/errors.ts'
import { takeJob, takePictures, type JobPlace } from './library-take.ts'
import type { Shelf } from './library-shelf.ts'

/** Which pictures are taken into the library when: as soon as the queue tells of them, and at a look at the folder whatever was missed. */
export interface Takes {
  watch(job: Job): void
  /** Of every job there ever was, and is not in the library. */
  all(shelf: Shelf, signal: AbortSignal): Promise<void>
  stop(): Promise<void>
}

export interface TakesOptions {
  readonly dataFolder: string
  readonly job: (id: string) => Job | undefined
  readonly withShelf: (work: (shelf: Shelf) => Promise<void>) => Promise<void>
  /** A sentence where the folder of the library is not there. */
  readonly missing: (root: string) => Promise<string | null>
  /** Null: there is none any more. */
  readonly onTrouble: (error: unknown) => void
}

export function createTakes({ dataFolder, job, withShelf, missing, onTrouble }: TakesOptions): Takes {
  /** Seen in this session, by job. */
  const seen = new Map<string, Set<number>>()
  let work: Promise<unknown> = Promise.resolve()
  let stopped = false

  const root = join(dataFolder, 'jobs')
  const placeOf = (id: string): JobPlace => ({ id, folder: join(root, id), job: job(id) })

  const guarded = async (act: (shelf: Shelf) => Promise<unknown>): Promise<void> => {
    try {
      await withShelf((shelf) =>
        shelf.lane(async () => {
          const absent = await missing(shelf.root)
          if (absent !== null) throw new PalimpsestError('request', absent)
          await act(shelf)
        }),
      )
      onTrouble(null)
    } catch (error) {
      // The job has its picture; the next look at the folder tries again.
      if (!stopped) onTrouble(error)
    }
  }

  return {
    watch({ id, status, images, request }) {
      if (request.kind === 'compare') return
      const own = seen.get(id) ?? new Set<number>()
      seen.set(id, own)
      const fresh = images.flatMap(({ url }, image) => (url === null || own.has(image) ? [] : [image]))
      const over = status !== 'queued' && status !== 'running'
      if (over) seen.delete(id)
      else for (const image of fresh) own.add(image)
      if (fresh.length === 0 && !over) return
      work = work.then(() =>
        stopped
          ? undefined
          : guarded((shelf) => (over ? takeJob(shelf, placeOf(id), true) : takePictures(shelf, placeOf(id), fresh))),
      )
    },
    async all(shelf, signal) {
      const names = await readdir(root).catch(() => [])
      for (const id of names.filter((name) => /^[0-9a-z-]{1,64}$/.test(name))) {
        signal.throwIfAborted()
        await shelf.lane(() => takeJob(shelf, placeOf(id)))
      }
    },
    async stop() {
      stopped = true
      await work.catch(() => undefined)
    },
  }
}
