import { cosNearZero, pi, sinNearZero } from '../elementary.ts'
import { allocateLike, copyOf, imageSize } from '../latent.ts'
import { numberSetting } from '../settings.ts'
import type { Denoiser, Latent, ModelTraits, Plan, Reals, SamplerState, Setting, Settings, Sigma, Step } from '../types.ts'
import { errorNorm, nextStep, nodes, stageInto } from './dormand-prince.ts'

/**
 * The probability-flow ODE, Song et al. 2021 (arXiv:2011.13456), section 4.3 and appendix D.4, by an embedded pair of Runge-Kutta rules that
 * chooses its own steps. Not along sigma but along the angle u = atan(sigma), in y = cos u x~, the variance-preserving form, where
 *
 *     y = cos u x0 + sin u eps,     dy/du = cos u eps - sin u x0 = (cos u y - x0)/sin u
 *
 * (the "v" of Salimans & Ho 2022): state and slope keep the size of the picture all the way, so that one tolerance means the same everywhere;
 * of the ways that were measured it takes the fewest calls (docs/maths.md). It goes from the first level to the lowest trained one, and the
 * clean estimate there, which the last stage has already, is the picture. Published code measures the error over the whole batch. Here each
 * image has its own error, step and level within the one call, so that it does not depend on its neighbours; one that has arrived stands still.
 */

export const pfOdeSettings: readonly Setting[] = [
  {
    kind: 'number',
    name: 'rtol',
    label: 'Relative tolerance',
    help: 'Error allowed in one step, as a share of each value. Smaller is nearer to the exact flow, with more model calls.',
    min: 1e-6,
    max: 0.1,
    scale: 'log',
    default: 1e-3,
  },
  {
    kind: 'number',
    name: 'atol',
    label: 'Absolute tolerance',
    advanced: true,
    help: 'Error allowed in one step where a value is near 0.',
    min: 1e-6,
    max: 0.1,
    scale: 'log',
    default: 1e-3,
  },
]

/** A guess, as measured on the digits: the number is found on the way. The steps of the plan do not matter. */
export function pfOdeTransitions(_steps: number, settings: Settings): number {
  const [rtol, atol] = [numberSetting(pfOdeSettings, settings, 'rtol'), numberSetting(pfOdeSettings, settings, 'atol')]
  return Math.ceil(3 * Math.min(rtol, atol) ** -0.2)
}

export function pfOdeCalls(steps: number, settings: Settings): number {
  return 1 + 6 * pfOdeTransitions(steps, settings)
}

/** With fewer trained levels than this the nearest one is too far from the level asked for. */
const fewLevels = 100

/**
 * Every image is at a level of its own, anywhere. A model that knows whole timesteps only is told the nearest: with a thousand of them that costs
 * less than the tolerance down to about 1e-4, with NCSN's ten it is another flow.
 */
export function refusesCoarseLevels({ name, perImageLevels, between, levels }: ModelTraits): string | undefined {
  if (perImageLevels === false)
    return `${name} takes one noise level for a whole batch, and Adaptive flow gives each picture its own: use heun or dpmpp-2m.`
  if (!between && levels < fewLevels)
    return `${name} knows only ${levels} noise levels, and Adaptive flow asks for all between them: use heun, dpmpp-2m or annealed-langevin.`
  return undefined
}

/** The first step tried, as a share of the way. */
const firstShare = 0.1
/** Under this share of the way a step is nothing: the model's answers cannot be followed. */
const leastShare = 1e-9

/** Where an image is: control [n, 1, 1, 3], float64, is kept in the state beside y and the clean estimate. */
const fields = { angle: 0, step: 1, error: 2 } as const
const fieldCount = 3

/** One transition is one attempt of all images under way: six calls, and one more at the very start. */
export async function* pfOde(denoise: Denoiser, plan: Plan, state: SamplerState): AsyncGenerator<Step> {
  const tolerance = {
    rtol: numberSetting(pfOdeSettings, plan.settings, 'rtol'),
    atol: numberSetting(pfOdeSettings, plan.settings, 'atol'),
  }
  const top = plan.levels[0] ?? 0
  const start = Math.atan(top)
  const end = Math.atan(Math.min(plan.lowest ?? plan.levels.at(-2) ?? top, top))
  const x = copyOf(state.x)
  const flow = state.next === 0 ? begun(x, start, start - end) : resumed(state)
  const { y, estimate, control } = flow
  const pair = { slopes: nodes.map(() => allocateLike(x)), ahead: allocateLike(x), fed: allocateLike(x), end, tolerance }
  const perImage = Array.from({ length: x.shape.n }, (_, image) => image)
  const anglesNow = () => perImage.map((image) => control.data[image * fieldCount + fields.angle]!)
  for (let index = state.next; ; index++) {
    const left = anglesNow()
    if (index > 0 && left.every((angle) => angle === end)) return
    if (index === 0)
      estimate.data.set(
        (
          await denoise(
            x,
            perImage.map(() => top),
          )
        ).x0.data,
      )
    const stepSize = await attempt(denoise, flow, pair)
    refuseStandstill(flow, leastShare * (start - end), stepSize, end)
    const now = anglesNow()
    for (const image of perImage) showInto(x, image, flow, now[image]!, end)
    const progress = start > end ? (start - Math.max(...now)) / (start - end) : 1
    const sigma = circle(Math.max(...left)).sigma
    yield { index, sigma, x0: estimate, stepSize, progress, state: { next: index + 1, x, memory: [y, estimate, control] } }
  }
}

