import { describe, expect, it } from 'vitest'
import { adaptModel, clipped } from '../../src/core/denoiser.ts'
import { ddim, ddpm } from '../../src/core/samplers/ancestral.ts'
import { invert } from '../../src/core/samplers/invert.ts'
import { trainedLevels } from '../../src/core/schedule.ts'
import { chooseTimesteps, levelsOf } from '../../src/core/timesteps.ts'
import type { Denoiser, Latent, ModelSpec, Noise, Plan, Sampler } from '../../src/core/types.ts'
import { smallStd } from '../../src/core/variance.ts'
import golden from '../golden/peers.json' with { type: 'json' }
import { torchRandn } from '../support/torch-random.ts'
import {
  dummyCall,
  dummyNoise,
  dummySample,
  expectFigures,
  finish,
  fromPreserving,
  meanMagnitude,
  silence,
  specOf,
  startOf,
  sumOfMagnitudes,
  toPreserving,
  torchNoise,
} from './fixtures.ts'
import { float32AlphaBars, float32PosteriorStep } from './float32-tables.ts'

/** The golden numbers that diffusers' own scheduler tests assert, through our adapter and samplers. Birth: tests/golden/peers.json. */

const float32Tables = { kind: 'vp', alphaBars: float32AlphaBars(1e-4, 0.02, 1000) } as const
const sigmasOf = (spec: ModelSpec): Float64Array => trainedLevels(spec.noise).sigmas
const descending = (from: number, stride = 1): number[] => Array.from({ length: from / stride + 1 }, (_, i) => from - i * stride)

interface Run {
  readonly sampler: Sampler
  readonly spec: ModelSpec
  readonly timesteps: readonly number[]
  readonly start: Latent
  readonly noise?: Noise
  readonly levels?: readonly number[]
}

async function run({ sampler, spec, timesteps, start, noise = silence, levels }: Run): Promise<Latent> {
  const plan: Plan = { levels: levels ?? levelsOf(trainedLevels(spec.noise), timesteps), eta: 0, variance: 'small' }
  const denoise = clipped(adaptModel(dummyCall, spec), [-1, 1])
  const { x } = await finish(sampler(denoise, plan, startOf(fromPreserving(start, plan.levels[0]!)), noise))
  return toPreserving(x, plan.levels.at(-1)!)
}

/** add_noise of the peers: sqrt(A) x + sqrt(1 - A) n = (x + s n)/sqrt(1 + s^2). */
function noised(s: number): Latent {
  const n = dummyNoise()
  const x = dummySample()
  return { shape: x.shape, data: x.data.map((value, i) => (value + s * n.data[i]!) / Math.sqrt(1 + s * s)) }
}

