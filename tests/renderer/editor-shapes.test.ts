import { describe, expect, test, vi } from 'vitest'
import type { LoadedTile } from '../../src/renderer/editor/operations.ts'
import { createMask, fullTile, hashMask, type Mask, pixelAt, tileArea, tileKey } from '../../src/renderer/editor/mask.ts'
import { drawShape, type Shape } from '../../src/renderer/editor/shapes.ts'
import { openEditor } from './editor-harness.ts'

const sumOf = (mask: Mask) => {
  let sum = 0
  for (const tile of mask.tiles.values()) for (const value of tile) sum += value
  return sum / 255
}
const drawn = (shape: Shape, width = 700, height = 600) => {
  const mask = createMask(width, height)
  drawShape(mask, shape, false)
  return mask
}

describe('a shape', () => {
  test('rectangle covers whole pixels, the nearest to its corners, whichever way it is drawn', () => {
    const mask = drawn({ kind: 'rectangle', from: { x: 300.4, y: 299.6 }, to: { x: 100.3, y: 49.6 } })
    expect(sumOf(mask)).toBe(200 * 250)
    expect([pixelAt(mask, 100, 50), pixelAt(mask, 299, 299), pixelAt(mask, 99, 50), pixelAt(mask, 300, 299)]).toEqual([
      255, 255, 0, 0,
    ])
  })

  test('ellipse has the area of an ellipse within a thousandth, and a smooth edge', () => {
    const mask = drawn({ kind: 'ellipse', from: { x: 50.3, y: 80.2 }, to: { x: 650.9, y: 500.7 } })
    expect(sumOf(mask) / (Math.PI * 300.3 * 210.25)).toBeCloseTo(1, 3)
    const values = new Set([...mask.tiles.values()].flatMap((tile) => [...tile]))
    expect(values.size).toBeGreaterThan(100)
  })

  test('polygon covers each pixel by the share of it that lies inside', () => {
    // A triangle's area, and single pixels cut along their diagonal.
    const mask = drawn({ kind: 'polygon', points: [{ x: 10, y: 10 }, { x: 510, y: 10 }, { x: 10, y: 510 }] }) // prettier-ignore
    expect(sumOf(mask)).toBeCloseTo(125_000, -1)
    expect(Math.abs(pixelAt(mask, 259, 260) - 127.5)).toBeLessThan(2)
    expect([pixelAt(mask, 258, 260), pixelAt(mask, 260, 260)]).toEqual([255, 0])
  })

  test('that swallows whole tiles exchanges them, pixel for pixel as if it had been written, and undo brings them back', () => {
    const shapes: readonly Shape[] = [
      { kind: 'ellipse', from: { x: -90.5, y: 3.2 }, to: { x: 1180.7, y: 1033.9 } },
      { kind: 'polygon', points: [{ x: 20, y: 9.5 }, { x: 1090, y: 200 }, { x: 900, y: 1015 }, { x: 100, y: 800 }] }, // prettier-ignore
    ]
    for (const shape of shapes) {
      const whole = drawn(shape, 1100, 1000)
      expect([...whole.tiles.values()]).toContain(fullTile)
      // The same shape through windows too narrow to hold a whole tile.
      const sumOfParts = (left: number) => {
        const moved = (point: { x: number; y: number }) => ({ x: point.x - left, y: point.y })
        const part =
          shape.kind === 'polygon'
            ? { ...shape, points: shape.points.map(moved) }
            : { ...shape, from: moved(shape.from), to: moved(shape.to) }
        return sumOf(drawn(part, 100, 1000))
      }
      expect(sumOf(whole)).toBeCloseTo(
        Array.from({ length: 11 }, (_, i) => sumOfParts(i * 100)).reduce((a, b) => a + b),
        6,
      )
      const hands = openEditor(1100, 1000)
      hands.editor.operate('fill')
      const filled = hands.hash()
      hands.editor.merge([{ key: tileKey(2, 2), data: new Uint8Array(tileArea).fill(100) }], 'subtract')
      const before = hands.hash()
      const [erased, again] = [createMask(1100, 1000), createMask(1100, 1000)]
      for (const mask of [erased, again])
        drawShape(mask, { kind: 'rectangle', from: { x: 0, y: 0 }, to: { x: 1100, y: 1000 } }, false)
      drawShape(erased, shape, true)
      expect(sumOf(erased)).toBeCloseTo(1100 * 1000 - sumOf(whole), 0)
      hands.key('O').pointerDown(20, 20, { alt: true }).pointerMove([1080, 980]).pointerUp()
      expect(hands.hash()).not.toBe(before)
      expect(hands.undo().hash()).toBe(before)
      expect(hands.undo().hash()).toBe(filled)
    }
  })

  test('that crosses itself is filled where it goes round at all', () => {
    const star = [0, 2, 4, 1, 3].map((k) => ({
      x: 300 + 200 * Math.sin((k * 2 * Math.PI) / 5),
      y: 300 - 200 * Math.cos((k * 2 * Math.PI) / 5),
    }))
    const mask = drawn({ kind: 'polygon', points: star })
    expect(pixelAt(mask, 300, 300)).toBe(255)
    expect(pixelAt(mask, 300, 480)).toBe(0)
  })

  test.each(['rectangle', 'ellipse', 'polygon'] as const)('%s beyond the photograph paints what lies on it alone', (kind) => {
    const [from, to] = [
      { x: -500, y: -400 },
      { x: 1500, y: 1400 },
    ]
    const points = [from, { x: to.x, y: from.y }, to, { x: from.x, y: to.y }]
    const mask = drawn(kind === 'polygon' ? { kind, points } : { kind, from, to }, 300, 200)
    expect(sumOf(mask)).toBe(300 * 200)
    const beyond = drawn(kind === 'polygon' ? { kind, points: points.map(({ x, y }) => ({ x: x + 3000, y })) } : { kind, from: { x: 3000, y: 0 }, to: { x: 4000, y: 9 } }) // prettier-ignore
    expect(beyond.tiles.size).toBe(0)
  })

  test('adds by the larger and takes away by what is left', () => {
    const mask = createMask(400, 400)
    const left: Shape = { kind: 'ellipse', from: { x: 10, y: 10 }, to: { x: 200, y: 200 } }
    drawShape(mask, left, false)
    const once = hashMask(mask)
    drawShape(mask, left, false)
    expect(hashMask(mask)).toBe(once)
    drawShape(mask, { kind: 'rectangle', from: { x: 0, y: 0 }, to: { x: 400, y: 100 } }, true)
    expect([pixelAt(mask, 105, 99), pixelAt(mask, 105, 100)]).toEqual([0, 255])
  })
})

