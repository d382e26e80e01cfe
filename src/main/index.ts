import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { app, dialog } from 'electron'
import { createBackend } from '../backend/index.ts'
import type { Backend } from '../backend/types.ts'
import { PalimpsestError } from '../shared/errors.ts'
import { studioFolders } from './folders.ts'
import { startElectronWorker } from './host.ts'
import { localHandlers, menuChoices, serveIpc, tellOpened } from './ipc.ts'
import { keepDesk } from './keep-desk.ts'
import { startMenu } from './menu.ts'
import { openWith } from './open-with.ts'
import { createOpened, type Opened, picturesIn } from './opened.ts'
import { serveStudio } from './protocol.ts'
import { closeSession, guardContents } from './security.ts'
import { openWindow, showWindow } from './window.ts'

/**
 * Electron's main process: windows, menus, protocol and IPC table over the backend. It never computes and never opens a connection.
 * Loaded by early.ts, perhaps after `ready`; nothing here may await that at the top level.
 */

const folders = studioFolders(import.meta.dirname, app.isPackaged ? process.resourcesPath : app.getAppPath())

/** How long open work may take to stop before the program ends without it. */
const stopMs = 5000

/** Photographs that came before there was a backend to open them. */
const early: string[] = []
let opened: Opened | undefined
const openPictures = (paths: readonly string[]) => {
  if (opened === undefined) early.push(...paths)
  else opened.add(paths)
}

/** The window's process starts and reads the screens while the backend opens; what a page asks before waits for it. */
async function start(): Promise<void> {
  closeSession()
  const opening = createBackend({
    startEngine: () => startElectronWorker('engine', folders.engine),
    startImaging: () => startElectronWorker('imaging', folders.imaging),
    dataFolder: folders.data,
    modelFolders: [
      { path: folders.models, shipped: true },
      { path: join(folders.data, 'models'), shipped: false },
    ],
    sampleFolder: folders.samples,
    door: 'electron',
    version: (JSON.parse(readFileSync(join(folders.root, 'package.json'), 'utf8')) as { version: string }).version,
  })
  stopBeforeQuit(opening)
  const serving = opening.then((backend) => {
    const handedOver = createOpened((path, name) => backend.addPhoto(path, name), tellOpened)
    opened = handedOver
    handedOver.add(early.splice(0))
    app.on('will-quit', keepDesk(backend))
    return { backend, local: localHandlers(backend, handedOver, folders.data, openWith(startCommand(), folders.icon)) }
  })
  // Whoever waits for it hears of a failure; until somebody does, it is none of Node's.
  serving.catch(() => undefined)
  await serveStudio(opening, folders.renderer)
  serveIpc(serving)
  startMenu(menuChoices)
  const open = () => void openWindow(folders, serving)
  open()
  app.on('activate', () => showWindow() || open())
  await serving
}

/** What starts this program: an installed one by its name alone, one in a checkout as `npm start` does. */
const startCommand = () =>
  app.isPackaged ? [process.execPath] : [process.execPath, '-r', join(folders.root, 'out/preload/early.cjs'), folders.root]

function stopBeforeQuit(opening: Promise<Backend>): void {
  let stopped = false
  app.on('before-quit', (event) => {
    if (stopped) return
    event.preventDefault()
    const patience = new Promise((resolve) => setTimeout(resolve, stopMs))
    void Promise.race([opening.then((backend) => backend.stop()), patience])
      .catch((error: unknown) => console.error(error))
      .then(() => {
        stopped = true
        app.quit()
      })
  })
}

const named = picturesIn(process.argv.slice(1), process.cwd())
if (!app.requestSingleInstanceLock({ named })) app.quit()
else {
  openPictures(named)
  app.on('second-instance', (_event, _words, _folder, data) => {
    openPictures((data as { readonly named?: readonly string[] } | null)?.named ?? [])
    showWindow()
  })
  app.on('open-file', (event, path) => {
    event.preventDefault()
    openPictures([path])
  })
  app.on('web-contents-created', (_event, contents) => guardContents(contents))
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit()
  })
  app
    .whenReady()
    .then(start)
    .catch((error: unknown) => {
      console.error(error)
      // Where the user can do something about it (another Palimpsest has the folder), a sentence of it is seen without a terminal too.
      if (error instanceof PalimpsestError) dialog.showErrorBox('Palimpsest cannot start', error.message)
      app.exit(1)
    })
}
