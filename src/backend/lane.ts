/** Work one after another, in the order it came; a failure does not stop what waits behind it. */
export type Lane = <T>(work: () => Promise<T>) => Promise<T>

export function createLane(): Lane {
  let tail: Promise<unknown> = Promise.resolve()
  return <T>(work: () => Promise<T>) => {
    const mine = tail.then(work)
    tail = mine.catch(() => undefined)
    return mine
  }
}
