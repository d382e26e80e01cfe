import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { request as httpRequest } from 'node:http'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import type { Backend, ResourceRequest } from '../../src/backend/types.ts'
import { type Served, startServer, uploadBytes } from '../../src/cli/serve/server.ts'
import type { BackendEvent, RemoteHandlers } from '../../src/shared/api.ts'
import { PalimpsestError } from '../../src/shared/errors.ts'
import { decode, encode } from '../../src/shared/wire.ts'

/** A real server on loopback before a backend that writes down what reached it: whatever is refused must not have. */
let folder = ''
let served: Served
let reached: string[] = []
const listeners = new Set<(event: BackendEvent) => void>()

const handlers = {
  jobs: async () => (reached.push('jobs'), []),
  cancel: async ({ job }: { job: string }) => {
    reached.push(`cancel ${job}`)
    throw new PalimpsestError('request', 'There is no such job.', '/secret/path')
  },
  writeMask: async ({ tiles }: { tiles: readonly { png: Uint8Array }[] }) => ({ painted: tiles[0]?.png.length ?? 0 }),
} as unknown as RemoteHandlers

const backend = {
  handlers,
  subscribe: (handler: (event: BackendEvent) => void) => (listeners.add(handler), () => listeners.delete(handler)),
  async resource({ method, url, body }: ResourceRequest) {
    reached.push(`${method} ${url}`)
    let bytes = 0
    if (url.endsWith('little.png') && body !== undefined) {
      for await (const chunk of body) if (chunk.byteLength > 0) break
      return { status: 413, headers: {}, body: { bytes: new TextEncoder().encode('enough') } }
    }
    if (url.endsWith('gone.png')) return { status: 200, headers: {}, body: { file: '/nowhere/of/ours.png' } }
    if (body !== undefined) for await (const chunk of body) bytes += chunk.byteLength
    return { status: 200, headers: { 'content-type': 'text/plain' }, body: { bytes: new TextEncoder().encode(`${bytes} bytes`) } }
  },
} as unknown as Backend

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'palimpsest-screens-'))
  await mkdir(join(folder, 'screens', 'assets'), { recursive: true })
  await writeFile(join(folder, 'screens', 'index.html'), '<html><head></head><body>shell</body></html>')
  await writeFile(join(folder, 'screens', 'assets', 'index-1a2b.js'), 'export {}')
  await writeFile(join(folder, 'secret.txt'), 'outside')
  served = await startServer({ backend, screens: join(folder, 'screens'), host: '127.0.0.1', port: 0 })
})
afterAll(async () => {
  await served.stop()
  await rm(folder, { recursive: true })
})

interface Answer {
  status: number
  headers: Record<string, string | string[] | undefined>
  text: string
}

/** Node's own client: fetch would not send a foreign Host, nor leave `..` in a path. */
function ask(path: string, options: { method?: string; headers?: Record<string, string>; body?: string } = {}): Promise<Answer> {
  reached = []
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      { host: '127.0.0.1', port: served.port, path, method: options.method ?? 'GET', headers: options.headers ?? {} },
      (response) => {
        let text = ''
        response.setEncoding('utf8').on('data', (part: string) => (text += part))
        response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }))
      },
    )
    request.on('error', reject)
    request.end(options.body)
  })
}

const own = () => `http://127.0.0.1:${served.port}`
const json = () => ({ origin: own(), 'content-type': 'application/json' })
const post = (path: string, body: string, headers: Record<string, string>) => ask(path, { method: 'POST', body, headers })

async function signIn(): Promise<string> {
  const answer = await post('/session', JSON.stringify({ token: served.token }), json())
  expect(answer.status).toBe(204)
  return String(answer.headers['set-cookie']).split(';')[0] ?? ''
}
const call = async (name: string, body: string, more: Record<string, string> = {}) =>
  post(`/api/${name}`, body, { ...json(), cookie: await signIn(), ...more })

