import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { actualSize, fit, pan, resize, scaleRange, toImage, toScreen, type View, zoomAt } from '../../src/renderer/editor/view.ts'

const seed = 20240611
const view: View = { scale: 1, x: 0, y: 0, width: 1000, height: 700, dpr: 1 }

describe('the view', () => {
  test.each([1, 1.5, 2])(
    `a screen point and its image pixel agree within half a pixel after any zooming at dpr %s (seed ${seed})`,
    (dpr) => {
      const at = fc.record({ x: fc.integer({ min: 0, max: 1000 }), y: fc.integer({ min: 0, max: 700 }) })
      const zooms = fc.array(fc.tuple(at, fc.double({ min: 0.2, max: 5, noNaN: true })), { maxLength: 60 })
      fc.assert(
        fc.property(zooms, at, (steps, point) => {
          let now = fit({ ...view, dpr }, { width: 6000, height: 4000 })
          for (const [where, factor] of steps) {
            const fixed = toImage(now, where)
            now = zoomAt(now, where, factor)
            const after = toImage(now, where)
            expect(Math.hypot(after.x - fixed.x, after.y - fixed.y)).toBeLessThan(0.5)
          }
          const back = toScreen(now, toImage(now, point))
          expect(Math.hypot(back.x - point.x, back.y - point.y)).toBeLessThan(0.5 / dpr)
        }),
        { seed },
      )
    },
  )

  test('100 % is one image pixel on one device pixel, on whole device pixels', () => {
    const actual = actualSize(fit({ ...view, dpr: 1.5 }, { width: 4001, height: 333 }))
    const a = toScreen(actual, { x: 10, y: 10 })
    const b = toScreen(actual, { x: 11, y: 10 })
    expect((b.x - a.x) * 1.5).toBeCloseTo(1, 9)
    expect([actual.x, actual.y].every(Number.isInteger)).toBe(true)
  })

  test('fit shows the whole photograph inside the insets', () => {
    const insets = { left: 70, top: 60, right: 10, bottom: 120 }
    for (const image of [
      { width: 6000, height: 4000 },
      { width: 20000, height: 100 },
      { width: 300, height: 9000 },
    ]) {
      const fitted = fit(view, image, insets)
      const corner = toScreen(fitted, { x: 0, y: 0 })
      const far = toScreen(fitted, { x: image.width, y: image.height })
      expect(corner.x).toBeGreaterThanOrEqual(69)
      expect(corner.y).toBeGreaterThanOrEqual(59)
      expect(far.x).toBeLessThanOrEqual(991)
      expect(far.y).toBeLessThanOrEqual(581)
    }
  })

  test('zoom stops at its limits without moving the photograph', () => {
    const near = zoomAt(view, { x: 500, y: 350 }, 1e9)
    expect(near.scale).toBe(scaleRange.most)
    expect(zoomAt(near, { x: 10, y: 20 }, 2)).toEqual(near)
  })

  test('a drag moves the photograph by the same screen distance', () => {
    const before = toScreen({ ...view, dpr: 2 }, { x: 40, y: 40 })
    const after = toScreen(pan({ ...view, dpr: 2 }, { x: 13, y: -7 }), { x: 40, y: 40 })
    expect(after).toEqual({ x: before.x + 13, y: before.y - 7 })
  })

  test('a window of another size keeps its middle and its zoom', () => {
    const zoomed = zoomAt(view, { x: 123, y: 456 }, 3.3)
    const next = resize(zoomed, 640, 480, 2)
    const middle = toImage(zoomed, { x: 500, y: 350 })
    expect(toImage(next, { x: 320, y: 240 }).x).toBeCloseTo(middle.x, 6)
    expect(next.scale).toBeCloseTo(zoomed.scale * 2, 9)
  })
})
