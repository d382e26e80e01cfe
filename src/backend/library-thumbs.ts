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

export function createThumbs(folder: string, imaging: Imaging): Thumbs {
  const waiting: Wanted[] = []
  const making = new Map<string, Promise<string | undefined>>()
  /** Could not be made: that is not tried again. */
  const hopeless = new Set<string>()
  let busy = 0

  const pathOf = (content: string) => join(folder, content.slice(0, 2), `${content}.webp`)
  const make = async ({ content, file }: Wanted): Promise<string | undefined> => {
    const out = pathOf(content)
    try {
      await openFolder(join(folder, content.slice(0, 2)))
      await imaging.call('thumb', { path: file, size: thumbSide, out })
      return out
    } catch {
      hopeless.add(content)
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
      if (content === '' || hopeless.has(content)) return undefined
      const out = pathOf(content)
      if ((await fileSize(out)) !== undefined) return out
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
