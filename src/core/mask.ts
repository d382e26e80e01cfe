import { drawCapsules, strokesOf, strokeStyles } from './strokes.ts'
import type { StrokeStyle } from './strokes.ts'

/** Masks shared by the editor, imaging and the samplers: one byte a pixel, row-major [h, w], 1 = repaint, 0 = keep. */

export const presetNames = [
  'centre',
  'left',
  'right',
  'top',
  'bottom',
  'genhalf',
  'every-other-line',
  'super-resolve-2x',
  'expand',
  'all',
  ...strokeStyles,
] as const
export type PresetName = (typeof presetNames)[number]

export function isPresetName(name: string): name is PresetName {
  return (presetNames as readonly string[]).includes(name)
}

type Rule = (x: number, y: number, w: number, h: number) => boolean

/** Halves of an odd side take the middle line in both, so no half is empty. */
const rules: Readonly<Record<Exclude<PresetName, StrokeStyle>, Rule>> = {
  centre: (x, y, w, h) => {
    const side = Math.max(1, Math.round(Math.min(w, h) / 2))
    return inMiddle(x, w, side) && inMiddle(y, h, side)
  },
  left: (x, _y, w) => 2 * x < w,
  right: (x, _y, w) => 2 * (w - 1 - x) < w,
  top: (_x, y, _w, h) => 2 * y < h,
  bottom: (_x, y, _w, h) => 2 * (h - 1 - y) < h,
  // RePaint's "genhalf" is given the left half of its pictures.
  genhalf: (x, _y, w) => 2 * (w - 1 - x) < w,
  'every-other-line': (_x, y) => y % 2 === 1,
  'super-resolve-2x': (x, y) => x % 2 === 1 || y % 2 === 1,
  // RePaint's "expand": 64 of 256 are kept, a quarter of each side.
  expand: (x, y, w, h) => !(inMiddle(x, w, Math.max(1, Math.round(w / 4))) && inMiddle(y, h, Math.max(1, Math.round(h / 4)))),
  all: () => true,
}

/** Whether a preset is drawn by chance, from a seed. */
function isStrokeStyle(name: string): name is StrokeStyle {
  return (strokeStyles as readonly string[]).includes(name)
}

function inMiddle(at: number, length: number, side: number): boolean {
  const first = Math.floor((length - side) / 2)
  return at >= first && at < first + side
}

/**
 * The preset at w x h pixels. Centre: a square, its side half the shorter side. The strokes are drawn from `seed`, an integer 0..2^53 - 1;
 * the others need none. Refuses an unknown name and an empty size.
 */
export function presetMask(name: string, w: number, h: number, seed = 0): Uint8Array {
  if (!isPresetName(name)) throw new RangeError(`"${name}" is no mask preset: use ${presetNames.join(', ')}.`)
  checkSize(w, h)
  if (isStrokeStyle(name)) return drawCapsules(strokesOf(name, w, h, seed), { left: 0, top: 0, w, h })
  const rule = rules[name]
  const mask = new Uint8Array(w * h)
  for (let y = 0; y < h; y++) {
    for (let x = 0; x < w; x++) mask[y * w + x] = rule(x, y, w, h) ? 1 : 0
  }
  return mask
}

/**
 * A w x h mask (anything above 0 counts) at another size, by max-pool: a pixel is repainted when any source pixel under it is, so none is
 * half known. Enlarging works too; the result is 0 or 1.
 */
export function reduceMask(mask: Uint8Array, w: number, h: number, toW: number, toH: number): Uint8Array {
  checkSize(w, h)
  checkSize(toW, toH)
  if (mask.length !== w * h) throw new RangeError(`Expected a mask of ${w * h} pixels but received ${mask.length}.`)
  const columns = spans(w, toW)
  const rows = spans(h, toH)
  const out = new Uint8Array(toW * toH)
  for (const [y, [top, bottom]] of rows.entries()) {
    for (const [x, [left, right]] of columns.entries()) out[y * toW + x] = anyIn(mask, w, left, top, right, bottom) ? 1 : 0
  }
  return out
}

/** Source pixels [first, end) that lie, even in part, under each of `to` pixels. Integer arithmetic: no pixel is lost to rounding. */
function spans(from: number, to: number): (readonly [number, number])[] {
  return Array.from({ length: to }, (_, i) => [Math.floor((i * from) / to), Math.ceil(((i + 1) * from) / to)] as const)
}

function anyIn(mask: Uint8Array, w: number, left: number, top: number, right: number, bottom: number): boolean {
  for (let y = top; y < bottom; y++) {
    for (let x = left; x < right; x++) if (mask[y * w + x]! > 0) return true
  }
  return false
}

/** How many pixels are to be repainted. */
export function countPainted(mask: Uint8Array): number {
  let painted = 0
  for (const value of mask) if (value > 0) painted++
  return painted
}

function checkSize(w: number, h: number): void {
  if (!Number.isInteger(w) || !Number.isInteger(h) || w < 1 || h < 1)
    throw new RangeError(`Expected a size of at least 1 x 1 but received ${w} x ${h}.`)
}
