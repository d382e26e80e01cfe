import { describe, expect, it } from 'vitest'
import { counted } from '../../src/core/denoiser.ts'
import { inpainters } from '../../src/core/inpaint/index.ts'
import { inpainterCalls, walkFor } from '../../src/core/inpaint/walk.ts'
import { sampledFillError } from '../../src/core/proof/monte-carlo.ts'
import { createNoise } from '../../src/core/rng.ts'
import { samplerCalls, samplers } from '../../src/core/samplers/index.ts'
import type { Denoiser, InpaintPlan, Known, Latent, Noise, Settings, Step } from '../../src/core/types.ts'
import { checkpoints, finish, startOf } from './fixtures.ts'

/** Inpainting along the score: what the methods do to the kept part on their way, and that nothing else is changed. */

const d = 6
const levels = [3, 1.2, 0.5, 0.1, 0]
const photo = [0.5, -0.2, 0.7, 0.1, -0.9, 0.3]
const known = (...mask: number[]): Known => ({
  photo: { shape: { n: 1, c: 1, h: 1, w: d }, data: Float64Array.from(photo) },
  mask: { h: 1, w: d, data: Uint8Array.from(mask) },
})
const some = known(0, 0, 1, 1, 0, 1)
const nothing = known(1, 1, 1, 1, 1, 1)

/** Mixes the values of a picture. */
const mixing: Denoiser = (x, sigma) => {
  const s = Number(sigma)
  const shrink = 0.3 / (0.3 + s * s)
  const data = x.data.map((value, i) => shrink * (0.7 * value + 0.3 * x.data[i - (i % d) + ((i + 1) % d)]!))
  return Promise.resolve({ x0: { shape: x.shape, data } })
}

function fill(name: string, settings: Settings, noise: Noise, what: Known, denoise = mixing, from = begin()): AsyncGenerator<Step> {
  return inpainters[name]!.run(denoise, planOf(name, settings), from, noise, what)
}

function planOf(name: string, settings: Settings): InpaintPlan {
  const walk = inpainters[name]!.walk({ steps: 4, jumpLength: 1, resamples: 1, settings })
  return { levels, eta: 0.4, variance: 'small', settings, walk, finalPaste: true }
}

function begin(n = 2): ReturnType<typeof startOf> {
  const x: Latent = { shape: { n, c: 1, h: 1, w: d }, data: new Float64Array(n * d) }
  createNoise([5, 6].slice(0, n))(x, 'start', 0)
  for (let i = 0; i < x.data.length; i++) x.data[i] = levels[0]! * x.data[i]!
  return startOf(x)
}

const ways: readonly (readonly [string, Settings])[] = [
  ['predictor-corrector', {}],
  ['predictor-corrector', { correctors: 3, sde: 've', snr: 0.3 }],
  ['predictor-corrector', { correctors: 2, predictor: 'none' }],
  ['predictor-corrector', { correctors: 0, sde: 'sub-vp', predictor: 'euler-maruyama' }],
  ['annealed-langevin', { innerSteps: 3, stepSize: 1e-3 }],
  ['annealed-langevin', { innerSteps: 3, stepSize: 1e-3, knownNoise: 'per-level' }],
  ['annealed-langevin', { innerSteps: 1, stepSize: 1e-3, finalDenoise: false }],
]

describe('beside a photo', () => {
  it.each(ways)('%s %o with nothing known is the sampler of that name, bit for bit', async (name, settings) => {
    const plain = await finish(samplers[name]!.run(mixing, planOf(name, settings), begin(), createNoise([5, 6])))
    const { x } = await finish(fill(name, settings, createNoise([5, 6]), nothing))
    expect([...x.data]).toEqual([...plain.x.data])
  })

  it.each([...ways, ['langevin', { innerSteps: 3 }] as const])(
    '%s %o makes the calls it says, and resumes from any state to the same bits',
    async (name, settings) => {
      const count = counted(mixing)
      const states = await checkpoints(fill(name, settings, createNoise([5, 6]), some, count.denoise))
      const { walk } = planOf(name, settings)
      expect([states.length, count.calls()]).toEqual([walk.length, inpainterCalls(inpainters[name]!, walk)])
      const sampler = samplers[name === 'langevin' ? '' : name]
      if (sampler !== undefined) expect(walk).toHaveLength(samplerCalls(sampler, 4, settings))
      for (const middle of states.slice(0, -1)) {
        const { x } = await finish(fill(name, settings, createNoise([5, 6]), some, mixing, middle))
        expect([...x.data]).toEqual([...states.at(-1)!.x.data])
      }
    },
  )

  it('a walk that never climbs is kept whole when nothing is known', () => {
    const { walk } = planOf('annealed-langevin', { innerSteps: 3 })
    expect(walkFor(walk, nothing.mask)).toBe(walk)
  })
})

