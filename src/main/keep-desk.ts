import { BrowserWindow, powerSaveBlocker } from 'electron'
import type { Backend } from '../backend/types.ts'
import type { Job } from '../shared/api.ts'
import { deskOf, differs, restingDesk } from './desk.ts'

/** Shows the progress of what runs on the window's icon, and keeps the machine awake for it. Returns what stops both. */
export function keepDesk(backend: Pick<Backend, 'subscribe'>): () => void {
  const running = new Map<string, Job>()
  let told = restingDesk
  let blocker: number | undefined
  const tell = () => {
    const now = deskOf(running.values())
    if (!differs(told, now)) return
    told = now
    for (const window of BrowserWindow.getAllWindows()) window.setProgressBar(now.progress ?? -1)
    if (now.sampling && blocker === undefined) blocker = powerSaveBlocker.start('prevent-app-suspension')
    else if (!now.sampling && blocker !== undefined) {
      powerSaveBlocker.stop(blocker)
      blocker = undefined
    }
  }
  const stop = backend.subscribe((event) => {
    if (event.kind === 'job') {
      if (event.job.status === 'running') running.set(event.job.id, event.job)
      else if (!running.delete(event.job.id)) return
    } else if (event.kind === 'removed') {
      if (!running.delete(event.job)) return
    } else return
    tell()
  })
  return () => {
    stop()
    running.clear()
    tell()
  }
}
