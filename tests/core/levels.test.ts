import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { nearestIndex } from '../../src/core/denoiser.ts'
import { planLevels, sigmaSpacings } from '../../src/core/levels.ts'
import { trainedLevels } from '../../src/core/schedule.ts'
import { chooseTimesteps, levelsOf } from '../../src/core/timesteps.ts'
import { linear } from './fixtures.ts'

const trained = trainedLevels(linear)
const edm = trainedLevels({ kind: 've', geometric: { largest: 80, smallest: 0.002, count: 100 }, start: 'normal' })
const close = (value: number | undefined, wanted: number, relative: number): void => {
  expect(Math.abs((value ?? NaN) / wanted - 1)).toBeLessThan(relative)
}

describe('levels of a run', () => {
  it('Karras: rho 7 from 80 to 0.002 in 18, the values of EDM', () => {
    const { levels, snapped } = planLevels(edm, 'karras', 18, true)
    expect(levels).toHaveLength(19)
    expect([levels[0], levels[17], levels[18], snapped]).toEqual([80, 0.002, 0, false])
    close(levels[1], 57.585985, 1e-7)
    close(levels[8], 3.256822, 1e-6)
  })

  it('exponential: one ratio all the way down', () => {
    const { levels } = planLevels(edm, 'exponential', 5, true)
    expect([levels[0], levels[4], levels[5]]).toEqual([80, 0.002, 0])
    for (let i = 0; i < 4; i++) close(levels[i]! / levels[i + 1]!, (80 / 0.002) ** (1 / 4), 1e-12)
    // 100 geometric levels: the five lie on every 24.75th index.
    for (const [i, t] of planLevels(edm, 'exponential', 5, true).timesteps.entries()) expect(t).toBeCloseTo(99 - 24.75 * i, 9)
  })

  it('between: false snaps to the nearest trained level in ln sigma, says so, and visits none twice', () => {
    const { levels, timesteps, snapped } = planLevels(trained, 'karras', 10, false)
    expect(snapped).toBe(true)
    expect(levels).toEqual(levelsOf(trained, timesteps))
    const ideal = planLevels(trained, 'karras', 10, true)
    expect(timesteps).toEqual(ideal.timesteps.map((_, i) => nearestIndex(trained.sigmas, ideal.levels[i]!)))
    for (const [i, t] of timesteps.entries()) expect(Math.abs(t - ideal.timesteps[i]!)).toBeLessThan(0.51)
    expect([timesteps[0], timesteps.at(-1)]).toEqual([999, 0])
    // Near 0 the trained levels are far apart: of 100 asked for some fall on one.
    const many = planLevels(trained, 'karras', 100, false)
    expect(many.timesteps.length).toBeLessThan(100)
    expect(many.levels).toHaveLength(many.timesteps.length + 1)
    expect(new Set(many.timesteps).size).toBe(many.timesteps.length)
  })

  it('does not call a list snapped that already lies on trained levels', () => {
    const own = { kind: 've', geometric: { largest: 8, smallest: 0.5, count: 5 }, start: 'normal' } as const
    const powers = trainedLevels({ kind: 've', sigmas: [8, 4, 2, 1, 0.5], start: 'normal' })
    expect(planLevels(trainedLevels(own), 'exponential', 5, false)).toMatchObject({ snapped: false, timesteps: [4, 3, 2, 1, 0] })
    expect(planLevels(powers, 'exponential', 2, false)).toMatchObject({ snapped: false, levels: [8, 0.5, 0] })
    expect(planLevels(powers, 'leading', 5, false)).toMatchObject({ snapped: false, levels: [8, 4, 2, 1, 0.5, 0] })
  })

  it('of a rule for indices are the trained ones, whether or not a level may lie between', () => {
    for (const spacing of ['leading', 'linspace', 'solver', 'quadratic', 'ddim25', '10,15,20']) {
      const timesteps = chooseTimesteps(spacing, 25, 1000)
      for (const between of [true, false]) {
        expect(planLevels(trained, spacing, 25, between)).toEqual({
          levels: levelsOf(trained, timesteps),
          timesteps,
          snapped: false,
        })
      }
    }
  })

  it('one step leaves from the top level', () => {
    for (const spacing of sigmaSpacings) {
      for (const between of [true, false])
        expect(planLevels(trained, spacing, 1, between)).toMatchObject({ levels: [trained.sigmas[999], 0], timesteps: [999] })
    }
  })

  it('descend to 0 inside the trained range, finite, never more than asked', () => {
    const steps = fc.integer({ min: 1, max: 200 })
    const ratio = fc.double({ min: 1.001, max: 1e6, noNaN: true })
    fc.assert(
      fc.property(
        fc.constantFrom(...sigmaSpacings),
        steps,
        ratio,
        fc.integer({ min: 2, max: 300 }),
        (spacing, n, factor, count) => {
          const levels = trainedLevels({ kind: 've', geometric: { largest: factor, smallest: 1, count }, start: 'normal' })
          for (const between of [true, false]) {
            const asked = between ? n : Math.min(n, count)
            const plan = planLevels(levels, spacing, asked, between)
            expect(plan.levels.length).toBeLessThanOrEqual(asked + 1)
            if (between) expect(plan.levels).toHaveLength(asked + 1)
            expect(plan.levels.every((s, i) => Number.isFinite(s) && (i === 0 ? s === factor : s < plan.levels[i - 1]!))).toBe(true)
            expect(plan.levels.at(-1)).toBe(0)
          }
        },
      ),
      { numRuns: 200 },
    )
  })

  it('refuses in one sentence', () => {
    for (const steps of [0, -1, 1.5, NaN, Infinity]) {
      expect(() => planLevels(trained, 'karras', steps, true)).toThrow(/^Expected an integer of at least 1 for steps/)
      expect(() => planLevels(trained, 'karras', steps, false)).toThrow(/^Expected an integer from 1 to 1000 for steps/)
    }
    expect(() => planLevels(trained, 'exponential', 1001, false)).toThrow(/from 1 to 1000/)
    expect(planLevels(trained, 'exponential', 1001, true).levels).toHaveLength(1002)
    for (const name of ['Karras', 'quad', 'toString', ''])
      expect(() => planLevels(trained, name, 10, false)).toThrow(/is no spacing: use .*karras/)
  })
})
