import { useId, useMemo, type KeyboardEvent, type PointerEvent, type ReactNode } from 'react'
import { useWords } from '../i18n/index.ts'
import { count, milliseconds } from '../state/format.ts'
import styles from './HowItCame.module.css'
import { curveOf, figure, placeOf, type WayStep } from './way.ts'

/** The way of one picture: a scrubber over its estimates, the score and the step size over the steps, and the numbers at the playhead. */
export function HowItCame({
  way,
  at,
  onAt,
  end,
  choice,
}: {
  readonly way: readonly WayStep[]
  /** The step whose estimate is shown, from 0; null: what it came to. */
  readonly at: number | null
  readonly onAt: (step: number | null) => void
  /** What it came to, "the picture". */
  readonly end: string
  /** Beside the title: which of several ways this is. */
  readonly choice?: ReactNode
}) {
  const t = useWords().way
  const id = useId()
  const scores = useMemo(() => way.map((one) => one.score), [way])
  const sizes = useMemo(() => way.map((one) => one.stepSize), [way])
  const shown = at ?? way.length - 1
  const step = way[shown]
  if (step === undefined) return null
  const words = at === null ? end : t.place(at + 1, way.length)
  // The dialog's arrows go from picture to picture; here they go from step to step.
  const keep = (event: KeyboardEvent) => event.key !== 'Escape' && event.stopPropagation()
  return (
    <section className={styles.panel} aria-labelledby={id}>
      <div className={styles.scrub}>
        <h3 id={id} className={styles.title}>
          {t.title}
        </h3>
        {choice}
        <input
          type="range"
          className={styles.slider}
          aria-label={t.step}
          aria-valuetext={words}
          title={t.drag(end)}
          min={0}
          max={way.length}
          step={1}
          value={at ?? way.length}
          onKeyDown={keep}
          onChange={(event) => {
            const to = Number(event.target.value)
            onAt(to >= way.length ? null : to)
          }}
        />
        <output className={`mono ${styles.words}`}>{words}</output>
      </div>
      <div className={styles.rows}>
        <Chart label={t.score} title={t.scoreTitle} values={scores} at={shown} onAt={onAt} />
        <Chart label={t.stepSize} title={t.stepSizeTitle} values={sizes} at={shown} onAt={onAt} />
        <Numbers step={step} />
      </div>
    </section>
  )
}

const [width, height] = [240, 56]

/** A curve over the steps, logarithmic, with the playhead; a press or a drag moves it. */
function Chart({
  label,
  title,
  values,
  at,
  onAt,
}: {
  readonly label: string
  readonly title: string
  readonly values: readonly (number | null)[]
  readonly at: number
  readonly onAt: (step: number) => void
}) {
  const t = useWords().way
  const curve = useMemo(() => curveOf(values, width, height), [values])
  const value = values[at] ?? null
  const move = (event: PointerEvent<SVGSVGElement>) => {
    if (event.buttons === 0) return
    const box = event.currentTarget.getBoundingClientRect()
    const place = Math.min(1, Math.max(0, (event.clientX - box.left) / Math.max(1, box.width)))
    onAt(Math.round(place * (values.length - 1)))
  }
  const x = placeOf(at, values.length) * width
  const said = curve === undefined ? t.nothing : t.range(figure(curve.low), figure(curve.high))
  return (
    <figure className={styles.chart} title={title}>
      <figcaption className={styles.caption}>
        <span>
          {label}
          <span className="unseen">{t.over(values.length, said)}</span>
        </span>
        <span className="mono">{value === null ? '—' : figure(value)}</span>
      </figcaption>
      <div className={styles.plot}>
        <div className={`mono ${styles.ends}`} aria-hidden>
          <span>{curve === undefined ? '' : figure(curve.high)}</span>
          <span>{curve === undefined ? '' : figure(curve.low)}</span>
        </div>
        <svg
          aria-hidden
          viewBox={`0 -4 ${width} ${height + 8}`}
          preserveAspectRatio="none"
          onPointerDown={(event) => {
            event.currentTarget.setPointerCapture(event.pointerId)
            move(event)
          }}
          onPointerMove={move}
        >
          {curve?.lines.map((points) =>
            points.includes(' ') ? (
              <polyline key={points} points={points} />
            ) : (
              <polyline key={points} points={`${points} ${points}`} className={styles.point} />
            ),
          )}
          <line x1={x} x2={x} y1={-4} y2={height + 4} />
        </svg>
      </div>
    </figure>
  )
}

/** What the record says at the playhead. */
function Numbers({ step }: { readonly step: WayStep }) {
  const w = useWords().way
  const facts: readonly (readonly [string, string, string] | null)[] = [
    step.t === null ? null : ['t', figure(step.t), w.t],
    ['σ', figure(step.sigma), w.sigma],
    ['A', figure(step.alphaBar), w.alphaBar],
    [w.calls, count(step.nfe), w.callsTitle],
    [w.time, milliseconds(step.milliseconds), w.timeTitle(milliseconds(step.own))],
    step.effectiveSampleSize === undefined ? null : [w.particles, figure(step.effectiveSampleSize), w.particlesTitle],
  ]
  return (
    <dl className={styles.numbers}>
      {facts.map((fact) =>
        fact === null ? null : (
          <div key={fact[0]} title={fact[2]}>
            <dt>{fact[0]}</dt>
            <dd className="mono">{fact[1]}</dd>
          </div>
        ),
      )}
    </dl>
  )
}
