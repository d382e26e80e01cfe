import { z } from 'zod'
import { deviceName, type DeviceName, type ModelCard } from './card.ts'
import { compareRequest, type CompareMark, type ComparePlan, type CompareRequest } from './compare.ts'
import { desk, photoId, pictureRef, type Desk, type PictureRef } from './desk.ts'
import type { CallTime, DeviceReport, Preview } from './engine.ts'
import type { ErrorData } from './errors.ts'
import type { FillPlan, MaskOrigin, PhotoInfo, SavedPicture } from './imaging.ts'
import {
  blendSettings,
  generateRequest,
  inpaintSettings,
  saveSettings,
  type GenerateRequest,
  type InpaintSettings,
  type SaveSettings,
} from './request.ts'
import {
  libraryFavourite,
  libraryIds,
  libraryOrder,
  libraryQuery,
  librarySheet,
  libraryTags,
  pictureId,
  type LibraryChanges,
  type LibraryDetail,
  type LibraryOrder,
  type LibraryPage,
  type LibraryQuery,
  type LibraryScan,
  type LibrarySheet,
  type LibraryState,
} from './library.ts'
import { type ApiMethod, method } from './method.ts'
import { queueApi, type QueueEvent } from './queue.ts'
import type { RunReport } from './recipe.ts'
import { menuBar, shellAct, shellMessage, shellOpenWith, type MenuBar, type OpenWithState } from './shell.ts'

/**
 * Resources by URL, the same below app://studio and over HTTP (backend/resources.ts):
 *   GET  /photo/<photo>/tile/<level>/<column>_<row>.png         a tile of the opened photo, level 0 = full size, tileSize px
 *   GET  /photo/<photo>/mask.png[?download]                      its saved mask, 8-bit grey, 255 = repaint
 *   GET  /job/<job>/<image>.png[?download]                       a finished picture
 *   GET  /job/<job>/saved/<name>                                 a file that savePicture made, as a download
 *   GET  /job/<job>/<cell>/trace.json                            the same of a cell of a comparison
 *   GET  /job/<job>/trace.json                                   what the run said of its way (trace.ts), where it was asked to
 *   GET  /job/<job>/<image>/tile/<level>/<column>_<row>.png      a tile of a fill
 *   GET  /sample/<sample>.jpg                                    a small preview of a shipped sample photograph
 *   GET  /library/<picture>.png[?download]                       a picture of the library, in the trash too
 *   GET  /library/<picture>/thumb.webp                           a small one of it, made when first asked for
 *   GET  /library/mask/<sha256>.png                              the mask of a fill
 *   GET  /library/sheet/<name>                                   a contact sheet, as a download
 *   POST /upload?name=<file name>                                a photo's bytes; answers { photo } or { error: ErrorData } with 4xx
 */
const nothing = z.strictObject({})
const jobId = z.strictObject({ job: z.string() })
const libraryPicture = z.strictObject({ id: pictureId })
const compareExport = z.strictObject({ job: z.string(), format: z.enum(['png', 'json']) })
const bytes = z.instanceof(Uint8Array)
const fillSettings = inpaintSettings as z.ZodType<InpaintSettings>
/** One of the masks of a photograph that has several; without it the mask that fills are made from. */
const maskLayer = z.int().min(1).max(999).optional()

const maskOrigin = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('wand'),
    x: z.int().min(0),
    y: z.int().min(0),
    tolerance: z.number().min(0).max(255),
    contiguous: z.boolean(),
  }),
  z.strictObject({ kind: z.literal('alpha') }),
  z.strictObject({ kind: z.literal('dust'), threshold: z.number().min(1).max(128), size: z.int().min(2).max(64) }),
  z.strictObject({ kind: z.literal('file'), name: z.string().max(200), bytes }),
])

/**
 * [Note: one table] The contract between the screens and the backend. Preload, IPC, HTTP and the tests are derived from `api`; a method
 * that is missing somewhere is a type error. `local` methods name files on this machine: they exist only in Electron and are absent over HTTP.
 */
