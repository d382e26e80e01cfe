import type { ReactNode } from 'react'
import styles from './Pill.module.css'

/** A small fact in a frame. `dot` says how things stand. */
export function Pill({
  children,
  dot,
  title,
}: {
  readonly children: ReactNode
  readonly dot?: 'good' | 'bad' | 'idle'
  readonly title?: string
}) {
  return (
    <span className={styles.pill} title={title}>
      {dot === undefined ? null : <span className={`${styles.dot} ${styles[dot]}`} />}
      {children}
    </span>
  )
}
