import { inpainters, samplers } from '../../core/index.ts'
import type { Job, ModelSummary } from '../../shared/api.ts'
import { axesOf } from '../../shared/axes.ts'
import type { Preview } from '../../shared/engine.ts'
import type { Priority } from '../../shared/queue.ts'
import { words } from '../i18n/index.ts'
import { said } from '../i18n/said.ts'
import type { AppState } from './events.ts'
import { count, duration, fixed, milliseconds, plain, rate } from './format.ts'
import { changedWords, has, isAdaptive, type Entry } from './methods.ts'

/** What the frame says of jobs: words, in the language of the window, and choices over Job. */

export const isOver = (job: Job): boolean => job.status === 'done' || job.status === 'failed' || job.status === 'cancelled'

export function modelName(models: readonly ModelSummary[] | null, id: string): string {
  return said(models?.find((model) => model.id === id)?.card?.name ?? id)
}

const nameOf = ({ request: { settings } }: Job): string => ('method' in settings ? settings.method : settings.sampler)
const entryOf = (job: Job): Entry | undefined => ('method' in job.request.settings ? inpainters : samplers)[nameOf(job)]

/** "DDIM 50, eta 0", "RePaint 100", "EDM 50, churn 40": eta where the method has it, its own settings where they were changed. */
export function methodWords(job: Job): string {
  const { steps, eta, settings } = job.request.settings
  const entry = entryOf(job)
  const name = said(entry?.label ?? nameOf(job))
  const title = isAdaptive(entry) ? name : `${name} ${count(steps)}`
  const own = changedWords(entry, settings)
  return [title, has(entry, 'eta') ? words().common.jobs.eta(plain(eta)) : '', own].filter((part) => part !== '').join(', ')
}

export function jobTitle(job: Job, models: readonly ModelSummary[] | null): string {
  const { request } = job
  const t = words().common.jobs
  if (request.kind === 'compare') {
    return t.comparison(request.axes.map(({ name }) => axisLabel(name)))
  }
  const title = `${modelName(models, request.settings.model)} · ${methodWords(job)}`
  return request.kind === 'generate' && request.between !== undefined ? t.between(title) : title
}

const ownSettings = [...Object.values(samplers), ...Object.values(inpainters)].flatMap(({ settings = [] }) => settings)
const axes = [...axesOf('generate', ownSettings), ...axesOf('inpaint', []), ...axesOf('forward', [])]

/** What an axis of a comparison is called on the screen. */
const axisLabel = (name: string): string => said(axes.find((axis) => axis.name === name)?.label ?? name)

/** How many pictures were asked for. */
export function wanted(job: Job): number {
  const { request } = job
  if (request.kind === 'compare') return job.images.filter(({ cell }) => cell?.reason === undefined).length
  return request.kind === 'generate' ? request.settings.count : request.settings.variations
}

export function finished(job: Job): number {
  return job.images.filter((image) => image.url !== null).length
}

/** Pictures whose last step is over, written yet or not: a batch comes through its steps together. */
export function sampled(job: Job): number {
  // The cells of a comparison are written one by one, and cost each their own.
  if (job.progress === null || job.request.kind === 'compare') return finished(job)
  const { batch } = job.request.settings
  const parts = Math.ceil(wanted(job) / batch)
  return Math.min(wanted(job), Math.floor((job.progress.calls * parts) / Math.max(1, job.progress.callsTotal)) * batch)
}

/** "writing picture 2 of 4" while finished steps wait to become a file; a large photograph takes seconds for each. */
export function writingWords(job: Job): string | undefined {
  if (job.status !== 'running' || finished(job) >= sampled(job)) return undefined
  return words().common.jobs.writing(finished(job) + 1, wanted(job))
}

/** "16 of 16", "4 of 16, cancelled". */
export function countWords(job: Job): string {
  const { of, ended } = words().common.jobs
  const some = of(finished(job), wanted(job))
  return job.status === 'failed' || job.status === 'cancelled' ? `${some}, ${ended[job.status]}` : some
}

