import { join } from 'node:path'
import type { Backend } from '../../backend/types.ts'
import type { Job } from '../../shared/api.ts'
import { PalimpsestError } from '../../shared/errors.ts'
import { withTemporaryFolder } from '../context.ts'
import { median } from './overhead.ts'

/** What the queue costs: the same small runs as jobs and without one, in turns; and how right the time left is after a fifth of a run. */
export interface QueueCost {
  readonly rounds: number
  readonly jobs: number
  /** Milliseconds a run beside its sampling, medians of the rounds: as a job, and straight into a folder. */
  readonly jobMs: number
  readonly runMs: number
  /** The difference of the two. */
  readonly overheadMs: number
  /** How far the time left was off after a fifth of the steps, in percent of what it then took, the largest of a few runs. */
  readonly estimateOffPercent: number
}

const rounds = 3
const jobs = 20
const steps = 2
const longSteps = 150
const longRuns = 3

type Door = Pick<Backend, 'handlers' | 'runGenerate' | 'subscribe'>

export async function measureQueue(backend: Door, model: string): Promise<QueueCost> {
  const settings = { model, device: 'cpu', steps, count: 1, batch: 1 }
  // The engine is loaded before anything is measured.
  await asJobs(backend, settings, 2)
  const queued: number[] = []
  const straight: number[] = []
  for (let round = 0; round < rounds; round++) {
    queued.push(await asJobs(backend, settings, jobs))
    straight.push(await asRuns(backend, settings, jobs))
  }
  const off: number[] = []
  for (let run = 0; run < longRuns; run++)
    off.push(await estimateOff(backend, { ...settings, steps: longSteps, count: 4, batch: 2 }))
  const [jobMs, runMs] = [median(queued), median(straight)]
  return { rounds, jobs, jobMs, runMs, overheadMs: jobMs - runMs, estimateOffPercent: Math.max(...off) }
}

async function asJobs(backend: Door, settings: object, count: number): Promise<number> {
  const begin = performance.now()
  const waiting: Promise<Job>[] = []
  for (let seed = 0; seed < count; seed++) {
    const { job } = await backend.handlers.generate({ ...settings, seed } as never)
    waiting.push(ended(backend, job))
  }
  const done = await Promise.all(waiting)
  const sampling = done.reduce((sum, { report }) => sum + (report?.milliseconds.total ?? NaN), 0)
  return (performance.now() - begin - sampling) / count
}

async function asRuns(backend: Door, settings: object, count: number): Promise<number> {
  return withTemporaryFolder(async (folder) => {
    const begin = performance.now()
    let sampling = 0
    for (let seed = 0; seed < count; seed++) {
      const { milliseconds } = await backend.runGenerate({ ...settings, seed }, { out: join(folder, String(seed)), tensors: false })
      sampling += milliseconds.total
    }
    return (performance.now() - begin - sampling) / count
  })
}

function ended(backend: Door, id: string, look: (job: Job) => void = () => undefined): Promise<Job> {
  return new Promise((resolve, reject) => {
    const check = (job: Job) => {
      look(job)
      if (job.status === 'queued' || job.status === 'running') return
      stop()
      if (job.status === 'done') resolve(job)
      else reject(new PalimpsestError('internal', `A job of the measurement ended as ${job.status}: ${job.error?.message ?? ''}`))
    }
    const stop = backend.subscribe((event) => {
      if (event.kind === 'job' && event.job.id === id) check(event.job)
    })
    // It may be over already.
    void backend.handlers.jobs({}).then((all) => all.filter((job) => job.id === id).forEach(check))
  })
}

/** In percent, of one run. */
async function estimateOff(backend: Door, settings: object): Promise<number> {
  let told: { readonly at: number; readonly left: number } | undefined
  let end = 0
  const { job } = await backend.handlers.generate(settings as never)
  await ended(backend, job, ({ progress, status }) => {
    if (progress !== null && progress.calls >= progress.callsTotal / 5)
      told ??= { at: performance.now(), left: 1000 * progress.secondsLeft }
    if (status === 'done') end = performance.now()
  })
  if (told === undefined || end <= told.at) return NaN
  return 100 * Math.abs(told.left / (end - told.at) - 1)
}
