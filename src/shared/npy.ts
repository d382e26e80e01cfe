/** NumPy's array file, version 1.0: magic, header length, a Python literal padded so that the data starts on 64 bytes, then the data. */
export function npy(values: Float32Array, shape: readonly number[]): Uint8Array {
  const literal = `{'descr': '<f4', 'fortran_order': False, 'shape': (${shape.map((n) => `${n},`).join(' ')}), }`
  const start = Math.ceil((10 + literal.length + 1) / 64) * 64
  const bytes = new Uint8Array(start + 4 * values.length)
  const length = start - 10
  bytes.set([0x93, ...ascii('NUMPY'), 1, 0, length & 255, length >> 8])
  bytes.set(ascii(`${literal.padEnd(length - 1)}\n`), 10)
  const data = new DataView(bytes.buffer, start)
  for (const [i, value] of values.entries()) data.setFloat32(4 * i, value, true)
  return bytes
}

const ascii = (text: string): number[] => Array.from(text, (letter) => letter.charCodeAt(0))
