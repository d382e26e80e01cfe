import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { writeAtomic, writeError } from '../../src/imaging/files.ts'
import { loadSharp } from '../../src/imaging/sharp.ts'
import { halve } from '../../src/imaging/tiles.ts'
import { tileSize } from '../../src/shared/imaging.ts'
import { parametersLine } from '../../src/imaging/png.ts'
import { encoder, imaging, randomPicture, recipe, temporaryFolder } from './pictures.ts'

const hash = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

describe('an opened photograph', () => {
  it('is cut into tiles that put together give each level', async () => {
    const folder = await temporaryFolder()
    const picture = randomPicture(6, 1100, 700, 3, 8)
    const bytes = await (await encoder(picture)).png().toBuffer()
    await writeFile(join(folder, 'a.png'), bytes)
    const info = await imaging.open({ path: join(folder, 'a.png'), folder: join(folder, 'photo') })
    expect(info).toEqual({
      sha256: hash(bytes),
      width: 1100,
      height: 700,
      depth: 8,
      channels: 3,
      format: 'png',
      icc: false,
      coloured: true,
      notices: [],
      levels: [
        { width: 1100, height: 700 },
        { width: 550, height: 350 },
        { width: 275, height: 175 },
      ],
    })
    const sharp = await loadSharp()
    let level = { width: 1100, height: 700, channels: 3, data: picture.data } as ReturnType<typeof halve>
    for (let n = 0; n < 3; n++, level = halve(level)) {
      const names = await readdir(join(folder, 'photo', 'tiles', String(n)))
      expect(names).toHaveLength(Math.ceil(level.width / tileSize) * Math.ceil(level.height / tileSize))
      for (const name of names) {
        const [column, row] = name.replace('.png', '').split('_').map(Number) as [number, number]
        const { data, info: tile } = await sharp(join(folder, 'photo', 'tiles', String(n), name))
          .raw()
          .toBuffer({ resolveWithObject: true })
        expect([tile.width, tile.height]).toEqual([
          Math.min(tileSize, level.width - column * tileSize),
          Math.min(tileSize, level.height - row * tileSize),
        ])
        for (const [x, y] of [
          [0, 0],
          [tile.width - 1, tile.height - 1],
          [3, 5],
        ] as const) {
          const from = ((row * tileSize + y) * level.width + column * tileSize + x) * 3
          expect([...data.subarray((y * tile.width + x) * 3, (y * tile.width + x) * 3 + 3)]).toEqual([
            ...level.data.subarray(from, from + 3),
          ])
        }
      }
    }
  })

  it('shows in sRGB what its profile means', async () => {
    const folder = await temporaryFolder()
    const sharp = await loadSharp()
    const bytes = await sharp(await (await encoder(randomPicture(6, 30, 20, 3, 8))).png().toBuffer())
      .withIccProfile('p3')
      .png()
      .toBuffer()
    await writeFile(join(folder, 'a.png'), bytes)
    expect((await imaging.open({ path: join(folder, 'a.png'), folder: join(folder, 'photo') })).icc).toBe(true)
    const tile = await sharp(join(folder, 'photo', 'tiles', '0', '0_0.png'))
      .raw()
      .toBuffer()
    expect(tile).toEqual(await sharp(bytes).toColourspace('srgb').raw().toBuffer())
    expect(tile.equals(await sharp(bytes, { ignoreIcc: true }).raw().toBuffer())).toBe(false)
  })

  it('halves an odd picture by means, and lets clear pixels give no colour', () => {
    expect(halve({ width: 3, height: 1, channels: 1, data: Uint8Array.of(10, 20, 99) })).toEqual({
      width: 2,
      height: 1,
      channels: 1,
      data: Uint8Array.of(15, 99),
    })
    expect([...halve({ width: 2, height: 1, channels: 4, data: Uint8Array.of(200, 100, 50, 255, 0, 0, 0, 0) }).data]).toEqual([
      200, 100, 50, 128,
    ])
  })

  it('survives in its folder, and another file opened there takes its place', async () => {
    const folder = await temporaryFolder()
    const photo = join(folder, 'photo')
    for (const seed of [1, 2]) {
      await writeFile(join(folder, 'a.png'), await (await encoder(randomPicture(seed, 9, 8, 4, 16))).png().toBuffer())
      await imaging.open({ path: join(folder, 'a.png'), folder: photo })
      await imaging.close({ photo })
      const out = join(folder, 'out.png')
      const [mask, blend, model] = [
        join(folder, `${seed}.png`),
        { padding: 0, grow: 0, feather: 0, side: 'outward' } as const,
        { channels: 3, range: [0, 1], size: { width: 9, height: 8 } } as const,
      ]
      await imaging.writeMaskTiles({ photo, tiles: [], out: mask })
      const written = await imaging.composite({
        photo,
        mask,
        model,
        blend,
        crops: [],
        fills: [],
        asGrey: false,
        invert: false,
        out,
        recipe: null,
      })
      const { data } = randomPicture(seed, 9, 8, 4, 16)
      expect(written.pixels).toBe(hash(new Uint8Array(data.buffer)))
    }
    await expect(
      imaging.plan({
        photo: join(folder, 'nowhere'),
        mask: join(folder, '1.png'),
        model: { channels: 1, range: [0, 1], size: { width: 8, height: 8 } },
        blend: { padding: 0, grow: 0, feather: 0, side: 'outward' },
      }),
    ).rejects.toMatchObject({ code: 'request' })
  })
})

