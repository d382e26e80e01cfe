import { describe, expect, it } from 'vitest'
import { samplers } from '../../src/core/index.ts'
import type { Job } from '../../src/shared/api.ts'
import { errorCodes, type ErrorCode } from '../../src/shared/errors.ts'
import { generateRequest, inpaintSettings } from '../../src/shared/request.ts'
import { bytes, count, deviceWords, duration, fixed, milliseconds, plain, rate } from '../../src/renderer/state/format.ts'
import {
  countWords,
  fraction,
  isOver,
  jobTitle,
  leftWords,
  progressWords,
  queueOf,
  stripOf,
} from '../../src/renderer/state/jobs.ts'
import { parsePreferences, preferencesStore } from '../../src/renderer/state/preferences.ts'
import { keyWords } from '../../src/renderer/i18n/key-words.ts'
import { shownTheme } from '../../src/renderer/theme/theme.ts'
import { errorWords } from '../../src/renderer/ui/error-words.ts'
import { digits } from './support/fake-bridge.ts'

const base: Job = {
  id: 'a',
  status: 'running',
  request: { kind: 'generate', settings: generateRequest.parse({ model: 'mnist', count: 16 }) },
  images: [{ seed: 0, url: '/job/a/0.png', width: 28, height: 28 }],
  progress: { step: 12, steps: 50, calls: 12, callsTotal: 100, callsPerSecond: 141.3, secondsLeft: 8.2, sigma: 1 },
  device: 'cpu',
  notices: [],
  error: null,
  report: null,
}

describe('a job in words', () => {
  it('has the model, the method and what matters of it', () => {
    expect(jobTitle(base, [digits])).toBe('Handwritten digits · DDIM 50, eta 0')
    const ddpm = {
      ...base,
      request: { kind: 'generate' as const, settings: { ...base.request.settings, sampler: 'ddpm', steps: 1000 } as never },
    }
    expect(jobTitle(ddpm, null)).toBe('mnist · DDPM 1,000')
    const fill = { ...base, request: { kind: 'inpaint' as const, photo: 'p', settings: inpaintSettings.parse({ model: 'mnist' }) } }
    expect(jobTitle(fill, [digits])).toBe('Handwritten digits · RePaint 100')
  })
  it('has what was changed of its own settings, and no steps where the sampler finds them', () => {
    const asked = (sampler: string, settings: object) =>
      jobTitle({ ...base, request: { kind: 'generate', settings: generateRequest.parse({ model: 'm', sampler, settings }) } }, null)
    const [name, entry] =
      Object.entries(samplers).find(([, { settings = [] }]) => settings.some(({ kind }) => kind === 'number')) ?? []
    const setting = entry?.settings?.find(({ kind }) => kind === 'number')
    expect(asked(name ?? '', {})).toBe(asked(name ?? '', { [setting?.name ?? '']: setting?.default }))
    expect(asked(name ?? '', { [setting?.name ?? '']: 7 })).toContain(`, ${setting?.label.toLowerCase() ?? ''} 7`)
    const adaptive = Object.values(samplers).find((one) => one.adaptive === true)
    expect(asked(adaptive?.name ?? '', {})).toBe(`m · ${adaptive?.label ?? ''}`)
  })
  it('says that the steps are a guess, and how many particles still count', () => {
    const adaptive = Object.values(samplers).find((one) => one.adaptive === true)?.name ?? ''
    const found = generateRequest.parse({ model: 'm', sampler: adaptive })
    expect(progressWords({ ...base, request: { kind: 'generate', settings: found } })).toBe('step 12 of about 50 · 141 it/s')
    const settings = inpaintSettings.parse({ model: 'm', method: 'smc', variations: 8, batch: 8 })
    const progress = { ...base.progress, effectiveSampleSize: 3.21 } as Job['progress']
    expect(progressWords({ ...base, progress, images: [], request: { kind: 'inpaint', photo: 'p', settings } })).toBe(
      'step 12 of 50 · 141 it/s · effective sample size 3.2 of 8',
    )
  })
  it('says which of several windows is filled, and the steps of that one', () => {
    const progress = { ...base.progress, window: { number: 2, of: 5, step: 13, steps: 20 } } as Job['progress']
    expect(progressWords({ ...base, progress })).toBe('window 2 of 5, step 13 of 20 · 141 it/s')
  })
  it('has its step, its speed and its time', () => {
    expect(progressWords(base)).toBe('step 12 of 50 · 141 it/s')
    expect(leftWords(base)).toBe('8 s left')
    expect(fraction(base)).toBe(0.12)
    expect(progressWords({ ...base, progress: null })).toBe('loading the model')
    expect(progressWords({ ...base, status: 'queued', progress: null })).toBe('waiting for its turn')
  })
  it('says that pictures are being written once their steps are over', () => {
    const at = (calls: number, written: number): Job => {
      const settings = inpaintSettings.parse({ model: 'mnist', variations: 4, batch: 2 })
      const images = [0, 1, 2, 3].map((i) => ({ seed: i, url: i < written ? `/job/a/${i}.png` : null, width: 9, height: 9 }))
      const progress = { ...base.progress, calls, callsTotal: 370, step: calls, steps: 370, callsPerSecond: 15 } as Job['progress']
      return { ...base, request: { kind: 'inpaint', photo: 'p', settings }, images, progress }
    }
    expect(progressWords(at(184, 0))).toBe('step 184 of 370 · 15 it/s')
    expect(progressWords(at(185, 0))).toBe('writing picture 1 of 4')
    expect(progressWords(at(185, 2))).toBe('step 185 of 370 · 15 it/s')
    expect(progressWords(at(370, 3))).toBe('writing picture 4 of 4')
    expect(leftWords(at(370, 3))).toBe('')
  })
  it('counts what is finished and says how it ended', () => {
    expect(countWords(base)).toBe('1 of 16')
    expect(countWords({ ...base, status: 'cancelled' })).toBe('1 of 16, cancelled')
  })
})

