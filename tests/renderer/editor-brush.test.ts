import fc from 'fast-check'
import { expect, test } from 'vitest'
import { beginStroke, strokeTo, type StrokePoint } from '../../src/renderer/editor/brush.ts'
import { createMask, pixelAt } from '../../src/renderer/editor/mask.ts'
import { fill } from '../../src/renderer/editor/operations.ts'

const seed = 4711
const size = { width: 300, height: 280 }

/** What a stroke is, said the long way: the most any point of its lines gives a pixel, by the distance and the radius there. */
function coverage(points: readonly StrokePoint[], hardness: number, x: number, y: number): number {
  let most = 0
  for (const [i, b] of points.entries()) {
    const a = points[i - 1] ?? b
    const [dx, dy] = [b.x - a.x, b.y - a.y]
    const squared = dx * dx + dy * dy
    const along = squared === 0 ? 0 : ((x + 0.5 - a.x) * dx + (y + 0.5 - a.y) * dy) / squared
    const t = Math.min(1, Math.max(0, along))
    const distance = Math.hypot(x + 0.5 - a.x - t * dx, y + 0.5 - a.y - t * dy)
    const radius = a.radius + t * (b.radius - a.radius)
    const outer = radius + 0.5
    const s = Math.min(1, Math.max(0, (outer - distance) / (outer - Math.min(radius * hardness, radius - 0.5))))
    most = Math.max(most, 255 * s * s * (3 - 2 * s))
  }
  return most
}

// Lines shorter than the radius are drawn in one piece, and so are what the definition says.
const strokes = fc.record({
  hardness: fc.double({ min: 0, max: 1, noNaN: true }),
  erase: fc.boolean(),
  radius: fc.double({ min: 10, max: 90, noNaN: true }),
  pressed: fc.array(fc.double({ min: 0.7, max: 1, noNaN: true }), { minLength: 3, maxLength: 3 }),
  start: fc.record({ x: fc.double({ min: -40, max: 340, noNaN: true }), y: fc.double({ min: -40, max: 320, noNaN: true }) }),
  steps: fc.array(fc.record({ x: fc.double({ min: -4, max: 4, noNaN: true }), y: fc.constantFrom(0, -3, 2.5, 5) }), {
    minLength: 2,
    maxLength: 2,
  }),
})

test(`every pixel of a stroke is what its distance from the line makes of it (seed ${seed})`, () => {
  fc.assert(
    fc.property(strokes, ({ hardness, erase, radius, pressed, start, steps }) => {
      const mask = createMask(size.width, size.height)
      if (erase) fill(mask)
      const stroke = beginStroke(erase, hardness)
      const points: StrokePoint[] = []
      for (const [i, share] of pressed.entries()) {
        const { x, y } = points[i - 1] ?? start
        const step = steps[i - 1] ?? { x: 0, y: 0 }
        points.push({ x: x + step.x, y: y + step.y, radius: radius * share })
      }
      for (const point of points) strokeTo(mask, stroke, point)
      for (let y = 0; y < size.height; y++) {
        for (let x = 0; x < size.width; x++) {
          const painted = erase ? 255 - pixelAt(mask, x, y) : pixelAt(mask, x, y)
          // Rounded once.
          if (Math.abs(painted - coverage(points, hardness, x, y)) > 0.501)
            expect([x, y, painted]).toEqual([x, y, coverage(points, hardness, x, y)])
        }
      }
    }),
    { seed, numRuns: 60 },
  )
})
