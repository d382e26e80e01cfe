import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs'

/** The file that remembers the window's place. Written while a window closes, so without waiting. */

/** Whatever it holds, undefined where there is none or it is no JSON. */
export function readPlaceFile(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as unknown
  } catch {
    return undefined
  }
}

/** Whole or as it was. Losing it is no reason to stop a window from closing. */
export function writePlaceFile(file: string, place: unknown): void {
  try {
    const part = `${file}.part`
    const handle = openSync(part, 'w')
    try {
      writeSync(handle, JSON.stringify(place))
      // Else a power cut may keep the name and lose what stands under it.
      fsyncSync(handle)
    } finally {
      closeSync(handle)
    }
    renameSync(part, file)
  } catch (error) {
    console.error(error)
  }
}
