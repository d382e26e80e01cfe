import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import golden from '../golden/inpaint.json' with { type: 'json' }
import { inpainters } from '../../src/core/inpaint/index.ts'
import { repaintWalk } from '../../src/core/inpaint/jumps.ts'
import { walkRemark } from '../../src/core/inpaint/remark.ts'
import { countCalls, straightWalk, walkFor } from '../../src/core/inpaint/walk.ts'

describe('the RePaint walk', () => {
  /** Run on the published scheduler: steps, jump length, resamples, transitions, model calls, undos. */
  it.each([
    [250, 10, 10, 4570, 2410, 2160],
    [1000, 10, 10, 18820, 9910, 8910],
    [250, 10, 5, 2170, 1210, 960],
    [250, 10, 1, 250, 250, 0],
    [250, 20, 10, 4570, 2410, 2160],
    [250, 5, 10, 4660, 2455, 2205],
    [250, 1, 10, 4732, 2491, 2241],
    [100, 10, 10, 1720, 910, 810],
    [100, 10, 3, 460, 280, 180],
    [50, 10, 10, 770, 410, 360],
    [50, 5, 5, 410, 230, 180],
    [25, 5, 5, 185, 105, 80],
    [10, 2, 2, 26, 18, 8],
  ])('%i levels, jump %i, %i resamples: %i transitions', (steps, jumpLength, resamples, transitions, calls, undos) => {
    const walk = repaintWalk({ steps, jumpLength, resamples })
    expect(walk).toHaveLength(transitions)
    expect(countCalls(walk)).toBe(calls)
    expect(walk.length - countCalls(walk)).toBe(undos)
  })

  it('begins as published for 250/10/10: 249 down to 230, up to 240, never above it', () => {
    const states = repaintWalk({ steps: 250, jumpLength: 10, resamples: 10 }).map(({ to }) => 249 - to)
    const range = (from: number, to: number): number[] =>
      Array.from({ length: Math.abs(from - to) + 1 }, (_, i) => from + (to > from ? i : -i))
    expect(states.slice(0, 40)).toEqual([...range(248, 230), ...range(231, 240), ...range(239, 230), 231])
    expect(Math.max(...states.slice(19))).toBe(240)
  })

  it('is connected, moves one level at a time, ends at level 0, and has the closed-form number of calls', () => {
    const small = fc.integer({ min: 1, max: 60 })
    fc.assert(
      fc.property(small, small, fc.integer({ min: 1, max: 6 }), (steps, jumpLength, resamples) => {
        const walk = repaintWalk({ steps, jumpLength, resamples })
        let at = 0
        for (const { kind, from, to } of walk) {
          expect(from).toBe(at)
          expect(to - from).toBe(kind === 'step' ? 1 : -1)
          expect(to).toBeGreaterThanOrEqual(0)
          at = to
        }
        expect(at).toBe(steps)
        expect(countCalls(walk)).toBe(
          steps + (resamples - 1) * jumpLength * Math.max(0, Math.ceil((steps - jumpLength) / jumpLength)),
        )
      }),
    )
  })

  it('refuses counts under 1', () => {
    for (const bad of [0, -1, 1.5, NaN]) {
      expect(() => repaintWalk({ steps: bad, jumpLength: 10, resamples: 10 })).toThrow(/for steps/)
      expect(() => repaintWalk({ steps: 10, jumpLength: bad, resamples: 10 })).toThrow(/for jump length/)
      expect(() => repaintWalk({ steps: 10, jumpLength: 10, resamples: bad })).toThrow(/for resamples/)
    }
  })
})

/** The published rule written out once more, flat and as it is told: a list of indices, every `range` made anew where the rule says so. */
function toldSchedule(
  T: number,
  nSample: number,
  [length, length2, length3]: readonly [number, number, number],
  [n, n2, n3]: readonly [number, number, number],
  start: number,
): number[] {
  const table = (jump: number, times: number): number[] =>
    Array.from({ length: T + 1 }, (_, j) => (j % jump === 0 && j < T - jump ? times - 1 : 0))
  const jumps = table(length, n)
  let [jumps2, jumps3] = [table(length2, n2), table(length3, n3)]
  const list: number[] = []
  const up = (t: number, by: number): number => {
    for (let k = 1; k <= by; k++) list.push(t + k)
    return t + by
  }
  let t = T
  while (t >= 1) {
    list.push(--t)
    if (t + 1 < T - 1 && t <= start) for (let k = 0; k < nSample - 1; k++) list.push(t + 1, t)
    if (jumps3[t]! > 0 && t <= start - length3) {
      jumps3[t]!--
      t = up(t, length3)
    }
    if (jumps2[t]! > 0 && t <= start - length2) {
      jumps2[t]!--
      t = up(t, length2)
      jumps3 = table(length3, n3)
    }
    if (jumps[t]! > 0 && t <= start - length) {
      jumps[t]!--
      t = up(t, length)
      jumps2 = table(length2, n2)
      jumps3 = table(length3, n3)
    }
  }
  return [...list, -1]
}

