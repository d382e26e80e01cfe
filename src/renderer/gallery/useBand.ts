import { useRef, useState, type PointerEvent } from 'react'
import { galleryStore, pickThese } from '../state/gallery.ts'
import { pictureAt } from '../state/gallery-pages.ts'
import { cellsIn, type Band, type Layout } from './layout.ts'

/** Nearer than this a press is a click. CSS px. */
const least = 6

interface Press {
  readonly x: number
  readonly y: number
  readonly before: ReadonlySet<string>
  moving: boolean
}

/** A rubber band over the cells, by the mouse; with Ctrl or Shift what was chosen before stays. Lengths from the corner of the content. */
export function useBand(layout: Layout, total: number, contentOf: () => HTMLElement | null) {
  const press = useRef<Press | null>(null)
  /** The click that ends a band chooses nothing. */
  const ended = useRef(false)
  const [band, setBand] = useState<Band | null>(null)

  const placeOf = (event: PointerEvent) => {
    const box = contentOf()?.getBoundingClientRect()
    return { x: event.clientX - (box?.left ?? 0), y: event.clientY - (box?.top ?? 0) }
  }
  const onPointerDown = (event: PointerEvent<HTMLElement>) => {
    ended.current = false
    const inside = event.nativeEvent.offsetX < event.currentTarget.clientWidth || event.target !== event.currentTarget
    if (event.pointerType !== 'mouse' || event.button !== 0 || !inside) return
    const add = event.ctrlKey || event.metaKey || event.shiftKey
    press.current = { ...placeOf(event), before: add ? galleryStore.getState().picked : new Set(), moving: false }
  }
  const onPointerUp = () => {
    ended.current = press.current?.moving === true
    press.current = null
    setBand(null)
  }
  const onPointerMove = (event: PointerEvent<HTMLElement>) => {
    const from = press.current
    if (from === null) return
    // It was let go outside, where nobody here hears of it.
    if (event.buttons === 0) return onPointerUp()
    const { x, y } = placeOf(event)
    if (!from.moving && Math.hypot(x - from.x, y - from.y) < least) return
    if (!from.moving) event.currentTarget.setPointerCapture(event.pointerId)
    from.moving = true
    const next = {
      left: Math.min(x, from.x),
      top: Math.min(y, from.y),
      right: Math.max(x, from.x),
      bottom: Math.max(y, from.y),
    }
    setBand(next)
    pickThese([...from.before, ...idsIn(next, layout, total)])
  }
  return { band, ended, handlers: { onPointerDown, onPointerMove, onPointerUp, onPointerCancel: onPointerUp } }
}

function idsIn(band: Band, layout: Layout, total: number): readonly string[] {
  const { pages } = galleryStore.getState()
  return cellsIn(band, layout, total).flatMap(([first, last]) =>
    Array.from({ length: last - first + 1 }, (_, i) => pictureAt(pages, first + i)?.id ?? []).flat(),
  )
}
