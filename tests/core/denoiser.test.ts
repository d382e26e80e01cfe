import { describe, expect, it } from 'vitest'
import { adaptModel, clipped, counted, fractionalIndex, nearestIndex } from '../../src/core/denoiser.ts'
import { allocate } from '../../src/core/latent.ts'
import { ddpm } from '../../src/core/samplers/ancestral.ts'
import { trainedLevels } from '../../src/core/schedule.ts'
import type { Denoiser, Latent, ModelCall, ModelSpec, NoiseSpec } from '../../src/core/types.ts'
import { largeStd, smallStd } from '../../src/core/variance.ts'
import { always, finish, linear, specOf, startOf } from './fixtures.ts'

const shape = { n: 2, c: 1, h: 1, w: 3 }
const clean = [0.3, -0.8, 0.1, 0.9, -0.2, 0]
const eps = [0.5, -1.2, 0.7, 1.1, -0.4, 2]
const float32 = 3e-6

/** What a perfect network of each kind would put out, by its definition in the papers' form, and the input it must be given. */
function perfect(predicts: ModelSpec['predicts'], s: number): { output: number[]; input: number[] } {
  const A = 1 / (1 + s * s)
  const noisy = clean.map((x0, i) => x0 + s * eps[i]!)
  const preserved = clean.map((x0, i) => Math.sqrt(A) * x0 + Math.sqrt(1 - A) * eps[i]!)
  switch (predicts) {
    case 'epsilon':
      return { input: preserved, output: eps }
    case 'v':
      return { input: preserved, output: clean.map((x0, i) => Math.sqrt(A) * eps[i]! - Math.sqrt(1 - A) * x0) }
    case 'x0':
      return { input: preserved, output: clean }
    case 'score-vp':
      return { input: preserved, output: eps.map((e) => -e / Math.sqrt(1 - A)) }
    case 'score-ve':
      return { input: noisy, output: clean.map((x0, i) => (x0 - noisy[i]!) / (s * s)) }
    case 'edm': {
      const sd = 0.5
      const skip = (sd * sd) / (s * s + sd * sd)
      const out = (s * sd) / Math.sqrt(s * s + sd * sd)
      return {
        input: noisy.map((x) => x / Math.sqrt(s * s + sd * sd)),
        output: clean.map((x0, i) => (x0 - skip * noisy[i]!) / out),
      }
    }
  }
}

const ve: NoiseSpec = { kind: 've', sigmas: [0.01, 0.1, 1, 10], start: 'normal' }
const specFor = (predicts: ModelSpec['predicts']): ModelSpec =>
  specOf({
    predicts,
    channels: 1,
    noise: predicts === 'score-ve' || predicts === 'edm' ? ve : linear,
    ...(predicts === 'edm' ? { sigmaData: 0.5 } : {}),
  })

const noisyAt = (s: number): Latent => ({ shape, data: Float64Array.from(clean, (x0, i) => x0 + s * eps[i]!) })

