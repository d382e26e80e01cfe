import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { decode } from '../../src/imaging/decode.ts'
import { loadSharp, wantsWasm } from '../../src/imaging/sharp.ts'
import { encoder, imaging, randomPicture, temporaryFolder } from './pictures.ts'

const refusal = (sentence: RegExp) => ({ code: 'request', message: expect.stringMatching(sentence) as string })

/** The smallest EXIF block: one entry, the orientation. */
const exif = (orientation: number) =>
  Buffer.from([0x49, 0x49, 42, 0, 8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0, 0, 0, 0, 0])

function pngChunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)]
  length.writeUInt32BE(data.length)
  sum.writeUInt32BE(crc32(body))
  return Buffer.concat([length, body, sum])
}

const turnedPng = (png: Buffer, orientation: number) =>
  Buffer.concat([png.subarray(0, 33), pngChunk('eXIf', exif(orientation)), png.subarray(33)])

describe('a picture file', () => {
  for (const depth of [8, 16] as const) {
    for (const channels of [1, 2, 3, 4] as const) {
      const picture = randomPicture(channels * depth, 37, 41, channels, depth)
      it(`keeps every sample of a ${depth}-bit PNG with ${channels} channels`, async () => {
        const decoded = await decode(await (await encoder(picture)).png().toBuffer(), 'a.png')
        expect(decoded).toEqual({ ...picture, format: 'png', icc: null, notices: [] })
      })
      it(`keeps every sample of a ${depth}-bit TIFF with ${channels} channels`, async () => {
        const decoded = await decode(await (await encoder(picture)).tiff({ compression: 'lzw' }).toBuffer(), 'a.tif')
        expect(decoded).toEqual({ ...picture, format: 'tiff', icc: null, notices: [] })
      })
    }
  }

  it('is read from WebP, AVIF, GIF and JPEG with the samples the decoder gives', async () => {
    const sharp = await loadSharp()
    const picture = randomPicture(5, 40, 30, 3, 8)
    const files = {
      webp: await (await encoder(picture)).webp({ lossless: true }).toBuffer(),
      avif: await (await encoder(picture)).avif({ lossless: true }).toBuffer(),
      gif: await (await encoder(picture)).gif().toBuffer(),
      jpeg: await (await encoder(picture)).jpeg().toBuffer(),
    }
    for (const [format, bytes] of Object.entries(files)) {
      const decoded = await decode(bytes, `a.${format}`)
      expect(decoded.format).toBe(format)
      expect([decoded.width, decoded.height]).toEqual([40, 30])
      if (format === 'webp') expect(decoded.data).toEqual(picture.data)
      expect(Buffer.from(decoded.data)).toEqual(await sharp(bytes).raw().toBuffer())
    }
  })

  it('stands upright for each of the eight orientations, at 8 and 16 bits', async () => {
    // Where pixel (x, y) of the upright picture lies in the stored one, W x H. TIFF 6.0, tag 274.
    const stored: Record<number, (x: number, y: number, w: number, h: number) => readonly [number, number]> = {
      1: (x, y) => [x, y],
      2: (x, y, w) => [w - 1 - x, y],
      3: (x, y, w, h) => [w - 1 - x, h - 1 - y],
      4: (x, y, _w, h) => [x, h - 1 - y],
      5: (x, y) => [y, x],
      6: (x, y, _w, h) => [y, h - 1 - x],
      7: (x, y, w, h) => [w - 1 - y, h - 1 - x],
      8: (x, y, w) => [w - 1 - y, x],
    }
    for (const depth of [8, 16] as const) {
      const picture = randomPicture(9, 7, 5, 3, depth)
      for (let orientation = 1; orientation <= 8; orientation++) {
        const upright = await decode(turnedPng(await (await encoder(picture)).png().toBuffer(), orientation), 'a.png')
        const turned = orientation >= 5
        expect([upright.width, upright.height]).toEqual(turned ? [5, 7] : [7, 5])
        for (let y = 0; y < upright.height; y++) {
          for (let x = 0; x < upright.width; x++) {
            const [sx, sy] = stored[orientation]!(x, y, 7, 5)
            expect(upright.data[(y * upright.width + x) * 3]).toBe(picture.data[(sy * 7 + sx) * 3])
          }
        }
      }
    }
  })

  it('stands upright in JPEG too', async () => {
    const jpeg = await (await encoder(randomPicture(9, 24, 16, 3, 8))).jpeg().toBuffer()
    const lying = await decode(jpeg, 'a.jpg')
    const app1 = Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), exif(6)])
    const head = Buffer.from([0xff, 0xe1, (app1.length + 2) >> 8, (app1.length + 2) & 255])
    const upright = await decode(Buffer.concat([jpeg.subarray(0, 2), head, app1, jpeg.subarray(2)]), 'a.jpg')
    expect([upright.width, upright.height]).toEqual([16, 24])
    for (let y = 0; y < 24; y++)
      for (let x = 0; x < 16; x++) expect(upright.data[(y * 16 + x) * 3]).toBe(lying.data[((15 - x) * 24 + y) * 3])
  })

  it('keeps its colour profile byte for byte and its values unconverted', async () => {
    const sharp = await loadSharp()
    const picture = randomPicture(3, 20, 10, 3, 8)
    const plain = await (await encoder(picture)).png().toBuffer()
    const bytes = await sharp(plain).withIccProfile('p3', { attach: true }).png().toBuffer()
    const icc = (await sharp(bytes).metadata()).icc
    const decoded = await decode(bytes, 'a.png')
    expect(decoded.icc).toEqual(new Uint8Array(icc!))
    expect(Buffer.from(decoded.data)).toEqual(await sharp(bytes, { ignoreIcc: true }).raw().toBuffer())
    const managed = await sharp(bytes).toColourspace('srgb').raw().toBuffer()
    expect(Buffer.from(decoded.data).equals(managed)).toBe(false)
  })

  it('in CMYK becomes sRGB with a notice', async () => {
    const bytes = await (await encoder(randomPicture(3, 20, 10, 3, 8))).toColourspace('cmyk').jpeg().toBuffer()
    const decoded = await decode(bytes, 'a.jpg')
    expect(decoded.channels).toBe(3)
    expect(decoded.icc).toBeNull()
    expect(decoded.notices).toEqual(['The picture was in CMYK and has been converted to sRGB.'])
  })

  it('that moves gives its first frame with a notice', async () => {
    const sharp = await loadSharp()
    const frames = await Promise.all(
      ['#ff0000', '#0000ff'].map((background) =>
        sharp({ create: { width: 8, height: 6, channels: 3, background } })
          .png()
          .toBuffer(),
      ),
    )
    for (const format of ['gif', 'webp'] as const) {
      const bytes = await sharp(frames, { join: { animated: true } })
        .toFormat(format, { lossless: true })
        .toBuffer()
      const decoded = await decode(bytes, `a.${format}`)
      expect([decoded.width, decoded.height]).toEqual([8, 6])
      expect([...decoded.data.subarray(0, 3)]).toEqual([255, 0, 0])
      expect(decoded.notices).toEqual(['The file holds 2 frames: the first one was opened.'])
    }
  })

  it('that moves as an animated PNG says so too', async () => {
    const still = await (await encoder(randomPicture(2, 9, 7, 3, 8))).png().toBuffer()
    const frames = Buffer.from([0, 0, 0, 12, 0, 0, 0, 0])
    const moving = Buffer.concat([still.subarray(0, 33), pngChunk('acTL', frames), still.subarray(33)])
    expect((await decode(moving, 'a.png')).notices).toEqual(['The file holds 12 frames: the first one was opened.'])
    expect((await decode(still, 'a.png')).notices).toEqual([])
  })

  it('is what its bytes are, whatever its name says, and a wrong ending is told', async () => {
    const png = await (await encoder(randomPicture(2, 9, 7, 3, 8))).png().toBuffer()
    const said = (kind: string) => [`The name says ${kind}, but the file is a PNG: it was opened as that.`]
    const wanted = {
      'a.jpg': said('JPEG'),
      'a.JPEG': said('JPEG'),
      'a.tif': said('TIFF'),
      'a.heic': said('AVIF'),
      a: [],
      'a.bak': [],
    }
    for (const [name, notices] of Object.entries(wanted)) {
      const decoded = await decode(png, name)
      expect([decoded.format, decoded.notices], name).toEqual(['png', notices])
    }
    const avif = await (await encoder(randomPicture(2, 9, 7, 3, 8))).avif().toBuffer()
    expect((await decode(avif, 'a.png')).notices).toEqual(['The name says PNG, but the file is an AVIF: it was opened as that.'])
    expect((await decode(avif, 'a.heif')).notices).toEqual([])
  })

  it('of one pixel, and of 20000 x 100, is accepted', async () => {
    expect((await decode(await (await encoder(randomPicture(1, 1, 1, 3, 8))).png().toBuffer(), 'a.png')).width).toBe(1)
    expect((await decode(await (await encoder(randomPicture(1, 20000, 100, 1, 8))).png().toBuffer(), 'a.png')).width).toBe(20000)
  })
})

