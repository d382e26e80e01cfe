/** JSON that can hold bytes: a Uint8Array travels as { "$bytes": base64 }. For HTTP and the WebSocket; IPC clones bytes as they are. */

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'

export function toBase64(bytes: Uint8Array): string {
  const parts: string[] = []
  for (let i = 0; i < bytes.length; i += 3) {
    const b = ((bytes[i] ?? 0) << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0)
    parts.push(
      alphabet.charAt(b >> 18) +
        alphabet.charAt((b >> 12) & 63) +
        (i + 1 < bytes.length ? alphabet.charAt((b >> 6) & 63) : '=') +
        (i + 2 < bytes.length ? alphabet.charAt(b & 63) : '='),
    )
  }
  return parts.join('')
}

const values = new Int16Array(128).fill(-1)
for (let i = 0; i < 64; i++) values[alphabet.charCodeAt(i)] = i

/** Throws a RangeError on anything that is not padded base64. */
export function fromBase64(text: string): Uint8Array {
  if (text.length % 4 !== 0) throw new RangeError('base64 of a wrong length')
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0
  const out = new Uint8Array((text.length / 4) * 3 - padding)
  for (let i = 0, at = 0; i < text.length; i += 4) {
    let b = 0
    for (let j = 0; j < 4; j++) {
      const last = i + j >= text.length - padding
      const value = last ? 0 : (values[text.charCodeAt(i + j)] ?? -1)
      if (value < 0) throw new RangeError('a character that is not base64')
      b = (b << 6) | value
    }
    out[at++] = b >> 16
    if (at < out.length) out[at++] = (b >> 8) & 255
    if (at < out.length) out[at++] = b & 255
  }
  return out
}

export function encode(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) => (item instanceof Uint8Array ? { $bytes: toBase64(item) } : item))
}

export function decode(text: string): unknown {
  return JSON.parse(text, (_key, item: unknown) => {
    if (typeof item === 'object' && item !== null && '$bytes' in item && typeof item.$bytes === 'string')
      return fromBase64(item.$bytes)
    return item
  })
}
