import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type Alpha, blendAlpha } from '../../src/imaging/blend.ts'
import { blendFills, countChanged } from '../../src/imaging/composite.ts'
import type { Pixels } from '../../src/imaging/decode.ts'
import { sha256 } from '../../src/imaging/files.ts'
import { fillInput } from '../../src/imaging/input.ts'
import { planCrops } from '../../src/imaging/plan.ts'
import { dressed } from '../../src/imaging/png.ts'
import { loadSharp } from '../../src/imaging/sharp.ts'
import type { Photo } from '../../src/imaging/store.ts'
import type { FillInput, ModelSize } from '../../src/shared/imaging.ts'
import type { BlendSettings } from '../../src/shared/request.ts'
import {
  chance,
  colour,
  digits,
  encoder,
  free,
  imaging,
  photoOf,
  randomPicture,
  recipe,
  softly,
  temporaryFolder,
} from './pictures.ts'

/** Every sample of the written file, read by sharp alone: nothing of ours stands between the file and the count. */
async function reload(path: string, depth: 8 | 16, channels: number) {
  const sharp = await loadSharp()
  const input = sharp(await readFile(path), { ignoreIcc: true })
  const space = depth === 16 ? (channels < 3 ? 'grey16' : 'rgb16') : channels === 1 ? 'b-w' : 'srgb'
  const raw = await input
    .toColourspace(space)
    .raw({ depth: depth === 16 ? 'ushort' : 'uchar' })
    .toBuffer()
  return depth === 16 ? new Uint16Array(new Uint8Array(raw).buffer) : new Uint8Array(raw)
}

/** sharp hands 8-bit grey with alpha back as RGB with alpha. */
const widened = (picture: Pixels) =>
  picture.channels !== 2 || picture.data instanceof Uint16Array
    ? picture.data
    : Uint8Array.from({ length: picture.data.length * 2 }, (_, i) => picture.data[(i >> 2) * 2 + ((i & 3) === 3 ? 1 : 0)]!)

async function paintedMask(folder: string, width: number, height: number, seed: number) {
  const next = chance(seed)
  const data = new Uint8Array(width * height)
  for (let blob = 0; blob < 3; blob++) {
    const [x, y, radius] = [next() * width, next() * height, 2 + next() * 12]
    for (let i = 0; i < data.length; i++) if (Math.hypot((i % width) - x, Math.floor(i / width) - y) < radius) data[i] = 255
  }
  const file = join(folder, 'drawn.png')
  await writeFile(file, await (await encoder({ width, height, channels: 1, data })).png().toBuffer())
  return { file, mask: { width, height, data } }
}

const at = (alpha: Alpha, x: number, y: number) => {
  const [dx, dy] = [x - alpha.x, y - alpha.y]
  return dx < 0 || dy < 0 || dx >= alpha.width || dy >= alpha.height ? 0 : alpha.data[dy * alpha.width + dx]!
}

