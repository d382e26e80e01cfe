import { useLayoutEffect, useRef } from 'react'
import { type Slot, slotsFor } from './layout.ts'

/** Keys for the elements of these rows, by those that are on the screen now. */
export function useSlots(rows: readonly number[]): readonly Slot[] {
  const shown = useRef<readonly Slot[]>([])
  // oxlint-disable-next-line react/refs -- what is on the screen, read and never waited for; the same rows always come to the same keys
  const slots = slotsFor(rows, shown.current)
  useLayoutEffect(() => {
    shown.current = slots
  })
  return slots
}
