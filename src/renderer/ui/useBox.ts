import { useLayoutEffect, useRef, useState, type RefObject } from 'react'

/** The inside of an element, without its padding and scroll bar, as it is now. CSS px; 0 until it is there. */
export function useBox(ref: RefObject<HTMLElement | null>): { readonly width: number; readonly height: number } {
  const [size, setSize] = useState({ width: 0, height: 0 })
  useLayoutEffect(() => {
    const element = ref.current
    if (element === null) return undefined
    const measure = () => {
      const style = getComputedStyle(element)
      const width = element.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight)
      const height = element.clientHeight - parseFloat(style.paddingTop) - parseFloat(style.paddingBottom)
      setSize((old) => (old.width === width && old.height === height ? old : { width, height }))
    }
    const observer = new ResizeObserver(measure)
    observer.observe(element)
    measure()
    return () => observer.disconnect()
  }, [ref])
  return size
}

/** Gives the focus to the cell of a place, named by `attribute`, as soon as it is mounted: in a long grid the one that keys lead to may not be yet. */
export function useWantedFocus(box: RefObject<HTMLElement | null>, attribute: string): (place: number) => void {
  const wanting = useRef<number | null>(null)
  useLayoutEffect(() => {
    const cell = wanting.current === null ? null : box.current?.querySelector<HTMLElement>(`[${attribute}="${wanting.current}"]`)
    if (cell === null || cell === undefined) return
    wanting.current = null
    cell.focus({ preventScroll: true })
  })
  return (place) => {
    wanting.current = place
  }
}
