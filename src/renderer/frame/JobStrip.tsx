import { useMemo, useState } from 'react'
import { IconAlertTriangle, IconCheck, IconX } from '@tabler/icons-react'
import type { Job } from '../../shared/api.ts'
import { type Messages, useWords } from '../i18n/index.ts'
import { call, resourceUrl } from '../state/client.ts'
import { doneWords, finished, fraction, jobTitle, leftWords, progressWords, stripOf, upright } from '../state/jobs.ts'
import { attempt, useApp } from '../state/store.ts'
import { Button, IconButton } from '../ui/Button.tsx'
import { errorWords } from '../ui/error-words.ts'
import { PreviewCanvas } from '../ui/PreviewCanvas.tsx'
import { ProgressBar } from '../ui/ProgressBar.tsx'
import { JobQueue, PauseButton } from './JobQueue.tsx'
import styles from './JobStrip.module.css'

/** The foot of the window: the job at hand. As high while there is none, so that a run moves no picture on the screen. */
export function JobStrip() {
  const t = useWords().queue
  const jobs = useApp((state) => state.jobs)
  const order = useApp((state) => state.order)
  const ended = useApp((state) => state.ended)
  const paused = useApp((state) => state.queue.paused)
  const [putAway, setPutAway] = useState<ReadonlySet<string>>(new Set())
  const { shown, queued, last } = useMemo(() => stripOf({ jobs, order, ended }, putAway), [jobs, order, ended, putAway])
  if (shown === null) return <Idle last={last} />
  return (
    <footer className={styles.strip} aria-label={t.jobs}>
      <Thumbnail job={shown} />
      {shown.status === 'failed' ? (
        <Failed job={shown} onPutAway={() => setPutAway(new Set([...putAway, shown.id]))} />
      ) : shown.status === 'queued' && paused !== null ? (
        <Paused since={paused} waiting={queued.length + 1} />
      ) : (
        <Working job={shown} />
      )}
      <span className={styles.space} />
      {queued.length === 0 || (shown.status === 'queued' && paused !== null) ? null : (
        <span className={styles.queued}>{t.queued(queued.length)}</span>
      )}
      <JobQueue />
    </footer>
  )
}

function Idle({ last }: { readonly last: Job | null }) {
  const t = useWords().queue
  const paused = useApp((state) => state.queue.paused !== null)
  const models = useApp((state) => state.models)
  return (
    <footer className={styles.idle} aria-label={t.jobs}>
      {last?.status === 'done' ? <IconCheck aria-hidden className={styles.good} /> : null}
      <span className={styles.line}>{last === null ? t.idle : lastWords(last, jobTitle(last, models), t)}</span>
      <span className={styles.space} />
      {paused ? (
        <>
          <span className={styles.queued}>{t.paused}</span>
          <PauseButton primary />
        </>
      ) : null}
      {last === null ? null : <JobQueue />}
    </footer>
  )
}

function lastWords(job: Job, title: string, t: Messages['queue']): string {
  return `${title} · ${job.status === 'failed' || job.status === 'cancelled' ? t.kept(job.status, finished(job)) : doneWords(job)}`
}

function Working({ job }: { readonly job: Job }) {
  const t = useWords().queue
  const models = useApp((state) => state.models)
  return (
    <>
      <div className={styles.words}>
        <strong>{jobTitle(job, models)}</strong>
        <span className="mono">{progressWords(job)}</span>
      </div>
      <ProgressBar className={styles.bar} label={t.progress(jobTitle(job, models))} value={fraction(job)} />
      <span className={`mono ${styles.left}`}>{leftWords(job)}</span>
      <Button size="small" onClick={() => attempt(() => call('cancel', { job: job.id }))}>
        {t.cancel}
      </Button>
    </>
  )
}

/** Nothing starts until the user says so: that is what the window has to tell first. */
function Paused({ since, waiting }: { readonly since: 'user' | 'restart'; readonly waiting: number }) {
  const t = useWords().queue
  return (
    <>
      <div className={styles.words}>
        <strong>{since === 'restart' ? t.leftTitle : t.paused}</strong>
        <span>{t.waiting(waiting)}</span>
      </div>
      <PauseButton primary />
    </>
  )
}

function Failed({ job, onPutAway }: { readonly job: Job; readonly onPutAway: () => void }) {
  const { queue: t, frame, common } = useWords()
  const models = useApp((state) => state.models)
  const error = job.error ?? { code: 'internal' as const, message: t.noReason }
  return (
    <>
      <div className={styles.words} role="alert">
        <strong>
          {jobTitle(job, models)} · <span className={styles.bad}>{common.inside(errorWords(error).title)}</span>
        </strong>
        <span className={styles.reason} title={error.message}>
          {error.message}
        </span>
      </div>
      <Button size="small" onClick={() => attempt(() => call('retryJob', { job: job.id }))}>
        {t.retry}
      </Button>
      <IconButton size="small" label={frame.putAway} onClick={onPutAway}>
        <IconX aria-hidden />
      </IconButton>
    </>
  )
}

/** Sharpens as it samples: the newest estimate, then the newest finished picture. */
function Thumbnail({ job }: { readonly job: Job }) {
  const previews = useApp((state) => state.previews[job.id])
  const first = previews === undefined ? undefined : Object.values(previews)[0]
  const preview = useMemo(() => (first === undefined ? undefined : upright(first, job)), [first, job])
  const picture = job.images.findLast((image) => image.url !== null)
  if (job.status === 'failed') return <IconAlertTriangle aria-hidden className={styles.warn} />
  if (preview !== undefined) return <PreviewCanvas className={styles.thumb} preview={preview} />
  if (picture !== undefined && picture.url !== null) return <img className={styles.thumb} src={resourceUrl(picture.url)} alt="" />
  return <span className={styles.thumb} />
}
