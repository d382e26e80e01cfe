import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { placeFor, type Area } from '../../src/main/place.ts'
import { readPlaceFile, writePlaceFile } from '../../src/main/place-file.ts'

const sizes = { first: { width: 1440, height: 900 }, smallest: { width: 960, height: 640 } }
const primary: Area = { x: 0, y: 25, width: 1920, height: 1055 }
const left: Area = { x: -2560, y: 0, width: 2560, height: 1440 }
const at = (bounds: object, maximized = false) => ({ bounds, maximized })
const open = (remembered: unknown, displays: readonly Area[] = [primary]) => placeFor(remembered, displays, sizes)

describe('the window comes back', () => {
  it('where it stood, on whichever display that was', () => {
    const here = at({ x: 100, y: 80, width: 1200, height: 800 })
    expect(open(here)).toEqual(here)
    const there = at({ x: -2000, y: 300, width: 1500, height: 1000 }, true)
    expect(open(there, [primary, left])).toEqual(there)
  })
  it('in the middle of the first display when its own is gone, still maximised', () => {
    expect(open(at({ x: -2000, y: 300, width: 1500, height: 1000 }, true))).toEqual(at(sizes.first, true))
    expect(open(at({ x: 5000, y: 5000, width: 1500, height: 1000 }))).toEqual(at(sizes.first))
  })
  it('no larger than the display it stood on', () => {
    const place = open(at({ x: 0, y: 25, width: 3840, height: 2100 }))
    expect(place.bounds).toEqual(primary)
  })
  it('with its top where it can be taken hold of', () => {
    // All but the upper edge is below the display: what is left to hold is brought in whole.
    expect(open(at({ x: 200, y: 1040, width: 1200, height: 800 })).bounds).toEqual({ x: 200, y: 280, width: 1200, height: 800 })
    // The upper edge is above the display, or so little of it is left that no hand would find it.
    expect(open(at({ x: 200, y: -400, width: 1200, height: 800 })).bounds).toEqual(sizes.first)
    expect(open(at({ x: 1900, y: 100, width: 1200, height: 800 })).bounds).toEqual(sizes.first)
  })
  it('as at the first start when nothing sound was remembered', () => {
    const wrong = [undefined, null, 7, 'x', {}, { bounds: null }, { bounds: { x: 0, y: 0, width: 1.5, height: 3 } }]
    for (const remembered of [
      ...wrong,
      { bounds: { x: 0, y: 0, width: -5, height: 700 } },
      { bounds: { width: 1000, height: 700 } },
    ])
      expect(open(remembered)).toEqual(at(sizes.first))
    expect(open(undefined, [{ x: 0, y: 0, width: 1280, height: 720 }]).bounds).toEqual({ width: 1280, height: 720 })
    expect(open(undefined, []).bounds).toEqual(sizes.first)
  })
})

it('whatever was remembered, the window lies within a display as far as its least size lets it, and what lay within stays', () => {
  const size = fc.integer({ min: 1000, max: 4000 })
  const edge = fc.integer({ min: -4000, max: 4000 })
  const area = fc.record({ x: edge, y: edge, width: size, height: size })
  fc.assert(
    fc.property(area, fc.array(area, { minLength: 1, maxLength: 3 }), (bounds, displays) => {
      const { x, y, width, height } = open(at(bounds), displays).bounds
      const inside = (display: Area, one: Area) =>
        one.x >= display.x &&
        one.y >= display.y &&
        one.x + one.width <= display.x + display.width &&
        one.y + one.height <= display.y + display.height
      expect(width).toBeGreaterThanOrEqual(sizes.smallest.width)
      expect(height).toBeGreaterThanOrEqual(sizes.smallest.height)
      if (x !== undefined && y !== undefined)
        expect(displays.some((display) => inside(display, { x, y, width, height }))).toBe(true)
      if (displays.length === 1 && inside(displays[0] as Area, bounds)) expect({ x, y, width, height }).toEqual(bounds)
    }),
  )
})

it('the file of the place is whole, replaced in one go, and of no weight when it is broken', () => {
  const folder = mkdtempSync(join(tmpdir(), 'palimpsest-place-'))
  try {
    const file = join(folder, 'place.json')
    expect(readPlaceFile(file)).toBeUndefined()
    writePlaceFile(file, at({ x: 1, y: 2, width: 3, height: 4 }))
    writePlaceFile(file, at({ x: 5, y: 6, width: 7, height: 8 }, true))
    expect(readPlaceFile(file)).toEqual(at({ x: 5, y: 6, width: 7, height: 8 }, true))
    expect(readdirSync(folder)).toEqual(['place.json'])
    writeFileSync(file, '{"bounds":')
    expect(readPlaceFile(file)).toBeUndefined()
  } finally {
    rmSync(folder, { recursive: true })
  }
})
