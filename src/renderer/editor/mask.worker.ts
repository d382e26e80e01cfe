import type { BackgroundAnswer, BackgroundCall, BackgroundResults, BackgroundTask } from './background.ts'
import { featherPixels } from './feather.ts'
import { reshaped } from './reshape.ts'

/** The other side of background.ts, in a thread of its own. */
interface Here {
  addEventListener(kind: 'message', handler: (event: MessageEvent<BackgroundCall>) => void): void
  postMessage(answer: BackgroundAnswer, transfer: readonly ArrayBufferLike[]): void
}
const here = globalThis as unknown as Here

function work(task: BackgroundTask): { result: BackgroundResults[keyof BackgroundResults]; transfer: ArrayBufferLike[] } {
  if (task.kind === 'reshape') {
    const result = reshaped(task.job)
    return { result, transfer: result.map(({ data }) => data.buffer) }
  }
  const result = featherPixels(task.grid, task.ink)
  return { result, transfer: [result.buffer] }
}

here.addEventListener('message', ({ data: { id, task } }) => {
  try {
    const { result, transfer } = work(task)
    here.postMessage({ id, result }, transfer)
  } catch (error) {
    here.postMessage({ id, problem: error instanceof Error ? error.message : String(error) }, [])
  }
})
