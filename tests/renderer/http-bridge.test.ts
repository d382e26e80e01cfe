import { describe, expect, it, vi } from 'vitest'
import type { BackendEvent } from '../../src/shared/api.ts'
import { decode, encode } from '../../src/shared/wire.ts'
import { httpBridge, retryDelay, takeToken, type HttpPlace } from '../../src/renderer/state/http-bridge.ts'

type Socket = ReturnType<HttpPlace['socket']>

/** A browser of one server: `reply` answers each POST; sockets are opened and closed by hand, time passes by hand. */
function place(reply: (path: string, body: string) => { status: number; text: string } | Error) {
  const asked: { path: string; body: unknown }[] = []
  const sockets: Socket[] = []
  const waiting: { milliseconds: number; action: () => void }[] = []
  const browser: HttpPlace = {
    origin: 'http://127.0.0.1:7000',
    fetch: async (path, { body }) => {
      asked.push({ path, body: decode(body) })
      const answer = reply(path, body)
      if (answer instanceof Error) throw answer
      return { ok: answer.status < 400, status: answer.status, text: async () => answer.text }
    },
    socket: (url) => {
      const socket: Socket & { url: string } = { url, close: vi.fn(), onopen: null, onclose: null, onmessage: null }
      sockets.push(socket)
      return socket
    },
    after: (milliseconds, action) => {
      waiting.push({ milliseconds, action })
      return () => undefined
    },
  }
  return { browser, asked, sockets, waiting }
}
const fire = (handler: ((event: never) => unknown) | null, event: unknown = {}) =>
  (handler as ((event: unknown) => void) | null)?.(event)
const fine = (value: unknown) => () => ({ status: 200, text: encode({ ok: true, value }) })

describe('the browser bridge', () => {
  it('exchanges the token before it asks anything else', async () => {
    const { browser, asked } = place(fine([]))
    await httpBridge(browser, 'secret').invoke('jobs', {})
    expect(asked).toEqual([
      { path: '/session', body: { token: 'secret' } },
      { path: '/api/jobs', body: {} },
    ])
  })
  it('carries bytes both ways', async () => {
    const png = new Uint8Array([1, 2, 255])
    const { browser, asked } = place(fine([{ column: 0, row: 0, png }]))
    const bridge = httpBridge(browser, null)
    await bridge.invoke('writeMask', { photo: '0123456789abcdef', replace: true, tiles: [{ column: 0, row: 0, png }] })
    expect(asked[0]?.body).toMatchObject({ tiles: [{ png }] })
    const reply = await bridge.invoke('readMask', { photo: '0123456789abcdef' })
    expect(reply).toEqual({ ok: true, value: [{ column: 0, row: 0, png }] })
  })
  it('gives the backend’s own refusal', async () => {
    const error = { code: 'request', message: 'Steps must be 1 to 1000.' }
    const { browser } = place(() => ({ status: 200, text: encode({ ok: false, error }) }))
    expect(await httpBridge(browser, null).invoke('models', {})).toEqual({ ok: false, error })
  })
  it.each([
    ['a lost server', () => new Error('refused'), { code: 'device', detail: 'connection' }],
    ['a missing key', () => ({ status: 401, text: 'no' }), { code: 'request', detail: 'token' }],
    ['an answer that is none', () => ({ status: 500, text: '<html>' }), { code: 'internal' }],
    ['JSON of another shape', () => ({ status: 200, text: '{"hello":1}' }), { code: 'internal' }],
  ])('says what to make of %s', async (_name, reply, error) => {
    const { browser } = place(reply)
    expect(await httpBridge(browser, null).invoke('models', {})).toMatchObject({ ok: false, error })
  })
  it('hears events, decoded', async () => {
    const { browser, sockets } = place(fine(null))
    const bridge = httpBridge(browser, null)
    const heard: BackendEvent[] = []
    const stop = bridge.subscribe((event) => heard.push(event))
    await vi.waitFor(() => expect(sockets.length).toBe(1), 20_000)
    expect((sockets[0] as Socket & { url: string }).url).toBe('ws://127.0.0.1:7000/events')
    const event = {
      kind: 'preview',
      job: 'a',
      step: 1,
      steps: 2,
      previews: [{ index: 0, width: 1, height: 1, rgb: new Uint8Array([1, 2, 3]) }],
    }
    fire(sockets[0]?.onmessage ?? null, { data: encode(event) })
    expect(heard).toEqual([event])
    stop()
    fire(sockets[0]?.onmessage ?? null, { data: encode(event) })
    expect(heard.length).toBe(1)
  })
  it('comes back by itself, later each time, and says how it stands', async () => {
    const { browser, sockets, waiting } = place(fine(null))
    const bridge = httpBridge(browser, null)
    const said: string[] = []
    bridge.onConnection((connection) => said.push(connection))
    await vi.waitFor(() => expect(sockets.length).toBe(1), 20_000)
    fire(sockets[0]?.onopen ?? null)
    fire(sockets[0]?.onclose ?? null)
    waiting[0]?.action()
    fire(sockets[1]?.onclose ?? null)
    expect(waiting.map((wait) => wait.milliseconds)).toEqual([retryDelay(0), retryDelay(1)])
    expect(retryDelay(1)).toBeGreaterThan(retryDelay(0))
    waiting[1]?.action()
    fire(sockets[2]?.onopen ?? null)
    expect(said).toEqual(['open', 'lost', 'open'])
    fire(sockets[2]?.onclose ?? null)
    expect(waiting[2]?.milliseconds).toBe(retryDelay(0))
  })
  it('opens nothing after it was stopped', async () => {
    const { browser, sockets, waiting } = place(fine(null))
    const bridge = httpBridge(browser, null)
    await vi.waitFor(() => expect(sockets.length).toBe(1), 20_000)
    bridge.stop()
    expect(sockets[0]?.close).toHaveBeenCalled()
    fire(sockets[0]?.onclose ?? null)
    expect(waiting).toEqual([])
  })
})

it('finds the token in the fragment and nowhere else', () => {
  expect(takeToken('#token=ab-C_9')).toBe('ab-C_9')
  expect(takeToken('#x=1&token=abc')).toBe('abc')
  expect(takeToken('#nottoken=abc')).toBeNull()
  expect(takeToken('')).toBeNull()
})
