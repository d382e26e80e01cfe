import { describe, expect, it } from 'vitest'
import { allocate } from '../../src/core/latent.ts'
import { createNoise } from '../../src/core/rng.ts'
import { startLatent } from '../../src/core/start.ts'
import { linear } from './fixtures.ts'

const shape = { n: 1, c: 1, h: 100, w: 300 }
const z = allocate(shape)
createNoise([3])(z, 'start', 0)

describe('the start of a run', () => {
  it('vp: sqrt(1 + s^2) z; ve: s z', () => {
    const vp = startLatent(linear, 3, shape, createNoise([3]))
    const ve = startLatent({ kind: 've', sigmas: [3], start: 'normal' }, 3, shape, createNoise([3]))
    for (const i of [0, 1, 29_999]) {
      expect(vp.data[i]).toBeCloseTo(Math.sqrt(10) * z.data[i]!, 5)
      expect(ve.data[i]).toBeCloseTo(3 * z.data[i]!, 5)
    }
  })

  it('uniform: even over the range of the model, whatever the level', () => {
    const { data } = startLatent({ kind: 've', sigmas: [3], start: 'uniform' }, 3, shape, createNoise([3]), [0, 2])
    const sorted = data.toSorted()
    let worst = 0
    for (const [i, value] of sorted.entries()) worst = Math.max(worst, Math.abs(value / 2 - i / sorted.length))
    expect(worst).toBeLessThan(1.95 / Math.sqrt(sorted.length)) // Kolmogorov-Smirnov, 0.1 %
    expect(sorted[0]).toBeGreaterThanOrEqual(0)
    expect(sorted.at(-1)).toBeLessThanOrEqual(2)
  })
})
