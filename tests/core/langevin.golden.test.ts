import { describe, expect, it } from 'vitest'
import { inpainters } from '../../src/core/inpaint/index.ts'
import { exactFillError } from '../../src/core/proof/table.ts'
import { samplers } from '../../src/core/samplers/index.ts'
import { trainedLevels } from '../../src/core/schedule.ts'
import { levelsOf } from '../../src/core/timesteps.ts'
import type { Known, Latent, Noise, Plan, Settings, Step } from '../../src/core/types.ts'
import golden from '../golden/langevin.json' with { type: 'json' }
import {
  dummyDenoiser,
  dummyShape,
  finish,
  fromPreserving,
  linear,
  ownPhoto,
  ownStart,
  ownZ,
  startOf,
  sumOfMagnitudes,
} from './fixtures.ts'

/** Own golden numbers (tools/golden/langevin.py, the papers' forms in numpy float64). The recorded sums stand here too. */

const trained = trainedLevels(linear)
const denoise = dummyDenoiser(trained.sigmas)
const levels = levelsOf(
  trained,
  Array.from({ length: 10 }, (_, i) => 999 - 100 * i),
)
const roundingError = 1e-9
const printed = 5.1e-5
const plan = (settings: Settings): Plan => ({ levels, eta: 0.5, variance: 'small', settings, lowest: trained.sigmas[0]! })

/** Every draw the same tensor; a small one, of a particle's single number, its first values. */
const z = ownZ()
const same: Noise = (out) => {
  out.data.set(z.data.subarray(0, out.data.length))
}

const known: Known = {
  photo: { shape: { n: 1, c: 3, h: 8, w: 8 }, data: ownPhoto().data.slice(0, 192) },
  mask: { h: 8, w: 8, data: Uint8Array.from({ length: 64 }, (_, i) => (i % 8 >= 4 ? 1 : 0)) },
}
const start = (): Latent => fromPreserving(ownStart(), levels[0]!)

function sample(name: string, settings: Settings): AsyncGenerator<Step> {
  return samplers[name]!.run(denoise, plan(settings), startOf(start()), same)
}

function fill(name: string, settings: Settings, x = start()): AsyncGenerator<Step> {
  const method = inpainters[name]!
  const walk = method.walk({ steps: 10, jumpLength: 1, resamples: 1, settings })
  return method.run(denoise, { ...plan(settings), walk, finalPaste: true }, startOf(x), same, known)
}

function expectCase(x: Latent, name: keyof typeof golden.cases, sum: number): void {
  const wanted = golden.cases[name]
  const scale = 1 + wanted.sum / 1000
  expect(Math.abs(wanted.sum - sum)).toBeLessThan(printed)
  expect(Math.abs(sumOfMagnitudes(x) - wanted.sum)).toBeLessThan(roundingError * scale)
  expect(Math.abs(sumOfMagnitudes(x, (i) => i % 8 >= 4) - wanted.unknown)).toBeLessThan(roundingError * scale)
  expect(Math.abs(x.data[0]! - wanted.first)).toBeLessThan(roundingError)
  expect(Math.abs(x.data.at(-1)! - wanted.last)).toBeLessThan(roundingError)
}

describe('along the score, every draw z', () => {
  it.each([
    ['langevin', { stepSize: 1e-3, innerSteps: 20, atLevel: 4 }, 'langevin level 4, 20 steps of 1e-3', 60099.776],
    [
      'langevin',
      { stepSize: 1e-3, innerSteps: 20, atLevel: 4, finalDenoise: true },
      'langevin level 4, 20 steps of 1e-3, denoised',
      13563.6428,
    ],
    ['annealed-langevin', { innerSteps: 3, finalDenoise: false }, 'annealed 3 of 2e-5', 4302.1164],
    ['annealed-langevin', { innerSteps: 3 }, 'annealed 3 of 2e-5, denoised', 2935.3393],
  ] as const)('%s %o', async (name, settings, golden_, sum) => {
    expectCase((await finish(sample(name, settings))).x, golden_, sum)
  })

  it.each([
    ['annealed-langevin', { innerSteps: 3, knownNoise: 'per-level' }, 'fill annealed per-level', 1659.7017],
    ['annealed-langevin', { innerSteps: 3, knownNoise: 'per-step' }, 'fill annealed per-step', 1659.7017],
    [
      'annealed-langevin',
      { innerSteps: 3, knownNoise: 'per-level', finalDenoise: false },
      'fill annealed per-level, not denoised',
      2343.1053,
    ],
    ['langevin', { innerSteps: 2 }, 'fill inner 2, stride .5, guide 8, eta .5', 435.4796],
    [
      'predictor-corrector',
      { sde: 've', predictor: 'reverse-diffusion', correctors: 2, snr: 0.16 },
      'fill predictor-corrector ve, 2 of .16',
      561.92,
    ],
  ] as const)('fill: %s %o', async (name, settings, golden_, sum) => {
    expectCase((await finish(fill(name, settings))).x, golden_, sum)
  })

  it.each([
    [0.5, 'fill particles below 0.5', 368.3446],
    [0, 'fill particles below 0', 368.3446],
  ] as const)('fill: particles, chosen anew below %d', async (resampleBelow, name, sum) => {
    const x = start()
    for (const [image, factor] of [1, -1, 0.5, 2].entries())
      for (let i = image * 192; i < (image + 1) * 192; i++) x.data[i] = factor * x.data[i]!
    const sizes: number[] = []
    let last = x
    for await (const { state, effectiveSampleSize } of fill('smc', { resampleBelow }, x)) {
      last = state.x
      sizes.push(effectiveSampleSize!)
    }
    expectCase({ shape: dummyShape, data: last.data }, name, sum)
    for (const [i, size] of golden.cases[name].effectiveSampleSize.entries())
      expect(Math.abs(sizes[i]! - size)).toBeLessThan(roundingError)
  })
})

// The long rows, and the masks beyond two, are the soak's.
const soak = process.env['SOAK'] === '1'
const masks = (['half', 'gap', 'alt', 'outp'] as const).filter((name) => soak || name === 'half' || name === 'alt')
const column = { half: 0, gap: 1, alt: 2, outp: 3 } as const

describe('9: distance to the exact conditional, by exact propagation', () => {
  it.each(golden.gaussian.filter(({ calls }) => soak || calls <= 300))(
    '$method $steps, eta $eta, $settings',
    async ({ method, steps, eta, settings, errors, calls }) => {
      const entry = inpainters[method]!
      const given = Object.fromEntries(Object.entries(settings)) as Settings
      expect(entry.walk({ steps, jumpLength: 1, resamples: 1, settings: given })).toHaveLength(calls)
      for (const name of masks) {
        const error = await exactFillError(name, { method, steps, eta, settings: given })
        expect(Math.abs(error - errors[column[name]]!), `${name}: ${error}`).toBeLessThan(1e-6)
      }
    },
    600_000,
  )
})
