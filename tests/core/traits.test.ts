import { expect, test } from 'vitest'
import { trainedLevels, traitsOf } from '../../src/core/index.ts'

const vp = { kind: 'vp', betas: { schedule: 'linear', start: 1e-4, end: 0.02, count: 1000 } } as const

test('the traits of a variance-preserving model are its ends in sigma and what its card says', () => {
  const traits = traitsOf('Digits', { channels: 1, between: false, variance: 'none', noise: vp })
  const { sigmas } = trainedLevels(vp)
  expect(traits).toEqual({
    name: 'Digits',
    noise: 'vp',
    levels: 1000,
    largest: sigmas[999],
    smallest: sigmas[0],
    between: false,
    perImageLevels: true,
    variance: 'none',
    channels: 1,
  })
  expect(
    traitsOf('Digits', { channels: 1, between: false, perImageLevels: false, variance: 'none', noise: vp }).perImageLevels,
  ).toBe(false)
  expect(traits.largest).toBeGreaterThan(traits.smallest)
})

test('the traits of a score model are its own levels, smallest first', () => {
  const noise = { kind: 've', sigmas: [0.01, 0.1, 1], start: 'uniform' } as const
  expect(traitsOf('Scores', { channels: 3, between: true, variance: 'learned', noise })).toMatchObject({
    noise: 've',
    levels: 3,
    largest: 1,
    smallest: 0.01,
    between: true,
    variance: 'learned',
    channels: 3,
  })
})
