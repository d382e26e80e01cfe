import { useMemo } from 'react'
import type { Transition } from '../../core/types.ts'
import { useWords } from '../i18n/index.ts'
import styles from './Zigzag.module.css'
import { polyline, roadOf } from './zigzag.ts'

const [width, height, inset] = [284, 84, 6]

/** The level against the model call, drawn before the run; `done` (0..1) is where a running fill stands. */
export function Zigzag(props: {
  readonly walk: readonly Transition[]
  /** Model calls of the walk by this method. */
  readonly calls: number
  readonly done: number | null
}) {
  const { walk, calls, done } = props
  const t = useWords().inpaint.method
  const road = useMemo(() => roadOf(walk), [walk])
  const points = useMemo(() => polyline(road, width, height, inset), [road])
  const x = inset + (done ?? 0) * (width - 2 * inset)
  return (
    <figure className={styles.figure}>
      <svg className={styles.zigzag} viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none" aria-hidden>
        <polyline points={points} />
        {done === null ? null : <line x1={x} y1={2} x2={x} y2={height - 2} />}
      </svg>
      <figcaption className={styles.caption}>
        <span aria-hidden>{t.noise}</span>
        <span className="unseen">{t.road(calls, walk.length)}</span>
        <span aria-hidden>{t.clean}</span>
      </figcaption>
    </figure>
  )
}
