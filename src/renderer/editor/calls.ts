import { PalimpsestError } from '../../shared/errors.ts'

/** Questions to a thread of its own, each with its own answer. */
export interface Call<Task> {
  readonly id: number
  readonly task: Task
}
export type Answer<Result> = { readonly id: number } & ({ readonly result: Result } | { readonly problem: string })

export interface Calls<Task, Result> {
  /** Fails with code `internal` and these words. */
  ask(task: Task): Promise<Result>
  /** What is under way is never answered. */
  stop(): void
}

/** The thread starts with the first question; one that ended is started anew by the next. */
export function createCalls<Task, Result>(start: () => Worker, words: string): Calls<Task, Result> {
  const waiting = new Map<number, { resolve: (result: Result) => void; reject: (error: Error) => void }>()
  let worker: Worker | undefined
  let last = 0
  const end = () => {
    waiting.clear()
    worker?.terminate()
    worker = undefined
  }
  const begin = (): Worker => {
    const made = start()
    made.addEventListener('message', ({ data }: MessageEvent<Answer<Result>>) => {
      const call = waiting.get(data.id)
      waiting.delete(data.id)
      if ('result' in data) call?.resolve(data.result)
      else call?.reject(new PalimpsestError('internal', words, data.problem))
    })
    made.addEventListener('error', (event) => {
      for (const { reject } of waiting.values()) reject(new PalimpsestError('internal', words, event.message))
      end()
    })
    return made
  }
  return {
    ask: (task) =>
      new Promise((resolve, reject) => {
        worker ??= begin()
        const id = ++last
        waiting.set(id, { resolve, reject })
        worker.postMessage({ id, task } satisfies Call<Task>)
      }),
    stop: end,
  }
}

/** The other side: answers each question as it comes. `transfer`: what need not be copied. */
export function answerCalls<Task, Result>(
  work: (task: Task) => Promise<{ result: Result; transfer: readonly Transferable[] }>,
): void {
  const here = globalThis as unknown as {
    addEventListener(kind: 'message', handler: (event: MessageEvent<Call<Task>>) => void): void
    postMessage(answer: Answer<Result>, transfer: readonly Transferable[]): void
  }
  here.addEventListener('message', ({ data: { id, task } }) => {
    work(task).then(
      ({ result, transfer }) => here.postMessage({ id, result }, transfer),
      (error: unknown) => here.postMessage({ id, problem: error instanceof Error ? error.message : String(error) }, []),
    )
  })
}
