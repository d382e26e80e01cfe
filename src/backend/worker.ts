import { type Call, connect, type MethodTable, type Remote, type StartWorker } from '../shared/port.ts'
import { PalimpsestError } from '../shared/errors.ts'

/** A process behind a Port whose death fails the calls that wait on it. */
export interface Worker<T extends MethodTable> {
  readonly remote: Remote<T>
  readonly pid: number | undefined
  readonly alive: boolean
  /** Ends the process; resolves when it is gone. Open calls fail with `device`, detail `killed`. */
  kill(): Promise<void>
}

/** `reason` is a phrase, and after a colon perhaps the last lines the process wrote: those are for the log. */
function deathOf(what: string, reason: string): PalimpsestError {
  if (/out of memory|bad_alloc|failed to allocate/i.test(reason)) {
    return new PalimpsestError('device', `${what} ran out of memory: a smaller batch or a smaller size needs less.`, 'memory')
  }
  const [how = reason, ...words] = reason.split(':')
  const log = words.join(':').trim()
  return new PalimpsestError('device', `${what} stopped unexpectedly (${how.trim()}).`, log === '' ? 'crash' : `crash: ${log}`)
}

/** @param what names the process in sentences: 'The engine'. */
export async function startWorker<T extends MethodTable>(start: StartWorker, what: string): Promise<Worker<T>> {
  const child = await start().catch((error: unknown) => {
    if (error instanceof PalimpsestError) throw error
    throw new PalimpsestError('device', `${what} could not be started: ${error instanceof Error ? error.message : String(error)}.`)
  })
  const remote = connect<T>(child.port)
  let alive = true
  const ended = child.ended.then((reason) => {
    alive = false
    remote.close(deathOf(what, reason))
  })
  return {
    remote,
    pid: child.pid,
    get alive() {
      return alive
    },
    kill() {
      if (alive) {
        alive = false
        remote.close(new PalimpsestError('device', `${what} was stopped.`, 'killed'))
        child.kill()
      }
      return ended
    },
  }
}

export const cancelledError = (): PalimpsestError => new PalimpsestError('cancelled', 'The run was cancelled.')

export function throwIfCancelled(signal: AbortSignal): void {
  if (signal.aborted) throw cancelledError()
}

/** Waits for what cannot be stopped itself; an abort leaves it alone. Fails with `cancelled` then. */
export async function unlessCancelled<R>(work: Promise<R>, signal: AbortSignal): Promise<R> {
  throwIfCancelled(signal)
  let leave: () => void = () => undefined
  const aborted = new Promise<never>((_, reject) => {
    leave = () => reject(cancelledError())
    signal.addEventListener('abort', leave, { once: true })
  })
  try {
    return await Promise.race([work, aborted])
  } finally {
    signal.removeEventListener('abort', leave)
  }
}

/** Waits for a call; an abort asks the worker to cancel, and after `graceMs` ends the process. Fails with `cancelled` then. */
export async function untilCancelled<R>(
  call: Call<R>,
  signal: AbortSignal,
  graceMs: number,
  kill: () => Promise<void>,
): Promise<R> {
  let timer: NodeJS.Timeout | undefined
  const onAbort = () => {
    call.cancel()
    timer = setTimeout(() => void kill(), graceMs)
  }
  if (signal.aborted) onAbort()
  else signal.addEventListener('abort', onAbort, { once: true })
  try {
    return await call.result
  } catch (error) {
    if (signal.aborted) throw cancelledError()
    throw error
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', onAbort)
  }
}
