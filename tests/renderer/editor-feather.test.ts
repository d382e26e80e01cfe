import { describe, expect, test } from 'vitest'
import { type Feather, featherGrid, featherPixels } from '../../src/renderer/editor/feather.ts'
import { createMask, type Mask } from '../../src/renderer/editor/mask.ts'
import { fill } from '../../src/renderer/editor/operations.ts'
import { drawShape } from '../../src/renderer/editor/shapes.ts'
import type { View } from '../../src/renderer/editor/view.ts'
import { blendAlpha } from '../../src/imaging/blend.ts'

const style = { colour: [10, 20, 30], opacity: 1, edgesOnly: false } as const
const featherPicture = (mask: Mask, at: View, blend: Feather, ink: typeof style) => {
  const grid = featherGrid(mask, at, blend)
  return grid === undefined ? undefined : { ...grid, pixels: featherPixels(grid, ink) }
}
const view: View = { scale: 1, x: 0, y: 0, width: 300, height: 200, dpr: 1 }
const painted = () => {
  const mask = createMask(300, 200)
  drawShape(mask, { kind: 'rectangle', from: { x: 100, y: 60 }, to: { x: 200, y: 140 } }, false)
  return mask
}
const alphaAt = (mask: ReturnType<typeof painted>, at: View, blend: Feather, x: number, y: number) => {
  const picture = featherPicture(mask, at, blend, style)
  return picture === undefined ? undefined : picture.pixels[(y * picture.width + x) * 4 + 3]
}

describe('the feather over the mask', () => {
  test('at 100 % is the alpha that the blend will have, beyond the paint and within it', () => {
    const data = Uint8Array.from({ length: 300 * 200 }, (_, i) => {
      const [x, y] = [i % 300, Math.floor(i / 300)]
      return x >= 100 && x < 200 && y >= 60 && y < 140 ? 255 : 0
    })
    for (const side of ['outward', 'inside'] as const) {
      const blend = { grow: side === 'outward' ? 5 : 0, feather: 12, side }
      const truth = blendAlpha({ width: 300, height: 200, data }, blend)
      const picture = featherPicture(painted(), view, blend, style)
      let compared = 0
      for (let y = 0; y < truth.height; y++) {
        for (let x = 0; x < truth.width; x++) {
          const at = (y + truth.y) * 300 + x + truth.x
          if ((data[at] === 255) !== (side === 'inside')) continue
          const alpha = truth.data[y * truth.width + x] ?? 0
          expect(picture?.pixels[at * 4 + 3]).toBe(side === 'outward' ? alpha : 255 - alpha)
          if (alpha > 0 && alpha < 255) compared++
        }
      }
      expect(compared).toBeGreaterThan(1000)
    }
  })

  test('is as wide on the screen as it is in the photograph, at any zoom and on a coarser grid', () => {
    const blend: Feather = { grow: 20, feather: 0, side: 'outward' }
    const near: View = { ...view, scale: 4, x: -400, y: -240, width: 3000, height: 2000, dpr: 1 }
    const picture = featherPicture(painted(), near, blend, style)
    expect(picture?.step).toBeGreaterThan(2)
    const step = picture?.step ?? 1
    // The paint ends at 200 of the photograph, 400 of the screen.
    expect(alphaAt(painted(), near, blend, Math.floor((400 + 4 * 17) / step), Math.floor(160 / step))).toBe(255)
    expect(alphaAt(painted(), near, blend, Math.floor((400 + 4 * 23) / step), Math.floor(160 / step))).toBe(0)
  })

  test('is nothing where it is too narrow to be seen, and does not begin at the border of the photograph', () => {
    expect(featherPicture(painted(), { ...view, scale: 0.1 }, { grow: 0, feather: 6, side: 'outward' }, style)).toBeUndefined()
    const full = createMask(300, 200)
    fill(full)
    const picture = featherPicture(full, { ...view, scale: 0.5, x: 40, y: 40 }, { grow: 0, feather: 30, side: 'inside' }, style)
    expect(picture?.pixels.every((value) => value === 0)).toBe(true)
  })
})
