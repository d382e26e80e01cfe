import type { ReactNode } from 'react'
import type { CallTime } from '../../shared/engine.ts'
import { useWords } from '../i18n/index.ts'
import { duration } from '../state/format.ts'
import { roughly } from '../state/rough.ts'
import styles from './Cost.module.css'

/** Above the button at the foot of the settings: what it will cost, then the button itself. */
export function Cost({ children }: { readonly children: ReactNode }) {
  return <div className={styles.cost}>{children}</div>
}

/** Model calls at the left, `title` how they come about, and the time of them all at the right. */
export function CostLine(props: { readonly children: ReactNode; readonly title?: string; readonly time: CallTime | null }) {
  return (
    <div className={`mono ${styles.line}`}>
      <span title={props.title}>{props.children}</span>
      <TimeSpan time={props.time} />
    </div>
  )
}

export const CostProblem = ({ children }: { readonly children: ReactNode }) => <p className={styles.problem}>{children}</p>

/** Milliseconds in all: one number where the calls were measured, else how little and how much it may be. */
export function TimeSpan({ time }: { readonly time: CallTime | null }) {
  const { time: t } = useWords().common
  if (time === null) return <span>—</span>
  const [least, most] = [time.least / 1000, time.most / 1000]
  if (least === most) return <span title={t.measured}>{t.about(duration(most))}</span>
  const [from, to] = [duration(roughly(least)), duration(roughly(most))]
  return <span title={t.reckoned}>{from === to ? t.about(to) : t.between(from, to)}</span>
}
