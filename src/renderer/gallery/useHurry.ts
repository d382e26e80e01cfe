import { useEffect, useState, type RefObject } from 'react'

/** Faster than this no picture can be made out: about ten screens a second. CSS px a millisecond. */
const speed = 8
/** So long after the last haste there is time to look. */
const restMs = 120

/** Where the content was when, and when it last went too fast. CSS px, ms. */
export interface Going {
  readonly top: number
  readonly time: number
  readonly fast: number
}

/** A leap, as to the end, is one fast step and no haste: what lies there is wanted. The second one is. */
export function gone(before: Going, top: number, time: number): Going & { readonly hurry: boolean } {
  const fast = Math.abs(top - before.top) > speed * Math.max(8, time - before.time)
  return { top, time, fast: fast ? time : before.fast, hurry: fast && time - before.fast < restMs }
}

/** Does the content rush by, as when the scroll bar is dragged? */
export function useHurry(ref: RefObject<HTMLElement | null>): boolean {
  const [hurry, setHurry] = useState(false)
  useEffect(() => {
    const element = ref.current
    if (element === null) return
    let going: Going = { top: element.scrollTop, time: performance.now(), fast: -Infinity }
    let timer: ReturnType<typeof setTimeout> | undefined
    const onScroll = () => {
      const now = gone(going, element.scrollTop, performance.now())
      going = now
      if (!now.hurry) return
      setHurry(true)
      // Slow steps do not put it off: one looks while one goes on.
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
