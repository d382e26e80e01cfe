import { createNoise, trainedLevels } from '../../core/index.ts'
import type { ModelSize } from '../../shared/imaging.ts'
import type { House } from '../house.ts'
import { type Drawer, sizeOf } from '../request.ts'

/** A picture on its way to noise, as the model was shown it in training. */

/** The trained level at this share of the schedule: 0 is the picture itself, 1 the last level. */
export function levelAt(model: Drawer, share: number): number {
  const { sigmas } = trainedLevels(model.card.noise)
  return share <= 0 ? 0 : (sigmas[Math.max(0, Math.round(share * sigmas.length) - 1)] ?? 0)
}

/**
 * x0 + sigma z; of a model with a variance-preserving process divided by sqrt(1 + sigma^2), which is sqrt(A) x0 + sqrt(1 - A) z: Ho, Jain & Abbeel 2020
 * (arXiv:2006.11239), eq. 4. The same z at every level.
 */
export function noised(model: Drawer, picture: Float32Array, share: number, seed: number): Float32Array {
  const sigma = levelAt(model, share)
  const { width, height } = sizeOf(model.card)
  const z = { shape: { n: 1, c: model.card.image.channels, h: height, w: width }, data: new Float32Array(picture.length) }
  createNoise([seed])(z, 'start', 0)
  const scale = model.card.noise.kind === 'vp' ? 1 / Math.sqrt(1 + sigma * sigma) : 1
  return picture.map((value, i) => scale * (value + sigma * (z.data[i] ?? 0)))
}

/** The middle of the picture at the model's size, in grey for a model of one channel. */
export async function pictureFor({ imaging }: Pick<House, 'imaging'>, model: Drawer, path: string): Promise<Float32Array> {
  const { channels, range, size } = model.card.image
  const own: ModelSize = { channels, range, size }
  const { picture } = await imaging.call('readPicture', { path, model: own, ...sizeOf(model.card), asGrey: true })
  return picture
}
