import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach } from 'vitest'
import { createBackend } from '../../src/backend/index.ts'
import type { Tuning } from '../../src/backend/tuning.ts'
import type { Backend } from '../../src/backend/types.ts'
import type { BackendEvent, Job } from '../../src/shared/api.ts'
import type { CropRecipe } from '../../src/shared/recipe.ts'
import { fakeEngine, fakeImaging, modelSide, sha, startFake, type FakePhoto, type World } from './fake-workers.ts'

export { crop, pixel, readJson, type Trouble } from './fake-workers.ts'

/** A backend on fake workers, in a folder of its own that is removed after the test. */

export function cardOf(id: string, change: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    format: 1,
    task: 'denoiser',
    id,
    name: id,
    files: [{ file: 'model.onnx', sha256: sha('weights'), precision: 'float32' }],
    image: { channels: 1, range: [-1, 1], size: { width: modelSide, height: modelSide } },
    input: {
      sample: 'sample',
      batch: 'dynamic',
      level: { name: 't', kind: 'timestep', type: 'int64', shape: 'batch', between: false, scale: 1 },
    },
    output: { name: 'out', predicts: 'epsilon', variance: 'none' },
    noise: { kind: 'vp', betas: { schedule: 'linear', start: 0.0001, end: 0.02, count: 1000 } },
    provenance: { licence: 'none', trainedOn: 'nothing', madeBy: 'a test', state: 'finished' },
    ...change,
  }
}

export interface Place {
  readonly root: string
  readonly models: string
  readonly data: string
  addModel(id: string, change?: Readonly<Record<string, unknown>>, weights?: string | null): string
  file(name: string, content: string): string
}

const cleanups: (() => Promise<void> | void)[] = []
afterEach(async () => {
  for (const clean of cleanups.splice(0).toReversed()) await clean()
})

export function makePlace(): Place {
  const root = mkdtempSync(join(tmpdir(), 'palimpsest-backend-'))
  cleanups.push(() => rmSync(root, { recursive: true, force: true }))
  const models = join(root, 'models')
  mkdirSync(models)
  mkdirSync(join(root, 'samples'))
  return {
    root,
    models,
    data: join(root, 'data'),
    addModel(id, change = {}, weights = 'weights') {
      const folder = join(models, id)
      mkdirSync(folder, { recursive: true })
      writeFileSync(join(folder, 'model.json'), JSON.stringify(cardOf(id, change)))
      if (weights !== null) writeFileSync(join(folder, 'model.onnx'), weights)
      return folder
    },
    file(name, content) {
      const path = join(root, name)
      writeFileSync(path, content)
      return path
    },
  }
}

export interface Bench {
  readonly backend: Backend
  readonly world: World
  readonly place: Place
  readonly events: BackendEvent[]
  /** Resolves when the job has ended. */
  ended(id: string): Promise<Job>
}

/** A backend on fake workers, with one model `tiny`, stopped after the test. */
export async function makeBench(tuning: Partial<Tuning> = {}, place: Place = makePlace()): Promise<Bench> {
  const world: World = {
    engines: [],
    imagings: [],
    opens: [],
    loads: [],
    runs: [],
    broken: new Map(),
    probes: new Map(),
    troubles: [],
    calls: 0,
    gate: () => undefined,
  }
  place.addModel('tiny')
  const backend = await createBackend(
    {
      startEngine: async () => {
        const started = startFake((die) => fakeEngine(world, die))
        world.engines.push(started)
        return started
      },
      startImaging: async () => {
        const started = startFake(() => fakeImaging(world))
        world.imagings.push(started)
        return started
      },
      dataFolder: place.data,
      modelFolders: [{ path: place.models, shipped: true }],
      sampleFolder: join(place.root, 'samples'),
      door: 'serve',
      version: '1.2.3',
    },
    { eventMs: 0, ...tuning },
  )
  cleanups.push(() => backend.stop())
  const events: BackendEvent[] = []
  const waiting = new Set<() => void>()
  backend.subscribe((event) => {
    events.push(event)
    waiting.forEach((check) => check())
  })
  return {
    backend,
    world,
    place,
    events,
    ended: (id) =>
      new Promise((resolve) => {
        const check = () => {
          const job = backend.job(id)
          if (job === undefined || job.status === 'queued' || job.status === 'running') return
          waiting.delete(check)
          resolve(job)
        }
        waiting.add(check)
        check()
      }),
  }
}

export const maskTile = (...crops: readonly CropRecipe[]): { column: number; row: number; png: Uint8Array<ArrayBuffer> } => ({
  column: 0,
  row: 0,
  png: new Uint8Array(Buffer.from(JSON.stringify({ crops }))),
})

export async function* bytesOf(...parts: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) yield new Uint8Array(Buffer.from(part))
}

export async function upload(bench: Bench, photo: FakePhoto): Promise<string> {
  const reply = await bench.backend.resource({ method: 'POST', url: '/upload?name=a.png', body: bytesOf(JSON.stringify(photo)) })
  if (!('bytes' in reply.body)) throw new Error('no answer')
  return (JSON.parse(Buffer.from(reply.body.bytes).toString()) as { photo: string }).photo
}
