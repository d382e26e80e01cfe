import { describe, expect, it } from 'vitest'
import { npy, readNpy } from '../../src/shared/npy.ts'

describe('a .npy file', () => {
  it('comes back as it was written, whatever its place in a larger buffer', () => {
    const values = Float32Array.of(1, -0.25, 1 / 3, 1e-30, 5, 6)
    const bytes = npy(values, [1, 2, 3])
    const within = new Uint8Array(bytes.length + 3)
    within.set(bytes, 3)
    for (const file of [bytes, within.subarray(3)]) expect(readNpy(file)).toEqual({ shape: [1, 2, 3], data: values })
  })

  it('of float64, as numpy writes by default, is read as float32', () => {
    const literal = "{'descr': '<f8', 'fortran_order': False, 'shape': (2,), }".padEnd(117) + '\n'
    const bytes = new Uint8Array(128 + 16)
    bytes.set([0x93, ...Buffer.from('NUMPY'), 1, 0, 118, 0, ...Buffer.from(literal)])
    new DataView(bytes.buffer).setFloat64(128, 0.5, true)
    new DataView(bytes.buffer).setFloat64(136, -3, true)
    expect(readNpy(bytes)).toEqual({ shape: [2], data: Float32Array.of(0.5, -3) })
  })

  it.each([
    ['nothing', new Uint8Array(0)],
    ['words', Buffer.from('these are words and no array')],
    ['an array cut short', npy(Float32Array.of(1, 2), [2]).subarray(0, -1)],
    ['more than the array', Uint8Array.of(...npy(Float32Array.of(1, 2), [2]), 0)],
    [
      'integers',
      Buffer.from(
        Buffer.from(npy(Float32Array.of(1), [1]))
          .toString('latin1')
          .replace('<f4', '<i4'),
        'latin1',
      ),
    ],
    [
      'columns first',
      Buffer.from(
        Buffer.from(npy(Float32Array.of(1), [1]))
          .toString('latin1')
          .replace('False', 'True '),
        'latin1',
      ),
    ],
  ])('is not %s', (_, bytes) => {
    expect(readNpy(bytes)).toBeUndefined()
  })
})
