import { z } from 'zod'
import type { ApiInput, ApiName, ApiOutput, Bridge } from '../../shared/api.ts'
import { errorCodes, fromErrorData, PalimpsestError, type ErrorCode } from '../../shared/errors.ts'
import { httpBridge, takeToken, type Connection, type HttpBridge } from './http-bridge.ts'

/** The one way from the screens to the backend: the preload's bridge in Electron, HTTP and a WebSocket in a browser. */

declare global {
  interface Window {
    /** Put there by the preload; absent in a browser. */
    readonly palimpsest?: Bridge
  }
}

let current: Bridge | undefined

export function bridge(): Bridge {
  current ??= window.palimpsest ?? browserBridge()
  return current
}

function browserBridge(): HttpBridge {
  const token = takeToken(location.hash)
  if (token !== null) history.replaceState(null, '', location.pathname + location.search)
  return httpBridge(
    {
      origin: location.origin,
      fetch: (path, init) => fetch(path, { ...init, credentials: 'same-origin' }),
      socket: (url) => new WebSocket(url),
      after: (milliseconds, action) => {
        const timer = setTimeout(action, milliseconds)
        return () => clearTimeout(timer)
      },
    },
    token,
  )
}

/** Electron's line cannot be lost while the window lives: its handler is never called. */
export function onConnection(handler: (connection: Connection) => void): () => void {
  const line = bridge()
  return 'onConnection' in line ? (line as HttpBridge).onConnection(handler) : () => undefined
}

/** One call of the method table. Throws a PalimpsestError whose code chooses the words (ui/ErrorNote). */
export async function call<K extends ApiName>(name: K, input: ApiInput<K>): Promise<ApiOutput<K>> {
  const reply = await bridge().invoke(name, input)
  if (reply.ok) return reply.value
  throw fromErrorData(reply.error)
}

const uploadReply = z.object({
  photo: z.string().optional(),
  error: z
    .object({
      code: z.enum(Object.keys(errorCodes) as [ErrorCode, ...ErrorCode[]]),
      message: z.string(),
      detail: z.string().optional(),
    })
    .optional(),
})

/** Sends a picture's bytes; resolves to the photo's id. Works below app:// and http:// alike; the file itself is never written. */
export async function upload(file: File): Promise<string> {
  // Before it is sent: through Electron's door neither a file that is gone nor an empty one arrives as what it is.
  await refuseUnreadable(file)
  if (file.size === 0) throw new PalimpsestError('request', `${file.name} is empty.`)
  let text: string
  try {
    const reply = await fetch(resourceUrl(`/upload?name=${encodeURIComponent(file.name)}`), {
      method: 'POST',
      body: file,
      headers: { 'content-type': 'application/octet-stream' },
    })
    text = await reply.text()
  } catch {
    await refuseUnreadable(file)
    throw new PalimpsestError('device', `${file.name} could not be sent to Palimpsest; is it still running?`, 'connection')
  }
  const reply = uploadReply.safeParse(parsed(text))
  if (reply.success && reply.data.photo !== undefined) return reply.data.photo
  if (reply.success && reply.data.error !== undefined) {
    const { code, message, detail } = reply.data.error
    throw new PalimpsestError(code, message, detail)
  }
  throw new PalimpsestError('internal', `${file.name} could not be opened: the answer was not understood.`)
}

async function refuseUnreadable(file: File): Promise<void> {
  if (!(await isReadable(file)))
    throw new PalimpsestError('request', `${file.name} was changed or moved while it was being read: open it again.`)
}

/** Its first piece, of the file itself: a browser takes a file that is gone for an empty one, of which any part can be had. */
async function isReadable(file: File): Promise<boolean> {
  const reader = file.stream().getReader()
  return reader.read().then(
    () => reader.cancel().then(() => true),
    () => false,
  )
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

/** A path of shared/api.ts's resource list as something an <img> or fetch can load. */
export function resourceUrl(path: string): string {
  return new URL(path, location.origin === 'null' ? location.href : location.origin).href
}