describe('the selection tools', () => {
  test('a drag selects, Alt or the right button takes away, each one step', () => {
    const hands = openEditor(800, 600)
    hands.key('R').pointerDown(100, 100).pointerMove([300, 250]).pointerUp().expectMask(299, 249, 255).expectMask(300, 249, 0)
    hands.pointerDown(150, 150, { alt: true }).pointerMove([200, 200]).pointerUp().expectMask(160, 160, 0).expectMask(140, 160, 255)
    hands.pointerDown(100, 100, { button: 2 }).pointerMove([120, 250]).pointerUp().expectMask(110, 200, 0)
    expect(hands.editor.history.undo).toHaveLength(3)
    expect(hands.undo().undo().undo().editor.isEmpty()).toBe(true)
  })

  test('Shift makes a circle of an ellipse', () => {
    const hands = openEditor(800, 600)
    hands.editor.dispatch({ kind: 'actual' })
    hands.key('O').pointerDown(200, 200)
    hands.editor.dispatch({ kind: 'move', pointer: 1, samples: [{ at: { x: 0, y: 0 }, pressure: 1 }], shift: true })
    const { gesture } = hands.editor.state()
    if (gesture.kind !== 'outlining') throw new Error('There is no outline.')
    const [from, to] = gesture.points
    expect(Math.abs((to?.x ?? 0) - (from?.x ?? 0))).toBeCloseTo(Math.abs((to?.y ?? 0) - (from?.y ?? 0)), 9)
  })

  test('a lasso closes itself and may leave the photograph and come back', () => {
    const hands = openEditor(400, 300)
    hands.key('L').pointerDown(100, 100).pointerMove([100, 500], [200, 500]).pointerMove([200, 100]).pointerUp()
    hands.expectMask(150, 200, 255).expectMask(150, 299, 255).expectMask(150, 90, 0).expectMask(210, 200, 0)
    expect(hands.editor.history.undo).toHaveLength(1)
  })

  test('a click, or a drag that encloses nothing, is no step', () => {
    const hands = openEditor(400, 300)
    for (const key of ['R', 'O', 'L']) hands.key(key).click([50, 50]).pointerDown(60, 60).pointerMove([60.1, 60]).pointerUp()
    expect(hands.editor.history.undo).toHaveLength(0)
  })

  test('a polygon is closed by Enter, by a double click, or on its first corner', () => {
    for (const close of ['Enter', 'double', 'first'] as const) {
      const hands = openEditor(800, 600)
      hands.key('P').click([100, 100], [300, 100], [300, 300])
      expect(hands.editor.isEmpty()).toBe(true)
      if (close === 'double') hands.doubleClick(100, 300)
      else hands.click([100, 300])
      if (close === 'first') hands.click([101, 101])
      if (close === 'Enter') hands.key('Enter')
      hands.expectMask(110, 290, 255).expectMask(290, 290, 255).expectMask(301, 200, 0)
      expect(hands.editor.state().polygon).toBeNull()
      expect(hands.editor.history.undo).toHaveLength(1)
    }
  })

  test('Escape drops a polygon, Backspace and undo its last corner, another tool all of it', () => {
    const hands = openEditor(800, 600)
    hands.key('P').click([100, 100], [300, 100], [300, 300])
    expect(hands.key('Backspace').editor.state().polygon?.points).toHaveLength(2)
    expect(hands.undo().editor.state().polygon?.points).toHaveLength(1)
    expect(hands.undo().editor.state().polygon).toBeNull()
    hands.click([100, 100], [300, 100], [300, 300]).key('Escape').key('P').click([5, 5]).key('B')
    expect(hands.editor.state().polygon).toBeNull()
    expect(hands.editor.isEmpty()).toBe(true)
    hands.key('R').pointerDown(10, 10).pointerMove([90, 90]).key('Escape').pointerUp()
    expect(hands.editor.isEmpty()).toBe(true)
  })

  test('the picture can be moved between two corners', () => {
    const hands = openEditor(800, 600)
    hands.key('P').click([100, 100], [300, 100]).pointerDown(50, 50, { button: 1 })
    hands.editor.dispatch({ kind: 'move', pointer: 1, samples: [{ at: { x: 7, y: 9 }, pressure: 1 }] })
    hands.pointerUp().click([300, 300]).key('Enter').expectMask(290, 200, 255)
  })
})