/** What the model is shown at each call: level and picture. */
function shown(seen: { sigma: number; x: Float64Array }[]): Denoiser {
  return (x, sigma) => {
    seen.push({ sigma: Number(sigma), x: Float64Array.from(x.data) })
    return mixing(x, sigma)
  }
}

describe('the kept part on the way', () => {
  const kept = [0, 1, 4]

  it('under predictor-corrector is photo + sigma z at every call, the first too, fresh each time', async () => {
    const seen: { sigma: number; x: Float64Array }[] = []
    const noise = createNoise([5])
    await finish(fill('predictor-corrector', { correctors: 2 }, noise, some, shown(seen), begin(1)))
    expect(seen.map(({ sigma }) => sigma)).toEqual([3, 3, 3, 1.2, 1.2, 1.2, 0.5, 0.5, 0.5, 0.1, 0.1, 0.1])
    const z: Latent = { shape: { n: 1, c: 1, h: 1, w: d }, data: new Float64Array(d) }
    for (const [call, { sigma, x }] of seen.entries()) {
      noise(z, 'known', call)
      for (const i of kept) expect(x[i]).toBe(photo[i]! + sigma * z.data[i]!)
    }
  })

  it('under annealed Langevin is fresh at every step, or the same all through a level and written back after every step', async () => {
    const noiseSeen = async (knownNoise: string): Promise<number[][]> => {
      const seen: { sigma: number; x: Float64Array }[] = []
      await finish(
        fill('annealed-langevin', { innerSteps: 3, stepSize: 1e-3, knownNoise }, createNoise([5]), some, shown(seen), begin(1)),
      )
      return seen.slice(0, -1).map(({ sigma, x }) => kept.map((i) => (x[i]! - photo[i]!) / sigma))
    }
    const steps = (await noiseSeen('per-step')).map((z) => z.map((value) => value.toFixed(9)).join())
    expect(new Set(steps).size).toBe(12)
    const perLevel = (await noiseSeen('per-level')).map((z) => z.map((value) => value.toFixed(9)).join())
    // A level's first call still sees what the level above left; from its second on the kept part carries the level's own noise.
    for (let level = 0; level < 4; level++) expect(perLevel[3 * level + 1]).toBe(perLevel[3 * level + 2])
    expect(new Set([1, 4, 7, 10].map((call) => perLevel[call])).size).toBe(4)
  })

  it('under Langevin inner steps enters each level with fresh noise, and then moves with the fill', async () => {
    const seen: { sigma: number; x: Float64Array }[] = []
    const noise = createNoise([5])
    await finish(fill('langevin', { innerSteps: 2 }, noise, some, shown(seen), begin(1)))
    const z: Latent = { shape: { n: 1, c: 1, h: 1, w: d }, data: new Float64Array(d) }
    for (const call of [0, 3, 6, 9]) {
      noise(z, 'known', call)
      for (const i of kept) expect(seen[call]!.x[i]).toBe(photo[i]! + seen[call]!.sigma * z.data[i]!)
    }
  })
})

describe('the fill at the end', () => {
  it.each(ways.filter(([, settings]) => settings['finalDenoise'] !== false))(
    '%s %o is the clean estimate: no noise is left in it',
    async (name, settings) => {
      // The published predictors of vp and sub-vp end on a mean that keeps up to an eighth of the last level's, 0.1; the others on the estimate itself.
      const exact = name === 'annealed-langevin' || settings['sde'] === 've' || settings['predictor'] === 'none'
      const grey: Denoiser = (x) => Promise.resolve({ x0: { shape: x.shape, data: new Float64Array(x.data.length).fill(0.25) } })
      const { x } = await finish(fill(name, settings, createNoise([5, 6]), some, grey))
      for (const [i, value] of x.data.entries()) {
        if (some.mask.data[i % d] === 0) expect(value).toBe(photo[i % d])
        else expect(Math.abs(value - 0.25)).toBeLessThan(exact ? 1e-12 : 0.02)
      }
    },
  )

  it('of predictor-corrector comes nearer to the exact conditional with corrections, and with stronger ones', async () => {
    const error = async (settings: Settings) =>
      (await sampledFillError('alt', { method: 'predictor-corrector', steps: 30, settings }, { groups: 3, images: 20, seed: 1 }))
        .error
    const [none, few, strong] = [
      await error({ correctors: 0 }),
      await error({ correctors: 4 }),
      await error({ correctors: 4, snr: 0.3 }),
    ]
    expect(few).toBeLessThan(0.85 * none)
    expect(strong).toBeLessThan(0.85 * few)
  })
})
