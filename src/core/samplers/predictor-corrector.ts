import { allocateLike, copyOf, imageSize } from '../latent.ts'
import { choiceSetting, numberSetting } from '../settings.ts'
import type { Denoiser, Latent, Noise, Plan, Reals, Sampler, SamplerState, Setting, Settings, Sigma, Step } from '../types.ts'
import { pairs } from '../units.ts'
import { eulerMaruyama, isSde, keptBetween, reverseDiffusion, sdeSetting } from './sde.ts'
import type { Move, Sde } from './sde.ts'

/**
 * Predictor-corrector sampling, Song et al. 2021 (arXiv:2011.13456), algorithms 1 to 3. At every level first the corrector, Langevin steps that
 * leave the level, then the predictor, a step to the next. Langevin: x <- x + e g + sqrt(2 e) z, g the score, e = 2 a (snr |z|/|g|)^2, a = 1 (ve)
 * or A_from/A_to (vp, sub-vp: the paper's 1 - beta_i). Published code takes both norms as means over the batch, so that a picture depends
 * on its neighbours; here they are the image's own. The step is the same in x and in x~ but for a. One call each: S (1 + correctors).
 */

const predictors = { 'reverse-diffusion': reverseDiffusion, 'euler-maruyama': eulerMaruyama } as const
type Predictor = (sde: Sde, from: Sigma, to: Sigma) => Move

export const predictorCorrectorSettings: readonly Setting[] = [
  sdeSetting,
  {
    kind: 'choice',
    name: 'predictor',
    label: 'Predictor',
    help: 'How a run gets from one level to the next.',
    choices: [
      { value: 'reverse-diffusion', label: 'Reverse diffusion', help: "The model's own noise step, backwards." },
      { value: 'euler-maruyama', label: 'Euler-Maruyama', help: 'A plain step of the reverse equation.' },
      {
        value: 'none',
        label: 'None',
        help: 'Corrections alone, and the clean estimate at the very end. Wants many levels and many corrections.',
      },
    ],
    default: 'reverse-diffusion',
  },
  {
    kind: 'number',
    name: 'correctors',
    label: 'Corrections a level',
    help: 'Each costs one more model call a level.',
    min: 0,
    max: 20,
    integer: true,
    default: 1,
  },
  {
    kind: 'number',
    name: 'snr',
    label: 'Signal to noise',
    help: 'Size of a correction: how strong it is beside its own noise. The papers use 0.075 to 0.17.',
    min: 0.001,
    max: 1,
    scale: 'log',
    default: 0.16,
  },
]

interface Choice {
  readonly sde: Sde
  readonly predict: Predictor | undefined
  readonly correctors: number
  readonly snr: number
}

export const predictorCorrector: Sampler = (denoise, plan, state, noise) => {
  checkPredictorCorrector(plan)
  return alternate(denoise, plan, state, noise, choiceOf(plan.settings))
}

export function checkPredictorCorrector({ settings }: Plan): void {
  const { predict, correctors } = choiceOf(settings)
  if (predict === undefined && correctors === 0)
    throw new RangeError('Without a predictor at least one correction a level is needed.')
}

/** A predictor alone. */
export function predicted(
  denoise: Denoiser,
  plan: Plan,
  state: SamplerState,
  noise: Noise,
  predict: Predictor,
): AsyncGenerator<Step> {
  return alternate(denoise, plan, state, noise, { sde: sdeOf([sdeSetting], plan.settings), predict, correctors: 0, snr: 0 })
}

/** Transitions, and calls, over `steps` levels: without a predictor the clean estimate at the end is one more. */
export function predictorCorrectorTransitions(steps: number, settings: Settings): number {
  const { predict, correctors } = choiceOf(settings)
  return predict === undefined ? steps * correctors + 1 : steps * (1 + correctors)
}

async function* alternate(
  denoise: Denoiser,
  plan: Plan,
  state: SamplerState,
  noise: Noise,
  { sde, predict, correctors, snr }: Choice,
): AsyncGenerator<Step> {
  const x = copyOf(state.x)
  const z = allocateLike(x)
  let index = 0
  for (const [from, to] of pairs(plan.levels)) {
    for (let k = 0; k < correctors; k++, index++) {
      if (index < state.next) continue
      const { x0 } = await denoise(x, from)
      noise(z, 'corrector', index)
      const stepSize = correctInto(x, x0, z, from, keptBetween(sde, from, to), snr)
      yield { index, sigma: from, x0, stepSize, state: { next: index + 1, x, memory: [] } }
    }
    if (predict === undefined && to > 0) continue
    if (index >= state.next) {
      const { x0 } = await denoise(x, from)
      const move = predict === undefined ? { keep: 0, pull: 1, fresh: 0 } : predict(sde, from, to)
      if (move.fresh > 0) noise(z, 'step', index)
      moveInto(x.data, x0.data, z.data, move)
      yield { index, sigma: from, x0, state: { next: index + 1, x, memory: [] } }
    }
    index++
  }
}

/** x <- keep x + pull x0 + fresh z. */
function moveInto(x: Reals, x0: Reals, z: Reals, { keep, pull, fresh }: Move): void {
  if (fresh > 0) for (let i = 0; i < x.length; i++) x[i] = keep * x[i]! + pull * x0[i]! + fresh * z[i]!
  else for (let i = 0; i < x.length; i++) x[i] = keep * x[i]! + pull * x0[i]!
}

/** One Langevin step an image, in place; the step sizes, of x~. An image without a score, or without noise, stays. */
function correctInto(x: Latent, x0: Latent, z: Latent, sigma: Sigma, kept: number, snr: number): number[] {
  const size = imageSize(x.shape)
  return Array.from({ length: x.shape.n }, (_, image) => {
    const at = image * size
    const score = distance(x.data, x0.data, at, size) / (sigma * sigma)
    const step = score > 0 ? 2 * kept * ((snr * norm(z.data, at, size)) / score) ** 2 : 0
    const pull = step / (sigma * sigma)
    const fresh = Math.sqrt(2 * step)
    for (let i = at; i < at + size; i++) x.data[i] = x.data[i]! + pull * (x0.data[i]! - x.data[i]!) + fresh * z.data[i]!
    return step
  })
}

function norm(a: Reals, at: number, size: number): number {
  let sum = 0
  for (let i = at; i < at + size; i++) sum += a[i]! * a[i]!
  return Math.sqrt(sum)
}

function distance(a: Reals, b: Reals, at: number, size: number): number {
  let sum = 0
  for (let i = at; i < at + size; i++) sum += (a[i]! - b[i]!) ** 2
  return Math.sqrt(sum)
}

function choiceOf(settings: Settings | undefined): Choice {
  const name = choiceSetting(predictorCorrectorSettings, settings, 'predictor')
  return {
    sde: sdeOf(predictorCorrectorSettings, settings),
    predict: name === 'none' ? undefined : predictors[name as keyof typeof predictors],
    correctors: numberSetting(predictorCorrectorSettings, settings, 'correctors'),
    snr: numberSetting(predictorCorrectorSettings, settings, 'snr'),
  }
}

function sdeOf(declared: readonly Setting[], settings: Settings | undefined): Sde {
  const sde = choiceSetting(declared, settings, 'sde')
  if (!isSde(sde)) throw new RangeError(`There is no noise process ${sde}.`)
  return sde
}
