import { useMemo } from 'react'
import { cellCount, picturesEach, placesOf, valuesOf } from '../../shared/compare.ts'
import { useWords } from '../i18n/index.ts'
import { milliseconds } from '../state/format.ts'
import { Chart, type Series } from './Chart.tsx'
import type { CompareJob } from './session.ts'
import { clearShare, valueWords, type Names } from './words.ts'
import styles from './Charts.module.css'

/** A comparison as lines: quality against model calls where a judge knows such pictures, and time against calls. A line for each value of the axes but the one that changes the calls. */
export function Charts({ job, names }: { readonly job: CompareJob; readonly names: Names }) {
  const t = useWords().compare.charts
  const cells = useMemo(() => cellsOf(job), [job])
  const judged = cells.some(({ clear }) => clear !== undefined)
  const lines = (of: (cell: CellFacts) => number | undefined) => seriesOf(job, cells, of, names, t.all)
  const x = { label: t.calls, log: true }
  if (cells.length === 0) return <p className={styles.none}>{t.none}</p>
  const each = picturesEach(job.request)
  return (
    <div className={styles.charts}>
      {judged ? (
        <>
          <Chart
            title={each > 1 ? t.clear(each) : t.sure}
            x={x}
            y={{ log: false, format: t.percent }}
            series={lines(({ clear, sure }) => (each > 1 ? clear : sure))}
            dots
          />
          {each > 1 ? (
            <Chart title={t.sureMean} x={x} y={{ log: false, format: t.percent }} series={lines(({ sure }) => sure)} dots />
          ) : null}
        </>
      ) : (
        <p className={styles.none}>{t.noJudge}</p>
      )}
      <Chart title={t.time} x={x} y={{ log: true, format: milliseconds }} series={lines((one) => one.milliseconds)} dots />
    </div>
  )
}

interface CellFacts {
  readonly cell: number
  readonly nfe: number
  readonly milliseconds: number
  readonly clear: number | undefined
  readonly sure: number | undefined
}

function cellsOf({ request, images }: CompareJob): readonly CellFacts[] {
  const each = picturesEach(request)
  return Array.from({ length: cellCount(request.axes) }, (_, cell) => {
    const own = images.slice(cell * each, (cell + 1) * each)
    const { nfe, milliseconds: took } = own[0]?.cell ?? {}
    if (nfe === undefined || nfe === 0 || took === undefined) return []
    const sure = own.flatMap((image) => image.cell?.sure ?? [])
    const mean = sure.length === 0 ? undefined : sure.reduce((sum, one) => sum + one, 0) / sure.length
    return [{ cell, nfe, milliseconds: took, clear: clearShare(own), sure: mean }]
  }).flat()
}

/** So many lines can be told apart. */
const mostLines = 6

/** Cells that share everything but the axis along which the calls change the most. */
function seriesOf(
  { request }: CompareJob,
  cells: readonly CellFacts[],
  of: (cell: CellFacts) => number | undefined,
  names: Names,
  all: string,
): readonly Series[] {
  const { axes } = request
  const along = axisOfCalls(request, cells)
  const lines = new Map<string, { words: string; points: { x: number; y: number }[] }>()
  for (const one of cells) {
    const y = of(one)
    if (y === undefined) continue
    const others = valuesOf(axes, one.cell).filter((_, i) => i !== along)
    const words = others.map(([name, value]) => valueWords(request.of, name, value, names)).join(', ')
    const line = lines.get(words) ?? { words: words === '' ? all : words, points: [] }
    line.points.push({ x: one.nfe, y })
    lines.set(words, line)
  }
  return [...lines.values()].slice(0, mostLines).map(({ words, points }, place) => ({
    words,
    place,
    points: points.toSorted((a, b) => a.x - b.x),
  }))
}

/** The axis whose values cost the most different numbers of calls; -1: none does. */
function axisOfCalls({ axes }: CompareJob['request'], cells: readonly CellFacts[]): number {
  const spread = axes.map((_, axis) => {
    const groups = new Map<string, Set<number>>()
    for (const { cell, nfe } of cells) {
      const key = String(placesOf(axes, cell).filter((_unused, i) => i !== axis))
      groups.set(key, (groups.get(key) ?? new Set()).add(nfe))
    }
    return Math.max(0, ...[...groups.values()].map((calls) => calls.size))
  })
  const most = Math.max(...spread)
  return most < 2 ? -1 : spread.indexOf(most)
}
