import { z } from 'zod'
import { deviceName } from './card.ts'
import type { StartRecipe } from './recipe.ts'

/**
 * What a user asks for, in the user's words. Parsed once, at the boundary, by `parseRequest`; snapshotted into the job as it was asked.
 * The numbers here are the ranges the interface shows.
 */

export const seedLimit = Number.MAX_SAFE_INTEGER

const seed = z.int().min(0).max(seedLimit)
const steps = z.int().min(1).max(1000)
const device = z.union([z.literal('auto'), deviceName])
const variance = z.enum(['small', 'small-log', 'large', 'learned'])
/** A named spacing of `steps` levels, or a respacing as in guided-diffusion: "250", "10,15,20" or "ddim50" (then `steps` is what it yields). */
const spacing = z
  .string()
  .regex(
    /^(leading|trailing|linspace|solver|respaced|quadratic|karras|exponential|ddim[0-9]{1,4}|[0-9]{1,4}(,[0-9]{1,4})*)$/,
    'is no spacing: use leading, trailing, linspace, solver, respaced, quadratic, karras, exponential, ddimN or counts like 250 or 10,15,20',
  )
/** What the clean estimate is held by; `auto`: what the method is best with. */
const threshold = z.enum(['auto', 'clip', 'none', 'dynamic'])
/** Dynamic thresholding, Saharia et al. 2022 (arXiv:2205.11487): the quantile `ratio` of |x0|, at most `max`, becomes the edge of the range. */
const dynamic = z.strictObject({ ratio: z.number().min(0.5).max(1).default(0.995), max: z.number().min(1).max(100).default(1.5) })
export type Dynamic = z.infer<typeof dynamic>
export const dynamicDefaults: Dynamic = dynamic.parse({})
/** The method's own settings, by the names in its table (core's `Setting`); what is left out stands at its default. */
const settings = z.record(z.string(), z.union([z.number(), z.string(), z.boolean()]))
/** Model calls at most, instead of steps and the method's numbers; those are then chosen by a stated rule. */
const nfe = z.int().min(1).max(100_000)

const modelId = z.string().min(1).max(200)

/** A start noise (recipe.ts, StartRecipe); how often one may lie between two that lie between two is bounded. */
const startNoise = (depth: number): z.ZodType<StartRecipe> =>
  z.discriminatedUnion('from', [
    z.strictObject({ from: z.literal('seed'), seed }),
    z.strictObject({ from: z.literal('noise'), sha256: z.string() }),
    ...(depth === 0
      ? []
      : [
          z.strictObject({
            from: z.literal('between'),
            a: startNoise(depth - 1),
            b: startNoise(depth - 1),
            at: z.number().min(0).max(1),
          }),
        ]),
  ]) as unknown as z.ZodType<StartRecipe>

/** The one picture of this request is made as the one at this place of a run, whose `batch` pictures shared its model calls. */
const place = z.int().min(0).max(9_999)

export const generateRequest = z.strictObject({
  model: modelId,
  sampler: z.string().min(1).default('ddim'),
  steps: steps.default(50),
  eta: z.number().min(0).max(1).default(0),
  spacing: spacing.default('leading'),
  variance: variance.default('small'),
  threshold: threshold.default('auto'),
  dynamic: dynamic.optional(),
  settings: settings.default({}),
  nfe: nfe.optional(),
  seed: seed.default(0),
  count: z.int().min(1).max(10_000).default(16),
  batch: z.int().min(1).max(256).default(16),
  device: device.default('auto'),
  /** Keep with the job what the run says of its way (trace.ts). */
  trace: z.boolean().optional(),
  place: place.optional(),
  /** Where every picture begins, instead of at the noise of its own seed. */
  from: startNoise(3).optional(),
})
export type GenerateRequest = z.infer<typeof generateRequest>
export type GenerateInput = z.input<typeof generateRequest>

/** STUDIO.md, "Inpaint: the pixels". Lengths in pixels of the source. */
export const blendSettings = z.strictObject({
  /** Context round the hole, beyond the blend. */
  padding: z.int().min(0).max(2000).default(32),
  grow: z.int().min(0).max(500).default(0),
  feather: z.int().min(0).max(500).default(4),
  side: z.enum(['outward', 'inside']).default('outward'),
})
export type BlendSettings = z.infer<typeof blendSettings>

