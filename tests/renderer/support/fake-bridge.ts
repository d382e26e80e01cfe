import type { ApiName, BackendEvent, Bridge, Job, JobImage, ModelSummary } from '../../../src/shared/api.ts'
import type { DenoiserCard } from '../../../src/shared/card.ts'
import type { ErrorData } from '../../../src/shared/errors.ts'
import type { GenerateRequest } from '../../../src/shared/request.ts'

/**
 * A backend of the browser alone, for looking at the screens and for tests of them. Never part of the product. Its pictures are drawn
 * discs, its device is called "fake", its times are made up.
 */
export interface FakeOptions {
  readonly models?: readonly ModelSummary[]
  /** Fails every run after this many steps. */
  readonly failAt?: number
  readonly error?: ErrorData
  readonly notice?: string
  /** Refuses every request to generate. */
  readonly refuse?: ErrorData
  readonly millisecondsAStep?: number
  readonly jobs?: readonly Job[]
  /** The address of a finished picture; drawn on a canvas unless said otherwise. */
  readonly picture?: (rgb: Uint8Array) => string
}

export const digitCard: DenoiserCard = {
  format: 1,
  task: 'denoiser',
  id: 'mnist',
  name: 'Handwritten digits',
  files: [{ file: 'model.onnx', sha256: '0'.repeat(64), precision: 'float32' }],
  image: { channels: 1, range: [-1, 1], size: { width: 28, height: 28 } },
  input: {
    sample: 'sample',
    batch: 'dynamic',
    level: { name: 'timestep', kind: 'timestep', type: 'int64', shape: 'batch', between: false, scale: 1 },
  },
  output: { name: 'out', predicts: 'epsilon', variance: 'none' },
  noise: { kind: 'vp', betas: { schedule: 'linear', start: 0.0001, end: 0.02, count: 1000 } },
  provenance: { licence: 'MIT', trainedOn: 'MNIST, 60,000 handwritten digits', madeBy: 'tools/training', state: 'preview' },
}
export const digits: ModelSummary = { id: 'mnist', card: digitCard, problem: null, bytes: 3_640_000, shipped: true }

const size = 28

/** A disc of its own for each seed, under noise that falls with `level` 1..0. */
export function fakePixels(seed: number, level: number): Uint8Array {
  const rgb = new Uint8Array(size * size * 3)
  const [cx, cy, radius] = [9 + ((seed * 7) % 11), 9 + ((seed * 5) % 11), 4 + (seed % 6)]
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const clean = Math.abs(Math.hypot(x - cx, y - cy) - radius) < 1.6 ? 235 : 6
      const value = clean * (1 - level) + 255 * level * Math.random()
      rgb.fill(value, (y * size + x) * 3, (y * size + x) * 3 + 3)
    }
  }
  return rgb
}

function pictureUrl(rgb: Uint8Array): string {
  const canvas = document.createElement('canvas')
  canvas.width = canvas.height = size
  const context = canvas.getContext('2d')
  if (context === null) return ''
  const pixels = context.createImageData(size, size)
  for (let i = 0; i < size * size; i++) pixels.data.set([rgb[i * 3] ?? 0, rgb[i * 3 + 1] ?? 0, rgb[i * 3 + 2] ?? 0, 255], i * 4)
  context.putImageData(pixels, 0, 0)
  return canvas.toDataURL('image/png')
}

