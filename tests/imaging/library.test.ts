import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { crc32, deflateSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { decode } from '../../src/imaging/decode.ts'
import { drawLine } from '../../src/imaging/letters.ts'
import { dressed, encodePng } from '../../src/imaging/png.ts'
import { loadSharp } from '../../src/imaging/sharp.ts'
import { imaging, randomPicture, recipe, temporaryFolder } from './pictures.ts'

const chunk = (type: string, data: Buffer) => {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const out = Buffer.alloc(8 + body.length)
  out.writeUInt32BE(data.length, 0)
  body.copy(out, 4)
  out.writeUInt32BE(crc32(body), 4 + body.length)
  return out
}

/** A PNG of 31 x 17 with these chunks right after its header. */
async function withTexts(...chunks: readonly Buffer[]): Promise<Buffer> {
  const png = await encodePng(randomPicture(3, 31, 17, 3, 8), 'small')
  return Buffer.concat([png.subarray(0, 33), ...chunks, png.subarray(33)])
}

async function described(bytes: Uint8Array) {
  const path = join(await temporaryFolder(), 'one.png')
  await writeFile(path, bytes)
  const [facts] = await imaging.describe({ paths: [path] })
  return { path, facts, texts: await imaging.readTexts({ path }) }
}

const iTXt = (keyword: string, value: string) => chunk('iTXt', Buffer.from(`${keyword}\0\0\0\0\0${value}`))

describe('what is known of a picture without its pixels', () => {
  it('is its recipe, where it is ours', async () => {
    const png = await encodePng(randomPicture(3, 31, 17, 3, 8), 'small')
    const { facts, texts, path } = await described(Buffer.concat(dressed(png, { icc: null, recipe })))
    expect(facts).toMatchObject({
      width: 31,
      height: 17,
      damaged: false,
      text: 'recipe',
      kind: 'inpaint',
      model: 'mnist',
      method: 'repaint',
      steps: 2,
      seed: 7,
      mask: 'ef'.repeat(32),
      source: 'cd'.repeat(32),
    })
    const { size, mtimeMs } = await stat(path)
    expect(facts).toMatchObject({ bytes: size, modified: Math.floor(mtimeMs) })
    expect(facts?.words.split(' ')).toEqual(expect.arrayContaining(['fill', 'mnist', 'repaint', 'respaced', '31x17', 'cpu', '7']))
    expect(texts).toEqual({ text: 'recipe', recipe, parameters: null })
  })

  it.each([
    ['tEXt', chunk('tEXt', Buffer.from('parameters\0a lighthouse, Steps: 20, Sampler: Euler a', 'latin1'))],
    [
      'zTXt',
      chunk(
        'zTXt',
        Buffer.concat([Buffer.from('parameters\0\0', 'latin1'), deflateSync('a lighthouse, Steps: 20, Sampler: Euler a')]),
      ),
    ],
    ['iTXt', iTXt('parameters', 'a lighthouse, Steps: 20, Sampler: Euler a')],
  ])('is what another program wrote into its %s', async (_type, text) => {
    const { facts, texts } = await described(await withTexts(chunk('tEXt', Buffer.from('Software\0other')), text))
    expect(facts).toMatchObject({ text: 'foreign', kind: 'other', model: null, seed: null, damaged: false })
    expect(facts?.words).toContain('lighthouse')
    expect(texts).toEqual({ text: 'foreign', recipe: null, parameters: 'a lighthouse, Steps: 20, Sampler: Euler a' })
  })

  it('is found behind a large profile, too', async () => {
    const profile = chunk('iCCP', Buffer.alloc(200_000, 7))
    const { texts } = await described(await withTexts(profile, iTXt('palimpsest', JSON.stringify(recipe))))
    expect(texts.recipe).toEqual(recipe)
  })

  const broken = iTXt('palimpsest', JSON.stringify(recipe))
  broken[60] = broken[60]! ^ 1
  it.each([
    ['half a recipe', iTXt('palimpsest', JSON.stringify(recipe).slice(0, 90))],
    ['a recipe whose check sum is wrong', broken],
    ['a recipe without its request', iTXt('palimpsest', JSON.stringify({ ...recipe, request: undefined }))],
    ['a recipe with words for numbers', iTXt('palimpsest', JSON.stringify({ ...recipe, seed: 'seven' }))],
    ['a mask that is a way to another file', iTXt('palimpsest', JSON.stringify({ ...recipe, mask: { sha256: '../../one' } }))],
    ['a recipe that is a list', iTXt('palimpsest', '[1]')],
    ['a recipe of another format', iTXt('palimpsest', JSON.stringify({ ...recipe, format: 2 }))],
    ['a text that is no stream', chunk('zTXt', Buffer.from('parameters\0\0nothing'))],
  ])('is a picture without a recipe for %s', async (_what, text) => {
    const { facts, texts } = await described(await withTexts(text))
    expect(facts).toMatchObject({ text: 'damaged', kind: 'other', model: null, width: 31, damaged: false })
    expect(texts).toMatchObject({ text: 'damaged', recipe: null })
  })

  it('is nothing to speak of without any text', async () => {
    const { facts } = await described(await withTexts())
    expect(facts).toMatchObject({ text: 'none', kind: 'other', words: '', damaged: false })
  })

  it.each([
    ['cut short', (png: Buffer) => png.subarray(0, -3)],
    ['empty', () => Buffer.alloc(0)],
    ['no picture', () => Buffer.from('hello there, this is a text and no picture at all')],
  ])('says that a file is damaged: %s', async (_what, damage) => {
    const { facts } = await described(damage(await withTexts()))
    expect(facts).toMatchObject({ damaged: true })
  })

  it('is null where there is no file, and in the order of the paths', async () => {
    const { path } = await described(await withTexts())
    const facts = await imaging.describe({ paths: [`${path}.gone`, path, `${path}.gone`] })
    expect(facts.map((one) => one?.width)).toEqual([undefined, 31, undefined])
  })

  it('names the content alike for equal files alone', async () => {
    const one = await withTexts()
    const pixel = randomPicture(3, 31, 17, 3, 8)
    pixel.data[200] = pixel.data[200]! ^ 1
    const names = [one, one, await encodePng(pixel, 'small'), await withTexts(iTXt('a', 'b'))].map(
      async (bytes) => (await described(bytes)).facts?.content,
    )
    const [a, b, c, d] = await Promise.all(names)
    expect(a).toMatch(/^[0-9a-f]{32}$/)
    expect([a === b, a === c, a === d, c === d]).toEqual([true, false, false, false])
  })
})

it('makes small pictures: exact where they are small already, never larger than asked', async () => {
  const folder = await temporaryFolder()
  const small = randomPicture(5, 28, 30, 3, 8)
  await writeFile(join(folder, 'small.png'), await encodePng(small, 'small'))
  await imaging.thumb({ path: join(folder, 'small.png'), size: 320, out: join(folder, 'small.webp') })
  const back = await decode(await readFile(join(folder, 'small.webp')), 'small.webp')
  expect({ width: back.width, height: back.height }).toEqual({ width: 28, height: 30 })
  expect(Buffer.from(back.data)).toEqual(Buffer.from(small.data))
  await writeFile(join(folder, 'large.png'), await encodePng(randomPicture(6, 900, 300, 3, 16), 'small'))
  await imaging.thumb({ path: join(folder, 'large.png'), size: 320, out: join(folder, 'large.webp') })
  const sharp = await loadSharp()
  expect(await sharp(join(folder, 'large.webp')).metadata()).toMatchObject({ format: 'webp', width: 320, height: 107 })
})

it('copies with every text or none, and the same pixels', async () => {
  const folder = await temporaryFolder()
  const from = join(folder, 'from.png')
  await writeFile(from, await withTexts(iTXt('palimpsest', JSON.stringify(recipe)), chunk('tEXt', Buffer.from('parameters\0x'))))
  await imaging.copyPicture({ from, out: join(folder, 'whole.png'), recipe: true })
  expect(await readFile(join(folder, 'whole.png'))).toEqual(await readFile(from))
  await imaging.copyPicture({ from, out: join(folder, 'bare.png'), recipe: false })
  const bare = await readFile(join(folder, 'bare.png'))
  expect(bare.includes('palimpsest') || bare.includes('parameters')).toBe(false)
  expect((await decode(bare, 'bare')).data).toEqual((await decode(await readFile(from), 'from')).data)
})

describe('a contact sheet', () => {
  it('holds each picture in its cell, a small one enlarged pixel by pixel, and says what cannot be read', async () => {
    const folder = await temporaryFolder()
    const pixels = randomPicture(8, 8, 8, 3, 8)
    await writeFile(join(folder, 'a.png'), await encodePng(pixels, 'small'))
    await writeFile(join(folder, 'b.png'), 'no picture')
    const out = join(folder, 'sheet.png')
    const cells = ['a.png', 'b.png', 'a.png'].map((name) => ({ path: join(folder, name), lines: ['ddim', '50 steps'] }))
    const size = await imaging.contactSheet({ cells, columns: 2, cell: 64, title: 'Digits', out })
    const sheet = await decode(await readFile(out), 'sheet')
    expect(sheet).toMatchObject(size)
    // The first cell's corner: its place is where a row of the picture begins.
    const at = (x: number, y: number) => Array.from(sheet.data.slice((y * sheet.width + x) * 3, (y * sheet.width + x) * 3 + 3))
    const row = (y: number) => Array.from({ length: 8 }, (_, x) => at(10 + 8 * x + 3, y))
    const wanted = Array.from({ length: 8 }, (_, x) => Array.from(pixels.data.slice(3 * x, 3 * x + 3)))
    const top = Array.from({ length: size.height }, (_, y) => y).find((y) => JSON.stringify(row(y)) === JSON.stringify(wanted))
    expect(top).toBe(44)
    // Below the pictures stand letters, brighter than the ground.
    const bright = (from: number, to: number) =>
      Array.from({ length: to - from }, (_, y) => at(12, from + y)).some(([red = 0]) => red > 100)
    expect(bright(44 + 64, 44 + 64 + 40)).toBe(true)
  })

  it('is refused where it would be too large', async () => {
    const cells = Array.from({ length: 400 }, () => ({ path: 'x', lines: [] }))
    await expect(imaging.contactSheet({ cells, columns: 20, cell: 1024, title: '', out: 'x' })).rejects.toThrow('megapixels')
  })

  it('cuts a line that does not fit, and draws nothing for nothing', async () => {
    const long = await drawLine('a very long name of a picture that does not fit', 16, 60)
    expect(long?.width).toBeLessThanOrEqual(60)
    expect(long!.data.some((value) => value > 200)).toBe(true)
    expect((await drawLine('ää', 16, 60))!.width).toBe((await drawLine('aa', 16, 60))!.width)
    expect(await drawLine('  ', 16, 60)).toBeNull()
  })
})
