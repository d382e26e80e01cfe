import { randomBytes } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { hostname, networkInterfaces } from 'node:os'
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import { readStatic, staticFile } from '../../backend/static.ts'
import { defaultTuning } from '../../backend/tuning.ts'
import type { Backend, ResourceReply } from '../../backend/types.ts'
import { contentSecurityPolicy, withNonce } from '../../shared/csp.ts'
import { type ErrorData, PalimpsestError, toErrorData } from '../../shared/errors.ts'
import { encode } from '../../shared/wire.ts'
import { answerCall, isCall } from './calls.ts'
import { pushEvents } from './push.ts'
import {
  allowedNames,
  cookieValue,
  hostAllowed,
  inUrl,
  lengthAllowed,
  originAllowed,
  reachableAt,
  sameSecret,
  sessionCookie,
  tokenOf,
} from './security.ts'

/** The screens over HTTP. Who may ask: [Note: who may ask] in security.ts. What there is: [Note: one table] in shared/api.ts. */

/** A call holds at most a mask's tiles. An upload that declares no length is stopped by the backend, at the same limit. */
export const callBytes = 64 << 20
export const uploadBytes = defaultTuning.uploadBytes
const sessionBytes = 1024

export interface ServeOptions {
  readonly backend: Backend
  /** out/renderer. */
  readonly screens: string
  readonly host: string
  /** 0: any free one. */
  readonly port: number
}

export interface Served {
  readonly port: number
  /** With the token in the fragment, which a browser never sends. */
  readonly urls: readonly string[]
  readonly token: string
  stop(): Promise<void>
}

export async function startServer({ backend, screens, host, port }: ServeOptions): Promise<Served> {
  const files = await readStatic(screens)
  const addresses = ownAddresses()
  const names = allowedNames(host, { name: hostname(), addresses })
  const secrets = { token: secret(), session: secret(), cookie: 'palimpsest' }
  const signedIn = (request: IncomingMessage) => sameSecret(cookieValue(request.headers.cookie, secrets.cookie), secrets.session)

  const app = fastify({
    bodyLimit: callBytes,
    exposeHeadRoutes: false,
    // A URL that cannot be decoded never reaches a route or its hooks.
    frameworkErrors: (_error, _request, reply) => void refuse(reply as FastifyReply, 400, 'This address cannot be read.'),
  })
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) => done(null, body))
  app.addContentTypeParser('*', (_request, payload, done) => done(null, payload))
  app.setErrorHandler((error: Error & { statusCode?: number }, _request, reply) => {
    const { code, message } = toErrorData(error)
    const status = error.statusCode ?? (code === 'internal' ? 500 : 400)
    return refuse(reply, status, status === 413 ? tooLarge : message, status < 500 && code === 'internal' ? 'request' : code)
  })
  app.setNotFoundHandler((_request, reply) => refuse(reply, 404, 'There is nothing at this address.'))

  app.addHook('onRequest', async (request, reply) => {
    const { headers, method } = request.raw
    const nonce = randomBytes(18).toString('base64')
    reply.headers(securityHeaders(nonce, headers.host))
    nonces.set(request, nonce)
    if (!hostAllowed(headers.host, names)) return refuse(reply, 403, 'This address is not one that Palimpsest serves.')
    if (method !== 'GET' && method !== 'POST') return refuse(reply, 405, 'Only GET and POST are understood here.')
    if (method === 'POST' && !originAllowed(headers.origin, headers.host))
      return refuse(reply, 403, "Only Palimpsest's own pages may ask this.")
    // As the router matched it: its reading of an address (%6aob is job) is the one that counts.
    const route = request.routeOptions.url ?? ''
    if (!lengthAllowed(headers['content-length'], bodyCap(route))) return refuse(reply, 413, tooLarge)
    if (!openRoutes.has(`${method} ${route}`) && !signedIn(request.raw))
      return refuse(reply, 401, 'Open the address that palimpsest serve printed.')
  })

  app.post('/session', { bodyLimit: sessionBytes }, async (request, reply) => {
    if (!sameSecret(tokenOf(parseJson(request.body)), secrets.token))
      return refuse(reply, 401, 'This is not the key that palimpsest serve printed.')
    return reply
      .header('set-cookie', sessionCookie(secrets.cookie, secrets.session))
      .header('cache-control', 'no-store')
      .code(204)
      .send()
  })
  app.post<{ Params: { name: string } }>('/api/:name', async (request, reply) => {
    const { name } = request.params
    if (!isCall(name)) return refuse(reply, 404, 'There is no such call.')
    const { status, result } = await answerCall(backend.handlers, name, typeof request.body === 'string' ? request.body : '')
    return sendJson(reply, status, result)
  })
  app.post('/upload', async (request, reply) => {
    // Whoever stops reading early still has to be told why: the connection stays until then, and is closed after it.
    const body = request.raw.iterator({ destroyOnReturn: false })
    const answer = await backend.resource({ method: 'POST', url: request.raw.url ?? '/', body })
    if (!request.raw.readableEnded) reply.header('connection', 'close')
    return sendResource(reply, answer)
  })
  for (const kind of ['photo', 'job', 'sample', 'library']) {
    app.get(`/${kind}/*`, async (request, reply) =>
      sendResource(reply, await backend.resource({ method: 'GET', url: request.raw.url ?? '/' })),
    )
  }
  app.get('/*', async (request, reply) => {
    const file = staticFile(files, request.raw.url ?? '/')
    if (file === undefined) return refuse(reply, 404, 'There is nothing at this address.')
    reply
      .header('content-type', file.type)
      .header('cache-control', file.immutable ? 'public, max-age=31536000, immutable' : 'no-store')
    const nonce = nonces.get(request)
    return reply.send(
      file.type.startsWith('text/html') && nonce !== undefined ? withNonce(file.bytes.toString('utf8'), nonce) : file.bytes,
    )
  })

  const events = pushEvents(app.server, backend, (request) => {
    if (!hostAllowed(request.headers.host, names) || !originAllowed(request.headers.origin, request.headers.host)) return 403
    return signedIn(request) ? undefined : 401
  })
  await listen(app, host, port)
  const bound = (app.server.address() as AddressInfo).port
  // Cookies know no port: two servers on one machine would otherwise take each other's.
  secrets.cookie = `palimpsest-${bound}`
  return {
    port: bound,
    token: secrets.token,
    urls: reachableAt(host, addresses).map((address) => `http://${address}:${bound}/#token=${secrets.token}`),
    async stop() {
      events.stop()
      const closed = app.close()
      app.server.closeAllConnections()
      await closed
    },
  }
}

