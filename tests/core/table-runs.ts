import fc from 'fast-check'
import { adaptModel, counted } from '../../src/core/denoiser.ts'
import { inpainters } from '../../src/core/inpaint/index.ts'
import { inpainterCalls, walkFor } from '../../src/core/inpaint/walk.ts'
import { planLevels, sigmaSpacings } from '../../src/core/levels.ts'
import { createNoise } from '../../src/core/rng.ts'
import { samplerCalls, samplers, samplerTransitions } from '../../src/core/samplers/index.ts'
import { trainedCount, trainedLevels } from '../../src/core/schedule.ts'
import { startLatent } from '../../src/core/start.ts'
import { thresholded } from '../../src/core/threshold.ts'
import { spacings } from '../../src/core/timesteps.ts'
import { traitsOf } from '../../src/core/traits.ts'
import type {
  InpainterEntry,
  Known,
  ModelCall,
  ModelSpec,
  NoiseSpec,
  Plan,
  SamplerEntry,
  SamplerState,
  Setting,
  Settings,
  SettingValue,
  Step,
  Variance,
} from '../../src/core/types.ts'

/** Random runs of anything in the two tables, made from what an entry says of itself: a new entry is in them without a line here. */

export type Method =
  { readonly kind: 'sampler'; readonly entry: SamplerEntry } | { readonly kind: 'inpainter'; readonly entry: InpainterEntry }

export const methods: readonly (readonly [name: string, method: Method])[] = [
  ...Object.values(samplers).map((entry) => [`${entry.name}, a sampler`, { kind: 'sampler', entry }] as const),
  ...Object.values(inpainters).map((entry) => [`${entry.name}, an inpainter`, { kind: 'inpainter', entry }] as const),
]

export interface Case {
  readonly spec: ModelSpec
  readonly image: { readonly c: number; readonly h: number; readonly w: number }
  readonly spacing: string
  readonly steps: number
  readonly eta: number
  readonly variance: Variance
  readonly threshold: 'clip' | 'none' | 'dynamic'
  readonly jumpLength: number
  readonly resamples: number
  readonly settings: Settings
  /** 1 = repaint, of h w pixels. */
  readonly mask: Uint8Array
}

/** Published schedules and some that nobody trained with. */
const noise: fc.Arbitrary<NoiseSpec> = fc.oneof(
  fc.record({
    kind: fc.constant('vp' as const),
    betas: fc.record({
      schedule: fc.constantFrom('linear' as const, 'scaled-linear' as const, 'sigmoid' as const),
      start: fc.double({ min: 1e-5, max: 1e-3, noNaN: true }),
      end: fc.double({ min: 2e-3, max: 0.05, noNaN: true }),
      count: fc.integer({ min: 2, max: 1000 }),
      zeroTerminal: fc.boolean(),
    }),
  }),
  fc.record({
    kind: fc.constant('vp' as const),
    betas: fc.record({
      schedule: fc.constant('cosine' as const),
      count: fc.integer({ min: 2, max: 1000 }),
      zeroTerminal: fc.boolean(),
    }),
  }),
  fc.constant({ kind: 'vp' as const, alphaBars: [0.999, 0.9, 0.5, 0.1, 0.01] }),
  fc.record({
    kind: fc.constant('ve' as const),
    geometric: fc.record({
      largest: fc.double({ min: 1, max: 400, noNaN: true }),
      smallest: fc.double({ min: 0.005, max: 0.5, noNaN: true }),
      count: fc.integer({ min: 2, max: 60 }),
    }),
    start: fc.constantFrom('normal' as const, 'uniform' as const),
  }),
  fc.constant({ kind: 've' as const, sigmas: [0.01, 0.3, 1, 2, 10], start: 'normal' as const }),
)

const spec: fc.Arbitrary<ModelSpec> = fc
  .record({
    noise,
    channels: fc.constantFrom(1, 2, 3),
    between: fc.boolean(),
    predicts: fc.constantFrom('epsilon' as const, 'v' as const, 'x0' as const),
    variance: fc.constant('learned-range' as const),
  })
  .map((drawn) => ({ ...drawn, level: 'timestep', levelScale: 1 }))

/** Within what is declared; whole numbers near their lower end, where a run stays small, and now and then the very ends. */
function settingValue(setting: Setting): fc.Arbitrary<SettingValue> {
  switch (setting.kind) {
    case 'switch':
      return fc.boolean()
    case 'choice':
      return fc.constantFrom(...setting.choices.map(({ value }) => value))
    case 'number': {
      const { min, max } = setting
      if (setting.integer === true) return fc.integer({ min, max: Math.min(max, min + 4) })
      const between = fc.double({ min: 0, max: 1, noNaN: true })
      const inside =
        setting.scale === 'log' ? between.map((u) => min * (max / min) ** u) : between.map((u) => min + u * (max - min))
      return fc.oneof(
        fc.constantFrom(min, max, setting.default),
        inside.map((value) => Math.min(max, Math.max(min, value))),
      )
    }
  }
}

