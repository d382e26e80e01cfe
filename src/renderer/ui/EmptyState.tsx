import type { ReactNode } from 'react'
import styles from './EmptyState.module.css'

/** Nothing here yet: what the place is for, and the first thing to do. */
export function EmptyState({
  art,
  title,
  children,
  actions,
}: {
  readonly art?: ReactNode
  readonly title: string
  readonly children: ReactNode
  readonly actions?: ReactNode
}) {
  return (
    <div className={styles.empty}>
      {art === undefined ? null : <div aria-hidden>{art}</div>}
      <h2 className={styles.title}>{title}</h2>
      <div className={styles.text}>{children}</div>
      {actions === undefined ? null : <div className={styles.actions}>{actions}</div>}
    </div>
  )
}
