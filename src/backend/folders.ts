import { mkdirSync, statSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, posix, win32 } from 'node:path'

/** Folders: where the user's things are kept, and how any of them is made. */

type Environment = Readonly<Record<string, string | undefined>>

/** PALIMPSEST_DATA, else `palimpsest` in the platform's folder for application data. */
export function dataFolder(
  env: Environment = process.env,
  platform: NodeJS.Platform = process.platform,
  home: string = homedir(),
): string {
  const set = (name: string) => (env[name] === undefined || env[name] === '' ? undefined : env[name])
  const own = set('PALIMPSEST_DATA')
  if (own !== undefined) return own
  if (platform === 'win32') return win32.join(set('LOCALAPPDATA') ?? win32.join(home, 'AppData', 'Local'), 'palimpsest')
  if (platform === 'darwin') return posix.join(home, 'Library', 'Application Support', 'palimpsest')
  const xdg = set('XDG_DATA_HOME')
  // The XDG specification: a relative path there is to be ignored.
  return posix.join(xdg !== undefined && posix.isAbsolute(xdg) ? xdg : posix.join(home, '.local', 'share'), 'palimpsest')
}

/**
 * Makes the folder and those above it; answers the first it made. Not `mkdir` with `recursive`: that one tries for ever, and takes all
 * memory, where a file system says ENOENT below a folder that exists (/proc). Throws what the system said.
 */
export function makeFolders(path: string): string | undefined {
  try {
    mkdirSync(path)
    return path
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code === 'EEXIST' && statSync(path).isDirectory()) return undefined
    const above = dirname(path)
    if (code !== 'ENOENT' || above === path || statSync(above, { throwIfNoEntry: false }) !== undefined) throw error
    const first = makeFolders(above)
    return makeFolders(path) === undefined ? first : (first ?? path)
  }
}
