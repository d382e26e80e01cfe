import { describe, expect, it } from 'vitest'
import type { Job } from '../../src/shared/api.ts'
import type { StartRecipe } from '../../src/shared/recipe.ts'
import { makeBench, readJson, type Bench } from './fakes.ts'

const settings = { model: 'tiny', steps: 3, eta: 0.5, count: 2, batch: 2, device: 'cpu' }

async function made(bench: Bench, more: object = {}): Promise<Job> {
  const { job } = await bench.backend.handlers.generate({ ...settings, ...more } as never)
  return bench.ended(job)
}
const startOf = (bench: Bench, job: string, image: number) =>
  readJson<{ recipe: { start?: StartRecipe } }>(bench.backend.resultFile(job, image)!).recipe.start

describe('frames between two pictures', () => {
  it('go from the noise of the one to that of the other, all else as the first was made', async () => {
    const bench = await makeBench()
    const [a, b] = [await made(bench, { seed: 7 }), await made(bench, { seed: 40, steps: 2 })]
    bench.world.runs.length = 0
    const ends = { from: { job: a.id, image: 1 }, to: { job: b.id, image: 0 } }
    const { job: id } = await bench.backend.handlers.interpolate({ ...ends, count: 3 })
    const job = await bench.ended(id)
    expect(job).toMatchObject({
      status: 'done',
      request: { kind: 'generate', between: ends, settings: { seed: 8, count: 3, steps: 3 } },
    })
    expect(job.images.map(({ seed, url }) => [seed, url])).toEqual([0, 1, 2].map((i) => [8, `/job/${id}/${i}.png`]))
    expect(bench.world.runs).toMatchObject([
      { steps: 3, eta: 0.5, seeds: [8, 8] },
      { steps: 3, eta: 0.5, seeds: [8] },
    ])
    const [first, last] = [
      { from: 'seed', seed: 8 },
      { from: 'seed', seed: 40 },
    ]
    expect([0, 1, 2].map((i) => startOf(bench, id, i))).toEqual([first, { from: 'between', a: first, b: last, at: 0.5 }, last])
  })

  it('may begin at a frame of earlier ones', async () => {
    const bench = await makeBench()
    const a = await made(bench)
    const ends = { from: { job: a.id, image: 0 }, to: { job: a.id, image: 1 } }
    const { job: frames } = await bench.backend.handlers.interpolate({ ...ends, count: 3 })
    await bench.ended(frames)
    const { job } = await bench.backend.handlers.interpolate({ from: { job: frames, image: 1 }, to: ends.from, count: 2, batch: 1 })
    expect((await bench.ended(job)).status).toBe('done')
    expect(startOf(bench, job, 0)).toEqual(startOf(bench, frames, 1))
    expect(bench.world.runs.slice(-2).map(({ seeds }) => seeds.length)).toEqual([1, 1])
  })

  it('are refused between models, and where a picture is not there', async () => {
    const bench = await makeBench()
    bench.place.addModel('other')
    const [a, b] = [await made(bench), await made(bench, { model: 'other' })]
    const ask = (job: string, image: number) =>
      bench.backend.handlers.interpolate({ from: { job: a.id, image: 0 }, to: { job, image }, count: 2 })
    await expect(ask(b.id, 0)).rejects.toMatchObject({
      code: 'request',
      message: expect.stringContaining('different models') as string,
    })
    await expect(ask(a.id, 9)).rejects.toMatchObject({ code: 'request' })
    await expect(ask('none', 0)).rejects.toMatchObject({ code: 'request' })
    expect(await bench.backend.handlers.jobs({})).toHaveLength(2)
  })
})
