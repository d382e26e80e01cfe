import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { BackendEvent, Job, JobImage } from '../shared/api.ts'
import type { DeviceName } from '../shared/card.ts'
import { type ErrorData, PalimpsestError, toErrorData } from '../shared/errors.ts'
import type { Priority, Queue } from '../shared/queue.ts'
import type { RunReport } from '../shared/recipe.ts'
import { newId, openFolder, sweepHalves } from './files.ts'
import { takenFile } from './library-take.ts'
import { type Order, queueOf } from './order.ts'
import { pictureUrl, removeJob, saveJob } from './records.ts'
import type { RunContext } from './run.ts'
import type { Slot, Slots } from './slots.ts'
import type { Tuning } from './tuning.ts'
import { cancelledError, unlessCancelled } from './worker.ts'

/**
 * The queue: in order, one run at a time on each device. A job is a snapshot that is replaced, never changed, and told to every window.
 * A run is made from the job's own request, so that it can be made after a restart as well.
 */
export interface Jobs {
  list(): readonly Job[]
  get(id: string): Job | undefined
  /** Folder of the job's files: <data>/jobs/<id>. */
  folder(id: string): string
  /** Where picture `index` lies, when it is finished. */
  picture(id: string, index: number): string | undefined
  /** `prepare` runs at once, in the job's own folder; what it throws is thrown here and there is no job. */
  submit(entry: NewJob): Promise<string>
  queue(): Queue
  /** A run under way stops within a step and waits with the others, its state kept. */
  pause(): void
  resume(): void
  /** Of these and `cancel`: code `request` when there is no such job. */
  move(id: string, to: number): void
  prioritize(id: string, priority: Priority): void
  retry(id: string): Promise<void>
  remove(id: string): Promise<void>
  /** A finished one is left as it is. */
  cancel(id: string): void
  /** What may have become possible is begun. */
  pump(): void
  /** Resolves when no run is under way any more; what was is taken up at the next start. */
  stop(): Promise<void>
}

export interface JobFiles {
  readonly folder: string
}

export interface NewJob {
  readonly request: Job['request']
  readonly images: readonly JobImage[]
  /** How the request was understood, where its settings alone do not tell any more. */
  readonly said?: readonly string[]
  readonly prepare?: (files: JobFiles) => Promise<void>
}

/** The part of a run's context that the queue answers for. */
export type JobRun = JobFiles &
  Pick<
    RunContext,
    'signal' | 'file' | 'onWriting' | 'claim' | 'onDevice' | 'onNotice' | 'onProgress' | 'onPreviews' | 'onPicture'
  > & {
    readonly id: string
  }

interface Entry {
  job: Job
  abort: AbortController
  told: number
  timer: NodeJS.Timeout | undefined
  saved: number
  /** An earlier program ended while it was under way, whose workers may have outlived it for a moment. */
  interrupted: boolean
  /** The user gave it up: it is not begun again, whatever else stopped it. */
  givenUp: boolean
  /** While it is under way: resolves when it is over. */
  running: Promise<void> | undefined
  /** While its end is written down. */
  closing: Promise<void> | undefined
}

const open = (job: Job): boolean => job.status === 'queued' || job.status === 'running'

/** So often may a job bring the engine down before it is set aside. */
const mostCrashes = 2

/** A process of ours ended by itself: what it was doing may be worth another try. Out of memory it is not. */
const isCrash = ({ code, detail }: ErrorData): boolean => code === 'device' && (detail ?? '').startsWith('crash')

export interface JobsOptions {
  readonly dataFolder: string
  readonly slots: Slots
  readonly order: Order
  readonly tuning: Tuning
  readonly emit: (event: BackendEvent) => void
  /** Of earlier sessions; those that are not over wait until the user says so. */
  readonly earlier: readonly Job[]
  /** Null: it is not known yet. */
  readonly deviceOf: (job: Job) => DeviceName | null
  readonly run: (job: Job, own: JobRun) => Promise<RunReport>
}

