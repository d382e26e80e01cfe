import { z } from 'zod'
import type { GenerateRecipe, InpaintRecipe, StartRecipe } from './recipe.ts'
import type { Preview } from './engine.ts'

/**
 * What a run says of its way, one record a transition: made by the engine when asked, written by `--trace FILE`, kept with the job, read by the
 * screens and by `palimpsest resume`. The file's format is public: docs/cli.md.
 */

const numbers = z.array(z.number())

const traceStep = z.object({
  /** Of the transition, from 0. */
  index: z.int().min(0),
  /** Training index of the level left, for a model that is told one; a fraction between two. */
  t: z.number().nullable(),
  /** 1/(1 + sigma^2) of the level left. */
  alphaBar: z.number(),
  sigma: z.number(),
  /**
   * Root mean square of the score (x0 - x)/sigma^2 at the first model call of the transition, after the threshold, one an image; null where
   * none was made.
   */
  scoreNorm: numbers.nullable(),
  /** The method's own where it has one (one, or one an image), else the way from this level to the next, negative upwards. */
  stepSize: z.union([z.number(), numbers]),
  /** Model calls, and milliseconds since the run began, when the transition was made. */
  nfe: z.int().min(0),
  milliseconds: z.number(),
  effectiveSampleSize: z.number().optional(),
})
export type TraceStep = z.infer<typeof traceStep>

/** RGB bytes of the clean estimate, base64. */
const tracePreview = z.object({ width: z.int().min(1), height: z.int().min(1), rgb: z.string() })
export type TracePreview = z.infer<typeof tracePreview>

/** Where a saved state lies in the file of states. */
const tensorPlace = z.object({
  offset: z.int().min(0),
  bytes: z.int().min(0),
  crc32: z.int().min(0),
  type: z.enum(['float32', 'float64', 'uint8']),
  /** [n, c, h, w]. */
  shape: z.tuple([z.int().min(0), z.int().min(0), z.int().min(0), z.int().min(0)]),
})
export type TensorPlace = z.infer<typeof tensorPlace>

const tracedState = z.object({ next: z.int().min(0), x: tensorPlace, memory: z.array(tensorPlace) })
export type TracedState = z.infer<typeof tracedState>

const traceRecord = traceStep.extend({
  /** In the order of the run's pictures; left out where the transition has none or they would be too many. */
  previews: z.array(tracePreview).optional(),
  state: tracedState.optional(),
})
export type TraceRecord = z.infer<typeof traceRecord>

/** Of a picture that began elsewhere than at its seed's noise, what its recipe says of that. */
const startRecipe = z.custom<StartRecipe>((value) => typeof value === 'object' && value !== null && 'from' in value)

/** One engine run: a batch of pictures, or one window of a batch of fills. */
const traceRun = z.object({
  pictures: z.array(z.object({ index: z.int().min(0), seed: z.int().min(0), start: startRecipe.optional() })).min(1),
  /** Of a fill: which of the recipe's crops, from 0. */
  crop: z.int().min(0).optional(),
  /** Of a refined crop: which refinement this is, from 1. */
  stage: z.int().min(1).optional(),
  steps: z.array(traceRecord),
})
export type TraceRun = z.infer<typeof traceRun>

export const traceFormat = 1

const trace = z.object({
  palimpsest: z.literal('trace'),
  format: z.literal(traceFormat),
  recipe: z.looseObject({
    kind: z.enum(['generate', 'inpaint']),
    model: z.object({ id: z.string(), file: z.string(), sha256: z.string() }),
  }),
  runs: z.array(traceRun).min(1),
  /** The run failed or was cancelled: this is what was done of it, and the recipe knows no levels and no calls. */
  unfinished: z.literal(true).optional(),
  /** The file beside this one that holds the states. */
  states: z.object({ file: z.string().regex(/^[^/\\]+$/), bytes: z.int().min(0), mask: tensorPlace.optional() }).optional(),
})

export interface Trace extends Omit<z.infer<typeof trace>, 'recipe'> {
  readonly recipe: Omit<GenerateRecipe, 'seed' | 'index'> | Omit<InpaintRecipe, 'seed' | 'index'>
}

/** The trace in a file's text; undefined where it is none of this format. */
export function parseTrace(text: string): Trace | undefined {
  try {
    const parsed = trace.safeParse(JSON.parse(text))
    // The recipe is what this program wrote: its own format number guards it.
    return parsed.success ? (parsed.data as unknown as Trace) : undefined
  } catch {
    return undefined
  }
}

/** A tensor as it travels between processes. */
export interface Tensor {
  readonly shape: { readonly n: number; readonly c: number; readonly h: number; readonly w: number }
  readonly data: Float32Array | Float64Array
}

/** All that the rest of a run depends on, beside its arguments. */
export interface SavedState {
  readonly next: number
  readonly x: Tensor
  readonly memory: readonly Tensor[]
}

/** What the engine is asked to record: previews of at most so many px a side (0: none), and whether each state is sent. */
export interface TraceAsk {
  readonly previews: number
  /** All previews of the run may take this much: a long run of many pictures then shows every second step, or every tenth. */
  readonly previewBytes: number
  readonly states: boolean
}

export interface TraceEvent {
  readonly kind: 'trace'
  readonly step: TraceStep
  readonly previews?: readonly Preview[]
  readonly state?: SavedState
}
