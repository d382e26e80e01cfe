import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decode, encode, fromBase64, toBase64 } from '../../src/shared/wire.ts'

test('base64 is what Node says it is, at every length', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      expect(toBase64(bytes)).toBe(Buffer.from(bytes).toString('base64'))
      expect(fromBase64(toBase64(bytes))).toEqual(new Uint8Array(bytes))
    }),
  )
})

test('refuses what is not base64', () => {
  for (const text of ['a', 'ab=', '====', 'a===', 'ab!=', 'äöü=']) expect(() => fromBase64(text), text).toThrow(RangeError)
})

test('bytes survive JSON wherever they stand', () => {
  const value = { tiles: [{ column: 1, png: new Uint8Array([0, 255, 7]) }], name: 'x', nothing: null }
  expect(decode(encode(value))).toEqual(value)
})