const tooLarge = 'This is more than Palimpsest takes in one piece.'
const nonces = new WeakMap<FastifyRequest, string>()
const secret = () => randomBytes(32).toString('base64url')
const bodyCap = (route: string) => (route === '/upload' ? uploadBytes : route === '/session' ? sessionBytes : callBytes)

/** The page itself, its scripts and styles hold nothing of the user's and may load before the key is exchanged. */
const openRoutes = new Set(['POST /session', 'GET /*'])

function securityHeaders(nonce: string, host: string | undefined): Record<string, string> {
  // A browser that does not count the WebSocket as 'self'; an IPv6 literal is no CSP source.
  const connect = host !== undefined && /^[a-z0-9.:-]+$/i.test(host) ? [`ws://${host}`] : []
  return {
    'content-security-policy': contentSecurityPolicy({ nonce, connect }),
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
  }
}

function parseJson(body: unknown): unknown {
  try {
    return typeof body === 'string' ? JSON.parse(body) : undefined
  } catch {
    return undefined
  }
}

function refuse(reply: FastifyReply, status: number, message: string, code: ErrorData['code'] = 'request'): FastifyReply {
  // A body that will not be read: the connection cannot be used for another request.
  if (status === 413 || status === 403 || status === 401) reply.header('connection', 'close')
  // The screens tell a lost key from other refusals by this word.
  return sendJson(reply, status, { ok: false, error: { code, message, ...(status === 401 ? { detail: 'token' } : {}) } })
}

function sendJson(reply: FastifyReply, status: number, value: unknown): FastifyReply {
  return reply
    .code(status)
    .header('content-type', 'application/json; charset=utf-8')
    .header('cache-control', 'no-store')
    .send(encode(value))
}

async function sendResource(reply: FastifyReply, { status, headers, body }: ResourceReply): Promise<FastifyReply> {
  reply.code(status).headers(headers)
  if ('bytes' in body) return reply.send(Buffer.from(body.bytes.buffer, body.bytes.byteOffset, body.bytes.byteLength))
  const { size } = await stat(body.file).catch(() => ({ size: undefined }))
  if (size === undefined) return refuse(reply, 404, 'There is nothing at this address.')
  return reply.header('content-length', size).send(createReadStream(body.file))
}

async function listen(app: FastifyInstance, host: string, port: number) {
  try {
    await app.listen({ host, port })
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    await app.close().catch(() => undefined)
    if (code === 'EADDRINUSE') throw new PalimpsestError('request', `Port ${port} is taken; --port 0 takes a free one.`)
    if (code === 'EACCES')
      throw new PalimpsestError('request', `Port ${port} needs rights that this user has not; take one above 1023.`)
    if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND' || code === 'EAI_AGAIN')
      throw new PalimpsestError('request', `${inUrl(host)} is no address of this machine.`)
    throw new PalimpsestError('internal', 'The server could not be started.', toErrorData(error).message)
  }
}

function ownAddresses(): readonly string[] {
  return Object.values(networkInterfaces())
    .flatMap((list) => list ?? [])
    .filter(({ internal, scopeid }) => !internal && (scopeid === undefined || scopeid === 0))
    .map(({ address }) => address)
}
