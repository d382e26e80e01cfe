import { describe, expect, it } from 'vitest'
import { candidates, wayBetween } from '../../src/renderer/generate/between.ts'
import { firstDraft, requestOf } from '../../src/renderer/inpaint/draft.ts'
import type { Job } from '../../src/shared/api.ts'
import { generateRequest } from '../../src/shared/request.ts'
import { digits } from './support/fake-bridge.ts'

const jobOf = (id: string, urls: readonly (string | null)[], request: Partial<Job['request']> = {}): Job =>
  ({
    id,
    status: 'done',
    request: { kind: 'generate', settings: generateRequest.parse({ model: 'mnist', count: urls.length }), ...request },
    images: urls.map((url, i) => ({ seed: i, url, width: 28, height: 28 })),
  }) as unknown as Job

describe('where frames may lead', () => {
  const jobs = {
    a: jobOf('a', ['/a/0', '/a/1']),
    b: jobOf('b', ['/b/0', null]),
    other: jobOf('other', ['/other/0'], { settings: generateRequest.parse({ model: 'faces' }) }),
    fill: jobOf('fill', ['/fill/0'], {
      kind: 'inpaint',
      photo: 'p',
      settings: requestOf({ ...firstDraft, model: 'mnist' }, digits, { coloured: false }, true),
    }),
  }
  it('is every finished picture of the same model, the newest run first, but for the picture itself', () => {
    const found = candidates(jobs, ['a', 'b', 'other', 'fill'], jobs.a, 1)
    expect(found.map(({ job, image }) => `${job}/${image}`)).toEqual(['b/0', 'a/0'])
  })
})

it('frames know how far they are from the first to the second; other pictures do not', () => {
  const ends = { from: { job: 'a', image: 0 }, to: { job: 'b', image: 0 } }
  const frames = jobOf('f', [null, null, null, null, null], { between: ends })
  expect([0, 1, 4].map((i) => wayBetween(frames, i))).toEqual([0, 0.25, 1])
  expect(wayBetween(jobOf('a', [null]), 0)).toBeUndefined()
})
