import type { BackendEvent } from '../../shared/api.ts'
import { encode } from '../../shared/wire.ts'

/** Events to one browser. A slow one loses previews and sees only the newest state of a job; it never makes this process hold more. */

export interface EventSocket {
  readonly bufferedAmount: number
  send(text: string, sent: (error?: Error) => void): void
}

/** Above this many unsent bytes a browser is behind: about a hundred previews. */
export const behindBytes = 1 << 20

export function eventSender(socket: EventSocket): (event: BackendEvent, text?: string) => void {
  /** Newest event of each job, and notices, until the socket has drained. At most one a job. */
  const waiting = new Map<string, BackendEvent>()
  let notices = 0
  const drain = (error?: Error) => {
    if (error !== undefined) return waiting.clear()
    for (const [key, event] of waiting) {
      if (socket.bufferedAmount > behindBytes) return
      waiting.delete(key)
      socket.send(encode(event), drain)
    }
  }
  return (event, text) => {
    if (socket.bufferedAmount <= behindBytes && waiting.size === 0) return socket.send(text ?? encode(event), drain)
    if (event.kind === 'preview') return
    // Deleted first: a job waits where its newest state belongs, behind what was said before it.
    const key = keyOf(event) ?? `notice ${notices++ % 100}`
    waiting.delete(key)
    waiting.set(key, event)
  }
}

/** What a later event takes the place of. */
function keyOf(event: BackendEvent): string | undefined {
  if (event.kind === 'job') return `job ${event.job.id}`
  if (event.kind === 'removed') return `job ${event.job}`
  return event.kind === 'notice' ? undefined : event.kind
}
