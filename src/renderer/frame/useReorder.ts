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

/**
 * Rows dragged by a handle, with mouse, pen or finger. @param ids of the rows as they are now: others may come and go while one is dragged.
 * @param onDrop place before and after, counted without the gap it leaves.
 */
export function useReorder(ids: readonly string[], onDrop: (from: number, to: number) => void): Reorder {
  const list = useRef<HTMLOListElement | null>(null)
  const [dragged, setDragged] = useState<{ readonly id: string | undefined; readonly to: number | null } | null>(null)
  /** How many rows lie above the pointer. */
  const placeOf = (y: number): number =>
    [...(list.current?.children ?? [])].filter((row) => {
      const { top, height } = row.getBoundingClientRect()
      return y > top + height / 2
    }).length
  const from = dragged?.id === undefined ? -1 : ids.indexOf(dragged.id)
  const to = from < 0 ? null : (dragged?.to ?? null)
  return {
    list,
    target: to === null || to === from || to === from + 1 ? null : to,
    handle: (row) => ({
      onPointerDown(event) {
        if (event.button !== 0) return
        event.currentTarget.setPointerCapture(event.pointerId)
        setDragged({ id: ids[row], to: null })
      },
      onPointerMove(event) {
        if (from === row) setDragged({ id: ids[row], to: placeOf(event.clientY) })
      },
      onPointerUp(event) {
        if (from !== row) return
        setDragged(null)
        const place = placeOf(event.clientY)
        onDrop(row, place > row ? place - 1 : place)
      },
      onPointerCancel: () => setDragged(null),
    }),
  }
}
