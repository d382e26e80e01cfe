import { imageSize } from '../latent.ts'
import { switchSetting } from '../settings.ts'
import type { InpaintPlan, Known, Latent, Setting, Sigma, Step } from '../types.ts'
import { levelAt } from './walk.ts'

/** The part of the picture that is kept, at the model's size. */

/** Of the methods that keep the photo by noising it, and so end a little beside it. */
export const pasteSettings: readonly Setting[] = [
  {
    kind: 'switch',
    name: 'finalPaste',
    label: 'End on the true photo',
    help: 'The last estimate gets the exact pixels that are kept. Off: the paper to the letter, kept pixels come out slightly noisy.',
    default: true,
    advanced: true,
  },
]

/** Whether the last state gets the photo's true pixels: the caller and the setting must both want it. */
export function endsOnPhoto({ finalPaste, settings }: InpaintPlan): boolean {
  return finalPaste && switchSetting(pasteSettings, settings, 'finalPaste')
}

/** Refuses a photo or mask of another size than the batch, in one sentence. */
export function checkKnown(x: Latent, known: Known): void {
  const { c, h, w } = x.shape
  const { photo, mask } = known
  if (photo.data.length !== c * h * w || photo.shape.c !== c || photo.shape.h !== h) {
    throw new RangeError(`The photo must be ${c} x ${h} x ${w} but is ${photo.shape.c} x ${photo.shape.h} x ${photo.shape.w}.`)
  }
  if (mask.h !== h || mask.w !== w || mask.data.length !== h * w)
    throw new RangeError(`The mask must be ${h} x ${w} but is ${mask.h} x ${mask.w}.`)
}

/** Kept pixels of every image <- photo + sigma z: the known part at that level. At sigma 0 the photo's own values, bit for bit. */
export function pasteInto(x: Latent, known: Known, sigma: Sigma, z?: Latent): void {
  const size = imageSize(x.shape)
  const plane = x.shape.h * x.shape.w
  const { photo, mask } = known
  for (let i = 0; i < x.data.length; i++) {
    if (mask.data[i % plane]! > 0) continue
    const clean = photo.data[i % size]!
    x.data[i] = z === undefined ? clean : clean + sigma * z.data[i]!
  }
}

/** The whole run where no pixel is to be repainted: the photo itself, in one transition without a model call. */
export function nothingToPaint(x: Latent, known: Known, plan: InpaintPlan): Step {
  pasteInto(x, known, 0)
  return { index: 0, sigma: levelAt(plan.levels, 0), state: { next: 0, x, memory: [] } }
}
