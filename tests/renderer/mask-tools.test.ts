import { describe, expect, test } from 'vitest'
import { parseMaskTools } from '../../src/renderer/inpaint/mask-tools.ts'
import { readTiles } from '../../src/renderer/editor/save.ts'
import { encodeGrey } from '../../src/renderer/editor/png.ts'
import { tileArea, tileKey } from '../../src/renderer/editor/mask.ts'

describe('how the mask is shown and its tools are set', () => {
  const usual = parseMaskTools(null)

  test('comes back as it was left', () => {
    const left = {
      colour: 'blue',
      opacity: 0.8,
      edgesOnly: true,
      feather: true,
      growth: 12,
      penSize: false,
      tolerance: 7,
      contiguous: false,
      dustThreshold: 30,
      dustSize: 9,
    } as const
    expect(parseMaskTools(JSON.stringify(left))).toEqual({ ...usual, ...left })
    for (const [name, value] of Object.entries(left)) expect(usual[name as keyof typeof left]).not.toBe(value)
  })

  test('where a part of it is wrong, that part falls back by itself', () => {
    expect(parseMaskTools('{"colour":"mauve","opacity":7,"growth":0.5,"tolerance":12}')).toEqual({ ...usual, tolerance: 12 })
    expect(parseMaskTools('no JSON')).toEqual(usual)
  })
})

test('tiles from elsewhere are read in their order, equal ones once', async () => {
  const [some, other] = [new Uint8Array(tileArea).fill(255), new Uint8Array(tileArea).fill(9)]
  const [a, b] = await Promise.all([some, other].map((data) => encodeGrey({ width: 256, height: 256, data })))
  const read = await readTiles([
    { column: 0, row: 0, png: a! },
    { column: 1, row: 0, png: new Uint8Array(a!) },
    { column: 0, row: 3, png: b! },
    { column: 1, row: 3, png: a! },
  ])
  expect(read.map(({ key }) => key)).toEqual([tileKey(0, 0), tileKey(1, 0), tileKey(0, 3), tileKey(1, 3)])
  expect(read.map(({ data }) => data[77])).toEqual([255, 255, 9, 255])
  expect(read[1]?.data).toBe(read[0]?.data)
})
