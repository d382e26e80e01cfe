import { memo, type KeyboardEvent, type MouseEvent } from 'react'
import { picturesEach } from '../../shared/compare.ts'
import type { JobImage } from '../../shared/api.ts'
import { useWords } from '../i18n/index.ts'
import { said } from '../i18n/said.ts'
import { resourceUrl } from '../state/client.ts'
import { isOver } from '../state/jobs.ts'
import { useApp } from '../state/store.ts'
import { PreviewCanvas } from '../ui/PreviewCanvas.tsx'
import { crispUpTo } from '../ui/crisp.ts'
import type { PlacedCell } from './layout.ts'
import type { CompareJob } from './session.ts'
import { cellWords, clearShare, markWords, type Names } from './words.ts'
import styles from './Cell.module.css'

/** Pictures of one cell that are drawn in it. */
const mostInCell = 16

interface CellProps {
  readonly job: CompareJob
  readonly place: PlacedCell
  readonly names: Names
  readonly focusable: boolean
  readonly chosen: boolean
  readonly onFocus: (cell: number) => void
  readonly onKeyDown: (event: KeyboardEvent) => void
  readonly onOpen: (cell: number, event: MouseEvent) => void
}

/** The estimate while it samples; then the picture, its model calls and its time. One that cannot be says why. */
export const Cell = memo(function Cell({ job, place, names, focusable, chosen, onFocus, onKeyDown, onOpen }: CellProps) {
  const t = useWords().compare.cell
  const { cell, x, y, width, height, caption } = place
  const each = picturesEach(job.request)
  const images = job.images.slice(cell * each, cell * each + Math.min(each, mostInCell))
  const [first] = images
  const reason = first?.cell?.reason
  const made = first?.url !== null && first?.url !== undefined
  const words = cellWords(job.request, cell, names)
  const share = each > 1 ? clearShare(job.images.slice(cell * each, (cell + 1) * each)) : undefined
  const marks = [markWords(first), share === undefined ? '' : t.clear(share)].filter((one) => one !== '')
  const mark = marks.join(' · ')
  const live = useApp(({ previews }) => !made && previews[job.id]?.[cell * each] !== undefined)
  const state = reason !== undefined ? t.refused : made ? mark : isOver(job) ? t.notMade : live ? t.live : t.waiting
  return (
    <li>
      <button
        type="button"
        className={styles.cell}
        data-cell={cell}
        data-state={reason !== undefined ? 'refused' : made ? 'done' : 'empty'}
        style={{ left: x, top: y, width, height }}
        tabIndex={focusable ? 0 : -1}
        aria-label={`${words}${state === '' ? '' : `, ${state}`}`}
        aria-pressed={chosen}
        aria-disabled={!made}
        title={reason ?? words}
        onFocus={() => onFocus(cell)}
        onKeyDown={onKeyDown}
        onClick={(event) => made && onOpen(cell, event)}
      >
        {reason === undefined ? (
          <span
            className={styles.pictures}
            style={{ height: height - caption, gridTemplateColumns: `repeat(${Math.ceil(Math.sqrt(images.length))}, 1fr)` }}
          >
            {images.map((image, i) => (
              <Picture key={i} job={job.id} image={image} index={cell * each + i} />
            ))}
          </span>
        ) : (
          <span className={styles.reason} style={{ height: height - caption }}>
            {said(reason)}
          </span>
        )}
        {place.labelled || state !== '' ? (
          <span className={caption === 0 ? styles.over : styles.caption}>
            {place.labelled ? <b>{words} </b> : null}
            {made && marks.length > 1 && !place.labelled ? marks.map((one) => <span key={one}>{one}</span>) : together(state)}
          </span>
        ) : null}
      </button>
    </li>
  )
})

/** A number is not parted from its unit: lines break at the dots between. */
const together = (state: string): string => state.replace(/(\d) (\p{L})/gu, '$1\u00a0$2')

function Picture({ job, image, index }: { readonly job: string; readonly image: JobImage; readonly index: number }) {
  const preview = useApp((state) => state.previews[job]?.[index])
  if (image.url !== null)
    return (
      <img
        className={`${styles.picture} ${image.width <= crispUpTo ? styles.crisp : ''}`}
        src={resourceUrl(image.url)}
        alt=""
        decoding="async"
        draggable={false}
      />
    )
  if (preview === undefined) return <span />
  return <PreviewCanvas preview={preview} className={`${styles.picture} ${styles.crisp}`} />
}
