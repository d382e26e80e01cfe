import type { RemoteHandlers } from '../shared/api.ts'
import { PalimpsestError } from '../shared/errors.ts'
import type { LibraryDoor } from './types.ts'

/** The methods of shared/api.ts that are of the library. */
export type LibraryHandlers = Pick<RemoteHandlers, Extract<keyof RemoteHandlers, `library${string}`>>

const absent = async (): Promise<never> => {
  throw new PalimpsestError('request', 'The library cannot be opened yet.')
}

export const createLibrary = (): { readonly door: LibraryDoor; readonly handlers: LibraryHandlers } => ({
  door: { setFolder: absent, export: absent, pathOf: absent, sheet: absent },
  handlers: {
    library: absent,
    libraryPictures: absent,
    libraryIds: absent,
    libraryPicture: absent,
    libraryFavourite: absent,
    libraryTag: absent,
    libraryTrash: absent,
    libraryRestore: absent,
    libraryEmptyTrash: absent,
    libraryRescan: absent,
    libraryMetadata: absent,
    libraryAgain: absent,
    libraryVary: absent,
    libraryOpen: absent,
    librarySheet: absent,
  },
})
