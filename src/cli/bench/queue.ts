import { join } from 'node:path'
import { ownProcessorMs } from '../../backend/processor.ts'
import type { Backend } from '../../backend/types.ts'
import type { Job } from '../../shared/api.ts'
import { PalimpsestError } from '../../shared/errors.ts'
import { withTemporaryFolder } from '../context.ts'
import { median } from './overhead.ts'

/**
 * What the queue costs: the same small run as a job and straight into a folder, in turns, so that both meet the same machine; and how right the
 * time left is after a fifth of a run.
 */
export interface QueueCost {
  readonly jobs: number
  /** Milliseconds a run beside its sampling, from its being asked for to its end: as a job, without one, and how much more a job takes. */
  readonly jobMs: Spread
  readonly runMs: Spread
  readonly overheadMs: Spread
  /** Processor time of the program itself a run, the taking into the library included; medians. */
  readonly processor: { readonly jobMs: number; readonly runMs: number }
  /** How far the time left was off after a fifth of the steps, in percent of what it then took, the largest of a few runs. */
  readonly estimateOffPercent: number
}

export interface Spread {
  readonly median: number
  /** 19 of 20 are below it. */
  readonly p95: number
}

const jobs = 60
const steps = 2
const longSteps = 150
const longRuns = 3

type Door = Pick<Backend, 'handlers' | 'runGenerate' | 'subscribe'>

interface Cost {
  readonly ms: number
  readonly processorMs: number
}

export async function measureQueue(backend: Door, model: string): Promise<QueueCost> {
  const settings = { model, device: 'cpu', steps, count: 1, batch: 1 }
  const [asked, straight]: [Cost[], Cost[]] = [[], []]
  await withTemporaryFolder(async (folder) => {
    // The first ones load the engine and open the library.
    for (let seed = -3; seed < jobs; seed++) {
      const one = await asJob(backend, { ...settings, seed: seed + 3 })
      const other = await asRun(backend, { ...settings, seed: seed + 3 }, join(folder, String(seed)))
      if (seed < 0) continue
      asked.push(one)
      straight.push(other)
    }
  })
  const off: number[] = []
  for (let run = 0; run < longRuns; run++)
    off.push(await estimateOff(backend, { ...settings, steps: longSteps, count: 4, batch: 2 }))
  const ms = (all: readonly Cost[]) => all.map((one) => one.ms)
  return {
    jobs,
    jobMs: spreadOf(ms(asked)),
    runMs: spreadOf(ms(straight)),
    overheadMs: spreadOf(asked.map((one, k) => one.ms - (straight[k]?.ms ?? NaN))),
    processor: {
      jobMs: median(asked.map(({ processorMs }) => processorMs)),
      runMs: median(straight.map(({ processorMs }) => processorMs)),
    },
    estimateOffPercent: Math.max(...off),
  }
}

const spreadOf = (values: readonly number[]): Spread => ({
  median: median(values),
  p95: values.toSorted((a, b) => a - b)[Math.ceil(0.95 * values.length) - 1] ?? NaN,
})

async function asJob(backend: Door, settings: object): Promise<Cost> {
  const [at, used] = [performance.now(), ownProcessorMs()]
  const { job } = await backend.handlers.generate(settings as never)
  const { report } = await ended(backend, job)
  const ms = performance.now() - at - (report?.milliseconds.total ?? NaN)
  // The library takes the picture when the job is over; a change of nothing waits for that.
  await new Promise(setImmediate)
  await backend.handlers.libraryFavourite({ ids: [], favourite: false })
  return { ms, processorMs: ownProcessorMs() - used }
}

async function asRun(backend: Door, settings: object, out: string): Promise<Cost> {
  const [at, used] = [performance.now(), ownProcessorMs()]
  const { milliseconds } = await backend.runGenerate(settings, { out, tensors: false })
  return { ms: performance.now() - at - milliseconds.total, processorMs: ownProcessorMs() - used }
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
