import { createHash } from 'node:crypto'
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { type ClassifierCard, type DenoiserCard, modelCard } from '../../src/shared/card.ts'
import type { RunArgs } from '../../src/shared/engine.ts'

/** Packages of the tiny graphs in tests/support/models (made by tools/golden/make-test-models.py), and runs on them. */

export const graphs = join(import.meta.dirname, 'models')

export const sha256Of = (file: string): string => createHash('sha256').update(readFileSync(file)).digest('hex')

interface Changes {
  readonly image?: Partial<DenoiserCard['image']>
  readonly batch?: DenoiserCard['input']['batch']
  readonly level?: Partial<DenoiserCard['input']['level']>
  readonly label?: DenoiserCard['input']['label']
  readonly output?: Partial<DenoiserCard['output']>
  readonly noise?: DenoiserCard['noise']
  readonly files?: DenoiserCard['files']
}

/** A card that tells the truth about linear.onnx (epsilon, 8 x 8 grey, 1000 linear levels), changed as asked. Parsed, as the product does. */
export function cardOf(graph: string, changes: Changes = {}): DenoiserCard {
  const card = modelCard.parse({
    format: 1,
    task: 'denoiser',
    id: graph,
    name: `Test ${graph}`,
    files: changes.files ?? [{ file: `${graph}.onnx`, sha256: sha256Of(join(graphs, `${graph}.onnx`)), precision: 'float32' }],
    image: { channels: 1, range: [-1, 1], size: { width: 8, height: 8 }, ...changes.image },
    input: {
      sample: 'sample',
      batch: changes.batch ?? 'dynamic',
      level: { name: 'timestep', kind: 'timestep', type: 'int64', shape: 'batch', between: false, scale: 1, ...changes.level },
      ...(changes.label === undefined ? {} : { label: changes.label }),
    },
    output: { name: 'out', predicts: 'epsilon', variance: 'none', ...changes.output },
    noise: changes.noise ?? { kind: 'vp', betas: { schedule: 'linear', start: 0.0001, end: 0.02, count: 1000 } },
    provenance: { licence: 'MIT', trainedOn: 'nothing', madeBy: 'tools/golden/make-test-models.py', state: 'finished' },
  })
  if (card.task !== 'denoiser') throw new Error('not a denoiser')
  return card
}

export const classifierCard = (): ClassifierCard => ({
  format: 1,
  task: 'classifier',
  id: 'classes',
  name: 'Test classes',
  files: [{ file: 'classes.onnx', sha256: sha256Of(join(graphs, 'classes.onnx')), precision: 'float32' }],
  image: { channels: 1, range: [-1, 1], size: { width: 8, height: 8 } },
  input: { sample: 'sample', batch: 'dynamic' },
  output: { name: 'p', classes: ['light', 'dark'] },
  provenance: { licence: 'MIT', trainedOn: 'nothing', madeBy: 'tools/golden/make-test-models.py', state: 'finished' },
})

/** The cards of the graphs whose cards differ in more than their name. */
export const cards = {
  linear: () => cardOf('linear'),
  fixedBatch: () => cardOf('fixed-batch', { batch: 4 }),
  scalar: () => cardOf('scalar', { level: { shape: 'scalar' } }),
  column: () => cardOf('column', { level: { shape: 'column', type: 'int32' } }),
  learnedRange: () => cardOf('learned-range', { output: { variance: 'learned-range' } }),
  anySize: () => cardOf('any-size', { image: { channels: 3, size: { multipleOf: 4, min: 4, max: 64, best: [16] } } }),
  conv: () => cardOf('conv', { image: { channels: 3, size: { width: 16, height: 16 } } }),
  sigma: () =>
    cardOf('sigma', {
      level: { name: 'sigma', kind: 'sigma', type: 'float32' },
      output: { predicts: 'score-ve' },
      noise: { kind: 've', sigmas: Array.from({ length: 40 }, (_, i) => 0.01 * 1000 ** (i / 39)), start: 'normal' },
    }),
}

/** A folder of its own, removed when the test has ended. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'palimpsest-test-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** Copies graphs into a folder of their own, to be damaged. */
export function copied(...files: readonly string[]): string {
  const folder = temporaryFolder()
  for (const file of files) copyFileSync(join(graphs, file), join(folder, file))
  return folder
}

type Generate = Extract<RunArgs, { kind: 'generate' }>
type Inpaint = Extract<RunArgs, { kind: 'inpaint' }>

const sampling = {
  steps: 10,
  spacing: 'leading',
  variance: 'small',
  threshold: 'none',
  seeds: [1],
  width: 8,
  height: 8,
  preview: { size: 0, everyMs: 0 },
} as const

export const generate = (changes: Partial<Generate> = {}): Generate => ({
  ...sampling,
  kind: 'generate',
  sampler: 'ddim',
  eta: 0,
  ...changes,
})

/** A grey ramp as the photo; the right half is repainted. */
export const inpaint = (changes: Partial<Inpaint> = {}): Inpaint => ({
  ...sampling,
  kind: 'inpaint',
  method: 'repaint',
  jumpLength: 2,
  resamples: 2,
  photo: Float32Array.from({ length: 64 }, (_, i) => i / 32 - 1),
  mask: Uint8Array.from({ length: 64 }, (_, i) => (i % 8 < 4 ? 0 : 1)),
  ...changes,
})
