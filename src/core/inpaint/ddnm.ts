import type { Inpainter, InpaintPlan, Known, Latent, Reals, Sigma } from '../types.ts'
import { correct } from './correct.ts'

/**
 * DDNM for a mask, Wang, Yu & Zhang 2023 (arXiv:2212.00490), in the form of its published code: the kept pixels of the clean estimate become the
 * photo's, x0^ = x0 - m (x0 - y), and then x <- x0^ + to (eta z + sqrt(1 - eta^2) e), e = (x - x0)/from of the estimate as it was. Eta 0 takes
 * all chance from the start noise. Refuses an eta outside 0..1.
 */
export const ddnm: Inpainter = correct(sharesOf)

/**
 * The same with the photo's grey known where it is painted over: x0^ = x0 - A+(A x0 - A y), A the mean of the channels there and the identity
 * elsewhere. So light and dark stay as they were and the colours are new. Grey is the plain mean, in the model's own values; one channel has
 * no colours and is refused.
 */
export const ddnmColour: Inpainter = async function* (denoise, plan, state, noise, known) {
  if (state.x.shape.c < 2) throw new RangeError('One channel has no colours to paint: choose a model of three.')
  yield* inColours(denoise, plan, state, noise, known)
}

const inColours = correct(sharesOf, keepGrey)

function sharesOf({ eta }: InpaintPlan) {
  if (!(eta >= 0 && eta <= 1)) throw new RangeError(`Expected a number from 0 to 1 for eta but received ${eta}.`)
  return (to: Sigma) => {
    const share = { direction: to * Math.sqrt(1 - eta * eta), fresh: to * eta }
    return { kept: share, painted: share }
  }
}

/** Kept pixels: the photo. Painted ones: the model's, every channel moved by what their mean lacks of the photo's. */
function keepGrey(out: Reals, x0: Latent, { photo, mask }: Known): void {
  const { n, c, h, w } = x0.shape
  const plane = h * w
  for (let image = 0; image < n; image++) {
    for (let pixel = 0; pixel < plane; pixel++) {
      const first = image * c * plane + pixel
      if (mask.data[pixel] === 0) {
        for (let k = 0; k < c; k++) out[first + k * plane] = photo.data[pixel + k * plane]!
        continue
      }
      let miss = 0
      for (let k = 0; k < c; k++) miss += x0.data[first + k * plane]! - photo.data[pixel + k * plane]!
      for (let k = 0; k < c; k++) out[first + k * plane] = x0.data[first + k * plane]! - miss / c
    }
  }
}
