import { allocateBuffers, type LoadedDenoiser } from './call.ts'
import { callError } from './refusals.ts'

/** The model alone, without sampler, noise or messages: milliseconds of each of `steps` calls on the same random input. */
export async function timeBareCalls(
  model: LoadedDenoiser,
  {
    steps,
    batch,
    width,
    height,
  }: { readonly steps: number; readonly batch: number; readonly width: number; readonly height: number },
): Promise<number[]> {
  const { feeds, into, sample } = allocateBuffers(model, { n: batch, c: model.card.image.channels, h: height, w: width })
  // A fixed linear congruence (Numerical Recipes): values -1..1; arithmetic takes the same time for any of them.
  let random = 1
  for (let i = 0; i < sample.length; i++) {
    random = (Math.imul(random, 1664525) + 1013904223) >>> 0
    sample[i] = random / 2 ** 31 - 1
  }
  const times: number[] = []
  for (let step = 0; step < steps; step++) {
    const begun = performance.now()
    try {
      await model.graph.run(feeds, into)
    } catch (error) {
      throw callError(error, model.device)
    }
    times.push(performance.now() - begun)
  }
  return times
}
