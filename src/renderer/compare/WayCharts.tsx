import { useMemo } from 'react'
import { useWords } from '../i18n/index.ts'
import type { WayStep } from '../way/way.ts'
import { Chart } from './Chart.tsx'
import styles from './Viewer.module.css'

/** Score norm and step size over the noise that is left, a line a cell. */
export function WayCharts({
  series,
  at,
}: {
  readonly series: readonly { readonly words: string; readonly way: readonly WayStep[]; readonly place: number }[]
  readonly at: number | null
}) {
  const t = useWords().compare.charts
  const scores = useMemo(
    () =>
      series.map(({ words, way, place }) => ({
        words,
        place,
        points: way.flatMap(({ sigma, score }) => (score === null ? [] : [{ x: sigma, y: score }])),
      })),
    [series],
  )
  const sizes = useMemo(
    () =>
      series.map(({ words, way, place }) => ({
        words,
        place,
        points: way.map(({ sigma, stepSize }) => ({ x: sigma, y: Math.abs(stepSize) })),
      })),
    [series],
  )
  const x = { label: t.level, log: true, reversed: true }
  return (
    <div className={styles.charts}>
      <Chart title={t.score} x={x} y={{ log: true }} series={scores} at={at} />
      <Chart title={t.stepSize} x={x} y={{ log: true }} series={sizes} at={at} />
    </div>
  )
}
