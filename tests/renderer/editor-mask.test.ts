import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { presetMask, presetNames } from '../../src/core/mask.ts'
import { createEditor } from '../../src/renderer/editor/editor.ts'
import { beginStroke, strokeTo } from '../../src/renderer/editor/brush.ts'
import { applyPatch, createHistory, difference, record, undo } from '../../src/renderer/editor/history.ts'
import { createMask, fullTile, hashMask, pixelAt, tileArea, tileKey } from '../../src/renderer/editor/mask.ts'
import { applyPreset, fill, invert, presets } from '../../src/renderer/editor/operations.ts'

const seed = 77

describe('tiles', () => {
  test('a photograph of 200 megapixels is filled, inverted and undone without a byte of its own in the middle', () => {
    const mask = createMask(20000, 10000)
    fill(mask)
    expect(mask.tiles.get(tileKey(3, 3))).toBe(fullTile)
    expect(pixelAt(mask, 19999, 9999)).toBe(255)
    invert(mask)
    expect(mask.tiles.get(tileKey(3, 3))).toBeUndefined()
    expect(pixelAt(mask, 19999, 9999)).toBe(0)
  })

  test('nothing is painted beyond the edges of the photograph', () => {
    const mask = createMask(300, 10)
    fill(mask)
    const tile = mask.tiles.get(tileKey(1, 0))
    expect(tile?.reduce((sum, value) => sum + value, 0)).toBe(44 * 10 * 255)
  })

  test('equal masks have equal hashes whatever their past, and one pixel makes another', () => {
    const a = createMask(600, 600)
    const b = createMask(600, 600)
    b.tiles.set(tileKey(1, 1), new Uint8Array(tileArea))
    expect(hashMask(a)).toBe(hashMask(b))
    const tile = b.tiles.get(tileKey(1, 1))
    if (tile !== undefined) tile[77] = 1
    expect(hashMask(a)).not.toBe(hashMask(b))
  })
})

describe('presets', () => {
  test.each([...presets])('%s is the mask of core, edge tiles included, and can be taken back', (preset) => {
    for (const [width, height] of [
      [1, 1],
      [28, 28],
      [37, 41],
      [513, 700],
    ] as const) {
      const mask = createMask(width, height)
      const history = createHistory()
      strokeTo(mask, beginStroke(false, 1), { x: width / 2, y: height / 3, radius: 9 })
      const first = hashMask(mask)
      record(history, mask, applyPreset(mask, preset))
      const rule = presetMask(preset, width, height)
      let wrong = 0
      for (let y = 0; y < height; y++) {
        for (let x = 0; x < width; x++) if (pixelAt(mask, x, y) !== (rule[y * width + x] ?? 0) * 255) wrong++
      }
      expect(wrong, `${width} x ${height}`).toBe(0)
      undo(history)
      expect(hashMask(mask)).toBe(first)
    }
  })

  test('random strokes are others every time they are asked for', () => {
    const editor = createEditor({ width: 300, height: 200 })
    const hashes = Array.from({ length: 4 }, () => {
      editor.operate('thin-strokes')
      return hashMask(editor.mask)
    })
    expect(new Set(hashes).size).toBe(4)
    editor.undo()
    expect(hashMask(editor.mask)).toBe(hashes[2])
  })

  test('every preset of core has a name for the user', () => {
    expect(presets).toEqual([...presetNames])
  })
})

