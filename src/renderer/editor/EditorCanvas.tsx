import { useEffect, useId, useLayoutEffect, useRef } from 'react'
import { useWords } from '../i18n/index.ts'
import type { Editor } from './editor.ts'
import styles from './EditorCanvas.module.css'
import { createStage, type Scene, type Stage } from './stage.ts'
import { listenToHands } from './hands.ts'

/** The photograph, the mask and the brush. React only places the box: strokes never pass through its state. */
export function EditorCanvas({
  editor,
  scene,
  onLeave,
}: {
  readonly editor: Editor
  readonly scene: Scene
  readonly onLeave: () => void
}) {
  const t = useWords().editor
  const help = useId()
  const box = useRef<HTMLDivElement>(null)
  const host = useRef<HTMLDivElement>(null)
  const stage = useRef<Stage | null>(null)
  const latest = useRef({ scene, onLeave })
  useLayoutEffect(() => {
    latest.current = { scene, onLeave }
  })

  useLayoutEffect(() => {
    const [outer, inner] = [box.current, host.current]
    if (outer === null || inner === null) return undefined
    const measure = () => {
      const { clientWidth: width, clientHeight: height } = outer
      if (width > 0 && height > 0) editor.dispatch({ kind: 'viewport', width, height, dpr: window.devicePixelRatio })
    }
    measure()
    const drawn = createStage(inner, editor, latest.current.scene)
    stage.current = drawn
    const observer = new ResizeObserver(measure)
    observer.observe(outer)
    const stopHands = listenToHands(outer, editor, () => latest.current.onLeave())
    return () => {
      observer.disconnect()
      stopHands()
      drawn.stop()
      stage.current = null
    }
  }, [editor])

  useEffect(() => stage.current?.show(scene), [scene])

  return (
    <div
      ref={box}
      className={styles.box}
      // The canvas takes keys and strokes of its own, so it must be reached by Tab.
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
      tabIndex={0}
      role="application"
      aria-label={t.canvas}
      aria-describedby={help}
      data-editor
    >
      <span id={help} className="unseen">
        {t.canvasHelp}
      </span>
      <div ref={host} className={styles.host} />
    </div>
  )
}
