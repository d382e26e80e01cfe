import { describe, expect, it } from 'vitest'
import { type Alpha, blendAlpha } from '../../src/imaging/blend.ts'
import { blendFills, countChanged } from '../../src/imaging/composite.ts'
import type { Pixels } from '../../src/imaging/decode.ts'
import { planCrops } from '../../src/imaging/plan.ts'
import { quickFill } from '../../src/imaging/quick.ts'
import { stacked } from '../../src/imaging/strips.ts'
import type { ModelSize } from '../../src/shared/imaging.ts'
import { photoOf, randomPicture } from './pictures.ts'

const model: ModelSize = { channels: 3, range: [-1, 1], size: { multipleOf: 8, min: 64, max: 1024, best: [64] } }
const settings = { asGrey: false, invert: false }

/** A slope in each channel, which a membrane through its edge gives back. */
function slope(width: number, height: number): Pixels {
  const data = new Uint8Array(width * height * 3)
  for (let y = 0, i = 0; y < height; y++)
    for (let x = 0; x < width; x++, i += 3) {
      data[i] = 40 + Math.floor((150 * x) / width)
      data[i + 1] = 200 - Math.floor((150 * y) / height)
      data[i + 2] = 90 + Math.floor((60 * (x + y)) / (width + height))
    }
  return { width, height, channels: 3, data }
}

function painted(width: number, height: number, isHole: (x: number, y: number) => boolean): Alpha {
  const data = new Uint8Array(width * height)
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) if (isHole(x, y)) data[y * width + x] = 255
  return blendAlpha({ width, height, data }, { grow: 0, feather: 2, side: 'outward' })
}

/** The photograph with white where the hole is. */
function white(photo: Pixels, alpha: Alpha): Pixels {
  const data = photo.data.slice()
  for (let i = 0; i < alpha.data.length; i++) {
    const at = ((alpha.y + Math.floor(i / alpha.width)) * photo.width + alpha.x + (i % alpha.width)) * 3
    if (alpha.data[i]! > 0) data.fill(255, at, at + 3)
  }
  return { ...photo, data }
}

describe('a quick fill', () => {
  it('is what is round the hole, spread over it, whatever was there', () => {
    const photo = slope(160, 120)
    const alpha = painted(160, 120, (x, y) => (x - 80) ** 2 + (y - 60) ** 2 < 900)
    const spoilt = white(photo, alpha)
    const fill = quickFill(spoilt, alpha, alpha)
    const row = new Float32Array(20 * 3)
    let worst = 0
    for (let y = 0; y < alpha.height; y += 5) {
      fill.readInto(row, y, 20)
      for (let x = 0; x < 20; x++) {
        if (alpha.data[y * alpha.width + 20 + x] === 0) continue
        for (let c = 0; c < 3; c++)
          worst = Math.max(worst, Math.abs(255 * row[x * 3 + c]! - photo.data[((alpha.y + y) * 160 + alpha.x + 20 + x) * 3 + c]!))
      }
    }
    expect(worst).toBeLessThan(4)
  })

  it.each([
    ['whole', (x: number, y: number) => (x - 80) ** 2 + (y - 60) ** 2 < 900, false],
    ['through windows', (x: number, y: number) => Math.abs(y - 50) < 5 && x > 10, true],
  ] as const)('stands in the hole of what the model is given, and nowhere else (%s)', (_name, isHole, windows) => {
    const photo = slope(windows ? 1600 : 160, 120)
    const alpha = painted(photo.width, 120, isHole)
    const [crop] = planCrops(alpha, photo, model, 16)
    if (crop === undefined) throw new Error('this mask has a crop')
    expect(crop.windows !== undefined).toBe(windows)
    const { photo: given, mask } = stacked(photoOf(photo), alpha, model, crop, settings)
    const { quick } = stacked(photoOf(white(photo, alpha)), alpha, model, crop, settings, true)
    if (quick === undefined) throw new Error('a quick fill was asked for')
    expect(stacked(photoOf(photo), alpha, model, crop, settings).quick).toBeUndefined()
    let [worst, moved] = [0, 0]
    for (let i = 0; i < quick.length; i++) {
      const difference = Math.abs(quick[i]! - given[i]!)
      if (mask[i % mask.length] === 0) moved = Math.max(moved, difference)
      else worst = Math.max(worst, difference)
    }
    // Known pixels beside the hole are the photograph's.
    expect(moved).toBe(0)
    // Of a range of 2: four levels of a slope.
    expect(worst).toBeLessThan(8 / 255)
  })

  it('of a mask that leaves nothing to be seen is grey', () => {
    const photo = randomPicture(1, 64, 64, 3, 8)
    const alpha = painted(64, 64, () => true)
    const row = new Float32Array(9)
    quickFill(photo, alpha, alpha).readInto(row, 5, 3)
    expect([...row]).toEqual(Array.from({ length: 9 }, () => 0.5))
  })
})

describe('a seam treatment of a long thin fill', () => {
  it.each(['colour', 'membrane'] as const)(
    '%s takes off what is wrong in every window, draws no line, touches nothing outside',
    (seam) => {
      const photo = slope(1600, 120)
      const alpha = painted(1600, 120, (x, y) => Math.abs(y - 50) < 5 && x > 10)
      const fills = planCrops(alpha, photo, model, 16).map((crop) => {
        expect(crop.windows).toBeDefined()
        return { crop, data: stacked(photoOf(photo), alpha, model, crop, settings).photo.map((value) => value - 20 / 255) }
      })
      const out = blendFills(photo, alpha, fills, model, { ...settings, finish: { grain: 0, seam, seed: 1 } })
      expect(countChanged(photo, out, alpha)).toBe(0)
      let worst = 0
      for (let i = 0; i < out.data.length; i++) worst = Math.max(worst, Math.abs(out.data[i]! - photo.data[i]!))
      expect(worst).toBeLessThanOrEqual(3)
    },
  )
})
