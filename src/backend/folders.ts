import { homedir } from 'node:os'
import { posix, win32 } from 'node:path'

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
