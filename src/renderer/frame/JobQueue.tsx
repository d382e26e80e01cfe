import { useState } from 'react'
import { IconPlayerPause, IconPlayerPlay } from '@tabler/icons-react'
import type { Job } from '../../shared/api.ts'
import { useWords } from '../i18n/index.ts'
import { call } from '../state/client.ts'
import { queueOf } from '../state/jobs.ts'
import { attempt, useApp } from '../state/store.ts'
import { Button } from '../ui/Button.tsx'
import { Popover } from '../ui/Popover.tsx'
import { EndedRow, RunningRow, WaitingRow } from './JobQueueRows.tsx'
import styles from './JobQueue.module.css'
import { useReorder } from './useReorder.ts'

/** What runs, what waits and in which order, and what has ended, newest first. */
export function JobQueue() {
  const t = useWords().queue
  return (
    <Popover
      label={t.label}
      position="top-end"
      size="broad"
      fixed
      target={(opener) => (
        <Button size="small" kind="ghost" className={styles.target} {...opener}>
          {t.title}
        </Button>
      )}
    >
      {() => <Content />}
    </Popover>
  )
}

function Content() {
  const t = useWords().queue
  const jobs = useApp((state) => state.jobs)
  const order = useApp((state) => state.order)
  const queue = useApp((state) => state.queue)
  const { running, waiting, ended } = queueOf({ jobs, order, queue })
  const { paused, problem } = queue
  return (
    <>
      <div className={styles.head}>
        <strong>{t.title}</strong>
        <span className={styles.count}>{t.waiting(waiting.length)}</span>
        <PauseButton />
      </div>
      {paused === 'restart' && waiting.length > 0 ? <p className={styles.note}>{t.left(waiting.length)}</p> : null}
      {problem === null ? null : <p className={styles.note}>{problem}</p>}
      <div className={styles.lists}>
        {running.length === 0 ? null : (
          <ul aria-label={t.runningList}>
            {running.map((job) => (
              <RunningRow key={job.id} job={job} />
            ))}
          </ul>
        )}
        <Waiting waiting={waiting} />
        {ended.length === 0 ? null : (
          <>
            <h3 className={styles.group}>{t.ended}</h3>
            <ul aria-label={t.ended}>
              {ended.map((job) => (
                <EndedRow key={job.id} job={job} />
              ))}
            </ul>
          </>
        )}
        {running.length + waiting.length + ended.length === 0 ? <p className={styles.none}>{t.none}</p> : null}
      </div>
    </>
  )
}

export function PauseButton({ primary = false }: { readonly primary?: boolean }) {
  const t = useWords().queue
  const paused = useApp((state) => state.queue.paused !== null)
  const [icon, word, name] = paused
    ? [<IconPlayerPlay key="go" aria-hidden />, t.goOn, 'resumeQueue' as const]
    : [<IconPlayerPause key="stop" aria-hidden />, t.pause, 'pauseQueue' as const]
  return (
    <Button size="small" kind={paused && primary ? 'primary' : 'ghost'} icon={icon} onClick={() => attempt(() => call(name, {}))}>
      {word}
    </Button>
  )
}

/** In the order they are to start; moved by the handle with the pointer or the arrow keys. */
function Waiting({ waiting }: { readonly waiting: ReturnType<typeof queueOf>['waiting'] }) {
  const t = useWords().queue
  const [said, setSaid] = useState('')
  const move = (job: Job, to: number) => {
    const place = Math.min(Math.max(0, to), waiting.length - 1)
    if (waiting[place]?.job.id === job.id) return
    setSaid(t.moved(place + 1, waiting.length))
    attempt(() => call('moveJob', { job: job.id, to: place }))
  }
  const { list, target, handle } = useReorder(
    waiting.map(({ job }) => job.id),
    (from, to) => {
      const one = waiting[from]
      if (one !== undefined) move(one.job, to)
    },
  )
  if (waiting.length === 0) return null
  return (
    <>
      <h3 className={styles.group}>{t.next}</h3>
      <ol ref={list} aria-label={t.next}>
        {waiting.map(({ job, priority }, place) => (
          <WaitingRow
            key={job.id}
            job={job}
            priority={priority}
            dropBefore={target === place}
            dropAfter={target === waiting.length && place === waiting.length - 1}
            handle={handle(place)}
            onMove={(by) => move(job, place + by)}
          />
        ))}
      </ol>
      <p className="unseen" aria-live="polite">
        {said}
      </p>
    </>
  )
}
