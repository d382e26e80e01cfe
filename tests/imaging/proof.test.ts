import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { alphaAt, blendAlpha } from '../../src/imaging/blend.ts'
import type { Pixels } from '../../src/imaging/decode.ts'
import type * as png from '../../src/imaging/png.ts'
import type { ModelSize } from '../../src/shared/imaging.ts'
import { saveSettings } from '../../src/shared/request.ts'
import { chance, colour, encoder, imaging, randomPicture, softly, temporaryFolder } from './pictures.ts'

/**
 * "0 pixels changed outside" is counted in the file, not claimed: a fault put into what is written comes out as the number that it is, to the pixel.
 */

const fault = vi.hoisted(() => ({ of: undefined as ((written: Pixels) => Pixels) | undefined }))
vi.mock('../../src/imaging/png.ts', async (original) => {
  const real = await original<typeof png>()
  return {
    ...real,
    encodePng: (pixels: Pixels, effort: 'fast' | 'small') =>
      real.encodePng(effort === 'small' && fault.of !== undefined ? fault.of(pixels) : pixels, effort),
  }
})
afterEach(() => {
  fault.of = undefined
})

const [width, height] = [90, 70]

/** So many samples off by so little, each at another pixel: which of them lie where A = 0? */
const faults = fc.record({
  channels: fc.constantFrom(1 as const, 2 as const, 3 as const, 4 as const),
  depth: fc.constantFrom(8 as const, 16 as const),
  off: fc.constantFrom(1, -1, 128),
  places: fc.uniqueArray(fc.nat(width * height - 1), { maxLength: 12 }),
  channel: fc.nat(3),
})

async function opened(channels: 1 | 2 | 3 | 4, depth: 8 | 16) {
  const folder = await temporaryFolder()
  const [path, photo, mask, out] = ['photo.png', 'photo', 'mask.png', 'out.png'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
    string,
  ]
  await writeFile(path, await (await encoder(randomPicture(5, width, height, channels, depth))).png().toBuffer())
  await imaging.open({ path, folder: photo })
  const drawn = join(folder, 'drawn.png')
  await writeFile(drawn, await (await encoder(box)).png().toBuffer())
  await imaging.readMask({ path: drawn, photo, keep: false, out: mask })
  const model: ModelSize = channels < 3 ? { ...colour, channels: 1 } : colour
  const { crops, painted } = await imaging.plan({ photo, mask, model, blend: softly })
  const next = chance(2)
  const fills = crops.map((crop) =>
    Float32Array.from({ length: model.channels * crop.modelWidth * crop.modelHeight }, () => next() * 2 - 1),
  )
  const from = { photo, mask, blend: softly, asGrey: false }
  const composite = () => imaging.composite({ ...from, model, crops, fills, invert: false, out, recipe: null })
  const save = (what: 'picture' | 'layer') =>
    imaging.save({
      picture: out,
      fill: from,
      original: null,
      settings: saveSettings.parse({ what, format: 'png' }),
      out: join(folder, 'saved.png'),
    })
  return { composite, save, out, painted }
}

const box: Pixels = {
  width,
  height,
  channels: 1,
  data: Uint8Array.from({ length: width * height }, (_, i) => {
    const [x, y] = [i % width, Math.floor(i / width)]
    return x >= 25 && x < 60 && y >= 12 && y < 50 ? 255 : 0
  }),
}
const alpha = blendAlpha({ width, height, data: Uint8Array.from(box.data) }, softly)
const isOutside = (place: number) => alphaAt(alpha, place % width, Math.floor(place / width)) === 0

describe('the count of changed pixels outside', () => {
  it('is of the file as it was written: each fault of the writer is in it, none inside the blend is', async () => {
    await fc.assert(
      fc.asyncProperty(faults, async ({ channels, depth, off, places, channel }) => {
        const { composite, painted } = await opened(channels, depth)
        expect(painted).toBe(alpha.data.reduce((sum, a) => sum + Number(a > 0), 0))
        expect((await composite()).changedOutside).toBe(0)
        fault.of = (pixels) => withFaults(pixels, places, channel % channels, off)
        expect((await composite()).changedOutside).toBe(places.filter(isOutside).length)
        fault.of = undefined
      }),
      { numRuns: process.env['SOAK'] === undefined ? 8 : 400 },
    )
  })

  it('is taken anew when a picture is saved: one that was changed since is told of', async () => {
    await fc.assert(
      fc.asyncProperty(faults, async ({ channels, depth, off, places, channel }) => {
        const { composite, save } = await opened(channels, depth)
        fault.of = (pixels) => withFaults(pixels, places, channel % channels, off)
        await composite()
        fault.of = undefined
        expect((await save('picture')).changedOutside).toBe(places.filter(isOutside).length)
      }),
      { numRuns: process.env['SOAK'] === undefined ? 8 : 400 },
    )
  })

  it('of a layer is of what is not clear there', async () => {
    const { composite, save } = await opened(3, 8)
    await composite()
    expect((await save('layer')).changedOutside).toBe(0)
    fault.of = (pixels) => withFaults(pixels, [0, 7, width * height - 1], pixels.channels - 1, 1)
    expect((await save('layer')).changedOutside).toBe(3)
  })
})

function withFaults(pixels: Pixels, places: readonly number[], channel: number, off: number): Pixels {
  const data = pixels.data.slice()
  const top = data instanceof Uint16Array ? 65535 : 255
  for (const place of places)
    data[place * pixels.channels + channel] = (data[place * pixels.channels + channel]! + off + top + 1) % (top + 1)
  return { ...pixels, data }
}
