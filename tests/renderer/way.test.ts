import { describe, expect, it } from 'vitest'
import { curveOf, figure, placeOf, previewAt, wayOf } from '../../src/renderer/way/way.ts'
import type { Trace, TraceRecord } from '../../src/shared/trace.ts'

const record = (index: number, more: Partial<TraceRecord> = {}): TraceRecord => ({
  index,
  t: 900 - index,
  alphaBar: 0.5,
  sigma: 3 - index,
  scoreNorm: [10 + index, 20 + index],
  stepSize: 1,
  nfe: index + 1,
  milliseconds: 5 * (index + 1),
  ...more,
})
const picture = (...rgb: readonly number[]) => ({ width: 1, height: 1, rgb: Buffer.from(rgb).toString('base64') })
const traceOf = (...runs: readonly { indices: readonly number[]; steps: readonly TraceRecord[] }[]): Trace =>
  ({
    palimpsest: 'trace',
    format: 1,
    recipe: {},
    runs: runs.map(({ indices, steps }) => ({ pictures: indices.map((index) => ({ index, seed: 50 + index })), steps })),
  }) as unknown as Trace

describe('the way of one picture', () => {
  const trace = traceOf(
    {
      indices: [0, 1],
      steps: [record(0), record(1, { stepSize: [7, 8], effectiveSampleSize: 2.5 }), record(2, { scoreNorm: null })],
    },
    { indices: [2], steps: [record(0, { scoreNorm: [99] })] },
  )

  it('is found in the batch it was in, at its own place', () => {
    expect(wayOf(trace, 1)?.map((step) => step.score)).toEqual([20, 21, null])
    expect(wayOf(trace, 1)?.map((step) => step.stepSize)).toEqual([1, 8, 1])
    expect(wayOf(trace, 0)?.[1]).toMatchObject({ stepSize: 7, effectiveSampleSize: 2.5, milliseconds: 10, own: 5, nfe: 2 })
    expect(wayOf(trace, 2)?.map((step) => step.score)).toEqual([99])
    expect(wayOf(trace, 3)).toBeUndefined()
  })

  it('of a fill is another in each window', () => {
    const fill = {
      runs: [
        { pictures: [{ index: 0, seed: 1 }], crop: 0, steps: [record(0)] },
        { pictures: [{ index: 0, seed: 1 }], crop: 1, steps: [record(0), record(1)] },
        { pictures: [{ index: 1, seed: 2 }], crop: 0, steps: [record(0), record(1), record(2)] },
      ],
    } as unknown as Trace
    expect([wayOf(fill, 0)?.length, wayOf(fill, 0, 1)?.length, wayOf(fill, 1, 0)?.length, wayOf(fill, 1, 1)]).toEqual([
      1,
      2,
      3,
      undefined,
    ])
  })

  it('shows the estimate of a step, or the last that was kept before it', () => {
    const kept = traceOf({
      indices: [4],
      steps: [record(0, { previews: [picture(1, 2, 3)] }), record(1), record(2, { previews: [picture(4, 5, 6)] })],
    })
    const way = wayOf(kept, 4)!
    expect([0, 1, 2, 9].map((step) => [...(previewAt(way, step)?.rgb ?? [])])).toEqual([
      [1, 2, 3],
      [1, 2, 3],
      [4, 5, 6],
      [4, 5, 6],
    ])
    expect(previewAt(wayOf(traceOf({ indices: [0], steps: [record(0)] }), 0)!, 0)).toBeUndefined()
  })
})

describe('a curve', () => {
  it('is logarithmic, from the highest at the top to the lowest at the foot', () => {
    expect(curveOf([100, 10, 1], 100, 50)).toEqual({ lines: ['0,0 50,25 100,50'], low: 1, high: 100 })
  })

  it('takes a way back up by its magnitude and breaks where there is no value', () => {
    expect(curveOf([1, null, -100, 0, 1], 100, 10)?.lines).toEqual(['0,10', '50,0', '100,10'])
  })

  it('of equal values, or of one, lies in the middle; of none is none', () => {
    expect(curveOf([3, 3], 10, 8)?.lines).toEqual(['0,4 10,4'])
    expect(curveOf([3], 10, 8)?.lines).toEqual(['5,4'])
    expect(curveOf([null, 0, NaN, Infinity], 10, 8)).toBeUndefined()
  })

  it('has its playhead where its points are', () => {
    expect([0, 1, 4].map((step) => placeOf(step, 5))).toEqual([0, 0.25, 1])
    expect(placeOf(0, 1)).toBe(0.5)
  })
})

it.each([
  [68.5223, '68.5'],
  [0.012345, '0.0123'],
  [0.000015, '1.5e-5'],
  [0, '0'],
  [123456, '1.2e+5'],
  [NaN, '—'],
])('%d is written %s', (value, words) => {
  expect(figure(value)).toBe(words)
})
