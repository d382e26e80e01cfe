import { inpainters, samplers } from '../../core/index.ts'
import type { ModelSummary } from '../../shared/api.ts'
import type { LibraryPicture } from '../../shared/library.ts'
import type { GenerateRecipe, Recipe } from '../../shared/recipe.ts'
import type { GenerateRequest } from '../../shared/request.ts'
import type { Messages } from '../i18n/index.ts'
import { said } from '../i18n/said.ts'
import { bytes, count, deviceLabel, plain } from '../state/format.ts'
import { dateTime } from '../state/gallery-dates.ts'
import { modelName } from '../state/jobs.ts'
import { has, isAdaptive, settingFacts, thresholdWords } from '../state/methods.ts'

type Words = Messages['gallery']

/** What is said of a picture of the library, in the words it is given. */
export type Fact = readonly [label: string, value: string]

/** By the name its table gives it; as it is written where no table has it. */
export const methodName = (name: string): string => said(inpainters[name]?.label ?? samplers[name]?.label ?? name)

/** "DDIM 50 · seed 7"; what is not known is left out, and of a foreign picture its file's name is said. */
export function pictureWords({ method, steps, seed, name }: LibraryPicture, { cell }: Words): string {
  const made = [method === null ? '' : methodName(method), steps === null ? '' : count(steps)]
    .filter((part) => part !== '')
    .join(' ')
  return [made, seed === null ? '' : cell.seed(String(seed))].filter((part) => part !== '').join(' · ') || name
}

/** So small a file is its own thumbnail: none is made of it. */
const [smallSide, smallBytes] = [320, 300_000]
export function smallUrl({ width, height, bytes: size, url, thumb }: LibraryPicture): string {
  return width > 0 && Math.max(width, height) <= smallSide && size <= smallBytes ? url : thumb
}

/** The same for who cannot see it, with what the cell shows by a sign. */
export function pictureLabel(picture: LibraryPicture, words: Words): string {
  const { cell } = words
  const signs = [picture.favourite ? cell.favourite : '', picture.damaged ? cell.damaged : ''].filter((sign) => sign !== '')
  return [`${picture.name}, ${pictureWords(picture, words)}`, ...signs].join(', ')
}

export function fileFacts(picture: LibraryPicture, words: Words['facts']): readonly Fact[] {
  const { width, height, bytes: size, date, folder } = picture
  return [
    ...(width > 0 ? [[words.size, `${width} × ${height}`] as const] : []),
    [words.file, bytes(size)],
    [words.made, dateTime(date)],
    ...(folder === '' ? [] : [[words.folder, folder] as const]),
  ]
}

/** What the run was, in the order of the settings. */
export function recipeFacts(recipe: Recipe, models: readonly ModelSummary[] | null, words: Words['facts']): readonly Fact[] {
  const { request } = recipe
  const fill = recipe.kind === 'inpaint'
  const entry = recipe.kind === 'inpaint' ? inpainters[recipe.request.method] : samplers[recipe.request.sampler]
  const name = recipe.kind === 'inpaint' ? recipe.request.method : recipe.request.sampler
  const facts: readonly (Fact | null)[] = [
    [words.seed, String(recipe.seed)],
    [words.model, modelName(models, recipe.model.id)],
    [fill ? words.method : words.sampler, said(entry?.label ?? name)],
    isAdaptive(entry) ? null : [words.steps, `${count(request.steps)}, ${said(request.spacing)}`],
    has(entry, 'eta') ? [words.eta, plain(request.eta)] : null,
    has(entry, 'variance') ? [words.variance, said(request.variance)] : null,
    ...settingFacts(entry, request.settings),
    [words.threshold, thresholdWords(request)],
    recipe.kind === 'generate' && recipe.start !== undefined ? [words.began, startWords(recipe.start, words)] : null,
    recipe.kind === 'inpaint' ? [words.photograph, `${recipe.source.width} × ${recipe.source.height}`] : null,
    [words.calls, count(recipe.nfe)],
    [words.batch, count(recipe.batch)],
    [words.device, deviceLabel(recipe.device)],
  ]
  return facts.filter((fact) => fact !== null)
}

type Start = NonNullable<GenerateRecipe['start']>
function startWords(start: Start, words: Words['facts']): string {
  if (start.from === 'seed') return words.startSeed(String(start.seed))
  return start.from === 'noise' ? words.startGiven : words.startBetween(Math.round(start.at * 100))
}

/** The settings of the Generate screen that made it: its seed, and the batch it was in. */
export function settingsOf(recipe: GenerateRecipe): Partial<GenerateRequest> {
  return { ...recipe.request, seed: recipe.seed, batch: recipe.batch }
}

/** Of several pictures: what they share, else how many kinds there are. */
export function sharedFacts(
  pictures: readonly LibraryPicture[],
  models: readonly ModelSummary[] | null,
  words: Words['facts'],
): readonly Fact[] {
  const shared = (label: string, many: (kinds: number) => string, values: readonly (string | null)[]): Fact | null => {
    const kinds = new Set(values.filter((value) => value !== null))
    const [only] = kinds
    if (only === undefined) return null
    return [label, kinds.size === 1 ? only : many(kinds.size)]
  }
  const size = pictures.reduce((sum, picture) => sum + picture.bytes, 0)
  const facts = [
    shared(
      words.model,
      words.models,
      pictures.map(({ model }) => (model === null ? null : modelName(models, model))),
    ),
    shared(
      words.method,
      words.methods,
      pictures.map(({ method }) => (method === null ? null : methodName(method))),
    ),
    [words.files, bytes(size)] as const,
  ]
  return facts.filter((fact) => fact !== null)
}