describe('the strip shows', () => {
  const all = (...list: Job[]) => ({
    jobs: Object.fromEntries(list.map((job) => [job.id, job])),
    order: list.map((job) => job.id),
    ended: list.filter(isOver).map((job) => job.id),
  })
  const queued = { ...base, id: 'q', status: 'queued' as const }
  const failed = { ...base, id: 'f', status: 'failed' as const }
  it('what runs before what waits', () => {
    const strip = stripOf(all(queued, base, { ...queued, id: 'r' }), new Set())
    expect(strip.shown?.id).toBe('a')
    expect(strip.queued.map((job) => job.id)).toEqual(['q', 'r'])
    expect(stripOf(all(queued, { ...queued, id: 'r' }), new Set()).queued.map((job) => job.id)).toEqual(['r'])
  })
  it('what waits while nothing runs', () => {
    expect(stripOf(all(failed, queued), new Set()).shown?.id).toBe('q')
  })
  it('the newest failure until it is put away or something else ends', () => {
    expect(stripOf(all(failed), new Set()).shown?.id).toBe('f')
    expect(stripOf(all(failed), new Set(['f'])).shown).toBeNull()
    expect(stripOf(all(failed, { ...base, status: 'done' }), new Set()).shown).toBeNull()
  })
  it('a failure, though a job that was asked for later was cancelled before', () => {
    const later = { ...base, id: 'c', status: 'cancelled' as const }
    expect(stripOf({ ...all(failed, later), ended: ['c', 'f'] }, new Set()).shown?.id).toBe('f')
  })
})

it('the queue lists what waits in its own order, what has ended with the newest first, and nothing twice', () => {
  const job = (id: string, status: Job['status']): Job => ({ ...base, id, status })
  const jobs = [job('a', 'done'), job('b', 'running'), job('c', 'queued'), job('d', 'queued'), job('e', 'cancelled')]
  const view = queueOf({
    jobs: Object.fromEntries(jobs.map((one) => [one.id, one])),
    order: jobs.map(({ id }) => id),
    // News of the order may come before or after that of a job.
    queue: { paused: null, problem: null, waiting: ['d', 'b', 'gone', 'c'].map((id) => ({ job: id, priority: 'normal' })) },
  })
  const ids = (list: readonly Job[]) => list.map(({ id }) => id)
  expect([ids(view.running), ids(view.waiting.map((one) => one.job)), ids(view.ended)]).toEqual([['b'], ['d', 'c'], ['e', 'a']])
})

