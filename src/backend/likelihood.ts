import { bitsPerDimension, meanAndError } from '../core/index.ts'
import { PalimpsestError } from '../shared/errors.ts'
import type { House } from './house.ts'
import { fieldsOf, resizedWords } from './invert.ts'
import { trackProgress } from './progress.ts'
import { checkGenerate, sizeOf } from './request.ts'
import type { FlowOptions, LikelihoodInput, LikelihoodReport } from './types.ts'

/** How likely a picture is under a model: an estimate, since no model in a file tells the divergence of its flow. */

const refuse = (sentence: string) => new PalimpsestError('request', sentence)

export async function runLikelihood(
  house: House,
  path: string,
  input: LikelihoodInput,
  options: FlowOptions,
): Promise<LikelihoodReport> {
  const signal = options.signal ?? new AbortController().signal
  const probes = input.probes ?? 16
  if (!Number.isInteger(probes) || typeof probes !== 'number' || probes < 2 || probes > 10_000)
    throw refuse(`Expected an integer from 2 to 10000 for probes but received ${JSON.stringify(probes)}.`)
  const asked = { model: input.model, count: 1, ...(input.seed === undefined ? {} : { seed: input.seed }), ...fieldsOf(input) }
  const { model, settings } = await checkGenerate({ spacing: 'linspace', steps: 100, ...asked }, house.models)
  return house.lane(async () => {
    const engine = await house.engines.acquire(model, settings.device, signal, (notice) => options.onNotice?.(notice))
    const size = sizeOf(model.card)
    const { channels, range } = model.card.image
    const pixels = { channels, range, size: model.card.image.size }
    const read = await house.imaging.call('readPicture', { path, model: pixels, ...size, asGrey: input.asGrey })
    if (read.resized) options.onNotice?.(resizedWords(model))
    const progress = trackProgress(1)
    const args = { steps: settings.steps, spacing: settings.spacing, probes, seed: settings.seed, picture: read.picture, ...size }
    const found = await engine.likelihood(args, signal, (event) => options.onProgress?.(progress.step(0, event)))
    const bits = meanAndError(found.logDensities.map((one) => bitsPerDimension(one, found.dimensions, range)))
    const { file, sha256, device } = engine.loaded
    return {
      estimate: 'finite differences',
      bitsPerDimension: bits.mean,
      standardError: bits.standardError,
      logDensity: meanAndError(found.logDensities).mean,
      dimensions: found.dimensions,
      probes,
      seed: settings.seed,
      model: { id: model.id, file, sha256 },
      device,
      source: { sha256: read.sha256 },
      steps: settings.steps,
      spacing: settings.spacing,
      nfe: found.nfe,
      milliseconds: found.milliseconds,
    }
  })
}