describe('samples as pictures', () => {
  it('carry their recipe, a line for other tools, and the tensor beside them', async () => {
    const folder = await temporaryFolder()
    const images = Float32Array.from({ length: 2 * 3 * 4 * 5 }, (_, i) => (i % 60) / 29.5 - 1)
    images[0] = -7
    const files = [
      { out: join(folder, 'a.png'), recipe },
      { out: join(folder, 'b.png'), recipe: null },
    ]
    const written = await imaging.writeImages({ images, shape: { n: 2, c: 3, h: 4, w: 5 }, range: [-1, 1], files, tensors: true })
    const sharp = await loadSharp()
    const data = await sharp(join(folder, 'a.png')).raw().toBuffer()
    for (let i = 0; i < 20; i++)
      for (let c = 0; c < 3; c++)
        expect(data[i * 3 + c]).toBe(Math.round(255 * Math.min(1, Math.max(0, (images[c * 20 + i]! + 1) / 2))))
    expect(written[0]).toEqual({ sha256: hash(await readFile(join(folder, 'a.png'))), pixels: hash(data) })
    expect(await imaging.readRecipe({ path: join(folder, 'a.png') })).toEqual(recipe)
    expect(await imaging.readRecipe({ path: join(folder, 'b.png') })).toBeNull()
    const { comments } = await sharp(join(folder, 'a.png')).metadata()
    expect(comments).toEqual([
      { keyword: 'parameters', text: parametersLine(recipe) },
      { keyword: 'palimpsest', text: JSON.stringify(recipe) },
    ])
    expect(parametersLine(recipe)).toMatch(
      /^Steps: 2, Method: repaint, .*Seed: 7, Size: 31x17, Model hash: ababababab, Model: mnist/,
    )
    const replaced = { ...recipe, request: { ...recipe.request, method: 'replace' } }
    expect([parametersLine(recipe), parametersLine(replaced)].map((line) => /Jump length|Resamples/.test(line))).toEqual([
      true,
      false,
    ])
    const npy = await readFile(join(folder, 'b.npy'))
    expect(npy.toString('latin1', 0, 8)).toBe('\x93NUMPY\x01\x00')
    const start = 10 + npy.readUInt16LE(8)
    expect(start % 64).toBe(0)
    expect(npy.toString('latin1', 10, start)).toMatch(/^\{'descr': '<f4', 'fortran_order': False, 'shape': \(3, 4, 5,\), \} *\n$/)
    expect(npy.readFloatLE(start)).toBe(images[60])
    expect(npy.length).toBe(start + 240)
  })

  it('of one channel are grey, and a recipe with letters of any script comes back', async () => {
    const folder = await temporaryFolder()
    const spoken = { ...recipe, model: { ...recipe.model, id: 'Übung 数字 ☂' } }
    const out = join(folder, 'a.png')
    await imaging.writeImages({
      images: Float32Array.of(0, 1, 0.5, 0.25),
      shape: { n: 1, c: 1, h: 2, w: 2 },
      range: [0, 1],
      files: [{ out, recipe: spoken }],
      tensors: false,
    })
    expect(await (await loadSharp())(out).metadata()).toMatchObject({ channels: 1, width: 2 })
    expect(await imaging.readRecipe({ path: out })).toEqual(spoken)
    expect(await readdir(folder)).toEqual(['a.png'])
  })

  it('that hold no numbers are never saved', async () => {
    const folder = await temporaryFolder()
    const files = [{ out: join(folder, 'a.png'), recipe: null }]
    await expect(
      imaging.writeImages({
        images: Float32Array.of(0, NaN, 0, 0),
        shape: { n: 1, c: 1, h: 2, w: 2 },
        range: [0, 1],
        files,
        tensors: false,
      }),
    ).rejects.toThrow(/no numbers/)
    expect(await readdir(folder)).toEqual([])
  })

  it('give no recipe when there is none to be understood', async () => {
    const folder = await temporaryFolder()
    const path = join(folder, 'a.png')
    const plain = await (await encoder(randomPicture(1, 4, 4, 3, 8))).png().toBuffer()
    for (const bytes of [Buffer.from('dear diary'), plain, plain.subarray(0, 40), Buffer.alloc(0)]) {
      await writeFile(path, bytes)
      expect(await imaging.readRecipe({ path })).toBeNull()
    }
  })
})

