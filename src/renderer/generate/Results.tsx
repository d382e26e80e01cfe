import { IconAlertTriangle, IconArrowsMaximize, IconInfoCircle } from '@tabler/icons-react'
import type { Job } from '../../shared/api.ts'
import type { ErrorData } from '../../shared/errors.ts'
import { useWords, words } from '../i18n/index.ts'
import { said } from '../i18n/said.ts'
import { call } from '../state/client.ts'
import { change, generateStore } from '../state/generate.ts'
import { countWords, doneWords, finished, isOver, jobTitle, progressWords, wanted } from '../state/jobs.ts'
import { setPreference, usePreference } from '../state/preferences.ts'
import { rerun } from '../state/runs.ts'
import { attempt, useApp } from '../state/store.ts'
import { Button, IconButton } from '../ui/Button.tsx'
import { ErrorNote } from '../ui/ErrorNote.tsx'
import { Pill } from '../ui/Pill.tsx'
import { PictureGrid } from './PictureGrid.tsx'
import styles from './Results.module.css'

/** One run: its name, what is to be said of it, its pictures. */
export function Results({
  job,
  refusal,
  onOpen,
}: {
  readonly job: Job
  readonly refusal: ErrorData | null
  readonly onOpen: (index: number) => void
}) {
  const t = useWords().generate.results
  const models = useApp((state) => state.models)
  return (
    <>
      <div className={styles.head}>
        <h2 className={styles.title}>{jobTitle(job, models)}</h2>
        <Pill dot={job.status === 'done' ? 'good' : job.status === 'failed' ? 'bad' : 'idle'}>{stateWords(job)}</Pill>
        <span className={styles.space} />
        {isOver(job) ? null : (
          <Button size="small" onClick={() => attempt(() => call('cancel', { job: job.id }))}>
            {t.cancel}
          </Button>
        )}
        <SizeSlider />
      </div>
      <div className={styles.notes}>
        {refusal === null ? null : <ErrorNote error={refusal} />}
        {job.status === 'failed' ? <FailedNote job={job} /> : null}
        {job.notices.map((notice) => (
          <p key={notice} className={styles.notice}>
            <IconInfoCircle aria-hidden />
            {said(notice)}
          </p>
        ))}
        {job.status === 'cancelled' ? (
          <p className={styles.notice}>
            <IconAlertTriangle aria-hidden />
            {finished(job) === 0 ? t.noneYet : t.kept(finished(job), wanted(job))}
          </p>
        ) : null}
      </div>
      <PictureGrid job={job} onOpen={onOpen} />
    </>
  )
}

function stateWords(job: Job): string {
  if (job.status === 'done') return doneWords(job)
  if (job.status === 'running') return `${countWords(job)} · ${progressWords(job).replace(/ ·.*/, '')}`
  return job.status === 'queued' ? words().common.jobs.waits : countWords(job)
}

/** The reason, and the ways on that fit it. */
function FailedNote({ job }: { readonly job: Job }) {
  const t = useWords().generate.results
  const error = job.error ?? { code: 'internal' as const, message: t.noReason }
  const { batch } = job.request.settings
  const again = (changes: Parameters<typeof rerun>[1]) =>
    attempt(async () => generateStore.setState({ shown: await rerun(job, changes), refusal: null }))
  return (
    <ErrorNote
      error={error}
      actions={
        <>
          <Button size="small" onClick={() => again({})}>
            {t.retry}
          </Button>
          {error.code === 'device' && batch > 1 ? (
            <Button
              size="small"
              onClick={() => {
                change({ batch: Math.ceil(batch / 4) })
                again({ batch: Math.ceil(batch / 4) })
              }}
            >
              {t.retryBatch(Math.ceil(batch / 4))}
            </Button>
          ) : null}
          {error.code === 'device' && job.device !== 'cpu' ? (
            <Button
              size="small"
              onClick={() => {
                change({ device: 'cpu' })
                again({ device: 'cpu' })
              }}
            >
              {t.retryCpu}
            </Button>
          ) : null}
        </>
      }
    />
  )
}

function SizeSlider() {
  const t = useWords().generate.results
  const cell = usePreference('cell')
  return (
    <div className={styles.size}>
      <IconButton
        size="small"
        label={t.fit}
        pressed={cell === null}
        onClick={() => setPreference('cell', cell === null ? 168 : null)}
      >
        <IconArrowsMaximize aria-hidden />
      </IconButton>
      <input
        type="range"
        className={styles.slider}
        aria-label={t.size}
        title={t.size}
        min={48}
        max={512}
        step={8}
        value={cell ?? 168}
        onChange={(event) => setPreference('cell', Number(event.target.value))}
      />
    </div>
  )
}
