import { tileSize } from '../../shared/imaging.ts'
import type { Size, View } from './view.ts'

/** A picture as a pyramid of tiles by URL: the photograph, or a finished fill. */
export interface Pyramid {
  /** levels[0] is full size. */
  readonly levels: readonly Size[]
  url(level: number, column: number, row: number): string
}

export interface PlacedTile {
  readonly url: string
  /** Whole device pixels, so that neighbours meet without a seam. */
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** The smallest level that still has a pixel for every device pixel. */
export function levelFor(levels: readonly Size[], scale: number): number {
  return Math.min(levels.length - 1, Math.max(0, Math.floor(Math.log2(1 / scale) + 1e-9)))
}

/** Tiles of a level that touch the viewport, and where each stands. */
export function visibleTiles(pyramid: Pyramid, level: number, view: View): PlacedTile[] {
  const full = pyramid.levels[0]
  const size = pyramid.levels[level]
  if (full === undefined || size === undefined) return []
  // Level sizes are rounded: each axis has its own ratio.
  const stepX = (full.width / size.width) * view.scale
  const stepY = (full.height / size.height) * view.scale
  const columns = span(view.x, stepX * tileSize, view.width * view.dpr, Math.ceil(size.width / tileSize))
  const rows = span(view.y, stepY * tileSize, view.height * view.dpr, Math.ceil(size.height / tileSize))
  const tiles: PlacedTile[] = []
  for (let row = rows.first; row < rows.end; row++) {
    for (let column = columns.first; column < columns.end; column++) {
      const x = Math.round(view.x + column * tileSize * stepX)
      const y = Math.round(view.y + row * tileSize * stepY)
      const right = Math.round(view.x + Math.min((column + 1) * tileSize, size.width) * stepX)
      const bottom = Math.round(view.y + Math.min((row + 1) * tileSize, size.height) * stepY)
      tiles.push({ url: pyramid.url(level, column, row), x, y, width: Math.max(1, right - x), height: Math.max(1, bottom - y) })
    }
  }
  return tiles
}

function span(origin: number, step: number, length: number, count: number): { first: number; end: number } {
  const first = Math.max(0, Math.floor(-origin / step))
  const end = Math.min(count, Math.ceil((length - origin) / step))
  return { first, end: Math.max(first, end) }
}
