import { describe, expect, it } from 'vitest'
import { slerpInto } from '../../src/core/interpolate.ts'
import { createNoise } from '../../src/core/rng.ts'

const between = (a: readonly number[], b: readonly number[], t: number): number[] => {
  const out = new Float64Array(a.length)
  slerpInto(out, Float64Array.from(a), Float64Array.from(b), t)
  return [...out]
}
const length = (v: readonly number[]) => Math.hypot(...v)
const near = (got: readonly number[], wanted: readonly number[]) =>
  got.forEach((value, i) => expect(value).toBeCloseTo(wanted[i]!, 12))

describe('slerp', () => {
  it('walks the circle: a third of a right angle is 30 degrees', () => {
    near(between([1, 0], [0, 1], 1 / 3), [Math.cos(Math.PI / 6), Math.sin(Math.PI / 6)])
    near(between([2, 0, 0], [0, 0, 2], 1 / 2), [Math.SQRT2, 0, Math.SQRT2])
  })

  it('is the formula for any two vectors', () => {
    const [a, b, t] = [[1, 2, -1], [0.5, -1, 3], 0.37] as const
    const angle = Math.acos((0.5 - 2 - 3) / (length(a) * length(b)))
    const [ofA, ofB] = [Math.sin((1 - t) * angle) / Math.sin(angle), Math.sin(t * angle) / Math.sin(angle)]
    near(
      between(a, b, t),
      a.map((value, i) => ofA * value + ofB * b[i]!),
    )
  })

  it('gives the ends themselves, bit for bit, in float32 too', () => {
    const [a, b, out] = [Float32Array.of(0.1, 0.2, 0.3), Float32Array.of(-0.7, 1.1, 0.3), new Float32Array(3)]
    slerpInto(out, a, b, 0)
    expect(out).toEqual(a)
    slerpInto(out, a, b, 1)
    expect(out).toEqual(b)
  })

  it('keeps noise on its shell, where a straight line falls through', () => {
    const draws = [1, 2].map((seed) => {
      const x = { shape: { n: 1, c: 1, h: 32, w: 32 }, data: new Float64Array(1024) }
      createNoise([seed])(x, 'start', 0)
      return [...x.data]
    })
    const [a, b] = draws as [number[], number[]]
    const middle = between(a, b, 0.5)
    const straight = a.map((value, i) => (value + b[i]!) / 2)
    const mean = (length(a) + length(b)) / 2
    expect(length(middle) / mean).toBeCloseTo(1, 1)
    expect(length(straight) / mean).toBeLessThan(0.75)
  })

  it('of parallel noises is the straight line, and so is the way to nothing', () => {
    near(between([1, 1], [3, 3], 0.25), [1.5, 1.5])
    near(between([0, 0], [4, 0], 0.5), [2, 0])
  })

  it('of opposite noises takes a half circle, without a value that is no number', () => {
    const a = [3, 0, 4]
    const b = [-3, 0, -4]
    for (const t of [0.25, 0.5, 0.75]) expect(length(between(a, b, t))).toBeCloseTo(5, 12)
    const middle = between(a, b, 0.5)
    expect(middle[0]! * 3 + middle[2]! * 4).toBeCloseTo(0, 12)
    const turned = between([1, 2, 3, 4], [-1, -2, -3, -4], 0.5)
    expect(turned.reduce((sum, value, i) => sum + value * (i + 1), 0)).toBeCloseTo(0, 12)
    // Of unequal length it goes evenly from one to the other.
    expect(length(between([2, 0], [-4, 0], 0.5))).toBeCloseTo(3, 12)
    expect(length(between([0, 0, 5], [0, 0, -5], 0.5))).toBeCloseTo(5, 12)
  })

  it('refuses noises of different sizes', () => {
    expect(() => between([1], [1, 2], 0.5)).toThrow('no way between them')
  })
})
