import { useRef, type KeyboardEvent, type PointerEvent } from 'react'
import { IconArrowsHorizontal } from '@tabler/icons-react'
import type { Editor } from '../editor/editor.ts'
import { toImage, toScreen } from '../editor/view.ts'
import { useWords } from '../i18n/index.ts'
import { session, useInpaint } from './session.ts'
import { useEditor } from './useEditor.ts'
import styles from './WipeHandle.module.css'

const set = (wipe: number) => session.setState({ wipe: Math.min(1, Math.max(0, wipe)) })

/** The line between before (left) and after (right). Drag it, or move it with the arrows. */
export function WipeHandle({ editor }: { readonly editor: Editor }) {
  const t = useWords().inpaint.wipe
  const view = useEditor(editor, (state) => state.view)
  const image = useEditor(editor, (state) => state.image)
  const wipe = useInpaint((state) => state.wipe)
  const place = useRef<HTMLDivElement>(null)
  const top = toScreen(view, { x: wipe * image.width, y: 0 })
  const bottom = toScreen(view, { x: 0, y: image.height })
  const from = Math.max(0, top.y)
  const to = Math.min(view.height, bottom.y)

  const drag = (event: PointerEvent<HTMLDivElement>) => {
    const box = place.current?.parentElement?.getBoundingClientRect()
    if (box === undefined || !event.currentTarget.hasPointerCapture(event.pointerId)) return
    set(toImage(view, { x: event.clientX - box.left, y: 0 }).x / image.width)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const step = event.shiftKey ? 0.1 : 0.01
    const next = { ArrowLeft: wipe - step, ArrowRight: wipe + step, Home: 0, End: 1 }[event.key]
    if (next === undefined) return
    event.preventDefault()
    event.stopPropagation()
    set(next)
  }
  return (
    <div
      ref={place}
      className={styles.line}
      style={{ left: Math.min(view.width - 1, Math.max(0, top.x)), top: from, height: Math.max(40, to - from) }}
      data-over-canvas
      // A range input cannot be as tall as the picture and stop at the edge of the window.
      // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role
      role="slider"
      tabIndex={0}
      aria-label={t.label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(wipe * 100)}
      aria-valuetext={wipe === 0 ? t.fillAlone : t.original(Math.round(wipe * 100))}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId)
        event.stopPropagation()
      }}
      onPointerMove={drag}
      onKeyDown={onKeyDown}
    >
      <span className={styles.knob} aria-hidden>
        <IconArrowsHorizontal />
      </span>
      {wipe > 0.02 ? (
        <>
          <span className={`${styles.side} ${styles.before}`} aria-hidden>
            {t.before}
          </span>
          <span className={`${styles.side} ${styles.after}`} aria-hidden>
            {t.after}
          </span>
        </>
      ) : null}
    </div>
  )
}
