import { deviceTitles } from '../shared/card.ts'
import type { Loaded } from '../shared/engine.ts'
import type { RecipeBase, RunReport } from '../shared/recipe.ts'
import type { KeptPicture } from './kept.ts'

/**
 * What made the pictures of a job. One that went on after a kill may have lost its graphics card meanwhile, or got another program: what is
 * finished stays as it is, each picture's own recipe says what made it, and the job and its report say that they are of two makings.
 */

/** What else would give other bits. */
export interface Maker extends Pick<RecipeBase, 'app' | 'device' | 'provider' | 'onnxruntime'> {
  readonly sha256: string
}

export const makerOf = (app: string, { device, provider, onnxruntime, sha256 }: Loaded): Maker => ({
  app,
  device,
  provider,
  onnxruntime,
  sha256,
})

export const makerOfRecipe = ({ app, device, provider, onnxruntime, model }: RunReport['recipe']): Maker => ({
  app,
  device,
  provider,
  onnxruntime,
  sha256: model.sha256,
})

const keyOf = ({ app, device, provider, onnxruntime, sha256 }: Maker): string =>
  JSON.stringify([app, device, provider, onnxruntime, sha256])
export const isSame = (a: Maker, b: Maker): boolean => keyOf(a) === keyOf(b)

const nameOf = ({ device }: Maker): string => (device === 'cpu' ? 'the CPU' : deviceTitles[device])

/** 1, 2 and 5. */
function listed(numbers: readonly number[]): string {
  const words = numbers.toSorted((a, b) => a - b).map(String)
  const last = words.pop() ?? ''
  return words.length === 0 ? last : `${words.join(', ')} and ${last}`
}

const fewPictures = 8

function whichOf(indexes: readonly number[]): string {
  if (indexes.length > fewPictures) return `${String(indexes.length)} pictures of this job were made before it went on,`
  const numbers = listed(indexes.map((index) => index + 1))
  return indexes.length === 1
    ? `Picture ${numbers} was made before this job went on,`
    : `Pictures ${numbers} were made before this job went on,`
}

function wayOf(then: Maker, now: Maker): string {
  if (then.device !== now.device) return `on ${nameOf(then)}; the others on ${nameOf(now)}`
  if (then.sha256 !== now.sha256) return 'by another file of the model than the others'
  return 'by another version of the program than the others'
}

export interface Makings {
  /** The entry in the report of a picture that was finished before. */
  readonly entryOf: (picture: KeptPicture) => RunReport['images'][number]
  /** One sentence for each other making. */
  readonly notices: readonly string[]
}

/**
 * @param before pictures of this job that were finished before it went on; `complete`: nothing is left to make.
 * @param recipe the last of what was finished, for pictures whose record does not say what made them.
 */
export function makingsOf(
  before: readonly KeptPicture[],
  complete: boolean,
  now: Maker,
  recipe: RunReport['recipe'] | undefined,
): Makings {
  const own = ({ maker }: KeptPicture): Maker => maker ?? (recipe === undefined ? now : makerOfRecipe(recipe))
  const last = before.at(-1)
  // With nothing left to make, the report is of what made the last of them.
  const main = complete && last !== undefined ? own(last) : now
  const others = new Map<string, { readonly maker: Maker; readonly indexes: number[] }>()
  for (const picture of before) {
    const maker = own(picture)
    if (isSame(maker, main)) continue
    const known = others.get(keyOf(maker)) ?? { maker, indexes: [] }
    others.set(keyOf(maker), known)
    known.indexes.push(picture.index)
  }
  return {
    entryOf(picture) {
      const { device } = own(picture)
      return device === main.device ? picture.image : { ...picture.image, device }
    },
    notices: [...others.values()].map(({ maker, indexes }) => `${whichOf(indexes)} ${wayOf(maker, main)}.`),
  }
}