describe('the key', () => {
  test('is 256 bits in the fragment of the address', () => {
    const url = new URL(served.urls[0] ?? '')
    expect(url.origin).toBe(own())
    expect(Buffer.from(url.hash.slice('#token='.length), 'base64url')).toHaveLength(32)
  })

  test('buys a cookie that scripts and other sites cannot use', async () => {
    const { headers } = await post('/session', JSON.stringify({ token: served.token }), json())
    const cookie = String(headers['set-cookie'])
    expect(cookie).toMatch(/^palimpsest-\d+=[A-Za-z0-9_-]{43}; Path=\/; HttpOnly; SameSite=Strict$/)
    expect(cookie).not.toContain(served.token)
  })

  test.each(['{}', '{"token":"wrong"}', '{"token":""}', 'not json', ''])('is not %j', async (body) => {
    const answer = await post('/session', body, json())
    expect([answer.status, answer.headers['set-cookie']]).toEqual([401, undefined])
  })
})

describe('without the cookie', () => {
  test('the page and its files load', async () => {
    expect((await ask('/')).text).toContain('shell')
    expect((await ask('/assets/index-1a2b.js')).headers['cache-control']).toContain('immutable')
  })

  test.each([
    '/photo/0123456789abcdef/tile/0/0_0.png',
    '/job/a/0.png',
    '/job/a/0.png?download',
    '/sample/a.jpg',
    '/library/0123456789abcdef.png',
    '/%6aob/a/0.png',
    '//job/a/0.png',
    '/x/../job/a/0.png',
    '/JOB/a/0.png',
  ])('%s does not', async (path) => {
    const { status, text } = await ask(path)
    expect([401, 404]).toContain(status)
    expect(text).not.toContain('bytes')
    expect(reached).toEqual([])
  })

  test.each(['/api/jobs', '/upload?name=a.png', '/photo/a', '/nowhere'])('POST %s is refused', async (path) => {
    expect((await post(path, '{}', json())).status).toBe(401)
    expect(reached).toEqual([])
  })

  test('neither is one with a wrong or a doubled cookie let in', async () => {
    const cookie = await signIn()
    const name = cookie.split('=')[0] ?? ''
    for (const wrong of [`${name}=${served.token}`, `${name}=`, `${cookie}x`, `${cookie}; ${name}=y`]) {
      expect([wrong, (await post('/api/jobs', '{}', { ...json(), cookie: wrong })).status]).toEqual([wrong, 401])
    }
    expect(reached).toEqual([])
  })
})

describe('another site', () => {
  test.each(['http://evil.example', 'null', 'http://127.0.0.1:1', 'https://127.0.0.1'])(
    'with Origin %s may post nothing, cookie or not',
    async (origin) => {
      expect((await call('jobs', '{}', { origin })).status).toBe(403)
      expect((await post('/session', JSON.stringify({ token: served.token }), { ...json(), origin })).status).toBe(403)
      expect(reached).toEqual([])
    },
  )

  test('that sends no Origin may post nothing either', async () => {
    const cookie = await signIn()
    expect((await post('/api/jobs', '{}', { 'content-type': 'application/json', cookie })).status).toBe(403)
  })

  test.each(['evil.example', 'evil.example:80', 'localhost.evil.example'])(
    'whose name %s leads here sees not even the page',
    async (host) => {
      const cookie = await signIn()
      for (const path of ['/', '/job/a/0.png']) expect((await ask(path, { headers: { host, cookie } })).status).toBe(403)
      const rebound = await post('/api/jobs', '{}', { ...json(), host, origin: `http://${host}`, cookie })
      expect(rebound.status).toBe(403)
      expect(reached).toEqual([])
    },
  )

  test('gets no permission to read anything', async () => {
    const cookie = await signIn()
    const answer = await ask('/job/a/0.png', { headers: { origin: 'http://evil.example', cookie } })
    expect(answer.headers['access-control-allow-origin']).toBeUndefined()
    expect(answer.headers['cross-origin-resource-policy']).toBe('same-origin')
  })
})

