import { maskTileSize } from '../../shared/imaging.ts'
import type { Editor } from './editor.ts'
import { tileArea, tileAt, tileKey } from './mask.ts'
import type { LoadedTile } from './operations.ts'
import { decodeGrey, encodeGrey } from './png.ts'

/**
 * Keeps the saved mask up with the painted one. Changed tiles are sent a quiet moment after the last change, and during a long stroke
 * every now and then: a kill loses at most `latestMs` and one write of strokes. A failed write keeps its tiles for the next.
 */
export interface SavedTile {
  readonly column: number
  readonly row: number
  readonly png: Uint8Array<ArrayBuffer>
}

/** Tiles that were saved, or made elsewhere, as the editor holds them. A mask is mostly tiles painted all over: a file that is equal to the one before it is read once. */
export async function readTiles(
  tiles: readonly { readonly column: number; readonly row: number; readonly png: Uint8Array }[],
): Promise<LoadedTile[]> {
  const unlike = tiles.filter(({ png }, i) => !sameBytes(tiles[i - 1]?.png, png))
  const data = await Promise.all(unlike.map(async ({ png }) => (await decodeGrey(png)).data))
  let at = -1
  return tiles.map(({ column, row }, i) => {
    if (tiles[i] === unlike[at + 1]) at++
    return { key: tileKey(column, row), data: data[at] ?? new Uint8Array(tileArea) }
  })
}

function sameBytes(a: Uint8Array | undefined, b: Uint8Array): boolean {
  if (a?.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}

export interface MaskSaver {
  /** Resolves when everything painted so far is saved; rejects when that failed. */
  flush(): Promise<void>
  stop(): void
}

export interface SaverOptions {
  readonly write: (tiles: readonly SavedTile[]) => Promise<unknown>
  /** After each write that brought the saved mask up to date. */
  readonly onSaved?: () => void
  readonly onError: (error: unknown) => void
  readonly quietMs?: number
  readonly latestMs?: number
}

/** A message stays below a few megabytes even when a photograph of 200 megapixels is filled. */
const tilesAWrite = 256

export function startSaving(editor: Editor, options: SaverOptions): MaskSaver {
  const { quietMs = 500, latestMs = 1200 } = options
  let dirty = new Set<number>()
  let quiet: ReturnType<typeof setTimeout> | undefined
  let latest: ReturnType<typeof setTimeout> | undefined
  let running: Promise<void> | undefined

  const encode = async (key: number): Promise<SavedTile> => {
    const data = editor.mask.tiles.get(key) ?? new Uint8Array(tileArea)
    return { ...tileAt(key), png: await encodeGrey({ width: maskTileSize, height: maskTileSize, data }) }
  }
  const stopTimers = () => {
    clearTimeout(quiet)
    clearTimeout(latest)
    quiet = undefined
    latest = undefined
  }
  /** Writes what is dirty now; strokes painted meanwhile wait for their own quiet moment. */
  const writeAll = async () => {
    const mine = [...dirty]
    dirty = new Set()
    while (mine.length > 0) {
      const batch = mine.slice(0, tilesAWrite)
      try {
        await options.write(await Promise.all(batch.map(encode)))
      } catch (error) {
        dirty = new Set([...mine, ...dirty])
        throw error
      }
      mine.splice(0, batch.length)
    }
    options.onSaved?.()
  }
  const flush = async (): Promise<void> => {
    stopTimers()
    // A write under way took its bytes before the newest strokes: what is dirty after it is written after it.
    if (running !== undefined) await running.catch(() => undefined)
    if (dirty.size === 0) return
    running ??= writeAll().finally(() => {
      running = undefined
    })
    return running
  }
  const soon = () => flush().catch(options.onError)
  const stop = editor.subscribe((change) => {
    if (change.touched === undefined || change.loaded === true) return
    for (const key of change.touched.keys) dirty.add(key)
    clearTimeout(quiet)
    quiet = setTimeout(() => void soon(), quietMs)
    latest ??= setTimeout(() => void soon(), latestMs)
  })
  return {
    flush,
    stop() {
      stop()
      stopTimers()
    },
  }
}
