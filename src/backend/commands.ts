import { readFile, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { JobImage, Photo, PictureRef, RemoteHandlers } from '../shared/api.ts'
import type { DenoiserCard } from '../shared/card.ts'
import { PalimpsestError, toErrorData } from '../shared/errors.ts'
import type { ModelSize } from '../shared/imaging.ts'
import type { RunReport } from '../shared/recipe.ts'
import type { House } from './house.ts'
import { interpolate } from './from.ts'
import { generatePictures } from './generate.ts'
import { plannedRuns, toldRun } from './fills.ts'
import { inpaintPhoto, type FillSource } from './inpaint.ts'
import type { JobRun } from './jobs.ts'
import type { LibraryHandlers } from './library.ts'
import { findDevice } from './tables.ts'
import { asDrawer, checkGenerate, checkInpaint, refuseColour, sizeOf } from './request.ts'
import type { RunContext } from './run.ts'
import { savePicture } from './save.ts'
import { createRecorder, tracePreviews } from './trace.ts'

/** The methods of shared/api.ts, as every window calls them. */

export const modelSize = (card: DenoiserCard): ModelSize => ({
  channels: card.image.channels,
  range: card.image.range,
  size: card.image.size,
})

/** Of the package that the engine process loads: read from disk, since this process never loads it. */
async function onnxruntimeVersion(): Promise<string> {
  try {
    let folder = dirname(createRequire(import.meta.url).resolve('onnxruntime-node'))
    for (let up = 0; up < 4; up++, folder = dirname(folder)) {
      const text = await readFile(join(folder, 'package.json'), 'utf8').catch(() => '{}')
      const { name, version } = JSON.parse(text) as { name?: string; version?: string }
      if (name === 'onnxruntime-node' && version !== undefined) return version
    }
  } catch {
    // Not installed here: said as it is.
  }
  return 'not installed'
}

/** A mask fits photographs of its own size. */
function refuseSize({ name, info }: Photo, mask: { readonly width: number; readonly height: number }): void {
  if (info.width === mask.width && info.height === mask.height) return
  const [own, its] = [info, mask].map(({ width, height }) => `${String(width)} x ${String(height)}`)
  throw new PalimpsestError('request', `${name} is ${own ?? ''} pixels and the mask ${its ?? ''}.`)
}

export function createHandlers(house: House): Omit<RemoteHandlers, keyof LibraryHandlers> {
  const { options, tuning, models, devices, engines, imaging, photos, samples, speeds, jobs } = house

  const context = (own: JobRun): RunContext => ({
    ...own,
    app: options.version,
    engines,
    imaging,
    speeds,
    tuning,
    tensors: false,
    previews: true,
  })

  /** A fill is looked at in tiles: its pyramid is cut once, and the decoded copy that imaging keeps for editing is not needed. */
  const withTiles = async (own: JobRun, index: number, picture: Partial<JobImage>): Promise<void> => {
    const folder = join(own.folder, `${String(index)}.tiles`)
    const { levels } = await imaging.call('open', { path: own.file(index), folder })
    await imaging.call('close', { photo: folder })
    await rm(join(folder, 'source.bin'), { force: true })
    await own.onPicture(index, { ...picture, levels })
  }

  /** Where asked for, what the run says of its way is kept with the job, as far as it came, for whoever looks at it later. */
  const traced = async (
    own: JobRun,
    asked: boolean,
    work: (trace: Pick<RunContext, 'trace'>) => Promise<RunReport>,
  ): Promise<RunReport> => {
    if (!asked) return work({})
    const trace = await createRecorder({ file: join(own.folder, 'trace.json'), previews: tracePreviews, states: false })
    try {
      const report = await work({ trace })
      await trace.finish(report.recipe)
      return report
    } catch (error) {
      // Why the run ended is worth more to be told than that its record could not be written.
      await trace.stop().catch(() => undefined)
      throw error
    }
  }

  /** A picture made from noise, with what made it. */
  const finished = ({ job: id, image }: PictureRef) => {
    const path = jobs.picture(id, image)
    const job = jobs.get(id)
    if (path === undefined || job?.request.kind !== 'generate')
      throw new PalimpsestError('request', `There is no finished picture ${String(image)} of a job "${id}" made from noise.`)
    const { settings } = job.request
    const seed = job.images[image]?.seed ?? settings.seed + image
    return { settings, seed, end: { kind: 'picture', path } as const }
  }

  /** A fill as a job, with the mask that the photo has now, or that of another photo. */
  const fill = async (id: string, checked: Awaited<ReturnType<typeof checkInpaint>>, maskOf = id): Promise<string> => {
    const { settings, model } = checked
    const { info } = photos.get(id)
    refuseColour(model, info, settings.asGrey)
    const { width, height } = info
    const images = Array.from({ length: settings.variations }, (_, i) => ({ seed: settings.seed + i, url: null, width, height }))
    let source: FillSource | undefined
    return jobs.submit({
      request: { kind: 'inpaint', photo: id, settings },
      images,
      prepare: async ({ folder }) => {
        source = await photos.snapshot(id, join(folder, 'mask.png'), maskOf)
      },
      run: async (own) => {
        if (source === undefined) throw new Error('a fill without its source')
        const from = source
        const run = { ...context(own), onPicture: (index: number, picture: Partial<JobImage>) => withTiles(own, index, picture) }
        return traced(own, settings.trace === true, (trace) => inpaintPhoto(checked, from, { ...run, ...trace }))
      },
    })
  }

  return {
    about: async () => ({
      version: options.version,
      onnxruntime: await onnxruntimeVersion(),
      door: options.door,
      connections: 0,
      samples: samples.list,
    }),
    models: () => models.summaries(),
    devices: () => devices.all(),
    jobs: async () => jobs.list(),
    async generate(input) {
      const checked = await checkGenerate(input, models)
      const { settings, model } = checked
      const images = Array.from({ length: settings.count }, (_, i) => ({
        seed: settings.seed + i,
        url: null,
        ...sizeOf(model.card),
      }))
      const job = await jobs.submit({
        request: { kind: 'generate', settings },
        images,
        run: (own) => traced(own, settings.trace === true, (trace) => generatePictures(checked, { ...context(own), ...trace })),
      })
      return { job }
    },
    async interpolate({ from, to, count, ...own }) {
      const [first, second] = [finished(from), finished(to)]
      if (first.settings.model !== second.settings.model)
        throw new PalimpsestError('request', 'The two pictures are of different models: choose two of the same.')
      const checked = await checkGenerate({ ...first.settings, ...own, seed: first.seed, count }, models)
      const { settings, model } = checked
      const images = Array.from({ length: count }, () => ({ seed: settings.seed, url: null, ...sizeOf(model.card) }))
      const ends = [first.end, second.end] as const
      const job = await jobs.submit({
        request: { kind: 'generate', settings, between: { from, to } },
        images,
        run: (its) =>
          traced(its, settings.trace === true, (trace) => interpolate(house, checked, ends, { ...context(its), ...trace })),
      })
      return { job }
    },
    inpaint: async ({ photo, settings }) => ({ job: await fill(photo, await checkInpaint(settings, models)) }),
    async inpaintMany({ photos: all, mask, otherSizes, settings }) {
      const checked = await checkInpaint(settings, models)
      const { info: of } = photos.get(mask)
      const started: string[] = []
      const skipped: { photo: string; reason: string }[] = []
      for (const photo of all) {
        try {
          if (otherSizes === 'skip') refuseSize(photos.get(photo), of)
          started.push(await fill(photo, checked, mask))
        } catch (error) {
          const { code, message } = toErrorData(error)
          if (code !== 'request') throw error
          skipped.push({ photo, reason: message })
        }
      }
      const [first] = skipped
      if (started.length === 0 && first !== undefined) throw new PalimpsestError('request', first.reason)
      return { jobs: started, skipped }
    },
    async cancel({ job }) {
      jobs.cancel(job)
      return null
    },
    photos: async () => photos.list(),
    photo: ({ photo }) => photos.show(photo),
    writeMask: ({ photo, tiles, replace, layer }) => photos.writeMask(photo, tiles, replace, layer),
    readMask: ({ photo, layer }) => photos.readMask(photo, layer),
    desk: ({ photo }) => photos.desk(photo),
    async writeDesk({ photo, desk }) {
      await photos.writeDesk(photo, desk)
      return null
    },
    selectMask: ({ photo, from }) => photos.select(photo, from),
    async planFill({ photo, model, blend, settings }) {
      const size = modelSize(asDrawer(await models.find(model)).card)
      if (settings === undefined) return photos.plan(photo, size, blend)
      const checked = await checkInpaint({ ...settings, model, blend }, models)
      const plan = await photos.plan(photo, size, blend, settings.refine)
      return { ...plan, runs: plannedRuns(checked, plan.crops).map(toldRun) }
    },
    async savePicture({ settings, ...picture }) {
      const { url, name, picture: saved } = await savePicture(house, picture, settings)
      return { url, name, picture: saved }
    },
    async openSample({ sample }) {
      const { path, name } = samples.find(sample)
      return { photo: await photos.add(path, name) }
    },
    async estimate({ model, device, batch }) {
      const on = device === 'auto' ? (engines.automatic(model) ?? devices.chosen) : findDevice(device)
      return { device: on, millisecondsPerCall: on === null ? null : speeds.find(model, on, batch) }
    },
  }
}
