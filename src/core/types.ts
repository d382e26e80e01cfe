/**
 * The vocabulary of core. Everything runs in the variance-exploding form x~ = x0 + sigma * eps, sigma = sqrt((1 - A)/A), where A is
 * "alpha bar" of the papers (ARCHITECTURE.md, "One space"). Core knows no model file, no clock and no chance of its own.
 */

/** Layout of every image tensor: [n, c, h, w], row-major; values in the model's range (usually -1..1) plus sigma times noise. */
export interface Shape {
  readonly n: number
  readonly c: number
  readonly h: number
  readonly w: number
}

/** Float32Array in the product, Float64Array in closed-form tests. Coefficients are float64 in both. */
export type Reals = Float32Array | Float64Array

export interface Latent {
  readonly shape: Shape
  readonly data: Reals
}

/** A noise level of the variance-exploding form, >= 0. Levels of a run descend and end in 0. */
export type Sigma = number

/** 1 = repaint (generate this pixel), 0 = keep. One plane [h, w], shared by all channels and images of the batch. */
export interface RepaintMask {
  readonly h: number
  readonly w: number
  readonly data: Uint8Array
}

/** What a model says of x at a level. `x0` is the adapter's buffer, valid until the next call. */
export interface Denoised {
  readonly x0: Latent
  /** x0 before it was held to a range, where it was: for the methods whose direction is the model's own. */
  readonly raw?: Latent
  /**
   * learned-range variance: f = (v + 1)/2 in ln var = f ln large^2 + (1 - f) ln small^2. Same shape as x0. Read off the output only when it is
   * asked for, which must be before the next call.
   */
  readonly fraction?: () => Latent
}

/** One level for all images of the batch, or one an image. */
export type Denoiser = (x: Latent, sigma: Sigma | readonly Sigma[]) => Promise<Denoised>

/** What a draw is for. The numbers are part of the recipe format ("noise": 1) and never change. */
export const purposes = { start: 0, step: 1, known: 2, undo: 3, churn: 4, corrector: 5, probe: 6, resample: 7, grain: 8 } as const
export type Purpose = keyof typeof purposes

/**
 * Chance as an argument. Fills `out` with standard normal draws: image i of the batch from its own seed, counter-based, so that
 * the same (seed, purpose, walk) is the same noise whatever the batch, order or chunk. `walk` counts transitions, never levels.
 */
export type Noise = (out: Latent, purpose: Purpose, walk: number) => void

/** All that the rest of a run depends on. `next` is the index of the next transition; starting from a saved state gives the identical end. */
export interface SamplerState {
  readonly next: number
  readonly x: Latent
  readonly memory: readonly Latent[]
}

/** One yield per transition. `x0` is the model's clean estimate there (absent on a transition without a model call); `sigma` the level left. */
export interface Step {
  readonly index: number
  readonly sigma: Sigma
  readonly x0?: Latent
  /** Of a method with a step size of its own (Langevin, an adaptive solver): the one it took, one for all images or one an image. */
  readonly stepSize?: number | readonly number[]
  /** Of particles that are weighed against one another: 1..n. */
  readonly effectiveSampleSize?: number
  /** Of a method whose number of transitions is known only at its end: how much of the way is behind it, 0..1. */
  readonly progress?: number
  /** The state after this transition. Its buffers are reused by the next one: copy what is to be kept. */
  readonly state: SamplerState
}

/** `small-log` is `small` under the name of programs that keep its logarithm. */
export type Variance = 'small' | 'small-log' | 'large' | 'learned'

/** What a sampler walks: levels from high to low, ending in 0, and its own settings. */
export interface Plan {
  readonly levels: readonly Sigma[]
  readonly eta: number
  readonly variance: Variance
  /** Of the method's own declared settings; one that is absent stands at its default (settings.ts). */
  readonly settings?: Settings
  /** The lowest level the model was trained at, for methods that end there instead of at 0. */
  readonly lowest?: Sigma
  /** All levels the model was trained at, rising, for methods that also need those between the run's. */
  readonly trained?: { readonly sigmas: Float64Array }
}

