import type { KeyboardEvent, ReactNode } from 'react'
import { IconArrowBarToDown, IconArrowBarToUp, IconGripVertical, IconX } from '@tabler/icons-react'
import type { Job } from '../../shared/api.ts'
import type { Priority } from '../../shared/queue.ts'
import { useWords } from '../i18n/index.ts'
import { call } from '../state/client.ts'
import { countWords, fraction, jobTitle, leftWords, progressWords } from '../state/jobs.ts'
import { rerun } from '../state/runs.ts'
import { attempt, useApp } from '../state/store.ts'
import { Button, IconButton } from '../ui/Button.tsx'
import { ProgressBar } from '../ui/ProgressBar.tsx'
import styles from './JobQueue.module.css'
import type { Reorder } from './useReorder.ts'

/** The rows of the queue, each with what can be done with such a job. */

const useTitle = (job: Job): string =>
  jobTitle(
    job,
    useApp((state) => state.models),
  )

function Words({ title, below, bad = false }: { readonly title: string; readonly below: ReactNode; readonly bad?: boolean }) {
  return (
    <span className={styles.words}>
      <span title={title}>{title}</span>
      <small className={bad ? styles.bad : undefined}>{below}</small>
    </span>
  )
}

export function RunningRow({ job }: { readonly job: Job }) {
  const t = useWords().queue
  const title = useTitle(job)
  return (
    <li className={styles.row}>
      <span className={styles.words}>
        <span title={title}>{title}</span>
        <ProgressBar className={styles.bar} label={t.progress(title)} value={fraction(job)} />
        <small>{[progressWords(job), leftWords(job)].filter((part) => part !== '').join(' · ')}</small>
      </span>
      <Button
        size="small"
        kind="danger"
        aria-label={t.cancelOne(title)}
        onClick={() => attempt(() => call('cancel', { job: job.id }))}
      >
        {t.cancel}
      </Button>
    </li>
  )
}

export interface WaitingRowProps {
  readonly job: Job
  readonly priority: Priority
  readonly dropBefore: boolean
  readonly dropAfter: boolean
  readonly handle: ReturnType<Reorder['handle']>
  readonly onMove: (by: number) => void
}

const ways: Readonly<Record<string, number>> = { ArrowUp: -1, ArrowDown: 1, Home: -Infinity, End: Infinity }

export function WaitingRow({ job, priority, dropBefore, dropAfter, handle, onMove }: WaitingRowProps) {
  const t = useWords().queue
  const title = useTitle(job)
  const onKeyDown = (event: KeyboardEvent) => {
    const by = ways[event.key]
    if (by === undefined) return
    event.preventDefault()
    onMove(by)
  }
  const toggle = (wanted: Priority) =>
    attempt(() => call('prioritizeJob', { job: job.id, priority: priority === wanted ? 'normal' : wanted }))
  const drop = dropBefore ? styles.before : dropAfter ? styles.after : ''
  return (
    <li className={`${styles.row} ${drop ?? ''}`}>
      <IconButton
        size="small"
        className={styles.handle}
        label={t.moveOne(title)}
        title={t.moveHelp}
        onKeyDown={onKeyDown}
        {...handle}
      >
        <IconGripVertical aria-hidden />
      </IconButton>
      <Words
        title={title}
        below={[t.pictures(job.images.length), t.priority[priority]].filter((part) => part !== '').join(' · ')}
      />
      <IconButton size="small" label={t.first(title)} pressed={priority === 'high'} onClick={() => toggle('high')}>
        <IconArrowBarToUp aria-hidden />
      </IconButton>
      <IconButton size="small" label={t.last(title)} pressed={priority === 'low'} onClick={() => toggle('low')}>
        <IconArrowBarToDown aria-hidden />
      </IconButton>
      <IconButton size="small" label={t.cancelOne(title)} onClick={() => attempt(() => call('cancel', { job: job.id }))}>
        <IconX aria-hidden />
      </IconButton>
    </li>
  )
}

export function EndedRow({ job }: { readonly job: Job }) {
  const t = useWords().queue
  const title = useTitle(job)
  const failed = job.status === 'failed'
  const [word, name, act] =
    job.status === 'done'
      ? [t.again, t.againOne(title), () => rerun(job)]
      : [t.retry, t.retryOne(title), () => call('retryJob', { job: job.id })]
  return (
    <li className={styles.row}>
      <Words
        title={title}
        bad={failed}
        below={failed ? (job.error?.message ?? t.failed) : `${t.status(job.status)}${countWords(job)}`}
      />
      <Button size="small" kind="quiet" aria-label={name} onClick={() => attempt(act)}>
        {word}
      </Button>
      <IconButton size="small" label={t.removeOne(title)} onClick={() => attempt(() => call('removeJob', { job: job.id }))}>
        <IconX aria-hidden />
      </IconButton>
    </li>
  )
}
