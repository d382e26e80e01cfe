import type { CropRecipe } from '../../shared/recipe.ts'
import { type Fill, fillTile, keyOf, type PickedFill } from './fills.ts'

/** How much the fills of one mask differ, pixel by pixel: where the model is sure of what belongs there, and where it guesses. Pure. */

type DoneFill = Extract<Fill, { kind: 'done' }>

/** The kept ones where there are two; else those that were made together with the one that is looked at, or the newest. Two at least, or none. */
export function comparedFills(fills: readonly Fill[], kept: ReadonlySet<string>, picked: PickedFill | null): readonly DoneFill[] {
  const done = fills.filter((fill): fill is DoneFill => fill.kind === 'done' && fill.picture.levels !== undefined)
  const favourites = done.filter((fill) => kept.has(keyOf(fill)))
  if (favourites.length > 1) return favourites
  const together = (job: string | undefined) => done.filter((fill) => fill.job === job)
  const own = together(picked?.job)
  if (own.length > 1) return own
  return together(done.find((fill) => together(fill.job).length > 1)?.job)
}

/** The same tile of each; none where all are the photograph itself. */
export function tilesToCompare(
  fills: readonly DoneFill[],
  [level, column, row]: readonly [level: number, column: number, row: number],
  tileSize: number,
): readonly string[] {
  const step = tileSize * 2 ** level
  // A level's size is rounded: a pixel of it more on every side.
  const rim = 2 ** level
  const touches = ({ x, y, width, height }: CropRecipe) =>
    x < (column + 1) * step + rim && x + width > column * step - rim && y < (row + 1) * step + rim && y + height > row * step - rim
  const filled = fills.some(({ crops }) => crops.length === 0 || crops.some(touches))
  return filled ? fills.map(({ picture }) => fillTile(picture.url, level, column, row)) : []
}

/**
 * The standard deviation of each pixel over the pictures, in levels of 255: the root of the mean over red, green and blue of their variances.
 * `pictures`: RGBA, equally long.
 */
export function spreadOf(pictures: readonly Uint8ClampedArray[]): Float32Array {
  const [first] = pictures
  const out = new Float32Array((first?.length ?? 0) >> 2)
  const n = pictures.length
  for (let pixel = 0; pixel < out.length; pixel++) {
    let variance = 0
    for (let channel = 0; channel < 3; channel++) {
      let sum = 0
      let squares = 0
      for (const picture of pictures) {
        const value = picture[pixel * 4 + channel] ?? 0
        sum += value
        squares += value * value
      }
      variance += (squares - (sum * sum) / n) / n
    }
    out[pixel] = Math.sqrt(Math.max(0, variance / 3))
  }
  return out
}

/** From here on the colour is the last one: fills that differ by this much show different things. */
export const mostSpread = 48

/** Dark to light, so that it reads without its hues; after the colour maps of van der Walt and Smith, in seven places. */
const stops: readonly (readonly [r: number, g: number, b: number])[] = [
  [12, 8, 38],
  [66, 10, 104],
  [128, 37, 130],
  [190, 55, 96],
  [236, 105, 45],
  [251, 165, 10],
  [252, 250, 150],
]

/** Of a share 0..1 of `mostSpread`. */
export function heatColour(share: number): readonly [r: number, g: number, b: number] {
  const at = Math.min(1, Math.max(0, share)) * (stops.length - 1)
  const low = Math.min(stops.length - 2, Math.floor(at))
  const t = at - low
  const mix = (channel: 0 | 1 | 2) => Math.round((stops[low]?.[channel] ?? 0) * (1 - t) + (stops[low + 1]?.[channel] ?? 0) * t)
  return [mix(0), mix(1), mix(2)]
}

/** RGBA; what is everywhere the same stays clear. */
export function heatPixels(spread: Float32Array): Uint8ClampedArray<ArrayBuffer> {
  const out = new Uint8ClampedArray(spread.length * 4)
  const colours = Array.from({ length: 256 }, (_, i) => heatColour(i / 255))
  for (let pixel = 0; pixel < spread.length; pixel++) {
    const level = spread[pixel] ?? 0
    // Below half a level it is rounding.
    if (level < 0.5) continue
    const [r, g, b] = colours[Math.min(255, Math.round((level / mostSpread) * 255))] ?? [0, 0, 0]
    out[pixel * 4] = r
    out[pixel * 4 + 1] = g
    out[pixel * 4 + 2] = b
    out[pixel * 4 + 3] = Math.min(235, 90 + level * 12)
  }
  return out
}
