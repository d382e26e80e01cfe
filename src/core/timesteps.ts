import type { Sigma, TrainedLevels } from './types.ts'

/** Which of the trained levels a run visits. Lists of training indices, from high to low. */

export const spacings = ['leading', 'trailing', 'linspace', 'solver', 'respaced', 'quadratic'] as const
export type Spacing = (typeof spacings)[number]

/** A named spacing, "ddim50", or section counts "250" and "10,15,20". */
export function isSpacing(spacing: string): boolean {
  return (
    (spacings as readonly string[]).includes(spacing) || /^ddim[1-9][0-9]*$/.test(spacing) || /^[0-9]+(,[0-9]+)*$/.test(spacing)
  )
}

/**
 * Descending training indices out of 0..count-1. `steps` counts for the named spacings; "ddimN", "a" and "a,b,c" say their own number.
 * leading, trailing and linspace are the rules of diffusers' DDIM, solver that of its DPM-Solver++ and UniPC (linspace over one level more,
 * without the lowest), respaced, "ddimN" and "a,b,c" those of guided-diffusion, quadratic that of the DDIM paper (Song, Meng & Ermon 2021,
 * arXiv:2010.02502, section D.2) on the lower four fifths, where indices that come up twice are visited once: fewer than `steps`.
 * One step always leaves from the top level: the published rules put it on index 0, where nothing is left to remove.
 * Refuses what cannot be had with a RangeError of one sentence.
 */
export function chooseTimesteps(spacing: string, steps: number, count: number): number[] {
  if (!isSpacing(spacing))
    throw new RangeError(`"${spacing}" is no spacing: use ${spacings.join(', ')}, ddimN or counts like 250 or 10,15,20.`)
  if (spacing.startsWith('ddim')) return integerStride(Number(spacing.slice(4)), count)
  if (/^[0-9]+$/.test(spacing)) return chooseTimesteps('respaced', Number(spacing), count)
  if (spacing.includes(',')) return sections(spacing.split(',').map(Number), count)
  checkSteps(steps, spacing === 'solver' ? Math.max(1, count - 1) : count)
  if (steps === 1) return [count - 1]
  switch (spacing as Spacing) {
    case 'leading':
      return descending(steps, (i) => i * Math.floor(count / steps))
    case 'linspace':
      return evenIndices(steps, count)
    case 'solver':
      return evenIndices(steps + 1, count).slice(0, -1)
    case 'trailing':
      return Array.from({ length: steps }, (_, i) => roundHalfEven(count - i * (count / steps)) - 1)
    case 'respaced':
      return sections([steps], count)
    case 'quadratic':
      return [...new Set(descending(steps, quadraticIndex(steps, count)))]
  }
}

/** Refuses a number of steps outside 1..most. */
export function checkSteps(steps: number, most: number): void {
  if (Number.isInteger(steps) && steps >= 1 && steps <= most) return
  const range = most === Infinity ? 'of at least 1' : `from 1 to ${most}`
  throw new RangeError(`Expected an integer ${range} for steps but received ${steps}.`)
}

/** numpy's round(linspace(0, count - 1, steps)), from the top. */
function evenIndices(steps: number, count: number): number[] {
  return descending(steps, (i) => (i === steps - 1 ? count - 1 : roundHalfEven(i * ((count - 1) / (steps - 1)))))
}

/** numpy's floor(linspace(0, sqrt(0.8 count), steps)^2). */
function quadraticIndex(steps: number, count: number): (i: number) => number {
  const end = Math.sqrt(count * 0.8)
  return (i) => Math.floor((i === steps - 1 ? end : i * (end / (steps - 1))) ** 2)
}

/** sigma of each timestep, then the 0 that every run ends in. The timesteps must descend and be trained ones. */
export function levelsOf(trained: TrainedLevels, timesteps: readonly number[]): Sigma[] {
  const levels = timesteps.map((t, i) => {
    const sigma = Number.isInteger(t) ? trained.sigmas[t] : undefined
    if (sigma === undefined) throw new RangeError(`Expected timesteps from 0 to ${trained.sigmas.length - 1} but received ${t}.`)
    const before = timesteps[i - 1]
    if (before !== undefined && t >= before) throw new RangeError(`Timesteps must descend, but ${t} follows ${before}.`)
    return sigma
  })
  return [...levels, 0]
}

function descending(steps: number, at: (i: number) => number): number[] {
  return Array.from({ length: steps }, (_, i) => at(steps - 1 - i))
}

/** Python's and numpy's round: a half goes to the even neighbour. */
export function roundHalfEven(value: number): number {
  const floor = Math.floor(value)
  const rest = value - floor
  if (rest !== 0.5) return rest < 0.5 ? floor : floor + 1
  return floor % 2 === 0 ? floor : floor + 1
}

/** {0, i, 2i, ...} with the smallest stride i that visits exactly `wanted` of `count` levels. */
function integerStride(wanted: number, count: number): number[] {
  for (let stride = 1; stride < count; stride++) {
    if (Math.ceil(count / stride) === wanted) return descending(wanted, (i) => i * stride)
  }
  throw new RangeError(`No integer stride visits exactly ${wanted} of ${count} levels.`)
}

/** `count` levels in equal sections (the first ones one longer where it does not divide), each visited evenly as often as asked. */
function sections(counts: readonly number[], count: number): number[] {
  const base = Math.floor(count / counts.length)
  const longer = count % counts.length
  const chosen: number[] = []
  let start = 0
  for (const [i, wanted] of counts.entries()) {
    const size = base + (i < longer ? 1 : 0)
    if (wanted < 1 || wanted > size)
      throw new RangeError(`Expected from 1 to ${size} levels in section ${i + 1} but received ${wanted}.`)
    const stride = wanted > 1 ? (size - 1) / (wanted - 1) : 1
    // Summed, not multiplied: the published rule accumulates, and its rounding is part of it.
    let offset = 0
    for (let k = 0; k < wanted; k++) {
      chosen.push(start + roundHalfEven(offset))
      offset += stride
    }
    start += size
  }
  return chosen.reverse()
}
