import { describe, expect, it } from 'vitest'
import { cellsIn, gap, layoutOf, mostCells, movedBy, slotsFor, spareRows } from '../../src/renderer/gallery/layout.ts'
import { gone } from '../../src/renderer/gallery/useHurry.ts'

describe('the layout of the gallery', () => {
  const sizes = [
    [320, 300],
    [870, 560],
    [1030, 700],
    [2150, 1250],
    [3800, 2000],
  ] as const
  it.each(sizes)('fills %i x %i with at most 250 cells, however small they are wanted', (width, height) => {
    for (let wanted = 40; wanted <= 480; wanted += 4) {
      const { columns, cell, pitch } = layoutOf(width, height, wanted)
      // A screen that begins and ends within a row shows a part of one more.
      const rows = Math.ceil(height / pitch) + 1 + 2 * spareRows
      expect([wanted, columns * rows <= mostCells || columns === 1]).toEqual([wanted, true])
      expect(columns * pitch - gap).toBeLessThanOrEqual(width)
      // No room for another column is left over.
      expect(width - columns * pitch).toBeLessThan(columns)
      expect(columns === 1 || cell >= wanted || width < wanted).toBe(true)
    }
  })
  it('has cells of the wanted size where there is room for them', () => {
    expect(layoutOf(870, 560, 168)).toEqual({ columns: 5, cell: 169, pitch: 175 })
    expect(layoutOf(100, 560, 168).columns).toBe(1)
  })
})

describe('keys', () => {
  const grid = { columns: 4, rows: 3, total: 10 }
  it.each([
    ['ArrowRight', 0, 1],
    ['ArrowLeft', 0, 0],
    ['ArrowLeft', 5, 4],
    ['ArrowDown', 1, 5],
    ['ArrowUp', 1, 1],
    ['ArrowUp', 9, 5],
    ['ArrowRight', 9, 9],
    // Row 2 has two pictures only: the last one is below all others.
    ['ArrowDown', 7, 9],
    ['ArrowDown', 8, 8],
    ['PageDown', 1, 9],
    ['PageUp', 9, 0],
    ['Home', 7, 0],
    ['End', 2, 9],
    ['x', 2, undefined],
  ])('%s leads from %i to %s', (key, from, to) => {
    expect(movedBy(key, from, grid)).toBe(to)
  })
  it('lead nowhere where there is nothing', () => {
    expect(movedBy('Home', 0, { ...grid, total: 0 })).toBeUndefined()
  })
})

describe('a rubber band', () => {
  const layout = { columns: 3, cell: 10, pitch: 16 }
  const cells = (left: number, top: number, right: number, bottom: number, total = 8) =>
    cellsIn({ left, top, right, bottom }, layout, total).flatMap(([first, last]) =>
      Array.from({ length: last - first + 1 }, (_, i) => first + i),
    )
  it('takes what it touches', () => {
    expect(cells(2, 2, 3, 3)).toEqual([0])
    expect(cells(9, 9, 17, 17)).toEqual([0, 1, 3, 4])
    expect(cells(-50, 20, 500, 21)).toEqual([3, 4, 5])
  })
  it('takes nothing between the cells and no cell that is not there', () => {
    expect(cells(11, 0, 15, 40)).toEqual([])
    expect(cells(0, 12, 40, 15)).toEqual([])
    expect(cells(0, 0, 500, 500)).toEqual([0, 1, 2, 3, 4, 5, 6, 7])
    expect(cells(0, 200, 10, 300)).toEqual([])
  })
})

describe('the elements of rows', () => {
  const keys = (rows: readonly number[], before: Parameters<typeof slotsFor>[1]) => slotsFor(rows, before).map(({ key }) => key)
  const first = slotsFor([0, 1, 2, 3], [])
  it('are one for each row', () => {
    expect(keys([0, 1, 2, 3], [])).toEqual([0, 1, 2, 3])
    expect(keys([0, 1, 2, 3], first)).toEqual([0, 1, 2, 3])
    expect(keys([], first)).toEqual([])
  })
  it('stay with their row, and those of rows that are gone are taken over', () => {
    expect(keys([1, 2, 3, 4], first)).toEqual([1, 2, 3, 0])
    expect(keys([3, 4, 5], first)).toEqual([3, 0, 1])
    expect(keys([2, 3, 4, 5, 6], first)).toEqual([2, 3, 0, 1, 4])
  })
  it('stay in their order where every row is another', () => {
    const second = slotsFor([1, 2, 3, 4], first)
    expect(keys([90, 91, 92, 93], second)).toEqual([1, 2, 3, 0])
    expect(keys([90, 91, 92, 93, 94], second)).toEqual([1, 2, 3, 0, 4])
  })
})

describe('haste', () => {
  const walk = (steps: readonly (readonly [top: number, time: number])[]) => {
    let going = { top: 0, time: 0, fast: -Infinity }
    return steps.map(([top, time]) => {
      const now = gone(going, top, time)
      going = now
      return now.hurry
    })
  }
  it('is fast steps one after another, and no single leap', () => {
    expect(
      walk([
        [2000, 16],
        [4000, 32],
        [6000, 48],
      ]),
    ).toEqual([false, true, true])
    expect(
      walk([
        [90_000, 16],
        [90_000, 500],
        [0, 1000],
      ]),
    ).toEqual([false, false, false])
  })
  it('is none where every step is slow', () => {
    expect(
      walk([
        [120, 16],
        [240, 32],
        [360, 48],
      ]),
    ).toEqual([false, false, false])
  })
  it('is of a way up as well', () => {
    expect(
      walk([
        [-2000, 16],
        [-4000, 32],
      ]),
    ).toEqual([false, true])
  })
})