describe('what is refused, in one sentence', () => {
  it('a file cut short, in every format and at every depth of the cut', async () => {
    const picture = randomPicture(4, 160, 120, 3, 8)
    const files = {
      'a.jpg': await (await encoder(picture)).jpeg().toBuffer(),
      'progressive.jpg': await (await encoder(picture)).jpeg({ progressive: true }).toBuffer(),
      'a.png': await (await encoder(picture)).png().toBuffer(),
      'a.webp': await (await encoder(picture)).webp().toBuffer(),
      'a.tif': await (await encoder(picture)).tiff().toBuffer(),
      'a.avif': await (await encoder(picture)).avif().toBuffer(),
      'a.gif': await (await encoder(picture)).gif().toBuffer(),
    }
    for (const [name, bytes] of Object.entries(files)) {
      await decode(bytes, name)
      for (const part of [0.02, 0.3, 0.6, 0.95]) {
        const cut = bytes.subarray(0, Math.floor(bytes.length * part))
        await expect(decode(cut, name), `${name} cut at ${part}`).rejects.toMatchObject(refusal(/damaged|cut short|not a picture/))
      }
    }
  })

  it('what phones, cameras and films are stored in, with what can be done', async () => {
    const media = (major: string, ...others: readonly string[]) => {
      const brands = [major, '\0\0\0\0', ...others].join('')
      return Buffer.concat([
        Buffer.from([0, 0, 0, 8 + brands.length]),
        Buffer.from(`ftyp${brands}`, 'latin1'),
        Buffer.alloc(900, 7),
      ])
    }
    const tiff = await (await encoder(randomPicture(2, 9, 7, 3, 8))).tiff().toBuffer()
    const heic = /is a HEIC picture, which Palimpsest cannot open: save a copy of it as JPEG or PNG first\.$/
    const raw = /is a camera's raw file, which Palimpsest cannot open: develop it to a TIFF, PNG or JPEG first\.$/
    const film = /is a film, which Palimpsest cannot open: it opens JPEG, PNG, WebP, TIFF, AVIF and GIF\.$/
    for (const [name, bytes, sentence] of [
      ['phone.heic', media('heic', 'mif1', 'heic'), heic],
      ['phone.jpg', media('mif1', 'mif1', 'heic'), heic],
      ['phone.heics', media('hevc', 'msf1'), heic],
      ['film.mp4', media('mp42', 'isom'), film],
      ['film.mov', media('qt  ', 'qt  '), film],
      ['a.cr3', media('crx ', 'crx '), raw],
      ['a.cr2', Buffer.from('II*\0\x10\0\0\0CR\x02\0 and so on', 'latin1'), raw],
      ['a.raf', Buffer.from('FUJIFILMCCD-RAW 0201'), raw],
      ['a.DNG', tiff, raw],
      // Brands beyond the box that names them are none.
      [
        'broken.avif',
        Buffer.concat([media('mif1').subarray(0, 16), Buffer.from('heicheic')]),
        /damaged, cut short or of an unknown kind/,
      ],
    ] as const)
      await expect(decode(bytes, name), name).rejects.toMatchObject(refusal(sentence))
  })

  it('drawings, documents, texts, empty and missing files, folders', async () => {
    const folder = await temporaryFolder()
    const open = async (name: string, content: string) => {
      await writeFile(join(folder, name), content)
      return imaging.open({ path: join(folder, name), folder: join(folder, 'opened') })
    }
    await expect(
      open('a.svg', '<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'),
    ).rejects.toMatchObject(refusal(/^a\.svg is an SVG drawing/))
    await expect(open('a.pdf', '%PDF-1.7 ...')).rejects.toMatchObject(refusal(/^a\.pdf is a PDF document/))
    await expect(open('a.jpg', 'dear diary')).rejects.toMatchObject(refusal(/^a\.jpg is not a picture/))
    await expect(open('b.jpg', '')).rejects.toMatchObject(refusal(/^b\.jpg is empty\.$/))
    await expect(imaging.open({ path: join(folder, 'none.jpg'), folder: join(folder, 'opened') })).rejects.toMatchObject(
      refusal(/^There is no file none\.jpg\.$/),
    )
    await mkdir(join(folder, 'sub'))
    await expect(imaging.open({ path: join(folder, 'sub'), folder: join(folder, 'opened') })).rejects.toMatchObject(
      refusal(/^sub is a folder/),
    )
  })

  it('more than 200 megapixels, from the header alone', async () => {
    // A PNG that would unpack to 3.6 GB stands in a few bytes: its header says so before any pixel is touched.
    const sharp = await loadSharp()
    const small = await sharp({ create: { width: 1, height: 1, channels: 3, background: '#fff' } })
      .png()
      .toBuffer()
    const header = Buffer.from(small.subarray(16, 29))
    header.writeUInt32BE(40000, 0)
    header.writeUInt32BE(30000, 4)
    const bomb = Buffer.concat([small.subarray(0, 8), pngChunk('IHDR', header), small.subarray(33)])
    await expect(decode(bomb, 'bomb.png')).rejects.toMatchObject(refusal(/^bomb\.png has 1200 megapixels: the limit is 200\.$/))
  })

  it('floating-point samples', async () => {
    // One grey pixel of 32-bit float, as TIFF 6.0 lays it out: tag, type, count, value.
    const entries = [
      [256, 3, 1, 1],
      [257, 3, 1, 1],
      [258, 3, 1, 32],
      [259, 3, 1, 1],
      [262, 3, 1, 1],
      [273, 4, 1, 122],
      [277, 3, 1, 1],
      [279, 4, 1, 4],
      [339, 3, 1, 3],
    ] as const
    const bytes = Buffer.alloc(126)
    bytes.write('II*\0', 0, 'latin1')
    bytes.writeUInt32LE(8, 4)
    bytes.writeUInt16LE(entries.length, 8)
    for (const [i, [tag, type, count, value]] of entries.entries()) {
      bytes.writeUInt16LE(tag, 10 + 12 * i)
      bytes.writeUInt16LE(type, 12 + 12 * i)
      bytes.writeUInt32LE(count, 14 + 12 * i)
      bytes.writeUInt32LE(value, 18 + 12 * i)
    }
    bytes.writeFloatLE(0.5, 122)
    await expect(decode(bytes, 'a.tif')).rejects.toMatchObject(refusal(/save it with 8 or 16 bits/))
  })
})

describe('which build of sharp', () => {
  it('is WebAssembly inside Electron on Linux or when asked for, native elsewhere', () => {
    expect(wantsWasm('linux', '33.2.1', undefined)).toBe(true)
    expect(wantsWasm('linux', undefined, 'wasm')).toBe(true)
    expect(wantsWasm('linux', undefined, undefined)).toBe(false)
    expect(wantsWasm('win32', '33.2.1', undefined)).toBe(false)
    expect(wantsWasm('darwin', '33.2.1', undefined)).toBe(false)
  })
})