describe('paths', () => {
  test.each([
    '/../secret.txt',
    '/%2e%2e/secret.txt',
    '/..%2fsecret.txt',
    '/%2e%2e%2fsecret.txt',
    '/assets/../../secret.txt',
    '/assets/..%2f..%2fsecret.txt',
    '/..%5csecret.txt',
    '/..\\secret.txt',
    '/%252e%252e%252fsecret.txt',
    '/.%00./secret.txt',
    '/assets',
    '/%',
    '/%ff',
    '//etc/passwd',
    '/index.html/',
  ])('%s leads nowhere', async (path) => {
    const { status, text } = await ask(path)
    expect([400, 404]).toContain(status)
    expect(text).not.toContain('outside')
    expect(reached).toEqual([])
  })

  test('of a file that has just gone say nothing of where it was', async () => {
    const answer = await ask('/job/a/gone.png', { headers: { cookie: await signIn() } })
    expect([answer.status, /nowhere/.test(answer.text)]).toEqual([404, false])
  })

  test('of every kind of resource that the contract names go to the backend', async () => {
    const contract = await readFile(new URL('../../src/shared/api.ts', import.meta.url), 'utf8')
    const kinds = new Set([...contract.matchAll(/^ \* {3}GET {2}\/([a-z]+)\//gm)].map(([, kind]) => kind))
    expect([...kinds]).toEqual(expect.arrayContaining(['photo', 'job', 'sample', 'library']))
    const cookie = await signIn()
    for (const kind of kinds) {
      await ask(`/${kind}/a/0.png`, { headers: { cookie } })
      expect(reached).toEqual([`GET /${kind}/a/0.png`])
    }
  })

  test('of resources go to the backend as they were written', async () => {
    const cookie = await signIn()
    await ask('/job/%2e%2e%2f/0.png?download', { headers: { cookie } })
    expect(reached).toEqual(['GET /job/%2e%2e%2f/0.png?download'])
  })
})

describe('a body', () => {
  /** Sends only the head of a request, and answers with the status line. */
  const declare = (path: string, length: number, cookie: string) =>
    new Promise<string>((resolve, reject) => {
      const socket = connect(served.port, '127.0.0.1', () => {
        const head = [
          `POST ${path} HTTP/1.1`,
          `Host: 127.0.0.1:${served.port}`,
          `Origin: ${own()}`,
          `Cookie: ${cookie}`,
          'Content-Type: application/octet-stream',
          `Content-Length: ${length}`,
        ]
        socket.write(`${head.join('\r\n')}\r\n\r\n`)
      })
      socket.on('data', (data) => {
        resolve(data.toString().split('\r\n')[0] ?? '')
        socket.destroy()
      })
      socket.on('error', reject)
    })

  test.each(['/upload?name=a.png', '/api/jobs', '/session'])('of 2 GB to %s is refused before it is sent', async (path) => {
    const cookie = await signIn()
    reached = []
    expect(await declare(path, 2 * 2 ** 30, cookie)).toBe('HTTP/1.1 413 Payload Too Large')
    expect(reached).toEqual([])
    expect(uploadBytes).toBeLessThan(2 * 2 ** 30)
  })

  test('that declares no length and is not read to its end is answered all the same', async () => {
    const cookie = await signIn()
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const headers = { origin: own(), cookie, 'content-type': 'image/png', 'transfer-encoding': 'chunked' }
      const request = httpRequest(
        { host: '127.0.0.1', port: served.port, path: '/upload?name=little.png', method: 'POST', headers },
        (response) => {
          resolve(response.statusCode)
          request.destroy()
        },
      )
      request.on('error', reject)
      // Never ended: whoever waits for the rest waits for ever.
      request.write('x'.repeat(100_000))
    })
    expect(status).toBe(413)
  })

  test('of a photograph streams to the backend', async () => {
    const answer = await post('/upload?name=a.png', 'x'.repeat(100_000), {
      origin: own(),
      cookie: await signIn(),
      'content-type': 'image/png',
    })
    expect([answer.status, answer.text]).toEqual([200, '100000 bytes'])
    expect(reached).toEqual(['POST /upload?name=a.png'])
  })
})

describe('a call', () => {
  test('is answered in wire words, bytes and all', async () => {
    const png = new Uint8Array([1, 2, 3])
    const answer = await call(
      'writeMask',
      encode({ photo: '0123456789abcdef', replace: true, tiles: [{ column: 0, row: 0, png }] }),
    )
    expect([answer.status, decode(answer.text)]).toEqual([200, { ok: true, value: { painted: 3 } }])
  })

  test('refused by the backend says so by code, without what is for the log', async () => {
    const answer = await call('cancel', '{"job":"a"}')
    expect([answer.status, decode(answer.text)]).toEqual([
      200,
      { ok: false, error: { code: 'request', message: 'There is no such job.' } },
    ])
  })

  test.each([
    ['cancel', '{"job":1}'],
    ['cancel', '{}'],
    ['jobs', '{"extra":1}'],
    ['jobs', 'not json'],
    ['jobs', '{"$bytes":"*"}'],
    ['generate', '{"model":"m","steps":0}'],
  ])('%s(%s) is refused before the backend', async (name, body) => {
    const answer = await call(name, body)
    expect(answer.status).toBe(400)
    expect(decode(answer.text)).toMatchObject({ ok: false, error: { code: 'request' } })
    expect(reached).toEqual([])
  })

  test.each([
    'saveAs',
    'saveMaskAs',
    'reveal',
    'libraryFolder',
    'libraryExport',
    'libraryCopy',
    'libraryReveal',
    'librarySheetAs',
    'nothing',
    'constructor',
    '__proto__',
    'toString',
  ])('%s is not there', async (name) => {
    expect((await call(name, '{"job":"a","image":0}')).status).toBe(404)
  })

  test.each(['PUT', 'DELETE', 'OPTIONS', 'HEAD', 'PATCH'])('by %s is not understood', async (method) => {
    expect([404, 405]).toContain((await ask('/api/jobs', { method, headers: { ...json(), cookie: await signIn() } })).status)
    expect(reached).toEqual([])
  })
})

test('every answer carries the guards, refusals too, and every page a nonce of its own', async () => {
  const nonces = []
  for (const path of ['/', '/', '/nowhere', '/api/jobs', '/job/a/0.png']) {
    const { headers, text } = await ask(path)
    const policy = String(headers['content-security-policy'])
    expect(policy).toContain(`connect-src 'self' ws://127.0.0.1:${served.port}`)
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
    })
    const nonce = /'nonce-([^']+)'/.exec(policy)?.[1] ?? ''
    nonces.push(nonce)
    if (path === '/') expect(text).toContain(`<meta name="csp-nonce" content="${nonce}">`)
  }
  expect(new Set(nonces).size).toBe(nonces.length)
})

