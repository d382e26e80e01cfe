import { maskTileSize } from '../../shared/imaging.ts'
import type { Editor } from './editor.ts'
import { isPlain, type Layers } from './layers.ts'
import { type Mask, tileArea, tileAt, tileKey } from './mask.ts'
import type { LoadedTile } from './operations.ts'
import { decodeGrey, encodeGrey, type GreyPicture } from './png.ts'

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
  /** The saved mask differs in these tiles, whatever was painted since. */
  mark(keys: readonly number[]): void
  /** What is said beside the masks has changed. */
  markDesk(): void
  stop(): void
}

export interface SaverOptions {
  /** Of the mask that fills are made from. */
  readonly write: (tiles: readonly SavedTile[]) => Promise<unknown>
  /** Of one of several masks; `replace`: the first tiles of it. Absent: it has but one. */
  readonly writeLayer?: (layer: number, tiles: readonly SavedTile[], replace: boolean) => Promise<unknown>
  /** Which masks there are, after their tiles; none where there is but one and nothing to say of it. */
  readonly writeDesk?: (layers: Layers | null) => Promise<unknown>
  /** Masks that are saved already, each in a file of its own. */
  readonly saved?: readonly number[]
  /** After each write that brought the saved mask up to date. */
  readonly onSaved?: () => void
  readonly onError: (error: unknown) => void
  /** Who makes a tile's file, elsewhere; absent: here. Takes the bytes at once. */
  readonly encode?: (picture: GreyPicture) => Promise<Uint8Array<ArrayBuffer>>
  readonly quietMs?: number
  readonly latestMs?: number
  readonly againMs?: number
}

/** A message stays below a few megabytes even when a photograph of 200 megapixels is filled. */
const tilesAWrite = 256

/** What is painted and not saved. */
interface Unsaved {
  readonly tiles: Set<number>
  readonly layers: Map<number, Set<number>>
  desk: boolean
}

const nothing = (): Unsaved => ({ tiles: new Set(), layers: new Map(), desk: false })

export function startSaving(editor: Editor, options: SaverOptions): MaskSaver {
  const { quietMs = 500, latestMs = 1200, againMs = 5000, encode: pack = encodeGrey } = options
  let unsaved = nothing()
  const files = new Set(options.saved ?? [])
  let quiet: ReturnType<typeof setTimeout> | undefined
  let latest: ReturnType<typeof setTimeout> | undefined
  let running: Promise<void> | undefined
  let stopped = false

  const encode = async (mask: Mask, key: number): Promise<SavedTile> => {
    const data = mask.tiles.get(key) ?? new Uint8Array(tileArea)
    return { ...tileAt(key), png: await pack({ width: maskTileSize, height: maskTileSize, data }) }
  }
  const stopTimers = () => {
    clearTimeout(quiet)
    clearTimeout(latest)
    quiet = undefined
    latest = undefined
  }
  const inBatches = async (
    mask: Mask,
    keys: ReadonlySet<number>,
    write: (tiles: SavedTile[], first: boolean) => Promise<unknown>,
  ) => {
    const left = [...keys]
    for (let first = true; left.length > 0; first = false) {
      await write(await Promise.all(left.splice(0, tilesAWrite).map((key) => encode(mask, key))), first)
    }
  }
  /** Each mask in a file of its own, whole where it had none. */
  const writeLayers = async ({ layers }: Unsaved) => {
    for (const { id, mask } of editor.layers().list) {
      const fresh = !files.has(id)
      const keys = fresh ? new Set(mask.tiles.keys()) : (layers.get(id) ?? new Set())
      await inBatches(mask, keys, async (tiles, first) => options.writeLayer?.(id, tiles, fresh && first))
      files.add(id)
    }
  }
  /** Writes what is unsaved now; strokes painted meanwhile wait for their own quiet moment. */
  const writeAll = async () => {
    const mine = unsaved
    unsaved = nothing()
    try {
      await inBatches(editor.painted, mine.tiles, options.write)
      const layers = editor.layers()
      const plain = isPlain(layers)
      if (!plain && options.writeLayer !== undefined) await writeLayers(mine)
      if (mine.desk) await options.writeDesk?.(plain ? null : layers)
      // What the desk does not name is removed with it.
      if (mine.desk) for (const id of files) if (plain || layers.list.every((layer) => layer.id !== id)) files.delete(id)
    } catch (error) {
      for (const key of mine.tiles) unsaved.tiles.add(key)
      for (const [id, keys] of mine.layers) unsaved.layers.set(id, new Set([...keys, ...(unsaved.layers.get(id) ?? [])]))
      unsaved.desk ||= mine.desk
      throw error
    }
    options.onSaved?.()
  }
  const flush = async (): Promise<void> => {
    stopTimers()
    // A write under way took its bytes before the newest strokes: what is unsaved after it is written after it. Others may wait for the same one,
    // and the first of them begins the next.
    while (running !== undefined) await running.catch(() => undefined)
    if (unsaved.tiles.size === 0 && unsaved.layers.size === 0 && !unsaved.desk) return
    running = writeAll().finally(() => {
      running = undefined
    })
    return running
  }
  /** Said since something new was painted. What fails is tried again by itself, since the disk may have room by then. */
  let said = false
  const write = () => {
    const failed = (error: unknown) => {
      if (!said) options.onError(error)
      said = true
      if (!stopped) quiet ??= setTimeout(write, againMs)
    }
    void flush().catch(failed)
  }
  const soon = () => {
    said = false
    clearTimeout(quiet)
    quiet = setTimeout(write, quietMs)
    latest ??= setTimeout(write, latestMs)
  }
  const mark = (keys: readonly number[]) => {
    for (const key of keys) unsaved.tiles.add(key)
    if (keys.length > 0) soon()
  }
  const stop = editor.subscribe(({ touched, loaded, arranged }) => {
    if (loaded === true || (touched === undefined && arranged !== true)) return
    if (arranged === true) unsaved.desk = true
    if (touched !== undefined && touched.layer !== null) {
      const own = unsaved.layers.get(touched.layer) ?? new Set()
      unsaved.layers.set(touched.layer, own)
      for (const key of touched.keys) own.add(key)
    }
    for (const key of touched?.keys ?? []) unsaved.tiles.add(key)
    soon()
  })
  return {
    flush,
    mark,
    markDesk() {
      unsaved.desk = true
      soon()
    },
    stop() {
      stopped = true
      stop()
      stopTimers()
    },
  }
}
