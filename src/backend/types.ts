import type { BackendEvent, Job, JobProgress, RemoteHandlers, WindowProgress } from '../shared/api.ts'
import type { PictureRef } from '../shared/desk.ts'
import type { ModelCard } from '../shared/card.ts'
import type { LibrarySheet, LibraryState } from '../shared/library.ts'
import type { BlendSettings, SaveSettings } from '../shared/request.ts'
import type { StartWorker } from '../shared/port.ts'
import type { RecipeBase, RunReport, StartRecipe } from '../shared/recipe.ts'
import type { CompareInput, CompareOptions } from './compare/folder.ts'
import type { CompareReport } from './compare/record.ts'
import type { NoiseSource } from './noise.ts'
import type { Saved } from './save.ts'

/** The application without a window: what main, the command line and the tests build and drive. */
export interface BackendOptions {
  /** Called once a device and model; each call starts a process of its own. */
  readonly startEngine: StartWorker
  readonly startImaging: StartWorker
  /** Where jobs, photos and masks are kept (made if absent). */
  readonly dataFolder: string
  /** Searched in order for packages; a later folder cannot replace an id of an earlier one. */
  readonly modelFolders: readonly { readonly path: string; readonly shipped: boolean }[]
  /** resources/samples: samples.json [{ id, name, file, credit }] and the pictures. */
  readonly sampleFolder: string
  readonly door: 'electron' | 'serve'
  readonly version: string
}

/** A URL below the origin, as [Note: one table] lists them. The path is percent-encoded and untrusted. */
export interface ResourceRequest {
  readonly method: 'GET' | 'POST'
  /** '/photo/…?…' */
  readonly url: string
  readonly body?: AsyncIterable<Uint8Array>
}

export interface ResourceReply {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** A file to stream, or bytes. */
  readonly body: { readonly file: string } | { readonly bytes: Uint8Array }
}

export interface CliProgress {
  readonly step: number
  readonly steps: number
  readonly calls: number
  readonly callsTotal: number
  readonly callsPerSecond: number
  readonly secondsLeft: number
  /** Of particles that are weighed against one another: 1..n. */
  readonly effectiveSampleSize?: number
  /** Of a fill of several windows: the one that is being filled, and how far it is. */
  readonly window?: WindowProgress
  readonly refinement?: JobProgress['refinement']
}

export interface RunOptions {
  /** Folder of the pictures and run.json; made if absent; refused at once (code request) when it cannot be written. */
  readonly out: string
  readonly tensors: boolean
  readonly onProgress?: (progress: CliProgress) => void
  readonly onNotice?: (message: string) => void
  readonly signal?: AbortSignal
  /** Of a fill: each picture also in these ways; unchecked. */
  readonly saves?: readonly unknown[]
  /** Record the run's way in this file, and its states beside it. */
  readonly trace?: TraceOptions
}

export interface TraceOptions {
  /** Absolute. */
  readonly file: string
  readonly states: boolean
}

export interface ResumeArgs {
  /** Absolute; the trace's file. */
  readonly trace: string
  /** Transitions that are behind it. */
  readonly step: number
  /** Absolute; of a fill the photograph, which no trace holds. */
  readonly photo?: string
}

/** Of a tool that writes no pictures of its own. */
export type FlowOptions = Pick<RunOptions, 'onProgress' | 'onNotice' | 'signal'>

/** Unchecked, but for the switches. */
export interface InvertInput {
  readonly model: unknown
  readonly steps?: unknown
  readonly spacing?: unknown
  readonly device?: unknown
  readonly order?: unknown
  readonly asGrey: boolean
  /** Come back from the noise by DDIM, and say how near. */
  readonly back: boolean
}

/** `noise.json` beside `noise.npy`. */
export interface InvertReport {
  readonly palimpsest: 'noise'
  readonly format: 1
  readonly model: RecipeBase['model']
  readonly device: string
  readonly source: { readonly sha256: string }
  readonly start: StartRecipe
  readonly steps: number
  readonly spacing: string
  readonly order: 'first' | 'second'
  /** From high to low, ending in 0: the levels of the run that comes back. */
  readonly sigmas: readonly number[]
  readonly timesteps?: readonly number[]
  readonly nfe: number
  readonly milliseconds: RunReport['milliseconds']
  /** Of the noise's values. A draw has 1; a picture with flat parts, which no draw would give, comes out below. */
  readonly rootMeanSquare: number
  readonly files: readonly string[]
  /** Difference of the picture that came back, in the model's range. */
  readonly back?: { readonly rootMeanSquare: number }
}

export interface LikelihoodInput {
  readonly model: unknown
  readonly steps?: unknown
  readonly spacing?: unknown
  readonly device?: unknown
  readonly probes?: unknown
  readonly seed?: unknown
  readonly asGrey: boolean
}

