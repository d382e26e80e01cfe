import { describe, expect, test } from 'vitest'
import { denoiserCard, modelCard } from '../../src/shared/card.ts'

const hash = 'a'.repeat(64)
const card = () => ({
  format: 1,
  task: 'denoiser',
  id: 'mnist',
  name: 'Handwritten digits',
  files: [{ file: 'model.onnx', sha256: hash, precision: 'float32' }],
  image: { channels: 1, range: [-1, 1], size: { width: 28, height: 28 } },
  input: {
    sample: 'sample',
    batch: 'dynamic',
    level: { name: 'timestep', kind: 'timestep', type: 'int64', shape: 'batch', between: false, scale: 1 },
  },
  output: { name: 'out', predicts: 'epsilon', variance: 'none' },
  noise: { kind: 'vp', betas: { schedule: 'linear', start: 0.0001, end: 0.02, count: 1000 } },
  provenance: { licence: 'x', trainedOn: 'x', madeBy: 'x', state: 'finished' },
})

describe('a card', () => {
  test('of the documented form is taken as it stands', () => {
    expect(modelCard.parse(card())).toEqual(card())
  })

  test.each([
    ['a file in another folder', (c: ReturnType<typeof card>) => (c.files[0]!.file = '../model.onnx')],
    ['an absolute file', (c: ReturnType<typeof card>) => (c.files[0]!.file = '/model.onnx')],
    ['a file on another drive', (c: ReturnType<typeof card>) => (c.files[0]!.file = 'c:model.onnx')],
    ['an unknown prediction', (c: ReturnType<typeof card>) => (c.output.predicts = 'noise')],
    ['a range that falls', (c: ReturnType<typeof card>) => (c.image.range = [1, -1])],
    ['another format', (c: ReturnType<typeof card>) => (c.format = 2)],
    ['a hash that is none', (c: ReturnType<typeof card>) => (c.files[0]!.sha256 = 'abc')],
    ['four channels', (c: ReturnType<typeof card>) => (c.image.channels = 4)],
  ])('with %s is refused', (_name, spoil) => {
    const spoiled = card()
    spoil(spoiled)
    expect(modelCard.safeParse(spoiled).success).toBe(false)
  })

  test.each([
    { kind: 'vp', betas: { schedule: 'linear', start: 0.0001, end: 0.02, count: 1000, zeroTerminal: true } },
    { kind: 'vp', betas: { schedule: 'cosine', count: 1000, zeroTerminal: false } },
    { kind: 've', geometric: { largest: 50, smallest: 0.01, count: 232 }, start: 'uniform' },
    { kind: 've', sigmas: [1, 0.1], start: 'normal' },
  ])('may say its noise as %j', (noise) => {
    expect(denoiserCard.parse({ ...card(), noise }).noise).toEqual(noise)
  })

  test.each([
    { kind: 've', geometric: { largest: 50, smallest: 0, count: 232 }, start: 'uniform' },
    { kind: 've', geometric: { largest: 50, smallest: 0.01 }, start: 'uniform' },
    { kind: 've', geometric: { largest: 50, smallest: 0.01, count: 2 }, sigmas: [1], start: 'uniform' },
    { kind: 'vp', alphaBars: [0.9], zeroTerminal: true },
    { kind: 'vp', betas: { schedule: 'cosine', count: 1000, zeroTerminal: 'yes' } },
  ])('may not say its noise as %j', (noise) => {
    expect(denoiserCard.safeParse({ ...card(), noise }).success).toBe(false)
  })

  test('with a key that nobody knows is refused, so that a typing slip is not ignored', () => {
    expect(denoiserCard.safeParse({ ...card(), threshhold: true }).success).toBe(false)
  })
})
