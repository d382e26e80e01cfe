import { inpainters, samplers } from '../core/index.ts'
import type { GenerateRecipe, InpaintRecipe, Recipe } from '../shared/recipe.ts'
import { noFinish } from '../shared/request.ts'

/** A recipe as the command line that makes the same picture again, to be pasted into a shell. */

/** As the command line is to name them; neither is in a recipe. */
export interface CommandFiles {
  readonly photo: string
  readonly mask: string
}

type Flag = readonly [name: string, value?: string | number]

const kebab = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)

/** Plain words stand as they are; the rest in quotes that every shell knows, or, with signs that mean something in those, in single ones. */
function quoted(word: string): string {
  if (/^[\w./:=,+@%-]+$/.test(word)) return word
  return /["$`\\!]/.test(word) ? `'${word.replaceAll("'", "'\\''")}'` : `"${word}"`
}

/** Null where no command line can say how the picture began. */
export function commandLine(recipe: Recipe, files: CommandFiles): string | null {
  if (recipe.kind === 'generate' && recipe.start !== undefined) return null
  const flags = recipe.kind === 'generate' ? generateFlags(recipe) : inpaintFlags(recipe, files)
  const places = recipe.kind === 'generate' ? [] : [quoted(files.photo)]
  const words = flags.map(([name, value]) => `--${name}${value === undefined ? '' : ` ${quoted(String(value))}`}`)
  return ['palimpsest', recipe.kind, ...places, ...words].join(' ')
}

/** A control that the method lacks stood at its default and had no part. */
const controls = (recipe: Recipe): readonly string[] =>
  (recipe.kind === 'generate' ? samplers[recipe.request.sampler] : inpainters[recipe.request.method])?.controls ?? []

function common(recipe: Recipe): readonly Flag[] {
  const { model, request, seed, index, batch, device } = recipe
  const { steps, eta, spacing, variance, threshold, dynamic, settings } = request
  const takes = controls(recipe)
  const alone = batch === 1 && index === 0
  return [
    ['model', model.id],
    [
      recipe.kind === 'generate' ? 'sampler' : 'method',
      recipe.kind === 'generate' ? recipe.request.sampler : recipe.request.method,
    ],
    ['steps', steps],
    ...(takes.includes('eta') ? [['eta', eta] as const] : []),
    ['spacing', spacing],
    ...(takes.includes('variance') ? [['variance', variance] as const] : []),
    ['threshold', threshold],
    ...(dynamic === undefined
      ? []
      : ([
          ['dynamic-ratio', dynamic.ratio],
          ['dynamic-max', dynamic.max],
        ] as const)),
    ...Object.entries(settings).map(([name, value]) => [kebab(name), String(value)] as const),
    ['seed', seed],
    ...(alone
      ? []
      : ([
          ['batch', batch],
          ['place', index],
        ] as const)),
    ['device', device],
  ]
}

const generateFlags = (recipe: GenerateRecipe): readonly Flag[] => [...common(recipe), ['count', 1], ['out', 'pictures']]

function inpaintFlags(recipe: InpaintRecipe, { mask }: CommandFiles): readonly Flag[] {
  const { request } = recipe
  const { blend, finish = noFinish, asGrey, invert, jumpLength, resamples } = request
  const takes = controls(recipe)
  // Recipes of before there was a choice have none of these.
  const later = (['start', 'strength', 'refine', 'refineStrength'] as const).flatMap((name): Flag[] => {
    const value = request[name] as string | number | undefined
    return value === undefined ? [] : [[kebab(name), value]]
  })
  return [
    ['mask', mask],
    ...common(recipe),
    ...(takes.includes('jumpLength') ? [['jump-length', jumpLength] as const] : []),
    ...(takes.includes('resamples') ? [['resamples', resamples] as const] : []),
    ...(['padding', 'grow', 'feather', 'side'] as const).map((name) => [name, blend[name]] as const),
    ['grain', finish.grain],
    ['seam', finish.seam],
    ...later,
    ...(asGrey ? [['as-grey'] as const] : []),
    ...(invert ? [['invert'] as const] : []),
    ['variations', 1],
    ['out', 'pictures'],
  ]
}
