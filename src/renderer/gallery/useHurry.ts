import { useEffect, useState, type RefObject } from 'react'

/** Faster than this no picture can be made out: about a dozen screens a second. CSS px a millisecond. */
const speed = 10
const restMs = 120

/** Does the content rush by, as when the scroll bar is dragged? */
export function useHurry(ref: RefObject<HTMLElement | null>): boolean {
  const [hurry, setHurry] = useState(false)
  useEffect(() => {
    const element = ref.current
    if (element === null) return
    let [top, time] = [element.scrollTop, performance.now()]
    let timer: ReturnType<typeof setTimeout> | undefined
    const onScroll = () => {
      const now = performance.now()
      const fast = Math.abs(element.scrollTop - top) > speed * Math.max(8, now - time)
      top = element.scrollTop
      time = now
      if (fast) setHurry(true)
      clearTimeout(timer)
      timer = setTimeout(() => setHurry(false), restMs)
    }
    element.addEventListener('scroll', onScroll, { passive: true })
    return () => {
      element.removeEventListener('scroll', onScroll)
      clearTimeout(timer)
    }
  }, [ref])
  return hurry
}
