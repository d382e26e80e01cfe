import { rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { PalimpsestError } from '../shared/errors.ts'
import type { PhotoInfo } from '../shared/imaging.ts'
import type { RunReport } from '../shared/recipe.ts'
import { saveSettings } from '../shared/request.ts'
import { newId, openOutFolder, writeJson, type OutFolder } from './files.ts'
import { generatePictures } from './generate.ts'
import type { House } from './house.ts'
import { inpaintPhoto } from './inpaint.ts'
import { checkGenerate, checkInpaint, parseRequest, refuseColour } from './request.ts'
import type { RunContext } from './run.ts'
import { createRecorder, type Recorder, tracePreviews } from './trace.ts'
import type { MaskSource, RunOptions, TraceOptions } from './types.ts'
import { cancelledError, throwIfCancelled } from './worker.ts'

/**
 * The command line's runs: pictures 0000.png, 0001.png ... straight into a folder, run.json beside them when all are there. What fails
 * or is cancelled leaves the pictures that were finished and nothing else.
 */

const neverAborted = new AbortController().signal

function contextOf(house: House, options: RunOptions, out: OutFolder, trace: Recorder | undefined): RunContext {
  const { engines, imaging, speeds, tuning } = house
  return {
    app: house.options.version,
    engines,
    imaging,
    speeds,
    tuning,
    signal: options.signal ?? neverAborted,
    file: (index) => join(out.path, `${String(index).padStart(4, '0')}.png`),
    tensors: options.tensors,
    ...(trace === undefined ? {} : { trace }),
    previews: false,
    // An earlier run.json does not stay beside pictures it does not describe.
    onWriting: () => rm(join(out.path, 'run.json'), { force: true }),
    onDevice: () => undefined,
    onNotice: (notice) => options.onNotice?.(notice),
    onProgress: ({ sigma: _sigma, ...progress }) => options.onProgress?.(progress),
    onPreviews: () => undefined,
    onPicture: async () => undefined,
  }
}

/** Opens the folder before anything is computed, and records the run in it at the end. */
export async function intoFolder(
  house: House,
  options: RunOptions,
  work: (run: RunContext) => Promise<RunReport>,
  /** What is left beside the pictures. */
  record: (folder: string, report: RunReport) => Promise<void> = (folder, report) => writeJson(join(folder, 'run.json'), report),
): Promise<RunReport> {
  const signal = options.signal ?? neverAborted
  const out = await openOutFolder(options.out)
  let trace: Recorder | undefined
  try {
    if (options.trace !== undefined) trace = await openTrace(options.trace)
    return await house.lane(async () => {
      throwIfCancelled(signal)
      const report = await work(contextOf(house, options, out, trace))
      await trace?.finish(report.recipe)
      await record(out.path, report)
      return report
    })
  } catch (error) {
    await trace?.abandon()
    await out.undo()
    if (signal.aborted) throw cancelledError()
    throw error
  }
}

/** Its folder is made if absent, and proved to be writable before anything is computed. */
async function openTrace({ file, states }: TraceOptions): Promise<Recorder> {
  const folder = await openOutFolder(dirname(file))
  try {
    return await createRecorder({ file, previews: tracePreviews, states })
  } catch (error) {
    await folder.undo()
    throw error
  }
}

export async function runGenerate(house: House, input: unknown, options: RunOptions): Promise<RunReport> {
  const checked = await checkGenerate(input, house.models)
  return intoFolder(house, options, (run) => generatePictures(checked, run))
}

export async function refuseMissing(path: string, what: string): Promise<void> {
  const found = await stat(path).catch(() => undefined)
  if (found === undefined) throw new PalimpsestError('request', `There is no ${what} "${path}".`)
  if (!found.isFile()) throw new PalimpsestError('request', `The ${what} "${path}" is no file.`)
  if (found.size === 0) throw new PalimpsestError('request', `The ${what} "${path}" is empty.`)
}

export async function runInpaint(
  house: House,
  input: unknown,
  photo: string,
  mask: MaskSource,
  options: RunOptions,
): Promise<RunReport> {
  const checked = await checkInpaint(input, house.models)
  const as = (options.saves ?? []).map((one) => parseRequest(saveSettings, one))
  await refuseMissing(photo, 'photograph')
  if ('file' in mask) await refuseMissing(mask.file, 'mask')
  return intoFolder(house, options, async (run) => {
    const { imaging } = house
    return withPhoto(house, photo, async ({ folder, info, path }) => {
      refuseColour(checked.model, info, checked.settings.asGrey)
      const { sha256 } =
        'file' in mask
          ? await imaging.call('readMask', {
              path: mask.file,
              photo: folder,
              keep: mask.keep,
              scale: mask.scale === true,
              out: path,
            })
          : await imaging.call('presetMask', {
              photo: folder,
              preset: mask.preset,
              out: path,
              ...(mask.seed === undefined ? {} : { seed: mask.seed }),
            })
      throwIfCancelled(run.signal)
      return await inpaintPhoto(checked, { folder, info, mask: { path, sha256 } }, { ...run, saves: { as, original: photo } })
    })
  })
}

/** With the photograph opened by imaging in a scratch folder, which is gone afterwards; `path` is a place for its mask. */
export async function withPhoto<T>(
  { imaging, options }: House,
  photo: string,
  act: (opened: { folder: string; info: PhotoInfo; path: string }) => Promise<T>,
): Promise<T> {
  const scratch = join(options.dataFolder, 'runs', newId())
  const folder = join(scratch, 'open')
  try {
    const info = await imaging.call('open', { path: photo, folder })
    return await act({ folder, info, path: join(scratch, 'mask.png') })
  } finally {
    await imaging.call('close', { photo: folder }).catch(() => undefined)
    await rm(scratch, { recursive: true, force: true })
  }
}
