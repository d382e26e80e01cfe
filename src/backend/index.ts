import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { BackendEvent } from '../shared/api.ts'
import { PalimpsestError } from '../shared/errors.ts'
import type { StartWorker } from '../shared/port.ts'
import { benchModel } from './bench.ts'
import { createHandlers } from './commands.ts'
import { holdAlone } from './database.ts'
import { runCompare } from './compare/folder.ts'
import { exportComparison } from './compare/handlers.ts'
import { createDevices } from './devices.ts'
import { createEngines } from './engines.ts'
import { openFolder, sweep } from './files.ts'
import { runFrom, runInterpolate } from './from.ts'
import { runInvert } from './invert.ts'
import { runLikelihood } from './likelihood.ts'
import type { House } from './house.ts'
import { createImaging } from './imaging.ts'
import { createJobs } from './jobs.ts'
import { createLibrary } from './library.ts'
import { libraryDoor, libraryHandlers } from './library-commands.ts'
import { createModels } from './models.ts'
import { createOrder } from './order.ts'
import { createPhotos } from './photos.ts'
import { readJobs } from './records.ts'
import { createResources } from './resources.ts'
import { runGenerate, runInpaint } from './runs.ts'
import { runResume } from './resume.ts'
import { createSamples } from './samples.ts'
import { savePicture } from './save.ts'
import { createSlots } from './slots.ts'
import { createSpeeds } from './speeds.ts'
import { defaultTuning, type Tuning } from './tuning.ts'
import type { Backend, BackendOptions } from './types.ts'
import { verifyModels } from './verify.ts'
import { deviceOf, runJob } from './work.ts'

export type { Backend, BackendOptions } from './types.ts'

/** The application without a window. Starts no process until one is needed; `stop` ends all of them. */
export async function createBackend(options: BackendOptions, tuned: Partial<Tuning> = {}): Promise<Backend> {
  const tuning = { ...defaultTuning, ...tuned }
  await openFolder(options.dataFolder)
  const release = holdAlone(
    join(options.dataFolder, 'lock'),
    `Another Palimpsest works in "${options.dataFolder}": close it first, or name another folder in PALIMPSEST_DATA.`,
  )
  for (const scratch of ['runs', 'incoming']) await sweep(join(options.dataFolder, scratch))

  const listeners = new Set<(event: BackendEvent) => void>()
  const emit = (event: BackendEvent) => listeners.forEach((listener) => listener(event))
  let stopped = false
  /** After `stop` nothing starts any more, and what was just starting ends. */
  const guarded =
    (start: StartWorker): StartWorker =>
    async () => {
      const child = stopped ? undefined : await start()
      if (child !== undefined && !stopped) return child
      child?.kill()
      throw new PalimpsestError('cancelled', 'The program is closing.')
    }
  const startEngine = guarded(options.startEngine)
  const imaging = createImaging(guarded(options.startImaging))
  const devices = createDevices(startEngine, tuning)
  const slots = createSlots(() => house.jobs.pump())
  const order = createOrder(options.dataFolder)
  const open = order.list().map(({ job }) => job)
  const house: House = {
    options,
    tuning,
    lane: slots.alone,
    imaging,
    devices,
    models: createModels(options, tuning),
    engines: createEngines(startEngine, devices, tuning),
    photos: await createPhotos(options.dataFolder, imaging, tuning),
    samples: await createSamples(options.sampleFolder, options.dataFolder, imaging),
    speeds: createSpeeds(join(options.dataFolder, 'speeds.json')),
    library: createLibrary({
      dataFolder: options.dataFolder,
      imaging,
      emit,
      job: (id) => house.jobs.get(id),
      local: options.door === 'electron',
    }),
    jobs: createJobs({
      dataFolder: options.dataFolder,
      slots,
      order,
      tuning,
      emit,
      earlier: await readJobs(join(options.dataFolder, 'jobs'), open, order.fresh),
      deviceOf: (job) => deviceOf(house, job),
      run: (job, own) => runJob(house, job, own),
    }),
  }
  const resources = createResources(house)
  const commands = createHandlers(house)
  const { library } = house
  listeners.add((event) => library.watch(event))

  return {
    handlers: { ...commands, ...libraryHandlers(house, commands) },
    library: libraryDoor(library, options.dataFolder),
    subscribe(handler) {
      listeners.add(handler)
      return () => listeners.delete(handler)
    },
    resource: (request) => resources.handle(request),
    job: (id) => house.jobs.get(id),
    resultFile(job, image) {
      const file = house.jobs.picture(job, image)
      return file !== undefined && existsSync(file) ? file : undefined
    },
    addPhoto: (path, name) => house.photos.add(path, name),
    maskFile: (photo) => house.photos.maskFile(photo),
    savePicture: (picture, settings) => savePicture(house, picture, settings),
    exportCompare: (job, format) => exportComparison(house, job, format),
    runGenerate: (input, run) => runGenerate(house, input, run),
    runInpaint: (input, photo, mask, run) => runInpaint(house, input, photo, mask, run),
    runCompare: (input, run) => runCompare(house, input, run),
    runFrom: (input, source, run) => runFrom(house, input, source, run),
    runInterpolate: (input, ends, run) => runInterpolate(house, input, ends, run),
    runInvert: (photo, input, run) => runInvert(house, photo, input, run),
    runLikelihood: (photo, input, run) => runLikelihood(house, photo, input, run),
    runResume: (args, run) => runResume(house, args, run),
    verifyModels: (id) => verifyModels(house, id),
    benchModel: (args) => benchModel(house, args),
    async stop() {
      stopped = true
      const over = house.jobs.stop()
      await Promise.all([library.stop(), house.engines.stop(), devices.stop(), imaging.stop()])
      // What was under way fails on its dead workers; wait until it has put its files in order.
      await over
      await slots.alone(async () => undefined)
      await house.speeds.stop()
      listeners.clear()
      release()
    },
  }
}
