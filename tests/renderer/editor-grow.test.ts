import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { grow, mostGrowth, shrink } from '../../src/renderer/editor/grow.ts'
import { createMask, fullTile, hashMask, type Mask, pixelAt, tileArea, tileKey } from '../../src/renderer/editor/mask.ts'
import { fill } from '../../src/renderer/editor/operations.ts'
import { drawShape } from '../../src/renderer/editor/shapes.ts'
import { openEditor } from './editor-harness.ts'

const seed = 1907

const disc = (mask: Mask, x: number, y: number, radius: number) =>
  drawShape(mask, { kind: 'ellipse', from: { x: x - radius, y: y - radius }, to: { x: x + radius, y: y + radius } }, false)

/** By the definition, pixel by pixel: a share of one pixel beyond `by` from what is painted, or unpainted. */
function slowly(mask: Mask, by: number, wider: boolean): number[] {
  const seeds: [number, number][] = []
  const all = Array.from({ length: mask.width * mask.height }, (_, i) => [i % mask.width, Math.floor(i / mask.width)] as const)
  for (const [x, y] of all) if (pixelAt(mask, x, y) >= 128 === wider) seeds.push([x, y])
  return all.map(([x, y]) => {
    const distance = Math.min(...seeds.map(([a, b]) => Math.hypot(a - x, b - y)))
    const value = Math.round(255 * Math.min(1, Math.max(0, by + 1 - distance)))
    return wider ? Math.max(pixelAt(mask, x, y), value) : Math.min(pixelAt(mask, x, y), 255 - value)
  })
}

const valuesOf = (mask: Mask) =>
  Array.from({ length: mask.width * mask.height }, (_, i) => pixelAt(mask, i % mask.width, Math.floor(i / mask.width)))

describe('grow and shrink', () => {
  test(`are what their definition says, across tiles too (seed ${seed})`, () => {
    // 255..261 wide: the rim of a tile lies inside; few rows keep the definition quick.
    const masks = fc.record({
      width: fc.integer({ min: 250, max: 262 }),
      height: fc.integer({ min: 1, max: 5 }),
      discs: fc.array(
        fc.tuple(fc.integer({ min: 235, max: 262 }), fc.integer({ min: -1, max: 5 }), fc.constantFrom(0.7, 1.6, 3.3)),
        {
          maxLength: 3,
        },
      ),
      by: fc.integer({ min: 1, max: 7 }),
      wider: fc.boolean(),
    })
    fc.assert(
      fc.property(masks, ({ width, height, discs, by, wider }) => {
        const mask = createMask(width, height)
        for (const [x, y, radius] of discs) disc(mask, x, y, radius)
        const expected = slowly(mask, by, wider)
        ;(wider ? grow : shrink)(mask, by)
        expect(valuesOf(mask)).toEqual(expected)
      }),
      { seed, numRuns: 30 },
    )
  })

  test('a large disc grows and shrinks by as many pixels as asked for, over many tiles', () => {
    const mask = createMask(2000, 1500)
    disc(mask, 1000, 700, 300)
    grow(mask, 150)
    expect([pixelAt(mask, 1000 + 448, 700), pixelAt(mask, 1000 + 453, 700)]).toEqual([255, 0])
    shrink(mask, 200)
    expect([pixelAt(mask, 1000, 700 - 247), pixelAt(mask, 1000, 700 - 254)]).toEqual([255, 0])
  })

  test('paint at the border does not shrink away from it; nothing grows from nothing', () => {
    const mask = createMask(600, 300)
    fill(mask)
    const full = hashMask(mask)
    shrink(mask, 50)
    expect(hashMask(mask)).toBe(full)
    const empty = createMask(600, 300)
    expect(grow(empty, 50).size).toBe(0)
    expect(empty.tiles.size).toBe(0)
  })

  test('tiles far from any edge are not touched', () => {
    const mask = createMask(256 * 9, 256 * 9)
    for (let k = 0; k < 81; k++) mask.tiles.set(tileKey(k % 9, Math.floor(k / 9)), fullTile)
    mask.tiles.set(tileKey(4, 4), new Uint8Array(tileArea))
    expect([...shrink(mask, 5).keys()]).toHaveLength(9)
    expect(mask.tiles.get(tileKey(1, 1))).toBe(fullTile)
  })

  test('are one step each, by their keys too, and no step where nothing changes', () => {
    const hands = openEditor(900, 700)
    hands.key('R').pointerDown(300, 300).pointerMove([400, 400]).pointerUp()
    hands
      .key('Ctrl+]')
      .expectMask(404 - 1, 350, 255)
      .expectMask(410, 350, 0)
    hands.key('Ctrl+[').key('Ctrl+[').expectMask(300, 350, 0).expectMask(305, 350, 255)
    expect(hands.editor.history.undo).toHaveLength(4)
    hands.undo().undo().undo().expectMask(300, 300, 255).expectMask(299, 300, 0)
    hands.editor.operate({ kind: 'grow', by: 0 })
    expect(hands.editor.history.undo).toHaveLength(1)
    hands.editor.operate({ kind: 'grow', by: 10_000 })
    hands.expectMask(399 + mostGrowth, 350, 255).expectMask(405 + mostGrowth, 350, 0)
  })
})
