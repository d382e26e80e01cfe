import { isClosed, isDamage } from './database.ts'
import type { Shelf } from './library-shelf.ts'

/**
 * The library that is chosen, open while someone works with it or may come back to it. Where another folder is chosen meanwhile, work goes on
 * with the one it began with; its index is closed when the last of it is over.
 */
export interface Shelves {
  /** With the library as it is chosen now. An index that turns out damaged is made anew, and the work done over. */
  use<T>(work: (shelf: Shelf) => Promise<T>): Promise<T>
  /** What is asked from now on opens what is chosen then. */
  leave(): void
  /** When nobody works with one any more that was left. */
  closed(): Promise<void>
}

export interface ShelvesOptions {
  /** Absolute; of the folder that is chosen now. */
  readonly root: () => string
  readonly open: (root: string) => Promise<Shelf>
  /** It is open now, for the first time or again. */
  readonly onOpen: () => void
  /** Its index was thrown away; returns when the files of it are gone. */
  readonly onDamage: (root: string) => Promise<void>
}

interface Held {
  readonly root: string
  readonly shelf: Promise<Shelf>
  users: number
  left: boolean
  /** Its index was thrown away: what failed on it is done over. */
  replaced: boolean
}

export function createShelves({ root, open, onOpen, onDamage }: ShelvesOptions): Shelves {
  let current: Held | undefined
  const all = new Set<Held>()
  let waiting: (() => void)[] = []

  const forget = (held: Held): void => {
    all.delete(held)
    if (current === held) current = undefined
    if ([...all].some(({ left }) => left)) return
    for (const told of waiting) told()
    waiting = []
  }
  const begin = (at: string, shelf: Promise<Shelf>): Held => {
    const held: Held = { root: at, shelf, users: 0, left: false, replaced: false }
    all.add(held)
    current = held
    shelf.then(onOpen, () => forget(held))
    return held
  }
  const now = (): Held => {
    if (current !== undefined) return current
    const at = root()
    const known = [...all].find((held) => held.root === at && !held.replaced)
    if (known === undefined) return begin(at, open(at))
    known.left = false
    current = known
    onOpen()
    return known
  }
  /** Where it was left and nobody works with it any more. */
  const close = async (held: Held): Promise<void> => {
    if (!held.left || held.users > 0 || !all.has(held)) return
    const shelf = await held.shelf.catch(() => undefined)
    // It may have been chosen again.
    if (!held.left || held.users > 0) return
    shelf?.db.close()
    forget(held)
  }
  const replace = (held: Held, shelf: Shelf): void => {
    // Two may meet the damage at once: one replaces it, and all go on with the new one.
    if (held.replaced) return
    held.replaced = true
    held.left = true
    shelf.db.close()
    const anew = onDamage(held.root).then(() => open(held.root))
    if (current === held) begin(held.root, anew)
    else anew.then(({ db }) => db.close()).catch(() => undefined)
  }
  const once = async <T>(held: Held, work: (shelf: Shelf) => Promise<T>): Promise<T> => {
    // Counted before anything is waited for, so that it cannot be closed in between.
    held.users += 1
    try {
      const shelf = await held.shelf
      try {
        return await work(shelf)
      } catch (error) {
        if (isDamage(error)) replace(held, shelf)
        throw error
      }
    } finally {
      held.users -= 1
      void close(held)
    }
  }

  return {
    async use(work) {
      const held = now()
      try {
        return await once(held, work)
      } catch (error) {
        if (!held.replaced || !(isDamage(error) || isClosed(error))) throw error
        return await once(now(), work)
      }
    },
    leave() {
      if (current === undefined) return
      const held = current
      current = undefined
      held.left = true
      void close(held)
    },
    closed: () => ([...all].some(({ left }) => left) ? new Promise((done) => waiting.push(done)) : Promise.resolve()),
  }
}
