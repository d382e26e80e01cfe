import { mkdirSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { crc32, deflateSync } from 'node:zlib'
import type { PictureFacts } from '../shared/imaging.ts'
import type { GenerateRecipe } from '../shared/recipe.ts'
import { generateRequest } from '../shared/request.ts'
import { pathFor } from './library-places.ts'

/** Libraries of any size, to measure with: small pictures with recipes, the same ones every time. */

const models = ['mnist', 'faces', 'photographs', 'swirls', 'letters'] as const
const samplers = ['ddim', 'ddpm', 'heun', 'dpmpp-2m', 'euler-ancestral', 'langevin'] as const
const start = Date.UTC(2025, 0, 1)
/** A picture every so often: 100,000 of them are two years. */
const everyMs = 600_000

const pick = <T>(list: readonly [T, ...T[]], k: number): T => list[k % list.length] ?? list[0]

/** What picture k is of. */
function kOf(k: number) {
  const job = `${(start + 16 * everyMs * Math.floor(k / 16)).toString(36)}-${((k >> 4) * 2_654_435_761).toString(16).padStart(8, '0').slice(-8)}`
  return {
    model: pick(models, (k >> 4) * 7 + (k >> 7)),
    method: pick(samplers, (k >> 4) * 5 + (k >> 6)),
    steps: pick([10, 20, 50, 100, 250], k >> 5),
    seed: k,
    job,
    image: k % 16,
    modified: start + k * everyMs,
  }
}

export function samplePath(k: number): string {
  const { modified, ...made } = kOf(k)
  return pathFor(made, new Date(modified))
}

export function sampleFacts(k: number): PictureFacts {
  const { model, method, steps, seed, modified } = kOf(k)
  return {
    bytes: 5000 + (k % 997),
    modified,
    content: k.toString(16).padStart(32, '0'),
    width: 64,
    height: 64,
    damaged: false,
    text: 'recipe',
    kind: 'generate',
    model,
    method,
    steps,
    seed,
    mask: null,
    source: null,
    words: `${model} ${method} ${String(steps)} leading small ${String(seed)} 64x64 cpu`,
  }
}

function recipeOf(k: number, side: number): GenerateRecipe {
  const { model, method, steps, seed, image } = kOf(k)
  const asked = generateRequest.parse({ model, sampler: method, steps, seed })
  const { seed: _seed, count: _count, batch: _batch, device: _device, threshold: _threshold, ...request } = asked
  return {
    format: 1,
    app: '0.1.0',
    kind: 'generate',
    model: { id: model, file: 'model.onnx', sha256: '0'.repeat(64) },
    device: 'cpu',
    provider: 'cpu',
    onnxruntime: '1.30.0',
    noise: 1,
    sigmas: Array.from({ length: steps + 1 }, (_, i) => (steps - i) / 2),
    seed,
    index: image,
    batch: 16,
    width: side,
    height: side,
    nfe: steps,
    request: { ...request, threshold: 'clip' },
  }
}

function chunk(type: string, data: Uint8Array): Buffer {
  const out = Buffer.alloc(12 + data.length)
  out.writeUInt32BE(data.length, 0)
  out.write(type, 4, 'latin1')
  out.set(data, 8)
  out.writeUInt32BE(crc32(out.subarray(4, 8 + data.length)), 8 + data.length)
  return out
}

/** Rings of a colour of its own: no two alike, and told apart at a glance. */
function pngOf(k: number, side: number): Buffer {
  const rows = Buffer.alloc(side * (3 * side + 1))
  const [cx, cy, pitch] = [side * (0.2 + 0.6 * ((k * 0.618) % 1)), side * (0.2 + 0.6 * ((k * 0.414) % 1)), 3 + (k % 11)]
  for (let y = 0, at = 0; y < side; y++) {
    rows[at++] = 0
    for (let x = 0; x < side; x++) {
      const ring = 0.5 + 0.5 * Math.sin(Math.hypot(x - cx, y - cy) / (pitch / 4))
      for (let c = 0; c < 3; c++) rows[at++] = Math.round(255 * ring * (0.3 + 0.7 * ((k * (0.37 + 0.21 * c)) % 1)))
    }
  }
  const header = Buffer.alloc(13)
  header.writeUInt32BE(side, 0)
  header.writeUInt32BE(side, 4)
  header.set([8, 2, 0, 0, 0], 8)
  const text = Buffer.from(`palimpsest\0\0\0\0\0${JSON.stringify(recipeOf(k, side))}`)
  const signature = Buffer.from('89504e470d0a1a0a', 'hex')
  const data = deflateSync(rows, { level: 1 })
  return Buffer.concat([signature, chunk('IHDR', header), chunk('iTXt', text), chunk('IDAT', data), chunk('IEND', Buffer.alloc(0))])
}

/** `count` pictures as files below `root`, a folder a month. */
export function makeSampleLibrary(root: string, count: number, side = 64): void {
  const months = new Set<string>()
  for (let k = 0; k < count; k++) {
    const path = samplePath(k)
    const month = path.slice(0, path.indexOf('/'))
    if (!months.has(month)) mkdirSync(join(root, month), { recursive: true })
    months.add(month)
    const file = join(root, path)
    writeFileSync(file, pngOf(k, side))
    const when = new Date(kOf(k).modified)
    utimesSync(file, when, when)
  }
  // As if nothing had been written for a while, which is how a program finds it at its start.
  const past = new Date(start)
  for (const month of months) utimesSync(join(root, month), past, past)
}