describe('a finished fill, read back from its file', () => {
  const cases: (readonly [number, number, 1 | 2 | 3 | 4, 8 | 16, boolean])[] = [
    [37, 41, 3, 8, false],
    [37, 41, 1, 8, false],
    [37, 41, 2, 8, false],
    [64, 48, 4, 8, true],
    [41, 37, 1, 16, false],
    [128, 96, 2, 16, false],
    [128, 96, 3, 16, true],
    [613, 407, 4, 16, false],
    [1200, 800, 3, 8, true],
    [1, 1, 3, 8, false],
  ]
  for (const [width, height, channels, depth, icc] of cases) {
    for (const side of ['outward', 'inside'] as const) {
      it(`has 0 changed pixels outside A: ${width}x${height}, ${channels} channels, ${depth} bits, ${side}${icc ? ', with a profile' : ''}`, async () => {
        const folder = await temporaryFolder()
        const picture = randomPicture(width * channels + depth, width, height, channels, depth)
        const path = join(folder, 'photo.png')
        const plain = await (await encoder(picture)).png().toBuffer()
        const sharp = await loadSharp()
        const profile = icc
          ? (
              await sharp(
                await sharp({ create: { width: 1, height: 1, channels: 3, background: '#123' } })
                  .withIccProfile('p3')
                  .png()
                  .toBuffer(),
              ).metadata()
            ).icc!
          : undefined
        await writeFile(path, profile === undefined ? plain : withProfile(plain, profile))
        const photo = join(folder, 'photo')
        const info = await imaging.open({ path, folder: photo })
        expect(info).toMatchObject({ width, height, depth, channels, icc })
        const drawn = await paintedMask(folder, width, height, width + height)
        const mask = join(folder, 'mask.png')
        await imaging.readMask({ path: drawn.file, photo, keep: false, out: mask })
        const model: ModelSize = channels < 3 ? digits : colour
        const blend: BlendSettings = { ...softly, side }
        const plan = await imaging.plan({ photo, mask, model, blend })
        const next = chance(1)
        const fills = plan.crops.map((crop) =>
          Float32Array.from({ length: model.channels * crop.modelWidth * crop.modelHeight }, () => next() * 2.4 - 1.2),
        )
        const out = join(folder, 'out.png')
        const written = await imaging.composite({
          photo,
          mask,
          model,
          blend,
          crops: plan.crops,
          fills,
          asGrey: false,
          invert: false,
          out,
          recipe,
        })
        expect(written.changedOutside).toBe(0)
        expect(written.sha256).toBe(sha256(await readFile(out)))

        const alpha = blendAlpha(drawn.mask, blend)
        const [got, source] = [await reload(out, depth, channels), widened(picture)]
        const stride = source.length / (width * height)
        let [outside, inside, veiled] = [0, 0, 0]
        for (let i = 0; i < width * height; i++) {
          const same = got.subarray(i * stride, (i + 1) * stride).every((value, c) => value === source[i * stride + c])
          const a = at(alpha, i % width, Math.floor(i / width))
          if (a === 0 && !same) outside++
          if (a === 255 && !same) inside++
          if (channels !== 3 && channels !== 1 && got[i * stride + stride - 1] !== source[i * stride + stride - 1]) veiled++
        }
        expect([outside, veiled]).toEqual([0, 0])
        if (plan.painted > 20) expect(inside).toBeGreaterThan(0)
        const header = await sharp(out).metadata()
        expect(header.orientation ?? 1).toBe(1)
        expect(header.exif).toBeUndefined()
        if (profile !== undefined) expect(header.icc).toEqual(profile)
        expect(await imaging.readRecipe({ path: out })).toEqual(recipe)
        expect((await readdir(folder)).filter((name) => name.includes('.tmp'))).toEqual([])
      })
    }
  }

  it('is counted honestly: a changed pixel outside is seen', () => {
    const source = randomPicture(1, 20, 10, 3, 8)
    const written = { ...source, data: source.data.slice() }
    written.data[3 * (5 * 20 + 7)]! ^= 1
    written.data[3 * (9 * 20 + 19) + 2]! ^= 128
    const alpha: Alpha = { x: 7, y: 5, width: 1, height: 1, data: Uint8Array.of(3) }
    expect(countChanged(source, written, alpha)).toBe(1)
    expect(countChanged(source, written, { ...alpha, x: 6 })).toBe(2)
    expect(countChanged(source, { ...written, width: 10, height: 20 }, alpha)).toBe(200)
  })
})

/** The profile as PNG wants it, whatever its kind: sharp would convert. */
function withProfile(png: Buffer, icc: Buffer): Buffer {
  return Buffer.concat(dressed(png, { icc, recipe: null }))
}

