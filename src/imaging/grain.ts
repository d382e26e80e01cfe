import { createNoise } from '../core/index.ts'
import type { Latent } from '../core/types.ts'
import { gaussian, passRadius, passTaps, type Texture, trace } from './texture.ts'

/**
 * Grain like that of the photograph (STUDIO.md 8c), by what texture.ts measured: white noise from the seed, softened to the correlation of
 * neighbours and mixed to the covariance of the channels, so that grain of brightness stays grain of brightness.
 */

/** Noise of one width of softness: what the high pass leaves of its variance, and the correlation of neighbours there. */
interface Softness {
  readonly taps: Float64Array
  readonly left: number
  readonly correlation: number
}

/** Grain is softened by a Gaussian of up to a pixel. */
const softRadius = 3
const widths = Array.from({ length: 11 }, (_, i) => i / 10)

function softnessOf(sigma: number): Softness {
  const plain = gaussian(sigma, softRadius)
  const scale = 1 / Math.sqrt(plain.reduce((all, tap) => all + tap * tap, 0))
  const taps = plain.map((tap) => tap * scale)
  // The whole filter, (one - pass) * taps, and its autocorrelation at 0 and at 1: closed sums, no sample is drawn.
  const reach = passRadius + softRadius
  const side = 2 * reach + 1
  const passed = convolved(taps, passTaps)
  const own = (i: number) => taps[i - passRadius] ?? 0
  const at = (x: number, y: number) => (x < side ? own(x) * own(y) - passed[x]! * passed[y]! : 0)
  let [zero, one] = [0, 0]
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      zero += at(x, y) ** 2
      one += at(x, y) * at(x + 1, y)
    }
  }
  return { taps, left: zero, correlation: one / zero }
}

function convolved(a: Float64Array, b: Float64Array): Float64Array {
  const out = new Float64Array(a.length + b.length - 1)
  for (let i = 0; i < a.length; i++) for (let k = 0; k < b.length; k++) out[i + k]! += a[i]! * b[k]!
  return out
}

let table: readonly Softness[] | undefined

function nearestSoftness(correlation: number): Softness {
  table ??= widths.map(softnessOf)
  return table.reduce((best, one) =>
    Math.abs(one.correlation - correlation) < Math.abs(best.correlation - correlation) ? one : best,
  )
}

export interface Grain {
  /** Lower triangle, row-major: noise = mix x independent normals, in 0..1. */
  readonly mix: readonly number[]
  readonly taps: Float64Array
  /** Standard deviation of a channel, in levels of 255. */
  readonly levels: number
}

/** Less than this, in levels of 255, is not seen, and is not added. */
const leastLevels = 0.3

/**
 * What a fill lacks of the grain round it, `strength` times; null where that is nothing. `top`: the largest sample, whose rounding (a
 * variance of 1/12) is no grain.
 */
export function missingGrain(ring: Texture | null, fill: Texture | null, strength: number, top: number): Grain | null {
  const loud = ring === null ? 0 : trace(ring.covariance)
  if (ring === null || loud <= 0 || strength === 0) return null
  const colours = ring.covariance.length === 1 ? 1 : 3
  const { taps, left } = nearestSoftness(ring.correlation)
  const rounding = (colours * nearestSoftness(0).left) / (12 * top * top)
  const missing = Math.max(0, loud - rounding - (fill === null ? 0 : Math.max(0, trace(fill.covariance) - rounding)))
  const scale = (strength * strength * missing) / (loud * left)
  const levels = 255 * Math.sqrt((scale * loud) / colours)
  if (levels < leastLevels * strength) return null
  return { mix: choleskyOf(ring.covariance.map((value) => value * scale)), taps, levels }
}

/** L of L L' = covariance. A grey photograph in three equal channels gets three equal ones, to the last bit. */
function choleskyOf(covariance: readonly number[]): readonly number[] {
  if (covariance.length === 1) return [Math.sqrt(covariance[0]!)]
  const [a, b, c, , d, e, , , f] = covariance as [number, number, number, number, number, number, number, number, number]
  if ([b, c, d, e, f].every((value) => value === a)) return [1, 0, 0, 1, 0, 0, 1, 0, 0].map((one) => one * Math.sqrt(a))
  const root = (value: number) => Math.sqrt(Math.max(0, value))
  const over = (value: number, by: number) => (by === 0 ? 0 : value / by)
  const rr = root(a)
  const [rg, rb] = [over(b, rr), over(c, rr)]
  const gg = root(d - rg * rg)
  const gb = over(e - rb * rg, gg)
  return [rr, 0, 0, rg, gg, 0, rb, gb, root(f - rb * rb - gb * gb)]
}

