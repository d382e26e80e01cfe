import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { alphaAt, blendAlpha } from '../../src/imaging/blend.ts'
import { exifFor } from '../../src/imaging/exif.ts'
import { layerOf } from '../../src/imaging/layer.ts'
import { dressed } from '../../src/imaging/png.ts'
import { loadSharp } from '../../src/imaging/sharp.ts'
import type { FillOf, ModelSize } from '../../src/shared/imaging.ts'
import { type SaveSettings, saveSettings } from '../../src/shared/request.ts'
import { chance, colour, encoder, imaging, randomPicture, recipe, softly, temporaryFolder } from './pictures.ts'

type Channels = 1 | 2 | 3 | 4

/** Camera data with everything in it, by hand: place, maker's notes, thumbnail, a size and an orientation that no longer hold. */
function cameraBlock(little: boolean): Buffer {
  const block = Buffer.alloc(600)
  const short = (value: number, at: number) => void (little ? block.writeUInt16LE(value, at) : block.writeUInt16BE(value, at))
  const long = (value: number, at: number) => void (little ? block.writeUInt32LE(value, at) : block.writeUInt32BE(value, at))
  const ifd = (at: number, entries: readonly (readonly [number, number, number, number])[], next: number) => {
    short(entries.length, at)
    for (const [i, [tag, type, count, value]] of entries.entries()) {
      short(tag, at + 2 + 12 * i)
      short(type, at + 4 + 12 * i)
      long(count, at + 6 + 12 * i)
      if (type === 3) short(value, at + 10 + 12 * i)
      else long(value, at + 10 + 12 * i)
    }
    long(next, at + 2 + 12 * entries.length)
  }
  block.write(little ? 'II' : 'MM', 0, 'latin1')
  short(42, 2)
  long(8, 4)
  ifd(
    8,
    [
      [0x010f, 2, 9, 300],
      [0x0112, 3, 1, 6],
      [0x8769, 4, 1, 100],
      [0x8825, 4, 1, 180],
    ],
    240,
  )
  ifd(
    100,
    [
      [0x927c, 7, 16, 320],
      [0xa002, 4, 1, 9999],
      [0xa003, 3, 1, 8888],
    ],
    0,
  )
  ifd(180, [[0x001d, 2, 11, 360]], 0)
  ifd(
    240,
    [
      [0x0201, 4, 1, 400],
      [0x0202, 4, 1, 20],
    ],
    0,
  )
  block.write('AcmeCam1\0', 300, 'latin1')
  block.write('NOTESNOTESNOTES!', 320, 'latin1')
  block.write('2020:02:03\0', 360, 'latin1')
  block.write('THUMBNAILTHUMBNAIL!!', 400, 'latin1')
  return Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), block])
}

describe('camera data', () => {
  it.each([true, false])('keeps the camera and loses the thumbnail, the notes and the place (little-endian: %s)', (little) => {
    const plain = exifFor(cameraBlock(little), { place: false, width: 300, height: 200 })?.toString('latin1') ?? ''
    expect(plain).toContain('AcmeCam1')
    for (const gone of ['THUMBNAIL', 'NOTES', '2020:02:03']) expect(plain).not.toContain(gone)
    const placed = exifFor(cameraBlock(little), { place: true, width: 300, height: 200 })?.toString('latin1') ?? ''
    expect(placed).toContain('2020:02:03')
    for (const gone of ['THUMBNAIL', 'NOTES']) expect(placed).not.toContain(gone)
    const read = Buffer.from(placed, 'latin1')
    const short = (at: number) => (little ? read.readUInt16LE(at) : read.readUInt16BE(at))
    // Upright, and of the size that it has now.
    expect([short(8 + 2 + 12 + 8), short(8), short(100)]).toEqual([1, 4, 2])
    expect([short(102 + 8), short(102 + 12 + 8)]).toEqual([300, 200])
    const bare = Buffer.from(plain, 'latin1')
    expect(little ? bare.readUInt16LE(8) : bare.readUInt16BE(8)).toBe(3)
  })

  it('that cannot be understood is left out, whatever it is', () => {
    const block = cameraBlock(true)
    expect(exifFor(Buffer.from('nothing of the kind'), { place: false, width: 1, height: 1 })).toBeNull()
    fc.assert(
      fc.property(fc.nat({ max: block.length }), fc.uint8Array({ maxLength: 20 }), fc.nat({ max: 500 }), (cut, noise, at) => {
        const broken = Buffer.from(block.subarray(0, cut))
        broken.set(noise.subarray(0, Math.max(0, broken.length - at)), Math.min(at, broken.length))
        exifFor(broken, { place: false, width: 1, height: 1 })
      }),
      { numRuns: process.env['SOAK'] === undefined ? 300 : 20_000 },
    )
  })
})

