import { grow, shrink } from './grow.ts'
import { createMask, fullTile, type Mask, tileArea } from './mask.ts'
import type { LoadedTile, MergeHow } from './operations.ts'

/** Growing and shrinking away from the window's own thread: what is to be done there, and what comes back. */
export interface ReshapeJob {
  readonly width: number
  readonly height: number
  /** Null: painted all over. */
  readonly tiles: readonly { readonly key: number; readonly data: Uint8Array | null }[]
  readonly kind: 'grow' | 'shrink'
  readonly by: number
}

export const howOf: Readonly<Record<ReshapeJob['kind'], MergeHow>> = { grow: 'add', shrink: 'subtract' }

export function reshapeJob(mask: Mask, kind: ReshapeJob['kind'], by: number): ReshapeJob {
  const tiles = [...mask.tiles].map(([key, tile]) => ({ key, data: tile === fullTile ? null : tile }))
  return { width: mask.width, height: mask.height, tiles, kind, by }
}

/**
 * The paint that is to be added, or taken away, tile by tile. It is not the new mask: what is painted meanwhile stays as it is, wherever
 * nothing was added and nothing taken.
 */
export function reshaped({ width, height, tiles, kind, by }: ReshapeJob): LoadedTile[] {
  const mask = createMask(width, height)
  for (const { key, data } of tiles) mask.tiles.set(key, data ?? fullTile)
  const before = kind === 'grow' ? grow(mask, by) : shrink(mask, by)
  return [...before].flatMap(([key, old]) => {
    const data = kind === 'grow' ? added(old, mask.tiles.get(key)) : taken(old, mask.tiles.get(key))
    return data === undefined ? [] : [{ key, data }]
  })
}

function added(old: Uint8Array | null, now: Uint8Array | undefined): Uint8Array | undefined {
  const out = new Uint8Array(tileArea)
  let any = false
  for (let at = 0; at < tileArea; at++) {
    const value = now?.[at] ?? 0
    if (value <= (old?.[at] ?? 0)) continue
    out[at] = value
    any = true
  }
  return any ? out : undefined
}

function taken(old: Uint8Array | null, now: Uint8Array | undefined): Uint8Array | undefined {
  const out = new Uint8Array(tileArea)
  let any = false
  for (let at = 0; at < tileArea; at++) {
    const value = now?.[at] ?? 0
    if (value >= (old?.[at] ?? 0)) continue
    out[at] = 255 - value
    any = true
  }
  return any ? out : undefined
}
