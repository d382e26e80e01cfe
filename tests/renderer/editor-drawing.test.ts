import { describe, expect, test } from 'vitest'
import { beginStroke, strokeTo } from '../../src/renderer/editor/brush.ts'
import { createMask, keysOfRect, pixelAt } from '../../src/renderer/editor/mask.ts'
import { fill } from '../../src/renderer/editor/operations.ts'
import { createOverlay, type OverlayStyle } from '../../src/renderer/editor/overlay.ts'
import { levelFor, visibleTiles } from '../../src/renderer/editor/pyramid.ts'
import type { View } from '../../src/renderer/editor/view.ts'

const style: OverlayStyle = { colour: [10, 20, 30], opacity: 0.5, edgesOnly: false }
const view: View = { scale: 1, x: 0, y: 0, width: 300, height: 200, dpr: 1 }
const whole = { left: 0, top: 0, right: 300, bottom: 200 }

describe('the overlay', () => {
  test('at 100 % every device pixel is the mask pixel below it, in the colour at half its value', () => {
    const mask = createMask(300, 200)
    strokeTo(mask, beginStroke(false, 0), { x: 150, y: 90, radius: 70 })
    const pixels = createOverlay().paint(mask, view, whole, style)
    let compared = 0
    for (let y = 0; y < 200; y++) {
      for (let x = 0; x < 300; x++) {
        const value = pixelAt(mask, x, y)
        if (value === 0 || value >= 128) continue
        const at = (y * 300 + x) * 4
        expect(Array.from(pixels.subarray(at, at + 4))).toEqual([10, 20, 30, Math.round(value * 0.5)])
        compared++
      }
    }
    expect(compared).toBeGreaterThan(1000)
  })

  test('a part redrawn is the same pixels as the whole', () => {
    const mask = createMask(3000, 2000)
    strokeTo(mask, beginStroke(false, 0.5), { x: 1400, y: 900, radius: 300 })
    const far: View = { ...view, scale: 0.0973, x: 3.4, y: 1.7 }
    const overlay = createOverlay()
    const all = overlay.paint(mask, far, whole, style)
    const part = { left: 101, top: 57, right: 190, bottom: 131 }
    const again = overlay.paint(mask, far, part, style)
    const width = part.right - part.left
    let different = 0
    for (let y = part.top; y < part.bottom; y++) {
      for (let x = part.left; x < part.right; x++) {
        for (let c = 0; c < 4; c++) {
          if (all[(y * 300 + x) * 4 + c] !== again[((y - part.top) * width + x - part.left) * 4 + c]) different++
        }
      }
    }
    expect(different).toBe(0)
    expect(all.some((value) => value > 0)).toBe(true)
  })

  test('a line of one pixel is seen at five per cent', () => {
    const mask = createMask(6000, 4000)
    const stroke = beginStroke(false, 1)
    strokeTo(mask, stroke, { x: 100, y: 2001.5, radius: 0.5 })
    strokeTo(mask, stroke, { x: 5900, y: 2001.5, radius: 0.5 })
    const pixels = createOverlay().paint(mask, { ...view, scale: 0.05 }, whole, style)
    const seen = Array.from({ length: 280 }, (_, i) => pixels[(100 * 300 + 10 + i) * 4 + 3] ?? 0)
    expect(seen.every((alpha) => alpha > 0)).toBe(true)
  })

  test.each([false, true])(
    'after a change the forgotten tiles show what is there now, also where it is told where (%s)',
    (told) => {
      const mask = createMask(6000, 4000)
      const overlay = createOverlay()
      const far: View = { ...view, scale: 0.05 }
      strokeTo(mask, beginStroke(false, 1), { x: 3000, y: 2000, radius: 200 })
      overlay.paint(mask, far, whole, style)
      const rect = strokeTo(mask, beginStroke(true, 1), { x: 3000, y: 2000, radius: 300 })
      if (rect !== undefined) overlay.forget(keysOfRect(rect), ...(told ? [rect] : []))
      expect(overlay.paint(mask, far, whole, style).every((value) => value === 0)).toBe(true)
    },
  )

  test.each([1, 0.61, 0.223, 0.05])('a stroke followed move by move is what a look at the whole shows, at %s', (scale) => {
    const mask = createMask(3000, 2000)
    const near: View = { ...view, scale, x: 150 - 1500 * scale, y: 100 - 1000 * scale }
    const overlay = createOverlay()
    const room = new ArrayBuffer(300 * 200 * 4)
    for (const erase of [false, true]) {
      const stroke = beginStroke(erase, 0.5)
      for (let i = 0; i < 8; i++) {
        const rect = strokeTo(mask, stroke, { x: 1350.3 + 41 * i, y: 940 + 17 * i + (erase ? 60 : 0), radius: 77 })
        if (rect !== undefined) overlay.forget(keysOfRect(rect), rect)
        const seen = overlay.paint(mask, near, whole, style, undefined, room)
        const anew = createOverlay().paint(mask, near, whole, style)
        expect(Buffer.from(seen).equals(Buffer.from(anew)), `${erase} ${i}`).toBe(true)
        expect(seen.some((value) => value > 0)).toBe(true)
      }
    }
  })

  test('edges only draws the outline and leaves the inside clear', () => {
    const mask = createMask(300, 200)
    fill(mask)
    const pixels = createOverlay().paint(mask, view, whole, { ...style, edgesOnly: true })
    expect(pixels[3]).toBeGreaterThan(100)
    expect(pixels[(100 * 300 + 150) * 4 + 3]).toBe(0)
  })
})

describe('tiles of the photograph', () => {
  const levels = [6001, 3001, 1501, 751, 376].map((width) => ({ width, height: Math.round((width * 2) / 3) }))
  const pyramid = { levels, url: (level: number, column: number, row: number) => `${level}/${column}_${row}` }

  test('the level has at least one pixel for every device pixel, and no more than four', () => {
    expect([2, 1, 0.51, 0.5, 0.26, 0.1, 0.001].map((scale) => levelFor(levels, scale))).toEqual([0, 0, 0, 1, 1, 3, 4])
  })

  test('neighbours meet without a gap or an overlap at any zoom', () => {
    for (const scale of [0.0137, 0.31, 0.777, 3.3]) {
      const tiles = visibleTiles(pyramid, levelFor(levels, scale), { ...view, scale, x: -33.3, y: 12.7, width: 900 })
      const row = tiles.filter((tile) => tile.y === tiles[0]?.y)
      for (let i = 1; i < row.length; i++) expect(row[i]?.x).toBe((row[i - 1]?.x ?? 0) + (row[i - 1]?.width ?? 0))
      expect(tiles.length).toBeGreaterThan(0)
    }
  })

  test('only what touches the window is asked for', () => {
    const tiles = visibleTiles(pyramid, 0, { ...view, scale: 1, x: -2000, y: -1000 })
    expect(tiles.map(({ url }) => url)).toEqual(['0/3_1', '0/4_1', '0/3_2', '0/4_2'])
  })
})