/** White noise is drawn in squares of this side, each by its place in the photograph, whatever window asks. */
const square = 64
/** More squares in a line than any photograph has. */
const lineLength = 65_536

/**
 * Adds grain to rows of a window whose left upper pixel is (left, top) of the photograph: `add(y, row, weight)` for rows from above, each
 * pixel x by weight(x); a weight of 0 leaves the pixel as it is.
 */
export function grainAdder(
  grain: Grain,
  seed: number,
  { left, top, width, colours }: { readonly left: number; readonly top: number; readonly width: number; readonly colours: 1 | 3 },
): (y: number, row: Float32Array, weight: (x: number) => number) => void {
  const white = whiteNoise(seed, colours)
  const soft = grain.taps.some((tap, i) => i !== softRadius && tap !== 0)
  const radius = soft ? softRadius : 0
  const taps = soft ? grain.taps : Float64Array.of(1)
  const blocks = Math.ceil(width / block)
  const held = new Map<number, Float32Array>()
  const source = new Float32Array((block + 2 * radius) * colours)
  /** Row y of the photograph, the columns of one block, softened across. */
  const line = (y: number, at: number): Float32Array => {
    // One more than there are blocks above: rows may begin above the photograph.
    const key = (y + softRadius) * blocks + at
    const known = held.get(key)
    if (known !== undefined) return known
    white(y, left + at * block - radius, source)
    const out = new Float32Array(block * colours)
    for (let i = 0; i < out.length; i++) {
      let sum = 0
      for (let k = 0; k < taps.length; k++) sum += taps[k]! * source[i + k * colours]!
      out[i] = sum
    }
    held.set(key, out)
    return out
  }
  const mixed = new Float64Array(colours)
  return (y, row, weight) => {
    const gone = (top + y - radius + softRadius) * blocks
    for (const key of held.keys()) if (key < gone) held.delete(key)
    for (let at = 0; at < blocks; at++) {
      const [start, end] = [at * block, Math.min(width, (at + 1) * block)]
      // Nearly all of a long wire's area is not blended: nothing is drawn for it.
      let some = false
      for (let x = start; x < end && !some; x++) some = weight(x) !== 0
      if (!some) continue
      const lines = Array.from(taps, (_, k) => line(top + y + k - radius, at))
      for (let x = start; x < end; x++) {
        const w = weight(x)
        if (w === 0) continue
        for (let c = 0; c < colours; c++) {
          let sum = 0
          for (let k = 0; k < taps.length; k++) sum += taps[k]! * lines[k]![(x - start) * colours + c]!
          mixed[c] = sum
        }
        for (let c = 0; c < colours; c++) {
          let sum = 0
          for (let d = 0; d <= c; d++) sum += grain.mix[c * colours + d]! * mixed[d]!
          row[x * colours + c]! += w * sum
        }
      }
    }
  }
}

/** Columns that are softened at once. */
const block = 64

/** Row y of an endless plane of normals from column x on, `colours` interleaved, as many as `out` holds. */
function whiteNoise(seed: number, colours: 1 | 3): (y: number, x: number, out: Float32Array) => void {
  const noise = createNoise([seed])
  const tiles = new Map<number, Latent>()
  let lowest = -Infinity
  const tileOf = (band: number, column: number): Latent => {
    // One line of squares above and one left of the photograph: the softening looks there.
    const walk = (band + 1) * lineLength + column + 1
    const known = tiles.get(walk)
    if (known !== undefined) return known
    const tile: Latent = { shape: { n: 1, c: colours, h: square, w: square }, data: new Float32Array(colours * square * square) }
    noise(tile, 'grain', walk)
    if (band - 1 > lowest) {
      lowest = band - 1
      for (const old of tiles.keys()) if (old < (lowest + 1) * lineLength) tiles.delete(old)
    }
    tiles.set(walk, tile)
    return tile
  }
  return (y, x, out) => {
    const band = Math.floor(y / square)
    for (let i = 0, to = 0; to < out.length; i++) {
      const column = Math.floor((x + i) / square)
      const { data } = tileOf(band, column)
      const from = (y - band * square) * square + x + i - column * square
      for (let c = 0; c < colours; c++) out[to++] = data[c * square * square + from]!
    }
  }
}
