import type { Devices } from './devices.ts'
import type { Engines } from './engines.ts'
import type { Imaging } from './imaging.ts'
import type { JobRun, Jobs } from './jobs.ts'
import type { Models } from './models.ts'
import type { Photos } from './photos.ts'
import type { Samples } from './samples.ts'
import type { Lane } from './lane.ts'
import type { Library } from './library.ts'
import type { Speeds } from './speeds.ts'
import type { Tuning } from './tuning.ts'
import type { BackendOptions } from './types.ts'

/** The parts of one backend, made in index.ts and handed to what combines them. */
export interface House {
  readonly options: BackendOptions
  readonly tuning: Tuning
  readonly models: Models
  readonly devices: Devices
  readonly engines: Engines
  readonly imaging: Imaging
  readonly photos: Photos
  readonly samples: Samples
  readonly speeds: Speeds
  readonly jobs: Jobs
  readonly library: Library
  /** Runs of the command line: one at a time, and none beside a job. */
  readonly lane: Lane
}

/** What every job of the queue runs with: its previews are looked at, and tensors are for the command line. */
export const queued = <Own extends JobRun>({ options, engines, imaging, speeds, tuning }: House, own: Own) => ({
  ...own,
  app: options.version,
  engines,
  imaging,
  speeds,
  tuning,
  tensors: false,
  previews: true,
})
