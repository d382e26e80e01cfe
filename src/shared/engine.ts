import type { DenoiserCard, DeviceName, ModelCard } from './card.ts'
import type { SavedState, TraceAsk } from './trace.ts'
import type { Windows } from './windows.ts'

/** The contract of the engine process: one device and one model a process. Spoken over a Port by `serveMethods` and `connect`. */

export interface LoadArgs {
  /** Absolute folder of the package; the card has been parsed, the engine checks it against the graph itself. */
  readonly folder: string
  readonly card: ModelCard
  readonly device: DeviceName
  /** Threads of the CPU provider; 0 lets onnxruntime choose. */
  readonly threads?: number
}

export interface Loaded {
  readonly device: DeviceName
  /** As onnxruntime names the execution provider. */
  readonly provider: string
  readonly onnxruntime: string
  readonly file: string
  readonly sha256: string
  readonly milliseconds: number
}

/** Everything of a run that does not depend on the picture; already checked by backend/request.ts. */
export interface SamplingArgs {
  readonly steps: number
  readonly spacing: string
  readonly variance: 'small' | 'small-log' | 'large' | 'learned'
  readonly threshold: 'clip' | 'none' | 'dynamic'
  /** Of threshold `dynamic`. */
  readonly dynamic?: { readonly ratio: number; readonly max: number }
  /** The method's own, complete. */
  readonly settings?: Readonly<Record<string, number | string | boolean>>
  /** One an image: the batch is seeds.length. */
  readonly seeds: readonly number[]
  readonly width: number
  readonly height: number
  /** Previews: raw RGB of at most `size` px a side, at most one a `everyMs`. 0 = none. */
  readonly preview: { readonly size: number; readonly everyMs: number }
  /** Emits a TraceEvent a transition beside the StepEvents. */
  readonly trace?: TraceAsk
  /** Instead of the seeds' own noise: unit variance, [n, c, h, w]. Noise of later steps is still the seeds'. */
  readonly start?: Float32Array
  /** Continue from a state that a TraceEvent gave: transitions and model calls that are behind it count as made. */
  readonly resume?: { readonly state: SavedState; readonly steps: number; readonly nfe: number }
  /** Emits a StateEvent about this often, ms. */
  readonly keepMs?: number
}

export type RunArgs =
  | (SamplingArgs & { readonly kind: 'generate'; readonly sampler: string; readonly eta: number })
  | (SamplingArgs & {
      readonly kind: 'inpaint'
      readonly method: string
      /** Of the methods that have it; 0 where it is not given. */
      readonly eta?: number
      readonly jumpLength: number
      readonly resamples: number
      /** [c, h, w] in the model's range. */
      readonly photo: Float32Array
      /** [h, w]; 1 = repaint. */
      readonly mask: Uint8Array
      /** Several windows of `width` x `height` denoised together: photo and mask, noise and result are strips of their cells (shared/windows.ts). */
      readonly windows?: Windows
      /** Begin at a picture instead of at noise. */
      readonly begin?: Beginning
    })

/** The share `strength` of the noise schedule is walked, from its picture noised to the first level of that (core/begin.ts). */
export interface Beginning {
  /** [c, h, w] for all images, or [n, c, h, w]; where the photo is kept it is not looked at. */
  readonly picture: Float32Array
  /** 0..1. */
  readonly strength: number
  /** Noise of its own, 0..255: 0 that of a fill, k that of its k-th refinement. */
  readonly stream: number
}

export interface StepEvent {
  readonly kind: 'step'
  /** Transitions done, of all; model calls done, of all. */
  readonly step: number
  readonly steps: number
  readonly calls: number
  readonly callsTotal: number
  readonly sigma: number
  /** Of particles that are weighed against one another: 1..n. */
  readonly effectiveSampleSize?: number
  /** Since the run began, of which inside the model. */
  readonly milliseconds: number
  readonly modelMilliseconds: number
  readonly previews?: readonly Preview[]
}

/** From here the run can be continued to the identical end: `resume` takes it. */
export interface StateEvent {
  readonly kind: 'state'
  readonly state: SavedState
  /** Transitions and model calls that are behind it. */
  readonly steps: number
  readonly nfe: number
  /** Since the run began, or was continued. */
  readonly milliseconds: RunResult['milliseconds']
}

