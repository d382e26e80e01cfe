/** A float32 tensor as NumPy's .npy, version 1.0: magic, length of the header, header padded to 64 bytes, then the values, little-endian. */
export function encodeNpy(values: Float32Array, shape: readonly number[]): Uint8Array {
  const words = `{'descr': '<f4', 'fortran_order': False, 'shape': (${shape.map((n) => `${String(n)},`).join(' ')}), }`
  const length = Math.ceil((10 + words.length + 1) / 64) * 64
  const bytes = Buffer.alloc(length + values.length * 4, ' ')
  bytes.write('\u0093NUMPY\u0001\u0000', 0, 'latin1')
  bytes.writeUInt16LE(length - 10, 8)
  bytes.write(words, 10, 'latin1')
  bytes.write('\n', length - 1, 'latin1')
  for (const [i, value] of values.entries()) bytes.writeFloatLE(value, length + i * 4)
  return bytes
}
