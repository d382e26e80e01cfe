import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { countPainted, isPresetName, presetMask, presetNames, reduceMask } from '../../src/core/mask.ts'
import type { PresetName } from '../../src/core/mask.ts'
import { strokeStyles } from '../../src/core/strokes.ts'
import type { StrokeStyle } from '../../src/core/strokes.ts'

const drawn = (name: string, w: number, h: number): string[] => {
  const mask = presetMask(name, w, h)
  return Array.from({ length: h }, (_, y) => Array.from(mask.subarray(y * w, (y + 1) * w), (m) => (m ? '#' : '.')).join(''))
}

describe('mask presets (# = repaint)', () => {
  it('are as the course and RePaint draw them', () => {
    expect(drawn('centre', 8, 4)).toEqual(['........', '...##...', '...##...', '........'])
    expect(drawn('left', 4, 2)).toEqual(['##..', '##..'])
    expect(drawn('right', 4, 2)).toEqual(['..##', '..##'])
    expect(drawn('top', 2, 4)).toEqual(['##', '##', '..', '..'])
    expect(drawn('bottom', 2, 4)).toEqual(['..', '..', '##', '##'])
    expect(drawn('every-other-line', 3, 4)).toEqual(['...', '###', '...', '###'])
    expect(drawn('super-resolve-2x', 4, 4)).toEqual(['.#.#', '####', '.#.#', '####'])
    expect(drawn('expand', 8, 8)).toEqual([
      '########',
      '########',
      '########',
      '###..###',
      '###..###',
      '########',
      '########',
      '########',
    ])
  })

  it('have the area that their rule says, at any size', () => {
    const areas: Readonly<Record<Exclude<PresetName, StrokeStyle>, (w: number, h: number) => number>> = {
      centre: (w, h) => Math.max(1, Math.round(Math.min(w, h) / 2)) ** 2,
      left: (w, h) => Math.ceil(w / 2) * h,
      right: (w, h) => Math.ceil(w / 2) * h,
      top: (w, h) => w * Math.ceil(h / 2),
      bottom: (w, h) => w * Math.ceil(h / 2),
      genhalf: (w, h) => Math.ceil(w / 2) * h,
      'every-other-line': (w, h) => w * Math.floor(h / 2),
      'super-resolve-2x': (w, h) => w * h - Math.ceil(w / 2) * Math.ceil(h / 2),
      expand: (w, h) => w * h - Math.max(1, Math.round(w / 4)) * Math.max(1, Math.round(h / 4)),
      all: (w, h) => w * h,
    }
    expect([...Object.keys(areas), ...strokeStyles].toSorted()).toEqual([...presetNames].toSorted())
    const side = fc.integer({ min: 1, max: 70 })
    fc.assert(
      fc.property(fc.constantFrom(...Object.entries(areas)), side, side, ([name, area], w, h) => {
        expect(countPainted(presetMask(name, w, h))).toBe(area(w, h))
      }),
      { numRuns: 300 },
    )
  })

  it('genhalf keeps the left half, as RePaint is given it', () => {
    expect(drawn('genhalf', 4, 2)).toEqual(['..##', '..##'])
  })

  it('the central square has half the side of a square image', () => {
    const mask = presetMask('centre', 28, 28)
    expect(countPainted(mask)).toBe(14 * 14)
    expect([mask[7 * 28 + 7], mask[20 * 28 + 20], mask[6 * 28 + 7], mask[21 * 28 + 20]]).toEqual([1, 1, 0, 0])
    expect(countPainted(presetMask('expand', 256, 256))).toBe(256 * 256 - 64 * 64)
  })

  it('halves cover the image together, and none is empty even at one pixel', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 40 }), (w, h) => {
        for (const [a, b] of [
          ['left', 'right'],
          ['top', 'bottom'],
        ] as const) {
          const [one, other] = [presetMask(a, w, h), presetMask(b, w, h)]
          expect(one.every((value, i) => value === 1 || other[i] === 1)).toBe(true)
          expect(countPainted(one)).toBe(countPainted(other))
          expect(countPainted(one)).toBeGreaterThan(0)
        }
      }),
    )
  })

  it('refuses an unknown name and an empty size', () => {
    expect(() => presetMask('diagonal', 8, 8)).toThrow(/no mask preset/)
    expect(isPresetName('toString')).toBe(false)
    for (const name of presetNames) expect(() => presetMask(name, 0, 8)).toThrow(RangeError)
    expect(() => presetMask('left', 2.5, 8)).toThrow(RangeError)
  })
})

describe('max-pool to the model size', () => {
  it('repaints a pixel when any source pixel under it, even in part, is painted', () => {
    const mask = Uint8Array.from([0, 0, 0, 0, 0, 0, 0, 0, 0, 200])
    expect([...reduceMask(mask, 10, 1, 5, 1)]).toEqual([0, 0, 0, 0, 1])
    expect([...reduceMask(Uint8Array.from([0, 1, 0]), 3, 1, 2, 1)]).toEqual([1, 1])
    expect([...reduceMask(Uint8Array.from([0, 1]), 2, 1, 4, 1)]).toEqual([0, 0, 1, 1])
  })

  it('loses no painted pixel, paints nothing without cause, and leaves its own size alone', () => {
    const side = fc.integer({ min: 1, max: 23 })
    const painted = fc.array(fc.constantFrom(0, 0, 0, 1, 255), { minLength: 23 * 23, maxLength: 23 * 23 })
    fc.assert(
      fc.property(side, side, side, side, painted, (w, h, toW, toH, values) => {
        const mask = Uint8Array.from(values.slice(0, w * h))
        const out = reduceMask(mask, w, h, toW, toH)
        const overlaps = (i: number, from: number, j: number, to: number): boolean =>
          i * to < (j + 1) * from && j * from < (i + 1) * to
        for (let y = 0; y < toH; y++) {
          for (let x = 0; x < toW; x++) {
            const cause = mask.some((m, i) => m > 0 && overlaps(i % w, w, x, toW) && overlaps(Math.floor(i / w), h, y, toH))
            expect(out[y * toW + x]).toBe(cause ? 1 : 0)
          }
        }
        expect([...reduceMask(mask, w, h, w, h)]).toEqual([...mask].map((m) => (m > 0 ? 1 : 0)))
      }),
      { numRuns: 60 },
    )
  })

  it('refuses a mask of another size', () => {
    expect(() => reduceMask(new Uint8Array(5), 2, 3, 1, 1)).toThrow(/6 pixels but received 5/)
  })
})
