import { join } from 'node:path'

/** Where the program's own files lie: beside the built entry. */

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
