import { describe, expect, it } from 'vitest'
import { inpainters } from '../../src/core/inpaint/index.ts'
import { createNoise } from '../../src/core/rng.ts'
import { trainedLevels } from '../../src/core/schedule.ts'
import { levelsOf } from '../../src/core/timesteps.ts'
import type { Denoiser, InpaintPlan, Known, Latent, Settings } from '../../src/core/types.ts'
import { finish, linear, startOf } from './fixtures.ts'

const trained = trainedLevels(linear)
const levels = levelsOf(trained, [900, 500, 200, 10])
const shape = { n: 2, c: 1, h: 2, w: 3 }
const photo: Latent = { shape: { ...shape, n: 1 }, data: Float64Array.from([0.1, -0.4, 0.8, 0.3, -0.9, 0.5]) }
const known: Known = { photo, mask: { h: 2, w: 3, data: Uint8Array.from([1, 0, 1, 1, 0, 0]) } }
const start = (): Latent => ({ shape, data: Float64Array.from({ length: 12 }, (_, i) => 100 * Math.sin(7 * i)) })

/** Not linear, and no two pixels alike. */
const denoise: Denoiser = (x, sigma) => {
  const s = typeof sigma === 'number' ? sigma : sigma[0]!
  return Promise.resolve({ x0: { shape: x.shape, data: x.data.map((value, i) => Math.tanh(value / (1 + s)) * (1 + i / 50)) } })
}

function fill(method: string, eta: number, settings: Settings = {}): Promise<Float64Array> {
  const entry = inpainters[method]!
  const walk = entry.walk({ steps: 4, jumpLength: 1, resamples: 1 })
  const plan: InpaintPlan = {
    levels,
    walk,
    eta,
    variance: 'small',
    finalPaste: true,
    settings,
    trained,
    lowest: trained.sigmas[0]!,
  }
  return finish(entry.run(denoise, plan, startOf(start()), createNoise([4, 5]), known)).then(({ x }) => x.data as Float64Array)
}

describe('SNORE', () => {
  it('keeps the average of the clean estimates and noises it anew', async () => {
    const noise = createNoise([4, 5])
    let x = start()
    let average: Float64Array | undefined
    for (const [index, from] of levels.slice(0, -1).entries()) {
      const { x0 } = await denoise(x, from)
      const before = average
      const share = from < 0.2 ? 0.3 * (from / 0.2) ** 2 : 0.3
      average = Float64Array.from(x0.data, (clean, i) => {
        if (known.mask.data[i % 6] === 0) return photo.data[i % 6]!
        return before === undefined ? clean : before[i]! + share * (clean - before[i]!)
      })
      const z: Latent = { shape, data: new Float64Array(12) }
      const to = levels[index + 1]!
      if (to > 0) noise(z, 'step', index)
      x = { shape, data: average.map((value, i) => value + to * z.data[i]!) }
    }
    const ours = await fill('snore', 0, { newest: 0.3, settle: 0.2 })
    expect(Math.max(...ours.map((value, i) => Math.abs(value - x.data[i]!)))).toBeLessThan(1e-12)
  })

  it('without an average is DDNM with nothing but fresh noise, bit for bit', async () => {
    expect(await fill('snore', 0, { newest: 1, settle: 0 })).toEqual(await fill('ddnm', 1))
    expect(await fill('snore', 0, { newest: 0.5, settle: 0 })).not.toEqual(await fill('ddnm', 1))
  })
})
