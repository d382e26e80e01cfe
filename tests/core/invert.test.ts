import { describe, expect, it } from 'vitest'
import { ddim } from '../../src/core/samplers/ancestral.ts'
import { inversionCalls, invert } from '../../src/core/samplers/invert.ts'
import { counted } from '../../src/core/denoiser.ts'
import type { Denoiser, Latent, Sigma } from '../../src/core/types.ts'
import { checkpoints, finish, silence, startOf } from './fixtures.ts'

/** Data N(mu, s^2) a value: the ideal denoiser, and the flow in closed form: x_sigma - mu = sqrt(1 + sigma^2/s^2) (x - mu). */
const [mu, s] = [0.3, 0.5]
const ideal: Denoiser = (x, sigma) => {
  const level = typeof sigma === 'number' ? sigma : sigma[0]!
  const kept = (s * s) / (s * s + level * level)
  return Promise.resolve({ x0: { shape: x.shape, data: x.data.map((value) => mu + kept * (value - mu)) } })
}
const flowed = (value: number, sigma: Sigma) => mu + Math.sqrt(1 + (sigma / s) ** 2) * (value - mu)

const picture: Latent = { shape: { n: 1, c: 1, h: 1, w: 4 }, data: Float64Array.of(-1, 0.1, 0.4, 1) }
const top = 20
/** Even in the angle of the flow, so that no step weighs more than another. */
const rising = (steps: number): Sigma[] =>
  Array.from({ length: steps + 1 }, (_, i) => (i === 0 ? 0 : top * Math.sinh((i / steps) * 5)) / Math.sinh(5))

const worst = (x: Latent, wanted: (value: number) => number): number =>
  Math.max(...picture.data.map((value, i) => Math.abs(x.data[i]! - wanted(value))))

async function noiseError(steps: number, order: 'first' | 'second'): Promise<number> {
  const levels = rising(steps)
  return worst((await finish(invert(ideal, levels, startOf(picture), order))).x, (value) => flowed(value, levels.at(-1)!)) / top
}

async function returnError(steps: number, order: 'first' | 'second'): Promise<number> {
  const levels = rising(steps)
  const up = await finish(invert(ideal, levels, startOf(picture), order))
  const down = ddim(ideal, { levels: levels.toReversed(), eta: 0, variance: 'small' }, startOf(up.x), silence)
  return worst((await finish(down)).x, (value) => value)
}

const slope = (coarse: number, fine: number) => Math.log2(coarse / fine)

describe('inversion', () => {
  it('of first order reaches the noise of the flow in closed form with an error of O(1/S)', async () => {
    const errors = [await noiseError(160, 'first'), await noiseError(320, 'first')] as const
    expect(slope(...errors)).toBeGreaterThan(0.9)
    expect(slope(...errors)).toBeLessThan(1.2)
    expect(errors[1]).toBeLessThan(0.05)
  })

  it("of second order, by Heun's rule, with an error of O(1/S^2)", async () => {
    const errors = [await noiseError(160, 'second'), await noiseError(320, 'second')] as const
    expect(slope(...errors)).toBeGreaterThan(1.8)
    expect(slope(...errors)).toBeLessThan(2.3)
  })

  it('then DDIM returns the picture to O(1/S)', async () => {
    const errors = [await returnError(160, 'first'), await returnError(320, 'first')] as const
    expect(slope(...errors)).toBeGreaterThan(0.9)
    expect(errors[1]).toBeLessThan(0.05)
  })

  it('counts its calls: S, and 2 S - 1 of second order', async () => {
    for (const order of ['first', 'second'] as const) {
      const { denoise, calls } = counted(ideal)
      await finish(invert(denoise, rising(7), startOf(picture), order))
      expect(calls()).toBe(inversionCalls(order, 7))
    }
    expect(inversionCalls('second', 7)).toBe(13)
  })

  it('continues from any saved state to the identical end', async () => {
    for (const order of ['first', 'second'] as const) {
      const states = await checkpoints(invert(ideal, rising(9), startOf(picture), order))
      for (const state of states.slice(0, -1))
        expect((await finish(invert(ideal, rising(9), state, order))).x.data).toEqual(states.at(-1)?.x.data)
    }
  })

  it.each([[[1, 2]], [[0]], [[0, 2, 2]], [[0, 3, 1]]])('refuses the levels %j', async (levels) => {
    await expect(finish(invert(ideal, levels, startOf(picture)))).rejects.toThrow('must rise from 0')
  })
})
