import { trainedLevels } from './schedule.ts'
import type { ModelSpec, ModelTraits } from './types.ts'

/** What a method may ask of a model before it is run, out of what the model's card says. `name` stands in the sentences of a refusal. */
export function traitsOf(
  name: string,
  spec: Pick<ModelSpec, 'channels' | 'between' | 'perImageLevels' | 'variance' | 'noise'>,
): ModelTraits {
  const { sigmas } = trainedLevels(spec.noise)
  return {
    name,
    noise: spec.noise.kind,
    levels: sigmas.length,
    largest: sigmas.at(-1) ?? 0,
    smallest: sigmas[0] ?? 0,
    between: spec.between,
    perImageLevels: spec.perImageLevels !== false,
    variance: spec.variance,
    channels: spec.channels,
  }
}
