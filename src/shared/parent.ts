import type { Port } from './port.ts'

interface UtilityPort {
  postMessage(message: unknown): void
  on(name: 'message', handler: (event: { data: unknown }) => void): void
  off(name: 'message', handler: (event: { data: unknown }) => void): void
}

interface ForkedProcess {
  parentPort?: UtilityPort
  send?(message: unknown): boolean
  on(name: 'message', handler: (message: unknown) => void): void
  off(name: 'message', handler: (message: unknown) => void): void
}

/** A worker's line to the process that started it: Electron's utilityProcess, or child_process.fork with serialization 'advanced'. */
export function parentPort(): Port {
  const own = (globalThis as { process?: ForkedProcess }).process
  const utility = own?.parentPort
  if (utility !== undefined) {
    return {
      post: (message) => utility.postMessage(message),
      listen(handler) {
        const onMessage = (event: { data: unknown }) => handler(event.data)
        utility.on('message', onMessage)
        return () => utility.off('message', onMessage)
      },
    }
  }
  if (own?.send === undefined) throw new Error('This file is a worker: it is started by the application, not by hand.')
  return {
    post: (message) => void own.send?.(message),
    listen(handler) {
      own.on('message', handler)
      return () => own.off('message', handler)
    },
  }
}
