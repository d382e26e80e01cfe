import { useEffect, useRef, type PointerEvent } from 'react'

/** What moves a picture under the pointer: the wheel, and a drag. */

/** Told where the wheel was turned (CSS px of the window), 1 in or -1 out. `element` and `turned` keep their identity while nothing changes. */
export function useWheel(
  element: HTMLElement | null,
  turned: (at: { readonly x: number; readonly y: number }, by: 1 | -1) => void,
): void {
  // React listens to the wheel passively: the page could not be kept from scrolling.
  useEffect(() => {
    if (element === null) return undefined
    const onWheel = (event: WheelEvent) => {
      event.preventDefault()
      // Turned sideways it says nothing of nearer or farther.
      if (event.deltaY !== 0) turned({ x: event.clientX, y: event.clientY }, event.deltaY < 0 ? 1 : -1)
    }
    element.addEventListener('wheel', onWheel, { passive: false })
    return () => element.removeEventListener('wheel', onWheel)
  }, [element, turned])
}

type Handler = (event: PointerEvent<HTMLElement>) => void
export interface Grip {
  readonly onPointerDown: Handler
  readonly onPointerMove: Handler
  readonly onPointerUp: () => void
  readonly onPointerCancel: () => void
}

/** Handlers of an element that is dragged with the first button: `dragged` is told each further way in CSS px, and of which element. */
export function useGrip(dragged: (by: { readonly x: number; readonly y: number }, element: HTMLElement) => void): Grip {
  const from = useRef<{ readonly x: number; readonly y: number } | null>(null)
  const end = () => void (from.current = null)
  return {
    onPointerDown(event) {
      if (event.button !== 0) return
      event.currentTarget.setPointerCapture(event.pointerId)
      from.current = { x: event.clientX, y: event.clientY }
    },
    onPointerMove(event) {
      if (from.current === null) return
      dragged({ x: event.clientX - from.current.x, y: event.clientY - from.current.y }, event.currentTarget)
      from.current = { x: event.clientX, y: event.clientY }
    },
    onPointerUp: end,
    onPointerCancel: end,
  }
}
