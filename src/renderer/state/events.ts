import type { About, BackendEvent, Job, ModelSummary } from '../../shared/api.ts'
import type { DeviceReport, Preview } from '../../shared/engine.ts'
import type { Queue } from '../../shared/queue.ts'
import type { Connection } from './http-bridge.ts'

/** What the window knows of the backend, and how an event changes it. Pure: no clock, no DOM, no React. */

export interface ShownPreview extends Preview {
  readonly step: number
  readonly steps: number
}

export interface Notice {
  readonly id: number
  readonly message: string
  readonly tone: 'info' | 'good' | 'bad'
  /** A button beside the words: "Undo". */
  readonly action?: NoticeAction
}

export interface NoticeAction {
  readonly label: string
  run(): void
}

export interface AppState {
  /** Null until asked for and answered. */
  readonly about: About | null
  readonly models: readonly ModelSummary[] | null
  readonly devices: readonly DeviceReport[] | null
  readonly jobs: Readonly<Record<string, Job>>
  /** Job ids, oldest first. */
  readonly order: readonly string[]
  readonly queue: Queue
  /** Ids of jobs that are over, in the order they ended: one that waited may be cancelled before one that ran longer fails. */
  readonly ended: readonly string[]
  /** By job id, then by the picture's place in the job. Only pictures that are not finished have one. */
  readonly previews: Readonly<Record<string, Readonly<Record<number, ShownPreview>>>>
  readonly notices: readonly Notice[]
  readonly nextNotice: number
  readonly connection: Connection
}

export const initialState: AppState = {
  about: null,
  models: null,
  devices: null,
  jobs: {},
  order: [],
  queue: { paused: null, problem: null, waiting: [] },
  ended: [],
  previews: {},
  notices: [],
  nextNotice: 1,
  connection: 'open',
}

/** Old news makes room: more than these are never on the screen together. */
export const noticeLimit = 4

export function reduceEvent(state: AppState, event: BackendEvent): AppState {
  switch (event.kind) {
    case 'job':
      return withJob(state, event.job)
    case 'preview':
      return withPreviews(state, event)
    case 'queue':
      return { ...state, queue: event.queue }
    case 'removed':
      return withoutJob(state, event.job)
    case 'library':
      return state
    case 'notice':
      return withNotice(state, event.message, 'info')
    case 'chosen':
    case 'chosen-photo':
      // A command's business, not the state's (frame/useShell.ts).
      return state
    case 'opened':
      // Who shows photographs asks for them (state/opened.ts).
      return state
  }
}

function withJob(state: AppState, job: Job): AppState {
  const jobs = { ...state.jobs, [job.id]: job }
  const order = job.id in state.jobs ? state.order : [...state.order, job.id]
  return { ...state, jobs, order, ended: withEnded(state.ended, job), previews: prunedPreviews(state.previews, job) }
}

function withoutJob(state: AppState, id: string): AppState {
  const { [id]: _job, ...jobs } = state.jobs
  const { [id]: _previews, ...previews } = state.previews
  const other = (one: string) => one !== id
  return { ...state, jobs, previews, order: state.order.filter(other), ended: state.ended.filter(other) }
}

function withEnded(ended: readonly string[], { id, status }: Job): readonly string[] {
  const over = status !== 'queued' && status !== 'running'
  return over && !ended.includes(id) ? [...ended, id] : ended
}

/** A finished picture replaces its preview; a finished job has none. What a cancelled or failed one reached stays to be seen. */
function prunedPreviews(previews: AppState['previews'], job: Job): AppState['previews'] {
  const shown = previews[job.id]
  if (shown === undefined) return previews
  const left = Object.values(shown).filter((preview) => job.status !== 'done' && (job.images[preview.index]?.url ?? null) === null)
  if (left.length === Object.keys(shown).length) return previews
  const { [job.id]: _gone, ...others } = previews
  return left.length === 0 ? others : { ...others, [job.id]: Object.fromEntries(left.map((preview) => [preview.index, preview])) }
}

function withPreviews(state: AppState, event: Extract<BackendEvent, { kind: 'preview' }>): AppState {
  const job = state.jobs[event.job]
  if (job !== undefined && job.status === 'done') return state
  const fresh = event.previews.filter((preview) => (job?.images[preview.index]?.url ?? null) === null)
  if (fresh.length === 0) return state
  const shown: Record<number, ShownPreview> = { ...state.previews[event.job] }
  for (const preview of fresh) shown[preview.index] = { ...preview, step: event.step, steps: event.steps }
  return { ...state, previews: { ...state.previews, [event.job]: shown } }
}

export function withNotice(state: AppState, message: string, tone: Notice['tone'], action?: NoticeAction): AppState {
  const fresh = { id: state.nextNotice, message, tone, ...(action === undefined ? {} : { action }) }
  const notices = [...state.notices.filter((notice) => notice.message !== message), fresh]
  return { ...state, notices: notices.slice(-noticeLimit), nextNotice: state.nextNotice + 1 }
}

/** The whole list, as after a start or a lost connection: what the backend no longer knows is forgotten. */
export function withJobs(state: AppState, jobs: readonly Job[]): AppState {
  const known = new Map(jobs.map((job) => [job.id, job]))
  const order = [
    ...state.order.filter((id) => known.has(id)),
    ...jobs.map((job) => job.id).filter((id) => !state.order.includes(id)),
  ]
  const ended = order.reduce<readonly string[]>(
    (list, id) => withEnded(list, known.get(id) as Job),
    state.ended.filter((id) => known.has(id)),
  )
  let previews: AppState['previews'] = Object.fromEntries(Object.entries(state.previews).filter(([id]) => known.has(id)))
  for (const job of jobs) previews = prunedPreviews(previews, job)
  return { ...state, jobs: Object.fromEntries(known), order, ended, previews }
}
