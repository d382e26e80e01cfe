import { numberSetting } from '../settings.ts'
import type { Setting, Transition, WalkSettings } from '../types.ts'

/** RePaint's walk: where it goes back, how far and how often. */

/** More than this is no plan but a mistake: nested jumps multiply. */
const longestWalk = 1_000_000
/** `startResampling` at its largest means: from the start, however many levels there are. */
const fromTheStart = 1000

const count = (name: string, label: string, help: string, max: number, byDefault: number): Setting => {
  return { kind: 'number', name, label, help, min: 1, max, integer: true, default: byDefault, advanced: true }
}

export const jumpSettings: readonly Setting[] = [
  count(
    'levelResamples',
    'Repeats of a level',
    'Takes every single step back once more, this many times in all. 1: never.',
    100,
    1,
  ),
  count('jump2Length', 'Second jump, length', 'A jump inside the stretches of the first one, this many levels long.', 1000, 1),
  count(
    'jump2Resamples',
    'Second jump, repeats',
    'How often each stretch of the second jump is walked. 1: no second jump.',
    100,
    1,
  ),
  count('jump3Length', 'Third jump, length', 'A jump inside the stretches of the second one, this many levels long.', 1000, 1),
  count('jump3Resamples', 'Third jump, repeats', 'How often each stretch of the third jump is walked. 1: no third jump.', 100, 1),
  {
    kind: 'number',
    name: 'startResampling',
    label: 'Go back only near the end',
    help: 'Jumps stay among this many of the last levels: fewer calls, while edges still join. 1000: from the start.',
    min: 0,
    max: fromTheStart,
    integer: true,
    default: fromTheStart,
    advanced: true,
  },
]

/** Stretches of `length` levels, counted from the clean end, each climbed back `resamples` - 1 times. */
interface Jump {
  readonly length: number
  readonly resamples: number
  /** Climbs made so far from index p. */
  readonly used: Map<number, number>
}

/**
 * The published schedule (Lugmayr et al. 2022, arXiv:2201.09865, appendix B and its code), with the paper's index p of `steps` levels as our
 * steps - 1 - p. On arrival at p: the level's own repeats, then the third jump, the second and the first, each from where the one before it
 * has climbed to; a jump makes those inside it new. With the first jump alone the model calls are
 * steps + (resamples - 1) jumpLength ceil((steps - jumpLength)/jumpLength). Refuses a walk of over a million transitions.
 */
export function repaintWalk({ steps, jumpLength, resamples, settings }: WalkSettings): Transition[] {
  checkCount('steps', steps)
  checkCount('jump length', jumpLength)
  checkCount('resamples', resamples)
  const of = (name: string): number => numberSetting(jumpSettings, settings, name)
  const start = of('startResampling') === fromTheStart ? Infinity : of('startResampling')
  const levelResamples = of('levelResamples')
  const third = { length: of('jump3Length'), resamples: of('jump3Resamples'), used: new Map<number, number>() }
  const second = { length: of('jump2Length'), resamples: of('jump2Resamples'), used: new Map<number, number>() }
  const first = { length: jumpLength, resamples, used: new Map<number, number>() }
  const innermostFirst = [third, second, first]
  const walk: Transition[] = []
  let at = 0
  const move = (kind: 'step' | 'undo', times: number): void => {
    for (let k = 0; k < times; k++) {
      const to = kind === 'step' ? at + 1 : at - 1
      walk.push({ kind, from: at, to })
      at = to
    }
    if (walk.length > longestWalk)
      throw new RangeError(`This walk is longer than ${longestWalk} transitions: take fewer repeats or fewer jumps.`)
  }
  while (at < steps) {
    const arrived = steps - 1 - at
    if (arrived < steps - 2 && arrived <= start) {
      for (let k = 1; k < levelResamples; k++) {
        move('undo', 1)
        move('step', 1)
      }
    }
    for (const [i, jump] of innermostFirst.entries()) {
      const p = steps - 1 - at
      if (p > start - jump.length || climbsLeft(jump, p, steps) === 0) continue
      jump.used.set(p, (jump.used.get(p) ?? 0) + 1)
      move('undo', jump.length)
      for (const inner of innermostFirst.slice(0, i)) inner.used.clear()
    }
    move('step', 1)
  }
  return walk
}

function climbsLeft({ length, resamples, used }: Jump, p: number, steps: number): number {
  if (p % length !== 0 || p >= steps - length) return 0
  return resamples - 1 - (used.get(p) ?? 0)
}

export function checkCount(what: string, value: number): void {
  if (!Number.isInteger(value) || value < 1)
    throw new RangeError(`Expected an integer of at least 1 for ${what} but received ${value}.`)
}
