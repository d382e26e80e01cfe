import { describe, expect, it } from 'vitest'
import { adaptModel, clipped, counted } from '../../src/core/denoiser.ts'
import { repaint } from '../../src/core/inpaint/repaint.ts'
import { repaintWalk } from '../../src/core/inpaint/jumps.ts'
import { countCalls } from '../../src/core/inpaint/walk.ts'
import { ddim, ddpm } from '../../src/core/samplers/ancestral.ts'
import { trainedLevels } from '../../src/core/schedule.ts'
import { chooseTimesteps, levelsOf } from '../../src/core/timesteps.ts'
import type { Denoiser, Known, Latent, Noise, Plan } from '../../src/core/types.ts'
import golden from '../golden/samplers.json' with { type: 'json' }
import {
  always,
  dummyCall,
  dummyDenoiser,
  dummyShape,
  finish,
  fromPreserving,
  linear,
  ownPhoto,
  ownStart,
  ownZ,
  silence,
  specOf,
  startOf,
  sumOfMagnitudes,
} from './fixtures.ts'

/**
 * Own golden numbers (tools/golden/samplers.py, the papers' form in numpy float64): in float64 ours agree to rounding, and through the
 * float32 adapter to the width of float32. The recorded four decimals stand here too, so that a new run of the tool cannot move them.
 */

const trained = trainedLevels(linear)
const exact = clipped(dummyDenoiser(trained.sigmas), [-1, 1])
const roundingError = 1e-9
const printed = 5.1e-5
const float32Error = 2e-2

const levelsFor = (spacing: string): number[] => levelsOf(trained, chooseTimesteps(spacing, 10, 1000))
const start = (levels: readonly number[]): Latent => fromPreserving(ownStart(), levels[0]!)
const unknownPart = (i: number): boolean => i % 8 >= 4

function expectCase(x: Latent, name: keyof typeof golden.cases, sum: number): void {
  const wanted = golden.cases[name]
  expect(Math.abs(wanted.sum - sum)).toBeLessThan(printed)
  expect(Math.abs(sumOfMagnitudes(x) - wanted.sum)).toBeLessThan(roundingError)
  expect(Math.abs(sumOfMagnitudes(x, unknownPart) - wanted.unknown)).toBeLessThan(roundingError)
  expect(Math.abs(x.data[0]! - wanted.first)).toBeLessThan(roundingError)
  expect(Math.abs(x.data.at(-1)! - wanted.last)).toBeLessThan(roundingError)
}

describe('DDIM with clip, direction from the clipped x0, every draw z', () => {
  it.each([
    ['leading', 0, 172.2308],
    ['leading', 0.5, 463.8311],
    ['leading', 1, 354.6739],
    ['linspace', 0, 169.685],
    ['linspace', 0.5, 461.8649],
    ['linspace', 1, 331.8483],
  ] as const)('%s, eta %d', async (spacing, eta, sum) => {
    const plan: Plan = { levels: levelsFor(spacing), eta, variance: 'small' }
    const { x } = await finish(ddim(exact, plan, startOf(start(plan.levels)), always(ownZ())))
    expectCase(x, `ddim ${spacing} eta ${eta}`, sum)
    const through = clipped(adaptModel(dummyCall, specOf()), [-1, 1])
    const rough = await finish(ddim(through, plan, startOf(start(plan.levels)), always(ownZ())))
    expect(Math.abs(sumOfMagnitudes(rough.x) - sum)).toBeLessThan(float32Error)
  })

  it.each([
    ['leading', 'large', 'ddpm leading large', 514.6792],
    ['leading', 'large', 'ddim leading sigma-hat', 514.6792],
    ['leading', 'small', 'ddpm leading small', 354.6739],
    ['linspace', 'small', 'ddpm linspace small', 331.8483],
    ['linspace', 'large', 'ddpm linspace large', 508.0734],
  ] as const)('DDPM %s %s is %s: sigma-hat is its large variance', async (spacing, variance, name, sum) => {
    const plan: Plan = { levels: levelsFor(spacing), eta: 0, variance }
    const { x } = await finish(ddpm(exact, plan, startOf(start(plan.levels)), always(ownZ())))
    expectCase(x, name, sum)
  })
})

