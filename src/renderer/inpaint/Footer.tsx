import { count, counted, duration } from '../state/format.ts'
import { Button } from '../ui/index.ts'
import type { Cost } from './draft.ts'
import styles from './Footer.module.css'

/** What the fill costs, what it left alone, and the button. */
export function Footer(props: {
  readonly cost: Cost
  readonly windows: number
  /** Why it cannot run, in a sentence. */
  readonly reason: string | undefined
  readonly changedOutside: number | undefined
  readonly ready: boolean
  readonly onFill: () => void
}) {
  const { cost, windows, reason, changedOutside, ready, onFill } = props
  const batches = cost.total > cost.calls ? ` · ${count(cost.total)} in all` : ''
  return (
    <div className={styles.foot}>
      <div className={`mono ${styles.cost}`}>
        <span>
          {counted(cost.calls, 'model call')}
          {windows > 1 ? ` × ${windows} windows` : batches}
        </span>
        <span>{cost.seconds === null ? '' : `≈ ${duration(cost.seconds)}`}</span>
      </div>
      {changedOutside === undefined ? (
        <p className={styles.line}>{reason ?? ' '}</p>
      ) : (
        <p className={styles.line}>
          Outside the mask:{' '}
          <b className={changedOutside === 0 ? styles.good : styles.bad}>{counted(changedOutside, 'pixel')} changed</b>
        </p>
      )}
      <Button kind="primary" wide hint="Ctrl Enter" disabled={!ready} title={reason} onClick={onFill}>
        Fill
      </Button>
    </div>
  )
}
