import { join } from 'node:path'
import { expect, it } from 'vitest'
import { measureLibrary, measureRebuild } from '../../src/backend/library-bench.ts'
import { processorMsOf } from '../../src/backend/processor.ts'
import { measureQueue } from '../../src/cli/bench/queue.ts'
import { fakeImaging, startFake } from './fake-workers.ts'
import { makeBench } from './fakes.ts'

/** That each measurement of `palimpsest bench` measures what it says; how fast anything is here says nothing. */

const positive = expect.toSatisfy((value: number) => value > 0, 'positive') as number

it('the queue: as many jobs as runs, each kind told by its own', async () => {
  const bench = await makeBench()
  const cost = await measureQueue(bench.backend, 'tiny')
  expect(bench.events.filter((event) => event.kind === 'job' && event.job.status === 'done').length).toBeGreaterThanOrEqual(
    cost.jobs,
  )
  expect(cost.processor).toEqual({ jobMs: positive, runMs: positive })
  for (const { median, p95 } of [cost.jobMs, cost.runMs, cost.overheadMs]) expect(p95).toBeGreaterThanOrEqual(median)
  expect((await bench.backend.handlers.library({})).total).toBeGreaterThanOrEqual(cost.jobs)
})

it('the library: rows, pages and files, by the clock and by the processor', async () => {
  const bench = await makeBench()
  const folder = join(bench.place.root, 'measured')
  const row = await measureLibrary(folder, 600)
  expect(row).toMatchObject({
    pictures: 600,
    inserted: positive,
    insertedByProcessor: positive,
    slowestMs: positive,
    startMs: positive,
  })
  expect(row.queries.length).toBeGreaterThan(10)
  const rebuilt = await measureRebuild(async () => startFake(() => fakeImaging(bench.world)), folder, 100)
  expect(rebuilt).toMatchObject({ pictures: 100, rebuilt: positive, lookMs: positive })
})

it.runIf(process.platform === 'linux')('the processor time of another process is what the kernel counted', async () => {
  expect(await processorMsOf(process.pid)).toBeGreaterThan(0)
  expect(await processorMsOf(undefined)).toBeNull()
  expect(await processorMsOf(2 ** 30)).toBeNull()
})