const visited = (steps: number, walk: ReturnType<typeof repaintWalk>): number[] => [
  steps - 1,
  ...walk.map(({ to }) => steps - 1 - to),
]

describe('the nested jumps of the published schedule', () => {
  it('are the rule as told, over random numbers', () => {
    const length = fc.integer({ min: 1, max: 9 })
    const times = fc.integer({ min: 1, max: 3 })
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 30 }),
        times,
        fc.tuple(length, length, length),
        fc.tuple(times, times, times),
        fc.oneof(fc.constant(1000), fc.integer({ min: 0, max: 32 })),
        (steps, levelResamples, lengths, resamples, startResampling) => {
          const settings = {
            levelResamples,
            jump2Length: lengths[1],
            jump2Resamples: resamples[1],
            jump3Length: lengths[2],
            jump3Resamples: resamples[2],
            startResampling,
          }
          const walk = repaintWalk({ steps, jumpLength: lengths[0], resamples: resamples[0], settings })
          expect(visited(steps, walk)).toEqual(toldSchedule(steps, levelResamples, lengths, resamples, startResampling))
          expect(walk.every(({ kind, from, to }) => to - from === (kind === 'step' ? 1 : -1))).toBe(true)
        },
      ),
      { numRuns: 300 },
    )
  })

  it.each(golden.schedules)('$told', ({ steps, jumpLength, resamples, settings, visits, calls }) => {
    const walk = repaintWalk({ steps, jumpLength, resamples, settings })
    expect(visited(steps, walk)).toEqual(visits)
    expect(countCalls(walk)).toBe(calls)
  })

  it('at its largest `startResampling` leaves nothing out, however many levels there are', () => {
    const plain = { steps: 1500, jumpLength: 10, resamples: 2 }
    expect(repaintWalk({ ...plain, settings: { startResampling: 1000 } })).toEqual(repaintWalk(plain))
    expect(repaintWalk({ ...plain, settings: { startResampling: 999 } }).length).toBeLessThan(repaintWalk(plain).length)
  })

  it('refuses a walk that would never end in a lifetime, and a setting out of range', () => {
    const nested = { jump2Length: 1, jump2Resamples: 100, jump3Length: 1, jump3Resamples: 100 }
    expect(() => repaintWalk({ steps: 250, jumpLength: 10, resamples: 10, settings: nested })).toThrow(/longer than 1000000/)
    expect(() => repaintWalk({ steps: 9, jumpLength: 2, resamples: 2, settings: { jump2Length: 0 } })).toThrow(/for jump2Length/)
  })
})

describe('what is asked of a walk and not in it', () => {
  const of = (name: string, jumpLength: number, resamples: number, settings = {}, steps = 10) =>
    walkRemark(inpainters[name]!, { steps, jumpLength, resamples, settings })

  it.each(['repaint', 'repaint-diffusers'])('%s: a jump that is not shorter than the way is never made', (name) => {
    expect(of(name, 9, 5)).toBeUndefined()
    expect(of(name, 10, 5)).toBe(
      'A jump of 10 does not fit into 10 levels, so the 5 resamples are left out: take a shorter jump or more levels.',
    )
    expect(of(name, 1, 5, {}, 1)).toMatch(/^A jump of 1 does not fit into 1 level, so the 5/)
    expect(of(name, 10, 1)).toBeUndefined()
  })

  it('nor one that is longer than the levels it may go back among; other repeats do not hide it', () => {
    expect(of('repaint', 4, 3, { startResampling: 4 })).toBeUndefined()
    expect(of('repaint', 4, 3, { startResampling: 3 })).toMatch(/^A jump of 4 does not fit into the last levels, where alone/)
    expect(of('repaint', 12, 3, { levelResamples: 2, jump2Resamples: 2 })).toMatch(/the 3 resamples are left out/)
  })

  it('says nothing of a method that has no jumps, and refuses the walk that would be refused', () => {
    for (const name of ['ddnm', 'replace', 'smc']) expect(of(name, 50, 5)).toBeUndefined()
    expect(() => of('repaint', 0, 5)).toThrow(/for jump length/)
  })
})

describe('the walk really taken', () => {
  const walk = repaintWalk({ steps: 10, jumpLength: 2, resamples: 2 })
  const mask = (...data: number[]) => ({ h: 1, w: data.length, data: Uint8Array.from(data) })
  it('is straight when nothing is known, empty when nothing is to be repainted, else the plan', () => {
    expect(walkFor(walk, mask(1, 1))).toEqual(straightWalk(10))
    expect(walkFor(walk, mask(0, 0))).toEqual([])
    expect(walkFor(walk, mask(0, 1))).toBe(walk)
    expect(straightWalk(2)).toEqual([
      { kind: 'step', from: 0, to: 1 },
      { kind: 'step', from: 1, to: 2 },
    ])
  })
})
