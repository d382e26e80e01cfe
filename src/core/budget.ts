import { inpainterCalls } from './inpaint/walk.ts'
import { samplerCalls } from './samplers/index.ts'
import type { InpainterEntry, SamplerEntry, Settings } from './types.ts'

/** A budget of model calls instead of steps and a method's numbers: what is chosen for it, by a stated rule. */

export interface Budgeted {
  readonly steps: number
  /** Of the methods that go back and forth. */
  readonly jumps?: { readonly jumpLength: number; readonly resamples: number }
  /** Calls of such a run, at most the budget. */
  readonly calls: number
}

/** Levels and climbs a budget is shared out over: the published 250, and less. */
const levelChoices = [250, 100, 50, 25] as const
/** Fewer walks over a stretch than this harmonise nothing worth the name; more than the last are no longer offered. */
const resamplesRange = [3, 100] as const
const jumpsOverTheWay = 25

/**
 * The most steps for which this sampler makes at most `budget` calls, capped at `most` (what the model was trained at). Refuses, with a RangeError
 * of one sentence, a sampler that finds its number of calls on the way, and a budget too small for one step.
 */
export function samplerBudget(entry: SamplerEntry, budget: number, most: number, settings: Settings = {}): Budgeted {
  if (entry.adaptive === true)
    throw new RangeError(
      `The sampler ${entry.name} finds its number of model calls on the way: leave nfe out, or use another sampler.`,
    )
  return mostSteps('sampler', entry, budget, most, (steps) => samplerCalls(entry, steps, settings))
}

/**
 * The same for an inpainting method. One that goes back and forth takes the most levels T of 25, 50, 100 and 250 (and `most`) for which three
 * walks over each stretch fit, jumps of max(1, round(T/25)) levels, and then as many walks as fit, at most a hundred. The calls are those of the
 * walk itself, so nested jumps are counted too.
 */
export function inpainterBudget(entry: InpainterEntry, budget: number, most: number, settings: Settings = {}): Budgeted {
  const callsOf = (steps: number, jumpLength: number, resamples: number): number =>
    inpainterCalls(entry, entry.walk({ steps, jumpLength, resamples, settings }))
  if (!entry.controls.includes('resamples')) return mostSteps('method', entry, budget, most, (steps) => callsOf(steps, 1, 1))
  const [fewest, largest] = resamplesRange
  const open = levelChoices.filter((steps) => steps <= most)
  const least = open.at(-1)
  if (least === undefined)
    throw new RangeError(
      `The method ${entry.name} shares nfe out over ${String(levelChoices.at(-1))} levels or more, and the model has ${String(most)}: leave nfe out.`,
    )
  const jumpOf = (steps: number): number => Math.max(1, Math.round(steps / jumpsOverTheWay))
  const within = (steps: number, resamples: number): boolean => held(() => callsOf(steps, jumpOf(steps), resamples)) <= budget
  const steps = open.find((choice) => within(choice, fewest))
  if (steps === undefined) throw tooSmall('method', entry, callsOf(least, jumpOf(least), fewest), budget)
  const resamples = lastThat(fewest, largest, (r) => within(steps, r))
  const jumpLength = jumpOf(steps)
  return { steps, jumps: { jumpLength, resamples }, calls: callsOf(steps, jumpLength, resamples) }
}

function mostSteps(
  what: string,
  entry: { readonly name: string },
  budget: number,
  most: number,
  callsAt: (steps: number) => number,
): Budgeted {
  const least = callsAt(1)
  if (least > budget) throw tooSmall(what, entry, least, budget)
  const steps = lastThat(1, most, (count) => callsAt(count) <= budget)
  return { steps, calls: callsAt(steps) }
}

function tooSmall(what: string, { name }: { readonly name: string }, least: number, budget: number): RangeError {
  return new RangeError(
    `Expected an integer of at least ${String(least)} for nfe with the ${what} ${name} but received ${String(budget)} (number).`,
  )
}

/** The largest of low..high of which this holds; it holds of low, and once it fails it fails for good. */
function lastThat(low: number, high: number, holds: (value: number) => boolean): number {
  let good = low
  let bad = high + 1
  while (bad - good > 1) {
    const middle = Math.floor((good + bad) / 2)
    if (holds(middle)) good = middle
    else bad = middle
  }
  return good
}

/** A walk too long to be made is over any budget. */
function held(count: () => number): number {
  try {
    return count()
  } catch (error) {
    if (error instanceof RangeError) return Infinity
    throw error
  }
}