describe('RePaint as published, 10 respaced levels, jump 2, 2 resamples', () => {
  const levels = levelsFor('respaced')
  const walk = repaintWalk({ steps: 10, jumpLength: 2, resamples: 2 })
  const known: Known = {
    photo: ownPhoto(),
    mask: { h: 8, w: 8, data: Uint8Array.from({ length: 64 }, (_, i) => (i % 8 >= 4 ? 1 : 0)) },
  }

  /** The golden set-up gives each of the four images its own photo: run them one by one. */
  async function paint(
    denoise: Denoiser,
    variance: 'small' | 'large',
    noise: (image: number) => Noise,
    finalPaste: boolean,
  ): Promise<Latent> {
    const data = new Float64Array(4 * 192)
    const plan = { levels, walk, eta: 0, variance, finalPaste }
    for (let image = 0; image < 4; image++) {
      const photo = imageOf(known.photo, image)
      const { x } = await finish(repaint(denoise, plan, startOf(imageOf(start(levels), image)), noise(image), { ...known, photo }))
      data.set(x.data, image * 192)
    }
    return { shape: dummyShape, data }
  }

  const zOf = (image: number): Noise => always(imageOf(ownZ(), image))

  it('walks the published schedule', () => {
    const wanted = [9, 8, 7, 6, 7, 8, 7, 6, 5, 4, 5, 6, 5, 4, 3, 2, 3, 4, 3, 2, 1, 0, 1, 2, 1, 0, -1]
    expect([walk[0]!.from, ...walk.map(({ to }) => to)].map((at) => 9 - at)).toEqual(wanted)
    expect(golden.cases['repaint 10,2,2 large'].schedule).toEqual(wanted)
    expect(countCalls(walk)).toBe(18)
    expect(golden.cases['repaint 10,2,2 large'].calls).toBe(18)
  })

  it('all noise 0: the unknown part vanishes, the known part is the photo', async () => {
    const x = await paint(exact, 'small', () => silence, false)
    expectCase(x, 'repaint 10,2,2 small, no noise', 192.0001)
    expect(Math.abs(sumOfMagnitudes(x, unknownPart) - 0.0001)).toBeLessThan(printed)
  })

  it.each([
    ['large', 454.7973],
    ['small', 360.3542],
  ] as const)('%s, every draw z', async (variance, sum) => {
    const count = counted(exact)
    const x = await paint(count.denoise, variance, zOf, false)
    expect(count.calls()).toBe(4 * 18)
    expectCase(x, `repaint 10,2,2 ${variance}`, sum)
    const deviation = knownDeviation(x)
    expect(Math.abs(deviation - 0.00997)).toBeLessThan(5.1e-6)
    expect(Math.abs(deviation - golden.cases[`repaint 10,2,2 ${variance}`].knownDeviation)).toBeLessThan(roundingError)
    const rough = await paint(clipped(adaptModel(dummyCall, specOf()), [-1, 1]), variance, zOf, false)
    expect(Math.abs(sumOfMagnitudes(rough) - sum)).toBeLessThan(float32Error)
  })

  it('large: the unknown part alone, and the final paste leaves exactly that', async () => {
    const x = await paint(exact, 'large', zOf, true)
    expect(Math.abs(sumOfMagnitudes(x, unknownPart) - 264.2907)).toBeLessThan(printed)
    expect(knownDeviation(x)).toBe(0)
  })

  function knownDeviation(x: Latent): number {
    let worst = 0
    for (const [i, value] of known.photo.data.entries()) if (!unknownPart(i)) worst = Math.max(worst, Math.abs(x.data[i]! - value))
    return worst
  }
})

function imageOf(x: Latent, image: number): Latent {
  return { shape: { n: 1, c: 3, h: 8, w: 8 }, data: x.data.slice(image * 192, (image + 1) * 192) }
}
