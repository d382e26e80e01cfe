import { z } from 'zod'

/** The card of a model package, `model.json`. The format is public: docs/models.md. Nothing is guessed from tensor names. */

export const deviceNames = ['cpu', 'webgpu', 'cuda', 'dml', 'coreml'] as const
export const deviceName = z.enum(deviceNames)
export type DeviceName = z.infer<typeof deviceName>

/** As the user knows them. */
export const deviceTitles: Readonly<Record<DeviceName, string>> = {
  cpu: 'CPU',
  webgpu: 'WebGPU',
  cuda: 'CUDA',
  dml: 'DirectML',
  coreml: 'CoreML',
}

/** A file beside the card: no path, no drive, no parent. */
const bareName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/, 'must be a bare file name inside the package folder')

const levelCount = z.int().min(1).max(100_000)

const betas = z.discriminatedUnion('schedule', [
  z.strictObject({
    schedule: z.enum(['linear', 'scaled-linear', 'sigmoid']),
    start: z.number().positive().lt(1),
    end: z.number().positive().lt(1),
    count: levelCount,
    zeroTerminal: z.boolean().exactOptional(),
  }),
  z.strictObject({ schedule: z.literal('cosine'), count: levelCount, zeroTerminal: z.boolean().exactOptional() }),
])

const noise = z.union([
  z.strictObject({ kind: z.literal('vp'), betas }),
  z.strictObject({ kind: z.literal('vp'), alphaBars: z.array(z.number().positive().lt(1)).min(1).max(100_000) }),
  z.strictObject({
    kind: z.literal('ve'),
    sigmas: z.array(z.number().positive()).min(1).max(100_000),
    start: z.enum(['normal', 'uniform']),
  }),
  z.strictObject({
    kind: z.literal('ve'),
    geometric: z.strictObject({ largest: z.number().positive(), smallest: z.number().positive(), count: levelCount }),
    start: z.enum(['normal', 'uniform']),
  }),
])

const fixedSize = z.strictObject({ width: z.int().min(1).max(4096), height: z.int().min(1).max(4096) })
const freeSize = z.strictObject({
  multipleOf: z.int().min(1).max(512),
  min: z.int().min(1).max(4096),
  max: z.int().min(1).max(4096),
  best: z.array(z.int().min(1)).min(1),
})

const common = {
  format: z.literal(1),
  id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/, 'must be lower-case letters, digits and hyphens'),
  name: z.string().min(1).max(200),
  files: z
    .array(
      z.strictObject({
        file: bareName,
        sha256: z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 hexadecimal digits'),
        precision: z.enum(['float32', 'float16']),
        devices: z.array(deviceName).min(1).optional(),
        /** External tensor data beside the graph, by the names the graph uses. */
        data: z.array(z.strictObject({ file: bareName, sha256: z.string().regex(/^[0-9a-f]{64}$/) })).optional(),
      }),
    )
    .min(1),
  image: z.strictObject({
    channels: z.union([z.literal(1), z.literal(3)]),
    range: z.tuple([z.number(), z.number()]).refine(([low, high]) => low < high, 'must rise'),
    size: z.union([fixedSize, freeSize]),
  }),
  provenance: z.strictObject({
    licence: z.string().min(1),
    trainedOn: z.string().min(1),
    madeBy: z.string().min(1),
    state: z.enum(['finished', 'preview']),
    /** One measured sentence, shown with the model. */
    quality: z.string().optional(),
  }),
}

const batch = z.union([z.literal('dynamic'), z.int().min(1).max(1024)])

export const denoiserCard = z.strictObject({
  ...common,
  task: z.literal('denoiser'),
  input: z.strictObject({
    sample: z.string().min(1),
    batch,
    level: z.strictObject({
      name: z.string().min(1),
      kind: z.enum(['timestep', 'sigma', 'index', 'log-sigma-over-4']),
      type: z.enum(['int64', 'int32', 'float32']),
      shape: z.enum(['batch', 'scalar', 'column']),
      between: z.boolean(),
      scale: z.number().positive(),
    }),
    label: z.strictObject({ name: z.string().min(1), classes: z.int().min(1), none: z.int().nullable() }).optional(),
  }),
  output: z.strictObject({
    name: z.string().min(1),
    predicts: z.enum(['epsilon', 'v', 'x0', 'score-vp', 'score-ve', 'edm']),
    sigmaData: z.number().positive().optional(),
    variance: z.enum(['none', 'learned', 'learned-range']),
  }),
  noise,
})

export const classifierCard = z.strictObject({
  ...common,
  task: z.literal('classifier'),
  input: z.strictObject({ sample: z.string().min(1), batch }),
  output: z.strictObject({ name: z.string().min(1), classes: z.array(z.string()).min(2) }),
})

export const modelCard = z.discriminatedUnion('task', [denoiserCard, classifierCard])
export type DenoiserCard = z.infer<typeof denoiserCard>
export type ClassifierCard = z.infer<typeof classifierCard>
export type ModelCard = z.infer<typeof modelCard>
