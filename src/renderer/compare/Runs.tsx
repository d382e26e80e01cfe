import { useWords } from '../i18n/index.ts'
import { jobTitle } from '../state/jobs.ts'
import { useApp } from '../state/store.ts'
import { countWords } from '../state/jobs.ts'
import styles from '../generate/RunHistory.module.css'
import { compareStore, type CompareJob } from './session.ts'

/** The comparisons of this library, newest first. */
export function Runs({ jobs, shown }: { readonly jobs: readonly CompareJob[]; readonly shown: CompareJob }) {
  const t = useWords().compare.table
  const models = useApp((state) => state.models)
  if (jobs.length < 2) return null
  return (
    <nav className={styles.list} aria-label={t.list}>
      {jobs.toReversed().map((job) => (
        <button
          key={job.id}
          type="button"
          className={styles.run}
          aria-current={job.id === shown.id}
          onClick={() => compareStore.setState({ shown: job.id, chosen: [], viewing: false })}
        >
          <span className={`${styles.dot} ${styles[job.status] ?? ''}`} aria-hidden />
          {t.listed(jobTitle(job, models), job.request.settings.seed, countWords(job))}
        </button>
      ))}
    </nav>
  )
}