export type SettingValue = number | string | boolean
export type Settings = Readonly<Record<string, SettingValue>>

interface SettingWords {
  /** In requests and recipes, camelCase; unique to one meaning over all methods. */
  readonly name: string
  readonly label: string
  /** One line for the user. */
  readonly help: string
  /** Seldom changed: the interface keeps it folded away with the others of its kind. */
  readonly advanced?: boolean
}

/**
 * A parameter that a method declares for itself. The interface draws it, the command line makes a flag of it, the request is checked
 * against it: a new method needs no line outside its file and its table.
 */
export type Setting =
  | (SettingWords & {
      readonly kind: 'number'
      readonly min: number
      readonly max: number
      readonly integer?: boolean
      /** How a slider should run; `log` for ranges over decades, which may begin at 0. */
      readonly scale?: 'linear' | 'log'
      readonly default: number
    })
  | (SettingWords & {
      readonly kind: 'choice'
      readonly choices: readonly { readonly value: string; readonly label: string; readonly help?: string }[]
      readonly default: string
    })
  | (SettingWords & { readonly kind: 'switch'; readonly default: boolean })

export type Sampler = (denoise: Denoiser, plan: Plan, state: SamplerState, noise: Noise) => AsyncGenerator<Step>

/** The user's picture at model size, in the model's range, one image [1, c, h, w] shared by the batch; and what to repaint of it. */
export interface Known {
  readonly photo: Latent
  readonly mask: RepaintMask
}

/**
 * Transition of a planned walk: a model step from levels[from] to levels[to], an undo (noise added, no model call) upwards, or an inner
 * step that stays at its level (from = to) and calls the model.
 */
export interface Transition {
  readonly kind: 'step' | 'undo' | 'inner'
  readonly from: number
  readonly to: number
}

/** `levels` from high to low ending in 0; a transition indexes into it. Sampler plans are the straight walk 0>1>2>... */
export interface InpaintPlan extends Plan {
  readonly walk: readonly Transition[]
  /** Write the photo's true pixels into the last state. A method's own setting `finalPaste` must want it too. */
  readonly finalPaste: boolean
}

export type Inpainter = (
  denoise: Denoiser,
  plan: InpaintPlan,
  state: SamplerState,
  noise: Noise,
  known: Known,
) => AsyncGenerator<Step>

/** Which controls a method has. The interface draws these and no others; a request that sets another is refused. */
export type Control = 'eta' | 'variance' | 'jumpLength' | 'resamples'

/** Fresh noise at every step; a solver of the flow; steps along the score at a level. */
export type MethodGroup = 'ancestral' | 'solver' | 'score'

/** What every method says of itself. */
interface Entry {
  readonly name: string
  readonly label: string
  /** What it does as a name, for who does not know the papers: "Back and forth". */
  readonly plain?: string
  /** Heading it stands under in a list of many. Absent: ungrouped, last. */
  readonly group?: MethodGroup
  readonly paper: string
  /** One line for the user. */
  readonly help: string
  readonly controls: readonly Control[]
  readonly settings?: readonly Setting[]
  /** The only spacing it is defined for. Absent: any. */
  readonly spacing?: string
  /** What the clean estimate is held by unless the user says otherwise. Absent: clip. */
  readonly threshold?: 'clip' | 'none'
  /** Why this model cannot be run by this method and what would work instead, in one sentence; undefined where it can. */
  refuses?(model: ModelTraits): string | undefined
  /** Was this model trained for this method, so that it should be offered first? */
  suits?(model: ModelTraits): boolean
  /** Refuses a plan that cannot be run with a RangeError of one sentence, before anything is drawn. */
  check?(plan: Plan): void
}

/** What a method may ask of a model before it is run. */
export interface ModelTraits {
  /** The model's name, for the sentence. */
  readonly name: string
  readonly noise: 'vp' | 've'
  /** Trained noise levels. */
  readonly levels: number
  /** Largest and smallest trained level. */
  readonly largest: Sigma
  readonly smallest: Sigma
  readonly between: boolean
  /** May the images of a batch be at different levels? Absent: yes. */
  readonly perImageLevels?: boolean
  readonly variance: 'none' | 'learned' | 'learned-range'
  readonly channels: number
}

