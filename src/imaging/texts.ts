import { crc32, inflateSync } from 'node:zlib'

/** The texts inside a PNG, whoever wrote them. PNG specification, 11.3.3. */

export interface Chunk {
  readonly type: string
  readonly data: Buffer
  /** Does its check sum hold? */
  readonly sound: boolean
}

/** More than this is no text that anybody reads. */
export const textLimit = 16 * 2 ** 20

export const isText = (type: string): boolean => type === 'tEXt' || type === 'zTXt' || type === 'iTXt'

/** Keyword and value; undefined where the chunk is not made as it must be. */
export function textOf({ type, data }: Pick<Chunk, 'type' | 'data'>): readonly [keyword: string, value: string] | undefined {
  const end = data.indexOf(0)
  if (end < 1) return undefined
  const keyword = data.toString('latin1', 0, end)
  try {
    if (type === 'tEXt') return [keyword, data.toString('latin1', end + 1)]
    if (type === 'zTXt') return [keyword, unpacked(data.subarray(end + 2)).toString('latin1')]
    const language = data.indexOf(0, end + 3)
    const translated = data.indexOf(0, language + 1)
    if (language < 0 || translated < 0) return undefined
    const value = data.subarray(translated + 1)
    return [keyword, (data[end + 1] === 1 ? unpacked(value) : value).toString('utf8')]
  } catch {
    return undefined
  }
}

const unpacked = (data: Buffer): Buffer => inflateSync(data, { maxOutputLength: textLimit })

/** `bytes`: the whole chunk, from its length to its check sum. */
export function chunkOf(bytes: Buffer): Chunk {
  const body = bytes.subarray(4, bytes.length - 4)
  return {
    type: body.toString('latin1', 0, 4),
    data: body.subarray(4),
    sound: crc32(body) === bytes.readUInt32BE(bytes.length - 4),
  }
}
