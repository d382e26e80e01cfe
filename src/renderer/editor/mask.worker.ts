import type { BackgroundResult, BackgroundTask } from './background.ts'
import { answerCalls } from './calls.ts'
import { featherPixels } from './feather.ts'
import { reshaped } from './reshape.ts'

/** The other side of background.ts, in a thread of its own. */
answerCalls<BackgroundTask, BackgroundResult>(async (task) => {
  if (task.kind === 'reshape') {
    const result = reshaped(task.job)
    return { result, transfer: result.map(({ data }) => data.buffer as ArrayBuffer) }
  }
  const result = featherPixels(task.grid, task.ink)
  return { result, transfer: [result.buffer] }
})
