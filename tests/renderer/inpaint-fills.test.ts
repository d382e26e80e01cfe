import { describe, expect, test } from 'vitest'
import type { Job } from '../../src/shared/api.ts'
import type { CropRecipe } from '../../src/shared/recipe.ts'
import { closeUp, fillJobs, fillsOf, fillTile, keyOf, windowAt } from '../../src/renderer/inpaint/fills.ts'
import { softFrom, softnessOf } from '../../src/renderer/inpaint/softness.ts'
import { firstDraft, requestOf } from '../../src/renderer/inpaint/draft.ts'

const settings = requestOf(
  { ...firstDraft, variations: 4, batch: 2 },
  { id: 'm', card: null, problem: null, bytes: 0, shipped: true },
  { coloured: false },
  false,
)

function job(id: string, photo: string, status: Job['status'], urls: readonly (string | null)[]): Job {
  const images = urls.map((url, i) => ({ seed: 10 + i, url, width: 40, height: 30 }))
  return {
    id,
    status,
    request: { kind: 'inpaint', photo, settings },
    images,
    progress: null,
    device: null,
    notices: [],
    error: null,
    report: null,
  }
}

const preview = { index: 1, width: 1, height: 1, rgb: new Uint8Array(3), step: 5, steps: 50 }

describe('the strip of fills', () => {
  const jobs = {
    a: job('a', 'p', 'done', ['/job/a/0.png', '/job/a/1.png']),
    b: job('b', 'q', 'done', ['/job/b/0.png']),
    c: job('c', 'p', 'running', ['/job/c/0.png', null, null]),
    d: job('d', 'p', 'cancelled', ['/job/d/0.png', null]),
  }
  const own = fillJobs(jobs, ['a', 'b', 'c', 'd'], 'p')

  test('shows the fills of this photograph alone, newest job first', () => {
    expect(own.map(({ id }) => id)).toEqual(['d', 'c', 'a'])
  })

  test('shows finished, running and waiting pictures, and nothing of what was cancelled', () => {
    const fills = fillsOf(own, { c: { 1: preview } }, new Set())
    expect(fills.map((fill) => `${keyOf(fill)} ${fill.kind}`)).toEqual([
      'd/0 done',
      'c/0 done',
      'c/1 running',
      'c/2 waiting',
      'a/0 done',
      'a/1 done',
    ])
  })

  test('says of a picture whose last step is over that it is being written', () => {
    const writing = (calls: number) => {
      const progress = { step: calls, steps: 100, calls, callsTotal: 100, callsPerSecond: 1, secondsLeft: 1, sigma: 1 }
      const fills = fillsOf([{ ...job('c', 'p', 'running', [null, null, null, null]), progress }], { c: { 1: preview } }, new Set())
      return fills.flatMap((fill) => (fill.kind === 'running' ? [fill.writing] : []))
    }
    expect([writing(49), writing(50)]).toEqual([[false], [true]])
  })

  test('shows where a running job fills by the windows it was planned with', () => {
    const window: CropRecipe = { x: 3, y: 4, width: 8, height: 8, modelWidth: 8, modelHeight: 8 }
    const [first] = fillsOf([job('c', 'p', 'running', ['/job/c/0.png', null])], {}, new Set(), { c: [window] })
    expect(first?.kind === 'done' && first.crops).toEqual([window])
  })

  test('leaves out what was rejected', () => {
    expect(fillsOf(own, {}, new Set(['a/0', 'd/0'])).map(keyOf)).toEqual(['c/0', 'c/1', 'c/2', 'a/1'])
  })

  test('a tile of a fill lies below the picture', () => {
    expect(fillTile('/job/a/0.png', 2, 3, 4)).toBe('/job/a/0/tile/2/3_4.png')
  })
})

describe('the window at work', () => {
  const windows = ['first', 'second'].map((_, i): CropRecipe => ({
    x: i,
    y: 0,
    width: 8,
    height: 8,
    modelWidth: 8,
    modelHeight: 8,
  }))
  const at = (calls: number) => {
    const progress = { step: 1, steps: 2, calls, callsTotal: 400, callsPerSecond: 1, secondsLeft: 1, sigma: 1 }
    return windowAt({ ...job('c', 'p', 'running', [null]), progress }, windows)?.x
  }

  test('goes through all windows once a batch of variations', () => {
    expect([0, 99, 100, 199, 200, 299, 300, 399, 400].map(at)).toEqual([0, 0, 1, 1, 0, 0, 1, 1, 1])
  })

  test('is none before the first step and without windows', () => {
    expect(windowAt(job('c', 'p', 'running', [null]), windows)).toBeUndefined()
    expect(windowAt(job('c', 'p', 'running', [null]), [])).toBeUndefined()
  })
})

describe('what is said of sharpness before a fill', () => {
  const window = (width: number, height = width) => ({ width, height, modelWidth: 28, modelHeight: 28 })
  test('is nothing where the model has as many pixels as the photograph', () => {
    expect(softnessOf([])).toBeUndefined()
    expect(softnessOf([window(28), window(10)])).toBeUndefined()
  })
  test('is the enlargement of the largest window, and a warning from eight times on', () => {
    expect(softnessOf([window(28), window(190)])).toEqual({ tone: 'plain', words: 'The fill is enlarged 6.8×.' })
    expect(softnessOf([window(28 * softFrom)])?.tone).toBe('warn')
    expect(softnessOf([window(20, 1428)])?.words).toContain('enlarged 51×: it will look soft')
  })
})

describe('the close-up of a thumbnail', () => {
  const box = { width: 116, height: 80 }
  const crop = (x: number, y: number, side: number): CropRecipe => ({
    x,
    y,
    width: side,
    height: side,
    modelWidth: 28,
    modelHeight: 28,
  })

  test('has the filled part in its middle, and no more than four times enlarged', () => {
    const { width, left, top } = closeUp([crop(500, 300, 10)], { width: 1160, height: 800 }, box)
    expect(width).toBeCloseTo(400, 6)
    expect(left).toBeCloseTo(50 - (505 / 1160) * 400, 6)
    expect(top).toBeCloseTo(50 - (305 / 800) * 400, 6)
  })

  test('never shows what lies beyond the picture, and all of it when the windows are far apart', () => {
    const corner = closeUp([crop(-20, -20, 60)], { width: 1160, height: 800 }, box)
    expect([corner.left, corner.top]).toEqual([0, 0])
    const far = closeUp([crop(0, 0, 50), crop(1110, 750, 50)], { width: 1160, height: 800 }, box)
    expect(far.width).toBeCloseTo(100, 6)
    expect(closeUp([], { width: 100, height: 900 }, box).width).toBeCloseTo(100, 6)
  })
})

test('an estimate of dark ink is shown as ink, not as the model sees it', () => {
  const running = job('c', 'p', 'running', [null, null])
  const negated: Job = { ...running, request: { kind: 'inpaint', photo: 'p', settings: { ...settings, invert: true } } }
  const shown = (one: Job) =>
    fillsOf([one], { c: { 1: preview } }, new Set()).flatMap((fill) => (fill.kind === 'running' ? [...fill.preview.rgb] : []))
  expect(shown(running)).toEqual([0, 0, 0])
  expect(shown(negated)).toEqual([255, 255, 255])
})