describe('the fill as a layer', () => {
  it('laid over the photograph by the plain mix gives the fill to the last value, in any depth', () => {
    fc.assert(
      fc.property(
        fc.record({
          channels: fc.constantFrom(1, 2, 3, 4) as fc.Arbitrary<Channels>,
          depth: fc.constantFrom(8 as const, 16 as const),
          seed: fc.nat(),
          feather: fc.integer({ min: 0, max: 12 }),
        }),
        ({ channels, depth, seed, feather }) => {
          const [width, height] = [31, 23]
          const source = randomPicture(seed, width, height, channels, depth)
          const next = chance(seed)
          const mask = Uint8Array.from({ length: width * height }, (_, i) =>
            Math.hypot((i % width) - 12, Math.floor(i / width) - 9) < 1 + 8 * next() ? 255 : 0,
          )
          const alpha = blendAlpha({ width, height, data: mask }, { grow: 0, feather, side: 'outward' })
          const colours = channels < 3 ? 1 : 3
          const out = { ...source, data: source.data.slice() }
          const values = 2 ** depth
          for (let i = 0; i < width * height; i++) {
            const a = alphaAt(alpha, i % width, Math.floor(i / width))
            for (let c = 0; c < colours; c++) {
              const at = i * channels + c
              out.data[at] = Math.round((a * Math.floor(next() * values) + (255 - a) * source.data[at]!) / 255)
            }
          }
          const layer = layerOf(source, out, alpha)
          expect([layer.width, layer.height, layer.channels]).toEqual([width, height, colours + 1])
          let [wrong, outside] = [0, 0]
          for (let i = 0; i < width * height; i++) {
            const a = layer.data[i * (colours + 1) + colours]! / (depth === 16 ? 257 : 1)
            if (a !== alphaAt(alpha, i % width, Math.floor(i / width))) outside++
            for (let c = 0; c < colours; c++) {
              const g = layer.data[i * (colours + 1) + c]!
              const mixed = Math.round((a * g + (255 - a) * source.data[i * channels + c]!) / 255)
              if (mixed !== out.data[i * channels + c]) wrong++
            }
          }
          expect([wrong, outside]).toEqual([0, 0])
        },
      ),
      { numRuns: process.env['SOAK'] === undefined ? 60 : 2000 },
    )
  })
})

/** A photograph with camera data and, where it has colour, a profile; filled by chance values. */
async function filled(channels: Channels, depth: 8 | 16) {
  const folder = await temporaryFolder()
  const sharp = await loadSharp()
  const path = join(folder, 'photo.png')
  const photo = join(folder, 'photo')
  const mask = join(folder, 'mask.png')
  const picture = join(folder, 'out.png')
  const icc =
    channels < 3
      ? null
      : ((
          await sharp(
            await sharp({ create: { width: 1, height: 1, channels: 3, background: '#123' } })
              .withIccProfile('p3')
              .png()
              .toBuffer(),
          ).metadata()
        ).icc ?? null)
  const source = randomPicture(depth + channels, 96, 64, channels, depth)
  // Through an encoder of its own: camera data in a chunk of the photograph.
  const plain = Buffer.concat(dressed(await (await encoder(source)).png().toBuffer(), { icc, recipe: null }))
  const { crc32 } = await import('node:zlib')
  const data = cameraBlock(true).subarray(6)
  const chunk = Buffer.alloc(12 + data.length)
  chunk.writeUInt32BE(data.length, 0)
  chunk.write('eXIf', 4, 'latin1')
  chunk.set(data, 8)
  chunk.writeUInt32BE(crc32(chunk.subarray(4, 8 + data.length)), 8 + data.length)
  await writeFile(path, Buffer.concat([plain.subarray(0, 33), chunk, plain.subarray(33)]))
  const { width, height } = await imaging.open({ path, folder: photo })
  await imaging.presetMask({ photo, preset: 'centre', out: mask })
  const model: ModelSize = channels < 3 ? { ...colour, channels: 1 } : colour
  const { crops } = await imaging.plan({ photo, mask, model, blend: softly })
  const next = chance(1)
  const fills = crops.map((crop) =>
    Float32Array.from({ length: model.channels * crop.modelWidth * crop.modelHeight }, () => next() * 2 - 1),
  )
  const fill: FillOf = { photo, mask, blend: softly, asGrey: false }
  await imaging.composite({ ...fill, model, crops, fills, invert: false, out: picture, recipe })
  const save = async (settings: Partial<SaveSettings>, against = fill) => {
    const out = join(folder, `saved.${settings.format ?? 'png'}`)
    const said = await imaging.save({ picture, fill: against, original: path, settings: saveSettings.parse(settings), out })
    const bytes = await readFile(out)
    const metadata = await sharp(bytes).metadata()
    return { said, bytes, metadata, out }
  }
  return { save, fill, picture, icc, width, height, sharp }
}

/** Values as stored, in the channels a file has them in. */
async function values(bytes: Buffer, depth: 8 | 16, channels: Channels): Promise<readonly number[]> {
  const sharp = await loadSharp()
  const space = depth === 16 ? (channels < 3 ? 'grey16' : 'rgb16') : channels < 3 ? 'b-w' : 'srgb'
  const raw = await sharp(bytes, { ignoreIcc: true })
    .toColourspace(space)
    .raw({ depth: depth === 16 ? 'ushort' : 'uchar' })
    .toBuffer()
  return depth === 16 ? [...new Uint16Array(new Uint8Array(raw).buffer)] : [...raw]
}

