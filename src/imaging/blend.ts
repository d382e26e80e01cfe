import type { BlendSettings } from '../shared/request.ts'
import { mapDistance } from '../core/index.ts'
import { paintedFrom, type Plane } from './masks.ts'

/**
 * A = feather(grow(M)), the 8-bit blend alpha (STUDIO.md 6 and 7). Painted means M >= 128; distances are Euclidean, from pixel centre to
 * pixel centre, and what lies outside the photograph is no edge: a mask that touches the border does not fade there.
 *   outward: A = 255 up to `grow` from the painted pixels, then falls smoothly and is 0 from grow + feather + 1 on.
 *   inside:  the painted pixels, grown but never onto M = 0, rise smoothly from their edge and are 255 from feather + 1 inwards.
 */

export interface Box {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** The alpha inside its box, row-major; it is 0 everywhere else. An empty box: nothing is painted. */
export interface Alpha extends Box {
  readonly data: Uint8Array
}

let latest: { readonly mask: Plane; readonly key: string; readonly alpha: Alpha } | undefined

/** The alpha of a mask that does not change under the caller's hands, remembered for the last one asked: a fill asks three times or more. */
export function alphaOf(mask: Plane, { grow, feather, side }: Omit<BlendSettings, 'padding'>): Alpha {
  const key = `${grow} ${feather} ${side}`
  if (latest?.mask !== mask || latest.key !== key) latest = { mask, key, alpha: blendAlpha(mask, { grow, feather, side }) }
  return latest.alpha
}

export function forgetAlpha(): void {
  latest = undefined
}

export function blendAlpha(mask: Plane, { grow, feather, side }: Omit<BlendSettings, 'padding'>): Alpha {
  const bounds = boundsOf(mask)
  if (bounds === null) return { x: 0, y: 0, width: 0, height: 0, data: new Uint8Array(0) }
  // One more pixel for `inside`, whose distances are measured to the unpainted ones round it.
  const box = widened(bounds, side === 'outward' ? grow + feather : grow + 1, mask)
  const painted = thresholded(mask, box)
  const data = side === 'outward' ? outward(painted, box, grow, feather) : inside(mask, painted, box, grow, feather)
  return { ...box, data }
}

function outward(painted: Uint8Array, box: Box, grow: number, feather: number): Uint8Array {
  const alphaAt = (distance: number) => (distance <= grow ? 255 : feather === 0 ? 0 : ramp(1 - (distance - grow) / (feather + 1)))
  return mapDistance(painted, box.width, box.height, table(grow + feather + 1, alphaAt), 0)
}

function inside(mask: Plane, painted: Uint8Array, box: Box, grow: number, feather: number): Uint8Array {
  const grown = mapDistance(
    painted,
    box.width,
    box.height,
    table(grow, () => 1),
    0,
  )
  const outside = new Uint8Array(grown.length)
  for (let y = 0, to = 0; y < box.height; y++) {
    const from = (box.y + y) * mask.width + box.x
    for (let x = 0; x < box.width; x++, to++) outside[to] = grown[to] === 1 && mask.data[from + x]! > 0 ? 0 : 1
  }
  const alphaAt = (distance: number) => (distance === 0 ? 0 : ramp(distance / (feather + 1)))
  return mapDistance(outside, box.width, box.height, table(feather + 1, alphaAt), 255)
}

/** Values by squared distance, up to `reach` pixels. */
function table(reach: number, valueAt: (distance: number) => number): Uint8Array {
  return Uint8Array.from({ length: reach * reach + 1 }, (_, squared) => valueAt(Math.sqrt(squared)))
}

/** 0..1 to 0..255 with level ends, so that neither edge of the blend shows as a line. */
function ramp(t: number): number {
  const u = Math.min(1, Math.max(0, t))
  return Math.round(255 * u * u * (3 - 2 * u))
}

function boundsOf({ width, height, data }: Plane): Box | null {
  let [left, top, right, bottom] = [width, -1, -1, -1]
  for (let y = 0, i = 0; y < height; y++) {
    const end = i + width
    while (i < end && data[i]! < paintedFrom) i++
    if (i < end) {
      if (top < 0) top = y
      bottom = y
      left = Math.min(left, i - end + width)
      let j = end - 1
      while (data[j]! < paintedFrom) j--
      right = Math.max(right, j - end + width)
    }
    i = end
  }
  return top < 0 ? null : { x: left, y: top, width: right - left + 1, height: bottom - top + 1 }
}

/** The box with `by` more pixels on every side, inside the photograph. */
export function widened({ x, y, width, height }: Box, by: number, photo: { readonly width: number; readonly height: number }): Box {
  const [left, top] = [Math.max(0, x - by), Math.max(0, y - by)]
  return {
    x: left,
    y: top,
    width: Math.min(photo.width, x + width + by) - left,
    height: Math.min(photo.height, y + height + by) - top,
  }
}

/** What two boxes share; of no width or height where that is nothing. */
export function intersection(a: Box, b: Box): Box {
  const [x, y] = [Math.max(a.x, b.x), Math.max(a.y, b.y)]
  return {
    x,
    y,
    width: Math.max(0, Math.min(a.x + a.width, b.x + b.width) - x),
    height: Math.max(0, Math.min(a.y + a.height, b.y + b.height) - y),
  }
}

function thresholded(mask: Plane, box: Box): Uint8Array {
  const out = new Uint8Array(box.width * box.height)
  for (let y = 0, to = 0; y < box.height; y++) {
    const from = (box.y + y) * mask.width + box.x
    for (let x = 0; x < box.width; x++) out[to++] = mask.data[from + x]! >= paintedFrom ? 1 : 0
  }
  return out
}

/** A at a pixel of the photograph. */
export function alphaAt(alpha: Alpha, x: number, y: number): number {
  const [dx, dy] = [x - alpha.x, y - alpha.y]
  return dx >= 0 && dy >= 0 && dx < alpha.width && dy < alpha.height ? alpha.data[dy * alpha.width + dx]! : 0
}

export function countBlended({ data }: Alpha): number {
  let count = 0
  for (let i = 0; i < data.length; i++) if (data[i]! > 0) count++
  return count
}
