import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { imagingMethods } from '../../src/imaging/methods.ts'
import type { Pixels } from '../../src/imaging/decode.ts'
import { loadSharp } from '../../src/imaging/sharp.ts'
import type { Photo } from '../../src/imaging/store.ts'
import type { ModelSize } from '../../src/shared/imaging.ts'
import type { BlendSettings } from '../../src/shared/request.ts'
import type { InpaintRecipe } from '../../src/shared/recipe.ts'

/** What the imaging tests are made with: repeatable pictures, encoded by sharp itself. */

/** A small repeatable generator, 0..1 (mulberry32). */
export function chance(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

/** Every sample by chance over the whole depth: no change can hide in a flat area. */
export function randomPicture(seed: number, width: number, height: number, channels: 1 | 2 | 3 | 4, depth: 8 | 16): Pixels {
  const next = chance(seed)
  const count = width * height * channels
  const data = depth === 8 ? new Uint8Array(count) : new Uint16Array(count)
  const values = 2 ** depth
  for (let i = 0; i < count; i++) data[i] = Math.floor(next() * values)
  return { width, height, channels, data }
}

export async function encoder(pixels: Pixels) {
  const sharp = await loadSharp()
  const { width, height, channels, data } = pixels
  const bits = data instanceof Uint16Array ? 16 : 8
  const space = channels < 3 ? (bits === 16 ? 'grey16' : 'b-w') : bits === 16 ? 'rgb16' : 'srgb'
  return sharp(data, { raw: { width, height, channels } }).toColourspace(space)
}

export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'palimpsest-imaging-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}

export const imaging = imagingMethods()

export const digits: ModelSize = { channels: 1, range: [-1, 1], size: { width: 28, height: 28 } }
export const colour: ModelSize = { channels: 3, range: [-1, 1], size: { width: 64, height: 64 } }
export const free: ModelSize = { channels: 3, range: [-1, 1], size: { multipleOf: 8, min: 32, max: 256, best: [64] } }

export const softly: BlendSettings = { padding: 8, grow: 1, feather: 3, side: 'outward' }

export const recipe: InpaintRecipe = {
  format: 1,
  app: '0.1.0',
  kind: 'inpaint',
  model: { id: 'mnist', file: 'model.onnx', sha256: 'ab'.repeat(32) },
  device: 'cpu',
  provider: 'CPUExecutionProvider',
  onnxruntime: '1.30.0',
  noise: 1,
  sigmas: [157.4, 3.25, 0],
  timesteps: [999, 500],
  seed: 7,
  index: 0,
  batch: 4,
  width: 31,
  height: 17,
  nfe: 20,
  request: {
    model: 'mnist',
    method: 'repaint',
    steps: 2,
    eta: 0,
    variance: 'small',
    spacing: 'respaced',
    threshold: 'clip',
    settings: {},
    jumpLength: 10,
    resamples: 10,
    blend: softly,
    finish: { grain: 1, seam: 'plain' },
    asGrey: false,
    invert: true,
  },
  source: { sha256: 'cd'.repeat(32), width: 31, height: 17 },
  mask: { sha256: 'ef'.repeat(32) },
  crops: [{ x: 0, y: 0, width: 28, height: 28, modelWidth: 28, modelHeight: 28 }],
}

/** As imaging holds an opened photograph, without a file. */
export function photoOf(picture: Pixels, coloured = picture.channels >= 3): Photo {
  const depth = picture.data instanceof Uint16Array ? 16 : 8
  const info = {
    sha256: '',
    width: picture.width,
    height: picture.height,
    depth,
    channels: picture.channels,
    format: 'png',
    icc: false,
    coloured,
    notices: [],
    levels: [],
  } as const
  return { ...picture, info, icc: null }
}