describe('an identity model', () => {
  const runs = process.env['SOAK'] === undefined ? 100 : 1000
  it(`gives Out == S within 1 for ${runs} random masks that touch edges and corners`, () => {
    let touching = 0
    for (let seed = 0; seed < runs; seed++) {
      const next = chance(seed)
      const [width, height] = [20 + Math.floor(next() * 100), 20 + Math.floor(next() * 100)]
      const channels = ([1, 2, 3, 4] as const)[seed % 4]!
      const picture = randomPicture(seed, width, height, channels, seed % 3 === 0 ? 16 : 8)
      const data = new Uint8Array(width * height)
      for (let blob = 0; blob < 3; blob++) {
        // Every other blob is centred on an edge or a corner.
        const x = blob % 2 === 0 ? (next() < 0.5 ? 0 : width - 1) : next() * width
        const y = blob === 0 && next() < 0.5 ? (next() < 0.5 ? 0 : height - 1) : next() * height
        const radius = 1 + next() * 10
        for (let i = 0; i < data.length; i++) if (Math.hypot((i % width) - x, Math.floor(i / width) - y) < radius) data[i] = 255
      }
      const blend: BlendSettings = {
        padding: seed % 9,
        grow: seed % 4,
        feather: seed % 6,
        side: seed % 2 === 0 ? 'outward' : 'inside',
      }
      const alpha = blendAlpha({ width, height, data }, blend)
      if (alpha.x === 0 || alpha.y === 0 || alpha.x + alpha.width === width || alpha.y + alpha.height === height) touching++
      const model: ModelSize =
        channels < 3 ? { channels: 1, range: [0, 1], size: { multipleOf: 4, min: 16, max: 256, best: [] } } : free
      const settings = { asGrey: false, invert: seed % 5 === 0 }
      const photo = photoOf(picture)
      const fills = planCrops(alpha, photo, model, blend.padding).map((crop) => ({
        crop,
        data: fillInput(photo, alpha, model, crop, settings).photo,
      }))
      const out = blendFills(picture, alpha, fills, model, settings)
      let worst = 0
      for (let i = 0; i < out.data.length; i++) worst = Math.max(worst, Math.abs(out.data[i]! - picture.data[i]!))
      expect(worst, `seed ${seed}`).toBeLessThanOrEqual(1)
    }
    expect(touching).toBeGreaterThan(runs / 2)
  })

  it('of a fixed size gives Out == S within 1 for holes smaller than it, and for a photograph of its size painted all over', () => {
    for (const [width, height, x, y, side] of [
      [200, 150, 0, 0, 20],
      [200, 150, 180, 130, 20],
      [64, 64, 0, 0, 64],
      [30, 40, 10, 10, 30],
    ] as const) {
      const picture = randomPicture(width, width, height, 3, 8)
      const data = Uint8Array.from({ length: width * height }, (_, i) =>
        i % width >= x && i % width < x + side && Math.floor(i / width) >= y && Math.floor(i / width) < y + side ? 255 : 0,
      )
      const blend: BlendSettings = { padding: 8, grow: 0, feather: 4, side: 'outward' }
      const alpha = blendAlpha({ width, height, data }, blend)
      const crops = planCrops(alpha, picture, colour, blend.padding)
      expect(crops.map((crop) => [crop.width, crop.height])).toEqual([[64, 64]])
      const photo = photoOf(picture)
      const settings = { asGrey: false, invert: false }
      const out = blendFills(
        picture,
        alpha,
        crops.map((crop) => ({ crop, data: fillInput(photo, alpha, colour, crop, settings).photo })),
        colour,
        settings,
      )
      expect(out.data).toEqual(picture.data)
    }
  })

  it('draws no line where a smooth photograph is enlarged from a smaller model', () => {
    const [width, height] = [300, 200]
    const data = Uint8Array.from({ length: width * height }, (_, i) =>
      Math.round(128 + 100 * Math.sin((i % width) / 40) * Math.cos(Math.floor(i / width) / 30)),
    )
    const picture: Pixels = { width, height, channels: 1, data }
    const mask = Uint8Array.from({ length: data.length }, (_, i) => (i % width < 150 ? 255 : 0))
    const blend: BlendSettings = { padding: 32, grow: 0, feather: 4, side: 'outward' }
    const alpha = blendAlpha({ width, height, data: mask }, blend)
    const model: ModelSize = { channels: 1, range: [-1, 1], size: { width: 64, height: 64 } }
    const settings = { asGrey: false, invert: false }
    const photo = photoOf(picture)
    const crops = planCrops(alpha, picture, model, blend.padding)
    const out = blendFills(
      picture,
      alpha,
      crops.map((crop) => ({ crop, data: fillInput(photo, alpha, model, crop, settings).photo })),
      model,
      settings,
    )
    for (let i = 0; i < data.length; i++) expect(Math.abs(out.data[i]! - data[i]!)).toBeLessThanOrEqual(3)
  })
})

describe('the mix', () => {
  it('is G where A = 255 and the rounded mix in encoded space between', () => {
    for (const depth of [8, 16] as const) {
      const top = 2 ** depth - 1
      const picture = randomPicture(2, 32, 8, 1, depth)
      const alpha: Alpha = { x: 0, y: 0, width: 32, height: 8, data: Uint8Array.from({ length: 256 }, (_, i) => i) }
      const crop = { x: 0, y: 0, width: 32, height: 8, modelWidth: 32, modelHeight: 8 }
      const level = Math.round(0.75 * top)
      const fill = { crop, data: new Float32Array(256).fill(level / top) }
      const out = blendFills(
        picture,
        alpha,
        [fill],
        { channels: 1, range: [0, 1], size: { width: 32, height: 8 } },
        { asGrey: false, invert: false },
      )
      for (let a = 0; a < 256; a++) expect(out.data[a]).toBe(Math.round((a * level + (255 - a) * picture.data[a]!) / 255))
    }
  })

  it('refuses a fill that is not a number', () => {
    const picture = randomPicture(2, 28, 28, 1, 8)
    const alpha: Alpha = { x: 0, y: 0, width: 1, height: 1, data: Uint8Array.of(255) }
    const fill = {
      crop: { x: 0, y: 0, width: 28, height: 28, modelWidth: 28, modelHeight: 28 },
      data: new Float32Array(784).fill(NaN),
    }
    expect(() => blendFills(picture, alpha, [fill], digits, { asGrey: false, invert: false })).toThrow(/no numbers/)
  })
})