export function fakeBridge(options: FakeOptions = {}): Bridge & { emit(event: BackendEvent): void } {
  const handlers = new Set<(event: BackendEvent) => void>()
  const emit = (event: BackendEvent) => handlers.forEach((handler) => handler(event))
  const jobs = new Map<string, Job>((options.jobs ?? []).map((job) => [job.id, job]))
  const cancelled = new Set<string>()
  let running = false
  const put = (job: Job) => {
    jobs.set(job.id, job)
    emit({ kind: 'job', job })
  }

  const work = async () => {
    if (running) return
    running = true
    for (;;) {
      const next = [...jobs.values()].find((job) => job.status === 'queued')
      if (next === undefined) break
      await walk(next.id)
    }
    running = false
  }
  const walk = async (id: string) => {
    const settings = jobs.get(id)?.request.settings as GenerateRequest
    const started = performance.now()
    const batches = Math.ceil(settings.count / settings.batch)
    for (let batch = 0; batch < batches; batch++) {
      const members = Array.from(
        { length: Math.min(settings.batch, settings.count - batch * settings.batch) },
        (_, i) => batch * settings.batch + i,
      )
      for (let step = 1; step <= settings.steps; step++) {
        await new Promise((resolve) => setTimeout(resolve, options.millisecondsAStep ?? 40))
        const job = jobs.get(id)
        if (job === undefined) return
        if (cancelled.has(id)) return put({ ...job, status: 'cancelled', error: { code: 'cancelled', message: 'Cancelled.' } })
        const calls = batch * settings.steps + step
        const seconds = (performance.now() - started) / 1000
        const callsTotal = batches * settings.steps
        if (options.failAt === calls) {
          const error = options.error ?? {
            code: 'device',
            message: 'The engine process ended unexpectedly (signal SIGABRT).',
            detail: 'crash',
          }
          return put({ ...job, status: 'failed', error })
        }
        const progress = {
          step,
          steps: settings.steps,
          calls,
          callsTotal,
          callsPerSecond: calls / seconds,
          secondsLeft: ((callsTotal - calls) * seconds) / calls,
          sigma: 1,
        }
        put({ ...job, status: 'running', device: 'cpu', progress, notices: options.notice === undefined ? [] : [options.notice] })
        const previews = members.map((index) => ({
          index,
          width: size,
          height: size,
          rgb: fakePixels(settings.seed + index, (1 - step / settings.steps) ** 0.7),
        }))
        emit({ kind: 'preview', job: id, step, steps: settings.steps, previews })
      }
      const job = jobs.get(id)
      if (job === undefined) return
      const images = job.images.map((image, index) =>
        members.includes(index) ? { ...image, url: (options.picture ?? pictureUrl)(fakePixels(image.seed, 0)) } : image,
      )
      put({ ...job, images })
    }
    const job = jobs.get(id)
    if (job !== undefined) put({ ...job, status: 'done' })
  }

  const answers: Partial<Record<ApiName, (input: never) => unknown>> = {
    about: () => ({ version: '0.0.0', onnxruntime: '1.30.0', door: 'serve', connections: 0, samples: [] }),
    models: () => options.models ?? [digits],
    devices: () => [
      { device: 'cpu', available: true, name: 'fake, 2 cores' },
      { device: 'webgpu', available: false, name: 'WebGPU', reason: 'No graphics adapter was found.' },
      { device: 'cuda', available: false, name: 'CUDA', reason: 'The CUDA libraries are not installed.' },
    ],
    jobs: () => [...jobs.values()],
    queue: () => ({ paused: null, problem: null, waiting: [] }),
    estimate: () => {
      const measured = [...jobs.values()].some((job) => job.status === 'done')
      return {
        millisecondsPerCall: measured ? 12.4 : null,
        device: 'cpu',
        reckoned: measured ? { least: 12.4, most: 12.4 } : { least: 4, most: 36 },
      }
    },
    cancel: ({ job }: { job: string }) => {
      cancelled.add(job)
      return null
    },
    generate: (settings: GenerateRequest) => {
      const id = `job-${jobs.size + 1}`
      const images: JobImage[] = Array.from({ length: settings.count }, (_, i) => ({
        seed: settings.seed + i,
        url: null,
        width: size,
        height: size,
      }))
      put({
        id,
        status: 'queued',
        request: { kind: 'generate', settings },
        images,
        progress: null,
        device: null,
        notices: [],
        error: null,
        report: null,
      })
      void work()
      return { job: id }
    },
    photos: () => [],
  }
  return {
    door: 'serve',
    emit,
    invoke: async (name, input) => {
      const answer = answers[name] as ((input: unknown) => unknown) | undefined
      if (name === 'generate' && options.refuse !== undefined) return { ok: false, error: options.refuse }
      if (answer === undefined) return { ok: false, error: { code: 'internal', message: `The fake backend has no ${name}.` } }
      return { ok: true, value: answer(input) as never }
    },
    subscribe: (handler) => {
      handlers.add(handler)
      return () => handlers.delete(handler)
    },
  }
}
