import { useEffect, useRef } from 'react'
import type { Job } from '../../shared/api.ts'
import { useWords } from '../i18n/index.ts'
import { countWords, jobTitle } from '../state/jobs.ts'
import { useApp } from '../state/store.ts'
import styles from './RunHistory.module.css'

const shownAtMost = 60

/** The runs of this session, newest first, to go back to. Hidden while there is one. */
export function RunHistory({
  runs,
  shown,
  onPick,
}: {
  readonly runs: readonly Job[]
  readonly shown: string
  readonly onPick: (id: string) => void
}) {
  const t = useWords().generate
  const models = useApp((state) => state.models)
  const current = useRef<HTMLButtonElement>(null)
  useEffect(() => {
    current.current?.scrollIntoView({ block: 'nearest', inline: 'nearest' })
  }, [shown])
  if (runs.length < 2) return null
  return (
    <nav className={styles.list} aria-label={t.runs}>
      {runs
        .toReversed()
        .slice(0, shownAtMost)
        .map((job) => (
          <button
            key={job.id}
            ref={job.id === shown ? current : null}
            type="button"
            className={styles.run}
            aria-current={job.id === shown}
            onClick={() => onPick(job.id)}
          >
            <span className={`${styles.dot} ${styles[job.status]}`} />
            {jobTitle(job, models)} · {t.seedOf(job.request.settings.seed)} · {countWords(job)}
          </button>
        ))}
    </nav>
  )
}