export interface LikelihoodReport {
  /** How the divergence was had: no model in a file tells it exactly. */
  readonly estimate: 'finite differences'
  readonly bitsPerDimension: number
  /** Of the mean over the probes. */
  readonly standardError: number
  /** ln p in the model's range. */
  readonly logDensity: number
  readonly dimensions: number
  readonly probes: number
  readonly seed: number
  readonly model: RecipeBase['model']
  readonly device: string
  readonly source: { readonly sha256: string }
  readonly steps: number
  readonly spacing: string
  readonly nfe: number
  readonly milliseconds: RunReport['milliseconds']
}

/** `scale`: a file of another size is brought to the photograph's instead of being refused. */
export type MaskSource =
  { readonly file: string; readonly keep: boolean; readonly scale?: boolean } | { readonly preset: string; readonly seed?: number }

export interface VerifiedModel {
  readonly id: string
  readonly folder: string
  readonly card: ModelCard | null
  /** One sentence each; empty: the package is sound. */
  readonly problems: readonly string[]
}

/** What the door that knows this machine's folders may ask of the library. All refuse with one sentence. */
export interface LibraryDoor {
  /** Null: the one it has by itself. */
  setFolder(path: string | null): Promise<LibraryState>
  /** Copies, each whole or not at all; a name that is taken gets a number. */
  export(ids: readonly string[], folder: string, recipe: boolean): Promise<{ folder: string; count: number }>
  pathOf(id: string): Promise<string>
  sheet(settings: LibrarySheet): Promise<{ path: string; name: string; width: number; height: number }>
}

export interface Backend {
  readonly handlers: RemoteHandlers
  readonly library: LibraryDoor
  subscribe(handler: (event: BackendEvent) => void): () => void
  resource(request: ResourceRequest): Promise<ResourceReply>
  job(id: string): Job | undefined
  /** The finished picture's path on disk, for saveAs and reveal; undefined when there is none. */
  resultFile(job: string, image: number): string | undefined
  /** Opens a copy of a picture of this machine, for the door that knows paths; the id. */
  addPhoto(path: string, name: string): Promise<string>
  /** The photo's saved mask on disk, for saveMaskAs; undefined while nothing was ever painted. */
  maskFile(photo: string): string | undefined

  /** A finished picture in the format asked for, as a file for the door to take; it lies there until the next of its job is made. */
  savePicture(picture: PictureRef, settings: SaveSettings): Promise<Saved>

  /** The finished cells of a comparison as one sheet or as JSON, as a file for the door to take. */
  exportCompare(job: string, format: 'png' | 'json'): Promise<{ readonly path: string; readonly name: string }>

  /** The command line's doors: unchecked input (request.ts parses it), pictures straight into a folder, run.json beside them. */
  runGenerate(input: unknown, options: RunOptions): Promise<RunReport>
  runInpaint(input: unknown, photo: string, mask: MaskSource, options: RunOptions): Promise<RunReport>
  /** Every cell of a comparison into a folder, sheet.png and compare.json beside them. */
  runCompare(input: CompareInput, options: CompareOptions): Promise<CompareReport>
  /** Generates from a noise that is given instead of drawn. */
  runFrom(input: object, source: NoiseSource, options: RunOptions): Promise<RunReport>
  /** Frames from one noise to another, and `strip.png` of them. */
  runInterpolate(input: object, ends: readonly [NoiseSource, NoiseSource], options: RunOptions): Promise<RunReport>
  runInvert(photo: string, input: InvertInput, options: FlowOptions & { readonly out: string }): Promise<InvertReport>
  runLikelihood(photo: string, input: LikelihoodInput, options: FlowOptions): Promise<LikelihoodReport>
  /** Continues a run from one of its recorded states to the identical end. */
  runResume(args: ResumeArgs, options: RunOptions): Promise<RunReport>
  verifyModels(id?: string): Promise<readonly VerifiedModel[]>
  /** A step through the sampler against a bare session.run, same model, batch and device, in turns of `steps` calls. */
  benchModel(args: { model: string; device: string; batch: number; steps: number; rounds: number }): Promise<BenchRow>
  /** Stops every process; resolves when they are gone. */
  stop(): Promise<void>
}

export interface BenchRow {
  readonly model: string
  readonly device: string
  readonly batch: number
  readonly steps: number
  readonly rounds: number
  /** Medians of the rounds. */
  readonly bareMsPerCall: number
  readonly samplerMsPerCall: number
  /** Median of each run's ratio to the bare turns around it, less one. Negative where the difference is smaller than the machine's noise. */
  readonly overheadPercent: number
  /** Where it lies 19 times in 20, by the scatter of the rounds. */
  readonly overheadInterval: readonly [low: number, high: number]
  /** Part of the sampler's time spent outside the model, as the engine itself counts it. */
  readonly outsideModelPercent: number
}

export type { BlendSettings }
