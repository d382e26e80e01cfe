import { join } from 'node:path'
import { expect, it } from 'vitest'
import { encodeGrey } from '../../src/renderer/editor/png.ts'
import { maskTileSize } from '../../src/shared/imaging.ts'
import { decode } from '../../src/imaging/decode.ts'
import { greyTile } from '../../src/imaging/grey.ts'
import { forgetMask, loadMask, writeMaskTiles } from '../../src/imaging/masks.ts'
import { encodePng } from '../../src/imaging/png.ts'
import { readFile } from 'node:fs/promises'
import { chance, randomPicture, temporaryFolder } from './pictures.ts'

const side = maskTileSize
const tileOf = (seed: number, smooth: boolean): Uint8Array => {
  const { data } = randomPicture(seed, side, side, 1, 8)
  return Uint8Array.from(data, (value, i) => (smooth ? Math.min(255, ((i % side) * seed + Math.floor(i / side)) & 255) : value))
}

it('a tile of the editor is read as a codec reads it', async () => {
  for (const [seed, smooth] of [
    [1, false],
    [2, true],
    [3, true],
  ] as const) {
    const data = tileOf(seed, smooth)
    for (const png of [
      await encodeGrey({ width: side, height: side, data }),
      await encodePng({ width: side, height: side, channels: 1, data }, 'fast'),
    ]) {
      const read = greyTile(png, side)
      // Other filters than the editor's are left to the codec.
      if (read !== undefined) expect(read).toEqual({ width: side, height: side, channels: 1, data })
      expect((await decode(png, 'tile')).data).toEqual(data)
    }
    expect(greyTile(await encodeGrey({ width: side, height: side, data }), side)).toBeDefined()
  }
})

it('a file of another kind, or a damaged one, is left to the codec', async () => {
  const data = tileOf(1, false)
  const whole = await encodeGrey({ width: side, height: side, data })
  expect(greyTile(whole, side / 2)).toBeUndefined()
  expect(greyTile(whole.subarray(0, whole.length - 2000), side)).toBeUndefined()
  expect(
    greyTile(
      Uint8Array.from(whole, (byte, i) => (i === 4000 ? byte ^ 255 : byte)),
      side,
    ),
  ).toBeUndefined()
  expect(greyTile(await encodePng(randomPicture(1, side, side, 3, 8), 'fast'), side)).toBeUndefined()
  expect(greyTile(new Uint8Array(0), side)).toBeUndefined()
})

it('a mask that is saved again and again is what was painted, wherever the strokes went', async () => {
  const folder = await temporaryFolder()
  const out = join(folder, 'mask.png')
  // Strips of the file are of 524 rows, tiles of 256: strokes meet inside strips and at their edges.
  const photo = { width: 2000, height: 1300 }
  const next = chance(7)
  const meant = new Uint8Array(photo.width * photo.height)
  for (let turn = 0; turn < 12; turn++) {
    const tiles = await Promise.all(
      Array.from({ length: turn % 4 }, async (_, k) => {
        const [column, row] = [Math.floor(next() * 8), Math.floor(next() * 6)]
        const data = tileOf(turn * 10 + k + 1, k % 2 === 1)
        for (let y = 0; y < side && row * side + y < photo.height; y++)
          for (let x = 0; x < side && column * side + x < photo.width; x++)
            meant[(row * side + y) * photo.width + column * side + x] = data[y * side + x] ?? 0
        return { column, row, png: await encodeGrey({ width: side, height: side, data }) }
      }),
    )
    await writeMaskTiles(photo, tiles, out)
    expect(Buffer.compare((await decode(await readFile(out), out)).data as Uint8Array, meant), `turn ${turn}`).toBe(0)
    // Now and then another process, or another photograph between: nothing is remembered.
    if (turn % 5 === 4) forgetMask()
    expect(Buffer.compare((await loadMask(out)).data, meant)).toBe(0)
  }
})
