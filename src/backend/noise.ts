import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { createNoise, planLevels, scaleInto, slerpInto, startLatent, startScale, trainedLevels } from '../core/index.ts'
import type { NoiseSpec, Shape } from '../core/types.ts'
import { PalimpsestError } from '../shared/errors.ts'
import { readNpy } from '../shared/npy.ts'
import type { Recipe, StartRecipe } from '../shared/recipe.ts'
import { fileSize } from './files.ts'
import type { Imaging } from './imaging.ts'
import { type Drawer, sizeOf } from './request.ts'

/** Start noises from everywhere: a seed, a file, the recipe in a picture, and what lies between two of them. */

export interface Noise {
  /** Unit variance, [c, h, w]. */
  readonly data: Float32Array
  readonly recipe: StartRecipe
}

/** As the user names it: `seed`, a `.npy` file, or a picture. Absolute paths. */
export type NoiseSource =
  | { readonly kind: 'seed'; readonly seed: number }
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'picture'; readonly path: string }

const refuse = (sentence: string) => new PalimpsestError('request', sentence)

/** The first level of a run with these settings. */
export function topOf({ card }: Drawer, { spacing, steps }: { readonly spacing: string; readonly steps: number }): number {
  try {
    return planLevels(trainedLevels(card.noise), spacing, steps, card.input.level.between).levels[0] ?? 0
  } catch (error) {
    if (error instanceof RangeError) throw refuse(error.message)
    throw error
  }
}

/** [1, c, h, w] of the pictures this model makes. */
export function shapeOf({ card }: Drawer): Shape {
  const { width, height } = sizeOf(card)
  return { n: 1, c: card.image.channels, h: height, w: width }
}

/** `top`: the first level of the run, which a start that is uniform in the range depends on. */
export function seedNoise(model: Drawer, seed: number, top: number): Noise {
  const shape = shapeOf(model)
  const draw = createNoise([seed])
  const spec: NoiseSpec = model.card.noise
  const recipe = { from: 'seed', seed } as const
  if (spec.kind === 've' && spec.start === 'uniform') {
    const x = startLatent(spec, top, shape, draw, model.card.image.range)
    scaleInto(x, 1 / startScale(spec, top))
    return { data: new Float32Array(x.data), recipe }
  }
  const data = new Float32Array(shape.c * shape.h * shape.w)
  draw({ shape, data }, 'start', 0)
  return { data, recipe }
}

export const givenNoise = (data: Float32Array): Noise => ({ data, recipe: { from: 'noise', sha256: sha256Of(data) } })

/** Of the values as a .npy file holds them. */
function sha256Of(data: Float32Array): string {
  const bytes = new DataView(new ArrayBuffer(4 * data.length))
  for (const [i, value] of data.entries()) bytes.setFloat32(4 * i, value, true)
  return createHash('sha256').update(new Uint8Array(bytes.buffer)).digest('hex')
}

/** The ends are the two themselves. */
export function between(a: Noise, b: Noise, at: number): Noise {
  if (at === 0 || at === 1) return at === 0 ? a : b
  const data = new Float32Array(a.data.length)
  slerpInto(data, a.data, b.data, at)
  return { data, recipe: { from: 'between', a: a.recipe, b: b.recipe, at } }
}

/** One noise [c, h, w], or several [n, c, h, w]. Refuses another shape than the model's, and values that are no numbers. */
export async function fileNoises(model: Drawer, path: string): Promise<readonly Noise[]> {
  const size = await fileSize(path)
  if (size === undefined) throw refuse(`There is no noise "${path}".`)
  if (size > 2 ** 31 - 1) throw refuse(`The noise "${path}" is larger than 2 GB.`)
  const array = readNpy(new Uint8Array(await readFile(path)))
  if (array === undefined) throw refuse(`"${path}" is no NumPy file of float32 or float64 values, or it is cut short.`)
  const { c, h, w } = shapeOf(model)
  const [own, wanted] = [array.shape, [c, h, w]]
  const fits = wanted.every((side, i) => own.at(i - 3) === side) && (own.length === 3 || own.length === 4)
  if (!fits)
    throw refuse(
      `The noise "${path}" is ${own.join(' x ')}, but the model "${model.id}" begins at ${wanted.join(' x ')}, one or several.`,
    )
  if (!array.data.every(Number.isFinite)) throw refuse(`The noise "${path}" holds values that are no numbers.`)
  const one = c * h * w
  return Array.from({ length: array.data.length / one }, (_, i) => givenNoise(array.data.slice(i * one, (i + 1) * one)))
}

/** The recipe inside a picture that this program made from noise; undefined where there is none. */
export async function startRecipeOf(imaging: Imaging, path: string): Promise<Recipe | undefined> {
  if ((await fileSize(path)) === undefined) throw refuse(`There is no picture "${path}".`)
  return (await imaging.call('readRecipe', { path })) ?? undefined
}

/** The noise a picture's recipe tells of; undefined where only a file held it. */
export function recipeNoise(model: Drawer, recipe: StartRecipe, top: number): Noise | undefined {
  switch (recipe.from) {
    case 'seed':
      return seedNoise(model, recipe.seed, top)
    case 'between': {
      const a = recipeNoise(model, recipe.a, top)
      const b = recipeNoise(model, recipe.b, top)
      return a === undefined || b === undefined ? undefined : between(a, b, recipe.at)
    }
    case 'noise':
      return undefined
  }
}