describe('DDPM of diffusers', () => {
  it.each(['epsilon', 'v'] as const)('1000 steps, fixed_small, torch noise, %s', async (predicts) => {
    const x = await run({
      sampler: ddpm,
      spec: specOf({ predicts }),
      timesteps: descending(999),
      start: dummySample(),
      noise: torchNoise(),
    })
    expectFigures(x, golden.ddpm[predicts])
  })

  // This number holds the rounding of the peer's float32 arithmetic (1 - A_1/A_0 is off by 5e-4 of itself): float64 cannot come nearer than
  // 0.021, so this one tolerance is 3e-2. Three neighbours pin down that nothing else is hidden in the gap.
  it('from a noised sample at t = 1', async () => {
    const ours = async (spec: ModelSpec): Promise<number> =>
      sumOfMagnitudes(await run({ sampler: ddpm, spec, timesteps: [1, 0], start: noised(sigmasOf(spec)[1]!), noise: torchNoise() }))
    const { sum } = golden.ddpm.withNoise
    expect(Math.abs((await ours(specOf())) - sum)).toBeLessThan(3e-2)
    // The papers' form in numpy float64, on float64 tables and on the peer's float32 ones.
    expect(Math.abs((await ours(specOf())) - 387.967251)).toBeLessThan(1e-4)
    expect(Math.abs((await ours(specOf({ noise: float32Tables }))) - 387.967606)).toBeLessThan(1e-4)
    const bars = float32Tables.alphaBars
    const start = Float32Array.from(noised(Math.sqrt((1 - bars[1]!) / bars[1]!)).data)
    const z = torchRandn(0)(768)
    const theirs = float32PosteriorStep(float32PosteriorStep(start, 1, bars, z), 0, bars, z)
    const x: Latent = { shape: { n: 4, c: 3, h: 8, w: 8 }, data: theirs }
    expectFigures(x, golden.ddpm.withNoise)
  })

  it.each([
    ['epsilon', 0.6609],
    ['v', 0.1132],
  ] as const)('with the noise forced to 0, %s (computed independently in numpy)', async (predicts, sum) => {
    const x = await run({ sampler: ddpm, spec: specOf({ predicts }), timesteps: descending(999), start: dummySample() })
    expect(Math.abs(sumOfMagnitudes(x) - sum)).toBeLessThan(1e-4)
  })

  it.each(golden.ddpm.variances)('posterior variance at t = %i', (t, previous, wanted) => {
    expectVariance(t!, previous!, wanted!)
  })

  it('custom timesteps: the next level comes from the list; ascending or untrained ones are refused', () => {
    const trained = trainedLevels(specOf().noise)
    const wanted = [100, 87, 50, 1, 0].map((t) => trained.sigmas[t])
    expect(levelsOf(trained, [100, 87, 50, 1, 0])).toEqual([...wanted, 0])
    expect(() => levelsOf(trained, [100, 87, 50, 51, 0])).toThrow(/descend/)
    expect(() => levelsOf(trained, [1000])).toThrow(/0 to 999/)
    expect(() => levelsOf(trained, [1.5])).toThrow(RangeError)
  })
})

describe('DDIM of diffusers', () => {
  const tenSteps = chooseTimesteps('leading', 10, 1000)
  const hotter = specOf({ noise: { kind: 'vp', betas: { schedule: 'linear', start: 0.01, end: 0.02, count: 1000 } } })

  it.each(['epsilon', 'v'] as const)('10 leading steps, eta 0, %s', async (predicts) => {
    expectFigures(
      await run({ sampler: ddim, spec: specOf({ predicts }), timesteps: tenSteps, start: dummySample() }),
      golden.ddim[predicts],
    )
  })

  it('beta_start 0.01, ending at A = 1', async () => {
    expectFigures(await run({ sampler: ddim, spec: hotter, timesteps: tenSteps, start: dummySample() }), golden.ddim.alphaToOne)
  })

  it('beta_start 0.01, ending at A_0 (set_alpha_to_one False: the last transition stays on its level)', async () => {
    const levels = [...levelsOf(trainedLevels(hotter.noise), tenSteps).slice(0, -1), sigmasOf(hotter)[0]!]
    expectFigures(
      await run({ sampler: ddim, spec: hotter, timesteps: tenSteps, start: dummySample(), levels }),
      golden.ddim.noAlphaToOne,
    )
  })

  it('from a noised sample at the ninth of ten levels', async () => {
    const timesteps = tenSteps.slice(8)
    expectFigures(
      await run({ sampler: ddim, spec: specOf(), timesteps, start: noised(sigmasOf(specOf())[100]!) }),
      golden.ddim.withNoise,
    )
  })

  it('50 leading steps (computed independently in numpy)', async () => {
    const x = await run({ sampler: ddim, spec: specOf(), timesteps: chooseTimesteps('leading', 50, 1000), start: dummySample() })
    expect(Math.abs(sumOfMagnitudes(x) - 192.5373)).toBeLessThan(1e-3)
    expect(Math.abs(meanMagnitude(x) - 0.2507)).toBeLessThan(1e-4)
  })

  it('steps_offset 1 is the leading list one higher', () => {
    expect(chooseTimesteps('leading', 5, 1000).map((t) => t + 1)).toEqual(golden.ddim.offsetTimesteps)
  })

  it.each(golden.ddim.variances)('variance from t = %i to %i', (t, previous, wanted) => {
    expectVariance(t!, previous!, wanted!)
  })
})

