import { compactTile, fullTile, type Mask, tileArea, writableTile } from './mask.ts'

/**
 * Undo and redo as differences of tiles: one patch is before XOR after, run-length coded, so the same bytes go both ways and a filled
 * photograph of 200 megapixels is a few bytes a tile. Old entries are dropped when the bytes pass the cap.
 */
export interface HistoryEntry {
  readonly patches: readonly { readonly key: number; readonly patch: Uint8Array }[]
  readonly bytes: number
}

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
  for (const entry of history.redo.splice(0)) history.bytes -= entry.bytes
  // 64 bytes a patch stand for its objects, so that many tiny patches count too.
  const bytes = patches.reduce((sum, { patch }) => sum + patch.length + 64, 0)
  history.undo.push({ patches, bytes })
  history.bytes += bytes
  while (history.bytes > history.byteCap && history.undo.length > 1) history.bytes -= history.undo.shift()?.bytes ?? 0
  return patches.map(({ key }) => key)
}

/** Takes back the last operation; answers the touched keys, empty when there is none. */
export function undo(history: History, mask: Mask): number[] {
  return move(history.undo, history.redo, mask)
}

export function redo(history: History, mask: Mask): number[] {
  return move(history.redo, history.undo, mask)
}

function move(from: HistoryEntry[], to: HistoryEntry[], mask: Mask): number[] {
  const entry = from.pop()
  if (entry === undefined) return []
  to.push(entry)
  for (const { key, patch } of entry.patches) {
    applyPatch(writableTile(mask, key), patch)
    compactTile(mask, key)
  }
  return entry.patches.map(({ key }) => key)
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
  let at = 0
  for (;;) {
    const start = at
    while (at < tileArea && a[at] === b[at]) at++
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
