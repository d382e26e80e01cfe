import { join } from 'node:path'
import { dataFolder } from '../backend/folders.ts'

/** Where the program's files lie (`built` is the folder of out/main/index.js) and where it keeps the user's. */
export interface StudioFolders {
  readonly root: string
  readonly models: string
  readonly samples: string
  /** PNG, 256 pixels. */
  readonly icon: string
  readonly renderer: string
  readonly preload: string
  readonly engine: string
  readonly imaging: string
  readonly data: string
  /** Chromium's own files, the lock and the window's place. */
  readonly window: string
}

export function windowFolder(): string {
  return join(dataFolder(), 'window')
}

/** `resources` holds models/ and resources/: the checkout, or the resources folder of the installed program. */
export function studioFolders(built: string, resources: string): StudioFolders {
  return {
    root: join(built, '..', '..'),
    models: join(resources, 'models'),
    samples: join(resources, 'resources', 'samples'),
    icon: join(resources, 'resources', 'icon.png'),
    renderer: join(built, '..', 'renderer'),
    preload: join(built, '..', 'preload', 'index.cjs'),
    engine: join(built, 'engine.js'),
    imaging: join(built, 'imaging.js'),
    data: dataFolder(),
    window: windowFolder(),
  }
}
