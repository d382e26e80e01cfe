import type { JobImage, JobProgress } from '../shared/api.ts'
import type { DeviceName } from '../shared/card.ts'
import type { Preview, RunArgs, StepEvent } from '../shared/engine.ts'
import type { SaveSettings } from '../shared/request.ts'
import type { Engines } from './engines.ts'
import type { Imaging } from './imaging.ts'
import type { Kept } from './kept.ts'
import type { Part } from './place.ts'
import type { Progress } from './progress.ts'
import type { Speeds } from './speeds.ts'
import type { Recorder } from './trace.ts'
import type { Tuning } from './tuning.ts'

/** What a run is given beside its settings, and whom it tells. The queue and the command line each bring their own. */
export interface RunContext {
  readonly app: string
  readonly engines: Engines
  readonly imaging: Imaging
  readonly speeds: Speeds
  readonly tuning: Tuning
  readonly signal: AbortSignal
  /** Absolute path of picture `index`, ending in .png. */
  file(index: number): string
  readonly tensors: boolean
  /** False: nothing is written into the pictures but the pixels. */
  readonly metadata?: boolean
  /** Of a fill: each picture also in these ways, with the camera data of `original`, the user's file. */
  readonly saves?: { readonly as: readonly SaveSettings[]; readonly original: string }
  /** Where the run's way is to be recorded. */
  readonly trace?: Recorder
  /** Where what is done of the run is kept, so that it can go on after a kill. */
  readonly kept?: Kept
  /** Continue each engine run of this one, counted from 0, where an earlier one was. */
  readonly resume?: (part: number) => Promise<NonNullable<RunArgs['resume']>>
  /** Before the first picture is written. */
  onWriting(): Promise<void>
  /** False where nobody looks: the engine then makes no previews. */
  readonly previews: boolean
  /** Before a device is touched: waits until no other run has it. */
  readonly claim?: (device: DeviceName) => Promise<void>
  onDevice(device: DeviceName): void
  onNotice(notice: string): void
  onProgress(progress: JobProgress): void
  /** `index` of each preview is the picture's place in the job. */
  onPreviews(step: number, steps: number, previews: readonly Preview[]): void
  onPicture(index: number, picture: Partial<JobImage>): Promise<void>
}

/** Hands on what the engine says of its run number `number`, of these pictures. */
export function told(run: RunContext, progress: Progress, number: number, { made }: Part): (event: StepEvent) => void {
  return (event) => {
    run.onProgress(progress.step(number, event))
    const { previews = [] } = event
    if (previews.length === 0) return
    run.onPreviews(
      event.step,
      event.steps,
      previews.flatMap((one) => {
        const own = made.find(({ i }) => i === one.index)
        return own === undefined ? [] : [{ ...one, index: own.at }]
      }),
    )
  }
}
