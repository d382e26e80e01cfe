import { type Alpha, type Box, intersection } from './blend.ts'
import type { Pixels } from './decode.ts'
import { seamCorrection } from './seam.ts'

/**
 * A fill without a model, to begin one at: what is round the hole, spread over it as the membrane that is fixed at its edge (seam.ts), which is the
 * steady state of diffusion inwards. Smooth, and of the colours that meet there.
 */
export interface QuickFill {
  readonly area: Box
  readonly colours: 1 | 3
  /** Row y of the area from column x on, in the photograph's colours, 0..1 and interleaved, as far as `out` goes; it holds good where A > 0. */
  readInto(out: Float32Array, y: number, x: number): void
}

/** Where nothing of the photograph is left to be seen. */
const grey = 0.5

export function quickFill(source: Pixels, alpha: Alpha, within: Box): QuickFill {
  const area = intersection(alpha, within)
  const colours = source.channels < 3 ? 1 : 3
  const spread = area.width * area.height === 0 ? null : seamCorrection('membrane', source, alpha, area, (_y, out) => out.fill(0))
  return {
    area,
    colours,
    readInto(out, y, x) {
      out.fill(spread === null ? grey : 0)
      spread?.(y, out, x)
    },
  }
}
