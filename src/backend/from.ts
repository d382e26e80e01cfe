import { basename, join } from 'node:path'
import type { RunResult } from '../shared/engine.ts'
import { PalimpsestError } from '../shared/errors.ts'
import type { RunReport } from '../shared/recipe.ts'
import { generateRequest, type GenerateRequest, type Resolved } from '../shared/request.ts'
import { generatePictures } from './generate.ts'
import type { House } from './house.ts'
import { invertOne } from './invert.ts'
import {
  between,
  fileNoises,
  givenNoise,
  type Noise,
  type NoiseSource,
  recipeNoise,
  seedNoise,
  startRecipeOf,
  topOf,
} from './noise.ts'
import { asDrawer, checkGenerate, type Checked, sizeOf } from './request.ts'
import { intoFolder } from './runs.ts'
import type { RunContext } from './run.ts'
import type { RunOptions } from './types.ts'

/** Runs that begin at a noise that is given, or between two of them. */

const refuse = (sentence: string) => new PalimpsestError('request', sentence)

/** Generates from a noise that is given instead of drawn. Without a count of its own there is one picture a noise. */
export async function runFrom(house: House, input: object, source: NoiseSource, options: RunOptions): Promise<RunReport> {
  const asked = input as Readonly<Record<string, unknown>>
  if (source.kind === 'seed') return runGenerateWith(house, asked, { seed: source.seed, count: 1 }, options)
  if (source.kind === 'picture') {
    const recipe = await startRecipeOf(house.imaging, source.path)
    if (recipe?.kind !== 'generate')
      throw refuse(
        `"${basename(source.path)}" holds no recipe of a picture made from noise; palimpsest invert finds a noise for any picture.`,
      )
    const { seed, start } = recipe
    if (start === undefined && asked['seed'] === undefined) return runGenerateWith(house, asked, { seed, count: 1 }, options)
    const checked = await checkGenerate({ count: 1, seed, ...asked }, house.models)
    const noise = recipeNoise(checked.model, start ?? { from: 'seed', seed }, topOf(checked.model, checked.settings))
    if (noise === undefined)
      throw refuse(`"${basename(source.path)}" began at a noise that only a file held: give that file with --from.`)
    return generateFrom(house, checked, [noise], options)
  }
  // The file is read before the request is checked, since it says how many there are; the model is named in the request alone.
  const { model: id } = generateRequest.pick({ model: true }).loose().parse(asked)
  const noises = await fileNoises(asDrawer(await house.models.find(id)), source.path)
  const checked = await checkGenerate({ count: noises.length, ...asked }, house.models)
  const { count } = checked.settings
  if (noises.length > 1 && count > noises.length)
    throw refuse(`The file holds ${String(noises.length)} noises, which is fewer than the ${String(count)} pictures asked for.`)
  return generateFrom(house, checked, noises, options)
}

async function runGenerateWith(house: House, asked: object, otherwise: object, options: RunOptions): Promise<RunReport> {
  const checked = await checkGenerate({ ...otherwise, ...asked }, house.models)
  return intoFolder(house, options, (run) => generatePictures(checked, run))
}

/** One noise for all pictures, or one each. */
function generateFrom(
  house: House,
  checked: Checked<Resolved<GenerateRequest>>,
  noises: readonly Noise[],
  options: RunOptions,
): Promise<RunReport> {
  const start = (index: number) => {
    const noise = noises.length === 1 ? noises[0] : noises[index]
    if (noise === undefined) throw new Error('a picture without its noise')
    return { noise: noise.data, recipe: noise.recipe }
  }
  return intoFolder(house, options, (run) => generatePictures(checked, run, { start }))
}

/** The frames from a to b along the sphere, all with the step noise of one seed, and one strip of them. */
export async function runInterpolate(
  house: House,
  input: object,
  ends: readonly [NoiseSource, NoiseSource],
  options: RunOptions,
): Promise<RunReport> {
  const checked = await checkGenerate({ count: 8, ...input }, house.models)
  const { model, settings } = checked
  if (settings.count < 2) throw refuse(`Expected an integer from 2 to 10000 for count but received ${String(settings.count)}.`)
  return intoFolder(house, options, async (run) => {
    const parts: Float32Array[] = []
    const report = await interpolate(house, checked, ends, run, ({ images }) => parts.push(images))
    const { width, height } = sizeOf(model.card)
    const shape = { n: settings.count, c: model.card.image.channels, h: height, w: width }
    const images = new Float32Array(shape.n * shape.c * height * width)
    let at = 0
    for (const part of parts) {
      images.set(part, at)
      at += part.length
    }
    const out = join(run.file(0), '..', 'strip.png')
    await house.imaging.call('writeSheet', { images, shape, range: model.card.image.range, columns: shape.n, gap: 2, out })
    return report
  })
}

/** The frames alone, `count` of the settings, at least 2. */
export async function interpolate(
  house: House,
  checked: Checked<Resolved<GenerateRequest>>,
  ends: readonly [NoiseSource, NoiseSource],
  run: RunContext,
  onImages?: (result: RunResult) => void,
): Promise<RunReport> {
  const { count } = checked.settings
  const [a, b] = [await endNoise(house, checked, ends[0], run.signal), await endNoise(house, checked, ends[1], run.signal)]
  const noises = Array.from({ length: count }, (_, i) => between(a, b, i / (count - 1)))
  return generatePictures(checked, run, {
    oneSeed: true,
    start: (index) => {
      const noise = noises[index]
      if (noise === undefined) throw new Error('a frame without its noise')
      return { noise: noise.data, recipe: noise.recipe }
    },
    ...(onImages === undefined ? {} : { onImages }),
  })
}

/** A picture that tells no noise of its own is inverted, with the run's own levels. */
async function endNoise(
  house: House,
  { model, settings }: Checked<Resolved<GenerateRequest>>,
  source: NoiseSource,
  signal: AbortSignal,
): Promise<Noise> {
  const top = topOf(model, settings)
  if (source.kind === 'seed') return seedNoise(model, source.seed, top)
  if (source.kind === 'file') {
    const [first, ...others] = await fileNoises(model, source.path)
    if (first === undefined || others.length > 0)
      throw refuse(`"${basename(source.path)}" holds several noises where one is needed.`)
    return first
  }
  const recipe = await startRecipeOf(house.imaging, source.path)
  if (recipe?.kind === 'generate' && recipe.model.id === model.id) {
    const told = recipeNoise(model, recipe.start ?? { from: 'seed', seed: recipe.seed }, top)
    if (told !== undefined) return told
  }
  const engine = await house.engines.acquire(model, settings.device, signal, () => undefined)
  const { inverted } = await invertOne(house, engine, model, { ...settings, order: 'second', asGrey: true }, source.path, signal)
  return givenNoise(inverted.noise)
}
