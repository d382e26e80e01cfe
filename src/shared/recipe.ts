import type { DeviceName } from './card.ts'
import type { FinishSettings, GenerateRequest, InpaintSettings, Resolved } from './request.ts'
import type { Windows } from './windows.ts'

/**
 * What a picture carries inside its PNG (iTXt keyword "palimpsest"), enough to make it again on the same device: identical means the
 * same decoded pixels and the same recipe. No date, no timing, no path.
 */
export interface RecipeBase {
  readonly format: 1
  readonly app: string
  readonly model: { readonly id: string; readonly file: string; readonly sha256: string }
  readonly device: DeviceName
  /** The execution provider as onnxruntime names it, and onnxruntime's version. */
  readonly provider: string
  readonly onnxruntime: string
  /** Version of the noise table (core/rng.ts). */
  readonly noise: 1
  /** The levels as sigma, from high to low, ending in 0; and the timesteps given to the model where it takes them. */
  readonly sigmas: readonly number[]
  readonly timesteps?: readonly number[]
  /** Of this picture: run seed + its index. */
  readonly seed: number
  readonly index: number
  /** How many images shared each model call with this one. */
  readonly batch: number
  readonly width: number
  readonly height: number
  /** Model evaluations this picture took part in. */
  readonly nfe: number
}

export interface GenerateRecipe extends RecipeBase {
  readonly kind: 'generate'
  readonly request: Omit<Resolved<GenerateRequest>, 'seed' | 'count' | 'batch' | 'device' | 'trace' | 'place' | 'from'>
  /** Where the picture began, if not at the noise of its own seed. */
  readonly start?: StartRecipe
}

/** A start noise of unit variance; a given one is known by the sha256 of its float32 values, little-endian. */
export type StartRecipe =
  | { readonly from: 'seed'; readonly seed: number }
  | { readonly from: 'noise'; readonly sha256: string }
  | { readonly from: 'between'; readonly a: StartRecipe; readonly b: StartRecipe; readonly at: number }

/** Absent in recipes of before there was a choice: from noise, and not refined. */
type Beginning = Pick<InpaintSettings, 'start' | 'strength' | 'refine' | 'refineStrength'>

export interface InpaintRecipe extends RecipeBase {
  readonly kind: 'inpaint'
  readonly request: Omit<
    Resolved<InpaintSettings>,
    'seed' | 'variations' | 'batch' | 'device' | 'trace' | 'place' | 'finish' | keyof Beginning
  > &
    Partial<Beginning> & {
      /** Absent in recipes of before there was one: none was done. */
      readonly finish?: FinishSettings
    }
  readonly source: { readonly sha256: string; readonly width: number; readonly height: number }
  readonly mask: { readonly sha256: string }
  readonly crops: readonly CropRecipe[]
}

/** A rectangle of the source, in source pixels, and the size it is given to the model at. It may lie outside where it is reflected. */
export interface CropRecipe {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
  readonly modelWidth: number
  readonly modelHeight: number
  /** Filled through several windows at once, pixel for pixel (shared/windows.ts). */
  readonly windows?: Windows
  /**
   * Filled again after that, each time at twice the size, from the fill before it: whole, or through windows. The last is
   * what is blended. Each has the same number of source pixels for a pixel of the model across and down.
   */
  readonly refine?: readonly CropRecipe[]
}

export type Recipe = GenerateRecipe | InpaintRecipe

/** A picture in another format, or its fill as a layer, beside it. */
export interface SavedBeside {
  readonly file: string
  readonly sha256: string
  /** Does it hold every value of the picture as it is? */
  readonly keeps: boolean
  /** Counted in the file as written: pixels outside the blend alpha that differ from the source; of a layer: that are not clear. */
  readonly changedOutside: number
}

/** `run.json` beside the pictures of a command-line run, and the record of every job. */
export interface RunReport {
  /** Of the pictures made by the last start of a job, where it went on by another device or program than it began with. */
  readonly recipe: Omit<Recipe, 'seed' | 'index'>
  readonly device: DeviceName
  readonly notices: readonly string[]
  readonly nfe: number
  readonly milliseconds: { readonly total: number; readonly model: number; readonly elsewhere: number }
  readonly images: readonly {
    readonly file: string
    readonly seed: number
    readonly start?: StartRecipe
    /** Where it is not the run's: of a job that went on where another device was at hand. */
    readonly device?: DeviceName
    /** Of the file's bytes. */
    readonly sha256: string
    /** Of the decoded pixels, row-major, as stored (8 or 16 bit little-endian). */
    readonly pixels: string
    /** For a fill: pixels outside the blend alpha that differ from the source. Always 0. */
    readonly changedOutside?: number
    /** For a fill: standard deviation of the grain it was given, in levels of 255; 0 where the photograph round it has none. */
    readonly grain?: number
    /** Where the run was asked for more files of it. */
    readonly saved?: readonly SavedBeside[]
  }[]
}
