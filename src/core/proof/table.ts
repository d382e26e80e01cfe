import { counted } from '../denoiser.ts'
import { inpainters } from '../inpaint/index.ts'
import { inpainterCalls } from '../inpaint/walk.ts'
import { samplerCalls, samplers, samplerTransitions } from '../samplers/index.ts'
import { trainedLevels } from '../schedule.ts'
import { completeSettings } from '../settings.ts'
import { chooseTimesteps, levelsOf } from '../timesteps.ts'
import type { Denoiser, InpaintPlan, Known, Plan, Settings } from '../types.ts'
import {
  colourCovarianceOf,
  conditionalOf,
  covarianceOf,
  dimension,
  fillError,
  observations,
  rowDenoiser,
  sampleError,
  turnedToGrey,
} from './gaussian.ts'
import type { ObservationName } from './gaussian.ts'
import { pick, transpose } from './matrices.ts'
import type { Matrix } from './matrices.ts'
import { propagate } from './propagate.ts'
import type { Run } from './propagate.ts'

/** What is proven: methods at their settings, each against the closed form. Levels: t = i floor(1000/T), linear betas. */

export interface FillCase {
  readonly method: string
  readonly steps: number
  readonly jumpLength?: number
  readonly resamples?: number
  readonly eta?: number
  readonly settings?: Settings
}

const trained = trainedLevels({ kind: 'vp', betas: { schedule: 'linear', start: 1e-4, end: 0.02, count: 1000 } })
const levelsFor = (steps: number): number[] => levelsOf(trained, chooseTimesteps('leading', steps, 1000))
const lowest = trained.sigmas[0] ?? 0

/** Of one row of values, or of three that are the channels of a picture in colour. */
type Channels = 1 | 3

const denoisers = new Map<string, Denoiser>()
function denoiserOf(rho: number, channels: Channels): Denoiser {
  const key = `${rho} ${channels}`
  const made = denoisers.get(key) ?? rowDenoiser(rho, channels)
  denoisers.set(key, made)
  return made
}

export interface FillRun {
  readonly run: Run
  readonly plan: InpaintPlan
  readonly known: Omit<Known, 'photo'>
  readonly calls: number
  /** Three for a method that colours. */
  readonly channels: Channels
}

/** A fill of one observation by the method itself, ready to be run or read off. */
export function fillRun(
  name: ObservationName,
  { method, steps, jumpLength = 1, resamples = 1, eta = 0, settings = {} }: FillCase,
): FillRun {
  const entry = inpainters[method]
  if (entry === undefined) throw new RangeError(`There is no method ${method}.`)
  const own = completeSettings(entry, settings)
  const { rho, known: isKnown } = observations[name]
  const walk = entry.walk({ steps, jumpLength, resamples, settings: own })
  const plan: InpaintPlan = {
    levels: levelsFor(steps),
    walk,
    eta,
    variance: 'small',
    finalPaste: true,
    settings: own,
    lowest,
    trained,
  }
  const mask = { h: 1, w: dimension, data: Uint8Array.from({ length: dimension }, (_, i) => (isKnown(i) ? 0 : 1)) }
  const channels = entry.keepsGrey === true ? 3 : 1
  const denoise = denoiserOf(rho, channels)
  const run: Run = (state, noise, photo) =>
    entry.run(denoise, plan, state, noise, { mask, photo: { shape: { n: 1, c: channels, h: 1, w: dimension }, data: photo } })
  return { run, plan, known: { mask }, calls: inpainterCalls(entry, walk), channels }
}

/**
 * sqrt(E_y W2^2 / tr P*) of a fill, exactly. Throws `NotAffine` where the method is none. A method that colours is told the grey of what is painted
 * over as well, so in channels turned to the grey its conditional is again one of some values by the others.
 */
export async function exactFillError(name: ObservationName, fill: FillCase): Promise<number> {
  const { run, plan, channels } = fillRun(name, fill)
  const propagated = await propagate({
    d: channels * dimension,
    channels,
    run,
    transitions: plan.walk.length,
    startStd: Math.sqrt(1 + (plan.levels[0] ?? 0) ** 2),
    withPhoto: true,
    // A transition's map depends on its levels, on whether it is the first of its level, the first or the last: few of a long walk differ.
    nameOf: (index) => {
      const { kind, from, to } = plan.walk[index] ?? { kind: '', from: 0, to: 0 }
      return `${kind} ${from} ${to} ${plan.walk[index - 1]?.from === from} ${index === 0} ${index === plan.walk.length - 1}`
    },
  })
  const { rho, known } = observations[name]
  const turned = (M: Matrix): Matrix => (channels === 1 ? M : turnedToGrey(M))
  const truth =
    channels === 1
      ? conditionalOf(covarianceOf(rho), known)
      : conditionalOf(turnedToGrey(colourCovarianceOf(rho)), (i) => i < dimension || known(i % dimension))
  const onPhoto = pick(turned(propagated.onPhoto), truth.k, truth.u)
  return fillError(truth, transpose(onPhoto), pick(turned(propagated.covariance), truth.u, truth.u))
}

