import { type PointerEvent, type RefObject, useRef, useState } from 'react'

export interface Reorder {
  /** On the list whose children are the rows. */
  readonly list: RefObject<HTMLOListElement | null>
  /** The row that is dragged would land before this one, or after the last; null while nothing is dragged. */
  readonly target: number | null
  /** For the handle of a row. */
  readonly handle: (row: number) => {
    readonly onPointerDown: (event: PointerEvent<HTMLElement>) => void
    readonly onPointerMove: (event: PointerEvent<HTMLElement>) => void
    readonly onPointerUp: (event: PointerEvent<HTMLElement>) => void
    readonly onPointerCancel: () => void
  }
}

/** Rows dragged by a handle, with mouse, pen or finger. @param onDrop place before and after, counted without the gap it leaves. */
export function useReorder(onDrop: (from: number, to: number) => void): Reorder {
  const list = useRef<HTMLOListElement | null>(null)
  const [dragged, setDragged] = useState<{ readonly from: number; readonly to: number } | null>(null)
  /** How many rows lie above the pointer. */
  const placeOf = (y: number): number =>
    [...(list.current?.children ?? [])].filter((row) => {
      const { top, height } = row.getBoundingClientRect()
      return y > top + height / 2
    }).length
  return {
    list,
    target: dragged === null || dragged.to === dragged.from || dragged.to === dragged.from + 1 ? null : dragged.to,
    handle: (row) => ({
      onPointerDown(event) {
        if (event.button !== 0) return
        event.currentTarget.setPointerCapture(event.pointerId)
        setDragged({ from: row, to: row })
      },
      onPointerMove(event) {
        if (dragged?.from === row) setDragged({ from: row, to: placeOf(event.clientY) })
      },
      onPointerUp(event) {
        if (dragged?.from !== row) return
        setDragged(null)
        const to = placeOf(event.clientY)
        onDrop(row, to > row ? to - 1 : to)
      },
      onPointerCancel: () => setDragged(null),
    }),
  }
}
