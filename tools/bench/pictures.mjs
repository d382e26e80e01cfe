// Writes a library of pictures to measure with: small PNGs that each carry a recipe as the program writes it, of several models, methods,
// sizes and seeds. Nothing of chance: the same call writes the same bytes.
//   node tools/bench/pictures.mjs FOLDER COUNT
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { crc32, deflateSync } from 'node:zlib'

const sides = [28, 28, 28, 64, 128, 256]
const samplers = ['ddim', 'ddpm', 'dpmpp-2m', 'heun', 'euler-ancestral']
const models = ['mnist', 'mnist-learned', 'photo']
const steps = [5, 10, 20, 50, 100]
/** In a folder a month, as the program does it. */
const perFolder = 2000

/** Paths of the pictures, in the order they were written. */
export function makePictures(folder, count) {
  const paths = []
  for (let i = 0; i < count; i++) {
    const month = `2026-${String(1 + (Math.floor(i / perFolder) % 12)).padStart(2, '0')}`
    if (i % perFolder === 0) mkdirSync(join(folder, month), { recursive: true })
    const model = models[i % models.length]
    const path = join(folder, month, `${model}-${i}-bench-${i}.png`)
    writeFileSync(path, picture(i, recipeOf(i, model)))
    paths.push(path)
  }
  return paths
}

const sideOf = (i) => sides[(i * 7) % sides.length]

function recipeOf(i, model) {
  const side = sideOf(i)
  const count = steps[(i * 3) % steps.length]
  const request = { model, sampler: samplers[i % samplers.length], steps: count, eta: 0, spacing: 'leading' }
  return {
    format: 1,
    app: '0.1.0',
    model: { id: model, file: 'model.onnx', sha256: '0'.repeat(64) },
    device: 'cpu',
    provider: 'CPUExecutionProvider',
    onnxruntime: '1.30.0',
    noise: 1,
    sigmas: Array.from({ length: count + 1 }, (_, k) => 80 * (1 - k / count)),
    seed: i,
    index: 0,
    batch: 16,
    width: side,
    height: side,
    nfe: count,
    kind: 'generate',
    request: { ...request, variance: 'small', threshold: 'clip', settings: {} },
  }
}

/** A ring on dark ground, its place, width and colour by its number. */
function picture(i, recipe) {
  const side = sideOf(i)
  const row = 1 + side * 3
  const raw = Buffer.alloc(row * side)
  const hue = (i * 47) % 360
  const colour = [0, 120, 240].map((turn) => 128 + 127 * Math.cos(((hue - turn) * Math.PI) / 180))
  const [cx, cy] = [side * (0.35 + ((i * 7) % 31) / 100), side * (0.35 + ((i * 13) % 31) / 100)]
  const radius = side * (0.15 + ((i * 5) % 17) / 100)
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const light = Math.max(0, 1 - Math.abs(Math.hypot(x - cx, y - cy) - radius) / (side * 0.08))
      colour.forEach((value, c) => (raw[y * row + 1 + x * 3 + c] = Math.round(12 + (value - 12) * light)))
    }
  }
  const header = Buffer.alloc(13)
  header.writeUInt32BE(side, 0)
  header.writeUInt32BE(side, 4)
  header.set([8, 2, 0, 0, 0], 8)
  const text = Buffer.concat([Buffer.from('palimpsest\0\0\0\0\0', 'latin1'), Buffer.from(JSON.stringify(recipe))])
  const chunks = [chunk('IHDR', header), chunk('iTXt', text), chunk('IDAT', deflateSync(raw)), chunk('IEND', Buffer.alloc(0))]
  return Buffer.concat([Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]), ...chunks])
}

function chunk(type, data) {
  const out = Buffer.alloc(12 + data.length)
  out.writeUInt32BE(data.length, 0)
  out.write(type, 4, 'latin1')
  data.copy(out, 8)
  out.writeUInt32BE(crc32(out.subarray(4, 8 + data.length)), 8 + data.length)
  return out
}

if (process.argv[1]?.endsWith('pictures.mjs') === true) {
  const [folder, count] = process.argv.slice(2)
  if (folder === undefined || !(Number(count) > 0)) throw new Error('Usage: node tools/bench/pictures.mjs FOLDER COUNT')
  makePictures(folder, Number(count))
}