/** Any of the declared settings, the others at their defaults. */
function settingsOf(declared: readonly Setting[]): fc.Arbitrary<Settings> {
  const all = Object.fromEntries(declared.map((setting) => [setting.name, settingValue(setting)]))
  return fc
    .record(all, { requiredKeys: [] })
    .map((drawn) =>
      Object.fromEntries(Object.entries(drawn).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]))),
    )
}

/** Odd sizes on purpose: most images end in the middle of a noise block. */
export function caseOf({ entry }: Method): fc.Arbitrary<Case> {
  const named = [...spacings, ...sigmaSpacings]
  return fc
    .record({
      spec,
      h: fc.integer({ min: 1, max: 4 }),
      w: fc.integer({ min: 1, max: 5 }),
      spacing: entry.spacing === undefined ? fc.constantFrom(...named) : fc.constant(entry.spacing),
      steps: fc.integer({ min: 1, max: 9 }),
      eta: fc.constantFrom(0, 0.3, 1),
      variance: fc.constantFrom<Variance>('small', 'large', 'learned'),
      threshold: fc.constantFrom('clip' as const, 'none' as const, 'dynamic' as const),
      jumpLength: fc.integer({ min: 1, max: 4 }),
      resamples: fc.integer({ min: 1, max: 3 }),
      settings: settingsOf(entry.settings ?? []),
      painted: fc.uint8Array({ minLength: 20, maxLength: 20, max: 1 }),
    })
    .map(({ h, w, painted, ...rest }) => ({
      ...rest,
      image: { c: rest.spec.channels, h, w },
      steps: Math.min(rest.steps, Math.max(1, trainedCount(rest.spec.noise) - 1)),
      mask: painted.slice(0, h * w),
    }))
}

/** A model that mixes the values of an image, but never two images, and whose answers are bounded. Its buffer is used again. */
function mixing(): ModelCall {
  let out = new Float32Array(0)
  return (input, levels, { n, c, h, w }) => {
    const size = c * h * w
    if (out.length !== 2 * n * size) out = new Float32Array(2 * n * size)
    for (let k = 0; k < n; k++) {
      for (let i = 0; i < size; i++) {
        const here = input[k * size + i]!
        const beside = input[k * size + ((i + 1) % size)]!
        out[2 * k * size + i] = 0.9 * Math.tanh(here) + 0.1 * Math.sin(beside + levels[k]!)
        out[(2 * k + 1) * size + i] = Math.sin(3 * here)
      }
    }
    return Promise.resolve(out)
  }
}

export interface Run {
  readonly start: SamplerState
  readonly from: (state: SamplerState) => AsyncGenerator<Step>
  /** As they are shown before the run; `undefined` where the method finds them on the way. */
  readonly transitions: number | undefined
  readonly calls: number | undefined
  readonly called: () => number
  readonly levels: readonly number[]
}

/** One run as the engine makes it, or undefined where the method refuses this model. */
export function begin(method: Method, what: Case, seeds: readonly number[]): Run | undefined {
  const { spec: model, image } = what
  const traits = traitsOf('Any', model)
  if (method.entry.refuses?.(traits) !== undefined) return undefined
  const trained = trainedLevels(model.noise)
  const { levels } = planLevels(trained, what.spacing, what.steps, model.between)
  const { denoise, calls: called } = counted(adaptModel(mixing(), model, trained))
  const held = thresholded(denoise, what.threshold, [-1, 1], { ratio: 0.9, max: 2 })
  const draw = createNoise(seeds)
  const x = startLatent(model.noise, levels[0]!, { n: seeds.length, ...image }, draw)
  const start: SamplerState = { next: 0, x, memory: [] }
  const plan: Plan = {
    levels,
    eta: what.eta,
    variance: what.variance,
    settings: what.settings,
    trained,
    lowest: trained.sigmas[0]!,
  }
  const steps = levels.length - 1
  const common = { start, called, levels }
  if (method.kind === 'sampler') {
    const { entry } = method
    const shown =
      entry.adaptive === true
        ? { transitions: undefined, calls: undefined }
        : { transitions: samplerTransitions(entry, steps, what.settings), calls: samplerCalls(entry, steps, what.settings) }
    return { ...common, ...shown, from: (state) => entry.run(held, plan, state, draw) }
  }
  const { entry } = method
  const known: Known = { photo: photoOf(image), mask: { h: image.h, w: image.w, data: what.mask } }
  const { jumpLength, resamples, settings } = what
  const walk = walkFor(entry.walk({ steps, jumpLength, resamples, settings }), known.mask)
  return {
    ...common,
    transitions: Math.max(1, walk.length),
    calls: inpainterCalls(entry, walk),
    from: (state) => entry.run(held, { ...plan, walk, finalPaste: true }, state, draw, known),
  }
}

function photoOf({ c, h, w }: Case['image']): Known['photo'] {
  return { shape: { n: 1, c, h, w }, data: Float32Array.from({ length: c * h * w }, (_, i) => Math.sin(i * 12.9898) * 0.9) }
}