describe('the adapter', () => {
  it.each(['epsilon', 'v', 'x0', 'score-vp', 'score-ve', 'edm'] as const)(
    'recovers x0 from a perfect %s, with the right input',
    async (predicts) => {
      for (const s of [0.1, 1, 10]) {
        const { input, output } = perfect(predicts, s)
        const call: ModelCall = (given) => {
          for (const [i, value] of given.entries()) expect(Math.abs(value - input[i]!)).toBeLessThan(float32)
          return Promise.resolve(Float32Array.from(output))
        }
        const { x0, fraction } = await adaptModel(call, specFor(predicts))(noisyAt(s), s)
        expect(fraction).toBeUndefined()
        for (const [i, value] of x0.data.entries()) expect(Math.abs(value - clean[i]!)).toBeLessThan(float32 * (1 + s))
      }
    },
  )

  it('reads one level an image as well as one for all', async () => {
    const { sigmas } = trainedLevels(linear)
    const seen: number[][] = []
    const call: ModelCall = (input, levels) => {
      seen.push([...levels])
      return Promise.resolve(input.slice())
    }
    const denoise = adaptModel(call, specFor('x0'))
    const x = noisyAt(1)
    const { x0 } = await denoise(x, [sigmas[900]!, sigmas[7]!])
    expect(x0.data[0]).toBeCloseTo(x.data[0]! / Math.sqrt(1 + sigmas[900]! ** 2), 6)
    expect(x0.data[3]).toBeCloseTo(x.data[3]! / Math.sqrt(1 + sigmas[7]! ** 2), 6)
    await denoise(x, sigmas[0]!)
    expect(seen).toEqual([
      [900, 7],
      [0, 0],
    ])
    await expect(denoise(x, [1, 2, 3])).rejects.toThrow(/one level or 2/)
  })

  async function levelSaid(spec: Partial<ModelSpec>, s: number): Promise<number> {
    let said = NaN
    const call: ModelCall = (input, levels) => {
      said = levels[0]!
      return Promise.resolve(input)
    }
    await adaptModel(call, { ...specFor('x0'), ...spec })(noisyAt(s), s)
    return said
  }

  it('speaks the level in the unit of the card', async () => {
    const { sigmas } = trainedLevels(linear)
    const between = Math.sqrt(sigmas[500]! * sigmas[501]!)
    expect(await levelSaid({ level: 'timestep' }, sigmas[412]!)).toBe(412)
    expect(await levelSaid({ level: 'timestep', levelScale: 4 }, sigmas[412]!)).toBe(1648)
    expect(await levelSaid({ level: 'timestep', between: true }, sigmas[412]!)).toBe(412)
    expect(await levelSaid({ level: 'timestep', between: true }, between)).toBeCloseTo(500.5, 9)
    expect([500, 501]).toContain(await levelSaid({ level: 'timestep' }, between))
    expect(await levelSaid({ level: 'timestep' }, sigmas[500]! * 1.0001)).toBe(500)
    expect(await levelSaid({ level: 'sigma', between: true }, 3)).toBe(3)
    expect(await levelSaid({ level: 'sigma', noise: ve }, 3)).toBe(1)
    expect(await levelSaid({ level: 'sigma', noise: ve }, 3.3)).toBe(10)
    expect(await levelSaid({ level: 'log-sigma-over-4', between: true }, 3)).toBeCloseTo(Math.log(3) / 4, 12)
  })

  it('counts an index in the order of the card: NCSN lists its largest level first', async () => {
    const descending: NoiseSpec = { kind: 've', sigmas: [10, 1, 0.1, 0.01], start: 'uniform' }
    expect(await levelSaid({ level: 'index', noise: descending }, 10)).toBe(0)
    expect(await levelSaid({ level: 'index', noise: ve }, 10)).toBe(3)
  })

  it('finds every trained level exactly, and stays inside at the ends', () => {
    const { sigmas } = trainedLevels(linear)
    for (const [t, s] of sigmas.entries()) {
      expect(nearestIndex(sigmas, s)).toBe(t)
      expect(fractionalIndex(sigmas, s)).toBe(t)
    }
    expect([
      nearestIndex(sigmas, 1e-9),
      nearestIndex(sigmas, 1e9),
      fractionalIndex(sigmas, 1e-9),
      fractionalIndex(sigmas, 1e9),
    ]).toEqual([0, 999, 0, 999])
  })

  it('refuses another number of channels, an output of another size, and edm without sigmaData', async () => {
    const short: ModelCall = () => Promise.resolve(new Float32Array(5))
    await expect(adaptModel(short, specFor('x0'))(noisyAt(1), 1)).rejects.toThrow(
      'Expected 6 values from the model but received 5.',
    )
    await expect(adaptModel(short, { ...specFor('x0'), channels: 3 })(noisyAt(1), 1)).rejects.toThrow(/takes 3 channels/)
    await expect(adaptModel(short, specOf({ channels: 1, predicts: 'edm' }))(noisyAt(1), 1)).rejects.toThrow(/sigmaData/)
  })
})

