import { allocate, allocateLike, copyOf, imageSize } from '../latent.ts'
import { ddpmInto } from '../samplers/ancestral.ts'
import { numberSetting } from '../settings.ts'
import type { Inpainter, Known, Latent, Reals, Setting, Sigma } from '../types.ts'
import { smallStd } from '../variance.ts'
import { pasteInto } from './known.ts'
import { ancestorsOf, effectiveSampleSize, inheritInto, uniformOf } from './particles.ts'
import { walking } from './walking.ts'

export const smcSettings: readonly Setting[] = [
  {
    kind: 'number',
    name: 'resampleBelow',
    label: 'Choose anew below',
    help: 'When less than this share of the batch still counts, pictures that fit the photo badly are replaced by copies of those that fit.',
    min: 0,
    max: 1,
    default: 0.5,
  },
]

/**
 * MCGdiff, Cardoso et al. 2023 (arXiv:2308.07983), section 2.1: a particle filter whose particles are the pictures of the batch, for pixels known without
 * noise. The photo is told to level s as y = x + s z on the kept pixels; the target there is the model's own chain weighed by that.
 * A transition with DDPM's small noise, m = x0 + (to/from)^2 (x - x0), v = to^2 (from^2 - to^2)/from^2, V = v + to^2, on the kept pixels:
 *   weight   w <- w N(y; m, V)/N(y; x, from^2)
 *   particle x <- m + v/V (y - m) + sqrt(v to^2/V) z;   elsewhere DDPM's own step
 * The weight asks nothing of the new noise, so particles are chosen before they move: systematic resampling when the effective sample
 * size falls below its share of the batch, and always before the last noise is added, so that the end is a fair sample of equal weights.
 * The last transition is the clean estimate. As particles grow in number, the fill tends to the chain's exact conditional given the
 * photo at the lowest level. The start meets the photo in the same way: x <- y/2 + x/sqrt(2), the product of N(0, s^2) and N(y, s^2).
 * Picture k depends on its batch mates: that is the method. `memory` holds the log weights. The one uniform number of a resampling is
 * the first picture's; a surviving particle keeps its place, copies take the places of the others.
 */
export const smc: Inpainter = walking(({ denoise, plan, noise, known, x, z, memory }) => {
  const share = numberSetting(smcSettings, plan.settings, 'resampleBelow')
  const { n } = x.shape
  const one = { n, c: 1, h: 1, w: 1 }
  const weights = memory[0] === undefined ? allocate(one, 'float64') : copyOf(memory[0])
  const [estimate, kept] = [allocateLike(x), allocateLike(x)]
  const chance = allocate({ ...one, w: 3 }, 'float64')
  return async ({ index, from, to, left }) => {
    if (index === 0) meetInto(x, known)
    const said = await denoise(x, from)
    estimate.data.set(said.x0.data)
    let size = n
    if (to > 0) {
      weighInto(weights.data, x, estimate, known, from, to)
      size = effectiveSampleSize(weights.data)
      if (size < (left === 1 ? n : share * n)) {
        noise(chance, 'resample', index)
        const ancestors = ancestorsOf(weights.data, uniformOf(chance.data))
        inheritInto(x, ancestors)
        inheritInto(estimate, ancestors)
        weights.data.fill(0)
      }
      noise(z, 'step', index)
      keptInto(kept, x, estimate, z, known, from, to)
      ddpmInto(x, { x0: estimate }, z, from, to, 'small')
      takeKept(x, kept, known)
    } else {
      x.data.set(estimate.data)
      if (plan.finalPaste) pasteInto(x, known, 0)
    }
    return { x0: estimate, effectiveSampleSize: size, memory: [weights] }
  }
})

function eachKept({ shape, data }: Latent, { photo, mask }: Known, visit: (i: number, y: number) => void): void {
  const size = imageSize(shape)
  const plane = shape.h * shape.w
  for (let i = 0; i < data.length; i++) if (mask.data[i % plane]! === 0) visit(i, photo.data[i % size]!)
}

function meetInto(x: Latent, known: Known): void {
  eachKept(x, known, (i, y) => (x.data[i] = y / 2 + x.data[i]! * Math.SQRT1_2))
}

/** Adds to the log weights, but for what is the same for every particle. */
function weighInto(weights: Reals, x: Latent, x0: Latent, known: Known, from: Sigma, to: Sigma): void {
  const size = imageSize(x.shape)
  const ratio = (to / from) ** 2
  const spread = smallStd(from, to) ** 2 + to * to
  eachKept(x, known, (i, y) => {
    const mean = x0.data[i]! + ratio * (x.data[i]! - x0.data[i]!)
    const image = Math.floor(i / size)
    weights[image] = weights[image]! + (y - x.data[i]!) ** 2 / (2 * from * from) - (y - mean) ** 2 / (2 * spread)
  })
}

function keptInto(out: Latent, x: Latent, x0: Latent, z: Latent, known: Known, from: Sigma, to: Sigma): void {
  const ratio = (to / from) ** 2
  const own = smallStd(from, to) ** 2
  const pull = own / (own + to * to)
  const std = to * Math.sqrt(pull)
  eachKept(x, known, (i, y) => {
    const mean = x0.data[i]! + ratio * (x.data[i]! - x0.data[i]!)
    out.data[i] = mean + pull * (y - mean) + std * z.data[i]!
  })
}

function takeKept(x: Latent, kept: Latent, known: Known): void {
  eachKept(x, known, (i) => (x.data[i] = kept.data[i]!))
}
