import { useState } from 'react'
import { Popover } from '@mantine/core'
import type { Job } from '../../shared/api.ts'
import { call } from '../state/client.ts'
import { countWords, isOver, jobTitle } from '../state/jobs.ts'
import { rerun } from '../state/runs.ts'
import { attempt, useApp } from '../state/store.ts'
import { Button } from '../ui/Button.tsx'
import styles from './JobQueue.module.css'

const shownAtMost = 30

/** What runs, waits and has ended, newest first. */
export function JobQueue() {
  const [open, setOpen] = useState(false)
  return (
    <Popover
      opened={open}
      onChange={setOpen}
      position="top-end"
      offset={8}
      trapFocus
      withinPortal={false}
      floatingStrategy="fixed"
      classNames={{ dropdown: styles.dropdown ?? '' }}
    >
      <Popover.Target>
        <Button size="small" kind="ghost" className={styles.target} aria-expanded={open} onClick={() => setOpen(!open)}>
          Queue
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label="Job queue">{open ? <List /> : null}</Popover.Dropdown>
    </Popover>
  )
}

function List() {
  const jobs = useApp((state) => state.jobs)
  const order = useApp((state) => state.order)
  const newest = order.toReversed().flatMap((id) => jobs[id] ?? [])
  if (newest.length === 0) return <p className={styles.none}>No jobs yet.</p>
  return (
    <ul className={styles.list}>
      {newest.slice(0, shownAtMost).map((job) => (
        <Row key={job.id} job={job} />
      ))}
    </ul>
  )
}

function Row({ job }: { readonly job: Job }) {
  const models = useApp((state) => state.models)
  const title = jobTitle(job, models)
  return (
    <li className={styles.row}>
      <span className={styles.words}>
        <span>{title}</span>
        <small>{job.status === 'failed' ? (job.error?.message ?? 'failed') : rowWords(job)}</small>
      </span>
      {isOver(job) ? (
        <Button size="small" kind="quiet" aria-label={`${againWord(job)}: ${title}`} onClick={() => attempt(() => rerun(job))}>
          {againWord(job)}
        </Button>
      ) : (
        <Button
          size="small"
          kind="danger"
          aria-label={`Cancel ${title}`}
          onClick={() => attempt(() => call('cancel', { job: job.id }))}
        >
          Cancel
        </Button>
      )}
    </li>
  )
}

const againWord = ({ status }: Job): string => (status === 'failed' ? 'Retry' : 'Again')

/** Of what ended early the count says so itself. */
const rowWords = (job: Job): string => (job.status === 'cancelled' ? countWords(job) : `${job.status} · ${countWords(job)}`)