describe('the magic wand', () => {
  const square: LoadedTile[] = [{ key: tileKey(0, 0), data: new Uint8Array(tileArea).fill(255, 0, 256 * 20) }]

  test('asks for the pixel under it and adds what it is told, or takes it away', async () => {
    const wand = vi.fn(async () => square)
    const hands = openEditor(400, 300, undefined, { wand })
    hands.editor.dispatch({ kind: 'tolerance', tolerance: 12 })
    hands.editor.dispatch({ kind: 'contiguous', on: false })
    hands.key('W').click([33.7, 21.2])
    expect(hands.editor.state().waiting).toBe(1)
    await vi.waitFor(() => expect(hands.editor.state().waiting).toBe(0), 20_000)
    expect(wand).toHaveBeenCalledWith({ x: 33, y: 21, tolerance: 12, contiguous: false })
    hands.expectMask(255, 19, 255).expectMask(255, 20, 0)
    hands.pointerDown(1, 1, { button: 2 }).pointerUp()
    await vi.waitFor(() => expect(hands.editor.state().waiting).toBe(0), 20_000)
    expect(hands.editor.isEmpty()).toBe(true)
    expect(hands.editor.history.undo).toHaveLength(2)
    hands.click([-3, 5])
    expect(wand).toHaveBeenCalledTimes(2)
  })

  test('that fails says so and paints nothing', async () => {
    const onError = vi.fn()
    const refusal = new Error('gone')
    const hands = openEditor(400, 300, undefined, { wand: () => Promise.reject(refusal), onError })
    hands.key('W').click([5, 5])
    await vi.waitFor(() => expect(onError).toHaveBeenCalledWith(refusal), 20_000)
    expect(hands.editor.state().waiting).toBe(0)
    expect(hands.editor.isEmpty()).toBe(true)
  })

  test('that answers during a stroke waits for its end: both can be taken back by themselves', async () => {
    const hands = openEditor(400, 300, undefined, { wand: async () => square })
    hands.key('W').click([5, 5]).key('B')
    hands.editor.dispatch({ kind: 'size', size: 20 })
    hands.pointerDown(200, 10)
    await vi.waitFor(() => expect(hands.editor.state().waiting).toBe(0), 20_000)
    hands.expectMask(5, 5, 0).pointerMove([200, 200]).pointerUp().expectMask(5, 5, 255).expectMask(200, 150, 255)
    hands.undo().expectMask(5, 5, 0).expectMask(200, 10, 255).undo().redo().redo().expectMask(5, 5, 255)
  })
})
