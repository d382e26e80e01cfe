import { existsSync } from 'node:fs'
import { basename, extname, resolve } from 'node:path'
import type { ApiOutput } from '../shared/api.ts'
import { toErrorData } from '../shared/errors.ts'

/** Photographs that the system hands to the program: named at its start, at a second start of it, or by macOS while it runs. */

/** Also of pictures that are refused when they are opened: the refusal says why. */
const pictures = new Set(['.jpg', '.jpeg', '.jpe', '.png', '.webp', '.tif', '.tiff', '.avif', '.heic', '.heif', '.gif', '.bmp'])

/** Which words of a command line are pictures of this machine, as whole paths. Switches, and the program's own files, are none. */
export function picturesIn(words: readonly string[], folder: string): readonly string[] {
  return words
    .filter((word) => !word.startsWith('-') && pictures.has(extname(word).toLowerCase()))
    .map((word) => resolve(folder, word))
    .filter((path) => existsSync(path))
}

export interface Opened {
  /** Opens a copy of each, one after another. */
  add(paths: readonly string[]): void
  take(): ApiOutput<'takeOpened'>
}

/** `tell`: there is something to take. */
export function createOpened(open: (path: string, name: string) => Promise<string>, tell: () => void): Opened {
  let waiting: ApiOutput<'takeOpened'> = []
  let turn = Promise.resolve()
  const add = async (path: string) => {
    const one = await open(path, basename(path)).then(
      (photo) => ({ photo }),
      (error: unknown) => ({ error: toErrorData(error) }),
    )
    waiting = [...waiting, one]
    tell()
  }
  return {
    add(paths) {
      for (const path of paths) turn = turn.then(() => add(path))
    },
    take() {
      const taken = waiting
      waiting = []
      return taken
    },
  }
}
