import styles from './ProgressBar.module.css'

/** A thin bar. `className` says how long it is. */
export function ProgressBar(props: {
  /** Read out. */
  readonly label: string
  readonly value: number
  readonly max?: number
  readonly className?: string | undefined
}) {
  const { label, value, max = 1, className = '' } = props
  return <progress className={`${styles.bar} ${className}`} aria-label={label} max={max} value={value} />
}
