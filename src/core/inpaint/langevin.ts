import { imageSize } from '../latent.ts'
import { numberSetting } from '../settings.ts'
import type { Inpainter, InpaintPlan, Known, Latent, Setting, Sigma } from '../types.ts'
import { scaled, stepInto } from './correct.ts'
import { pasteInto } from './known.ts'
import { innerWalk } from './walk.ts'
import { walking } from './walking.ts'

export const langevinInpaintSettings: readonly Setting[] = [
  {
    kind: 'number',
    name: 'innerSteps',
    label: 'Steps at each level',
    help: 'How often fill and photo are moved towards each other at one noise level. Every one is a model call.',
    min: 1,
    max: 50,
    integer: true,
    default: 5,
  },
  {
    kind: 'number',
    name: 'innerStride',
    label: 'Stride of an inner step',
    help: 'How much of the noise an inner step renews. Small strides are exact and slow, large ones restless.',
    min: 0.01,
    max: 3,
    scale: 'log',
    default: 0.5,
  },
  {
    kind: 'number',
    name: 'guide',
    label: 'Pull of the photo',
    help: 'How strongly the kept pixels, and through the model the fill, are drawn to the photo.',
    min: 0,
    max: 20,
    default: 8,
  },
]

/** Inner steps at every level above 0, then the step down. */
export const langevinInpaintWalk = (of: { readonly steps: number; readonly settings?: InpaintPlan['settings'] }) =>
  innerWalk(of.steps, numberSetting(langevinInpaintSettings, of.settings, 'innerSteps'))

/**
 * Langevin steps at every level before the step down, after LanPaint: Zheng, Lan & Wang 2025 (arXiv:2502.03491), section 4, from the paper.
 * The state moves whole, fill and kept pixels together, for a time `innerStride` in units of sigma^2. On the fill pulls the score,
 * (x0 - x)/sigma^2; on the kept pixels the paper's bidirectional one, (1 + guide)(y - x)/sigma^2 - guide (x0 - x)/sigma^2. Each is solved
 * exactly with the model's estimate held still (exponential integrator, one call an inner step), c the pixel's goal:
 *   fill  c = x0,                                 q = e^-stride,              noise sigma sqrt(1 - q^2)
 *   kept  c = y + guide/(1 + guide) (x - x0),     q = e^-(1 + guide) stride,  noise sigma sqrt((1 - q^2)/(1 + guide))
 *   x <- c + q (x - c) + noise z
 * Where we differ: the kept pixels enter each level with fresh noise instead of one tensor for the run, and the step down is DDNM's with
 * its eta instead of an ODE's; on Gaussian data that is nearer to the exact fill for the same calls.
 */
export const langevinInpaint: Inpainter = walking(({ denoise, plan, noise, known, x, z }) => {
  const { eta } = plan
  if (!(eta >= 0 && eta <= 1)) throw new RangeError(`Expected a number from 0 to 1 for eta but received ${eta}.`)
  const stride = numberSetting(langevinInpaintSettings, plan.settings, 'innerStride')
  const guide = numberSetting(langevinInpaintSettings, plan.settings, 'guide')
  return async ({ index, transition, from, to, entered }) => {
    if (entered) {
      noise(z, 'known', index)
      pasteInto(x, known, from, z)
    }
    const { x0 } = await denoise(x, from)
    const inner = transition.kind === 'inner'
    if (inner || eta * to > 0) noise(z, 'step', index)
    if (inner) {
      relaxInto(x, x0, z, known, from, stride, guide)
      return { x0, stepSize: stride * from * from }
    }
    const share = scaled({ direction: to * Math.sqrt(1 - eta * eta), fresh: to * eta }, from)
    stepInto(x, x0, z, known, share, share)
    return { x0 }
  }
})

function relaxInto(x: Latent, x0: Latent, z: Latent, { photo, mask }: Known, sigma: Sigma, stride: number, guide: number): void {
  const size = imageSize(x.shape)
  const plane = x.shape.h * x.shape.w
  const fillKeeps = Math.exp(-stride)
  const fillNoise = sigma * Math.sqrt(1 - fillKeeps ** 2)
  const photoKeeps = Math.exp(-(1 + guide) * stride)
  const photoNoise = sigma * Math.sqrt((1 - photoKeeps ** 2) / (1 + guide))
  const share = guide / (1 + guide)
  for (let i = 0; i < x.data.length; i++) {
    const isPainted = mask.data[i % plane]! > 0
    const goal = isPainted ? x0.data[i]! : photo.data[i % size]! + share * (x.data[i]! - x0.data[i]!)
    const keeps = isPainted ? fillKeeps : photoKeeps
    x.data[i] = goal + keeps * (x.data[i]! - goal) + (isPainted ? fillNoise : photoNoise) * z.data[i]!
  }
}
