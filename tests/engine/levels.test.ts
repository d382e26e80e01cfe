import { describe, expect, it } from 'vitest'
import { planLevels, trainedLevels } from '../../src/core/index.ts'
import { createEngine } from '../../src/engine/host.ts'
import type { DenoiserCard } from '../../src/shared/card.ts'
import type { RunArgs, RunResult } from '../../src/shared/engine.ts'
import { cards, generate, graphs, inpaint } from '../support/onnx.ts'

// Which levels a run of the engine visits, and what its estimates are held by.

async function ran(card: DenoiserCard, args: RunArgs): Promise<RunResult> {
  const methods = createEngine({})
  await methods.load({ folder: graphs, card, device: 'cpu', threads: 1 })
  return (await methods.run?.(args as never, { emit: () => undefined, cancelled: false })) as RunResult
}

describe('the levels of a run', () => {
  it.each(['karras', 'exponential', 'quadratic', 'solver', 'ddim25'])(
    '%s are the planned ones, told as they were run',
    async (spacing) => {
      const card = cards.linear()
      const plan = planLevels(trainedLevels(card.noise), spacing, 60, false)
      const { sigmas, timesteps, nfe } = await ran(card, generate({ spacing, steps: 60 }))
      expect({ sigmas, timesteps }).toEqual({ sigmas: plan.levels, timesteps: plan.timesteps })
      expect(nfe).toBe(plan.levels.length - 1)
    },
  )

  it('lie between the trained ones where the card allows it', async () => {
    const card = cards.sigma()
    const free = { ...card, input: { ...card.input, level: { ...card.input.level, between: true } } }
    const [snapped, own] = [await ran(card, generate({ spacing: 'karras' })), await ran(free, generate({ spacing: 'karras' }))]
    const trained = trainedLevels(card.noise).sigmas
    expect(snapped.sigmas.slice(0, -1).every((sigma) => trained.includes(sigma))).toBe(true)
    expect(own.sigmas.slice(1, -2).some((sigma) => trained.includes(sigma))).toBe(false)
    expect(own.sigmas).toEqual(planLevels(trainedLevels(card.noise), 'karras', 10, true).levels)
    expect(own.images).not.toEqual(snapped.images)
  })

  it('walk an inpainting over as many levels as there are, not as were asked', async () => {
    const { sigmas, nfe } = await ran(cards.linear(), inpaint({ method: 'replace', spacing: 'quadratic', steps: 50 }))
    expect([sigmas.length, nfe]).toEqual([50, 49])
  })

  it('may be geometric, or end in noise alone', async () => {
    const sigma = cards.sigma()
    const listed = await ran(sigma, generate())
    const noise = { kind: 've', geometric: { largest: 10, smallest: 0.01, count: 40 }, start: 'normal' } as const
    const { images } = await ran({ ...sigma, noise }, generate())
    for (const [i, value] of images.entries()) expect(Math.abs(value - listed.images[i]!)).toBeLessThan(1e-4)
    const linear = cards.linear()
    const betas = { schedule: 'linear', start: 1e-4, end: 0.02, count: 1000, zeroTerminal: true } as const
    const rescaled = await ran({ ...linear, noise: { kind: 'vp', betas } }, generate({ spacing: 'trailing' }))
    expect(rescaled.sigmas[0]).toBeGreaterThan(4000)
    expect(rescaled.images.every(Number.isFinite)).toBe(true)
  })
})

describe('the threshold of a run', () => {
  it('is none, the range, or the quantile of the picture', async () => {
    const way = { steps: 5, seeds: [3, 4], sampler: 'ddpm' } as const
    const images = async (changes: object) => (await ran(cards.linear(), generate({ ...way, ...changes }))).images
    const [none, clip] = [await images({ threshold: 'none' }), await images({ threshold: 'clip' })]
    expect(none.some((value) => Math.abs(value) > 1)).toBe(true)
    expect(clip.every((value) => Math.abs(value) <= 1)).toBe(true)
    expect(await images({ threshold: 'dynamic' })).toEqual(clip)
    const dynamic = await images({ threshold: 'dynamic', dynamic: { ratio: 0.9, max: 10 } })
    expect(dynamic.every((value) => Math.abs(value) <= 1)).toBe(true)
    expect(dynamic).not.toEqual(clip)
    const alone = (
      await ran(cards.linear(), generate({ ...way, seeds: [4], threshold: 'dynamic', dynamic: { ratio: 0.9, max: 10 } }))
    ).images
    expect(dynamic.slice(64)).toEqual(alone)
  })
})
