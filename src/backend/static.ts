import { readdir, readFile } from 'node:fs/promises'
import { extname, join, relative, sep } from 'node:path'
import { PalimpsestError } from '../shared/errors.ts'

/**
 * The built screens. Every file there is at the start is listed by its URL path; what is asked for is looked up in that list and never
 * joined to a folder, so no spelling of `..` can lead out of it.
 */
export interface StaticFile {
  readonly bytes: Buffer
  readonly type: string
  /** Vite puts a hash of the content into the name: such a file never changes. */
  readonly immutable: boolean
}

export type StaticFiles = ReadonlyMap<string, StaticFile>

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.woff': 'font/woff',
  '.wasm': 'application/wasm',
  '.json': 'application/json',
}

/** Reads the folder once, some megabytes. Fails with code `internal` when the screens are not built. */
export async function readStatic(folder: string): Promise<StaticFiles> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => [])
  const served = entries.filter((entry) => entry.isFile() && !entry.name.startsWith('.') && !entry.name.endsWith('.map'))
  const read = async ({ parentPath, name }: (typeof served)[number]): Promise<[string, StaticFile]> => {
    const file = join(parentPath, name)
    const path = `/${relative(folder, file).split(sep).join('/')}`
    const type = types[extname(name).toLowerCase()] ?? 'application/octet-stream'
    return [path, { bytes: await readFile(file), type, immutable: path.startsWith('/assets/') }]
  }
  const files = new Map(await Promise.all(served.map(read)))
  if (!files.has('/index.html')) throw new PalimpsestError('internal', 'The screens are not built; npm run build makes them.')
  return files
}

/** The file for the untrusted path of a URL: looked up as it was written, percent-decoded once. */
export function staticFile(files: StaticFiles, url: string): StaticFile | undefined {
  const path = url.split(/[?#]/, 1)[0] ?? ''
  try {
    return files.get(path === '/' ? '/index.html' : decodeURIComponent(path))
  } catch {
    return undefined
  }
}