/** The clean estimate x0 of one image while it is sampled; label it "step k of N": it is not the N-step result. */
/** Milliseconds of a model call: one number where it was measured, else from the least to the most it may be. */
export interface CallTime {
  readonly least: number
  readonly most: number
}

export interface Preview {
  /** Position in the batch. */
  readonly index: number
  readonly width: number
  readonly height: number
  /** width * height * 3 bytes. */
  readonly rgb: Uint8Array
}

export interface RunResult {
  readonly shape: { readonly n: number; readonly c: number; readonly h: number; readonly w: number }
  /** [n, c, h, w], the model's range, not clamped. */
  readonly images: Float32Array
  /** From high to low, ending in 0. */
  readonly sigmas: readonly number[]
  readonly timesteps?: readonly number[]
  readonly nfe: number
  readonly milliseconds: { readonly total: number; readonly model: number; readonly elsewhere: number }
}

/** Pictures walked up to the noise they would have come from (core/samplers/invert.ts). */
export interface InvertArgs {
  readonly steps: number
  readonly spacing: string
  /** `first` is DDIM's inverse, `second` Heun's rule. */
  readonly order: 'first' | 'second'
  /** [n, c, h, w] in the model's range. */
  readonly pictures: Float32Array
  readonly count: number
  readonly width: number
  readonly height: number
}

export interface Inverted {
  readonly shape: RunResult['shape']
  /** [n, c, h, w], unit variance: what `start` of a run takes. */
  readonly noise: Float32Array
  /** From high to low, ending in 0, as a run that comes back would walk them. */
  readonly sigmas: readonly number[]
  readonly timesteps?: readonly number[]
  readonly nfe: number
  readonly milliseconds: RunResult['milliseconds']
}

/** How likely a picture is under the model, estimated (core/likelihood.ts). */
export interface LikelihoodArgs {
  readonly steps: number
  readonly spacing: string
  /** Directions in which the divergence is probed; the more, the smaller the error. */
  readonly probes: number
  /** Of the probes, and of the noise within a step of 8 bits that makes a density of a picture. */
  readonly seed: number
  /** [c, h, w] in the model's range, of 8-bit values. */
  readonly picture: Float32Array
  readonly width: number
  readonly height: number
}

export interface Likelihood {
  /** ln p in the model's range, one a probe. */
  readonly logDensities: readonly number[]
  readonly dimensions: number
  readonly sigmas: readonly number[]
  readonly nfe: number
  readonly milliseconds: RunResult['milliseconds']
}

export interface ModelFacts {
  readonly inputs: readonly { readonly name: string; readonly type: string; readonly shape: readonly (number | string)[] }[]
  readonly outputs: readonly { readonly name: string; readonly type: string; readonly shape: readonly (number | string)[] }[]
}

/** Deliberate failures, for the tests of recovery; refused unless the process was started with PALIMPSEST_FAULTS=1. */
export type Fault = 'abort' | 'exit' | 'throw' | 'nan' | 'hang'

export interface EngineMethods {
  /** Can this device start here? `reason` is one honest sentence when it cannot. */
  probe(args: { device: DeviceName }): Promise<DeviceReport>
  load(args: LoadArgs): Promise<Loaded>
  facts(args: Record<string, never>): Promise<ModelFacts>
  /** Emits StepEvent, and where asked TraceEvent and StateEvent. Fails with code `cancelled` within one step of a cancel, `device` with detail `nan` on NaN, Inf or a constant picture. */
  run(args: RunArgs): Promise<RunResult>
  /** Emits StepEvent; cancels as `run` does. */
  invert(args: InvertArgs): Promise<Inverted>
  likelihood(args: LikelihoodArgs): Promise<Likelihood>
  /** Classifier packages: [n, c, h, w] in the model's range -> probabilities [n, classes]. */
  classify(args: { images: Float32Array; shape: RunResult['shape'] }): Promise<Float32Array>
  /** `steps` bare calls of session.run on random input: what `bench` compares with. Milliseconds of each. */
  bare(args: { steps: number; batch: number; width: number; height: number }): Promise<readonly number[]>
  fault(args: { fault: Fault }): Promise<void>
  [method: string]: (args: never) => unknown
}

export interface DeviceReport {
  readonly device: DeviceName
  readonly available: boolean
  readonly name: string
  readonly reason?: string
}

export type { DenoiserCard }
