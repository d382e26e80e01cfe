import { describe, expect, it } from 'vitest'
import { cellsIn, gap, layoutOf, mostCells, movedBy, spareRows } from '../../src/renderer/gallery/layout.ts'

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