/** y and the clean estimate at each image's own angle, and where that is, with the step to try next and the error of the last one taken. */
interface Flow {
  readonly y: Latent
  readonly estimate: Latent
  readonly control: Latent
}

interface Pair {
  readonly slopes: readonly Latent[]
  /** y at the stage under way; after the last one y at the end of the step. */
  readonly ahead: Latent
  readonly fed: Latent
  readonly end: number
  readonly tolerance: { readonly rtol: number; readonly atol: number }
}

function begun(x: Latent, start: number, way: number): Flow {
  const { n } = x.shape
  const y = copyOf(x)
  scaleInto(y.data, x.data, 0, x.data.length, circle(start).cos)
  const control = new Float64Array(n * fieldCount)
  for (let image = 0; image < n; image++) control.set([start, firstShare * way, 1], image * fieldCount)
  return { y, estimate: allocateLike(x), control: { shape: { n, c: 1, h: 1, w: fieldCount }, data: control } }
}

function resumed({ memory }: SamplerState): Flow {
  const [y, estimate, control] = memory.map(copyOf)
  if (y === undefined || estimate === undefined || control === undefined)
    throw new RangeError('This state is not one of the adaptive solver.')
  return { y, estimate, control }
}

/** Six calls: every image tries a step, and takes it where the error allows. The steps taken, in radians; 0 where none was. */
async function attempt(denoise: Denoiser, { y, estimate, control }: Flow, pair: Pair): Promise<number[]> {
  const { slopes, ahead, fed, end, tolerance } = pair
  const size = imageSize(y.shape)
  const images = Array.from({ length: y.shape.n }, (_, image) => {
    const [angle, wanted, before] = control.data.subarray(image * fieldCount, (image + 1) * fieldCount)
    return { at: image * size, angle: angle!, step: Math.min(wanted!, angle! - end), before: before!, control: image * fieldCount }
  })
  if (images.every(({ step }) => step === 0)) return images.map(() => 0)
  for (const { at, angle } of images) slopeInto(slopes[0]!.data, y.data, estimate.data, at, size, angle)
  let x0: Reals = estimate.data
  for (const [k, node] of nodes.entries()) {
    if (k === 0) continue
    const angles = images.map(({ angle, step }) => landing(angle, node * step, end))
    for (const [image, { at, step }] of images.entries()) {
      stageInto(ahead.data, y.data, slopes, k, -step, at, size)
      scaleInto(fed.data, ahead.data, at, size, 1 / circle(angles[image]!).cos)
    }
    x0 = (
      await denoise(
        fed,
        angles.map((angle) => circle(angle).sigma),
      )
    ).x0.data
    for (const [image, { at }] of images.entries()) slopeInto(slopes[k]!.data, ahead.data, x0, at, size, angles[image]!)
  }
  return images.map((image) => {
    const { at, angle, step, before } = image
    if (step === 0) return 0
    const error = errorNorm(y.data, ahead.data, slopes, step, at, size, tolerance)
    control.data[image.control + fields.step] = nextStep(step, error, before)
    if (!(error <= 1)) return 0
    control.data[image.control + fields.angle] = landing(angle, step, end)
    control.data[image.control + fields.error] = error
    y.data.set(ahead.data.subarray(at, at + size), at)
    estimate.data.set(x0.subarray(at, at + size), at)
    return step
  })
}

/** An image that took no step and has none left to try: the model is no smooth function here, or says NaN. */
function refuseStandstill({ control }: Flow, least: number, taken: readonly number[], end: number): void {
  for (const [image, step] of taken.entries()) {
    const [angle, next] = control.data.subarray(image * fieldCount, (image + 1) * fieldCount)
    if (step === 0 && angle !== end && next! < least)
      throw new RangeError('This model cannot be followed to this tolerance: allow a larger one, or use heun.')
  }
}

/** What is shown of an image: x~ at its level, and the clean estimate once it has arrived. */
function showInto(x: Latent, image: number, { y, estimate }: Flow, angle: number, end: number): void {
  const size = imageSize(x.shape)
  if (angle === end) x.data.set(estimate.data.subarray(image * size, (image + 1) * size), image * size)
  else scaleInto(x.data, y.data, image * size, size, 1 / circle(angle).cos)
}

/** Sine and cosine of an angle of the first quadrant, with our own series, and their quotient. */
function circle(angle: number): { readonly sin: number; readonly cos: number; readonly sigma: Sigma } {
  const beyond = angle > pi / 4
  const [sin, cos] = beyond ? [cosNearZero(pi / 2 - angle), sinNearZero(pi / 2 - angle)] : [sinNearZero(angle), cosNearZero(angle)]
  return { sin, cos, sigma: sin / cos }
}

/** Rounding must not leave a last step of nothing. */
function landing(angle: number, step: number, end: number): number {
  const to = angle - step
  return to - end < 1e-12 ? end : to
}

/** dy/du = (cos u y - x0)/sin u. */
function slopeInto(out: Reals, y: Reals, x0: Reals, at: number, size: number, angle: number): void {
  const { sin, cos } = circle(angle)
  for (let i = at; i < at + size; i++) out[i] = (cos * y[i]! - x0[i]!) / sin
}

function scaleInto(out: Reals, x: Reals, at: number, size: number, scale: number): void {
  for (let i = at; i < at + size; i++) out[i] = scale * x[i]!
}
