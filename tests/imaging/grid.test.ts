import { expect, it } from 'vitest'
import { windowed } from '../../src/core/index.ts'
import { blendAlpha } from '../../src/imaging/blend.ts'
import { blendFills } from '../../src/imaging/composite.ts'
import type { Pixels } from '../../src/imaging/decode.ts'
import { planCrops } from '../../src/imaging/plan.ts'
import { stacked } from '../../src/imaging/strips.ts'
import { cut } from '../../src/imaging/tiles.ts'
import type { ModelSize } from '../../src/shared/imaging.ts'
import type { CropRecipe } from '../../src/shared/recipe.ts'
import { lastOf, placesOf, windowCrops } from '../../src/shared/windows.ts'
import { photoOf, randomPicture } from './pictures.ts'

/**
 * Where the grid of windows lies does not show (STUDIO.md 8a): the same wire in the same photograph, of which more or less is cut off at the left and
 * above, so that every window looks at other pixels. SOAK=1: across 6000 x 4000.
 */

const soak = process.env['SOAK'] !== undefined
const [width, height] = soak ? [6000, 4000] : [900, 620]
const cutOff = 64
const shifts: readonly (readonly [number, number])[] = [
  [13, 29],
  [cutOff, 7],
  ...(soak
    ? ([
        [1, 0],
        [31, 32],
      ] as const)
    : []),
]
/** Takes so little at once that a refinement, too, goes through windows. */
const model: ModelSize = { channels: 3, range: [-1, 1], size: { multipleOf: 8, min: 64, max: 192, best: [128] } }
const settings = { asGrey: false, invert: false }

/** From edge to edge of the larger photograph, so many pixels thick from above. */
const strokes = { 'a wire of 12 px': 12, 'a band that is refined': 170 } as const
const isIn = (thick: number, x: number, y: number) => Math.abs(y - (height * (0.1 + (0.8 * x) / width) + cutOff / 2)) <= thick / 2

/** A model that changes nothing, asked window by window. */
async function lookedThrough(crop: CropRecipe, strip: Float32Array): Promise<Float32Array> {
  const { windows } = crop
  if (windows === undefined) return strip
  const denoise = windowed(
    ({ shape, data }) => Promise.resolve({ x0: { shape, data: data.slice() } }),
    { cell: windows.cell, edge: windows.edge, windows: placesOf(windows) },
    8,
    false,
  )
  const { x0 } = await denoise({ shape: { n: 1, c: 3, h: strip.length / 3 / windows.cell, w: windows.cell }, data: strip }, 1)
  return Float32Array.from(x0.data)
}

/** Slow waves, which what is filled at half the size gives back. */
function waves(): Pixels {
  const [w, h] = [width + cutOff, height + cutOff]
  const data = new Uint8Array(w * h * 3)
  for (let y = 0, i = 0; y < h; y++)
    for (let x = 0; x < w; x++)
      for (let c = 0; c < 3; c++) data[i++] = Math.round(127 + 100 * Math.sin(x / 41 + c) * Math.cos(y / 37))
  return { width: w, height: h, channels: 3, data }
}

it.each([
  ['a wire of 12 px', 'full', 1],
  ['a band that is refined', 'full', 1],
  ['a band that is refined', '2x', 2],
] as const)('%s, refined %s, is within 2 levels the same wherever the windows lie', async (name, refine, scale) => {
  const whole = name === 'a wire of 12 px' ? randomPicture(11, width + cutOff, height + cutOff, 3, 8) : waves()
  const filled = async (dx: number, dy: number) => {
    const source = cut(whole, dx, dy, width, height)
    const mask = Uint8Array.from({ length: width * height }, (_, i) =>
      isIn(strokes[name], (i % width) + dx, Math.floor(i / width) + dy) ? 255 : 0,
    )
    const alpha = blendAlpha({ width, height, data: mask }, { grow: 0, feather: 4, side: 'outward' })
    const crops = planCrops(alpha, source, model, 32, refine).map(lastOf)
    const photo = photoOf(source)
    const fills = []
    for (const crop of crops)
      fills.push({ crop, data: await lookedThrough(crop, stacked(photo, alpha, model, crop, settings).photo) })
    const out = blendFills(source, alpha, fills, model, settings)
    // At the photograph's own scale it is the photograph.
    expect(worstOf(out, source, 0, 0)).toBeLessThanOrEqual(scale === 1 ? 1 : 255)
    return { out, windows: crops.flatMap(windowCrops) }
  }
  const unmoved = await filled(0, 0)
  const places = new Set(unmoved.windows.map(({ x, y }) => `${x} ${y}`))
  for (const [dx, dy] of shifts) {
    const moved = await filled(dx, dy)
    expect(moved.windows.length).toBeGreaterThan(6)
    // Nothing is scaled down, and hardly a window looks at what one of the others did.
    for (const one of moved.windows) expect([one.width, one.height]).toEqual([one.modelWidth * scale, one.modelHeight * scale])
    const kept = moved.windows.filter(({ x, y }) => places.has(`${x + dx} ${y + dy}`)).length
    expect(kept).toBeLessThan(0.1 * moved.windows.length)
    expect(worstOf(moved.out, unmoved.out, dx, dy)).toBeLessThanOrEqual(2)
  }
})

/** The largest difference of `a` to `b`, which begins so much earlier. */
function worstOf(a: Pixels, b: Pixels, dx: number, dy: number): number {
  let worst = 0
  for (let y = 0; y < height - dy; y++)
    for (let x = 0; x < 3 * (width - dx); x++)
      worst = Math.max(worst, Math.abs(a.data[y * width * 3 + x]! - b.data[((y + dy) * width + dx) * 3 + x]!))
  return worst
}
