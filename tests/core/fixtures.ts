import { expect } from 'vitest'
import { allocate, copyOf } from '../../src/core/latent.ts'
import type { Denoiser, Latent, ModelCall, ModelSpec, Noise, SamplerState, Shape, Step } from '../../src/core/types.ts'
import { torchRandn } from '../support/torch-random.ts'

/** What the tests of core share: the peers' deterministic set-up (diffusers tests/schedulers) in float64, and runs to the end. */

export const dummyShape: Shape = { n: 4, c: 3, h: 8, w: 8 }

/** x[b, c, h, w] = (((c 8 + h) 8 + w) 4 + b)/768; `rowsFlipped` reads row 7 - h. */
function deterministic(value: (rank: number) => number, rowsFlipped = false): Latent {
  const x = allocate(dummyShape, 'float64')
  let i = 0
  for (let b = 0; b < 4; b++) {
    for (let c = 0; c < 3; c++) {
      for (let h = 0; h < 8; h++) {
        for (let w = 0; w < 8; w++) x.data[i++] = value(((c * 8 + (rowsFlipped ? 7 - h : h)) * 8 + w) * 4 + b)
      }
    }
  }
  return x
}

export const dummySample = (): Latent => deterministic((rank) => rank / 768)
export const dummyNoise = (): Latent => deterministic((rank) => (767 - rank) / 768)
/** The own goldens: start 2 noise - 1, photo 2 sample - 1, every draw z = 2 noise - 1 with rows flipped. */
export const ownStart = (): Latent => deterministic((rank) => (2 * (767 - rank)) / 768 - 1)
export const ownPhoto = (): Latent => deterministic((rank) => (2 * rank) / 768 - 1)
export const ownZ = (): Latent => deterministic((rank) => (2 * (767 - rank)) / 768 - 1, true)

/** The peers' dummy model: x t/(t + 1), in float32. */
export const dummyCall: ModelCall = (input, levels) => {
  const size = input.length / levels.length
  return Promise.resolve(input.map((x, i) => (x * levels[Math.floor(i / size)]!) / (levels[Math.floor(i / size)]! + 1)))
}

export const linear = { kind: 'vp', betas: { schedule: 'linear', start: 1e-4, end: 0.02, count: 1000 } } as const

export function specOf(changes: Partial<ModelSpec> = {}): ModelSpec {
  return {
    channels: 3,
    predicts: 'epsilon',
    variance: 'none',
    level: 'timestep',
    between: false,
    levelScale: 1,
    noise: linear,
    ...changes,
  }
}

/** The same dummy model in float64, straight in our form: eps = t/(t + 1) x~/sqrt(1 + s^2), x0 = x~ - s eps. */
export function dummyDenoiser(sigmas: Float64Array): Denoiser {
  return dummyDenoiserAt((s) => sigmas.indexOf(s))
}

/** The dummy model of levels that lie anywhere: `timestepOf` says t, fractional or not, and -1 for a level the run has no business at. */
export function dummyDenoiserAt(timestepOf: (s: number) => number): Denoiser {
  return (x, sigma) => {
    const s = typeof sigma === 'number' ? sigma : sigma[0]!
    const t = timestepOf(s)
    if (t < 0) throw new Error(`${s} is no level of this run`)
    const factor = 1 - (s * (t / (t + 1))) / Math.sqrt(1 + s * s)
    return Promise.resolve({ x0: { shape: x.shape, data: x.data.map((value) => factor * value) } })
  }
}

/** x in the papers' form at level s, as ours: x~ = x sqrt(1 + s^2). */
export function fromPreserving(x: Latent, s: number): Latent {
  return { shape: x.shape, data: x.data.map((value) => value * Math.sqrt(1 + s * s)) }
}

export function toPreserving(x: Latent, s: number): Latent {
  return { shape: x.shape, data: x.data.map((value) => value / Math.sqrt(1 + s * s)) }
}

export const startOf = (x: Latent): SamplerState => ({ next: 0, x, memory: [] })

/** Every draw the same tensor. */
export const always =
  (z: Latent): Noise =>
  (out) => {
    out.data.set(z.data)
  }

export const silence: Noise = (out) => {
  out.data.fill(0)
}

/** torch.manual_seed(0), one randn of the whole batch a step, as the peers' schedulers draw them. */
export function torchNoise(): Noise {
  const randn = torchRandn(0)
  return (out) => {
    out.data.set(randn(out.data.length))
  }
}

/** Runs to the end; the last state, copied, and the number of transitions. */
export async function finish(run: AsyncGenerator<Step>): Promise<{ readonly x: Latent; readonly transitions: number }> {
  let last: Step | undefined
  let transitions = 0
  for await (const step of run) {
    last = step
    transitions++
  }
  if (last === undefined) throw new Error('the run made no transition')
  return { x: copyOf(last.state.x), transitions }
}

/** The state after every transition, copied as a checkpoint would. */
export async function checkpoints(run: AsyncGenerator<Step>): Promise<SamplerState[]> {
  const states: SamplerState[] = []
  for await (const { state } of run) states.push({ next: state.next, x: copyOf(state.x), memory: state.memory.map(copyOf) })
  return states
}

export function sumOfMagnitudes(x: Latent, chosen: (index: number) => boolean = () => true): number {
  let sum = 0
  for (const [i, value] of x.data.entries()) if (chosen(i)) sum += Math.abs(value)
  return sum
}

export const meanMagnitude = (x: Latent): number => sumOfMagnitudes(x) / x.data.length

/** Within the peers' own tolerance; of a sum of tens of thousands, within what their float32 tables leave of it. */
export function expectFigures(x: Latent, wanted: { readonly sum: number; readonly mean: number }): void {
  expect(Math.abs(sumOfMagnitudes(x) - wanted.sum)).toBeLessThan(Math.max(1e-2, 2e-6 * wanted.sum))
  expect(Math.abs(meanMagnitude(x) - wanted.mean)).toBeLessThan(1e-3)
}
