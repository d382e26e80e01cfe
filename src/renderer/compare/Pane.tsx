import { useEffect, useLayoutEffect, useRef, useState, type PointerEvent, type ReactNode } from 'react'
import type { Look, Size } from './zoom.ts'
import { panned, placed, scaleOf, zoomed } from './zoom.ts'
import styles from './Viewer.module.css'

interface PaneProps {
  readonly picture: Size
  readonly look: Look
  readonly onLook: (look: Look) => void
  /** Above the picture. */
  readonly caption: ReactNode
  /** Drawn in the picture's place, at its size on the screen. */
  readonly children: (place: { readonly left: number; readonly top: number } & Size, crisp: boolean) => ReactNode
}

/** A window onto a picture; the wheel zooms at the pointer, a drag pans. All panes share the look. */
export function Pane({ picture, look, onLook, caption, children }: PaneProps) {
  const box = useRef<HTMLDivElement>(null)
  const [pane, setPane] = useState<Size>({ width: 1, height: 1 })
  const from = useRef<{ readonly x: number; readonly y: number } | null>(null)
  useLayoutEffect(() => {
    const element = box.current
    if (element === null) return undefined
    const measure = () => setPane({ width: element.clientWidth, height: element.clientHeight })
    const observer = new ResizeObserver(measure)
    observer.observe(element)
    measure()
    return () => observer.disconnect()
  }, [])
  // React listens to the wheel passively: the page would scroll as well.
  useEffect(() => {
    const element = box.current
    const turn = (event: WheelEvent) => {
      event.preventDefault()
      // Turned sideways it says nothing of nearer or farther.
      if (event.deltaY === 0) return
      const corner = element?.getBoundingClientRect()
      const at = { x: event.clientX - (corner?.left ?? 0), y: event.clientY - (corner?.top ?? 0) }
      onLook(zoomed(look, picture, pane, at, event.deltaY < 0 ? 1 : -1))
    }
    element?.addEventListener('wheel', turn, { passive: false })
    return () => element?.removeEventListener('wheel', turn)
  }, [look, onLook, picture, pane])
  const onMove = (event: PointerEvent) => {
    if (from.current === null) return
    onLook(panned(look, picture, pane, { x: event.clientX - from.current.x, y: event.clientY - from.current.y }))
    from.current = { x: event.clientX, y: event.clientY }
  }
  return (
    <figure className={styles.pane}>
      <figcaption className={styles.caption}>{caption}</figcaption>
      <div
        ref={box}
        className={styles.window}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId)
          from.current = { x: event.clientX, y: event.clientY }
        }}
        onPointerMove={onMove}
        onPointerUp={() => (from.current = null)}
        onPointerCancel={() => (from.current = null)}
      >
        {children(placed(look, picture, pane), scaleOf(look, picture, pane) >= 2)}
      </div>
    </figure>
  )
}
