import { deflateSync } from 'node:zlib'
import sharp from 'sharp'
import { describe, expect, test } from 'vitest'
import { decodeGrey, encodeGrey } from '../../src/renderer/editor/png.ts'

const every = { width: 256, height: 256, data: Uint8Array.from({ length: 65536 }, (_, i) => (i * 7 + (i >> 8) * 13) & 255) }

describe('mask tiles as PNG', () => {
  test('another reader sees 8-bit grey with the same bytes', async () => {
    const png = await encodeGrey(every)
    const meta = await sharp(png).metadata()
    expect([meta.width, meta.height, meta.channels, meta.depth]).toEqual([256, 256, 1, 'uchar'])
    const raw = await sharp(png).toColourspace('b-w').raw().toBuffer()
    expect(new Uint8Array(raw)).toEqual(every.data)
  })

  test('what we write we read back, of any size', async () => {
    for (const [width, height] of [
      [1, 1],
      [37, 41],
      [256, 256],
    ] as const) {
      const data = every.data.slice(0, width * height)
      expect(await decodeGrey(await encodeGrey({ width, height, data }))).toEqual({ width, height, data })
    }
  })

  test('tiles written by imaging with adaptive filters are read exactly', async () => {
    // A ramp makes the encoder choose differences; noise would leave it without a filter.
    const data = Uint8Array.from({ length: 65536 }, (_, i) => ((i & 255) + (i >> 8)) >> 1)
    const png = await sharp(data, { raw: { width: 256, height: 256, channels: 1 } })
      .toColourspace('b-w')
      .png({ adaptiveFiltering: true })
      .toBuffer()
    expect((await decodeGrey(png)).data).toEqual(data)
  })

  test.each([0, 1, 2, 3, 4])('filter %s of the specification is undone', async (filter) => {
    const [width, height] = [5, 4]
    const data = Uint8Array.from({ length: 20 }, (_, i) => (i * 91 + 5) & 255)
    expect((await decodeGrey(await filtered(data, width, height, filter))).data).toEqual(data)
  })

  test('colour, damage and a cut file are refused in a sentence', async () => {
    const colour = await sharp({ create: { width: 4, height: 4, channels: 3, background: 'red' } })
      .png()
      .toBuffer()
    await expect(decodeGrey(colour)).rejects.toThrow('is not 8-bit grey')
    const png = await encodeGrey(every)
    await expect(decodeGrey(png.subarray(0, png.length - 40))).rejects.toThrow('is cut short')
    const damaged = png.slice()
    damaged[60] = (damaged[60] ?? 0) ^ 1
    await expect(decodeGrey(damaged)).rejects.toThrow('has a damaged IDAT')
    await expect(decodeGrey(new Uint8Array(9))).rejects.toThrow('does not begin like a PNG')
  })
})

/** The picture filtered by the book, every row with the same filter; the container is ours, with its IDAT put in anew. */
async function filtered(data: Uint8Array, width: number, height: number, filter: number): Promise<Uint8Array> {
  const at = (x: number, y: number) => (x < 0 || y < 0 ? 0 : (data[y * width + x] ?? 0))
  const rows = new Uint8Array((width + 1) * height)
  for (let y = 0; y < height; y++) {
    rows[y * (width + 1)] = filter
    for (let x = 0; x < width; x++) {
      const [a, b, c] = [at(x - 1, y), at(x, y - 1), at(x - 1, y - 1)]
      const p = a + b - c
      const nearest = [a, b, c].reduce((best, next) => (Math.abs(p - next) < Math.abs(p - best) ? next : best))
      rows[y * (width + 1) + 1 + x] = at(x, y) - ([0, a, b, Math.floor((a + b) / 2), nearest][filter] ?? 0)
    }
  }
  const packed = deflateSync(rows)
  const base = await encodeGrey({ width, height, data })
  const crcInput = Buffer.concat([Buffer.from('IDAT'), packed])
  const chunk = Buffer.alloc(12 + packed.length)
  chunk.writeUInt32BE(packed.length)
  crcInput.copy(chunk, 4)
  const { crc32 } = await import('node:zlib')
  chunk.writeUInt32BE(crc32(crcInput), 8 + packed.length)
  return new Uint8Array(Buffer.concat([base.subarray(0, 33), chunk, base.subarray(base.length - 12)]))
}
