import { describe, expect, it } from 'vitest'
import { depthOf, type Pixels } from '../../src/imaging/decode.ts'
import { packPng } from '../../src/imaging/deflate.ts'
import { loadSharp } from '../../src/imaging/sharp.ts'
import { bytesOf } from '../../src/imaging/store.ts'
import { randomPicture } from './pictures.ts'

/** The file as another's decoder reads it. */
async function reread(png: Buffer, { channels, ...pixels }: Pixels): Promise<Uint8Array> {
  const sharp = await loadSharp()
  const deep = depthOf({ channels, ...pixels }) === 16
  const input = sharp(png, { failOn: 'warning' }).toColourspace(channels < 3 ? (deep ? 'grey16' : 'b-w') : deep ? 'rgb16' : 'srgb')
  return new Uint8Array(await input.raw({ depth: deep ? 'ushort' : 'uchar' }).toBuffer())
}

/** Flat, ramps across and down, and noise: a row of each kind is best served by another filter. */
function mixed(width: number, height: number, channels: 1 | 3 | 4, depth: 8 | 16): Pixels {
  const noise = randomPicture(width + channels, width, height, channels, depth).data
  const data = noise.map((value, i) => {
    const [x, y] = [Math.floor(i / channels) % width, Math.floor(i / channels / width)]
    return [0, x * 3, y * 5, (x + y) * 2, value][Math.floor(y / 3) % 5]!
  })
  return { width, height, channels, data }
}

describe('a packed PNG', () => {
  for (const [width, height, channels, depth] of [
    [1, 1, 1, 8],
    [37, 41, 3, 8],
    [64, 48, 4, 8],
    [41, 37, 1, 16],
    [61, 40, 3, 16],
    [31, 33, 4, 16],
    // Strips of a megabyte: several of them, the last one short.
    [2000, 700, 3, 8],
    [1500, 500, 4, 16],
    // One row is more than a strip.
    [400_000, 2, 3, 8],
  ] as const) {
    it(`is what it was made of: ${width}x${height}, ${channels} channels, ${depth} bits`, async () => {
      const picture = mixed(width, height, channels, depth)
      const png = await packPng(picture, 4)
      expect(Buffer.compare(await reread(png, picture), bytesOf(picture.data))).toBe(0)
      const header = await (await loadSharp())(png).metadata()
      expect(header).toMatchObject({ width, height, channels, depth: depth === 16 ? 'ushort' : 'uchar' })
    })
  }

  it('chooses every filter somewhere', async () => {
    const { inflateSync } = await import('node:zlib')
    const picture = mixed(300, 60, 3, 8)
    const png = await packPng(picture, 4)
    // One strip: header, one IDAT, end.
    const raw = inflateSync(png.subarray(41, png.length - 16))
    const used = new Set(Array.from({ length: 60 }, (_, y) => raw[y * 901]))
    expect(used.size).toBeGreaterThanOrEqual(4)
  })
})

describe('a picture that differs from another in some rows', () => {
  const [width, height] = [2000, 1200]
  const source = mixed(width, height, 3, 8)
  const changedIn = (from: number, end: number): Pixels => ({
    ...source,
    data: source.data.map((value, i) => {
      const y = Math.floor(i / (3 * width))
      return y >= from && y < end && i % 5 === 0 ? value ^ 255 : value
    }),
  })

  it('gives the same file as without the other, wherever the rows are', async () => {
    // Strips are of 174 rows: inside one, at the edges of some, the first and the last row, none, all.
    for (const [from, end] of [
      [200, 210],
      [173, 174],
      [174, 175],
      [347, 349],
      [0, 1],
      [height - 1, height],
      [50, 50],
      [0, height],
    ] as const) {
      const picture = changedIn(from, end)
      const png = await packPng(picture, 1, { data: source.data, from, end })
      expect(Buffer.compare(png, await packPng(picture, 1)), `rows ${from} to ${end}`).toBe(0)
    }
  })

  it('takes what it is said to share from before, at the same level alone', async () => {
    const [from, end] = [600, 610]
    const one = await packPng(changedIn(from, end), 1, { data: source.data, from, end })
    // A lie, to see what is taken: these rows are not what they were.
    const lie = changedIn(0, 20)
    const kept = await packPng(lie, 1, { data: source.data, from, end })
    expect(Buffer.compare(kept.subarray(0, 2000), one.subarray(0, 2000))).toBe(0)
    const fresh = await packPng(lie, 2, { data: source.data, from, end })
    expect(Buffer.compare(fresh, await packPng(lie, 2))).toBe(0)
  })
})