export const api = {
  about: method<About>().takes(nothing),
  models: method<readonly ModelSummary[]>().takes(nothing),
  devices: method<readonly DeviceReport[]>().takes(nothing),
  jobs: method<readonly Job[]>().takes(nothing),
  generate: method<{ job: string }>().takes(generateRequest as z.ZodType<GenerateRequest>),
  /**
   * `count` frames from the noise of one finished picture to that of another of the same model, by the settings of the first, as a job of its
   * own. At a batch or on a device of its own where they are given.
   */
  interpolate: method<{ job: string }>().takes(
    z.strictObject({
      from: pictureRef,
      to: pictureRef,
      count: z.int().min(2).max(64),
      batch: z.int().min(1).max(256).optional(),
      device: z.union([z.literal('auto'), deviceName]).optional(),
    }),
  ),
  inpaint: method<{ job: string }>().takes(z.strictObject({ photo: photoId, settings: fillSettings })),
  /** The mask of the photo `mask` on each of `photos`, a job each. What does not fit is left out and said; where nothing is left it is refused. */
  inpaintMany: method<{ jobs: readonly string[]; skipped: readonly { photo: string; reason: string }[] }>().takes(
    z.strictObject({
      photos: z.array(photoId).min(1).max(1000),
      mask: photoId,
      otherSizes: z.enum(['skip', 'scale']),
      settings: fillSettings,
    }),
  ),
  /** What a comparison would be: its cost, and what cannot be run. Starts nothing. */
  planCompare: method<ComparePlan>().takes(compareRequest),
  /**
   * Every cell as a run of its own, as one job. More than `askAbove` cells are refused unless `many` says that they are meant. One that was cancelled or
   * failed goes on at its next cell by `retryJob`.
   */
  compare: method<{ job: string }>().takes(z.strictObject({ request: compareRequest, many: z.boolean().optional() })),
  /** The finished cells as one sheet with its legend, or as compare.json. Kept until the next of its job is made. */
  exportCompare: method<{ url: string; name: string }>().takes(compareExport),
  /** Acts within one step; after a grace time the engine process is killed. */
  cancel: method<null>().takes(jobId),
  ...queueApi,
  photos: method<readonly Photo[]>().takes(nothing),
  /** After a POST of the file's bytes to /upload, which answers { photo }. */
  photo: method<Photo>().takes(z.strictObject({ photo: photoId })),
  writeMask: method<{ painted: number }>().takes(
    z.strictObject({
      photo: photoId,
      layer: maskLayer,
      /** Forget the earlier mask first. */
      replace: z.boolean(),
      tiles: z.array(z.strictObject({ column: z.int().min(0), row: z.int().min(0), png: bytes })),
    }),
  ),
  readMask: method<readonly { column: number; row: number; png: Uint8Array }[]>().takes(
    z.strictObject({ photo: photoId, layer: maskLayer }),
  ),
  /** How a photograph was left lying: its masks beside one another, and what became of its fills. */
  desk: method<Desk>().takes(z.strictObject({ photo: photoId })),
  /** Masks that it does not name any more are forgotten. */
  writeDesk: method<null>().takes(z.strictObject({ photo: photoId, desk: desk as z.ZodType<Desk> })),
  /** A mask made from the photograph or a file, as tiles; the saved one stays as it is (imaging.ts, MaskOrigin). */
  selectMask: method<readonly { column: number; row: number; png: Uint8Array }[]>().takes(
    z.strictObject({ photo: photoId, from: maskOrigin as z.ZodType<MaskOrigin> }),
  ),
  planFill: method<FillPlan>().takes(
    z.strictObject({
      photo: photoId,
      model: z.string(),
      blend: blendSettings as z.ZodType<z.output<typeof blendSettings>>,
      /** Those of the run that is planned: the answer then has its refinements and `runs`. Its model and blend are those above. */
      settings: fillSettings.optional(),
    }),
  ),
  /** A sample photograph that ships with the program, opened like any other. */
  openSample: method<{ photo: string }>().takes(z.strictObject({ sample: z.string() })),
  /**
   * Milliseconds of one model call at this batch on the device that `auto` picks: measured, null until one was; and `reckoned`, always, as a
   * range where it was not.
   */
  estimate: method<{ millisecondsPerCall: number | null; device: DeviceName | null; reckoned: CallTime }>().takes(
    z.strictObject({ model: z.string(), device: z.string(), batch: z.int().min(1) }),
  ),
  /** A finished picture in the format asked for, or its fill as a layer. Kept until the next of its job is made. */
  savePicture: method<SavedFile>().takes(
    z.strictObject({ job: z.string(), image: z.int().min(0), settings: saveSettings as z.ZodType<SaveSettings> }),
  ),
  library: method<LibraryState>().takes(nothing),
  libraryPictures: method<LibraryPage>().takes(libraryQuery as z.ZodType<LibraryQuery>),
  /** The ids of a whole query, for a selection. */
  libraryIds: method<readonly string[]>().takes(libraryOrder as z.ZodType<LibraryOrder>),
  libraryPicture: method<LibraryDetail>().takes(libraryPicture),
  libraryFavourite: method<null>().takes(libraryFavourite),
  libraryTag: method<null>().takes(libraryTags as z.ZodType<z.output<typeof libraryTags>>),
  /** Those that were moved; what was there already, or is gone, is left out. */
  libraryTrash: method<{ ids: readonly string[] }>().takes(libraryIds),
  /** Back to where they were, under the ids they then have. Undoes libraryTrash. */
  libraryRestore: method<{ ids: readonly string[] }>().takes(libraryIds),
  /** Removes what is in the trash for good, all of it or these alone. */
  libraryEmptyTrash: method<{ removed: number }>().takes(z.strictObject({ ids: libraryIds.shape.ids.optional() })),
  /** Looks what was added or removed behind our back. `rebuild` forgets the index and makes it anew from the files. */
  libraryRescan: method<LibraryChanges>().takes(
    z.strictObject({ rebuild: z.boolean().default(false) }) as z.ZodType<{ rebuild: boolean }>,
  ),
  /** Whether pictures made from now on carry their recipe. */
  libraryMetadata: method<LibraryState>().takes(z.strictObject({ metadata: z.boolean() })),
  /** The picture again by its recipe, as a job: the same pixels on the same device. `notices`: what is not as it was then. */
  libraryAgain: method<{ job: string; notices: readonly string[] }>().takes(libraryPicture),
  /** Others by the same recipe, from the next seeds. */
  libraryVary: method<{ job: string }>().takes(z.strictObject({ id: pictureId, count: z.int().min(1).max(64) })),
  /** Opened as a photograph, to be filled. */
  libraryOpen: method<{ photo: string }>().takes(libraryPicture),
  /** Pictures side by side in one PNG. Kept until the next one is made. */
  librarySheet: method<{ url: string; name: string; width: number; height: number }>().takes(
    librarySheet as z.ZodType<LibrarySheet>,
  ),
  /** Ask for another folder, or go back to the first one. What lies in the earlier one stays there. Null: the user thought better of it. */
  libraryFolder: method<LibraryState | null>().takesLocal(z.strictObject({ to: z.enum(['ask', 'default']) })),
  /** Ask for a folder and copy them there, with their recipe or without any text. */
  libraryExport: method<{ folder: string; count: number } | null>().takesLocal(
    z.strictObject({ ids: libraryIds.shape.ids, recipe: z.boolean() }),
  ),
  /** To the clipboard. */
  libraryCopy: method<null>().takesLocal(libraryPicture),
  libraryReveal: method<null>().takesLocal(libraryPicture),
  librarySheetAs: method<{ saved: string } | null>().takesLocal(librarySheet as z.ZodType<LibrarySheet>),
  /** Ask where to save and put the picture there: as it is, or as `settings` say. Null: the user thought better of it. */
  saveAs: method<{ saved: string; picture?: SavedPicture } | null>().takesLocal(
    z.strictObject({
      job: z.string(),
      image: z.int().min(0),
      settings: (saveSettings as z.ZodType<SaveSettings>).optional(),
    }),
  ),
  /** The same for the photograph's mask, 8-bit grey PNG; over HTTP it is downloaded. */
  saveMaskAs: method<{ saved: string } | null>().takesLocal(z.strictObject({ photo: photoId })),
  /** Photographs that the system asked the program to open since this was last called, oldest first. */
  takeOpened: method<readonly ({ photo: string } | { error: ErrorData })[]>().takesLocal(nothing),
  exportCompareAs: method<{ saved: string } | null>().takesLocal(compareExport),
  reveal: method<null>().takesLocal(z.strictObject({ job: z.string(), image: z.int().min(0) })),
  /** The menus of the system's bar; what is chosen there comes back as an event. */
  shellMenu: method<null>().takesLocal(menuBar as z.ZodType<MenuBar>),
  /** A message of the system, beside the window. */
  shellMessage: method<null>().takesLocal(shellMessage),
  shellAct: method<null>().takesLocal(shellAct),
  /** Where the program keeps its files. */
  shellFolder: method<{ folder: string }>().takesLocal(nothing),
  /** Sets it where `on` is given; tells how it stands then. */
  shellOpenWith: method<OpenWithState>().takesLocal(shellOpenWith),
} as const

