import { describe, expect, it } from 'vitest'
import { beginAt, startFrom, streamed } from '../../src/core/begin.ts'
import { inpainters } from '../../src/core/inpaint/index.ts'
import { allocate } from '../../src/core/latent.ts'
import { planLevels } from '../../src/core/levels.ts'
import { createNoise } from '../../src/core/rng.ts'
import { trainedLevels } from '../../src/core/schedule.ts'
import type { Denoiser, Known, Latent } from '../../src/core/types.ts'
import { linear } from './fixtures.ts'

const trained = trainedLevels(linear)
const levelsOf = (spacing: string, steps: number) => planLevels(trained, spacing, steps, true).levels
const shape = { n: 2, c: 3, h: 4, w: 5 }
const size = 60
const known: Known = {
  photo: { shape: { ...shape, n: 1 }, data: Float32Array.from({ length: size }, (_, i) => i / size) },
  mask: { h: 4, w: 5, data: Uint8Array.from({ length: 20 }, (_, i) => (i % 3 === 0 ? 1 : 0)) },
}

describe('a start from a picture', () => {
  it.each(['respaced', 'trailing', 'karras', 'exponential'])(
    'walks the share of the schedule that was asked for (%s)',
    (spacing) => {
      const levels = levelsOf(spacing, 50)
      expect(beginAt(levels, trained, 1)).toBe(0)
      // At least the last level is walked.
      expect(beginAt(levels, trained, 0)).toBe(49)
      let before = 50
      for (const strength of [0.1, 0.25, 0.5, 0.75, 0.9]) {
        const first = beginAt(levels, trained, strength)
        const edge = trained.sigmas[Math.floor(strength * 999) + 1]!
        expect(levels[first]).toBeLessThan(edge)
        if (first > 0) expect(levels[first - 1]).toBeGreaterThan(trained.sigmas[Math.floor(strength * 999)]! * (1 - 1e-9))
        expect(first).toBeLessThan(before)
        before = first
      }
    },
  )

  it('of even levels is the share of the steps', () => {
    const levels = levelsOf('respaced', 100)
    for (const strength of [0.2, 0.5, 0.8]) expect(100 - beginAt(levels, trained, strength)).toBeCloseTo(100 * strength, -1)
  })

  it('refuses a share that is none, and a picture of another size', () => {
    expect(() => beginAt([1, 0], trained, 1.2)).toThrow('Expected a number from 0 to 1 for strength but received 1.2.')
    expect(() => startFrom(new Float32Array(size + 1), 1, known, shape, createNoise([1, 2]))).toThrow('61 values where 60 belong')
  })

  it('is picture + sigma z in the hole and photo + sigma z where the photo is kept, one picture for all or one each', () => {
    const z = allocate(shape)
    createNoise([1, 2])(z, 'start', 0)
    const each = Float32Array.from({ length: 2 * size }, (_, i) => Math.sin(i))
    for (const picture of [each.subarray(0, size), each]) {
      const x = startFrom(picture, 2.5, known, shape, createNoise([1, 2]))
      for (let i = 0; i < x.data.length; i++) {
        const clean = known.mask.data[i % 20] === 1 ? picture[i % picture.length]! : known.photo.data[i % size]!
        expect(x.data[i]).toBeCloseTo(clean + 2.5 * z.data[i]!, 5)
      }
    }
  })

  it('draws other noise in every stream, and the very same in stream 0', () => {
    const draw = (stream: number) => {
      const out = allocate(shape)
      streamed(createNoise([1, 2]), stream)(out, 'step', 3)
      return [...out.data]
    }
    const plain = allocate(shape)
    createNoise([1, 2])(plain, 'step', 3)
    expect(draw(0)).toEqual([...plain.data])
    expect(draw(1)).not.toEqual(draw(0))
    expect(draw(2)).not.toEqual(draw(1))
    expect(() => streamed(createNoise([1]), 256)).toThrow('from 0 to 255 as stream')
  })

  // An ideal denoiser of one point, which is the picture: nothing may move it away but the noise of the level.
  it.each(Object.values(inpainters).filter(({ onlyFromNoise }) => onlyFromNoise === undefined))(
    '$name comes to the picture it began at where that is what the model knows',
    async (method) => {
      const picture = Float32Array.from({ length: size }, (_, i) => Math.cos(i))
      const target: Latent = { shape, data: new Float32Array(2 * size) }
      for (let i = 0; i < 2 * size; i++)
        target.data[i] = known.mask.data[i % 20] === 1 ? picture[i % size]! : known.photo.data[i % size]!
      let calls = 0
      const denoise: Denoiser = async () => {
        calls++
        return { x0: target }
      }
      const all = levelsOf('respaced', 40)
      const levels = all.slice(beginAt(all, trained, 0.3))
      const noise = createNoise([1, 2])
      const x = startFrom(picture, levels[0]!, known, shape, noise)
      const plan = {
        levels,
        eta: 0,
        variance: 'small' as const,
        trained,
        lowest: trained.sigmas[0]!,
        walk: method.walk({ steps: levels.length - 1, jumpLength: 3, resamples: 2 }),
        finalPaste: true,
      }
      let last = x
      for await (const step of method.run(denoise, plan, { next: 0, x, memory: [] }, noise, known)) last = step.state.x
      expect(calls, method.name).toBeGreaterThan(0)
      // Annealed dynamics end with the noise of the lowest level, and colours alone are what DDNM's other form fills.
      if (method.name === 'ddnm-colour') return
      let worst = 0
      for (let i = 0; i < last.data.length; i++) worst = Math.max(worst, Math.abs(last.data[i]! - target.data[i]!))
      expect(worst).toBeLessThan(0.05)
    },
  )
})
