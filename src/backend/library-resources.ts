import { join } from 'node:path'
import type { Library } from './library.ts'
import { masksFolder } from './library-places.ts'
import { rowOf } from './library-query.ts'
import { fileOf } from './library-shelf.ts'

/** The library's URLs (shared/api.ts), as a file to send. Only ids and hashes that a pattern let through come near a path. */

export interface Found {
  readonly file: string
  readonly type: string
  /** The name it is given as a download. */
  readonly name: string
  /** Does the address change with the content? */
  readonly lasting: boolean
}

const routes = {
  picture: /^\/library\/([0-9a-f]{16})\.png$/,
  thumb: /^\/library\/([0-9a-f]{16})\/thumb\.webp$/,
  mask: /^\/library\/mask\/([0-9a-f]{64})\.png$/,
  sheet: /^\/library\/sheet\/(contact-sheet-[0-9a-z]{1,16}-[0-9a-f]{8}\.png)$/,
} as const

/** Null: no address of the library. Undefined: there is nothing at it. */
export async function findResource(
  library: Library,
  dataFolder: string,
  path: string,
  query: URLSearchParams,
): Promise<Found | undefined | null> {
  if (!path.startsWith('/library/')) return null
  const part = (pattern: RegExp) => pattern.exec(path)?.[1]
  const sheet = part(routes.sheet)
  if (sheet !== undefined) return { file: join(dataFolder, 'sheets', sheet), type: 'image/png', name: sheet, lasting: false }
  const mask = part(routes.mask)
  if (mask !== undefined) {
    const root = await library.read((shelf) => shelf.root)
    return { file: join(root, masksFolder, `${mask}.png`), type: 'image/png', name: `mask-${mask.slice(0, 16)}.png`, lasting: true }
  }
  const small = part(routes.thumb)
  const id = small ?? part(routes.picture)
  if (id === undefined) return undefined
  const found = await library.read((shelf) => {
    const row = rowOf(shelf.db, id)
    return row === undefined ? undefined : { row, file: fileOf(shelf, row.path) }
  })
  if (found === undefined) return undefined
  const { row, file } = found
  const lasting = query.get('v') === row.content
  if (small === undefined) return { file, type: 'image/png', name: row.name, lasting }
  const thumb = row.damaged === 1 ? undefined : await library.thumbs.get(row.content, file)
  return thumb === undefined ? undefined : { file: thumb, type: 'image/webp', name: `${row.name}.webp`, lasting }
}
