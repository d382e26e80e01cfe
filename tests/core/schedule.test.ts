import { describe, expect, it } from 'vitest'
import {
  alphaBarsOf,
  betasOf,
  countsFromLargest,
  geometricSigmas,
  trainedCount,
  trainedLevels,
  zeroTerminal,
} from '../../src/core/schedule.ts'
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

  it('zero terminal SNR: the first level stays, the last is noise alone', () => {
    const bars = zeroTerminal(alphaBarsOf(betasOf(linear.betas)))
    // numpy float64: s = sqrt(A); s = (s - s[-1]) * s[0] / (s[0] - s[-1]); A = s^2
    close(bars[0], 0.9999)
    close(bars[1], 0.9997793254331531)
    close(bars[499], 0.07602875054711475)
    close(bars[998], 4.213262465088072e-9, 1e-10)
    // 2^-24 would be less noise than that.
    expect(bars[999]).toBe(bars[998]! / 4)
    const { sigmas } = trainedLevels({ kind: 'vp', betas: { ...linear.betas, zeroTerminal: true } })
    close(sigmas[499], sigmaOf(bars[499]!))
    close(sigmas[999]! / sigmas[998]!, 2, 1e-6)
    for (const betas of [
      { schedule: 'scaled-linear', start: 0.00085, end: 0.012, count: 1000 },
      { schedule: 'cosine', count: 1000 },
      { ...linear.betas, count: 50 },
    ] as const) {
      const rescaled = trainedLevels({ kind: 'vp', betas: { ...betas, zeroTerminal: true } }).sigmas
      close(rescaled.at(-1), Math.sqrt(2 ** 24 - 1))
      close(rescaled[0], trainedLevels({ kind: 'vp', betas }).sigmas[0]!, 1e-10)
    }
    expect(trainedLevels({ kind: 'vp', betas: { ...linear.betas, zeroTerminal: false } })).toEqual(trainedLevels(linear))
    expect(() => trainedLevels({ kind: 'vp', betas: { ...linear.betas, count: 1, zeroTerminal: true } })).toThrow(/at least two/)
  })

  it('geometric: the levels of NCSN, counted from the largest', () => {
    const ncsn = { kind: 've', geometric: { largest: 1, smallest: 0.01, count: 10 }, start: 'uniform' } as const
    const published = [1, 0.599484, 0.359381, 0.215443, 0.129155, 0.077426, 0.046416, 0.027826, 0.016681, 0.01]
    for (const [i, sigma] of geometricSigmas(1, 0.01, 10).entries()) expect(Math.abs(sigma - published[i]!)).toBeLessThan(5.1e-7)
    const { kind, sigmas } = trainedLevels(ncsn)
    expect([kind, sigmas[0], sigmas[9]]).toEqual(['ve', 0.01, 1])
    expect([...sigmas]).toEqual(geometricSigmas(1, 0.01, 10).toReversed())
    expect(countsFromLargest(ncsn)).toBe(true)
    expect(countsFromLargest({ kind: 've', sigmas: [3, 1], start: 'normal' })).toBe(true)
    expect(countsFromLargest({ kind: 've', sigmas: [1, 3], start: 'normal' })).toBe(false)
    expect(countsFromLargest(linear)).toBe(false)
    for (const [largest, smallest, count] of [
      [1, 1, 3],
      [0.1, 1, 3],
      [2, 1, 1],
      [Infinity, 1, 3],
    ] as const) {
      expect(() => trainedLevels({ kind: 've', geometric: { largest, smallest, count }, start: 'normal' })).toThrow(RangeError)
    }
  })

  it('counts them without making them', () => {
    for (const spec of [
      linear,
      { kind: 'vp', alphaBars: [0.5, 0.2] },
      { kind: 've', sigmas: [3, 2, 1], start: 'normal' },
      { kind: 've', geometric: { largest: 3, smallest: 1, count: 17 }, start: 'normal' },
    ] as const) {
      expect(trainedCount(spec)).toBe(trainedLevels(spec).sigmas.length)
    }
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