describe('errors', () => {
  it.each(Object.keys(errorCodes) as ErrorCode[])('%s has a title and a way on', (code) => {
    const words = errorWords({ code })
    expect(words.title).toMatch(/^[A-Z].*[^.]$/)
    expect(words.advice).toMatch(/\.$/)
  })
  it('tell the failures of a device apart', () => {
    const titles = ['nan', 'memory', 'crash', 'connection', 'other'].map((detail) => errorWords({ code: 'device', detail }).title)
    expect(new Set(titles).size).toBe(5)
  })
})

it('numbers are written one way', () => {
  expect([0.04, 0.42, 8.2, 59.7, 125, 3600, 4800].map(duration)).toEqual([
    '0.1 s',
    '0.4 s',
    '8 s',
    '1 min',
    '2 min 5 s',
    '1 h',
    '1 h 20 min',
  ])
  expect(duration(Number.NaN)).toBe('—')
  expect([0.84, 7.2, 66.4, 1234].map(milliseconds)).toEqual(['0.8 ms', '7.2 ms', '66 ms', '1.2 s'])
  expect([0.314, 9.42, 141.3, 1284].map(rate)).toEqual(['0.31', '9.4', '141', '1,284'])
  expect([12, 3600, 3_640_000, 2.5e9].map(bytes)).toEqual(['12 B', '4 kB', '3.6 MB', '2.5 GB'])
})

it('numbers stand as the language writes them', () => {
  const said = () => [
    count(12_345.5),
    plain(12_345.5),
    fixed(2, 1),
    milliseconds(1234),
    duration(0.4),
    rate(0.31),
    bytes(3_640_000),
  ]
  expect(said()).toEqual(['12,345.5', '12345.5', '2.0', '1.2 s', '0.4 s', '0.31', '3.6 MB'])
  preferencesStore.setState({ language: 'de' })
  expect(said()).toEqual(['12.345,5', '12345,5', '2,0', '1,2 s', '0,4 s', '0,31', '3,6 MB'])
  expect(keyWords('Ctrl+Shift+Z', false)).toBe('Strg Umschalt Z')
  preferencesStore.setState({ language: 'en' })
})

it('a device is not named twice', () => {
  expect(deviceWords('CPU', 'CPU (8 cores)')).toBe('CPU (8 cores)')
  expect(deviceWords('WebGPU', 'NVIDIA RTX 3060')).toBe('WebGPU · NVIDIA RTX 3060')
  expect(deviceWords('CUDA', '')).toBe('CUDA')
})

it('wrong preferences fall back one by one', () => {
  const first = parsePreferences(null)
  expect(first).toMatchObject({
    theme: 'usual',
    screen: 'generate',
    cell: null,
    language: 'en',
    device: 'auto',
    notifications: true,
  })
  expect(parsePreferences('{"theme":"pink","screen":"inpaint","cell":9999,"language":"xx","notifications":0}')).toEqual({
    ...first,
    screen: 'inpaint',
  })
  expect(parsePreferences('{"language":"de","device":"webgpu","notifications":false}')).toEqual({
    ...first,
    language: 'de',
    device: 'webgpu',
    notifications: false,
  })
})

it('the theme of the system follows contrast before light', () => {
  expect(shownTheme('system', { light: true, contrast: true })).toBe('contrast')
  expect(shownTheme('system', { light: true, contrast: false })).toBe('light')
  expect(shownTheme('system', { light: false, contrast: false })).toBe('dark')
  expect(shownTheme('light', { light: false, contrast: true })).toBe('light')
  expect(shownTheme('usual', { light: true, contrast: false })).toBe('dark')
  expect(shownTheme('usual', { light: true, contrast: true })).toBe('contrast')
})
