import { hostname, userInfo } from 'node:os'
import { dataFolder } from '../backend/folders.ts'
import { PalimpsestError } from '../shared/errors.ts'
import { type Context, openBackend } from './context.ts'
import type { Parsed } from './flags.ts'
import { isLoopback } from './serve/security.ts'
import { startServer } from './serve/server.ts'

/** `palimpsest serve`: the address with its key on stdout, who can reach it on stderr, until Ctrl+C. */

const defaultPort = 4870

export async function serve(parsed: Parsed, context: Context): Promise<void> {
  const host = hostOf(parsed)
  const port = portOf(parsed)
  const backend = await openBackend(context.folders, dataFolder())
  try {
    const server = await startServer({ backend, screens: context.folders.renderer, host, port })
    try {
      if (parsed.given.has('json')) context.out(JSON.stringify({ host, port: server.port, urls: server.urls, token: server.token }))
      else context.out(server.urls.join('\n'))
      if (!parsed.given.has('quiet')) context.stderr.write(`${reach(host, server.port)}\n`)
      await aborted(context.signal)
    } finally {
      await server.stop()
    }
  } finally {
    await backend.stop()
  }
}

function hostOf(parsed: Parsed): string {
  const host = parsed.given.get('host') ?? '127.0.0.1'
  if (typeof host !== 'string' || host === '')
    throw new PalimpsestError('request', 'Expected an address for host but received nothing.')
  return host.replace(/^\[(.*)\]$/, '$1')
}

function portOf(parsed: Parsed): number {
  const port = parsed.given.get('port') ?? defaultPort
  if (typeof port === 'number' && Number.isInteger(port) && port >= 0 && port <= 65535) return port
  throw new PalimpsestError(
    'request',
    `Expected an integer from 0 to 65535 for port but received ${JSON.stringify(port)} (${typeof port}).`,
  )
}

/** Who can reach the address, in a sentence or two. */
export function reach(host: string, port: number): string {
  if (isLoopback(host)) return 'Only this machine can reach it. Ctrl+C ends it.'
  return [
    `Every machine that can reach ${host === '0.0.0.0' || host === '::' ? 'any address of this one' : host} can reach it, unencrypted; whoever has the whole address can use it.`,
    `An SSH tunnel is safer: leave --host out here, and there run ssh -L ${port}:127.0.0.1:${port} ${userName()}@${hostname()}`,
  ].join('\n')
}

/** A container may run as a user that has no name. */
function userName(): string {
  try {
    return userInfo().username
  } catch {
    return 'user'
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