describe('channels', () => {
  const picture = randomPicture(8, 40, 40, 3, 8)
  const alpha = blendAlpha(
    { width: 40, height: 40, data: new Uint8Array(1600).fill(255) },
    { grow: 0, feather: 0, side: 'outward' },
  )
  const crop = { x: 0, y: 0, width: 40, height: 40, modelWidth: 40, modelHeight: 40 }
  const grey: ModelSize = { channels: 1, range: [-1, 1], size: { width: 40, height: 40 } }
  const input = (photo: Photo, model: ModelSize, asGrey: boolean, invert = false): FillInput =>
    fillInput(photo, alpha, model, crop, { asGrey, invert })

  it('a one-channel model is refused on a colour photograph unless "as grey" was chosen, in one sentence', () => {
    expect(() => input(photoOf(picture), grey, false)).toThrow(
      /^This model works on grey pictures and the photograph is in colour: choose "as grey"/,
    )
    const [r, g, b] = picture.data
    const value = Math.round(0.2126 * r! + 0.7152 * g! + 0.0722 * b!)
    expect(input(photoOf(picture), grey, true).photo[0]).toBeCloseTo((2 * value) / 255 - 1, 5)
  })

  it('a grey photograph stored as RGB is welcome to it', () => {
    const same = { ...picture, data: picture.data.map((_, i) => picture.data[i - (i % 3)]!) }
    expect(input(photoOf(same, false), grey, false).photo[5]).toBeCloseTo((2 * same.data[15]!) / 255 - 1, 5)
  })

  it('invert negates within the range', () => {
    const photo = photoOf(picture)
    const [plain, negated] = [input(photo, colour, false).photo, input(photo, colour, false, true).photo]
    for (let i = 0; i < plain.length; i++) expect(negated[i]).toBeCloseTo(-plain[i]!, 5)
    expect(plain[1]).toBeCloseTo((2 * picture.data[3]!) / 255 - 1, 5)
    expect(plain[1600]).toBeCloseTo((2 * picture.data[1]!) / 255 - 1, 5)
  })

  it('as grey gives the photograph in grey, 0 changed against it outside A', async () => {
    const folder = await temporaryFolder()
    const [path, photo, mask, out] = ['p.png', 'photo', 'mask.png', 'out.png'].map((name) => join(folder, name)) as [
      string,
      string,
      string,
      string,
    ]
    await writeFile(path, await (await encoder(picture)).png().toBuffer())
    await imaging.open({ path, folder: photo })
    await imaging.presetMask({ photo, preset: 'centre', out: mask })
    const { crops } = await imaging.plan({ photo, mask, model: digits, blend: softly })
    const settings = {
      photo,
      mask,
      model: digits,
      blend: softly,
      crops,
      fills: crops.map(() => new Float32Array(784)),
      invert: false,
      recipe: null,
    }
    await expect(imaging.composite({ ...settings, asGrey: false, out })).rejects.toMatchObject({ code: 'request' })
    const { changedOutside } = await imaging.composite({ ...settings, asGrey: true, out })
    expect(changedOutside).toBe(0)
    const got = await reload(out, 8, 3)
    const [r, g, b] = picture.data
    expect([...got.subarray(0, 3)]).toEqual(Array(3).fill(Math.round(0.2126 * r! + 0.7152 * g! + 0.0722 * b!)))
  })

  it('without a hole the photograph itself is written', async () => {
    const folder = await temporaryFolder()
    const [path, photo, mask, out] = ['p.png', 'photo', 'mask.png', 'out.png'].map((name) => join(folder, name)) as [
      string,
      string,
      string,
      string,
    ]
    await writeFile(path, await (await encoder(picture)).png().toBuffer())
    await imaging.open({ path, folder: photo })
    await imaging.writeMaskTiles({ photo, tiles: [], out: mask })
    const plan = await imaging.plan({ photo, mask, model: colour, blend: softly })
    expect(plan).toEqual({ crops: [], painted: 0 })
    await imaging.composite({
      photo,
      mask,
      model: colour,
      blend: softly,
      crops: [],
      fills: [],
      asGrey: false,
      invert: false,
      out,
      recipe: null,
    })
    expect(await reload(out, 8, 3)).toEqual(picture.data)
  })
})
