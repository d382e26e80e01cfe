import { IconAlertTriangle } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import type { ErrorData } from '../../shared/errors.ts'
import { errorWords } from './error-words.ts'
import styles from './ErrorNote.module.css'

/** What happened, why, and what to do; `actions` do it. */
export function ErrorNote({
  error,
  actions,
}: {
  readonly error: Pick<ErrorData, 'code' | 'message' | 'detail'>
  readonly actions?: ReactNode
}) {
  const { title, advice } = errorWords(error)
  return (
    <div role="alert" className={styles.note}>
      <IconAlertTriangle aria-hidden className={styles.icon} />
      <div className={styles.words}>
        <strong>{title}</strong>
        <p className={styles.message}>{error.message}</p>
        <p>{advice}</p>
        {actions === undefined ? null : <div className={styles.actions}>{actions}</div>}
      </div>
    </div>
  )
}
