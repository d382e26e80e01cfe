import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatRange, parseRange } from '../../src/shared/ranges.ts'

describe('a range', () => {
  it('is a list of values, each once, in the order they are written', () => {
    expect(parseRange('10,20,50', 'whole')).toEqual([10, 20, 50])
    expect(parseRange(' 50, 10 ,10, 5', 'whole')).toEqual([50, 10, 5])
    expect(parseRange('ddpm, ddim', 'word')).toEqual(['ddpm', 'ddim'])
    expect(parseRange('on,false', 'switch')).toEqual([true, false])
  })

  it('spreads evenly, in steps, one by one and by equal factors', () => {
    expect(parseRange('0-1 [5]', 'number')).toEqual([0, 0.25, 0.5, 0.75, 1])
    expect(parseRange('1e-6-1e-4 [3 log]', 'number')).toEqual([1e-6, 1e-5, 1e-4])
    expect(parseRange('10-50 (+20)', 'whole')).toEqual([10, 30, 50])
    expect(parseRange('0-1 (+0.1)', 'number')).toEqual([0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1])
    expect(parseRange('6-3', 'whole')).toEqual([6, 5, 4, 3])
    expect(parseRange('5,10-20 [3],100', 'whole')).toEqual([5, 10, 15, 20, 100])
  })

  it('rounds to whole numbers where the axis has no others, and says each once', () => {
    expect(parseRange('1-3 [9]', 'whole')).toEqual([1, 2, 3])
  })

  it('keeps a comma that stands in quotes', () => {
    expect(parseRange('leading,"10,15,20"', 'word')).toEqual(['leading', '10,15,20'])
  })

  it.each([
    ['', 'whole', /at least one/],
    ['2.5', 'whole', /2\.5 is no whole number/],
    ['0-1', 'number', undefined],
    ['0-0.5', 'number', /How many values/],
    ['x', 'number', /no number and no range/],
    ['0-1 [0]', 'number', /at least one/],
    ['0-1 [99999]', 'number', /too many/],
    ['0-1e9', 'whole', /too many/],
    ['0-1 (+0)', 'number', /above 0/],
    ['0-1 [5 log]', 'number', /above 0/],
    ['maybe', 'switch', /neither on nor off/],
    ['"a', 'word', /quotation mark/],
  ] as const)('%j as %s is refused in one sentence, or is none to refuse', (text, kind, sentence) => {
    if (sentence === undefined) expect(parseRange(text, kind)).toEqual([0, 1])
    else expect(() => parseRange(text, kind)).toThrow(sentence)
  })

  it('has as many values as it says, with both ends as they are written and equal gaps', () => {
    const end = fc.integer({ min: -1000, max: 1000 }).map((value) => value / 8)
    fc.assert(
      fc.property(end, end, fc.integer({ min: 2, max: 60 }), (from, to, count) => {
        fc.pre(from !== to)
        const values = parseRange(`${from}-${to} [${count}]`, 'number') as number[]
        expect(values).toHaveLength(count)
        expect([values[0], values.at(-1)]).toEqual([from, to])
        const gap = (to - from) / (count - 1)
        for (const [i, value] of values.entries()) expect(value).toBeCloseTo(from + i * gap, 8)
      }),
    )
  })

  it('is read back from what it was written as', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: 1 }), (values) => {
        // Written, -0 is 0.
        const plain = [...new Set(values.map((value) => value + 0))]
        expect(parseRange(formatRange(plain), 'number')).toEqual(plain)
      }),
    )
    fc.assert(
      fc.property(fc.uniqueArray(fc.string(), { minLength: 1 }), (words) => {
        expect(parseRange(formatRange(words), 'word')).toEqual(words)
      }),
    )
  })
})
