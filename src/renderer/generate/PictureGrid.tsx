import { useMemo, useRef, useState, type KeyboardEvent } from 'react'
import type { Job } from '../../shared/api.ts'
import { useWords } from '../i18n/index.ts'
import { wanted } from '../state/jobs.ts'
import { usePreference } from '../state/preferences.ts'
import { useBox, useWantedFocus } from '../ui/useBox.ts'
import { PictureCell } from './PictureCell.tsx'
import { fitCells, gridWindow, movedFocus } from './window.ts'
import styles from './PictureGrid.module.css'

const gap = 6

/** The pictures of a run. Only those near the screen are mounted, so that ten thousand scroll like sixteen. */
export function PictureGrid({ job, onOpen }: { readonly job: Job; readonly onOpen: (index: number) => void }) {
  const box = useRef<HTMLDivElement>(null)
  const size = useBox(box)
  const [scroll, setScroll] = useState(0)
  const [at, setAt] = useState(0)
  const t = useWords().generate.results
  const count = Math.max(wanted(job), job.images.length)
  const first = job.images[0]
  const aspect = first !== undefined && first.width > 0 ? first.height / first.width : 1
  const chosen = usePreference('cell')
  const shown = useMemo(() => {
    const fit = chosen === null ? fitCells({ ...size, count, gap, aspect }) : { cell: chosen, columns: null }
    return gridWindow({ ...size, scroll, count, gap, aspect, ...fit })
  }, [size, scroll, count, chosen, aspect])

  const focusWhenThere = useWantedFocus(box, 'data-index')

  const onKeyDown = (event: KeyboardEvent) => {
    const next = movedFocus(event.key, at, shown.columns, count)
    if (next === undefined) return
    event.preventDefault()
    setAt(next)
    const top = Math.floor(next / shown.columns) * (shown.cellHeight + gap)
    const element = box.current
    if (element === null) return
    if (top < element.scrollTop) element.scrollTop = top
    if (top + shown.cellHeight > element.scrollTop + size.height) element.scrollTop = top + shown.cellHeight - size.height
    focusWhenThere(next)
  }
  const indices = size.width === 0 ? [] : Array.from({ length: shown.end - shown.first }, (_, i) => shown.first + i)
  const focusable = at >= shown.first && at < shown.end ? at : shown.first
  return (
    <div ref={box} className={styles.box} onScroll={(event) => setScroll(event.currentTarget.scrollTop)}>
      <div style={{ height: shown.total }}>
        <ul
          aria-label={t.list(count)}
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
