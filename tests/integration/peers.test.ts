import { beforeAll, describe, expect, test } from 'vitest'
import { adaptModel, clipped } from '../../src/core/denoiser.ts'
import { diffusersWalk, repaintDiffusers } from '../../src/core/inpaint/repaint-diffusers.ts'
import { ddim, ddpm } from '../../src/core/samplers/ancestral.ts'
import { dpmpp2m, dpmppSde } from '../../src/core/samplers/dpmpp.ts'
import { euler, eulerAncestral } from '../../src/core/samplers/euler.ts'
import { heun } from '../../src/core/samplers/heun.ts'
import { predictorCorrector } from '../../src/core/samplers/predictor-corrector.ts'
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
let scoreNetwork: ModelCall
beforeAll(async () => {
  const runtime = await loadRuntime()
  const dims = [n, c, h, w]
  const callOf = async (file: string, level: (levels: Float64Array) => Readonly<Record<string, Feed>>): Promise<ModelCall> => {
    const graph = await runtime.open(`tests/support/models/${file}`, 'cpu', 1)
    return async (input, levels) => {
      const out = new Float32Array(size)
      await graph.run(
        { sample: { type: 'float32', data: input, dims }, ...level(levels) },
        { out: { type: 'float32', data: out, dims } },
      )
      return out
    }
  }
  network = await callOf('peer.onnx', (levels) => ({
    timestep: { type: 'int64', data: BigInt64Array.from(levels, (t) => BigInt(t)), dims: [n] },
  }))
  scoreNetwork = await callOf('peer-ve.onnx', (levels) => ({
    sigma: { type: 'float32', data: Float32Array.from(levels), dims: [n] },
  }))
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
  'dpmpp-2m heun': { sampler: dpmpp2m, plan: { settings: { form: 'heun', lowerOrderFinal: false } } },
  'dpmpp-2m min': { sampler: dpmpp2m, plan: { settings: { finalSigma: 'min', lowerOrderFinal: false } }, min: true },
  'unipc min': { sampler: unipc, plan: { settings: { finalSigma: 'min', lowerOrderFinal: false } }, min: true },
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

  test('predictor-corrector as ScoreSdeVe, at batch 1', async () => {
    const peer = cases['score-sde-ve'] as Case & { readonly sigmas: number[]; readonly discrete: number[]; readonly last: string }
    const spec: ModelSpec = {
      ...vp,
      predicts: 'score-ve',
      level: 'sigma',
      between: true,
      noise: { kind: 've', sigmas: peer.discrete, start: 'normal' },
    }
    const levels = [...peer.discrete.toReversed(), 0]
    // The peer steps along one list and labels its model from another, a ten-thousandth beside it: the model is told the peer's label.
    const labelled: ModelCall = (input, told, of) =>
      scoreNetwork(
        input,
        told.map((sigma) => peer.sigmas.reduce((best, label) => (Math.abs(label - sigma) < Math.abs(best - sigma) ? label : best))),
        of,
      )
    const settings = { sde: 've', predictor: 'reverse-diffusion', correctors: 1, snr: 0.15 }
    const plan: Plan = { levels, eta: 0, variance: 'small', settings }
    const x: Latent = { shape, data: unpack(peer.start)[0]! }
    const states = unpack(peer.states)
    let predictions = 0
    for await (const step of predictorCorrector(
      adaptModel(labelled, spec),
      plan,
      { next: 0, x, memory: [] },
      recorded(peer.noise),
    )) {
      if (step.index % 2 === 0) continue
      const level = (step.index - 1) / 2
      // Into level 0 the peer still adds its noise and hands its mean on beside; ours is the mean.
      const theirs = levels[level + 1] === 0 ? unpack(peer.last)[0]! : states[level]!
      expect(worstDifference(step.state.x, theirs, 1, Math.max(1, levels[level + 1]!)), `after level ${level}`).toBeLessThan(1e-4)
      predictions++
    }
    expect(predictions).toBe(peer.steps)
  })

  test.each(['0', '1'])('RePaint as in diffusers, eta %s', async (eta) => {
    const peer = cases[`repaint-diffusers ${eta}`] as Case & { readonly photo: string; readonly kinds: string[] }
    const walk = diffusersWalk({ steps: 10, jumpLength: 4, resamples: 3 })
    expect(walk.map(({ kind }) => kind)).toEqual(peer.kinds)
    const trained = trainedLevels(vp.noise)
    const levels = levelsOf(
      trained,
      Array.from({ length: 10 }, (_, i) => 900 - 100 * i),
    )
    const plan = { levels, eta: Number(eta), variance: 'small', walk, finalPaste: true, trained } as const
    const mask = { h, w, data: Uint8Array.from({ length: h * w }, (_, i) => (i % w < 2 ? 0 : 1)) }
    const known = { photo: { shape, data: unpack(peer.photo)[0]! }, mask }
    const x: Latent = { shape, data: unpack(peer.start)[0]!.map((value) => value * Math.sqrt(1 + levels[0]! ** 2)) }
    const states = unpack(peer.states)
    const denoise = clipped(adaptModel(network, vp), [-1, 1])
    let transitions = 0
    for await (const step of repaintDiffusers(denoise, plan, { next: 0, x, memory: [] }, recorded(peer.noise), known)) {
      const to = levels[walk[step.index]!.to]!
      expect(worstDifference(step.state.x, states[step.index]!, 1 / Math.sqrt(1 + to * to), 1), `after ${step.index}`).toBeLessThan(
        1e-4,
      )
      transitions++
    }
    expect(transitions).toBe(peer.steps)
  })
})
