import { describe, expect, it } from 'vitest'
import { predictorCorrector } from '../../src/core/samplers/predictor-corrector.ts'
import { samplers } from '../../src/core/samplers/index.ts'
import { trainedLevels } from '../../src/core/schedule.ts'
import { chooseTimesteps, levelsOf } from '../../src/core/timesteps.ts'
import type { Denoiser, Latent, Noise, Plan, Reals } from '../../src/core/types.ts'
import golden from '../golden/score-sde.json' with { type: 'json' }
import { torchRandn } from '../support/torch-random.ts'
import {
  always,
  dummyDenoiser,
  dummySample,
  finish,
  fromPreserving,
  linear,
  meanMagnitude,
  ownStart,
  ownZ,
  startOf,
  sumOfMagnitudes,
} from './fixtures.ts'

/** tools/golden/score_sde.py, written in each process's own x, float64: ours, in x~, agrees to rounding. */
const roundingError = 1e-9

function expectCase(x: Latent, name: keyof typeof golden.cases): void {
  const wanted = golden.cases[name]
  const close = (ours: number, theirs: number): void =>
    expect(Math.abs(ours - theirs)).toBeLessThan(roundingError * Math.max(1, Math.abs(theirs)))
  close(sumOfMagnitudes(x), wanted.sum)
  close(meanMagnitude(x), wanted.mean)
  close(x.data[0]!, wanted.first)
  close(x.data.at(-1)!, wanted.last)
}

describe('ten trailing levels of the linear betas, every draw z', () => {
  const trained = trainedLevels(linear)
  const levels = levelsOf(trained, chooseTimesteps('trailing', 10, 1000))

  async function run(name: string, settings: Plan['settings'] & object): Promise<Latent> {
    const plan: Plan = { levels, eta: 0, variance: 'small', settings }
    const start = fromPreserving(ownStart(), levels[0]!)
    const sampler = samplers[name]!
    return (await finish(sampler.run(dummyDenoiser(trained.sigmas), plan, startOf(start), always(ownZ())))).x
  }

  it.each(['vp', 'sub-vp', 've'] as const)('%s', async (sde) => {
    expectCase(await run('reverse-sde', { sde }), `reverse-sde ${sde}`)
    expectCase(await run('reverse-diffusion', { sde }), `reverse-diffusion ${sde}`)
    const corrected = async (predictor: string, correctors: number) =>
      run('predictor-corrector', { sde, predictor, correctors, snr: 0.16 })
    expectCase(await corrected('reverse-diffusion', 2), `predictor-corrector ${sde} reverse-diffusion 2`)
    expectCase(await corrected('euler-maruyama', 1), `predictor-corrector ${sde} euler-maruyama 1`)
    expectCase(await corrected('none', 2), `predictor-corrector ${sde} none 2`)
  })
})

describe("the peer's three steps of the VE process with torch's noise", () => {
  const levels = [...golden.sigmas.toReversed(), 0]
  /** The model of the peer's test is a score, x s/(s + 1), told another sigma than the scheduler steps by. */
  const denoise: Denoiser = (x, sigma) => {
    const s = sigma as number
    const told = golden.told[levels.indexOf(s)]!
    const factor = 1 + s * s * (told / (told + 1))
    return Promise.resolve({ x0: { shape: x.shape, data: x.data.map((value) => factor * value) } })
  }
  const settings = { sde: 've', predictor: 'reverse-diffusion', correctors: 1, snr: 0.15 }

  async function run(start: Latent): Promise<Latent> {
    const randn = torchRandn(0)
    const plan: Plan = { levels, eta: 0, variance: 'small', settings }
    const noise: Noise = (out) => {
      out.data.set(randn(out.data.length))
    }
    return (await finish(predictorCorrector(denoise, plan, startOf(start), noise))).x
  }

  it('one image: its own norms are the means over the batch', async () => {
    const sample = dummySample()
    const one: Latent = { shape: { ...sample.shape, n: 1 }, data: sample.data.slice(0, 192) }
    expectCase(await run(one), 'peer, batch of one')
  })

  it('four images: each by its own norms', async () => {
    expectCase(await run(dummySample()), 'peer, norms of each image')
  })

  // The peer takes means over the batch, ours goes by each image. A step of ours is 2 (snr |z|/|score|)^2, so each image is given, at each level, the snr
  // that makes that the peer's.
  it('four images, each told at each level the snr that makes its step that of the batch: the number that the peer asserts', async () => {
    const randn = torchRandn(0)
    let images = imagesOf(dummySample().data)
    for (const [i, from] of levels.slice(0, -1).entries()) {
      const [corrector, predictor] = [imagesOf(randn(768)), imagesOf(randn(768))]
      // The score is x times a number, so the norms of x will do for it.
      const ratio = mean(corrector.map(norm)) / mean(images.map(norm))
      images = await Promise.all(
        images.map(async (data, k) => {
          const snr = settings.snr * ratio * (norm(data) / norm(corrector[k]!))
          const plan: Plan = { levels: [from, levels[i + 1]!], eta: 0, variance: 'small', settings: { ...settings, snr } }
          const noise: Noise = (out, purpose) => out.data.set((purpose === 'corrector' ? corrector : predictor)[k]!)
          return (await finish(predictorCorrector(denoise, plan, startOf({ shape: { n: 1, c: 3, h: 8, w: 8 }, data }), noise))).x
            .data
        }),
      )
    }
    const x: Latent = { shape: dummySample().shape, data: Float64Array.from(images.flatMap((data) => [...data])) }
    expectCase(x, 'peer')
    expect(Math.abs(sumOfMagnitudes(x) / golden.peerAsserts.sum - 1)).toBeLessThan(2e-7)
    expect(Math.abs(meanMagnitude(x) / golden.peerAsserts.mean - 1)).toBeLessThan(2e-7)
    // Each by its own norms is another number.
    expect(Math.abs(golden.cases['peer, norms of each image'].sum / golden.cases.peer.sum - 1)).toBeGreaterThan(1e-3)
  })
})

const imagesOf = (data: Reals): Reals[] => [0, 1, 2, 3].map((k) => data.slice(k * 192, (k + 1) * 192))
const norm = (data: Reals): number => Math.hypot(...data)
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length
