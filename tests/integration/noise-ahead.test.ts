import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { allocate, inpainters, samplers } from '../../src/core/index.ts'
import type { Noise, Purpose } from '../../src/core/index.ts'
import { createNoiseThread, type Drawn } from '../../src/engine/ahead.ts'
import { createNoise } from '../../src/engine/noise.ts'
import { runModel } from '../../src/engine/run.ts'
import { cards, generate, inpaint } from '../support/onnx.ts'

// The thread is the built one (out/main/noise.js). Run `npm run build` first.

const file = join(import.meta.dirname, '../../out/main/noise.js')
if (!existsSync(file)) throw new Error('out/main/noise.js is missing: run `npm run build` first.')
const thread = createNoiseThread(file)
const shape = { n: 2, c: 3, h: 64, w: 64 }
const seeds = [5, 2 ** 40 + 1]

let drawn: Drawn | undefined
afterEach(() => drawn?.end())

const begun = (): Drawn => {
  drawn = thread.begin(seeds, shape)
  if (drawn === undefined) throw new Error('a batch of this size is drawn ahead')
  return drawn
}
const bytes = (noise: Noise, purpose: Purpose, walk: number) => {
  const out = allocate(shape)
  noise(out, purpose, walk)
  return Buffer.from(out.data.buffer)
}
/** What a model call is to the other thread: time. */
const pause = () => new Promise((resolve) => setTimeout(resolve, 5))

describe('noise drawn ahead', () => {
  it.each([
    ['every transition', (walk: number) => [['step', walk]]],
    [
      'twice a transition',
      (walk: number) => [
        ['known', walk],
        ['step', walk],
      ],
    ],
    [
      'with undos between',
      (walk: number) =>
        walk % 7 > 4
          ? [['undo', walk]]
          : [
              ['known', walk],
              ['step', walk],
            ],
    ],
    [
      'in an order nobody could guess',
      (walk: number) => [
        ['step', (walk * 7919) % 41],
        ['churn', walk],
      ],
    ],
  ] as [string, (walk: number) => [Purpose, number][]][])('%s, is the noise drawn here, byte for byte', async (_name, draws) => {
    const { noise } = begun()
    const here = createNoise(seeds)
    expect(bytes(noise, 'start', 0).equals(bytes(here, 'start', 0))).toBe(true)
    for (let walk = 0; walk < 40; walk++) {
      for (const [purpose, at] of draws(walk)) expect(bytes(noise, purpose, at).equals(bytes(here, purpose, at))).toBe(true)
      if (walk % 3 === 0) await pause()
    }
  })

  it('is there when it is asked for, run after run', async () => {
    for (let run = 0; run < 3; run++) {
      const { noise, hits, end } = begun()
      let walk = 0
      // The thread may still be on its way; from its first draw on all are its own.
      while (hits() === 0) {
        bytes(noise, 'step', walk++)
        await pause()
      }
      const before = { hits: hits(), walk }
      while (walk < before.walk + 20) {
        bytes(noise, 'step', walk++)
        await pause()
      }
      end()
      expect(hits() - before.hits).toBe(20)
    }
  })

  it('goes on without the thread where it cannot start', async () => {
    const own = createNoiseThread(join(import.meta.dirname, 'no-such-file.js')).begin(seeds, shape)
    const here = createNoise(seeds)
    for (let walk = 0; walk < 10; walk++) {
      expect(bytes(own?.noise ?? here, 'step', walk).equals(bytes(here, 'step', walk))).toBe(true)
      await pause()
    }
    expect(own?.hits()).toBe(0)
  })

  it('leaves a small batch alone, and refuses what core refuses', () => {
    expect(thread.begin([1], { n: 1, c: 1, h: 28, w: 28 })).toBeUndefined()
    expect(() => thread.begin([0.5], { n: 1, c: 3, h: 64, w: 64 })).toThrow('as seed')
  })
})

describe('a run with noise drawn ahead', () => {
  const card = cards.anySize()
  const side = 64
  /** A model that says something of its input and level, and takes its time. */
  const graph = {
    inputs: [],
    outputs: [],
    async run(feeds: Readonly<Record<string, { data: unknown }>>, into: Readonly<Record<string, { data: unknown }>>) {
      await pause()
      const [sample] = Object.values(feeds)
      const [out] = Object.values(into)
      const [from, to] = [sample?.data as Float32Array, out?.data as Float32Array]
      for (let i = 0; i < to.length; i++) to[i] = 0.5 * (from[i % from.length] ?? 0)
    },
    release: () => Promise.resolve(),
  }
  const faults = { beforeCall: () => undefined, afterCall: () => undefined, set: () => undefined }
  const context = { cancelled: false, emit: () => undefined }
  const both = (args: Parameters<typeof runModel>[1]) =>
    Promise.all([{}, { thread }].map((more) => runModel({ graph, card, device: 'cpu', faults, ...more }, args, { ...context })))
  const size = { width: side, height: side, seeds: [3], steps: 6, preview: { size: 0, everyMs: 0 } }

  it.each(Object.keys(samplers).filter((name) => !['pf-ode'].includes(name)))('%s is the same run', async (sampler) => {
    const [here, ahead] = await both(generate({ ...size, sampler, eta: sampler === 'ddim' ? 1 : 0 }))
    expect(ahead?.images).toEqual(here?.images)
  })

  it.each(Object.keys(inpainters).filter((name) => name !== 'ddnm-colour'))('%s is the same fill', async (method) => {
    const pixels = side * side * card.image.channels
    const known = { photo: new Float32Array(pixels).fill(0.25), mask: new Uint8Array(side * side).fill(1, 0, 4000) }
    const [here, ahead] = await both(inpaint({ ...size, method, ...known, jumpLength: 2, resamples: 2 }))
    expect(ahead?.images).toEqual(here?.images)
  })
})
