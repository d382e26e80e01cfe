import { useEffect } from 'react'
import type { Job } from '../../shared/api.ts'
import { words } from '../i18n/index.ts'
import { bridge, call } from '../state/client.ts'
import { doneWords, jobTitle } from '../state/jobs.ts'
import { type Started, watchJobs } from '../state/long-jobs.ts'
import { preferencesStore } from '../state/preferences.ts'
import { appStore } from '../state/store.ts'

/** Tells of the end of a long job while another window has the focus. */
export function useNotifications(): void {
  useEffect(() => {
    let started: Started = new Map()
    const look = () => {
      const { jobs, models } = appStore.getState()
      const seen = watchJobs(started, Object.values(jobs), performance.now())
      started = seen.started
      if (document.hasFocus() || !preferencesStore.getState().notifications) return
      for (const job of seen.ended) tell(job, jobTitle(job, models))
    }
    look()
    return appStore.subscribe((state, before) => {
      if (state.jobs !== before.jobs) look()
    })
  }, [])
}

function tell(job: Job, title: string): void {
  const t = words().notification
  const message =
    job.status === 'failed'
      ? { title: t.failed(title), body: job.error?.message ?? '' }
      : { title: t.done(title), body: doneWords(job) }
  const short = { title: message.title.slice(0, 200), body: message.body.slice(0, 500) }
  // A message that cannot be shown is no trouble for the user: the job strip says the same.
  if (bridge().door === 'electron') call('shellMessage', short).catch(() => undefined)
  else if ('Notification' in globalThis && Notification.permission === 'granted') tellInBrowser(short)
}

function tellInBrowser({ title, body }: { readonly title: string; readonly body: string }): void {
  try {
    const notification = new Notification(title, { body })
    notification.addEventListener('click', () => globalThis.focus())
  } catch {
    // Some browsers let only their service workers speak.
  }
}
