import type { BackendEvent, Bridge } from '../../shared/api.ts'
import { type ErrorData, toErrorData } from '../../shared/errors.ts'
import { decode, encode } from '../../shared/wire.ts'

/** The browser's door: the method table over POST /api/<name>, events over a WebSocket that comes back by itself. */

export type Connection = 'connecting' | 'open' | 'lost'

/** The pieces of a browser it stands on, so that tests can give their own. */
export interface HttpPlace {
  readonly origin: string
  fetch(
    path: string,
    init: { method: string; body: string; headers: Record<string, string> },
  ): Promise<Pick<Response, 'ok' | 'status' | 'text'>>
  socket(url: string): Pick<WebSocket, 'close' | 'onopen' | 'onclose' | 'onmessage'>
  after(milliseconds: number, action: () => void): () => void
}

export interface HttpBridge extends Bridge {
  onConnection(handler: (connection: Connection) => void): () => void
  stop(): void
}

const offline: ErrorData = { code: 'device', message: 'Palimpsest cannot be reached; is it still running?', detail: 'connection' }
const noKey: ErrorData = {
  code: 'request',
  message: 'This page has no valid key: open the full address that "palimpsest serve" printed.',
  detail: 'token',
}

/** Half a second, then twice as long each time, at most eight seconds. */
export const retryDelay = (attempt: number): number => Math.min(8000, 500 * 2 ** attempt)

/** `token`: from the printed address; exchanged once for a cookie before anything else is asked. */
export function httpBridge(place: HttpPlace, token: string | null): HttpBridge {
  const events = new Set<(event: BackendEvent) => void>()
  const watchers = new Set<(connection: Connection) => void>()
  let connection: Connection = 'connecting'
  let socket: ReturnType<HttpPlace['socket']> | undefined
  let attempt = 0
  let stopped = false
  let cancelRetry: (() => void) | undefined

  const say = (next: Connection) => {
    if (next === connection) return
    connection = next
    for (const watch of watchers) watch(next)
  }
  const post = (path: string, body: unknown) =>
    place.fetch(path, { method: 'POST', body: encode(body), headers: { 'content-type': 'application/json' } })
  const session =
    token === null
      ? Promise.resolve()
      : post('/session', { token }).then(
          () => undefined,
          () => undefined,
        )

  const connect = () => {
    cancelRetry = undefined
    if (stopped) return
    const opened = place.socket(`${place.origin.replace(/^http/, 'ws')}/events`)
    socket = opened
    opened.onopen = () => {
      attempt = 0
      say('open')
    }
    opened.onmessage = (message: MessageEvent) => {
      const event = decode(String(message.data)) as BackendEvent
      for (const handler of events) handler(event)
    }
    opened.onclose = () => {
      if (stopped) return
      say('lost')
      cancelRetry = place.after(retryDelay(attempt++), connect)
    }
  }
  void session.then(connect)

  return {
    door: 'serve',
    async invoke(name, input) {
      await session
      let reply: Pick<Response, 'ok' | 'status' | 'text'>
      try {
        reply = await post(`/api/${name}`, input)
      } catch {
        return { ok: false, error: offline }
      }
      try {
        const body = decode(await reply.text())
        if (isEnvelope(body)) return body as never
      } catch (error) {
        if (reply.ok) return { ok: false, error: toErrorData(error) }
      }
      const refused = reply.status === 401 || reply.status === 403
      return {
        ok: false,
        error: refused ? noKey : { code: 'internal', message: `The server answered ${reply.status} to ${name}.` },
      }
    },
    subscribe(handler) {
      events.add(handler)
      return () => events.delete(handler)
    },
    onConnection(handler) {
      watchers.add(handler)
      return () => watchers.delete(handler)
    },
    stop() {
      stopped = true
      cancelRetry?.()
      socket?.close()
    },
  }
}

function isEnvelope(body: unknown): boolean {
  if (typeof body !== 'object' || body === null || !('ok' in body)) return false
  return body.ok === true ? 'value' in body : 'error' in body
}

/** Takes `#token=…` out of the address, so that it is neither bookmarked nor shown. */
export function takeToken(hash: string): string | null {
  return /(?:^#|&)token=([A-Za-z0-9_-]+)/.exec(hash)?.[1] ?? null
}