export type Api = typeof api
export type ApiName = keyof Api
export type ApiInput<K extends ApiName> = Api[K] extends ApiMethod<infer I, infer _O> ? I : never
export type ApiOutput<K extends ApiName> = Api[K] extends ApiMethod<infer _I, infer O> ? O : never
export type ApiHandlers = { readonly [K in ApiName]: (input: ApiInput<K>) => Promise<ApiOutput<K>> }
/** What serve offers: no method that names a path. */
export type LocalName =
  | 'saveAs'
  | 'saveMaskAs'
  | 'takeOpened'
  | 'reveal'
  | 'shellMenu'
  | 'shellMessage'
  | 'shellAct'
  | 'shellFolder'
  | 'shellOpenWith'
  | 'exportCompareAs'
  | 'libraryFolder'
  | 'libraryExport'
  | 'libraryCopy'
  | 'libraryReveal'
  | 'librarySheetAs'
export type RemoteHandlers = Omit<ApiHandlers, LocalName>

export interface SavedFile {
  /** Path of the download below the origin. */
  readonly url: string
  readonly name: string
  readonly picture: SavedPicture
}

export interface About {
  readonly version: string
  readonly onnxruntime: string
  readonly door: 'electron' | 'serve'
  /** Connections the program has opened to another machine. Always 0, proved by a test. */
  readonly connections: 0
  /** `model`: the shipped model that knows such pictures. */
  readonly samples: readonly { readonly id: string; readonly name: string; readonly credit: string; readonly model: string }[]
}