export function createJobs({ dataFolder, slots, order, tuning, emit, earlier, deviceOf, run }: JobsOptions): Jobs {
  const entries = new Map<string, Entry>()
  let paused: Queue['paused'] = null
  let stopping = false
  const add = (job: Job): Entry => {
    const entry: Entry = {
      job,
      abort: new AbortController(),
      told: 0,
      timer: undefined,
      saved: 0,
      interrupted: false,
      givenUp: false,
      running: undefined,
      closing: undefined,
    }
    entries.set(job.id, entry)
    return entry
  }
  const find = (id: string): Entry => {
    const entry = entries.get(id)
    if (entry === undefined) throw new PalimpsestError('request', `There is no job called "${id}".`)
    return entry
  }
  const folder = (id: string) => join(dataFolder, 'jobs', id)
  const file = (id: string, index: number) => join(folder(id), `${String(index)}.png`)
  const waits = (id: string): boolean => {
    const entry = entries.get(id)
    return entry?.job.status === 'queued' && !entry.givenUp
  }
  const queue = (): Queue => queueOf(order, paused, waits)
  const tellQueue = (): void => emit({ kind: 'queue', queue: queue() })

  const tell = (entry: Entry): void => {
    clearTimeout(entry.timer)
    entry.timer = undefined
    entry.told = performance.now()
    emit({ kind: 'job', job: entry.job })
  }
  /** Latest wins: at most one event in `eventMs`, and the last state is always told. A change of status is told at once. */
  const change = (entry: Entry, patch: Partial<Job>): void => {
    entry.job = { ...entry.job, ...patch }
    if (patch.status !== undefined) {
      tell(entry)
      return tellQueue()
    }
    const wait = entry.told + tuning.eventMs - performance.now()
    if (wait <= 0) tell(entry)
    else entry.timer ??= setTimeout(() => tell(entry), wait)
  }
  /** Kept or not, the job is what it is: a full disk has been told of by the pictures, and the record is put right at the next start. */
  const save = ({ job }: Pick<Entry, 'job'>): Promise<void> => saveJob(folder(job.id), job).catch(() => undefined)
  const quietly = <T>(write: () => T): T | undefined => {
    try {
      return write()
    } catch {
      return undefined
    }
  }
  /**
   * The record first, then the order, and only then is anyone told: whoever hears that a job is over may try it again at once, and what was
   * still to be written of its end would undo that. A start that finds it between the two finds it over.
   */
  const close = (entry: Entry, patch: Partial<Job> & Pick<Job, 'status'>): Promise<void> =>
    (entry.closing ??= end(entry, patch).finally(() => (entry.closing = undefined)))
  const end = async (entry: Entry, patch: Partial<Job> & Pick<Job, 'status'>): Promise<void> => {
    await save({ job: { ...entry.job, ...patch } })
    quietly(() => order.remove(entry.job.id))
    entry.job = { ...entry.job, ...patch }
    // With nothing left of the last time there is nothing to wait with.
    if (paused === 'restart' && queue().waiting.length === 0) paused = null
    change(entry, patch)
  }

  const ownOf = (entry: Entry, slot: Slot): JobRun => {
    const { id } = entry.job
    return {
      id,
      folder: folder(id),
      signal: entry.abort.signal,
      file: (index) => file(id, index),
      onWriting: async () => undefined,
      claim: (device) => unlessCancelled(slot.move(device), entry.abort.signal),
      onDevice: (device) => change(entry, { device }),
      onNotice: (notice) => {
        if (!entry.job.notices.includes(notice)) change(entry, { notices: [...entry.job.notices, notice] })
      },
      onProgress: (progress) => change(entry, { progress }),
      onPreviews: (step, steps, previews) => emit({ kind: 'preview', job: id, step, steps, previews }),
      onPicture: async (index, picture) => {
        const images = entry.job.images.map((image, i) =>
          i === index ? { ...image, ...picture, url: pictureUrl(id, index) } : image,
        )
        change(entry, { images })
        if (performance.now() - entry.saved < tuning.saveMs) return
        entry.saved = performance.now()
        await save(entry)
      },
    }
  }

  const execute = async (entry: Entry, slot: Slot): Promise<void> => {
    change(entry, { status: 'running', error: null })
    try {
      if (entry.interrupted) await sweepHalves(folder(entry.job.id))
      entry.interrupted = false
      const report = await run(entry.job, ownOf(entry, slot))
      await close(entry, { status: 'done', report })
    } catch (error) {
      await failed(entry, toErrorData(error))
    }
  }
  const failed = async (entry: Entry, error: ErrorData): Promise<void> => {
    if (entry.givenUp && (error.code === 'cancelled' || isCrash(error)))
      return close(entry, { status: 'cancelled', error: toErrorData(cancelledError()) })
    // Paused or closing: it was not given up.
    if (stopping || (entry.abort.signal.aborted && entry.abort.signal.reason === pausing)) {
      change(entry, { status: 'queued', progress: null })
      return save(entry)
    }
    // Whoever was writing there is gone.
    if (isCrash(error)) await sweepHalves(folder(entry.job.id))
    if (!isCrash(error)) return close(entry, { status: error.code === 'cancelled' ? 'cancelled' : 'failed', error })
    const crashes = quietly(() => order.crashed(entry.job.id)) ?? mostCrashes
    if (crashes < mostCrashes) {
      const notices = [...entry.job.notices, `${error.message.replace(/\.$/, '')}; the job goes on from where it was.`]
      return change(entry, { status: 'queued', progress: null, crashes, notices })
    }
    const message = `${error.message.replace(/\.$/, '')}. It did so ${String(crashes)} times with this job, which is set aside.`
    return close(entry, { status: 'failed', error: { ...error, message }, crashes })
  }

  const begin = (entry: Entry, slot: Slot): void => {
    entry.abort = new AbortController()
    // Its record is a moment old: it was written when the job was asked for.
    entry.saved = performance.now()
    entry.running = execute(entry, slot).finally(() => {
      entry.running = undefined
      slot.release()
      pump()
    })
  }
  const pump = (): void => {
    if (paused !== null || stopping) return
    for (const { job: id } of order.list()) {
      const entry = entries.get(id)
      if (entry === undefined || entry.job.status !== 'queued' || entry.running !== undefined || entry.givenUp) continue
      const device = quietly(() => deviceOf(entry.job)) ?? null
      if (slots.free(device)) begin(entry, slots.take(device))
      // Who may need any device is not passed by.
      else if (device === null) return
    }
  }
  const cancel = async (entry: Entry): Promise<void> => {
    if (!open(entry.job)) return
    entry.givenUp = true
    if (entry.running !== undefined) {
      entry.abort.abort()
      await entry.running
      // It may have been stopped already, to wait.
      if (!open(entry.job)) return
    }
    return close(entry, { status: 'cancelled', error: { code: 'cancelled', message: 'The run was cancelled before it began.' } })
  }

  for (const job of earlier) {
    const entry = add(job)
    if (!open(job)) continue
    entry.job = { ...job, status: 'queued', progress: null }
    entry.interrupted = true
    paused = 'restart'
    if (!order.list().some((placed) => placed.job === job.id)) quietly(() => order.add(job.id))
  }
  for (const { job: id } of order.list()) if (!waits(id)) quietly(() => order.remove(id))

  return {
    list: () => [...entries.values()].map((entry) => entry.job),
    get: (id) => entries.get(id)?.job,
    folder,
    picture(id, index) {
      const image = entries.get(id)?.job.images[index]
      return image === undefined || image.url === null ? undefined : file(id, index)
    },
    async submit({ request, images, said = [], prepare }) {
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
        ...(said.length === 0 ? {} : { said }),
      }
      try {
        await prepare?.({ folder: folder(id) })
        await saveJob(folder(id), job)
        order.add(id)
      } catch (error) {
        await rm(folder(id), { recursive: true, force: true })
        throw error
      }
      tell(add(job))
      tellQueue()
      pump()
      return id
    },
    queue,
    pause() {
      if (paused === 'user') return
      paused = 'user'
      for (const entry of entries.values()) if (entry.running !== undefined) entry.abort.abort(pausing)
      tellQueue()
    },
    resume() {
      if (paused === null) return
      paused = null
      tellQueue()
      pump()
    },
    move(id, to) {
      find(id)
      order.move(
        id,
        to,
        queue().waiting.map(({ job }) => job),
      )
      tellQueue()
    },
    prioritize(id, priority) {
      find(id)
      order.prioritize(id, priority)
      tellQueue()
    },
    async retry(id) {
      const entry = find(id)
      if (open(entry.job)) return
      if (entry.job.status === 'done')
        throw new PalimpsestError('request', 'This job is done: there is nothing of it to try again.')
      const { crashes: _crashes, ...job } = entry.job
      const again: Job = { ...job, status: 'queued', progress: null, error: null, notices: [] }
      // What it finishes now is not in the library yet.
      await rm(join(folder(id), takenFile), { force: true })
      await saveJob(folder(id), again)
      // Asked for twice.
      if (open(entry.job)) return
      order.add(id)
      entry.givenUp = false
      entry.job = again
      tell(entry)
      tellQueue()
      pump()
    },
    async remove(id) {
      const entry = find(id)
      await cancel(entry)
      await removeJob(folder(id), entry.job)
      quietly(() => order.remove(id))
      clearTimeout(entry.timer)
      entries.delete(id)
      emit({ kind: 'removed', job: id })
      tellQueue()
    },
    cancel: (id) => void cancel(find(id)),
    pump,
    async stop() {
      stopping = true
      for (const entry of entries.values()) entry.abort.abort()
      for (const { running } of entries.values()) await running
      for (const entry of entries.values()) clearTimeout(entry.timer)
      order.close()
    },
  }
}

/** Why a run under way is stopped without being given up. */
const pausing = new PalimpsestError('cancelled', 'The queue was paused.')