export interface SamplerEntry extends Entry {
  /** Transitions of a run over `steps` levels above 0, where that is not `steps`. */
  transitions?(steps: number, settings: Settings): number
  /** Model calls of such a run, where that is not one a transition. */
  calls?(steps: number, settings: Settings): number
  /** The number of transitions and calls is found on the way: what the two say is a guess, and the steps are not the user's to choose. */
  readonly adaptive?: boolean
  readonly run: Sampler
}

export interface InpainterEntry extends Entry {
  /** Only the colours of its fills are meant: light and dark stay the photograph's own, at its own resolution. */
  readonly keepsGrey?: boolean
  /** The walk over `steps` levels (so indices 0..steps, levels[steps] = 0). */
  walk(settings: WalkSettings): readonly Transition[]
  /** Why it cannot begin at a picture, in one sentence that ends with what to do. Absent: it can. */
  readonly onlyFromNoise?: string
  /** The pictures of a batch are weighed against one another: a picture is not the single run of its seed, and a run is one batch. */
  readonly together?: boolean
  /** Model calls of that walk, where that is not one for every step and inner step. */
  calls?(walk: readonly Transition[]): number
  readonly run: Inpainter
}

export interface WalkSettings {
  readonly steps: number
  readonly jumpLength: number
  readonly resamples: number
  readonly settings?: Settings
}

/** The trained noise levels of a model. vp: alphaBars[t], t = 0..N-1 rising in noise. ve: sigmas from small to large, as trained. */
export interface TrainedLevels {
  readonly kind: 'vp' | 've'
  /** sigma of training index t, rising. */
  readonly sigmas: Float64Array
}

/** `zeroTerminal`: rescaled so that the last level is noise alone (Lin et al. 2024, arXiv:2305.08891). */
export type Schedule =
  | {
      readonly schedule: 'linear' | 'scaled-linear' | 'sigmoid'
      readonly start: number
      readonly end: number
      readonly count: number
      readonly zeroTerminal?: boolean
    }
  | { readonly schedule: 'cosine'; readonly count: number; readonly zeroTerminal?: boolean }

export type NoiseSpec =
  | { readonly kind: 'vp'; readonly betas: Schedule }
  | { readonly kind: 'vp'; readonly alphaBars: readonly number[] }
  | { readonly kind: 've'; readonly sigmas: readonly number[]; readonly start: 'normal' | 'uniform' }
  /** Even in ln sigma, counted from the largest, as NCSN's are. */
  | {
      readonly kind: 've'
      readonly geometric: { readonly largest: Sigma; readonly smallest: Sigma; readonly count: number }
      readonly start: 'normal' | 'uniform'
    }

/** How the model file speaks: what it is given for the level, and what it predicts. */
export interface ModelSpec {
  readonly channels: number
  readonly predicts: 'epsilon' | 'v' | 'x0' | 'score-vp' | 'score-ve' | 'edm'
  readonly sigmaData?: number
  readonly variance: 'none' | 'learned' | 'learned-range'
  readonly level: 'timestep' | 'sigma' | 'index' | 'log-sigma-over-4'
  /** May a level lie between the trained ones? If not, levels are snapped before the run. */
  readonly between: boolean
  /** Is the network told a level for each image? Absent: yes; false: one number for the batch. */
  readonly perImageLevels?: boolean
  readonly levelScale: number
  readonly noise: NoiseSpec
}

/**
 * One evaluation of the network. `input` [n, c, h, w] is already scaled (VP: x~/sqrt(sigma^2 + 1)); `levels` has n entries in the unit the
 * card names. Resolves to [n, c or 2c, h, w]; the buffer may be reused by the next call.
 */
export type ModelCall = (input: Float32Array, levels: Float64Array, shape: Shape) => Promise<Float32Array>
