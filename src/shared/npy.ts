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

export interface NpyArray {
  readonly shape: readonly number[]
  readonly data: Float32Array
}

/**
 * A float32 or float64 array in C order, as float32. Undefined where the bytes are none, are cut short, or hold another kind of number:
 * the caller knows how to say so.
 */
export function readNpy(bytes: Uint8Array): NpyArray | undefined {
  const magic = [0x93, ...ascii('NUMPY')]
  if (bytes.length < 12 || magic.some((byte, i) => bytes[i] !== byte)) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const [start, length] = bytes[6] === 1 ? [10, view.getUint16(8, true)] : [12, view.getUint32(8, true)]
  const header = String.fromCharCode(...bytes.subarray(start, Math.min(start + length, start + 4096)))
  const kind = /'descr': *'([^']*)'/.exec(header)?.[1]
  const wide = kind === '<f8'
  const listed = /'shape': *\(([0-9, ]*)\)/.exec(header)?.[1]
  if ((kind !== '<f4' && !wide) || listed === undefined || !/'fortran_order': *False/.test(header)) return undefined
  const shape = listed
    .split(',')
    .filter((part) => part.trim() !== '')
    .map(Number)
  const count = shape.reduce((product, side) => product * side, 1)
  const from = start + length
  if (bytes.length !== from + count * (wide ? 8 : 4)) return undefined
  const data = Float32Array.from({ length: count }, (_, i) =>
    wide ? view.getFloat64(from + 8 * i, true) : view.getFloat32(from + 4 * i, true),
  )
  return { shape, data }
}