export interface SampleCase {
  readonly sampler: string
  readonly steps: number
  readonly eta?: number
  readonly settings?: Settings
}

/** A sampler on the same data, ready to be run or read off; `callsMade` counts those of the latest run. */
export function sampleRun({ sampler, steps, eta = 0, settings = {} }: SampleCase): {
  run: Run
  plan: Plan
  transitions: number
  calls: number
  rho: number
  callsMade: () => number
} {
  const entry = samplers[sampler]
  if (entry === undefined) throw new RangeError(`There is no sampler ${sampler}.`)
  const own = completeSettings(entry, settings)
  const plan: Plan = { levels: levelsFor(steps), eta, variance: 'small', settings: own, lowest, trained }
  const { rho } = observations.half
  let callsMade = () => 0
  const run: Run = (state, noise) => {
    const { denoise, calls } = counted(denoiserOf(rho, 1))
    callsMade = calls
    return entry.run(denoise, plan, state, noise)
  }
  return {
    callsMade: () => callsMade(),
    run,
    plan,
    transitions: samplerTransitions(entry, steps, own),
    calls: samplerCalls(entry, steps, own),
    rho,
  }
}

/** sqrt(W2^2 / tr S) of a sampler's end, exactly. */
export async function exactSampleError(sample: SampleCase): Promise<number> {
  const { run, plan, transitions, rho } = sampleRun(sample)
  const startStd = Math.sqrt(1 + (plan.levels[0] ?? 0) ** 2)
  const { covariance } = await propagate({ d: dimension, run, transitions, startStd, withPhoto: false })
  return sampleError(covarianceOf(rho), covariance)
}

/**
 * The published table of the exact errors: half, gap, alt, outp, and the methods it has not, from tools/golden/inpaint.py. Computed independently
 * of this code.
 */
export const publishedFills: readonly (FillCase & { readonly errors: readonly [number, number, number, number] })[] = [
  { method: 'replace', steps: 100, errors: [0.68808, 0.87421, 0.6384, 0.79162] },
  { method: 'replace', steps: 250, errors: [0.6845, 0.86275, 0.60933, 0.78486] },
  { method: 'repaint', steps: 25, jumpLength: 5, resamples: 5, errors: [0.45266, 0.59929, 0.61183, 0.54893] },
  { method: 'repaint', steps: 50, jumpLength: 5, resamples: 5, errors: [0.3851, 0.44354, 0.34716, 0.42347] },
  { method: 'repaint', steps: 100, jumpLength: 10, resamples: 10, errors: [0.29733, 0.36455, 0.29861, 0.33587] },
  { method: 'repaint', steps: 250, jumpLength: 10, resamples: 10, errors: [0.26638, 0.26073, 0.11898, 0.26564] },
  { method: 'ddnm', steps: 20, eta: 0.3, errors: [0.51944, 0.57576, 0.25129, 0.55323] },
  { method: 'ddnm', steps: 50, eta: 0.3, errors: [0.36284, 0.36851, 0.11495, 0.37209] },
  { method: 'ddnm', steps: 100, eta: 0, errors: [0.28387, 0.24286, 0.06806, 0.26124] },
  { method: 'ddnm', steps: 100, eta: 0.3, errors: [0.2771, 0.27007, 0.06962, 0.27859] },
  { method: 'ddnm', steps: 100, eta: 0.85, errors: [0.33837, 0.38198, 0.20992, 0.37384] },
  { method: 'delayed-ding', steps: 50, errors: [0.3029, 0.33126, 0.14357, 0.32119] },
  { method: 'delayed-ding', steps: 100, errors: [0.20223, 0.20058, 0.11587, 0.21089] },
  { method: 'delayed-ding', steps: 250, errors: [0.11589, 0.11703, 0.08209, 0.11844] },
  { method: 'ding', steps: 25, errors: [0.54506, 0.62378, 0.31103, 0.59479] },
  { method: 'ding', steps: 50, errors: [0.42906, 0.45473, 0.19593, 0.45747] },
  { method: 'ding', steps: 125, errors: [0.31604, 0.31245, 0.11382, 0.32597] },
  { method: 'ddnm-colour', steps: 20, eta: 0, errors: [0.5191, 0.59239, 0.43275, 0.55912] },
  { method: 'ddnm-colour', steps: 50, eta: 0, errors: [0.36218, 0.36436, 0.25768, 0.36146] },
  { method: 'ddnm-colour', steps: 50, eta: 0.3, errors: [0.37665, 0.40779, 0.18373, 0.39933] },
  { method: 'repaint-diffusers', steps: 25, jumpLength: 5, resamples: 5, eta: 0, errors: [0.61247, 0.77287, 0.67878, 0.69003] },
  { method: 'repaint-diffusers', steps: 25, jumpLength: 5, resamples: 5, eta: 1, errors: [0.53904, 0.66789, 0.60833, 0.60251] },
  { method: 'repaint-diffusers', steps: 50, jumpLength: 5, resamples: 5, eta: 1, errors: [0.42925, 0.48463, 0.3292, 0.46114] },
]
