import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Inverted } from '../shared/engine.ts'
import { PalimpsestError } from '../shared/errors.ts'
import { npy } from '../shared/npy.ts'
import type { Engine } from './engines.ts'
import { openOutFolder, writeAtomically, writeJson } from './files.ts'
import type { House } from './house.ts'
import { givenNoise } from './noise.ts'
import { trackProgress } from './progress.ts'
import { checkGenerate, type Drawer, sizeOf } from './request.ts'
import type { FlowOptions, InvertInput, InvertReport } from './types.ts'
import { cancelledError, throwIfCancelled } from './worker.ts'

/** Which noise would have become this picture. */

const refuse = (sentence: string) => new PalimpsestError('request', sentence)

interface Inversion {
  readonly steps: number
  readonly spacing: string
  readonly order: 'first' | 'second'
  readonly asGrey: boolean
}

export async function invertOne(
  house: House,
  engine: Engine,
  model: Drawer,
  { steps, spacing, order, asGrey }: Inversion,
  path: string,
  signal: AbortSignal,
  onStep: Parameters<Engine['invert']>[2] = () => undefined,
): Promise<{ inverted: Inverted; picture: Float32Array; sha256: string; resized: boolean }> {
  const size = sizeOf(model.card)
  const { channels, range } = model.card.image
  const read = { path, model: { channels, range, size: model.card.image.size }, ...size, asGrey }
  const { picture, sha256, resized } = await house.imaging.call('readPicture', read)
  throwIfCancelled(signal)
  const args = { steps, spacing, order, pictures: picture, count: 1, ...size }
  return { inverted: await engine.invert(args, signal, onStep), picture, sha256, resized }
}

/** `noise.npy` with `noise.json` and a picture of it, `noise.png`; with `back` also what DDIM makes of it again. */
export async function runInvert(
  house: House,
  photo: string,
  input: InvertInput,
  options: FlowOptions & { out: string },
): Promise<InvertReport> {
  const signal = options.signal ?? new AbortController().signal
  const checked = await checkGenerate(
    { model: input.model, sampler: 'ddim', threshold: 'none', count: 1, ...fieldsOf(input) },
    house.models,
  )
  const { model, settings } = checked
  const order = orderOf(input.order)
  const out = await openOutFolder(options.out)
  try {
    return await house.lane(async () => {
      throwIfCancelled(signal)
      const engine = await house.engines.acquire(model, settings.device, signal, (notice) => options.onNotice?.(notice))
      const progress = trackProgress(1)
      const asked = { ...settings, order, asGrey: input.asGrey }
      const { inverted, picture, sha256, resized } = await invertOne(house, engine, model, asked, photo, signal, (event) =>
        options.onProgress?.(progress.step(0, event)),
      )
      if (resized) options.onNotice?.(resizedWords(model))
      const { c, h, w } = inverted.shape
      const at = (name: string) => join(out.path, name)
      await writeAtomically(at('noise.npy'), npy(inverted.noise, [c, h, w]))
      const range = model.card.image.range
      await house.imaging.call('writeImages', {
        images: inverted.noise,
        shape: inverted.shape,
        range: noiseRange,
        files: [{ out: at('noise.png'), recipe: null }],
        tensors: false,
      })
      let returned: { rootMeanSquare: number } | undefined
      if (input.back) {
        const result = await engine.run(
          {
            kind: 'generate',
            sampler: 'ddim',
            eta: 0,
            steps: settings.steps,
            spacing: settings.spacing,
            variance: 'small',
            threshold: 'none',
            settings: settings.settings,
            seeds: [0],
            ...sizeOf(model.card),
            preview: { size: 0, everyMs: 0 },
            start: inverted.noise,
          },
          signal,
          () => undefined,
        )
        const files = [{ out: at('back.png'), recipe: null }]
        await house.imaging.call('writeImages', { images: result.images, shape: result.shape, range, files, tensors: false })
        returned = { rootMeanSquare: Math.sqrt(meanSquare(result.images, picture)) }
      } else await rm(at('back.png'), { force: true })
      const { file, sha256: modelHash, device } = engine.loaded
      const report: InvertReport = {
        palimpsest: 'noise',
        format: 1,
        model: { id: model.id, file, sha256: modelHash },
        device,
        source: { sha256 },
        start: givenNoise(inverted.noise).recipe,
        steps: settings.steps,
        spacing: settings.spacing,
        order,
        sigmas: inverted.sigmas,
        ...(inverted.timesteps === undefined ? {} : { timesteps: inverted.timesteps }),
        nfe: inverted.nfe,
        milliseconds: inverted.milliseconds,
        rootMeanSquare: Math.sqrt(meanSquare(inverted.noise, new Float32Array(inverted.noise.length))),
        files: ['noise.npy', 'noise.json', 'noise.png', ...(returned === undefined ? [] : ['back.png'])],
        ...(returned === undefined ? {} : { back: returned }),
      }
      await writeJson(at('noise.json'), report)
      return report
    })
  } catch (error) {
    await out.undo()
    if (signal.aborted) throw cancelledError()
    throw error
  }
}

/** Nearly all of a normal value lies within. */
const noiseRange = [-3, 3] as const

export const fieldsOf = ({ steps, spacing, device }: { steps?: unknown; spacing?: unknown; device?: unknown }) => ({
  ...(steps === undefined ? {} : { steps }),
  ...(spacing === undefined ? {} : { spacing }),
  ...(device === undefined ? {} : { device }),
})

function orderOf(order: unknown): 'first' | 'second' {
  if (order === undefined || order === 'first' || order === 'second') return order ?? 'first'
  throw refuse(`Expected first or second for order but received ${JSON.stringify(order)}.`)
}

export function resizedWords(model: Drawer): string {
  const { width, height } = sizeOf(model.card)
  return `The picture was cut and resampled to the ${String(width)} x ${String(height)} pixels of the model.`
}

function meanSquare(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, i) => sum + (value - (b[i] ?? NaN)) ** 2, 0) / a.length
}
