import { type ErrorData, fromErrorData, PalimpsestError, toErrorData } from './errors.ts'

/** A two-way line to another process: utilityProcess in Electron, child_process in Node, a MessageChannel in tests. */
export interface Port {
  post(message: unknown): void
  /** Returns what stops listening. */
  listen(handler: (message: unknown) => void): () => void
}

/** A process behind a Port. `ended` resolves once, with the reason in words, however it ends; it never rejects. */
export interface WorkerProcess {
  readonly port: Port
  readonly pid: number | undefined
  readonly ended: Promise<string>
  kill(): void
}

export type StartWorker = () => Promise<WorkerProcess>

/** What a served method gets beside its arguments. */
export interface CallContext {
  /** Sends one event of a long call to its caller. */
  emit(event: unknown): void
  /** True from the moment the caller cancelled. Ask between steps. */
  readonly cancelled: boolean
}

export type Method = (args: never, context: CallContext) => unknown
export type MethodTable = Record<string, Method>

type Message =
  | { readonly type: 'call'; readonly id: number; readonly method: string; readonly args: unknown }
  | { readonly type: 'cancel'; readonly id: number }
  | { readonly type: 'event'; readonly id: number; readonly event: unknown }
  | { readonly type: 'return'; readonly id: number; readonly value: unknown }
  | { readonly type: 'throw'; readonly id: number; readonly error: ErrorData }

/** Answers calls that arrive on the port with the methods of the table. Returns what stops serving. */
export function serveMethods(port: Port, table: MethodTable): () => void {
  const open = new Set<number>()
  const cancelled = new Set<number>()
  const answer = async (message: Extract<Message, { type: 'call' }>) => {
    const { id } = message
    open.add(id)
    try {
      const method = table[message.method]
      if (method === undefined) throw new PalimpsestError('internal', `There is no method ${message.method}.`)
      const context: CallContext = {
        emit: (event) => port.post({ type: 'event', id, event } satisfies Message),
        get cancelled() {
          return cancelled.has(id)
        },
      }
      port.post({ type: 'return', id, value: await method(message.args as never, context) } satisfies Message)
    } catch (error) {
      port.post({ type: 'throw', id, error: toErrorData(error) } satisfies Message)
    } finally {
      open.delete(id)
      cancelled.delete(id)
    }
  }
  return port.listen((raw) => {
    const message = raw as Message
    if (message.type === 'call') void answer(message)
    else if (message.type === 'cancel' && open.has(message.id)) cancelled.add(message.id)
  })
}

type Args<M> = M extends (args: infer A, ...rest: never[]) => unknown ? A : never
type Result<M> = M extends (...args: never[]) => infer R ? Awaited<R> : never

export interface Call<R> {
  readonly result: Promise<R>
  cancel(): void
}

export interface Remote<T extends MethodTable> {
  call<K extends keyof T & string>(method: K, args: Args<T[K]>, onEvent?: (event: unknown) => void): Call<Result<T[K]>>
  /** Fails every call still open, and all later ones, with this error: for a process that ended. */
  close(error: PalimpsestError): void
}

/** The caller's end of `serveMethods`. */
export function connect<T extends MethodTable>(port: Port): Remote<T> {
  interface Open {
    resolve(value: never): void
    reject(error: Error): void
    onEvent: ((event: unknown) => void) | undefined
  }
  const open = new Map<number, Open>()
  let nextId = 1
  let closed: PalimpsestError | undefined
  const stop = port.listen((raw) => {
    const message = raw as Message
    const call = open.get(message.id)
    if (call === undefined) return
    if (message.type === 'event') return call.onEvent?.(message.event)
    if (message.type === 'return') call.resolve(message.value as never)
    else if (message.type === 'throw') call.reject(fromErrorData(message.error))
    else return
    open.delete(message.id)
  })
  return {
    call(method, args, onEvent) {
      const id = nextId++
      const result = new Promise<never>((resolve, reject) => {
        if (closed !== undefined) return reject(closed)
        open.set(id, { resolve, reject, onEvent })
        port.post({ type: 'call', id, method, args } satisfies Message)
      })
      return { result, cancel: () => closed ?? port.post({ type: 'cancel', id } satisfies Message) }
    },
    close(error) {
      if (closed !== undefined) return
      closed = error
      stop()
      for (const call of open.values()) call.reject(error)
      open.clear()
    },
  }
}
