import { homedir } from 'node:os'
import { join, posix, win32 } from 'node:path'

/** Where things lie: the program's own files beside the built entry, and the user's beside the system's other application data. */

export interface ProgramFolders {
  /** Of the checkout or the installed program. */
  readonly root: string
  readonly models: string
  readonly samples: string
  readonly renderer: string
  readonly engine: string
  readonly imaging: string
  /** The built command line itself. */
  readonly entry: string
}

/** `built` is the folder of out/main/cli.js. */
export function programFolders(built: string): ProgramFolders {
  const root = join(built, '..', '..')
  return {
    root,
    models: join(root, 'models'),
    samples: join(root, 'resources', 'samples'),
    renderer: join(built, '..', 'renderer'),
    engine: join(built, 'engine.js'),
    imaging: join(built, 'imaging.js'),
    entry: join(built, 'cli.js'),
  }
}

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
