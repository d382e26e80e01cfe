import { useMemo, useRef, useState, type KeyboardEvent, type MouseEvent } from 'react'
import { IconFileTypePng, IconJson, IconPlayerPlay, IconX } from '@tabler/icons-react'
import { cellCount, picturesEach } from '../../shared/compare.ts'
import { useWords } from '../i18n/index.ts'
import { call } from '../state/client.ts'
import { isOver, leftWords } from '../state/jobs.ts'
import { attempt } from '../state/store.ts'
import { Button } from '../ui/Button.tsx'
import { ErrorNote } from '../ui/ErrorNote.tsx'
import { Pill } from '../ui/Pill.tsx'
import { Segmented } from '../ui/Segmented.tsx'
import { useBox, useWantedFocus } from '../ui/useBox.ts'
import { Cell } from './Cell.tsx'
import { Charts } from './Charts.tsx'
import { captionLines, gridLayout, inSight, movedCell, type Head } from './layout.ts'
import { compareStore, exportAs, useCompare, type CompareJob } from './session.ts'
import { axesWords, ownWords, valueWords, type Names } from './words.ts'
import styles from './Table.module.css'

interface TableProps {
  readonly job: CompareJob
  readonly names: Names
  readonly view: 'grid' | 'charts'
  readonly onView: (view: 'grid' | 'charts') => void
}

/** A comparison: what it is, how far it is, and its cells. */
export function Table({ job, names, view, onView }: TableProps) {
  const t = useWords().compare.table
  const { request } = job
  const cells = cellCount(request.axes)
  const chosen = useCompare((state) => state.chosen)
  const finished = job.images.filter(({ url }) => url !== null).length
  const stopped = job.status === 'cancelled' || job.status === 'failed'
  const left = leftWords(job)
  const axes = axesWords(job)
  return (
    <section className={styles.table} aria-label={t.label}>
      <div className={styles.head}>
        <h2 className={styles.title} title={t.title(axes)}>
          {t.title(axes.slice(0, 1).toUpperCase() + axes.slice(1))}
        </h2>
        <Pill>{t.size(cells, job.report === null || totalCalls(job) === 0 ? null : totalCalls(job))}</Pill>
        {job.status === 'running' || job.status === 'queued' ? (
          <output className={`mono ${styles.progress}`}>
            {t.progress(finished, job.images.filter(({ cell }) => cell?.reason === undefined).length, left)}
          </output>
        ) : null}
        <span className={styles.space} />
        {chosen.length > 1 ? (
          <Button size="small" kind="primary" hint="V" onClick={() => compareStore.setState({ viewing: true })}>
            {t.look(chosen.length)}
          </Button>
        ) : null}
        {isOver(job) ? null : (
          <Button size="small" icon={<IconX aria-hidden />} onClick={() => attempt(() => call('cancel', { job: job.id }))}>
            {t.cancel}
          </Button>
        )}
        {stopped && finished < job.images.length ? (
          <Button
            size="small"
            icon={<IconPlayerPlay aria-hidden />}
            onClick={() => attempt(() => call('retryJob', { job: job.id }))}
          >
            {t.goOn}
          </Button>
        ) : null}
        <Segmented
          label={t.shownAs}
          value={view}
          options={[
            { value: 'grid', label: t.grid },
            { value: 'charts', label: t.charts },
          ]}
          onChange={onView}
        />
        <Button
          size="small"
          icon={<IconFileTypePng aria-hidden />}
          disabled={finished === 0}
          onClick={() => attempt(() => exportAs(job.id, 'png'))}
        >
          {t.png}
        </Button>
        <Button
          size="small"
          icon={<IconJson aria-hidden />}
          disabled={finished === 0}
          onClick={() => attempt(() => exportAs(job.id, 'json'))}
        >
          {t.json}
        </Button>
      </div>
      {job.error === null || job.error.code === 'cancelled' ? null : (
        <div className={styles.note}>
          <ErrorNote error={job.error} />
        </div>
      )}
      {view === 'grid' ? <Grid job={job} names={names} /> : <Charts job={job} names={names} />}
    </section>
  )
}

/** Of all pictures: each cell's own once, repeats left out. */
function totalCalls(job: CompareJob): number {
  return job.images.reduce((sum, { cell }) => sum + (cell?.sameAs === undefined ? (cell?.nfe ?? 0) : 0), 0)
}

/** Width of a letter above a column, in CSS px. */
const letter = 7.3

