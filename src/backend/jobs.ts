import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { BackendEvent, Job, JobImage } from '../shared/api.ts'
import { PalimpsestError, toErrorData } from '../shared/errors.ts'
import type { RunReport } from '../shared/recipe.ts'
import { newId, openFolder } from './files.ts'
import type { Lane } from './lane.ts'
import { pictureUrl, saveJob } from './records.ts'
import type { RunContext } from './run.ts'
import type { Tuning } from './tuning.ts'

/** The queue: first in, first out, one run at a time. A job is a snapshot that is replaced, never changed, and told to every window. */
export interface Jobs {
  list(): readonly Job[]
  get(id: string): Job | undefined
  /** Folder of the job's files: <data>/jobs/<id>. */
  folder(id: string): string
  /** Where picture `index` lies, when it is finished. */
  picture(id: string, index: number): string | undefined
  /** `prepare` runs at once, in the job's own folder; what it throws is thrown here and there is no job. */
  submit(entry: NewJob): Promise<string>
  /** Code `request` when there is no such job. A finished one is left as it is. */
  cancel(id: string): void
  stop(): void
}

export interface JobFiles {
  readonly folder: string
}

export interface NewJob {
  readonly request: Job['request']
  readonly images: readonly JobImage[]
  readonly prepare?: (files: JobFiles) => Promise<void>
  readonly run: (own: JobRun) => Promise<RunReport>
}

/** The part of a run's context that the queue answers for. */
export type JobRun = JobFiles &
  Pick<RunContext, 'signal' | 'file' | 'onWriting' | 'onDevice' | 'onNotice' | 'onProgress' | 'onPreviews' | 'onPicture'> & {
    readonly id: string
  }

interface Entry {
  job: Job
  readonly abort: AbortController
  told: number
  timer: NodeJS.Timeout | undefined
  saved: number
}

const ended = (job: Job): boolean => job.status !== 'queued' && job.status !== 'running'

export interface JobsOptions {
  readonly dataFolder: string
  readonly lane: Lane
  readonly tuning: Tuning
  readonly emit: (event: BackendEvent) => void
  /** Of earlier sessions, all of them over. */
  readonly earlier: readonly Job[]
}

export function createJobs({ dataFolder, lane, tuning, emit, earlier }: JobsOptions): Jobs {
  const entries = new Map<string, Entry>()
  const add = (job: Job): Entry => {
    const entry: Entry = { job, abort: new AbortController(), told: 0, timer: undefined, saved: 0 }
    entries.set(job.id, entry)
    return entry
  }
  for (const job of earlier) add(job)
  const folder = (id: string) => join(dataFolder, 'jobs', id)
  const file = (id: string, index: number) => join(folder(id), `${String(index)}.png`)

  const tell = (entry: Entry): void => {
    clearTimeout(entry.timer)
    entry.timer = undefined
    entry.told = performance.now()
    emit({ kind: 'job', job: entry.job })
  }
  /** Latest wins: at most one event in `eventMs`, and the last state is always told. A change of status is told at once. */
  const change = (entry: Entry, patch: Partial<Job>): void => {
    entry.job = { ...entry.job, ...patch }
    if (patch.status !== undefined) return tell(entry)
    const wait = entry.told + tuning.eventMs - performance.now()
    if (wait <= 0) tell(entry)
    else entry.timer ??= setTimeout(() => tell(entry), wait)
  }

  const execute = async (entry: Entry, run: NewJob['run']): Promise<void> => {
    const { id } = entry.job
    // Cancelled while it waited, or the program is closing.
    if (ended(entry.job)) return saveJob(folder(id), entry.job).catch(() => undefined)
    if (entry.abort.signal.aborted) return
    change(entry, { status: 'running' })
    try {
      const report = await run({
        id,
        folder: folder(id),
        signal: entry.abort.signal,
        file: (index) => file(id, index),
        onWriting: async () => undefined,
        onDevice: (device) => change(entry, { device }),
        onNotice: (notice) => change(entry, { notices: [...entry.job.notices, notice] }),
        onProgress: (progress) => change(entry, { progress }),
        onPreviews: (step, steps, previews) => emit({ kind: 'preview', job: id, step, steps, previews }),
        onPicture: async (index, picture) => {
          const images = entry.job.images.map((image, i) =>
            i === index ? { ...image, ...picture, url: pictureUrl(id, index) } : image,
          )
          change(entry, { images })
          if (performance.now() - entry.saved < tuning.saveMs) return
          entry.saved = performance.now()
          await saveJob(folder(id), entry.job)
        },
      })
      change(entry, { status: 'done', report })
    } catch (error) {
      const data = toErrorData(error)
      change(entry, { status: data.code === 'cancelled' ? 'cancelled' : 'failed', error: data })
    }
    // The run is over whether or not its record can be kept: a full disk has been told of by the pictures.
    await saveJob(folder(id), entry.job).catch(() => undefined)
  }

  return {
    list: () => [...entries.values()].map((entry) => entry.job),
    get: (id) => entries.get(id)?.job,
    folder,
    picture(id, index) {
      const image = entries.get(id)?.job.images[index]
      return image === undefined || image.url === null ? undefined : file(id, index)
    },
    async submit({ request, images, prepare, run }) {
      const id = newId()
      await openFolder(folder(id))
      const job: Job = {
        id,
        status: 'queued',
        request,
        images,
        progress: null,
        device: null,
        notices: [],
        error: null,
        report: null,
      }
      try {
        await prepare?.({ folder: folder(id) })
        await saveJob(folder(id), job)
      } catch (error) {
        await rm(folder(id), { recursive: true, force: true })
        throw error
      }
      const entry = add(job)
      tell(entry)
      void lane(() => execute(entry, run))
      return id
    },
    cancel(id) {
      const entry = entries.get(id)
      if (entry === undefined) throw new PalimpsestError('request', `There is no job called "${id}".`)
      if (ended(entry.job)) return
      entry.abort.abort()
      if (entry.job.status === 'queued') {
        change(entry, { status: 'cancelled', error: { code: 'cancelled', message: 'The run was cancelled before it began.' } })
      }
    },
    stop() {
      for (const entry of entries.values()) {
        entry.abort.abort()
        clearTimeout(entry.timer)
        entry.timer = undefined
      }
    },
  }
}
