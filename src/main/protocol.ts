import { randomBytes } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { protocol } from 'electron'
import { readStatic, type StaticFile, staticFile } from '../backend/static.ts'
import type { Backend, ResourceReply } from '../backend/types.ts'
import { contentSecurityPolicy, withNonce } from '../shared/csp.ts'
import { toErrorData } from '../shared/errors.ts'
import { origin, scheme } from './scheme.ts'

/** `app://studio/`: the built screens, and below them the backend's resources. There is no file://. */

/** After `ready`. The screens are there at once, the resources when the backend is. Fails with code `internal` when the screens are not built. */
export async function serveStudio(opening: Promise<Backend>, renderer: string): Promise<void> {
  const files = await readStatic(renderer)
  protocol.handle(scheme, async (request) => {
    const { host, pathname, search } = new URL(request.url)
    if (`${scheme}://${host}` !== origin) return plain(404, 'There is nothing here.')
    if (request.method !== 'GET' && request.method !== 'POST') return plain(405, 'Only GET and POST are understood.')
    const file = request.method === 'GET' ? staticFile(files, pathname) : undefined
    if (file !== undefined) return screen(file)
    try {
      const backend = await opening
      const body = request.body as AsyncIterable<Uint8Array> | null
      return await answer(
        await backend.resource({ method: request.method, url: pathname + search, ...(body === null ? {} : { body }) }),
      )
    } catch (error) {
      console.error(error)
      return plain(500, toErrorData(error).message)
    }
  })
}

function screen(file: StaticFile): Response {
  if (!file.type.startsWith('text/html')) return new Response(file.bytes, { headers: headersFor({ 'content-type': file.type }) })
  const nonce = randomBytes(18).toString('base64')
  const headers = { 'content-type': file.type, 'content-security-policy': contentSecurityPolicy({ nonce, connect: [] }) }
  return new Response(withNonce(file.bytes.toString('utf8'), nonce), { headers: headersFor(headers) })
}

/** Up to this a file is answered whole: thumbnails come by the dozen, and a stream for each costs more than its bytes. */
const wholeBytes = 1 << 20

async function answer({ status, headers, body }: ResourceReply): Promise<Response> {
  if ('bytes' in body) return new Response(body.bytes as Uint8Array<ArrayBuffer>, { status, headers: headersFor(headers) })
  const { size } = await stat(body.file)
  const known = headersFor({ ...headers, 'content-length': String(size) })
  if (size <= wholeBytes) return new Response(await readFile(body.file), { status, headers: known })
  const stream = Readable.toWeb(createReadStream(body.file)) as ReadableStream<Uint8Array>
  return new Response(stream, { status, headers: known })
}

function plain(status: number, words: string): Response {
  return new Response(words, { status, headers: headersFor({ 'content-type': 'text/plain; charset=utf-8' }) })
}

const headersFor = (headers: Readonly<Record<string, string>>): Record<string, string> => ({
  'cache-control': 'no-store',
  ...headers,
  'x-content-type-options': 'nosniff',
})
