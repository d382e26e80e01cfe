import { along, polyline, scaleFor, ticks, type Point, type Scale } from './curves.ts'
import { useWords } from '../i18n/index.ts'
import { figure } from '../way/way.ts'
import styles from './Chart.module.css'

export interface Series {
  readonly words: string
  readonly points: readonly Point[]
  /** Which of the colours. */
  readonly place: number
}

const [width, height] = [400, 170]
const pad = { left: 52, right: 12, top: 10, bottom: 34 }

/** Lines over one another with their axes; every number is in the table for who cannot see them. */
export function Chart(props: {
  readonly title: string
  readonly x: { readonly label: string; readonly log: boolean; readonly reversed?: boolean }
  readonly y: { readonly log: boolean; readonly format?: (value: number) => string }
  readonly series: readonly Series[]
  /** A line at this place on x. */
  readonly at?: number | null
  /** Points as dots too. */
  readonly dots?: boolean
}) {
  const t = useWords().compare.charts
  const { title, x, y, series, at = null, dots = false } = props
  const all = series.flatMap(({ points }) => points)
  const across = scaleFor(
    all.map((point) => point.x),
    x.log,
    x.reversed === true,
  )
  const up = scaleFor(
    all.map((point) => point.y),
    y.log,
  )
  const said = y.format ?? figure
  return (
    <figure className={styles.chart}>
      <figcaption className={styles.title}>
        {title}
        <span className="unseen">{`: ${spoken(series, said, t.line)}`}</span>
      </figcaption>
      {across === undefined || up === undefined ? (
        <p className={styles.none}>{t.empty}</p>
      ) : (
        <svg viewBox={`0 0 ${width + pad.left + pad.right} ${height + pad.top + pad.bottom}`} aria-hidden>
          <g transform={`translate(${pad.left} ${pad.top})`}>
            <Axes across={across} up={up} xLabel={x.label} format={said} />
            {series.map(({ words, points, place }) => (
              <g key={words} className={styles[`line${place % 6}`]}>
                <polyline points={polyline(points, across, up, width, height)} />
                {dots
                  ? points.flatMap((point, i) => {
                      const [u, v] = [along(point.x, across), along(point.y, up)]
                      return u === undefined || v === undefined
                        ? []
                        : [
                            <circle key={i} cx={u * width} cy={(1 - v) * height} r={3.5}>
                              <title>{t.point(words, figure(point.x), said(point.y))}</title>
                            </circle>,
                          ]
                    })
                  : null}
              </g>
            ))}
            {at === null ? null : (
              <line
                className={styles.at}
                x1={(along(at, across) ?? 0) * width}
                x2={(along(at, across) ?? 0) * width}
                y1={0}
                y2={height}
              />
            )}
          </g>
        </svg>
      )}
      {series.length < 2 ? null : (
        <ul className={styles.legend}>
          {series.map(({ words, place }) => (
            <li key={words}>
              <span className={`${styles.swatch} ${styles[`swatch${place % 6}`]}`} aria-hidden />
              {words}
            </li>
          ))}
        </ul>
      )}
    </figure>
  )
}

function Axes({
  across,
  up,
  xLabel,
  format,
}: {
  readonly across: Scale
  readonly up: Scale
  readonly xLabel: string
  readonly format: (value: number) => string
}) {
  return (
    <g className={styles.axes}>
      {ticks(up).map((value) => {
        const y = (1 - (along(value, up) ?? 0)) * height
        return (
          <g key={value}>
            <line x1={0} x2={width} y1={y} y2={y} />
            <text x={-6} y={y + 3.5} textAnchor="end">
              {format(value)}
            </text>
          </g>
        )
      })}
      {ticks(across).map((value) => {
        const x = (along(value, across) ?? 0) * width
        return (
          <g key={value}>
            <line x1={x} x2={x} y1={height} y2={height + 4} />
            <text x={x} y={height + 15} textAnchor="middle">
              {figure(value)}
            </text>
          </g>
        )
      })}
      <text x={width / 2} y={height + 30} textAnchor="middle">
        {xLabel}
      </text>
    </g>
  )
}

function spoken(
  series: readonly Series[],
  format: (value: number) => string,
  line: (words: string, ends: readonly string[]) => string,
): string {
  const parts = series.slice(0, 6).map(({ words, points }) => {
    const ends = [points[0], points.at(-1)].flatMap((point) => (point === undefined ? [] : [format(point.y)]))
    return line(words, ends)
  })
  return parts.join('; ')
}
