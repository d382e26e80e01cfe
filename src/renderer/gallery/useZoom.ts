import { useCallback, useLayoutEffect, useMemo, useRef, useState } from 'react'
import { words } from '../i18n/index.ts'
import { count } from '../state/format.ts'
import { useGrip, useWheel } from '../ui/grip.ts'

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

  const turned = useCallback(
    (at: { readonly x: number; readonly y: number }, by: 1 | -1) => {
      holdAt(at.x, at.y)
      setScale((old) => zoomed(old, by > 0 ? 2 : 0.5))
    },
    [holdAt],
  )
  useWheel(element, turned)
  const handlers = useGrip((by, box) => {
    if (scale !== null) box.scrollBy(-by.x, -by.y)
  })
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
