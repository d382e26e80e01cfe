import { beforeAll, describe, expect, test } from 'vitest'
import { adaptModel, clipped } from '../../src/core/denoiser.ts'
import { ddim, ddpm } from '../../src/core/samplers/ancestral.ts'
import { dpmpp2m, dpmppSde } from '../../src/core/samplers/dpmpp.ts'
import { euler, eulerAncestral } from '../../src/core/samplers/euler.ts'
import { heun } from '../../src/core/samplers/heun.ts'
import { unipc } from '../../src/core/samplers/unipc.ts'
import { trainedLevels } from '../../src/core/schedule.ts'
import { levelsOf } from '../../src/core/timesteps.ts'
import type { Latent, ModelCall, ModelSpec, Noise, Plan, Sampler, Settings, Shape } from '../../src/core/types.ts'
import type { Feed } from '../../src/engine/graph.ts'
import { loadRuntime } from '../../src/engine/session.ts'
import golden from '../golden/diffusers.json' with { type: 'json' }

/**
 * Side by side with diffusers: the same tiny network through onnxruntime and our samplers, the noise that torch drew, and every state of
 * the way within 1e-4. Birth: tools/golden/diffusers_side.py.
 */

type Case = { steps: number; start: string; states: string; noise: string; timesteps?: number[] }
const cases = golden.cases as unknown as Readonly<Record<string, Case>>
const [n, c, h, w] = golden.shape as [number, number, number, number]
const shape: Shape = { n, c, h, w }
const size = n * c * h * w

const vp: ModelSpec = {
  channels: 3,
  predicts: 'epsilon',
  variance: 'none',
  level: 'timestep',
  between: false,
  levelScale: 1,
  noise: { kind: 'vp', betas: { schedule: 'linear', start: 1e-4, end: 0.02, count: 1000 } },
}
const sigmas = trainedLevels(vp.noise).sigmas

function unpack(text: string): Float32Array[] {
  const bytes = Buffer.from(text, 'base64')
  const all = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength))
  return Array.from({ length: all.length / size }, (_, i) => all.slice(i * size, (i + 1) * size))
}

function caseOf(name: string): Case {
  const one = cases[name]
  if (one === undefined) throw new Error(`no recorded case ${name}`)
  return one
}

let network: ModelCall
beforeAll(async () => {
  const graph = await (await loadRuntime()).open('tests/support/models/peer.onnx', 'cpu', 1)
  network = async (input, levels) => {
    const out = new Float32Array(size)
    const level: Feed = { type: 'int64', data: BigInt64Array.from(levels, (t) => BigInt(t)), dims: [n] }
    const dims = [n, c, h, w]
    await graph.run(
      { sample: { type: 'float32', data: input, dims }, timestep: level },
      { out: { type: 'float32', data: out, dims } },
    )
    return out
  }
})

/** Draw k of the record is that of walk index k, whatever it is for. */
function recorded(noise: string): Noise {
  const draws = unpack(noise)
  return (out, _purpose, walk) => {
    const draw = draws[walk]
    if (draw === undefined) throw new Error(`the peer drew ${draws.length} times, but draw ${walk} was asked for`)
    out.data.set(draw)
  }
}

interface Ours {
  readonly sampler: Sampler
  readonly plan?: Partial<Omit<Plan, 'levels' | 'settings'>> & { readonly settings?: Settings }
  readonly clip?: boolean
  /** The peer's own state is already variance exploding. */
  readonly exploding?: boolean
  /** Ends at the lowest trained level instead of 0. */
  readonly min?: boolean
  /** The peer adds its large noise even into level 0 where its list does not end at timestep 0; ours never does. */
  readonly noisyEnd?: boolean
  /** Which recorded state is the one after our transition i. */
  readonly at?: (i: number, steps: number) => number
}

const peers: Readonly<Record<string, Ours>> = {
  'ddpm small leading': { sampler: ddpm, clip: true },
  'ddpm large trailing': { sampler: ddpm, clip: true, plan: { variance: 'large' }, noisyEnd: true },
  ...Object.fromEntries(
    ['leading', 'trailing'].flatMap((spacing) =>
      ['0.0', '0.3', '1.0'].map((eta) => [`ddim ${eta} ${spacing}`, { sampler: ddim, clip: true, plan: { eta: Number(eta) } }]),
    ),
  ),
  'dpmpp-2m midpoint': { sampler: dpmpp2m, plan: { settings: { lowerOrderFinal: false } } },
  'dpmpp-2m midpoint lower': { sampler: dpmpp2m, plan: { settings: { lowerOrderFinal: true } } },
  'dpmpp-sde': { sampler: dpmppSde },
  'unipc lower': { sampler: unipc, plan: { settings: { lowerOrderFinal: true } } },
  // The peer's Heun shows the Euler step as well: ours is every second of its states.
  heun: { sampler: heun, exploding: true, at: (i, steps) => Math.min(2 * i + 1, steps - 1) },
  euler: { sampler: euler, exploding: true },
  'euler-ancestral': { sampler: eulerAncestral, exploding: true },
}

/** Rounding is in proportion to the numbers: of a state that carries noise of level sigma, sigma times unit noise. */
function worstDifference(ours: Latent, theirs: Float32Array, ourScale: number, unit: number): number {
  let worst = 0
  for (let i = 0; i < size; i++) worst = Math.max(worst, Math.abs(ours.data[i]! * ourScale - theirs[i]!) / unit)
  return worst
}

describe('diffusers, state by state', () => {
  test.each(Object.entries(peers))('%s', async (name, { sampler, plan, clip, exploding, min, noisyEnd, at }) => {
    const peer = caseOf(name)
    const timesteps = [...new Set(peer.timesteps ?? [])]
    const levels = levelsOf(trainedLevels(vp.noise), timesteps)
    const lowest = sigmas[0]!
    const whole: Plan = { levels, eta: 0, variance: 'small', lowest, ...plan }
    const adapted = adaptModel(network, vp)
    const denoise = clip === true ? clipped(adapted, [-1, 1]) : adapted
    const start = unpack(peer.start)[0]!
    const first = exploding === true ? 1 : Math.sqrt(1 + levels[0]! ** 2)
    const x: Latent = { shape, data: Float32Array.from(start, (value) => value * first) }
    const states = unpack(peer.states)
    let transitions = 0
    for await (const step of sampler(denoise, whole, { next: 0, x, memory: [] }, recorded(peer.noise))) {
      const to = levels[step.index + 1]! === 0 && min === true ? lowest : levels[step.index + 1]!
      const theirs = states[at?.(step.index, peer.steps) ?? step.index]!
      if (to === 0 && noisyEnd === true) {
        const std = Math.sqrt(1 - 1 / (1 + levels[step.index]! ** 2))
        const draw = unpack(peer.noise)[step.index]!
        for (let i = 0; i < size; i++) theirs[i] = theirs[i]! - std * draw[i]!
      }
      const difference = worstDifference(
        step.state.x,
        theirs,
        exploding === true ? 1 : 1 / Math.sqrt(1 + to * to),
        Math.max(1, exploding === true ? to : 1),
      )
      expect(difference, `after transition ${step.index}`).toBeLessThan(1e-4)
      transitions++
    }
    expect(transitions).toBe(levels.length - 1)
  })
})
