import type { KeyboardEvent, ReactNode } from 'react'
import { Modal } from '@mantine/core'
import { IconX } from '@tabler/icons-react'
import { useWords } from '../i18n/index.ts'
import { IconButton } from './Button.tsx'
import styles from './Dialog.module.css'

export interface DialogProps {
  /** Read out when it opens. */
  readonly label: string
  /** Drawn with a close button; without it the content brings its own. */
  readonly title?: string
  /** CSS width. */
  readonly size: number | string
  readonly yOffset?: string
  readonly onClose: () => void
  readonly onKeyDown?: (event: KeyboardEvent) => void
  readonly children: ReactNode
}

/** Over everything, with the focus kept inside; Escape and a click beside it close it, and the focus goes back where it was. */
export function Dialog({ label, title, size, yOffset, onClose, onKeyDown, children }: DialogProps) {
  const { common: t } = useWords()
  // lockScroll would write a <style> that the page's policy refuses; the page does not scroll anyway.
  return (
    // Modal.Content takes no keys of its own; they rise to here, through its portal.
    <div role="presentation" className={styles.keys} onKeyDown={onKeyDown}>
      <Modal.Root
        opened
        onClose={onClose}
        size={size}
        centered={yOffset === undefined}
        {...(yOffset === undefined ? {} : { yOffset })}
        lockScroll={false}
        transitionProps={{ duration: 90 }}
        padding={0}
        classNames={{ content: styles.content ?? '' }}
      >
        <Modal.Overlay backgroundOpacity={0.5} />
        <Modal.Content aria-label={label}>
          {title === undefined ? null : (
            <div className={styles.head}>
              <h2>{title}</h2>
              <IconButton label={t.close} onClick={onClose}>
                <IconX aria-hidden />
              </IconButton>
            </div>
          )}
          <div className={title === undefined ? undefined : styles.body}>{children}</div>
        </Modal.Content>
      </Modal.Root>
    </div>
  )
}
