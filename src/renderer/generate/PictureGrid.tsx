import { useLayoutEffect, useMemo, useRef, useState, type KeyboardEvent } from 'react'
import type { Job } from '../../shared/api.ts'
import { wanted } from '../state/jobs.ts'
import { usePreference } from '../state/preferences.ts'
import { PictureCell } from './PictureCell.tsx'
import { fitCells, gridWindow, movedFocus } from './window.ts'
import styles from './PictureGrid.module.css'

const gap = 6

/** The pictures of a run. Only those near the screen are mounted, so that ten thousand scroll like sixteen. */
export function PictureGrid({ job, onOpen }: { readonly job: Job; readonly onOpen: (index: number) => void }) {
  const box = useRef<HTMLDivElement>(null)
  const wanting = useRef<number | null>(null)
  const [view, setView] = useState({ width: 0, height: 0, scroll: 0 })
  const [at, setAt] = useState(0)
  const count = Math.max(wanted(job), job.images.length)
  const first = job.images[0]
  const aspect = first !== undefined && first.width > 0 ? first.height / first.width : 1
  const chosen = usePreference('cell')
  const shown = useMemo(() => {
    const fit = { cell: chosen ?? 1, columns: null }
    return gridWindow({ ...view, count, gap, aspect, ...(chosen === null ? fitCells({ ...view, count, gap, aspect }) : fit) })
  }, [view, count, chosen, aspect])

  useLayoutEffect(() => {
    const element = box.current
    if (element === null) return
    const measure = () => {
      const style = getComputedStyle(element)
      const width = element.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight)
      const height = element.clientHeight - parseFloat(style.paddingTop) - parseFloat(style.paddingBottom)
      setView((old) => ({ ...old, width, height }))
    }
    const observer = new ResizeObserver(measure)
    observer.observe(element)
    measure()
    return () => observer.disconnect()
  }, [])

  // The cell that keys lead to may not be mounted yet: it gets the focus as soon as it is.
  useLayoutEffect(() => {
    const cell = wanting.current === null ? null : box.current?.querySelector<HTMLElement>(`[data-index="${wanting.current}"]`)
    if (cell === null || cell === undefined) return
    wanting.current = null
    cell.focus({ preventScroll: true })
  })

  const onKeyDown = (event: KeyboardEvent) => {
    const next = movedFocus(event.key, at, shown.columns, count)
    if (next === undefined) return
    event.preventDefault()
    setAt(next)
    const top = Math.floor(next / shown.columns) * (shown.cellHeight + gap)
    const element = box.current
    if (element === null) return
    if (top < element.scrollTop) element.scrollTop = top
    if (top + shown.cellHeight > element.scrollTop + view.height) element.scrollTop = top + shown.cellHeight - view.height
    wanting.current = next
  }
  const indices = view.width === 0 ? [] : Array.from({ length: shown.end - shown.first }, (_, i) => shown.first + i)
  const focusable = at >= shown.first && at < shown.end ? at : shown.first
  return (
    <div ref={box} className={styles.box} onScroll={(event) => setView({ ...view, scroll: event.currentTarget.scrollTop })}>
      <div style={{ height: shown.total }}>
        <ul
          aria-label={`${count} pictures`}
          className={styles.grid}
          style={{
            gridTemplateColumns: `repeat(${shown.columns}, ${shown.cellWidth}px)`,
            gridAutoRows: `${shown.cellHeight}px`,
            gap,
            transform: `translateY(${shown.top}px)`,
          }}
        >
          {indices.map((index) => (
            <PictureCell
              key={index}
              job={job}
              index={index}
              focusable={index === focusable}
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
