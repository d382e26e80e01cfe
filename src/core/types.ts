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
  /** learned-range variance: f = (v + 1)/2 in ln var = f ln large^2 + (1 - f) ln small^2. Same shape as x0. */
  readonly fraction?: Latent
}

/** One level for all images of the batch, or one an image. */
export type Denoiser = (x: Latent, sigma: Sigma | readonly Sigma[]) => Promise<Denoised>

/** What a draw is for. The numbers are part of the recipe format ("noise": 1) and never change. */
export const purposes = { start: 0, step: 1, known: 2, undo: 3, churn: 4, corrector: 5 } as const
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
  /** The state after this transition. Its buffers are reused by the next one: copy what is to be kept. */
  readonly state: SamplerState
}

export type Variance = 'small' | 'large' | 'learned'

/** What a sampler walks: levels from high to low, ending in 0, and its own settings. */
export interface Plan {
  readonly levels: readonly Sigma[]
  readonly eta: number
  readonly variance: Variance
}

export type Sampler = (denoise: Denoiser, plan: Plan, state: SamplerState, noise: Noise) => AsyncGenerator<Step>

/** The user's picture at model size, in the model's range, one image [1, c, h, w] shared by the batch; and what to repaint of it. */
export interface Known {
  readonly photo: Latent
  readonly mask: RepaintMask
}

/** Transition of a planned walk: a model step from levels[from] to levels[to], or an undo (noise added, no model call) upwards. */
export interface Transition {
  readonly kind: 'step' | 'undo'
  readonly from: number
  readonly to: number
}

/** `levels` from high to low ending in 0; a transition indexes into it. Sampler plans are the straight walk 0>1>2>... */
export interface InpaintPlan extends Plan {
  readonly walk: readonly Transition[]
  /** Write the photo's true pixels into the last state. Off only for the paper-exact RePaint of the golden tests. */
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

export interface SamplerEntry {
  readonly name: string
  readonly label: string
  readonly paper: string
  /** One line for the user. */
  readonly help: string
  readonly controls: readonly Control[]
  /** Model calls of a run of `steps` transitions into level 0, where that is not one a transition. */
  calls?(steps: number): number
  readonly run: Sampler
}

export interface InpainterEntry {
  readonly name: string
  readonly label: string
  readonly paper: string
  readonly help: string
  readonly controls: readonly Control[]
  /** The walk over `steps` levels (so indices 0..steps, levels[steps] = 0). */
  walk(settings: { readonly steps: number; readonly jumpLength: number; readonly resamples: number }): readonly Transition[]
  readonly run: Inpainter
}

/** The trained noise levels of a model. vp: alphaBars[t], t = 0..N-1 rising in noise. ve: sigmas from small to large, as trained. */
export interface TrainedLevels {
  readonly kind: 'vp' | 've'
  /** sigma of training index t, rising. */
  readonly sigmas: Float64Array
}

export type Schedule =
  | {
      readonly schedule: 'linear' | 'scaled-linear' | 'sigmoid'
      readonly start: number
      readonly end: number
      readonly count: number
    }
  | { readonly schedule: 'cosine'; readonly count: number }

export type NoiseSpec =
  | { readonly kind: 'vp'; readonly betas: Schedule }
  | { readonly kind: 'vp'; readonly alphaBars: readonly number[] }
  | { readonly kind: 've'; readonly sigmas: readonly number[]; readonly start: 'normal' | 'uniform' }

/** How the model file speaks: what it is given for the level, and what it predicts. */
export interface ModelSpec {
  readonly channels: number
  readonly predicts: 'epsilon' | 'v' | 'x0' | 'score-vp' | 'score-ve' | 'edm'
  readonly sigmaData?: number
  readonly variance: 'none' | 'learned' | 'learned-range'
  readonly level: 'timestep' | 'sigma' | 'index' | 'log-sigma-over-4'
  /** May a level lie between the trained ones? If not, levels are snapped before the run. */
  readonly between: boolean
  readonly levelScale: number
  readonly noise: NoiseSpec
}

/**
 * One evaluation of the network. `input` [n, c, h, w] is already scaled (VP: x~/sqrt(sigma^2 + 1)); `levels` has n entries in the unit the
 * card names. Resolves to [n, c or 2c, h, w]; the buffer may be reused by the next call.
 */
export type ModelCall = (input: Float32Array, levels: Float64Array, shape: Shape) => Promise<Float32Array>
