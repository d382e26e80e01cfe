import type { PictureFacts } from '../shared/imaging.ts'
import type { Recipe } from '../shared/recipe.ts'

/** What of a recipe is listed, sorted and searched by. */

type Unknown = Readonly<Record<string, unknown>>

const isRecord = (value: unknown): value is Unknown => typeof value === 'object' && value !== null && !Array.isArray(value)

/** A mask's file is found by it: a picture from elsewhere must not name another. */
const isSha256 = (value: unknown): boolean => typeof value === 'string' && /^[0-9a-f]{64}$/.test(value)

/** A recipe of ours as text; null where a part is missing that anything here or in the window reads. */
export function readableRecipe(text: string): Recipe | null {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return null
  }
  if (!isRecord(value) || value['format'] !== 1) return null
  const { kind, model, request, source, mask, crops } = value
  const way = kind === 'generate' ? 'sampler' : kind === 'inpaint' ? 'method' : undefined
  if (way === undefined || !isRecord(model) || !isRecord(request) || !isRecord(request['settings'])) return null
  const strings = [value['app'], value['device'], model['id'], model['sha256'], request[way], request['spacing'], request['model']]
  const numbers = [...['seed', 'index', 'batch', 'width', 'height', 'nfe'].map((name) => value[name]), request['steps']]
  if (!strings.every((one) => typeof one === 'string') || !numbers.every((one) => Number.isSafeInteger(one))) return null
  if (!Array.isArray(value['sigmas'])) return null
  const fill = isRecord(source) && isRecord(mask) && isSha256(mask['sha256']) && isRecord(request['blend'])
  if (kind === 'inpaint' && !(fill && typeof source['sha256'] === 'string' && Array.isArray(crops))) return null
  return value as unknown as Recipe
}

/** Another program's text may be long; so much of it is searched. */
const foreignCharacters = 4000

type Words = Pick<PictureFacts, 'kind' | 'model' | 'method' | 'steps' | 'seed' | 'mask' | 'source' | 'words'>

export function wordsOf(recipe: Recipe | null, parameters: string | null): Words {
  if (recipe === null) {
    const words = (parameters ?? '').slice(0, foreignCharacters)
    return { kind: 'other', model: null, method: null, steps: null, seed: null, mask: null, source: null, words }
  }
  const { kind, request, model, seed, width, height, device } = recipe
  const method = kind === 'generate' ? recipe.request.sampler : recipe.request.method
  const own = Object.entries(request.settings).map(([name, value]) => `${name} ${String(value)}`)
  const words = [
    ...(kind === 'inpaint' ? ['fill'] : []),
    model.id,
    method,
    request.steps,
    request.spacing,
    request.variance,
    seed,
    `${width}x${height}`,
    device,
    ...own,
  ].join(' ')
  const fill = recipe.kind === 'inpaint' ? { mask: recipe.mask.sha256, source: recipe.source.sha256 } : { mask: null, source: null }
  return { kind, model: model.id, method, steps: request.steps, seed, ...fill, words }
}
