import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Job, JobImage } from '../shared/api.ts'
import type { PictureRef } from '../shared/desk.ts'
import type { DeviceName } from '../shared/card.ts'
import { PalimpsestError } from '../shared/errors.ts'
import type { RunReport } from '../shared/recipe.ts'
import type { GenerateRequest } from '../shared/request.ts'
import { runComparison } from './compare/job.ts'
import { interpolate } from './from.ts'
import { generatePictures } from './generate.ts'
import { type House, queued } from './house.ts'
import { inpaintPhoto } from './inpaint.ts'
import type { JobRun } from './jobs.ts'
import { openKept } from './kept.ts'
import type { NoiseSource } from './noise.ts'
import { type Checked, checkGenerate, checkInpaint } from './request.ts'
import type { RunContext } from './run.ts'
import { findDevice } from './tables.ts'
import { createRecorder, tracePreviews } from './trace.ts'

/** What a job does, made from its request alone: now, or after a restart by another program than the one that was asked. */

/** The pictures finished before and the state of the run under way, in the job's folder. */
const keptFolder = 'kept'

export async function runJob(house: House, job: Job, own: JobRun): Promise<RunReport> {
  const report = await work(house, job, own)
  const kept = join(own.folder, keptFolder)
  if (existsSync(kept)) await rm(kept, { recursive: true, force: true }).catch(() => undefined)
  return report
}

async function work(house: House, { request, images, said = [] }: Job, own: JobRun): Promise<RunReport> {
  const again = <T>(checked: Checked<T>): Checked<T> => ({ ...checked, notices: [...new Set([...said, ...checked.notices])] })
  switch (request.kind) {
    case 'generate': {
      const checked = again(await checkGenerate(request.settings, house.models))
      const { between } = request
      const ends = between === undefined ? undefined : ([endOf(house, between.from), endOf(house, between.to)] as const)
      return recorded(house, own, request.settings.trace === true, (run) =>
        ends === undefined ? generatePictures(checked, run) : interpolate(house, checked, ends, run),
      )
    }
    case 'inpaint': {
      const checked = again(await checkInpaint(request.settings, house.models))
      const source = await house.photos.reopen(request.photo, join(own.folder, 'mask.png'))
      return recorded(house, own, request.settings.trace === true, (run) =>
        inpaintPhoto(checked, source, { ...run, onPicture: (index, told) => withTiles(house, own, images[index], index, told) }),
      )
    }
    case 'compare':
      return runComparison(house, request, own)
  }
}

/** The device a job will need, where that is known before it begins. */
export function deviceOf({ engines }: Pick<House, 'engines'>, { request: { settings } }: Job): DeviceName | null {
  const { device, model } = settings as Partial<Pick<GenerateRequest, 'device' | 'model'>>
  if (device === undefined || model === undefined) return null
  return device === 'auto' ? engines.automatic(model) : findDevice(device)
}

/** A picture made from noise, as the end of a way between two. */
function endOf({ jobs }: House, { job: id, image }: PictureRef): NoiseSource {
  const path = jobs.picture(id, image)
  if (path === undefined) throw new PalimpsestError('request', 'One of the two pictures is not there any more.')
  return { kind: 'picture', path }
}

/**
 * Where asked for, what the run says of its way is kept with the job, as far as it came, for whoever looks at it later. Such a run is not
 * taken up where it was but begun again: its record would have a gap.
 */
async function recorded(
  house: House,
  own: JobRun,
  asked: boolean,
  act: (run: RunContext) => Promise<RunReport>,
): Promise<RunReport> {
  const run: RunContext = {
    ...queued(house, own),
    metadata: house.library.metadata(),
  }
  if (!asked) {
    const kept = await openKept(join(own.folder, keptFolder), own.file)
    let done = false
    try {
      const report = await act({ ...run, kept })
      done = true
      return report
    } finally {
      await kept.close(done)
    }
  }
  const trace = await createRecorder({ file: join(own.folder, 'trace.json'), previews: tracePreviews, states: false })
  try {
    const report = await act({ ...run, trace })
    await trace.finish(report.recipe)
    return report
  } catch (error) {
    // Why the run ended is worth more to be told than that its record could not be written.
    await trace.stop().catch(() => undefined)
    throw error
  }
}

/** A fill is looked at in tiles: its pyramid is cut once, and the decoded copy that imaging keeps for editing is not needed. */
async function withTiles(
  { imaging }: House,
  own: JobRun,
  before: JobImage | undefined,
  index: number,
  told: Partial<JobImage>,
): Promise<void> {
  if (before?.url !== undefined && before.url !== null && before.levels !== undefined)
    return own.onPicture(index, { ...told, levels: before.levels })
  const folder = join(own.folder, `${String(index)}.tiles`)
  const { levels } = await imaging.call('open', { path: own.file(index), folder })
  await imaging.call('close', { photo: folder })
  await rm(join(folder, 'source.bin'), { force: true })
  await own.onPicture(index, { ...told, levels })
}