describe('one step of three samples, each at a level of its own, without noise (the parallel schedulers of diffusers)', () => {
  /** The samples at t = 0, 1, 2 and 0.1 apart; `next` says where each goes. */
  async function stepped(sampler: Sampler, next: (t: number) => number): Promise<Latent> {
    const sigmas = sigmasOf(specOf())
    const parts = await Promise.all(
      [0, 0.1, -0.1].map(async (moved, t) => {
        const sample = dummySample()
        const start = { shape: sample.shape, data: sample.data.map((value) => value + moved) }
        const levels = [sigmas[t]!, next(t)]
        return [...(await run({ sampler, spec: specOf(), timesteps: [t], start, levels })).data]
      }),
    )
    return { shape: { n: 12, c: 3, h: 8, w: 8 }, data: Float64Array.from(parts.flat()) }
  }

  it('DDIM', async () => {
    expectFigures(await stepped(ddim, () => 0), golden.parallel.ddim)
  })

  it('DDPM', async () => {
    const sigmas = sigmasOf(specOf())
    expectFigures(await stepped(ddpm, (t) => sigmas[t - 1] ?? 0), golden.parallel.ddpm)
  })
})

describe('the inverse of DDIM of diffusers', () => {
  // It tells its model the timestep that is reached and shows it the state at the level that is left; it clips the estimate and not the direction.
  // Ours tells the level left and has one direction. So the dummy goes by the number of the call, and says what leads to the peer's state.
  const timesteps = Array.from({ length: 10 }, (_, i) => 100 * i)

  async function inverted(first: number, start: number, predicts: 'epsilon' | 'v'): Promise<Latent> {
    const { sigmas } = trainedLevels({ kind: 'vp', betas: { schedule: 'linear', start: first, end: 0.02, count: 1000 } })
    const levels = [0, ...timesteps.map((t) => sigmas[t]!)]
    let at = start
    const denoise: Denoiser = ({ shape, data }, sigma) => {
      const factor = timesteps[at]! / (timesteps[at]! + 1)
      const [left, to] = [levels[at]!, levels[at + 1]!]
      at++
      const total = Math.sqrt(1 + left * left)
      const x0 = data.map((value) => {
        const said = (factor * value) / total
        const noise = predicts === 'epsilon' ? said : said / total + (left * value) / (total * total)
        const reached = Math.max(-1, Math.min(1, value - left * noise)) + to * noise
        return value - ((sigma as number) * (reached - value)) / (to - left)
      })
      return Promise.resolve({ x0: { shape, data: x0 } })
    }
    // The step that stays on its level has nothing to do but clip.
    const { shape, data } = fromPreserving(dummySample(), levels[start]!)
    const begun = { ...startOf({ shape, data: data.map((value) => Math.min(1, value)) }), next: start }
    return toPreserving((await finish(invert(denoise, levels, begun))).x, levels.at(-1)!)
  }

  it.each([
    ['10 leading steps, epsilon', 1e-4, 0, 'epsilon', golden.ddimInverse.epsilon],
    ['10 leading steps, v', 1e-4, 0, 'v', golden.ddimInverse.v],
    ['beta_start 0.01, from A = 1', 0.01, 0, 'epsilon', golden.ddimInverse.alphaToOne],
    ['beta_start 0.01, from A_0: its first step stays on its level', 0.01, 1, 'epsilon', golden.ddimInverse.noAlphaToOne],
  ] as const)('%s', async (_name, first, start, predicts, wanted) => {
    expectFigures(await inverted(first, start, predicts), wanted)
  })

  it('steps_offset 1 is the leading list one higher, rising', () => {
    const leading = chooseTimesteps('leading', 5, 1000).toReversed()
    expect(leading.map((t) => t + 1)).toEqual(golden.ddimInverse.offsetTimesteps)
  })
})

/** The variance in the papers' form: ours, small^2, divided by 1 + to^2. t = -1 is level 0. */
function expectVariance(t: number, previous: number, wanted: number): void {
  const sigmas = sigmasOf(specOf())
  const to = previous < 0 ? 0 : sigmas[previous]!
  expect(Math.abs(smallStd(sigmas[t]!, to) ** 2 / (1 + to * to) - wanted)).toBeLessThan(1e-5)
}
