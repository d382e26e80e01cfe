import { stat } from 'node:fs/promises'
import type { Photo } from '../shared/api.ts'
import { PalimpsestError } from '../shared/errors.ts'
import type { GenerateRecipe, InpaintRecipe, Recipe, StartRecipe } from '../shared/recipe.ts'
import { type GenerateRequest, type InpaintInput, noFinish, seedLimit } from '../shared/request.ts'
import type { House } from './house.ts'
import { masksFolder } from './library-places.ts'

/** From the recipe in a picture to the request that makes it again, or others like it. */

type Known = Pick<House, 'models' | 'photos'>

const refuse = (sentence: string) => new PalimpsestError('request', sentence)

/** Does any part of it lie in a file that no recipe holds? */
const isGiven = (start: StartRecipe): boolean =>
  start.from === 'noise' || (start.from === 'between' && (isGiven(start.a) || isGiven(start.b)))

export const photoOf = ({ photos }: Pick<House, 'photos'>, { source }: InpaintRecipe): Photo | undefined =>
  photos.list().find(({ info }) => info.sha256 === source.sha256)

/** `mask`: of the library, whether or not it is there. */
export const maskPath = ({ mask }: InpaintRecipe): string => `${masksFolder}/${mask.sha256}.png`

/** Why the picture cannot be made again, in a sentence; null: it can. */
export async function againProblem(known: Known, recipe: Recipe, mask: string | null): Promise<string | null> {
  const model = (await known.models.summaries()).find(({ id }) => id === recipe.model.id)
  if (model === undefined) return `The model "${recipe.model.id}" is not installed.`
  if (model.problem !== null) return model.problem
  if (recipe.kind === 'generate')
    return recipe.start !== undefined && isGiven(recipe.start)
      ? 'It began at a noise that only a file held, which is not kept with the picture.'
      : null
  if (photoOf(known, recipe) === undefined)
    return 'The photograph it is a fill of is not open here, or is not the same any more: open its file first.'
  if (mask === null || (await stat(mask).catch(() => undefined)) === undefined) return 'Its mask is not kept in the library.'
  return null
}

/** What is not as it was then, a sentence each. */
export async function changesSince(
  { models, options }: Pick<House, 'models' | 'options'>,
  { model, app }: Recipe,
): Promise<readonly string[]> {
  const now = (await models.summaries()).find(({ id }) => id === model.id)?.card
  const files = now?.task === 'denoiser' ? now.files.map(({ sha256 }) => sha256) : []
  return [
    ...(files.includes(model.sha256) ? [] : ['The model is not the same file as then: the picture may come out another.']),
    ...(app === options.version ? [] : [`It was made by Palimpsest ${app}; this is ${options.version}.`]),
  ]
}

/** One picture, as the one at its place of its run, with as many others sharing its model calls as then. */
export const againGenerate = ({ request, seed, index, batch, device, start }: GenerateRecipe): GenerateRequest => ({
  ...request,
  seed,
  count: 1,
  batch,
  place: index,
  device,
  ...(start === undefined ? {} : { from: start }),
})

const fillOf = ({ request, device }: InpaintRecipe) => ({ ...request, finish: request.finish ?? noFinish, device })

export const againInpaint = (recipe: InpaintRecipe): InpaintInput => ({
  ...fillOf(recipe),
  seed: recipe.seed,
  variations: 1,
  batch: recipe.batch,
  place: recipe.index,
})

/** The seeds after its own. A picture that began between two others goes on from its own noise, with other steps. */
export function nextSeed({ seed }: Recipe, count: number): number {
  if (seed + count > seedLimit) throw refuse('There are no seeds after this one: choose another.')
  return seed + 1
}

export const varyGenerate = (recipe: GenerateRecipe, count: number): GenerateRequest => ({
  ...recipe.request,
  seed: nextSeed(recipe, count),
  count,
  batch: Math.min(count, 16),
  device: recipe.device,
  ...(recipe.start === undefined ? {} : { from: recipe.start }),
})

export const varyInpaint = (recipe: InpaintRecipe, count: number): InpaintInput => ({
  ...fillOf(recipe),
  seed: nextSeed(recipe, count),
  variations: count,
  batch: Math.min(count, 4),
})
