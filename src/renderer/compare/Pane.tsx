import { useCallback, useLayoutEffect, useState, type ReactNode } from 'react'
import { useGrip, useWheel } from '../ui/grip.ts'
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
  const [element, attach] = useState<HTMLDivElement | null>(null)
  const [pane, setPane] = useState<Size>({ width: 1, height: 1 })
  useLayoutEffect(() => {
    if (element === null) return undefined
    const measure = () => setPane({ width: element.clientWidth, height: element.clientHeight })
    const observer = new ResizeObserver(measure)
    observer.observe(element)
    measure()
    return () => observer.disconnect()
  }, [element])
  const turned = useCallback(
    (at: { readonly x: number; readonly y: number }, by: 1 | -1) => {
      const corner = element?.getBoundingClientRect()
      onLook(zoomed(look, picture, pane, { x: at.x - (corner?.left ?? 0), y: at.y - (corner?.top ?? 0) }, by))
    },
    [element, look, onLook, picture, pane],
  )
  useWheel(element, turned)
  const grip = useGrip((by) => onLook(panned(look, picture, pane, by)))
  return (
    <figure className={styles.pane}>
      <figcaption className={styles.caption}>{caption}</figcaption>
      <div ref={attach} className={styles.window} {...grip}>
        {children(placed(look, picture, pane), scaleOf(look, picture, pane) >= 2)}
      </div>
    </figure>
  )
}