describe('events', () => {
  const open = (path: string, headers: Record<string, string>) =>
    new Promise<WebSocket | number>((resolve) => {
      const socket = new WebSocket(`ws://127.0.0.1:${served.port}${path}`, { headers })
      socket.on('open', () => resolve(socket))
      socket.on('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0))
      socket.on('error', () => undefined)
    })

  test('come to a page of ours', async () => {
    const socket = await open('/events', { origin: own(), cookie: await signIn() })
    if (typeof socket === 'number') throw new Error(`refused with ${socket}`)
    const message = new Promise((resolve) => socket.once('message', (data: Buffer) => resolve(decode(data.toString()))))
    for (const listener of listeners) listener({ kind: 'notice', message: 'hello' })
    expect(await message).toEqual({ kind: 'notice', message: 'hello' })
    socket.terminate()
  })

  test('come to nobody else', async () => {
    const cookie = await signIn()
    const name = cookie.split('=')[0] ?? ''
    expect(await open('/events', { origin: own() })).toBe(401)
    expect(await open('/events', { origin: own(), cookie: `${name}=wrong` })).toBe(401)
    expect(await open('/events', { cookie })).toBe(403)
    expect(await open('/events', { origin: 'http://evil.example', cookie })).toBe(403)
    expect(await open('/events', { origin: 'http://evil.example', host: 'evil.example', cookie })).toBe(403)
    expect(await open('/api/events', { origin: own(), cookie })).toBe(404)
  })
})
