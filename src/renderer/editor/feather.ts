import { mapDistance } from '../../core/index.ts'
import { createOverlay, type DeviceRect, type OverlayStyle } from './overlay.ts'
import type { Mask } from './mask.ts'
import type { View } from './view.ts'

/**
 * What the blend makes of the mask's edge, for the eye: the same distances as the blend's own (STUDIO.md 7), measured on a grid of the screen
 * instead of on the photograph, so that its cost is that of the window and not of the picture.
 */
export interface Feather {
  /** Pixels of the photograph. */
  readonly grow: number
  readonly feather: number
  readonly side: 'outward' | 'inside'
}

/** The mask as the screen samples it, one grid pixel on `step` device pixels each way, and what is to be made of it. */
export interface FeatherGrid {
  readonly width: number
  readonly height: number
  readonly step: number
  /** Mask values, width * height. */
  readonly values: Uint8Array
  /** Grid pixels a pixel of the photograph. */
  readonly scale: number
  /** Where the photograph lies on the grid. */
  readonly photo: DeviceRect
  readonly blend: Feather
}

export type FeatherInk = Pick<OverlayStyle, 'colour' | 'opacity'>

/** Grid pixels at most: what the eye can tell apart. */
const most = 600_000

const paintedFrom = 128

/** Undefined where nothing of it would be seen: less than two device pixels wide. */
export function featherGrid(mask: Mask, view: View, blend: Feather): FeatherGrid | undefined {
  const { grow, feather, side } = blend
  if ((feather + (side === 'outward' ? grow : 0)) * view.scale < 2) return undefined
  const step = Math.max(1, Math.ceil(Math.sqrt((view.width * view.height * view.dpr ** 2) / most)))
  const width = Math.ceil((view.width * view.dpr) / step)
  const height = Math.ceil((view.height * view.dpr) / step)
  const scale = view.scale / step
  const grid: View = { ...view, scale, x: view.x / step, y: view.y / step }
  const values = createOverlay().values(mask, grid, { left: 0, top: 0, right: width, bottom: height })
  const photo = {
    left: Math.max(0, Math.ceil(grid.x)),
    top: Math.max(0, Math.ceil(grid.y)),
    right: Math.min(width, Math.floor(grid.x + mask.width * scale)),
    bottom: Math.min(height, Math.floor(grid.y + mask.height * scale)),
  }
  return { width, height, step, values, scale, photo, blend }
}

/** RGBA of the grid. */
export function featherPixels(grid: FeatherGrid, ink: FeatherInk): Uint8ClampedArray<ArrayBuffer> {
  const { width, height, values, scale, photo } = grid
  const { grow, feather, side } = grid.blend
  const outward = side === 'outward'
  const reach = Math.ceil((feather + 1 + (outward ? grow : 0)) * scale)
  const table = Uint8Array.from({ length: reach * reach + 1 }, (_, squared) => {
    const distance = Math.sqrt(squared) / scale
    if (outward) return distance <= grow ? 255 : ramp(1 - (distance - grow) / (feather + 1))
    return 255 - ramp(distance / (feather + 1))
  })
  const seeds = new Uint8Array(width * height)
  for (let y = photo.top; y < photo.bottom; y++) {
    for (let x = photo.left; x < photo.right; x++) {
      const at = y * width + x
      seeds[at] = (values[at] ?? 0) >= paintedFrom === outward ? 1 : 0
    }
  }
  const tint = mapDistance(seeds, width, height, table, 0)
  const pixels = new Uint8ClampedArray(width * height * 4)
  // Beyond the paint its own colour fades out; within it the photograph comes back, which is drawn as a shade.
  const [red, green, blue] = outward ? ink.colour : [0, 0, 0]
  for (let y = photo.top; y < photo.bottom; y++) {
    for (let x = photo.left; x < photo.right; x++) {
      const at = y * width + x
      if (seeds[at] === 1) continue
      pixels[at * 4] = red
      pixels[at * 4 + 1] = green
      pixels[at * 4 + 2] = blue
      pixels[at * 4 + 3] = (tint[at] ?? 0) * ink.opacity
    }
  }
  return pixels
}

/** The blend's: 0..1 to 0..255 with level ends. */
function ramp(t: number): number {
  const u = Math.min(1, Math.max(0, t))
  return Math.round(255 * u * u * (3 - 2 * u))
}
