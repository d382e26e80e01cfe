import { describe, expect, it } from 'vitest'
import { alphaBarsOf, betasOf, trainedLevels } from '../../src/core/schedule.ts'
import { alphaBarOf, pairs, sigmaOf } from '../../src/core/units.ts'
import { linear } from './fixtures.ts'
import { float32AlphaBars } from './float32-tables.ts'

/** Computed independently in numpy float64 from the published formulas; equal to rounding in the last digits. */
const rounding = 1e-13
const close = (value: number | undefined, wanted: number, relative = rounding): void => {
  expect(Math.abs((value ?? NaN) / wanted - 1)).toBeLessThan(relative)
}

describe('trained noise levels', () => {
  it('linear: alpha bar of the DDPM schedule', () => {
    const bars = alphaBarsOf(betasOf(linear.betas))
    close(bars[0], 0.9999)
    close(bars[1], 0.9997800920720721)
    close(bars[499], 0.07858724288177824)
    close(bars[999], 4.035829765375676e-5)
    expect(bars).toHaveLength(1000)
  })

  it('cosine: betas, cap and alpha bar', () => {
    const betas = betasOf({ schedule: 'cosine', count: 1000 })
    close(betas[0], 4.128422482196914e-5, 1e-11)
    close(betas[500], 0.003155691441585007, 1e-11)
    close(betas[998], 0.7499993929011166, 1e-11)
    expect(betas[999]).toBe(0.999)
    const bars = alphaBarsOf(betas)
    close(bars[499], 0.4938435904406382)
    close(bars[999], 2.4287669070348567e-9, 1e-11)
  })

  it('scaled-linear and sigmoid', () => {
    const scaled = alphaBarsOf(betasOf({ schedule: 'scaled-linear', start: 0.00085, end: 0.012, count: 1000 }))
    close(scaled[499], 0.27766965045646763)
    close(scaled[999], 0.004660098513077238)
    const sigmoid = betasOf({ schedule: 'sigmoid', start: 1e-4, end: 0.02, count: 1000 })
    close(sigmoid[0], 0.00014920520081703202)
    close(sigmoid[999], 0.01995079479918297)
    close(alphaBarsOf(sigmoid)[999], 3.968181990533219e-5)
  })

  it('gives sigma = sqrt((1 - A)/A), rising, and back', () => {
    const { sigmas, kind } = trainedLevels(linear)
    expect(kind).toBe('vp')
    close(sigmas[0], Math.sqrt(1e-4 / 0.9999), 1e-12)
    close(sigmas[999], Math.sqrt((1 - 4.035829765375676e-5) / 4.035829765375676e-5))
    close(alphaBarOf(sigmaOf(0.3)), 0.3)
    for (let t = 1; t < 1000; t++) expect(sigmas[t]!).toBeGreaterThan(sigmas[t - 1]!)
  })

  it('takes alpha bars as they are, and ve sigmas in either order', () => {
    expect([...trainedLevels({ kind: 'vp', alphaBars: [0.5, 0.2] }).sigmas]).toEqual([1, 2])
    expect([...trainedLevels({ kind: 've', sigmas: [0.1, 1, 10], start: 'normal' }).sigmas]).toEqual([0.1, 1, 10])
    expect([...trainedLevels({ kind: 've', sigmas: [10, 1, 0.1], start: 'normal' }).sigmas]).toEqual([0.1, 1, 10])
  })

  it('is one level for a schedule of one', () => {
    expect(betasOf({ schedule: 'linear', start: 0.3, end: 0.9, count: 1 })).toEqual([0.3])
  })

  it('refuses levels that do not rise, are not positive or not there', () => {
    for (const sigmas of [[], [0, 1], [1, 1], [1, 3, 2], [1, Infinity], [-1, 1], [3, 1, 2]]) {
      expect(() => trainedLevels({ kind: 've', sigmas, start: 'normal' }), String(sigmas)).toThrow(RangeError)
    }
    expect(() => trainedLevels({ kind: 'vp', alphaBars: [0.5, 0.6] })).toThrow(RangeError)
  })

  it('walks the levels in pairs', () => {
    expect(pairs([3, 2, 0])).toEqual([
      [3, 2],
      [2, 0],
    ])
    expect(pairs([3])).toEqual([])
  })
})

describe('the float32 tables of diffusers, rebuilt for its golden numbers', () => {
  it('have the recorded values', () => {
    const bars = float32AlphaBars(1e-4, 0.02, 1000)
    close(bars[0], 0.9999, 1e-7)
    expect(bars[0]).toBe(0.9998999834060669)
    expect(bars[1]).toBe(0.9997800588607788)
    expect(bars[499]).toBe(0.07858724892139435)
    expect(bars[999]).toBe(4.0358307160204276e-5)
  })
})
