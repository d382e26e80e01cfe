import { imageSize } from './latent.ts'
import type { Latent, Sigma } from './types.ts'

/**
 * How strongly the model pulls: the root mean square over the values of each image of the score (x0 - x)/sigma^2 of p_sigma at x, as the method
 * was given it, so after any threshold. One number an image.
 */
export function scoreNorms(x: Latent, x0: Latent, sigma: Sigma | readonly Sigma[]): number[] {
  const size = imageSize(x.shape)
  return Array.from({ length: x.shape.n }, (_, image) => {
    const level = typeof sigma === 'number' ? sigma : sigma[image]!
    return rootMeanSquare(x, x0, image * size, size) / (level * level)
  })
}

function rootMeanSquare(x: Latent, x0: Latent, from: number, size: number): number {
  let sum = 0
  for (let i = from; i < from + size; i++) sum += (x0.data[i]! - x.data[i]!) ** 2
  return Math.sqrt(sum / size)
}
