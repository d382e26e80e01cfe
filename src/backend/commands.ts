import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { Photo, RemoteHandlers } from '../shared/api.ts'
import type { PictureRef } from '../shared/desk.ts'
import type { DenoiserCard } from '../shared/card.ts'
import { PalimpsestError, toErrorData } from '../shared/errors.ts'
import type { ModelSize } from '../shared/imaging.ts'
import type { queueApi } from '../shared/queue.ts'
import { compareHandlers } from './compare/handlers.ts'
import type { House } from './house.ts'
import { plannedRuns, toldRun } from './fills.ts'
import type { Jobs } from './jobs.ts'
import type { LibraryHandlers } from './library.ts'
import { findDevice } from './tables.ts'
import { asDrawer, checkGenerate, checkInpaint, refuseColour, sizeOf } from './request.ts'
import { savePicture } from './save.ts'

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

/** Those of shared/queue.ts. */
function queueHandlers(jobs: Jobs): Pick<RemoteHandlers, keyof typeof queueApi> {
  return {
    queue: async () => jobs.queue(),
    async pauseQueue() {
      jobs.pause()
      return null
    },
    async resumeQueue() {
      jobs.resume()
      return null
    },
    async moveJob({ job, to }) {
      jobs.move(job, to)
      return null
    },
    async prioritizeJob({ job, priority }) {
      jobs.prioritize(job, priority)
      return null
    },
    async retryJob({ job }) {
      await jobs.retry(job)
      return null
    },
    async removeJob({ job }) {
      await jobs.remove(job)
      return null
    },
  }
}

export function createHandlers(house: House): Omit<RemoteHandlers, keyof LibraryHandlers> {
  const { options, models, devices, engines, photos, samples, speeds, jobs } = house

  /** A picture made from noise, with what made it. */
  const finished = ({ job: id, image }: PictureRef) => {
    const job = jobs.get(id)
    if (jobs.picture(id, image) === undefined || job?.request.kind !== 'generate')
      throw new PalimpsestError('request', `There is no finished picture ${String(image)} of a job "${id}" made from noise.`)
    const { settings } = job.request
    const seed = job.images[image]?.seed ?? settings.seed + image
    return { settings, seed }
  }

  /** A fill as a job, with the mask that the photo has now, or that of another photo. */
  const fill = async (id: string, checked: Awaited<ReturnType<typeof checkInpaint>>, maskOf = id): Promise<string> => {
    const { settings, model } = checked
    const { info } = photos.get(id)
    refuseColour(model, info, settings.asGrey)
    const { width, height } = info
    const images = Array.from({ length: settings.variations }, (_, i) => ({ seed: settings.seed + i, url: null, width, height }))
    return jobs.submit({
      request: { kind: 'inpaint', photo: id, settings },
      said: checked.notices,
      images,
      prepare: async ({ folder }) => void (await photos.snapshot(id, join(folder, 'mask.png'), maskOf)),
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
      return { job: await jobs.submit({ request: { kind: 'generate', settings }, images, said: checked.notices }) }
    },
    async interpolate({ from, to, count, ...own }) {
      const [first, second] = [finished(from), finished(to)]
      if (first.settings.model !== second.settings.model)
        throw new PalimpsestError('request', 'The two pictures are of different models: choose two of the same.')
      const checked = await checkGenerate({ ...first.settings, ...own, seed: first.seed, count }, models)
      const { settings, model } = checked
      const images = Array.from({ length: count }, () => ({ seed: settings.seed, url: null, ...sizeOf(model.card) }))
      return {
        job: await jobs.submit({ request: { kind: 'generate', settings, between: { from, to } }, images, said: checked.notices }),
      }
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
    ...compareHandlers(house),
    async cancel({ job }) {
      jobs.cancel(job)
      return null
    },
    ...queueHandlers(jobs),
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
      const plan = await photos.plan(photo, size, blend, checked.settings.refine)
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
      return {
        device: on,
        millisecondsPerCall: on === null ? null : speeds.find(model, on, batch),
        reckoned: speeds.reckon(await models.find(model), on, batch),
      }
    },
  }
}
