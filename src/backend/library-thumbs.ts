import { join } from 'node:path'
import { fileSize, openFolder } from './files.ts'
import type { Imaging } from './imaging.ts'

/**
 * Small copies of pictures, each made once, when it is first looked at, and named by the content of the file: a picture that moved has it
 * already. What was asked for last is made first, since it is what the user sees now.
 */
export interface Thumbs {
  /** Undefined where none can be made. */
  get(content: string, file: string): Promise<string | undefined>
  pathOf(content: string): string
}

const thumbSide = 320
/** In imaging at once: it decodes with threads of its own. */
const together = 2

interface Wanted {
  readonly content: string
  readonly file: string
  readonly done: (path: string | undefined) => void
}

/** What failed may be the disk's or the process's fault: it is tried again, but not for every look at the gallery. */
const restMs = 60_000

export function createThumbs(folder: string, imaging: Imaging, now: () => number = Date.now): Thumbs {
  const waiting: Wanted[] = []
  const making = new Map<string, Promise<string | undefined>>()
  /** Could not be made, and when that was. */
  const failed = new Map<string, number>()
  let busy = 0

  const pathOf = (content: string) => join(folder, content.slice(0, 2), `${content}.webp`)
  const make = async ({ content, file }: Wanted): Promise<string | undefined> => {
    const out = pathOf(content)
    try {
      await openFolder(join(folder, content.slice(0, 2)))
      await imaging.call('thumb', { path: file, size: thumbSide, out })
      failed.delete(content)
      return out
    } catch {
      failed.set(content, now())
      return undefined
    }
  }
  const next = (): void => {
    while (busy < together) {
      const wanted = waiting.pop()
      if (wanted === undefined) return
      busy += 1
      void make(wanted)
        .then(wanted.done)
        .finally(() => {
          busy -= 1
          next()
        })
    }
  }

  return {
    pathOf,
    async get(content, file) {
      if (content === '') return undefined
      const out = pathOf(content)
      if ((await fileSize(out)) !== undefined) return out
      if (now() - (failed.get(content) ?? -Infinity) < restMs) return undefined
      let made = making.get(content)
      if (made === undefined) {
        made = new Promise<string | undefined>((done) => waiting.push({ content, file, done })).finally(() =>
          making.delete(content),
        )
        making.set(content, made)
        next()
      }
      return made
    },
  }
}
