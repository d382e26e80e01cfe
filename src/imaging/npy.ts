/** NumPy's array file, version 1.0: magic, header length, a Python literal padded so that the data starts on 64 bytes, then the data. */
export function npy(data: Float32Array, shape: readonly number[]): readonly Uint8Array[] {
  const literal = `{'descr': '<f4', 'fortran_order': False, 'shape': (${shape.map((n) => `${n},`).join(' ')}), }`
  const padded = Math.ceil((10 + literal.length + 1) / 64) * 64
  const header = Buffer.alloc(padded, ' ')
  header.write('\x93NUMPY\x01\x00', 0, 'latin1')
  header.writeUInt16LE(padded - 10, 8)
  header.write(literal, 10, 'latin1')
  header.write('\n', padded - 1, 'latin1')
  return [header, new Uint8Array(data.buffer, data.byteOffset, data.byteLength)]
}
