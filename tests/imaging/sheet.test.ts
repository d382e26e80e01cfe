import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { colour, digits, imaging, randomPicture, encoder, temporaryFolder } from './pictures.ts'
import { decode } from '../../src/imaging/decode.ts'
import { readFile } from 'node:fs/promises'

const pixelsOf = async (path: string) => decode(await readFile(path), path)

describe('a sheet of samples', () => {
  const samples = (n: number, c: number) => Float32Array.from({ length: n * c * 4 }, (_, i) => ((i * 29) % 256) / 127.5 - 1)

  it.each([
    [3, 3, 1, { width: 8, height: 2 }],
    [3, 2, 3, { width: 5, height: 5 }],
    [1, 4, 1, { width: 2, height: 2 }],
  ])('of %d in %d columns with %d channels holds each picture, and grey between', async (n, columns, c, size) => {
    const out = join(await temporaryFolder(), 'sheet.png')
    const images = samples(n, c)
    await imaging.writeSheet({ images, shape: { n, c, h: 2, w: 2 }, range: [-1, 1], columns, gap: 1, out })
    const sheet = await pixelsOf(out)
    expect({ width: sheet.width, height: sheet.height }).toEqual(size)
    const across = Math.min(columns, n)
    const seen = new Set<number>()
    for (let image = 0; image < n; image++) {
      for (let y = 0; y < 2; y++) {
        for (let x = 0; x < 2; x++) {
          const at = ((Math.floor(image / across) * 3 + y) * size.width + (image % across) * 3 + x) * sheet.channels
          seen.add(at)
          for (let k = 0; k < c; k++) {
            const wanted = Math.round(255 * ((images[((image * c + k) * 2 + y) * 2 + x]! + 1) / 2))
            expect(sheet.data[at + k]).toBe(wanted)
          }
        }
      }
    }
    for (let at = 0; at < sheet.data.length; at += sheet.channels) if (!seen.has(at)) expect(sheet.data[at]).toBe(128)
  })

  it('refuses samples of another number than it is told', async () => {
    const out = join(await temporaryFolder(), 'sheet.png')
    const wrong = imaging.writeSheet({
      images: samples(2, 1),
      shape: { n: 3, c: 1, h: 2, w: 2 },
      range: [-1, 1],
      columns: 3,
      gap: 0,
      out,
    })
    await expect(wrong).rejects.toMatchObject({ code: 'internal' })
  })
})

describe('a picture as a model takes it', () => {
  const written = async (channels: 1 | 3, width: number, height: number) => {
    const pixels = randomPicture(3, width, height, channels, 8)
    const path = join(await temporaryFolder(), 'a.png')
    await (await encoder(pixels)).png().toFile(path)
    return { pixels, path }
  }

  it("of the model's size is its own values, exactly", async () => {
    const { pixels, path } = await written(3, 64, 64)
    const { picture, resized } = await imaging.readPicture({ path, model: colour, width: 64, height: 64, asGrey: false })
    expect(resized).toBe(false)
    for (const [i, value] of picture.entries()) {
      const [channel, at] = [Math.floor(i / 4096), i % 4096]
      expect(value).toBeCloseTo(pixels.data[3 * at + channel]! / 127.5 - 1, 6)
    }
  })

  it('of another shape is its middle, resampled', async () => {
    const { path } = await written(1, 120, 56)
    const { picture, resized, sha256 } = await imaging.readPicture({ path, model: digits, width: 28, height: 28, asGrey: false })
    expect([resized, picture.length, sha256.length]).toEqual([true, 784, 64])
    // The middle 56 x 56 alone: what lies outside has no part in it.
    const { pixels, path: other } = await written(1, 120, 56)
    const data = pixels.data.map((value, i) => (i % 120 < 24 || i % 120 >= 96 ? 0 : value)) as Uint8Array
    await (await encoder({ ...pixels, data })).png().toFile(other)
    expect((await imaging.readPicture({ path: other, model: digits, width: 28, height: 28, asGrey: false })).picture).toEqual(
      picture,
    )
  })

  it('in colour is refused for a model of grey unless it may be taken in grey', async () => {
    const { path } = await written(3, 28, 28)
    const read = (asGrey: boolean) => imaging.readPicture({ path, model: digits, width: 28, height: 28, asGrey })
    await expect(read(false)).rejects.toMatchObject({ code: 'request', message: expect.stringContaining('as grey') as string })
    expect((await read(true)).picture).toHaveLength(784)
  })
})