/** How a fill is brought closer to the photograph round it (STUDIO.md 8c and "seam treatment"). Nothing of it touches a pixel outside the blend. */
export const finishSettings = z.strictObject({
  /** Grain like that of the photograph round the hole, as a part of it; 0: none. */
  grain: z.number().min(0).max(2).default(1),
  /**
   * plain: the fill as the model made it; colour: each blob shifted by the mean of what it differs by along its edge; membrane: that difference
   * itself spread smoothly over it (Perez, Gangnet and Blake 2003, "Poisson image editing").
   */
  seam: z.enum(['plain', 'colour', 'membrane']).default('plain'),
})
export type FinishSettings = z.infer<typeof finishSettings>
/** As fills were before there was a finish. */
export const noFinish: FinishSettings = { grain: 0, seam: 'plain' }
/** Strength of a start from a picture where it is not said. */
export const usualStrength = 0.6

export const inpaintSettings = z.strictObject({
  model: modelId,
  method: z.string().min(1).default('repaint'),
  steps: steps.default(100),
  eta: z.number().min(0).max(1).default(0),
  variance: variance.default('small'),
  spacing: spacing.default('respaced'),
  threshold: threshold.default('auto'),
  dynamic: dynamic.optional(),
  settings: settings.default({}),
  nfe: nfe.optional(),
  jumpLength: z.int().min(1).max(1000).default(10),
  resamples: z.int().min(1).max(100).default(10),
  seed: seed.default(0),
  /** How many fills of the one mask. */
  variations: z.int().min(1).max(64).default(1),
  batch: z.int().min(1).max(64).default(4),
  device: device.default('auto'),
  blend: blendSettings.default({ padding: 32, grow: 0, feather: 4, side: 'outward' }),
  /**
   * What the fill begins at: noise alone; or, noised to the level that `strength` says, the photograph as it is under the mask, or what is round
   * the hole spread smoothly over it (Meng et al. 2022, "SDEdit", arXiv:2108.01073).
   */
  start: z.enum(['noise', 'original', 'quick']).default('noise'),
  /** Of start original and quick: the share of the noise schedule that is walked, its last step at least. From noise it is 1 and nothing else. */
  strength: z.number().min(0).max(1).default(1),
  /**
   * A hole too thick to be filled at once is filled small first; that fill is enlarged by two, noised to the level that `refineStrength` says and
   * filled again: once, or until it is at the photograph's own scale. Off, and for a model of one size or a method that begins at noise alone: filled once.
   */
  refine: z.enum(['off', '2x', 'full']).default('full'),
  /** Share of the noise schedule that each refinement walks. */
  refineStrength: z.number().min(0).max(1).default(0.15),
  finish: finishSettings.default({ grain: 1, seam: 'plain' }),
  /** Lets a one-channel model work on a colour photograph: what is saved is the photograph in grey. */
  asGrey: z.boolean().default(false),
  /** Dark ink on light paper for a model that learned light on dark: the crop is negated for the model and the fill negated back. */
  invert: z.boolean().default(false),
  /** Keep with the job what the run says of its way, a run of its own for each window. */
  trace: z.boolean().optional(),
  place: place.optional(),
})
export type InpaintSettings = z.infer<typeof inpaintSettings>
export type InpaintInput = z.input<typeof inpaintSettings>

/** A finished picture as a file of the user's. */
export const saveSettings = z.strictObject({
  /** The fill alone, on clear ground, or the whole picture. */
  what: z.enum(['picture', 'layer']).default('picture'),
  format: z.enum(['png', 'tiff', 'webp', 'jpeg']).default('png'),
  /** Of WebP; PNG and TIFF always are, a JPEG never is. */
  lossless: z.boolean().default(true),
  /** Of a JPEG, or a WebP that is not lossless. */
  quality: z.int().min(1).max(100).default(92),
  /** In a PNG of the whole picture: its recipe, as text. */
  recipe: z.boolean().default(true),
  /** Camera data of the photograph, without the place. */
  exif: z.boolean().default(false),
  /** With `exif`: the place too. */
  gps: z.boolean().default(false),
})
export type SaveSettings = z.infer<typeof saveSettings>
export const saveEndings: Readonly<Record<SaveSettings['format'], string>> = { png: 'png', tiff: 'tif', webp: 'webp', jpeg: 'jpg' }

/** How fills began, and how they ended, before there was a choice. */
export const plainBeginning: Pick<InpaintSettings, 'start' | 'strength' | 'refine' | 'refineStrength'> = {
  start: 'noise',
  strength: 1,
  refine: 'off',
  refineStrength: 0.15,
}

/** A request as it will be run and recorded: nothing in it is left to choose. */
export type Resolved<T extends { readonly threshold: unknown }> = Omit<T, 'threshold' | 'nfe'> & {
  readonly threshold: 'clip' | 'none' | 'dynamic'
}
