import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createBackend } from '../../src/backend/index.ts'
import type { Backend } from '../../src/backend/types.ts'
import { startNodeWorker } from '../../src/cli/host.ts'
import type { Job } from '../../src/shared/api.ts'
import { cardOf, graphs } from '../support/onnx.ts'

/** Two real engines, one a device, on one queue: the CPU's and, where there is no graphics card, WebGPU on SwiftShader. */

const driver = '/usr/lib/chromium/vk_swiftshader_icd.json'
const software = { VK_DRIVER_FILES: driver, LD_LIBRARY_PATH: '/usr/lib/chromium' }
const here = existsSync(driver)
if (!here) console.warn(`SKIPPED: two engines at once need SwiftShader, and ${driver} is absent (apt-get install chromium).`)

const root = mkdtempSync(join(tmpdir(), 'palimpsest-devices-'))
let backend: Backend | undefined

beforeAll(async () => {
  if (!here) return
  const folder = join(root, 'models', 'any-size')
  mkdirSync(folder, { recursive: true })
  copyFileSync(join(graphs, 'any-size.onnx'), join(folder, 'any-size.onnx'))
  const card = cardOf('any-size', { image: { channels: 3, size: { multipleOf: 4, min: 16, max: 1024, best: [16] } } })
  writeFileSync(join(folder, 'model.json'), JSON.stringify(card))
  backend = await createBackend(
    {
      startEngine: () => startNodeWorker(resolve('out/main/engine.js'), software),
      startImaging: () => startNodeWorker(resolve('out/main/imaging.js')),
      dataFolder: join(root, 'data'),
      modelFolders: [
        { path: resolve('models'), shipped: true },
        { path: join(root, 'models'), shipped: false },
      ],
      sampleFolder: resolve('resources/samples'),
      door: 'serve',
      version: '0.0.1',
    },
    { eventMs: 0 },
  )
})

afterAll(async () => {
  await backend?.stop()
  rmSync(root, { recursive: true, force: true })
})

describe.skipIf(!here)('two engines share the queue', () => {
  const started = (): Backend => {
    if (backend === undefined) throw new Error('no backend')
    return backend
  }
  const until = (id: string, wanted: (job: Job) => boolean): Promise<Job> =>
    new Promise((done) => {
      const look = (job: Job | undefined) => {
        if (job === undefined || job.id !== id || !wanted(job)) return
        stop()
        done(job)
      }
      const stop = started().subscribe((event) => event.kind === 'job' && look(event.job))
      look(started().job(id))
    })
  const submit = async (settings: object) => (await started().handlers.generate(settings as never)).job
  const status = (id: string) => started().job(id)?.status

  it('a job for the second device runs beside one of the first, past those that wait for the first', async () => {
    // So many calls that no machine comes to their end before the other job does; they are cancelled.
    const long = { model: 'mnist', device: 'cpu', steps: 1000, count: 256, batch: 1 }
    const [first, second] = [await submit(long), await submit({ ...long, seed: 999 })]
    await until(first, ({ progress }) => progress !== null)
    const other = await submit({ model: 'any-size', device: 'webgpu', steps: 3, count: 1, batch: 1 })
    const running = await until(other, (job) => job.status !== 'queued')
    expect([running.status, status(first), status(second)]).toEqual(['running', 'running', 'queued'])
    const done = await until(other, (job) => job.status !== 'queued' && job.status !== 'running')
    expect(done).toMatchObject({ status: 'done', error: null, device: 'webgpu', report: { device: 'webgpu' } })
    expect([status(first), status(second)]).toEqual(['running', 'queued'])
    for (const id of [second, first]) await started().handlers.cancel({ job: id })
    for (const id of [second, first]) await until(id, (job) => job.status === 'cancelled')
  })
})
