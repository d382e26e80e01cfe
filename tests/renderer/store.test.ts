import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { AppState } from '../../src/renderer/state/events.ts'
import { defaultSettings } from '../../src/renderer/state/generate.ts'
import { fakeBridge, type FakeOptions } from './support/fake-bridge.ts'

/** The window without a window: store, client and settings on a bridge of our own. A hidden page draws no frames, so events act at once. */
async function opened(options: FakeOptions = {}) {
  vi.resetModules()
  vi.stubGlobal('window', {
    palimpsest: fakeBridge({ millisecondsAStep: 0, picture: (rgb) => `/job/${rgb.length}.png`, ...options }),
  })
  const [store, generate, client] = await Promise.all([
    import('../../src/renderer/state/store.ts'),
    import('../../src/renderer/state/generate.ts'),
    import('../../src/renderer/state/client.ts'),
  ])
  stop = store.startStore()
  const until = (check: (state: AppState) => unknown) =>
    vi.waitFor(() => expect(check(store.appStore.getState())).toBeTruthy(), 20_000)
  await until((state) => state.models !== null && state.devices !== null)
  return { ...store, ...generate, ...client, until }
}
let stop = () => undefined as void

beforeEach(() => {
  vi.stubGlobal('document', { hidden: true })
  vi.stubGlobal('cancelAnimationFrame', () => undefined)
})
afterEach(() => {
  stop()
  vi.unstubAllGlobals()
})

const settings = { ...defaultSettings, model: 'mnist', steps: 4, count: 3, batch: 2 }

it('a run streams in: estimates while it samples, then pictures by their seeds', async () => {
  const { appStore, generateStore, run, until } = await opened()
  const seen = new Set<string>()
  const forget = appStore.subscribe(({ previews }) => {
    for (const [job, shown] of Object.entries(previews))
      for (const { index, step, steps } of Object.values(shown)) seen.add(`${job} ${index}: ${step} of ${steps}`)
  })
  await run({ ...settings, seed: 7 })
  const id = generateStore.getState().shown ?? ''
  await until((state) => state.jobs[id]?.status === 'done')
  forget()
  expect(seen).toContain(`${id} 0: 1 of 4`)
  expect(seen).toContain(`${id} 2: 3 of 4`)
  const { jobs, previews } = appStore.getState()
  expect(jobs[id]?.images.map(({ seed, url }) => [seed, url !== null])).toEqual([
    [7, true],
    [8, true],
    [9, true],
  ])
  expect(previews).toEqual({})
})

it('draws a new seed after a run, unless it is locked', async () => {
  const { generateStore, change, run } = await opened()
  change({ seed: 5 })
  generateStore.setState({ seedLocked: true })
  await run(settings)
  expect(generateStore.getState().settings.seed).toBe(5)
  generateStore.setState({ seedLocked: false })
  vi.spyOn(Math, 'random').mockReturnValue(0.25)
  await run(settings)
  expect(generateStore.getState().settings.seed).toBe(250_000)
  vi.restoreAllMocks()
})

it('keeps what a cancelled run reached', async () => {
  const { appStore, generateStore, run, call, until } = await opened({ millisecondsAStep: 1 })
  await run({ ...settings, steps: 500, count: 2 })
  const id = generateStore.getState().shown ?? ''
  await until((state) => state.previews[id] !== undefined)
  await call('cancel', { job: id })
  await until((state) => state.jobs[id]?.status === 'cancelled')
  expect(Object.keys(appStore.getState().previews[id] ?? {})).toEqual(['0', '1'])
})

it('a failure stays with its job, and a refusal with the screen', async () => {
  const { appStore, generateStore, run, call, attempt, until } = await opened({ failAt: 2 })
  await run(settings)
  const id = generateStore.getState().shown ?? ''
  await until((state) => state.jobs[id]?.status === 'failed')
  expect(appStore.getState().jobs[id]?.error).toMatchObject({ code: 'device', detail: 'crash' })
  await expect(
    call('planFill', { photo: 'x', model: 'x', blend: { padding: 0, grow: 0, feather: 0, side: 'outward' } }),
  ).rejects.toMatchObject({ name: 'PalimpsestError', code: 'internal' })
  attempt(() => call('openSample', { sample: 'x' }))
  await until((state) => state.notices.some((notice) => notice.tone === 'bad'))
})

it('shows a refusal until the settings change', async () => {
  const refusing = { code: 'request' as const, message: 'No.' }
  const { generateStore, change, run } = await opened({ refuse: refusing })
  await run(settings)
  expect(generateStore.getState()).toMatchObject({ refusal: refusing, shown: null })
  change({ steps: 5 })
  expect(generateStore.getState().refusal).toBeNull()
})
