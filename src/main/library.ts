import { readFile } from 'node:fs/promises'
import * as electron from 'electron'
import type { Backend } from '../backend/types.ts'
import type { ApiHandlers, LocalName } from '../shared/api.ts'
import { PalimpsestError } from '../shared/errors.ts'

const { BrowserWindow, dialog, shell } = electron

/** The library's methods that name folders of this machine, or its clipboard. */

type LibraryHandlers = Pick<ApiHandlers, Extract<LocalName, `library${string}`>>

/** `save` asks where, has the file made, and copies it there. */
export function libraryHandlers(
  { library }: Pick<Backend, 'library'>,
  save: (make: () => Promise<string>, name: string) => Promise<{ saved: string } | null>,
): LibraryHandlers {
  return {
    async libraryFolder({ to }) {
      if (to === 'default') return library.setFolder(null)
      const folder = await askFolder('Choose the folder of the library', 'Use this folder')
      return folder === undefined ? null : library.setFolder(folder)
    },
    async libraryExport({ ids, recipe }) {
      const folder = await askFolder('Choose a folder for the copies', 'Copy here')
      return folder === undefined ? null : library.export(ids, folder, recipe)
    },
    async libraryCopy({ id }) {
      await copyPicture(await library.pathOf(id))
      return null
    },
    async libraryReveal({ id }) {
      shell.showItemInFolder(await library.pathOf(id))
      return null
    },
    librarySheetAs: (settings) => save(async () => (await library.sheet(settings)).path, 'contact sheet.png'),
  }
}

async function askFolder(title: string, buttonLabel: string): Promise<string | undefined> {
  const options = { title, buttonLabel, properties: ['openDirectory' as const, 'createDirectory' as const] }
  const window = BrowserWindow.getFocusedWindow()
  const { canceled, filePaths } = await (window === null ? dialog.showOpenDialog(options) : dialog.showOpenDialog(window, options))
  return canceled ? undefined : filePaths[0]
}

/** Electron's clipboard took pictures by `writeImage` once, and takes items as a page's does since. */
async function copyPicture(path: string): Promise<void> {
  const image = electron.nativeImage.createFromPath(path)
  if (image.isEmpty()) throw new PalimpsestError('request', 'This picture cannot be read and was not copied.')
  const { clipboard } = electron
  if ('writeImage' in clipboard) return (clipboard.writeImage as (image: electron.NativeImage) => void)(image)
  const png = new Blob([await readFile(path)], { type: 'image/png' })
  await clipboard.write([new electron.ClipboardItem({ 'image/png': png })])
}
