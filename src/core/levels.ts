import { fractionalIndex, nearestIndex } from './denoiser.ts'
import { chooseTimesteps, isSpacing, levelsOf, spacings, checkSteps } from './timesteps.ts'
import type { Sigma, TrainedLevels } from './types.ts'

/** The levels of a run. A spacing is a rule for training indices (timesteps.ts), or one for sigmas between the trained ends. */

export interface PlannedLevels {
  /** From high to low, ending in 0. */
  readonly levels: readonly Sigma[]
  /** The training index of each level above 0; between two trained ones a fraction, log-linear in sigma. */
  readonly timesteps: readonly number[]
  /** Was a level moved onto the nearest trained one? */
  readonly snapped: boolean
}

/** Karras et al. 2022 (arXiv:2206.00364), eq. 5: their rho, which makes the steps short near 0. */
const rho = 7

/** sigma at u = 0..1 of the way from the largest level down to the smallest. */
const sigmaRules: Readonly<Record<string, (u: number, largest: Sigma, smallest: Sigma) => Sigma>> = {
  karras: (u, largest, smallest) => {
    const [from, to] = [largest ** (1 / rho), smallest ** (1 / rho)]
    return (from + u * (to - from)) ** rho
  },
  exponential: (u, largest, smallest) => Math.exp(Math.log(largest) + u * (Math.log(smallest) - Math.log(largest))),
}

export const sigmaSpacings: readonly string[] = Object.keys(sigmaRules)

/**
 * What a run over `steps` levels visits. A model that knows no level between its trained ones (`between` false) is asked only at those: each
 * level of a sigma spacing moves to the nearest in ln sigma, and one that comes up twice is visited once, so a run may have fewer levels than
 * steps; so may "quadratic". Refuses what cannot be had with a RangeError of one sentence.
 */
export function planLevels(trained: TrainedLevels, spacing: string, steps: number, between: boolean): PlannedLevels {
  const rule = Object.hasOwn(sigmaRules, spacing) ? sigmaRules[spacing] : undefined
  if (rule === undefined) {
    if (!isSpacing(spacing))
      throw new RangeError(
        `"${spacing}" is no spacing: use ${[...spacings, ...sigmaSpacings].join(', ')}, ddimN or counts like 250 or 10,15,20.`,
      )
    const timesteps = chooseTimesteps(spacing, steps, trained.sigmas.length)
    return { levels: levelsOf(trained, timesteps), timesteps, snapped: false }
  }
  checkSteps(steps, between ? Infinity : trained.sigmas.length)
  const wanted = evenSigmas(rule, trained, steps)
  if (between) {
    return { levels: [...wanted, 0], timesteps: wanted.map((sigma) => fractionalIndex(trained.sigmas, sigma)), snapped: false }
  }
  const timesteps = [...new Set(wanted.map((sigma) => nearestIndex(trained.sigmas, sigma)))]
  const snapped = wanted.some((sigma) => trained.sigmas[nearestIndex(trained.sigmas, sigma)] !== sigma)
  return { levels: levelsOf(trained, timesteps), timesteps, snapped }
}

/** Both ends are the trained ones to the last bit; a single level is the largest. */
function evenSigmas(
  rule: (u: number, largest: Sigma, smallest: Sigma) => Sigma,
  { sigmas }: TrainedLevels,
  steps: number,
): Sigma[] {
  const [smallest = NaN] = sigmas
  const largest = sigmas.at(-1) ?? smallest
  return Array.from({ length: steps }, (_, i) => {
    if (i === 0) return largest
    return i === steps - 1 ? smallest : rule(i / (steps - 1), largest, smallest)
  })
}
