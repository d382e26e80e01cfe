import { describe, expect, it } from 'vitest'
import type { Pixels } from '../../src/imaging/decode.ts'
import { packPng } from '../../src/imaging/deflate.ts'
import { readRows } from '../../src/imaging/inflate.ts'
import { chunksOf, dressed } from '../../src/imaging/png.ts'
import { bytesOf } from '../../src/imaging/store.ts'
import { randomPicture } from './pictures.ts'

async function reread(png: Buffer, like: Pixels): Promise<Pixels['data']> {
  const out = like.data.slice().fill(0)
  const rows: number[] = []
  await readRows(png, like, (row, y) => {
    rows.push(y)
    out.set(row, y * like.width * like.channels)
  })
  expect(rows).toEqual(Array.from({ length: like.height }, (_, y) => y))
  return out
}

/** Ramps among noise, so that every filter is the best one somewhere. */
function mixed(width: number, height: number, channels: 1 | 2 | 3 | 4, depth: 8 | 16): Pixels {
  const made = randomPicture(7, width, height, channels, depth)
  const data = made.data.map((value, i) => {
    const [x, y] = [Math.floor(i / channels) % width, Math.floor(i / channels / width)]
    return [0, x * 3, y * 5, (x + y) * 2, value][Math.floor(y / 3) % 5]!
  })
  return { width, height, channels, data }
}

describe('a PNG of ours, row by row', () => {
  for (const [width, height, channels, depth] of [
    [1, 1, 1, 8],
    [37, 41, 2, 8],
    [61, 40, 3, 16],
    // Several strips.
    [2000, 700, 3, 8],
    [1500, 500, 4, 16],
  ] as const) {
    it(`is what it was made of: ${width}x${height}, ${channels} channels, ${depth} bits`, async () => {
      const picture = mixed(width, height, channels, depth)
      const png = Buffer.concat(dressed(await packPng(picture, 4), { icc: Buffer.alloc(300, 7), recipe: null }))
      expect(Buffer.compare(bytesOf(await reread(png, picture)), bytesOf(picture.data))).toBe(0)
    })
  }

  const refused = { code: 'internal', message: 'The written picture cannot be read back.' }

  it('is refused where a byte of it has changed, or a strip is missing', async () => {
    const picture = mixed(2000, 700, 3, 8)
    const png = await packPng(picture, 4)
    const damaged = Buffer.from(png)
    damaged[png.length >> 1]! ^= 1
    await expect(readRows(damaged, picture, () => undefined)).rejects.toMatchObject(refused)
    const chunks = chunksOf(png)
    const second = chunks.filter(({ type }) => type === 'IDAT')[1]
    const short = Buffer.concat([png.subarray(0, 8), ...chunks.flatMap((one) => (one === second ? [] : [one.bytes]))])
    await expect(readRows(short, picture, () => undefined)).rejects.toMatchObject(refused)
  })

  it('is refused where it has another shape', async () => {
    const picture = mixed(30, 20, 3, 8)
    const png = await packPng(picture, 4)
    await expect(readRows(png, { ...picture, width: 20, height: 30 }, () => undefined)).rejects.toMatchObject(refused)
  })
})