describe('a thumbnail', () => {
  it('fits the size, keeps the shape and is never enlarged', async () => {
    const folder = await temporaryFolder()
    const sharp = await loadSharp()
    for (const [width, height, wanted] of [
      [400, 200, [96, 48]],
      [50, 30, [50, 30]],
    ] as const) {
      for (const channels of [1, 2, 3, 4] as const) {
        await writeFile(
          join(folder, 'a.png'),
          await (await encoder(randomPicture(1, width, height, channels, 16))).png().toBuffer(),
        )
        await imaging.thumbnail({ path: join(folder, 'a.png'), size: 96, out: join(folder, 't.png') })
        const made = await sharp(join(folder, 't.png')).metadata()
        expect([made.width, made.height]).toEqual(wanted)
        expect(made.depth).toBe('uchar')
      }
    }
  })
})

describe('writing', () => {
  it('leaves the earlier file whole and nothing beside it when the check fails', async () => {
    const folder = await temporaryFolder()
    const path = join(folder, 'a.png')
    await writeAtomic(path, [Buffer.from('first')])
    const check = async (temporary: string) => {
      expect(await readFile(temporary, 'utf8')).toBe('second')
      throw new Error('no')
    }
    await expect(writeAtomic(path, [Buffer.from('sec'), Buffer.from('ond')], check)).rejects.toThrow('no')
    expect(await readFile(path, 'utf8')).toBe('first')
    expect(await readdir(folder)).toEqual(['a.png'])
  })

  it('is not stopped by what a killed process left, though the system gave its number again', async () => {
    const folder = await temporaryFolder()
    for (let n = 0; n < 200; n++) await writeFile(join(folder, `.a.png.${process.pid}-${n}.tmp`), 'half')
    await writeAtomic(join(folder, 'a.png'), [Buffer.from('whole')])
    expect(await readFile(join(folder, 'a.png'), 'utf8')).toBe('whole')
  })

  it('into what is no folder is refused in one sentence', async () => {
    const folder = await temporaryFolder()
    await writeFile(join(folder, 'file'), 'x')
    await expect(writeAtomic(join(folder, 'file', 'a.png'), [Buffer.from('x')])).rejects.toMatchObject({
      code: 'request',
      message: expect.stringMatching(/^a\.png cannot be written into /) as string,
    })
    await mkdir(join(folder, 'taken.png'))
    await expect(writeAtomic(join(folder, 'taken.png'), [Buffer.from('x')])).rejects.toMatchObject({ code: 'request' })
    expect((await stat(join(folder, 'taken.png'))).isDirectory()).toBe(true)
    expect((await readdir(folder)).sort()).toEqual(['file', 'taken.png'])
  })
})

describe('a full disk', () => {
  const full = Object.assign(new Error('no space left on device'), { code: 'ENOSPC' })
  it('is said of the file that was to be written, and of the mask where its file has a name of ours', () => {
    expect(writeError('/a/b/fill.png', full)).toMatchObject({ code: 'disk', message: 'The disk is full: fill.png was not saved.' })
    expect(writeError('/a/b/mask.png', full, 'the mask')).toMatchObject({ message: 'The disk is full: the mask was not saved.' })
  })
})
