import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'
import { build } from 'vite'
import type { ApiInput, ApiName, ApiOutput, BackendEvent } from '../../src/shared/api.ts'
import { type ErrorData, fromErrorData } from '../../src/shared/errors.ts'

/** backend-host.ts, built and started: a backend whose whole process can be killed. */

const folder = resolve('out/tests')

export async function buildHost(): Promise<void> {
  await build({
    configFile: false,
    logLevel: 'error',
    build: {
      ssr: resolve('tests/support/backend-host.ts'),
      outDir: folder,
      emptyOutDir: false,
      rollupOptions: { output: { entryFileNames: '[name].mjs' } },
    },
  })
}

export interface Host {
  readonly pid: number
  /** Processes of the backend that run now. */
  readonly workers: readonly { readonly kind: 'engine' | 'imaging'; readonly pid: number }[]
  call<K extends ApiName>(name: K, input: ApiInput<K>): Promise<ApiOutput<K>>
  /** Resolves to the first event that `wanted` takes, from now on. */
  until(wanted: (event: BackendEvent) => boolean): Promise<void>
  /** Resolves when the process is gone. */
  kill(): Promise<void>
  stop(): Promise<void>
}

type Said =
  | { readonly workers: Host['workers'] }
  | { readonly event: BackendEvent }
  | { readonly id: number; readonly value?: unknown; readonly error?: ErrorData }

export async function startHost(data: string): Promise<Host> {
  const child: ChildProcess = fork(resolve(folder, 'backend-host.mjs'), [data], {
    serialization: 'advanced',
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    execArgv: [],
  })
  const gone = once(child, 'exit')
  const waiting = new Map<number, (said: { value?: unknown; error?: ErrorData }) => void>()
  const listeners = new Set<(event: BackendEvent) => void>()
  let workers: Host['workers'] = []
  let calls = 0
  let ready: () => void = () => undefined
  const began = new Promise<void>((done) => (ready = done))
  child.on('message', (said: Said) => {
    if ('workers' in said) {
      ;({ workers } = said)
      return ready()
    }
    if ('event' in said) return listeners.forEach((listener) => listener(said.event))
    waiting.get(said.id)?.(said)
    waiting.delete(said.id)
  })
  const ask = (name: string, input: unknown): Promise<unknown> =>
    new Promise((done, failed) => {
      const id = calls++
      waiting.set(id, ({ value, error }) => (error === undefined ? done(value) : failed(fromErrorData(error))))
      if (child.connected) child.send({ id, name, input }, () => undefined)
    })
  await Promise.race([
    began,
    gone.then(([code]) => {
      throw new Error(`the backend did not start (${String(code)})`)
    }),
  ])
  return {
    pid: child.pid ?? 0,
    get workers() {
      return workers
    },
    call: <K extends ApiName>(name: K, input: ApiInput<K>) => ask(name, input) as Promise<ApiOutput<K>>,
    until: (wanted) =>
      new Promise((done) => {
        const listener = (event: BackendEvent) => {
          if (!wanted(event)) return
          listeners.delete(listener)
          done()
        }
        listeners.add(listener)
      }),
    async kill() {
      child.kill('SIGKILL')
      await gone
    },
    async stop() {
      await ask('stop', {})
      child.disconnect()
      await gone
    },
  }
}