describe('predicted variances', () => {
  const oneImage = { n: 1, c: 1, h: 1, w: 3 }
  const { sigmas } = trainedLevels(linear)

  /** The noise's standard deviation that one DDPM step from index t to `to` really adds, per value, in the papers' form. */
  async function stdAdded(spec: Partial<ModelSpec>, said: readonly number[], t: number, to: number): Promise<number[]> {
    const call: ModelCall = () => Promise.resolve(Float32Array.from([0, 0, 0, ...said]))
    const denoise = adaptModel(call, specOf({ channels: 1, ...spec }))
    const zero = startOf(allocate(oneImage, 'float64'))
    const levels = [sigmas[t]!, sigmas[to]!]
    const one = always({ shape: oneImage, data: Float64Array.from([1, 1, 1]) })
    const { x } = await finish(ddpm(denoise, { levels, eta: 0, variance: 'learned' }, zero, one))
    return [...x.data].map((value) => value / Math.sqrt(1 + levels[1]! ** 2))
  }

  it('learned-range: v = -1, 1, 0 are the posterior, the forward variance and their geometric mean, also over skipped levels', async () => {
    for (const [t, to] of [
      [500, 499],
      [999, 888],
      [4, 0],
    ] as const) {
      const scale = Math.sqrt(1 + sigmas[to]! ** 2)
      const small = smallStd(sigmas[t]!, sigmas[to]!) / scale
      const large = largeStd(sigmas[t]!, sigmas[to]!) / scale
      const stds = await stdAdded({ variance: 'learned-range' }, [-1, 1, 0], t, to)
      for (const [i, wanted] of [small, large, Math.sqrt(small * large)].entries()) expect(stds[i]! / wanted).toBeCloseTo(1, 12)
    }
  })

  it("learned: on a trained transition it is the network's own exp(log-variance / 2)", async () => {
    const logVariances = [-5, -6.25, -4]
    for (const t of [999, 500, 3]) {
      const stds = await stdAdded({ variance: 'learned' }, logVariances, t, t - 1)
      for (const [i, log] of logVariances.entries()) expect(stds[i]! / Math.exp(log / 2)).toBeCloseTo(1, 9)
    }
  })

  it('the fraction belongs to its own image, beside an x0 from the first half of the channels', async () => {
    const call: ModelCall = () => Promise.resolve(Float32Array.from([1, 2, 3, -1, 0, 1, 4, 5, 6, 0.5, 0.5, -0.5]))
    const { x0, fraction } = await adaptModel(call, { ...specFor('x0'), variance: 'learned-range' })(noisyAt(1), 1)
    expect([...x0.data]).toEqual([1, 2, 3, 4, 5, 6])
    expect([...fraction!().data]).toEqual([0, 0.5, 1, 0.75, 0.75, 0.25])
  })

  it('a learned step without a prediction is refused, a last step needs none', async () => {
    const denoise: Denoiser = (x) => Promise.resolve({ x0: x })
    const state = startOf(allocate(oneImage))
    const run = (levels: number[]) =>
      finish(ddpm(denoise, { levels, eta: 0, variance: 'learned' }, state, always(allocate(oneImage))))
    await expect(run([2, 1])).rejects.toThrow(/learned variance needs a model/)
    await expect(run([2, 0])).resolves.toBeDefined()
  })
})

describe('wrappers', () => {
  const said: Denoiser = (x) =>
    Promise.resolve({ x0: { shape: x.shape, data: Float32Array.from([-3, -1, 0, 0.5, 1, 2]) }, fraction: () => x })
  it("clipped holds x0 to the range, leaves the fraction and the model's own buffer alone", async () => {
    const x = noisyAt(1)
    const own = { shape, data: Float32Array.from([-3, -1, 0, 0.5, 1, 2]) }
    const { x0, fraction } = await clipped(() => Promise.resolve({ x0: own, fraction: () => x }), [-1, 1])(x, 1)
    expect([...x0.data]).toEqual([-1, -1, 0, 0.5, 1, 1])
    expect(own.data[0]).toBe(-3)
    expect(fraction?.()).toBe(x)
  })
  it('counted counts calls, one for the whole batch', async () => {
    const { denoise, calls } = counted(said)
    expect(calls()).toBe(0)
    await denoise(noisyAt(1), 1)
    await denoise(noisyAt(1), 1)
    expect(calls()).toBe(2)
  })
})