describe('the brush', () => {
  test('a hard dab covers the disc: its area is pi r squared within one per cent', () => {
    const mask = createMask(400, 400)
    strokeTo(mask, beginStroke(false, 1), { x: 200.3, y: 199.8, radius: 90 })
    let sum = 0
    for (const tile of mask.tiles.values()) for (const value of tile) sum += value / 255
    expect(Math.abs(sum / (Math.PI * 90 * 90) - 1)).toBeLessThan(0.01)
  })

  test('the swept stroke is the maximum of dabs one hundredth of the diameter apart, within two levels', () => {
    const swept = createMask(300, 200)
    const stroke = beginStroke(false, 0.3)
    strokeTo(swept, stroke, { x: 60, y: 70, radius: 40 })
    strokeTo(swept, stroke, { x: 231, y: 133, radius: 40 })
    const dabbed = createMask(300, 200)
    const dabs = beginStroke(false, 0.3)
    const count = Math.ceil(Math.hypot(171, 63) / 0.8)
    for (let i = 0; i <= count; i++) {
      dabs.last = undefined
      strokeTo(dabbed, dabs, { x: 60 + (171 * i) / count, y: 70 + (63 * i) / count, radius: 40 })
    }
    let worst = 0
    for (let y = 0; y < 200; y++)
      for (let x = 0; x < 300; x++) worst = Math.max(worst, Math.abs(pixelAt(swept, x, y) - pixelAt(dabbed, x, y)))
    expect(worst).toBeLessThanOrEqual(2)
  })

  test('a soft stroke over itself is no darker than once, over another stroke neither', () => {
    const mask = createMask(200, 200)
    const stroke = beginStroke(false, 0)
    for (const x of [60, 140, 60, 140]) strokeTo(mask, stroke, { x, y: 100, radius: 40 })
    const once = pixelAt(mask, 100, 70)
    expect(once).toBeGreaterThan(0)
    expect(once).toBeLessThan(255)
    strokeTo(mask, beginStroke(false, 0), { x: 100, y: 100, radius: 40 })
    expect(pixelAt(mask, 100, 70)).toBe(once)
  })

  test('the smallest brush still marks the pixel it stands on', () => {
    const mask = createMask(20, 20)
    strokeTo(mask, beginStroke(false, 1), { x: 7.5, y: 3.5, radius: 0.5 })
    expect(pixelAt(mask, 7, 3)).toBe(255)
    expect(pixelAt(mask, 9, 3)).toBe(0)
  })

  test('touched is where bytes changed, and nothing is touched off the photograph', () => {
    const mask = createMask(500, 500)
    expect(strokeTo(mask, beginStroke(false, 1), { x: -300, y: 20, radius: 20 })).toBeUndefined()
    const rect = strokeTo(mask, beginStroke(false, 1), { x: 256, y: 256, radius: 20 })
    expect(rect).toEqual({ left: 235, top: 235, right: 277, bottom: 277 })
    expect([...mask.tiles.keys()].toSorted((a, b) => a - b)).toEqual([tileKey(0, 0), tileKey(1, 0), tileKey(0, 1), tileKey(1, 1)])
  })
})

describe('differences of tiles', () => {
  test(`a patch goes from before to after and back (seed ${seed})`, () => {
    const tile = fc.array(
      fc.tuple(fc.integer({ min: 0, max: tileArea - 1 }), fc.integer({ min: 1, max: 400 }), fc.integer({ min: 0, max: 255 })),
    )
    fc.assert(
      fc.property(tile, tile, (first, second) => {
        const [before, after] = [painted(first), painted(second)]
        const patch = difference(before, after)
        const now = before.slice()
        applyPatch(now, patch)
        expect(Buffer.compare(now, after)).toBe(0)
        applyPatch(now, patch)
        expect(Buffer.compare(now, before)).toBe(0)
      }),
      { seed, numRuns: 60 },
    )
  })

  test('a filled tile costs a handful of bytes, noise about its own size', () => {
    expect(difference(null, fullTile).length).toBeLessThan(8)
    const noise = Uint8Array.from({ length: tileArea }, (_, i) => (Math.imul(i, 2654435761) >>> 13) & 255)
    expect(difference(null, noise).length).toBeLessThan(tileArea * 1.02)
  })

  test('the oldest steps go when the bytes pass the cap, the newest one always stays', () => {
    const mask = createMask(2560, 2560)
    const history = createHistory(100_000)
    for (let i = 0; i < 60; i++) {
      const noise = Uint8Array.from({ length: tileArea }, (_, k) => (Math.imul(k + i * 977, 2654435761) >>> 13) & 255)
      mask.tiles.set(tileKey(i % 10, Math.floor(i / 10)), noise)
      record(history, mask, new Map([[tileKey(i % 10, Math.floor(i / 10)), null]]))
      expect(history.bytes).toBeLessThanOrEqual(Math.max(100_000, history.undo.at(-1)?.bytes ?? 0))
    }
    expect(history.undo.length).toBeGreaterThanOrEqual(1)
    expect(history.undo.length).toBeLessThan(60)
  })
})

function painted(runs: readonly (readonly [number, number, number])[]): Uint8Array {
  const tile = new Uint8Array(tileArea)
  for (const [at, length, value] of runs) tile.fill(value, at, at + length)
  return tile
}
