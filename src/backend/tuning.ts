/** The times and limits of the backend in one place, so that tests can make them short. Milliseconds and bytes. */
export interface Tuning {
  /** Between asking an engine to cancel and ending its process. */
  readonly graceMs: number
  /** A device that has not answered a probe by then does not start. */
  readonly probeMs: number
  /** At most one job event a job in this time. */
  readonly eventMs: number
  /** While it runs a job's record is written at most this often. */
  readonly saveMs: number
  readonly preview: { readonly size: number; readonly everyMs: number }
  /** While a job samples, the state it can be continued from is kept this often. */
  readonly keepMs: number
  /** Engines kept loaded on each device; the one unused for longest ends first, since memory comes back only with its process. */
  readonly engines: number
  /** Of one photograph's file: 200 megapixels of 16 bits and four channels, and below the 2 GiB that Node reads in one piece. */
  readonly uploadBytes: number
  readonly cardBytes: number
}

export const defaultTuning: Tuning = {
  graceMs: 3000,
  probeMs: 20_000,
  eventMs: 100,
  saveMs: 2000,
  keepMs: 3000,
  preview: { size: 128, everyMs: 100 },
  engines: 2,
  uploadBytes: 2000 * 1024 ** 2,
  cardBytes: 4 * 1024 ** 2,
}
