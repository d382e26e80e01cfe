import { memo, type KeyboardEvent } from 'react'
import type { Job } from '../../shared/api.ts'
import { useWords, words } from '../i18n/index.ts'
import { resourceUrl } from '../state/client.ts'
import { isOver } from '../state/jobs.ts'
import { useApp } from '../state/store.ts'
import { crispUpTo } from '../ui/crisp.ts'
import { PreviewCanvas } from '../ui/PreviewCanvas.tsx'
import { wayBetween } from './between.ts'
import styles from './PictureGrid.module.css'

interface CellProps {
  readonly job: Job
  readonly index: number
  readonly focusable: boolean
  readonly onFocus: (index: number) => void
  readonly onKeyDown: (event: KeyboardEvent) => void
  readonly onOpen: (index: number) => void
}

/** The estimate while it samples, labelled as such; then the picture, by its seed. */
export const PictureCell = memo(function PictureCell({ job, index, focusable, onFocus, onKeyDown, onOpen }: CellProps) {
  const t = useWords().generate.results
  const preview = useApp((state) => state.previews[job.id]?.[index])
  const image = job.images[index]
  const seed = image?.seed ?? job.request.settings.seed + index
  const url = image?.url ?? null
  const caption = url === null ? stepWords(job, preview) : madeWords(job, index, seed)
  const openable = url !== null || preview !== undefined
  return (
    <li>
      <button
        type="button"
        className={styles.cell}
        data-index={index}
        data-state={url === null ? (preview === undefined ? 'empty' : 'preview') : 'done'}
        tabIndex={focusable ? 0 : -1}
        aria-label={t.cell(index + 1, url === null ? t.seeded(seed, caption) : caption)}
        aria-disabled={!openable}
        onFocus={() => onFocus(index)}
        onKeyDown={onKeyDown}
        onClick={() => openable && onOpen(index)}
      >
        {url !== null ? (
          <img
            className={`${styles.picture} ${(image?.width ?? 0) <= crispUpTo ? styles.crisp : ''}`}
            src={resourceUrl(url)}
            alt=""
            decoding="async"
            draggable={false}
          />
        ) : preview === undefined ? null : (
          <PreviewCanvas preview={preview} className={`${styles.picture} ${styles.crisp}`} />
        )}
        <span className={styles.caption}>{caption}</span>
      </button>
    </li>
  )
})

/** Frames between two pictures share their seed: each is told by how far it is from the first. */
function madeWords(job: Job, index: number, seed: number): string {
  const between = wayBetween(job, index)
  const { generate: t } = words()
  return between === undefined ? t.seedOf(seed) : t.results.way(Math.round(between * 100))
}

/** "step 12 of 50" of an estimate; it is not the 50-step result, and says so. */
export function stepWords(job: Job, preview: { readonly step: number; readonly steps: number } | undefined): string {
  const t = words().generate.results
  if (preview === undefined) return isOver(job) ? t.notMade : t.waiting
  const step = t.step(preview.step, preview.steps)
  return isOver(job) ? t.stopped(step) : step
}