/** Only cells in sight are mounted, so that ten thousand scroll like twenty. */
function Grid({ job, names }: { readonly job: CompareJob; readonly names: Names }) {
  const t = useWords().compare.table
  const { request } = job
  const box = useRef<HTMLDivElement>(null)
  const size = useBox(box)
  const [scroll, setScroll] = useState({ left: 0, top: 0 })
  const [at, setAt] = useState(0)
  const chosen = useCompare((state) => state.chosen)
  const shape = job.images.find(({ width }) => width > 0)
  const aspect = shape === undefined || picturesEach(request) > 1 ? 1 : shape.height / shape.width
  const { width, height } = size
  const view = { ...size, ...scroll }
  const { axes } = request
  const lines = captionLines(request.of, axes, picturesEach(request))
  const layout = useMemo(() => gridLayout(axes, { width, height }, aspect, lines), [axes, width, height, aspect, lines])

  const focusWhenThere = useWantedFocus(box, 'data-cell')

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === ' ') {
      event.preventDefault()
      return choose(at)
    }
    const next = movedCell(event.key, at, layout)
    const place = next === undefined ? undefined : layout.cells[next]
    const element = box.current
    if (next === undefined || place === undefined || element === null) return
    event.preventDefault()
    setAt(next)
    if (place.y < element.scrollTop) element.scrollTop = place.y
    if (place.y + place.height > element.scrollTop + height) element.scrollTop = place.y + place.height - height
    if (place.x + place.width > element.scrollLeft + width) element.scrollLeft = place.x + place.width - width
    if (place.x < element.scrollLeft) element.scrollLeft = place.x
    focusWhenThere(next)
  }
  const onOpen = (cell: number, event: MouseEvent) => {
    if (event.shiftKey || event.ctrlKey || event.metaKey) return choose(cell)
    look(cell, layout.columns, layout.cells.length)
  }
  const sight = width === 0 ? [] : inSight(layout.cells, view)
  const focusable = sight.some(({ cell }) => cell === at) ? at : sight[0]?.cell
  const head = ({ axis, place }: Pick<Head, 'axis' | 'place'>) => {
    const { name, values } = axes[axis] ?? { name: '', values: [] }
    return valueWords(request.of, name, values[place] ?? '', names)
  }
  const { name: acrossName = '', values: acrossValues = [] } = axes.at(-1) ?? {}
  const long = acrossValues.some((_, place) => head({ axis: axes.length - 1, place }).length * letter > layout.cell)
  /** Where one name of a column does not fit, all say their values alone. */
  const shownHead = ({ of, ...one }: Head) =>
    long && of === 'column' ? ownWords(acrossName, acrossValues[one.place] ?? '', names) : head(one)
  return (
    <div
      ref={box}
      className={styles.box}
      onScroll={({ currentTarget }) => setScroll({ left: currentTarget.scrollLeft, top: currentTarget.scrollTop })}
    >
      <div className={styles.sheet} style={{ width: layout.width, height: layout.height }}>
        {inSight(layout.titles, view).map((title) => (
          <h3
            key={title.y}
            className={styles.section}
            style={{ left: title.x, top: title.y, width: title.width, height: title.height }}
          >
            {title.fixed.map((place, axis) => head({ axis, place })).join(', ')}
          </h3>
        ))}
        {inSight(layout.heads, view).map((one) => (
          <span
            key={`${one.of} ${one.x} ${one.y}`}
            className={`mono ${one.of === 'row' ? styles.row : styles.column}`}
            style={{ left: one.x, top: one.y, width: one.width, height: one.height }}
            title={head(one)}
            aria-hidden
          >
            {shownHead(one)}
          </span>
        ))}
        <ul className={styles.cells} aria-label={t.cells(layout.cells.length)}>
          {sight.map((place) => (
            <Cell
              key={place.cell}
              job={job}
              place={place}
              names={names}
              focusable={place.cell === focusable}
              chosen={chosen.includes(place.cell)}
              onFocus={setAt}
              onKeyDown={onKeyDown}
              onOpen={onOpen}
            />
          ))}
        </ul>
      </div>
    </div>
  )
}

/** More than these are too small to be told apart. */
export const mostLooked = 6

function choose(cell: number): void {
  compareStore.setState(({ chosen }) => ({
    chosen: chosen.includes(cell) ? chosen.filter((one) => one !== cell) : [...chosen, cell].slice(-mostLooked),
  }))
}

/** A cell and, where nothing else was chosen, the one before or after it. */
function look(cell: number, columns: number, cells: number): void {
  const beside = columns > 1 && cell % columns > 0 ? cell - 1 : cell + 1 < cells ? cell + 1 : cell - 1
  compareStore.setState(({ chosen }) => {
    const others = chosen.filter((one) => one !== cell)
    const next = others.length > 0 ? [...others, cell] : beside < 0 ? [cell] : [Math.min(cell, beside), Math.max(cell, beside)]
    return { chosen: next.slice(-mostLooked), viewing: true }
  })
}