describe('a saved picture', () => {
  for (const channels of [1, 2, 3, 4] as const) {
    for (const depth of [8, 16] as const) {
      it(`of ${channels} channels and ${depth} bits keeps every value as PNG and TIFF, and as lossless WebP of 8 bits, with its profile`, async () => {
        const { save, picture, icc } = await filled(channels, depth)
        const own = await values(await readFile(picture), depth, channels)
        for (const format of ['png', 'tiff', 'webp'] as const) {
          const { said, bytes, metadata } = await save({ format })
          expect(metadata.format).toBe(format)
          expect(metadata.exif).toBeUndefined()
          expect(metadata.icc ?? null).toEqual(icc)
          const keeps = format !== 'webp' || depth === 8
          expect(said.keeps).toBe(keeps)
          if (!keeps) {
            expect(said.notices).toEqual(['A WebP holds 8 bits a channel: the 16 of the picture were rounded.'])
            continue
          }
          expect([said.changedOutside, said.notices]).toEqual([0, []])
          expect(said.blended).toBeGreaterThan(100)
          expect(await values(bytes, depth, channels)).toEqual(own)
        }
      })
    }
  }

  it('says that a JPEG and a lossy WebP encode every pixel anew, and counts it', async () => {
    const { save } = await filled(3, 8)
    for (const settings of [{ format: 'jpeg' }, { format: 'webp', lossless: false }] as const) {
      const { said, metadata } = await save({ ...settings, quality: 80 })
      expect(said.keeps).toBe(false)
      expect(said.changedOutside).toBeGreaterThan(1000)
      expect(metadata.icc).toBeDefined()
    }
    const [small, large] = [await save({ format: 'jpeg', quality: 20 }), await save({ format: 'jpeg', quality: 95 })]
    expect(small.bytes.length).toBeLessThan(large.bytes.length / 2)
  })

  it('counts honestly: a file that is no fill of the photograph differs outside', async () => {
    const { save, fill } = await filled(3, 8)
    expect((await save({})).said.changedOutside).toBe(0)
    // Against the photograph in grey, and with an edge drawn in by the grow and the feather.
    expect((await save({}, { ...fill, asGrey: true })).said.changedOutside).toBeGreaterThan(1000)
    expect((await save({}, { ...fill, blend: { ...softly, grow: 0, feather: 0 } })).said.changedOutside).toBeGreaterThan(50)
  })

  it('of the fill alone is a layer, clear outside, in every format that has transparency', async () => {
    for (const depth of [8, 16] as const) {
      const { save, icc } = await filled(3, depth)
      const png = await save({ what: 'layer' })
      expect([png.metadata.channels, png.said.changedOutside, png.said.keeps]).toEqual([4, 0, true])
      expect(png.metadata.icc).toEqual(icc)
      expect(await values((await save({ what: 'layer', format: 'tiff' })).bytes, depth, 4)).toEqual(
        await values(png.bytes, depth, 4),
      )
      expect((await save({ what: 'layer', format: 'webp' })).said.changedOutside).toBe(0)
      await expect(save({ what: 'layer', format: 'jpeg' })).rejects.toMatchObject({ code: 'request', message: /no transparency/ })
    }
  })

  it('holds its recipe only as a PNG that may, and only that of the program', async () => {
    const { save } = await filled(3, 8)
    expect(await imaging.readRecipe({ path: (await save({})).out })).toEqual(recipe)
    const bare = await save({ recipe: false })
    expect(await imaging.readRecipe({ path: bare.out })).toBeNull()
    expect(bare.bytes.includes('iTXt')).toBe(false)
    expect((await save({ format: 'tiff' })).bytes.includes('repaint')).toBe(false)
  })

  it('holds camera data only when asked, and the place only when that is asked too', async () => {
    const { save } = await filled(3, 8)
    for (const format of ['png', 'webp', 'jpeg'] as const) {
      const without = await save({ format })
      expect(without.metadata.exif).toBeUndefined()
      expect(without.bytes.includes('AcmeCam1')).toBe(false)
      const camera = await save({ format, exif: true })
      expect(camera.bytes.includes('AcmeCam1')).toBe(true)
      for (const gone of ['THUMBNAIL', 'NOTES', '2020:02:03']) expect(camera.bytes.includes(gone)).toBe(false)
      expect(camera.metadata.orientation ?? 1).toBe(1)
      expect((await save({ format, exif: true, gps: true })).bytes.includes('2020:02:03')).toBe(true)
      expect((await save({ format, gps: true })).bytes.includes('2020:02:03')).toBe(false)
    }
    expect((await save({ format: 'tiff', exif: true })).said.notices).toEqual([
      'Camera data cannot be written into a TIFF: it was left out.',
    ])
  })

  it('with transparency is laid on white as JPEG, and that is said', async () => {
    const { save } = await filled(4, 8)
    const { said, metadata } = await save({ format: 'jpeg' })
    expect(metadata.channels).toBe(3)
    expect(said.notices).toEqual(['A JPEG holds no transparency: the picture was laid on white.'])
  })
})
