import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Pixels } from '../../src/imaging/decode.ts'
import { loadSharp } from '../../src/imaging/sharp.ts'
import { fromAlpha, wand } from '../../src/imaging/wand.ts'
import { maskTileSize, type MaskOrigin, type MaskTile } from '../../src/shared/imaging.ts'
import { chance, encoder, imaging, randomPicture, temporaryFolder } from './pictures.ts'

const seed = 60
const of = (width: number, channels: 1 | 2 | 3 | 4, ...data: number[]): Pixels => ({
  width,
  height: data.length / width / channels,
  channels,
  data: Uint8Array.from(data),
})

/** By the definition: spread to like neighbours until nothing changes. */
function slowly(photo: Pixels, x: number, y: number, tolerance: number): Uint8Array {
  const { width, height, channels, data } = photo
  const like = (i: number) =>
    Array.from({ length: channels }, (_, c) => Math.abs(data[i * channels + c]! - data[(y * width + x) * channels + c]!)).every(
      (difference) => difference <= tolerance,
    )
  const out = new Uint8Array(width * height)
  out[y * width + x] = 255
  for (let changed = true; changed;) {
    changed = false
    for (let i = 0; i < out.length; i++) {
      if (out[i] === 255 || !like(i)) continue
      const [column, row] = [i % width, Math.floor(i / width)]
      const near = [column > 0 && i - 1, column + 1 < width && i + 1, row > 0 && i - width, row + 1 < height && i + width]
      if (!near.some((at) => at !== false && out[at] === 255)) continue
      out[i] = 255
      changed = true
    }
  }
  return out
}

async function opened(picture: Pixels): Promise<{ photo: string; select: (from: MaskOrigin) => Promise<readonly MaskTile[]> }> {
  const folder = await temporaryFolder()
  const [path, photo] = [join(folder, 'photo.png'), join(folder, 'photo')]
  await writeFile(path, await (await encoder(picture)).png().toBuffer())
  await imaging.open({ path, folder: photo })
  return { photo, select: (from) => imaging.selectTiles({ photo, from }) }
}

const bytesOf = async ({ png }: MaskTile) => new Uint8Array(await (await loadSharp())(png).extractChannel(0).raw().toBuffer())

describe('the magic wand', () => {
  it(`takes what hangs together with the touched pixel, by the definition (seed ${seed})`, () => {
    const photos = fc.record({
      width: fc.integer({ min: 1, max: 14 }),
      height: fc.integer({ min: 1, max: 14 }),
      channels: fc.constantFrom(1 as const, 3 as const, 4 as const),
      values: fc.integer({ min: 2, max: 4 }),
      from: fc.nat(),
      tolerance: fc.integer({ min: 0, max: 2 }),
    })
    fc.assert(
      fc.property(photos, ({ width, height, channels, values, from, tolerance }) => {
        const next = chance(from)
        const data = Uint8Array.from({ length: width * height * channels }, () => Math.floor(next() * values))
        const photo = { width, height, channels, data }
        const [x, y] = [Math.floor(next() * width), Math.floor(next() * height)]
        expect(wand(photo, { x, y, tolerance, contiguous: true }).data).toEqual(slowly(photo, x, y, tolerance))
      }),
      { seed, numRuns: 300 },
    )
  })

  it('not contiguous takes every like pixel, each channel within the tolerance', () => {
    const photo = of(5, 1, 100, 0, 131, 132, 69)
    expect([...wand(photo, { x: 0, y: 0, tolerance: 31, contiguous: false }).data]).toEqual([255, 0, 255, 0, 255])
    const colours = of(3, 3, 10, 10, 10, 12, 8, 10, 10, 10, 13)
    expect([...wand(colours, { x: 0, y: 0, tolerance: 2, contiguous: false }).data]).toEqual([255, 255, 0])
  })

  it('measures 16 bits at their own depth', () => {
    const photo: Pixels = { width: 3, height: 1, channels: 1, data: Uint16Array.of(1000, 1257, 1258) }
    expect([...wand(photo, { x: 0, y: 0, tolerance: 1, contiguous: true }).data]).toEqual([255, 255, 0])
  })

  it('goes over a photograph of 24 megapixels and leaves no pixel out', () => {
    const [width, height] = [6000, 4000]
    const photo: Pixels = { width, height, channels: 1, data: new Uint8Array(width * height) }
    const { data } = wand(photo, { x: 3000, y: 2000, tolerance: 0, contiguous: true })
    expect(data.every((value) => value === 255)).toBe(true)
  })

  it('beside the photograph is refused', () => {
    expect(() => wand(of(2, 1, 0, 0), { x: 2, y: 0, tolerance: 0, contiguous: true })).toThrow(/no pixel/)
  })
})

describe('a mask made without strokes', () => {
  it('comes from the opened photograph in tiles, empty ones left out, and is not saved', async () => {
    const picture = randomPicture(3, 600, 20, 3, 8)
    for (let y = 0; y < 20; y++) (picture.data as Uint8Array).fill(7, y * 1800, y * 1800 + 300 * 3)
    const { select } = await opened(picture)
    const tiles = await select({ kind: 'wand', x: 5, y: 5, tolerance: 0, contiguous: true })
    expect(tiles.map(({ column, row }) => [column, row])).toEqual([
      [0, 0],
      [1, 0],
    ])
    const [first, second] = await Promise.all(tiles.map(bytesOf))
    expect([first![0], first![19 * maskTileSize + 255], first![20 * maskTileSize]]).toEqual([255, 255, 0])
    expect([second![300 - 256 - 1], second![19 * maskTileSize + 43]]).toEqual([255, 255])
    expect(second![19 * maskTileSize + 60]).toBe(0)
  })

  it('of the transparent parts is their opposite, at 8 bits of whatever depth', async () => {
    expect([...fromAlpha(of(3, 2, 9, 255, 9, 100, 9, 0)).data]).toEqual([0, 155, 255])
    expect([...fromAlpha({ width: 1, height: 1, channels: 4, data: Uint16Array.of(1, 2, 3, 0x8080) }).data]).toEqual([127])
    const { select } = await opened(of(2, 4, 1, 2, 3, 255, 1, 2, 3, 55))
    const [tile] = await select({ kind: 'alpha' })
    expect([...(await bytesOf(tile!)).subarray(0, 2)]).toEqual([0, 200])
    const opaque = await opened(randomPicture(1, 9, 9, 3, 8))
    await expect(opaque.select({ kind: 'alpha' })).rejects.toMatchObject({ code: 'request' })
  })

  it('of a file is the file, refused by name where its size is another', async () => {
    const { select } = await opened(randomPicture(1, 2, 1, 3, 8))
    const bytesOfFile = async (picture: Pixels) => new Uint8Array(await (await encoder(picture)).png().toBuffer())
    const [tile] = await select({ kind: 'file', name: 'drawn.png', bytes: await bytesOfFile(of(2, 1, 0, 200)) })
    expect([...(await bytesOf(tile!)).subarray(0, 2)]).toEqual([0, 200])
    await expect(select({ kind: 'file', name: 'drawn.png', bytes: await bytesOfFile(of(3, 1, 0, 0, 0)) })).rejects.toMatchObject({
      code: 'request',
      message: 'The mask drawn.png is 3 x 1 pixels but the photograph is 2 x 1.',
    })
    await expect(select({ kind: 'file', name: 'letter.png', bytes: new Uint8Array(9) })).rejects.toMatchObject({ code: 'request' })
  })
})
