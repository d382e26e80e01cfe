import { type Alpha, alphaAt } from './blend.ts'
import type { Pixels } from './decode.ts'

/**
 * The fill alone: colours G with A as their alpha, of the photograph's size and depth, clear where A = 0 (STUDIO.md 8d). Laid over S by the plain
 * mix of any editor it gives Out to the last value: G is taken from Out and S, and of the values that round to Out the middle one stands.
 */
export function layerOf(source: Pixels, out: Pixels, alpha: Alpha): Pixels {
  const { width, height } = source
  const colours = source.channels < 3 ? 1 : 3
  const deep = source.data instanceof Uint16Array
  const [top, scale] = deep ? [65535, 257] : [255, 1]
  const channels = colours === 1 ? 2 : 4
  const data = deep ? new Uint16Array(width * height * channels) : new Uint8Array(width * height * channels)
  for (let y = alpha.y; y < alpha.y + alpha.height; y++) {
    for (let x = alpha.x; x < alpha.x + alpha.width; x++) {
      const a = alphaAt(alpha, x, y)
      if (a === 0) continue
      const at = y * width + x
      for (let c = 0; c < colours; c++) {
        const [s, o] = [source.data[at * source.channels + c]!, out.data[at * out.channels + c]!]
        data[at * channels + c] = Math.min(top, Math.max(0, Math.round((255 * o - (255 - a) * s) / a)))
      }
      data[at * channels + colours] = a * scale
    }
  }
  return { width, height, channels, data }
}
