import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { presetNames } from '../../src/core/index.ts'
import type { Pixels } from '../../src/imaging/decode.ts'
import { loadMask } from '../../src/imaging/masks.ts'
import { loadSharp } from '../../src/imaging/sharp.ts'
import { maskTileSize } from '../../src/shared/imaging.ts'
import { chance, encoder, imaging, randomPicture, temporaryFolder } from './pictures.ts'

async function opened(width: number, height: number) {
  const folder = await temporaryFolder()
  const [path, photo, out] = [join(folder, 'photo.png'), join(folder, 'photo'), join(folder, 'mask.png')]
  await writeFile(path, await (await encoder(randomPicture(1, width, height, 3, 8))).png().toBuffer())
  await imaging.open({ path, folder: photo })
  const file = async (picture: Pixels, name = 'drawn.png') => {
    await writeFile(join(folder, name), await (await encoder(picture)).png().toBuffer())
    return join(folder, name)
  }
  return { folder, photo, out, file }
}

const twoPixels = (channels: 1 | 2 | 3 | 4, ...data: number[]): Pixels => ({
  width: 2,
  height: 1,
  channels,
  data: Uint8Array.from(data),
})

describe('a mask file', () => {
  it('repaints what is white, or what is opaque where it says anything about opacity; keep turns it round', async () => {
    const { photo, out, file } = await opened(2, 1)
    const read = async (picture: Pixels, keep = false) => {
      const saved = await imaging.readMask({ path: await file(picture), photo, keep, out })
      return [...(await loadMask(out)).data, saved.painted]
    }
    expect(await read(twoPixels(1, 255, 0))).toEqual([255, 0, 1])
    expect(await read(twoPixels(1, 255, 0), true)).toEqual([0, 255, 1])
    expect(await read(twoPixels(3, 255, 255, 255, 0, 0, 0))).toEqual([255, 0, 1])
    expect(await read(twoPixels(4, 0, 0, 0, 255, 255, 255, 255, 0))).toEqual([255, 0, 1])
    expect(await read(twoPixels(4, 0, 0, 0, 255, 255, 255, 255, 255))).toEqual([0, 255, 1])
    expect(await read(twoPixels(2, 0, 0, 0, 200))).toEqual([0, 200, 1])
    expect(await read(twoPixels(1, 127, 128))).toEqual([127, 128, 1])
  })

  it('of 16 bits is read too', async () => {
    const { photo, out, file } = await opened(2, 1)
    await imaging.readMask({
      path: await file({ width: 2, height: 1, channels: 1, data: Uint16Array.of(65535, 300) }),
      photo,
      keep: false,
      out,
    })
    expect([...(await loadMask(out)).data]).toEqual([255, 1])
  })

  it('of another size is refused in a sentence that names both', async () => {
    const { photo, out, file } = await opened(20, 10)
    await expect(imaging.readMask({ path: await file(twoPixels(1, 255, 0)), photo, keep: false, out })).rejects.toMatchObject({
      code: 'request',
      message: 'The mask drawn.png is 2 x 1 pixels but the photograph is 20 x 10.',
    })
  })

  it("is an 8-bit grey PNG of the photograph's size for every preset", async () => {
    const { photo, out } = await opened(30, 17)
    const sharp = await loadSharp()
    const seen = new Set<string>()
    for (const preset of presetNames) {
      const { painted, sha256 } = await imaging.presetMask({ photo, preset, out })
      expect(await sharp(out).metadata()).toMatchObject({ format: 'png', width: 30, height: 17, channels: 1, depth: 'uchar' })
      const data = await sharp(out).toColourspace('b-w').raw().toBuffer()
      expect(data.filter((value) => value === 255)).toHaveLength(painted)
      expect(data.every((value) => value === 0 || value === 255)).toBe(true)
      seen.add(sha256)
    }
    // RePaint's half is the right half under its other name.
    expect(seen.size).toBe(presetNames.length - 1)
    await expect(imaging.presetMask({ photo, preset: 'diagonal', out })).rejects.toMatchObject({ code: 'request' })
  })
})

describe("the editor's tiles", () => {
  it('come back as they were sent, the parts beyond the photograph cut away, and leave the other tiles alone', async () => {
    const { photo, out } = await opened(600, 300)
    const next = chance(3)
    const tile = async () =>
      new Uint8Array(
        await (
          await encoder({
            width: maskTileSize,
            height: maskTileSize,
            channels: 1,
            data: Uint8Array.from({ length: maskTileSize ** 2 }, () => next() * 256),
          })
        )
          .png()
          .toBuffer(),
      )
    const [a, b] = [await tile(), await tile()]
    await imaging.writeMaskTiles({ photo, tiles: [{ column: 0, row: 0, png: a }], out })
    const saved = await imaging.writeMaskTiles({ photo, tiles: [{ column: 2, row: 1, png: b }], out })
    const mask = (await loadMask(out)).data
    expect(mask.filter((value) => value >= 128)).toHaveLength(saved.painted)
    const sharp = await loadSharp()
    const pixels = async (png: Uint8Array) => sharp(png).toColourspace('b-w').raw().toBuffer()
    const [sent, other] = [await pixels(a), await pixels(b)]
    for (let y = 0; y < 300; y++) {
      for (let x = 0; x < 600; x++) {
        const wanted = x < 256 && y < 256 ? sent[y * 256 + x] : x >= 512 && y >= 256 ? other[(y - 256) * 256 + x - 512] : 0
        if (mask[y * 600 + x] !== wanted) expect.fail(`pixel ${x}, ${y}`)
      }
    }
    const back = await imaging.readMaskTiles({ mask: out })
    expect(back.map(({ column, row }) => [column, row])).toEqual([
      [0, 0],
      [2, 1],
    ])
    expect(await pixels(back[0]!.png)).toEqual(sent)
    const cut = await pixels(back[1]!.png)
    expect(cut).toHaveLength(maskTileSize ** 2)
    expect(cut[43 * 256 + 87]).toBe(other[43 * 256 + 87])
    expect(cut[44 * 256 + 87]).toBe(0)
    expect(cut[43 * 256 + 88]).toBe(0)
  })

  it('sent at once all arrive', async () => {
    const { photo, out } = await opened(1024, 256)
    const white = new Uint8Array(
      await (await encoder({ width: 256, height: 256, channels: 1, data: new Uint8Array(65536).fill(255) })).png().toBuffer(),
    )
    await Promise.all([0, 1, 2, 3].map((column) => imaging.writeMaskTiles({ photo, tiles: [{ column, row: 0, png: white }], out })))
    expect((await loadMask(out)).data.every((value) => value === 255)).toBe(true)
  })

  it('of a wrong size or place are refused', async () => {
    const { photo, out } = await opened(300, 300)
    const small = new Uint8Array(await (await encoder(twoPixels(1, 255, 0))).png().toBuffer())
    await expect(imaging.writeMaskTiles({ photo, tiles: [{ column: 0, row: 0, png: small }], out })).rejects.toMatchObject({
      code: 'request',
    })
    const fine = new Uint8Array(
      await (await encoder({ width: 256, height: 256, channels: 1, data: new Uint8Array(65536) })).png().toBuffer(),
    )
    await expect(imaging.writeMaskTiles({ photo, tiles: [{ column: 2, row: 0, png: fine }], out })).rejects.toMatchObject({
      code: 'request',
    })
  })
})