/** "step 12 of 50 · 141 it/s", "step 12 of about 40", "window 2 of 5, step 13 of 50", "writing picture 2 of 4"; of particles also how many still count. */
export function progressWords(job: Job): string {
  const t = words().common.jobs
  if (job.status === 'queued') return t.waits
  const { progress } = job
  if (progress === null) return t.loading
  const writing = writingWords(job)
  if (writing !== undefined) return writing
  const speed = progress.callsPerSecond > 0 ? t.speed(rate(progress.callsPerSecond)) : ''
  const { window } = progress
  const place = window === undefined ? '' : t.window(window.number, window.of)
  const { step, steps } = window ?? progress
  return `${place}${t.step(step, steps, isAdaptive(entryOf(job)))}${speed}${countingWords(job)}`
}

/** Of pictures that are weighed against one another: what the weights still leave in play. */
function countingWords({ progress, request }: Job): string {
  const size = progress?.effectiveSampleSize
  return size === undefined ? '' : words().common.jobs.counting(fixed(size, 1), request.settings.batch)
}

export function leftWords(job: Job): string {
  const { progress } = job
  // Of the steps alone: how long the writing takes is not measured, so nothing is promised.
  if (progress === null || progress.callsPerSecond <= 0 || progress.calls >= progress.callsTotal) return ''
  return words().common.jobs.left(duration(progress.secondsLeft))
}

export const fraction = (job: Job): number =>
  job.progress === null ? 0 : job.progress.calls / Math.max(1, job.progress.callsTotal)

/** "16 pictures in 3.1 s". */
export function doneWords(job: Job): string {
  const { common: t } = words()
  const pictures = t.pictures(finished(job))
  return job.report === null ? pictures : t.jobs.doneIn(pictures, milliseconds(job.report.milliseconds.total))
}

/** The estimate as it will stand in the photograph: what was negated for the model is negated back. */
export function upright<P extends Preview>(preview: P, { request }: Job): P {
  const negated = request.kind === 'inpaint' && request.settings.invert
  return negated ? { ...preview, rgb: preview.rgb.map((value) => 255 - value) } : preview
}

const endedAtMost = 30

export interface QueueView {
  readonly running: readonly Job[]
  /** In the order they are to start. */
  readonly waiting: readonly { readonly job: Job; readonly priority: Priority }[]
  /** The newest first. */
  readonly ended: readonly Job[]
}

export function queueOf({ jobs, order, queue }: Pick<AppState, 'jobs' | 'order' | 'queue'>): QueueView {
  const all = order.flatMap((id) => jobs[id] ?? [])
  return {
    running: all.filter(({ status }) => status === 'running'),
    waiting: queue.waiting.flatMap(({ job: id, priority }) => {
      const job = jobs[id]
      return job?.status === 'queued' ? [{ job, priority }] : []
    }),
    ended: all.filter(isOver).toReversed().slice(0, endedAtMost),
  }
}

export interface Strip {
  /** The one that runs, or the newest that failed and was not put away; else null: the strip is thin. */
  readonly shown: Job | null
  readonly queued: readonly Job[]
  /** The last to end, for the thin bar's one line. */
  readonly last: Job | null
}

export function stripOf({ jobs, order, ended }: Pick<AppState, 'jobs' | 'order' | 'ended'>, putAway: ReadonlySet<string>): Strip {
  const all = order.flatMap((id) => jobs[id] ?? [])
  const running = all.find((job) => job.status === 'running')
  const queued = all.filter((job) => job.status === 'queued')
  const lastId = ended.findLast((id) => jobs[id] !== undefined)
  const last = lastId === undefined ? null : (jobs[lastId] ?? null)
  const failed = last !== null && last.status === 'failed' && !putAway.has(last.id) ? last : null
  return { shown: running ?? queued[0] ?? failed, queued: running === undefined ? queued.slice(1) : queued, last }
}
