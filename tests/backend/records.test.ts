import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { crop, makeBench, makePlace, maskTile, upload } from './fakes.ts'

const input = { model: 'tiny', device: 'cpu', steps: 2 }

it('lists the runs of before, with their pictures', async () => {
  const place = makePlace()
  const before = await makeBench({}, place)
  const photo = await upload(before, { width: 20, height: 10 })
  await before.backend.handlers.writeMask({ photo, replace: true, tiles: [maskTile(crop(1))] })
  const { job: digits } = await before.backend.handlers.generate({ ...input, count: 2 } as never)
  const { job: fill } = await before.backend.handlers.inpaint({ photo, settings: { ...input, method: 'replace' } as never })
  const ended = [await before.ended(digits), await before.ended(fill)]
  await before.backend.stop()
  const after = await makeBench({}, place)
  expect(await after.backend.handlers.jobs({})).toEqual(ended)
  expect(await after.backend.resource({ method: 'GET', url: `/job/${fill}/0/tile/0/0_0.png` })).toMatchObject({ status: 200 })
  // Removed behind its back.
  rmSync(after.backend.resultFile(digits, 0)!)
  expect(after.backend.resultFile(digits, 0)).toBeUndefined()
  await after.backend.stop()
  const later = await makeBench({}, place)
  expect(later.backend.job(digits)?.images.map(({ url }) => url)).toEqual([null, `/job/${digits}/1.png`])
})

it('passes by a record that is damaged', async () => {
  const place = makePlace()
  const before = await makeBench({}, place)
  const { job } = await before.backend.handlers.generate({ ...input, count: 1 } as never)
  await before.ended(job)
  await before.backend.stop()
  for (const damage of [
    '{"id":',
    '[]',
    '{"id":"another","status":"done","request":{"kind":"generate","settings":{}},"images":[],"notices":[]}',
    'null',
  ]) {
    writeFileSync(join(place.data, 'jobs', job, 'job.json'), damage)
    const after = await makeBench({}, place)
    expect(await after.backend.handlers.jobs({})).toEqual([])
    await after.backend.stop()
  }
})
