import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fromPlace, nextMark, parseNumber, snap, toPlace, type Range } from '../../src/renderer/ui/scale.ts'

const steps: Range = { min: 1, max: 1000, step: 1, scale: 'log' }
const eta: Range = { min: 0, max: 1, step: 0.01 }

describe('a slider', () => {
  it('has every whole number at a place that leads back to it', () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 1000 }), (value) => fromPlace(toPlace(value, steps), steps) === value))
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 100 }),
        (hundredth) => fromPlace(toPlace(hundredth / 100, eta), eta) === hundredth / 100,
      ),
    )
  })
  it('spreads powers of ten evenly when logarithmic', () => {
    expect(toPlace(10, steps)).toBeCloseTo(1 / 3, 12)
    expect(toPlace(100, steps)).toBeCloseTo(2 / 3, 12)
    expect(toPlace(0.25, eta)).toBe(0.25)
  })
  it('keeps to its range and its step, without binary dust', () => {
    expect(snap(0.1 + 0.2, eta)).toBe(0.3)
    expect(snap(-3, eta)).toBe(0)
    expect(snap(2000, steps)).toBe(1000)
    expect(snap(49.6, steps)).toBe(50)
  })
  it('goes from mark to mark, and on by a tenth where there is none', () => {
    const marks = [5, 10, 20]
    expect(nextMark(7, 1, marks, steps)).toBe(10)
    expect(nextMark(10, 1, marks, steps)).toBe(20)
    expect(nextMark(10, -1, marks, steps)).toBe(5)
    expect(nextMark(20, 1, marks, steps)).toBeGreaterThan(20)
    expect(nextMark(1000, 1, marks, steps)).toBe(1000)
  })
})

it('reads a number as people type it, and nothing else', () => {
  expect(parseNumber(' 50 ')).toBe(50)
  expect(parseNumber('0,75')).toBe(0.75)
  expect(parseNumber('.5')).toBe(0.5)
  expect(parseNumber('32 px')).toBe(32)
  expect(parseNumber('1e3')).toBe(1000)
  expect(parseNumber('2.5E-1')).toBe(0.25)
  expect(parseNumber('1,000')).toBe(1000)
  expect(parseNumber('0,500')).toBe(0.5)
  expect(parseNumber('')).toBeUndefined()
  expect(parseNumber('px')).toBeUndefined()
  expect(parseNumber('1.2.3')).toBeUndefined()
  expect(parseNumber('1,000.5')).toBeUndefined()
})

it('takes thousands as the language parts them', () => {
  expect(parseNumber('1.000', '.')).toBe(1000)
  expect(parseNumber('1,000', '.')).toBe(1)
  expect(parseNumber('1.000')).toBe(1)
  expect(parseNumber('0.500', '.')).toBe(0.5)
  expect(parseNumber('2,5', '.')).toBe(2.5)
  expect(parseNumber('10.000 px', '.')).toBe(10_000)
})
