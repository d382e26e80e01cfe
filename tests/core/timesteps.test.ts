import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { alphaBarsOf, betasOf } from '../../src/core/schedule.ts'
import { chooseTimesteps, isSpacing, roundHalfEven, spacings } from '../../src/core/timesteps.ts'
import { linear } from './fixtures.ts'

const choose = (spacing: string, steps = 1): number[] => chooseTimesteps(spacing, steps, 1000)

describe('timesteps', () => {
  it('leading, linspace, trailing as diffusers has them', () => {
    expect(choose('leading', 10)).toEqual([900, 800, 700, 600, 500, 400, 300, 200, 100, 0])
    expect(choose('linspace', 10)).toEqual([999, 888, 777, 666, 555, 444, 333, 222, 111, 0])
    expect(choose('trailing', 10)).toEqual([999, 899, 799, 699, 599, 499, 399, 299, 199, 99])
    expect(choose('leading', 300)[0]).toBe(897)
    // numpy.round(numpy.arange(1000, 0, -1000/16)) - 1 and numpy.round(numpy.linspace(0, 999, 7))[::-1]
    expect(choose('trailing', 16)).toEqual([999, 937, 874, 811, 749, 687, 624, 561, 499, 437, 374, 311, 249, 187, 124, 61])
    expect(choose('linspace', 7)).toEqual([999, 832, 666, 500, 333, 166, 0])
  })

  it('respaced as guided-diffusion: one section', () => {
    expect(choose('respaced', 25).toReversed().slice(0, 7)).toEqual([0, 42, 83, 125, 166, 208, 250])
    expect(choose('respaced', 25).slice(0, 2)).toEqual([999, 957])
    expect(choose('respaced', 250).toReversed().slice(0, 4)).toEqual([0, 4, 8, 12])
    expect(choose('respaced', 250).slice(0, 2)).toEqual([999, 995])
    expect(choose('respaced', 10)).toEqual([999, 888, 777, 666, 555, 444, 333, 222, 111, 0])
  })

  it('respaced 250: alpha bar and the betas re-derived from it', () => {
    const all = alphaBarsOf(betasOf(linear.betas))
    const bars = choose('respaced', 250)
      .map((t) => all[t]!)
      .toReversed()
    const betas = bars.map((bar, i) => 1 - bar / (i > 0 ? bars[i - 1]! : 1))
    for (const [value, wanted] of [
      [bars[0], 0.9999],
      [bars[1], 0.9993009943420809],
      [bars[124], 0.0801877550089588],
      [bars[249], 4.035829765375676e-5],
      [betas[1], 0.0005990655644756426],
      [betas[124], 0.03928879313804501],
      [betas[249], 0.07751934499235003],
    ] as const) {
      expect(Math.abs(value! / wanted - 1)).toBeLessThan(1e-12)
    }
  })

  it('ddimN is the smallest integer stride that visits N', () => {
    expect(choose('ddim25')).toEqual(Array.from({ length: 25 }, (_, i) => 960 - 40 * i))
    expect(choose('ddim50').slice(0, 2)).toEqual([980, 960])
    expect(choose('ddim1000')).toHaveLength(1000)
    expect(() => choose('ddim300')).toThrow(/exactly 300 of 1000/)
    expect(() => choose('ddim1')).toThrow(RangeError)
  })

  it('one count alone is respaced with that many steps', () => {
    expect(choose('250')).toEqual(choose('respaced', 250))
    expect(choose('1')).toEqual([999])
    expect(() => choose('0')).toThrow(/from 1 to 1000/)
  })

  it('sections split the levels, the first ones longer, with halves to the even neighbour', () => {
    // Worked by hand for 300 levels, sections of 100: strides 99/9 = 11, 99/14, 99/19.
    const list = chooseTimesteps('10,15,20', 0, 300).toReversed()
    expect(list.slice(0, 10)).toEqual([0, 11, 22, 33, 44, 55, 66, 77, 88, 99])
    expect(list.slice(10, 15)).toEqual([100, 107, 114, 121, 128])
    expect(list.slice(25, 29)).toEqual([200, 205, 210, 216])
    expect(list).toHaveLength(45)
    // Ten levels in three sections are 4 + 3 + 3; a section visited once is visited at its start; 0, 1.5, 3 rounds to 0, 2, 3.
    expect(chooseTimesteps('3,1,2', 0, 10)).toEqual([9, 7, 4, 3, 2, 0])
    expect(chooseTimesteps('2,2', 0, 4)).toEqual([3, 2, 1, 0])
    expect(() => chooseTimesteps('5,1', 0, 8)).toThrow(/1 to 4 levels in section 1/)
    expect(() => chooseTimesteps('0,1', 0, 8)).toThrow(RangeError)
  })

  it('rounds a half to the even neighbour', () => {
    expect([0.5, 1.5, 2.5, 3.5, 2.4999, 2.5001, 7].map(roundHalfEven)).toEqual([0, 2, 2, 4, 2, 3, 7])
  })

  it('takes one step from the top level, whatever the spacing', () => {
    for (const spacing of spacings) expect(choose(spacing, 1)).toEqual([999])
  })

  it('solver: the list of DPM-Solver++ and UniPC in diffusers, linspace over one more without the lowest', () => {
    // numpy.round(numpy.linspace(0, 999, 11))[::-1][:-1]
    expect(choose('solver', 10)).toEqual([999, 899, 799, 699, 599, 500, 400, 300, 200, 100])
    for (const steps of [1, 7, 50, 999]) expect(choose('solver', steps)).toEqual(choose('linspace', steps + 1).slice(0, -1))
    expect(() => choose('solver', 1000)).toThrow(/from 1 to 999 for steps/)
  })

  it("quadratic: the DDIM paper's own, an index that comes up twice visited once", () => {
    // [int(s) for s in numpy.linspace(0, numpy.sqrt(1000 * .8), S)**2], descending.
    expect(choose('quadratic', 10)).toEqual([800, 632, 483, 355, 246, 158, 88, 39, 9, 0])
    // With 50: 0, 0.33, 1.33, 3.0 - ... : the first two are one.
    const fifty = choose('quadratic', 50)
    expect(fifty).toHaveLength(49)
    expect(fifty.slice(-5)).toEqual([8, 5, 2, 1, 0])
    expect(chooseTimesteps('quadratic', 4, 4)).toEqual([3, 1, 0])
  })

  it('always descends inside the trained levels, with as many steps as asked', () => {
    const spacing = fc.constantFrom(...spacings)
    fc.assert(
      fc.property(spacing, fc.integer({ min: 1, max: 1200 }), fc.nat(), (name, count, pick) => {
        const steps = 1 + (pick % (name === 'solver' ? Math.max(1, count - 1) : count))
        const list = chooseTimesteps(name, steps, count)
        if (name === 'quadratic') expect(list.length).toBeLessThanOrEqual(steps)
        else expect(list).toHaveLength(steps)
        expect(list.every((t, i) => Number.isInteger(t) && t >= 0 && t < count && (i === 0 || t < list[i - 1]!))).toBe(true)
        if (name !== 'leading' && name !== 'quadratic') expect(list[0]).toBe(count - 1)
      }),
      { numRuns: 300 },
    )
  })

  it('refuses in one sentence', () => {
    for (const steps of [0, -1, 1.5, NaN, Infinity, 1001])
      expect(() => choose('leading', steps)).toThrow(/^Expected an integer from 1 to 1000 for steps/)
    for (const name of ['', 'quad', 'ddim', 'ddim0', 'ddim2.5', '10,', ',1', 'Leading', '1,2,x', 'toString']) {
      expect(isSpacing(name), name).toBe(false)
      expect(() => choose(name, 10), name).toThrow(/is no spacing/)
    }
    for (const name of ['leading', 'ddim50', '250', '10,15,20']) expect(isSpacing(name)).toBe(true)
  })
})
