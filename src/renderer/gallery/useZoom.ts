import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState, type PointerEvent } from 'react'
import { words } from '../i18n/index.ts'
import { count } from '../state/format.ts'

/** Of image pixels to pixels of the screen; null: as large as fits. */
export type Scale = number | null

const [least, most] = [1 / 8, 32]

export const zoomWords = (scale: Scale): string =>
  scale === null ? words().gallery.large.fitted : `${count(Math.round(scale * 1000) / 10)} %`

/** By a factor, to the powers of two between; from "fit" one begins at the picture's own size. */
export const zoomed = (scale: Scale, factor: number): number => Math.min(most, Math.max(least, (scale ?? 1) * factor))

/** Zoom at the pointer by the wheel, pan by dragging. The box scrolls by itself; here its place is kept while the scale changes. */
export function useZoom() {
  const [scale, setScale] = useState<Scale>(null)
  const [element, attach] = useState<HTMLDivElement | null>(null)
  /** The point of the picture, as a share of its sides, that stays under this point of the box. */
  const hold = useRef<{ readonly u: number; readonly v: number; readonly x: number; readonly y: number } | null>(null)

  const holdAt = useCallback(
    (clientX?: number, clientY?: number) => {
      const image = element?.querySelector('img')?.getBoundingClientRect()
      const frame = element?.getBoundingClientRect()
      if (image === undefined || frame === undefined || image.width === 0) return
      const x = (clientX ?? frame.left + frame.width / 2) - frame.left
      const y = (clientY ?? frame.top + frame.height / 2) - frame.top
      hold.current = { u: (x + frame.left - image.left) / image.width, v: (y + frame.top - image.top) / image.height, x, y }
    },
    [element],
  )
  useLayoutEffect(() => {
    const at = hold.current
    const image = element?.querySelector('img')
    hold.current = null
    if (at === null || element === null || image === undefined || image === null || scale === null) return
    element.scrollTo(image.offsetLeft + at.u * image.offsetWidth - at.x, image.offsetTop + at.v * image.offsetHeight - at.y)
  }, [scale, element])

  // React listens to the wheel passively: the page could not be kept from scrolling.
  useEffect(() => {
    if (element === null) return
    const onWheel = (event: WheelEvent) => {
      event.preventDefault()
      // Turned sideways it says nothing of nearer or farther.
      if (event.deltaY === 0) return
      holdAt(event.clientX, event.clientY)
      setScale((old) => zoomed(old, event.deltaY < 0 ? 2 : 0.5))
    }
    element.addEventListener('wheel', onWheel, { passive: false })
    return () => element.removeEventListener('wheel', onWheel)
  }, [element, holdAt])

  const grip = useRef<{ x: number; y: number } | null>(null)
  const handlers = {
    onPointerDown: (event: PointerEvent<HTMLElement>) => {
      if (scale === null || event.button !== 0) return
      grip.current = { x: event.clientX, y: event.clientY }
      event.currentTarget.setPointerCapture(event.pointerId)
    },
    onPointerMove: (event: PointerEvent<HTMLElement>) => {
      if (grip.current === null) return
      event.currentTarget.scrollLeft -= event.clientX - grip.current.x
      event.currentTarget.scrollTop -= event.clientY - grip.current.y
      grip.current = { x: event.clientX, y: event.clientY }
    },
    onPointerUp: () => void (grip.current = null),
    onPointerCancel: () => void (grip.current = null),
  }
  const acts = useMemo(
    () => ({
      fit: () => setScale(null),
      actual: () => {
        holdAt()
        setScale(1)
      },
      by: (factor: number) => {
        holdAt()
        setScale((old) => zoomed(old, factor))
      },
    }),
    [holdAt],
  )
  return { scale, attach, handlers, ...acts }
}
