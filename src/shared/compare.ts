import { z } from 'zod'
import { generateRequest, inpaintSettings, type GenerateRequest, type InpaintSettings } from './request.ts'

/**
 * A comparison: settings, and axes along which some of them are varied. Every combination is a cell, and every cell is a run of its own with the
 * same noise: the pixels of that single run. What the axes are called and how their values are written: axes.ts and ranges.ts.
 */

/** More cells than this are run only where it was said that so many are meant. */
export const askAbove = 500
/** More than this are refused. */
export const mostCells = 20_000

const value = z.union([z.number(), z.boolean(), z.string().max(4096)])
export type AxisValue = z.infer<typeof value>

export const compareAxis = z.strictObject({
  name: z.string().regex(/^[a-zA-Z][a-zA-Z0-9]{0,63}$/),
  values: z.array(value).min(1).max(mostCells),
})
export type CompareAxis = z.infer<typeof compareAxis>

const axes = z.array(compareAxis).min(1).max(4)
/** The id of an opened photograph; on the command line its path. */
const photo = z.string().min(1).max(4096)

export const compareRequest = z.discriminatedUnion('of', [
  /** Pictures from noise, `count` a cell. */
  z.strictObject({ of: z.literal('generate'), settings: generateRequest as z.ZodType<GenerateRequest>, axes }),
  /** Fills, `variations` a cell. `mask`: a preset by its name, or `painted`, the photograph's own. */
  z.strictObject({
    of: z.literal('inpaint'),
    settings: inpaintSettings as z.ZodType<InpaintSettings>,
    photo,
    mask: z.string().min(1).max(64),
    axes,
  }),
  /** One picture noised to the levels of an axis, as the model was shown it: of the settings the model and the seed. */
  z.strictObject({ of: z.literal('forward'), settings: generateRequest as z.ZodType<GenerateRequest>, photo, axes }),
])
export type CompareRequest = z.infer<typeof compareRequest>

/** What is known of a cell's picture beside its pixels. */
export interface CompareMark {
  /** Why the cell cannot be, in one sentence; then there is no picture. */
  readonly reason?: string
  /** Model calls of the picture, and milliseconds of the cell's run. Of a repeated cell those of the first. */
  readonly nfe?: number
  readonly milliseconds?: number
  /** How sure the judge of such pictures is of what it sees, 0..1; absent where there is no judge. */
  readonly sure?: number
  /** The same settings as this earlier cell: run once. */
  readonly sameAs?: number
}

/** What a comparison will be, known before it starts. */
export interface ComparePlan {
  readonly cells: number
  /** Runs: without the refused and the repeated. */
  readonly runs: number
  /** Models loaded one after another. */
  readonly loads: number
  /** Model evaluations of all pictures; of a fill, for each of its windows. */
  readonly calls: number
  /** The number of calls is found on the way for some: a guess then. */
  readonly about: boolean
  /** By measured calls on this machine; null where some were never measured. */
  readonly milliseconds: number | null
  /** The same from the least to the most it may be; one number where all were measured. */
  readonly reckoned: { readonly least: number; readonly most: number }
  /** What no sampler or model here can do, by the cell's place. */
  readonly refused: readonly { readonly cell: number; readonly reason: string }[]
  /** So many that the user is asked first. */
  readonly many: boolean
}

/** How the pictures of a cell lie in a job: cell c has the places c n to c n + n - 1. */
export function picturesEach({ of, settings }: Pick<CompareRequest, 'of' | 'settings'>): number {
  if (of === 'forward') return 1
  return 'count' in settings ? settings.count : settings.variations
}

export const cellCount = (list: readonly CompareAxis[]): number => list.reduce((product, { values }) => product * values.length, 1)

/** Places on the axes of cell `cell`; the last axis runs fastest. */
export function placesOf(list: readonly CompareAxis[], cell: number): readonly number[] {
  const places: number[] = []
  let rest = cell
  for (const { values } of list.toReversed()) {
    places.unshift(rest % values.length)
    rest = Math.floor(rest / values.length)
  }
  return places
}

/** The values of a cell, by axis name. */
export function valuesOf(list: readonly CompareAxis[], cell: number): readonly (readonly [string, AxisValue])[] {
  const places = placesOf(list, cell)
  return list.map(({ name, values }, i) => [name, values[places[i] ?? 0] ?? ''] as const)
}

/** Runs in an order in which a model is loaded once, a photograph and a mask are read once, and what costs least is seen first. */
export function inOrder<C extends { readonly cell: number; readonly group: readonly string[]; readonly cost: number }>(
  cells: readonly C[],
): readonly C[] {
  const ranks = new Map<string, number>()
  for (const { group } of cells)
    for (const [depth] of group.entries()) {
      const key = JSON.stringify(group.slice(0, depth + 1))
      if (!ranks.has(key)) ranks.set(key, ranks.size)
    }
  const rank = ({ group }: C) => group.map((_, depth) => ranks.get(JSON.stringify(group.slice(0, depth + 1))) ?? 0)
  const keyed = cells.map((one) => ({ one, keys: [...rank(one), one.cost, one.cell] }))
  return keyed.toSorted((a, b) => firstDifference(a.keys, b.keys)).map(({ one }) => one)
}

function firstDifference(a: readonly number[], b: readonly number[]): number {
  for (const [i, own] of a.entries()) if (own !== b[i]) return own - (b[i] ?? 0)
  return 0
}