export interface ModelSummary {
  readonly id: string
  /** Null when the package is broken: then `problem` says why in one sentence. */
  readonly card: ModelCard | null
  readonly problem: string | null
  readonly bytes: number
  readonly shipped: boolean
}

export interface Photo {
  readonly id: string
  readonly name: string
  readonly info: PhotoInfo
}

export type JobStatus = 'queued' | 'running' | 'done' | 'failed' | 'cancelled'

export interface JobImage {
  readonly seed: number
  /** Path of the finished picture below the origin (app:// or http), null until it is there. */
  readonly url: string | null
  readonly width: number
  readonly height: number
  readonly changedOutside?: number
  /** For a picture of a comparison. */
  readonly cell?: CompareMark
  /** For a fill: standard deviation of the grain it was given, in levels of 255. */
  readonly grain?: number
  /** For a fill: its tile pyramid, as PhotoInfo.levels, at `<url without .png>/tile/<level>/<column>_<row>.png`. */
  readonly levels?: PhotoInfo['levels']
}

export interface Job {
  readonly id: string
  readonly status: JobStatus
  /** Snapshot of what was asked, with every default filled in. */
  readonly request:
    | {
        readonly kind: 'generate'
        readonly settings: GenerateRequest
        /** Its pictures are frames from the noise of one to that of the other; all have the seed of the first. */
        readonly between?: { readonly from: PictureRef; readonly to: PictureRef }
      }
    | { readonly kind: 'inpaint'; readonly photo: string; readonly settings: InpaintSettings }
    /** `settings` is where all cells begin; `axes` say what is varied. Its pictures lie cell by cell (compare.ts). */
    | ({ readonly kind: 'compare' } & CompareRequest)
  readonly images: readonly JobImage[]
  /** Null until the first step. Counts are over the whole job. */
  readonly progress: JobProgress | null
  readonly device: DeviceName | null
  /** A fallback, a conversion, a snapped level: one sentence each. */
  readonly notices: readonly string[]
  readonly error: ErrorData | null
  readonly report: RunReport | null
  /** How the request was understood, one sentence each; the run's notices say it again. */
  readonly said?: readonly string[]
  /** How often the engine died of it. */
  readonly crashes?: number
}

export interface JobProgress {
  readonly step: number
  readonly steps: number
  readonly calls: number
  readonly callsTotal: number
  readonly callsPerSecond: number
  readonly secondsLeft: number
  readonly sigma: number
  /** Of particles that are weighed against one another: 1..n. */
  readonly effectiveSampleSize?: number
  /** Of a fill of several windows: the one that is being filled, and how far it is. Of one that is refined: 0 is the first fill, k the k-th refinement. */
  readonly window?: WindowProgress
  readonly refinement?: { readonly number: number; readonly of: number }
}

export interface WindowProgress {
  /** From 1. */
  readonly number: number
  readonly of: number
  readonly step: number
  readonly steps: number
}

/** Pushed to every window. A job event carries the whole job: latest wins. */
export type BackendEvent =
  | { readonly kind: 'job'; readonly job: Job }
  /** `index` is the picture's place in the job. Never stored. */
  | {
      readonly kind: 'preview'
      readonly job: string
      readonly step: number
      readonly steps: number
      readonly previews: readonly Preview[]
    }
  /** The library is not what it was: ask again. `scan` while files are looked at. */
  | { readonly kind: 'library'; readonly version: number; readonly scan: LibraryScan | null; readonly problem: string | null }
  | QueueEvent
  | { readonly kind: 'notice'; readonly message: string }
  /** A command, or a photograph that was open before, was chosen in the system's menus. */
  | { readonly kind: 'chosen'; readonly command: string }
  | { readonly kind: 'chosen-photo'; readonly photo: string }
  /** The system asked for a photograph to be opened: `takeOpened` says which. */
  | { readonly kind: 'opened' }

/** What the window gets from its preload (`window.palimpsest`), and what the browser client builds over HTTP and a WebSocket. */
export interface Bridge {
  readonly door: 'electron' | 'serve'
  invoke<K extends ApiName>(
    name: K,
    input: ApiInput<K>,
  ): Promise<{ ok: true; value: ApiOutput<K> } | { ok: false; error: ErrorData }>
  subscribe(handler: (event: BackendEvent) => void): () => void
}
