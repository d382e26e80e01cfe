import type { KeyboardEvent, ReactNode } from 'react'
import { IconChevronLeft, IconChevronRight, IconX } from '@tabler/icons-react'
import { useWords } from '../i18n/index.ts'
import { IconButton } from './Button.tsx'
import { Dialog } from './Dialog.tsx'
import styles from './LargePicture.module.css'

export interface LargePictureProps {
  /** Read out when it opens. */
  readonly label: string
  /** Above what is said of the picture. */
  readonly heading: ReactNode
  /** Its place among `total`, from 0. */
  readonly at: number
  readonly total: number
  /** Asked for places that exist only. */
  readonly onGo: (to: number) => void
  readonly onClose: () => void
  /** Other keys than those to the neighbours; true where it took one. */
  readonly onKey?: (event: KeyboardEvent) => boolean
  /** The picture, and what lies over it. */
  readonly stage: ReactNode
  /** Under the picture, across its width. */
  readonly below?: ReactNode
  /** What is said of it, at the right. */
  readonly children: ReactNode
}

/** One picture as large as the window allows, with the way to its neighbours: arrows, Home and End; Escape goes back. */
export function LargePicture(props: LargePictureProps) {
  const { label, heading, at, total, onGo, onClose, onKey, stage, below, children } = props
  const { common: t } = useWords()
  const go = (to: number) => {
    if (to >= 0 && to < total) onGo(to)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.target instanceof HTMLInputElement || event.ctrlKey || event.metaKey || event.altKey) return
    const to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: total - 1 }[event.key]
    if (to === undefined ? onKey?.(event) !== true : false) return
    event.preventDefault()
    if (to !== undefined) go(to)
  }
  return (
    <Dialog label={label} size="min(2400px, 96vw)" onClose={onClose} onKeyDown={onKeyDown}>
      <div className={styles.view}>
        <div className={styles.stage}>
          {stage}
          <IconButton
            size="large"
            className={styles.before}
            label={t.previousPicture}
            aria-disabled={at === 0}
            onClick={() => go(at - 1)}
          >
            <IconChevronLeft aria-hidden />
          </IconButton>
          <IconButton
            size="large"
            className={styles.after}
            label={t.nextPicture}
            aria-disabled={at === total - 1}
            onClick={() => go(at + 1)}
          >
            <IconChevronRight aria-hidden />
          </IconButton>
        </div>
        {below === undefined ? null : <div className={styles.below}>{below}</div>}
        <div className={styles.side}>
          <div className={styles.head}>
            {heading}
            <IconButton label={t.close} data-autofocus onClick={onClose}>
              <IconX aria-hidden />
            </IconButton>
          </div>
          {children}
        </div>
      </div>
    </Dialog>
  )
}
