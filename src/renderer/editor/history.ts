import type { Layers } from './layers.ts'
import { compactTile, fullTile, type Mask, tileArea, wordsOf, writableTile } from './mask.ts'

/**
 * Undo and redo as differences of tiles: one patch is before XOR after, run-length coded, so the same bytes go both ways and a filled
 * photograph of 200 megapixels is a few bytes a tile. Old entries are dropped when the bytes pass the cap.
 */
export type HistoryEntry = { readonly bytes: number } & (
  | {
      readonly kind: 'tiles'
      readonly mask: Mask
      readonly patches: readonly { readonly key: number; readonly patch: Uint8Array }[]
    }
  /** Masks came, went or were named anew. */
  | { readonly kind: 'layers'; readonly before: Layers; readonly after: Layers }
)

export interface History {
  readonly undo: HistoryEntry[]
  readonly redo: HistoryEntry[]
  readonly byteCap: number
  bytes: number
}

export function createHistory(byteCap = 256 * 2 ** 20): History {
  return { undo: [], redo: [], byteCap, bytes: 0 }
}

/** Tiles as they were before an operation, by key; null = absent. */
export type TilesBefore = ReadonlyMap<number, Uint8Array | null>

/** Records what the mask is now against `before`, forgets what could be redone, and answers the keys that really changed. */
export function record(history: History, mask: Mask, before: TilesBefore): number[] {
  const patches: { key: number; patch: Uint8Array }[] = []
  for (const [key, old] of before) {
    compactTile(mask, key)
    const patch = difference(old, mask.tiles.get(key) ?? null)
    if (patch.length > 0) patches.push({ key, patch })
  }
  if (patches.length === 0) return []
  // 64 bytes a patch stand for its objects, so that many tiny patches count too.
  push(history, { kind: 'tiles', mask, patches, bytes: patches.reduce((sum, { patch }) => sum + patch.length + 64, 0) })
  return patches.map(({ key }) => key)
}

/** A mask that is gone is kept whole, to come back whole. */
export function recordLayers(history: History, before: Layers, after: Layers): void {
  const gone = before.list.filter(({ id }) => after.list.every((layer) => layer.id !== id))
  const tiles = gone.flatMap(({ mask }) => [...mask.tiles.values()].filter((tile) => tile !== fullTile)).length
  push(history, { kind: 'layers', before, after, bytes: 64 + tiles * tileArea })
}

function push(history: History, entry: HistoryEntry): void {
  for (const { bytes } of history.redo.splice(0)) history.bytes -= bytes
  history.undo.push(entry)
  history.bytes += entry.bytes
  while (history.bytes > history.byteCap && history.undo.length > 1) history.bytes -= history.undo.shift()?.bytes ?? 0
}

/** What a step changed: tiles of a mask, which it has changed already, or which masks there are to be. */
export type Moved =
  | { readonly kind: 'tiles'; readonly mask: Mask; readonly keys: readonly number[] }
  | { readonly kind: 'layers'; readonly to: Layers }

/** Takes back the last operation; undefined when there is none. */
export function undo(history: History): Moved | undefined {
  return move(history.undo, history.redo, 'before')
}

export function redo(history: History): Moved | undefined {
  return move(history.redo, history.undo, 'after')
}

function move(from: HistoryEntry[], to: HistoryEntry[], side: 'before' | 'after'): Moved | undefined {
  const entry = from.pop()
  if (entry === undefined) return undefined
  to.push(entry)
  if (entry.kind === 'layers') return { kind: 'layers', to: entry[side] }
  const { mask, patches } = entry
  for (const { key, patch } of patches) {
    applyPatch(writableTile(mask, key), patch)
    compactTile(mask, key)
  }
  return { kind: 'tiles', mask, keys: patches.map(({ key }) => key) }
}

const emptyTile = new Uint8Array(tileArea)

/**
 * before XOR after as pieces: varint zeros to skip, varint (length * 2 + repeated), then one byte if repeated, else `length` bytes.
 * Equal tiles give no bytes at all.
 */
export function difference(before: Uint8Array | null, after: Uint8Array | null): Uint8Array {
  if (before === after) return new Uint8Array(0)
  const a = before ?? emptyTile
  const b = after ?? emptyTile
  if ((a === emptyTile && b === fullTile) || (a === fullTile && b === emptyTile)) return Uint8Array.from(wholeFlip)
  const out: number[] = []
  const [aWords, bWords] = [wordsOf(a), wordsOf(b)]
  let at = 0
  for (;;) {
    const start = at
    while (at < tileArea && a[at] === b[at]) {
      // Whole words where the bytes begin one.
      if ((at & 3) === 0 && aWords[at >> 2] === bWords[at >> 2]) at += 4
      else at++
    }
    if (at === tileArea) break
    varint(out, at - start)
    at = writePiece(out, a, b, at)
  }
  return Uint8Array.from(out)
}

/** Writes one repeated or literal piece that starts at `at`; answers where it ends. */
function writePiece(out: number[], a: Uint8Array, b: Uint8Array, at: number): number {
  const value = xorAt(a, b, at)
  let end = at + 1
  while (end < tileArea && xorAt(a, b, end) === value) end++
  if (end - at >= 4) {
    varint(out, (end - at) * 2 + 1)
    out.push(value)
    return end
  }
  // A literal runs until four equal bytes (zeros too) make a run or a skip worth its header.
  for (end = at + 1; end < tileArea; end++) {
    const next = xorAt(a, b, end)
    if (end + 3 < tileArea && next === xorAt(a, b, end + 1) && next === xorAt(a, b, end + 2) && next === xorAt(a, b, end + 3)) break
  }
  varint(out, (end - at) * 2)
  for (let i = at; i < end; i++) out.push(xorAt(a, b, i))
  return end
}

function xorAt(a: Uint8Array, b: Uint8Array, at: number): number {
  return (a[at] ?? 0) ^ (b[at] ?? 0)
}

function varint(out: number[], value: number): void {
  let rest = value
  for (; rest > 127; rest >>>= 7) out.push((rest & 127) | 128)
  out.push(rest)
}

const wholeFlip: number[] = []
varint(wholeFlip, 0)
varint(wholeFlip, tileArea * 2 + 1)
wholeFlip.push(255)

/** tile <- tile XOR patch. Applying it twice changes nothing. */
export function applyPatch(tile: Uint8Array, patch: Uint8Array): void {
  let at = 0
  let read = 0
  const next = (): number => {
    let value = 0
    for (let shift = 0; ; shift += 7) {
      const byte = patch[read++] ?? 0
      value |= (byte & 127) << shift
      if (byte < 128) return value
    }
  }
  while (read < patch.length) {
    at += next()
    const head = next()
    const length = head >>> 1
    const repeated = (head & 1) === 1
    const value = patch[read] ?? 0
    for (let i = 0; i < length; i++) tile[at + i] = (tile[at + i] ?? 0) ^ (repeated ? value : (patch[read + i] ?? 0))
    read += repeated ? 1 : length
    at += length
  }
}
