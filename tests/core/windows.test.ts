import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { allocate } from '../../src/core/latent.ts'
import type { Denoiser, Latent } from '../../src/core/types.ts'
import { windowed, windowsAtOnce, type WindowPlan } from '../../src/core/windows.ts'
import { cellsOf, placesOf, type Windows } from '../../src/shared/windows.ts'

const planOf = (windows: Windows): WindowPlan => ({ cell: windows.cell, edge: windows.edge, windows: placesOf(windows) })
/** Some windows of 4 x 4 cells of 2 pixels, overlapping or not. */
const plans = fc
  .array(fc.tuple(fc.nat(6), fc.nat(6)), { minLength: 1, maxLength: 7 })
  .map((at): Windows => ({ cell: 2, edge: 4, at: at.filter(([x, y], i) => at.findIndex(([u, v]) => u === x && v === y) === i) }))

function strip(windows: Windows, n: number, c: number, value: (i: number) => number): Latent {
  const x = allocate({ n, c, h: cellsOf(windows).length * windows.cell, w: windows.cell }, 'float64')
  for (let i = 0; i < x.data.length; i++) x.data[i] = value(i)
  return x
}
const half: Denoiser = (x) => Promise.resolve({ x0: { shape: x.shape, data: x.data.map((value) => value / 2) } })

describe('windows as one denoiser', () => {
  it('say of a pixel what one that looks at pixels alone says, however they lie and however many go at once', async () => {
    await fc.assert(
      fc.asyncProperty(plans, fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 3 }), async (windows, batch, n) => {
        const x = strip(windows, n, 2, (i) => Math.sin(i))
        const { x0 } = await windowed(half, planOf(windows), batch, false)(x, 1)
        expect(x0.shape).toEqual(x.shape)
        for (let i = 0; i < x0.data.length; i++) expect(x0.data[i]).toBeCloseTo(x.data[i]! / 2, 12)
      }),
    )
  })

  it('show the model each window with its own pixels in their places, the last ones again where a call is not full', async () => {
    const windows: Windows = {
      cell: 1,
      edge: 2,
      at: [
        [0, 0],
        [1, 0],
        [0, 5],
      ],
    }
    const places = new Map(cellsOf(windows).map(([column, row], i) => [i, 10 * row + column]))
    const seen: number[][] = []
    const spy: Denoiser = (x) => {
      for (let image = 0; image < x.shape.n; image++) seen.push(Array.from(x.data.subarray(4 * image, 4 * image + 4)))
      return Promise.resolve({ x0: x })
    }
    await windowed(
      spy,
      planOf(windows),
      2,
      false,
    )(
      strip(windows, 1, 1, (i) => places.get(i) ?? NaN),
      1,
    )
    expect(seen).toEqual([
      [0, 1, 10, 11],
      [1, 2, 11, 12],
      [50, 51, 60, 61],
      [50, 51, 60, 61],
    ])
  })

  it('pass into one another without a step, and weigh the learned variance as they weigh the estimate', async () => {
    const windows: Windows = {
      cell: 16,
      edge: 2,
      at: [
        [0, 0],
        [1, 0],
      ],
    }
    let call = 0
    const flat: Denoiser = (x) => {
      const x0 = { shape: x.shape, data: x.data.map(() => call) }
      call++
      return Promise.resolve({ x0, fraction: () => x0 })
    }
    const said = await windowed(
      flat,
      planOf(windows),
      1,
      true,
    )(
      strip(windows, 1, 1, () => 0),
      1,
    )
    // The middle row of the three upper cells, left to right.
    const row = [0, 1, 2].flatMap((cell) => Array.from(said.x0.data.subarray((cell * 16 + 8) * 16, (cell * 16 + 9) * 16)))
    expect([row[0], row[47]]).toEqual([0, 1])
    for (let i = 1; i < row.length; i++) {
      expect(row[i]! - row[i - 1]!).toBeGreaterThan(-1e-12)
      expect(row[i]! - row[i - 1]!).toBeLessThan(0.12)
    }
    expect(said.fraction?.().data).toEqual(said.x0.data)
  })

  it('leave a picture as it is beside others, and take the level of each', async () => {
    const windows: Windows = {
      cell: 2,
      edge: 4,
      at: [
        [0, 0],
        [2, 1],
      ],
    }
    const levelled: Denoiser = (x, sigma) => {
      const size = x.data.length / x.shape.n
      const at = (image: number) => (typeof sigma === 'number' ? sigma : sigma[image]!)
      return Promise.resolve({ x0: { shape: x.shape, data: x.data.map((value, i) => value * at(Math.floor(i / size))) } })
    }
    const denoise = windowed(levelled, planOf(windows), 3, false)
    const together = strip(windows, 2, 1, (i) => Math.cos(i))
    const size = together.data.length / 2
    const both = (await denoise(together, [2, 5])).x0.data.slice()
    const alone = { shape: { ...together.shape, n: 1 }, data: together.data.slice(size) }
    expect(both.slice(size)).toEqual((await denoise(alone, 5)).x0.data)
  })

  it('refuse a strip of other windows', async () => {
    const windows: Windows = { cell: 2, edge: 4, at: [[0, 0]] }
    const other = allocate({ n: 1, c: 1, h: 30, w: 2 })
    await expect(windowed(half, planOf(windows), 1, false)(other, 1)).rejects.toThrow(
      'Expected 16 cells of 2 pixels but received 30 x 2.',
    )
  })

  it('go in as few calls as may be, evenly filled', () => {
    expect([1, 4, 5, 9, 94].map((count) => windowsAtOnce(count, 4))).toEqual([1, 4, 3, 3, 4])
  })
})
