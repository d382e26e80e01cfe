import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { compareSheet, writeStage } from '../../src/imaging/compare.ts'
import { decode, type Pixels } from '../../src/imaging/decode.ts'
import { savePreset } from '../../src/imaging/masks.ts'
import { encodePng } from '../../src/imaging/png.ts'
import { openPhoto } from '../../src/imaging/store.ts'
import { writeAtomic } from '../../src/imaging/files.ts'

const root = mkdtempSync(join(tmpdir(), 'palimpsest-sheet-'))
const at = (name: string) => join(root, name)
afterAll(() => rmSync(root, { recursive: true, force: true }))

async function flat(name: string, width: number, height: number, colour: readonly number[]): Promise<string> {
  const data = new Uint8Array(width * height * 3).map((_, i) => colour[i % 3] ?? 0)
  await writeAtomic(at(name), [await encodePng({ width, height, channels: 3, data }, 'fast')])
  return at(name)
}

const read = async (path: string): Promise<Pixels> => decode(new Uint8Array(readFileSync(path)), path)
const pixel = ({ width, channels, data }: Pixels, x: number, y: number) =>
  Array.from(data.slice((y * width + x) * channels, (y * width + x) * channels + 3))
const count = (pixels: Pixels, colour: readonly number[]) => {
  let found = 0
  for (let i = 0; i < pixels.data.length; i += pixels.channels)
    if (colour.every((value, c) => pixels.data[i + c] === value)) found++
  return found
}

describe('the sheet of a comparison', () => {
  const red = [250, 10, 10]
  const green = [10, 250, 10]
  let square = ''
  let tall = ''
  beforeAll(async () => {
    square = await flat('square.png', 10, 10, red)
    tall = await flat('tall.png', 10, 40, green)
  })
  const sheet = (cells: Parameters<typeof compareSheet>[0]['sections'][number]['cells'], more: object = {}) =>
    compareSheet({
      title: 'Steps and eta',
      legend: ['one', 'two'],
      sections: [{ title: '', columns: ['eta 0', 'eta 1'], rows: ['steps 5', 'steps 10'], cells }],
      cell: 40,
      aspect: 1,
      out: at('sheet.png'),
      ...more,
    })

  it('has every picture whole in its own place, small ones pixel by pixel, and words beside them', async () => {
    const { width, height } = await sheet([
      { row: 0, column: 0, paths: [square], lines: ['5 calls'] },
      { row: 1, column: 1, paths: [tall], lines: ['10 calls'] },
    ])
    const pixels = await read(at('sheet.png'))
    expect([pixels.width, pixels.height]).toEqual([width, height])
    expect(count(pixels, red)).toBe(40 * 40)
    expect(count(pixels, green)).toBe(10 * 40)
    // Names, legend and costs are there too: neither ground nor picture.
    const ground = pixel(pixels, 0, 0)
    expect(width * height - count(pixels, ground) - count(pixels, red) - count(pixels, green)).toBeGreaterThan(200)
  })

  it('keeps a tall picture inside a low row, and several pictures of a cell beside one another', async () => {
    await sheet([{ row: 0, column: 0, paths: [tall], lines: [] }], { aspect: 0.5 })
    const low = await read(at('sheet.png'))
    expect(count(low, green)).toBe(5 * 20)
    await sheet([{ row: 0, column: 0, paths: [square, square, square, square], lines: [] }])
    expect(count(await read(at('sheet.png')), red)).toBe(4 * 10 * 10)
  })

  it('is refused where it would be larger than what is opened anywhere', async () => {
    const columns = Array.from({ length: 4000 }, (_, i) => `${i}`)
    const sections = [{ title: '', columns, rows: columns, cells: [] }]
    await expect(sheet([], { sections })).rejects.toThrow(/megapixels/)
  })
})

describe('the stages of a triptych', () => {
  it('are the photograph to the last value, and the same with its hole in mid grey', async () => {
    const data = new Uint8Array(12 * 8 * 3).map((_, i) => (i * 37) % 251)
    await writeAtomic(at('photo.png'), [await encodePng({ width: 12, height: 8, channels: 3, data }, 'fast')])
    const info = await openPhoto(at('photo.png'), at('photo'))
    await savePreset('left', info, at('mask.png'))
    await writeStage(at('photo'), null, at('original.png'))
    await writeStage(at('photo'), at('mask.png'), at('masked.png'))
    expect([...(await read(at('original.png'))).data]).toEqual([...data])
    const masked = await read(at('masked.png'))
    for (let y = 0; y < 8; y++)
      for (let x = 0; x < 12; x++)
        expect(pixel(masked, x, y)).toEqual(
          x < 6 ? [128, 128, 128] : Array.from(data.slice((y * 12 + x) * 3, (y * 12 + x) * 3 + 3)),
        )
  })
})
