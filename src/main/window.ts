import { join } from 'node:path'
import { BrowserWindow, screen } from 'electron'
import type { StudioFolders } from './folders.ts'
import { placeFor } from './place.ts'
import { readPlaceFile, writePlaceFile } from './place-file.ts'
import { origin } from './scheme.ts'

/** The one window: where it stood last time, and nothing of Node inside it. */

/** Of the dark theme's ground (renderer/theme/tokens.css), so that nothing flashes before the first paint. */
const ground = '#17181a'
const sizes = { first: { width: 1440, height: 900 }, smallest: { width: 960, height: 640 } }
/** A drag is many moves: the place is written down when it has been quiet this long, and when the window closes. */
const quietMs = 800

/** `ready`: what the screens are about is there; where it is refused, nothing is shown. */
export function openWindow(folders: StudioFolders, ready: Promise<unknown>): BrowserWindow {
  const file = join(folders.window, 'place.json')
  const place = placeFor(readPlaceFile(file), displays(), sizes)
  const window = new BrowserWindow({
    ...place.bounds,
    minWidth: sizes.smallest.width,
    minHeight: sizes.smallest.height,
    show: false,
    backgroundColor: ground,
    title: 'Palimpsest',
    icon: folders.icon,
    webPreferences: {
      preload: folders.preload,
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      webSecurity: true,
      // A dictionary would be fetched.
      spellcheck: false,
      // Sampling goes on while the window is covered, and its progress is to be true when it comes back.
      backgroundThrottling: false,
    },
  })
  if (place.maximized) window.maximize()
  const show = () => {
    if (!window.isDestroyed()) window.show()
  }
  window.once('ready-to-show', () => void ready.then(show, () => undefined))
  rememberPlace(window, file)
  window.webContents.on('render-process-gone', (_event, { reason }) => {
    console.error(`The window's process ended: ${reason}.`)
    if (reason !== 'clean-exit' && reason !== 'launch-failed') window.webContents.reload()
  })
  window.loadURL(`${origin}/index.html`).catch((error: unknown) => console.error(error))
  return window
}

/** Brings the window to the front. False when there is none. */
export function showWindow(): boolean {
  const [window] = BrowserWindow.getAllWindows()
  if (window === undefined) return false
  if (window.isMinimized()) window.restore()
  window.focus()
  return true
}

/** Work areas, the primary display's first. */
function displays() {
  const primary = screen.getPrimaryDisplay()
  const others = screen.getAllDisplays().filter(({ id }) => id !== primary.id)
  return [primary, ...others].map(({ workArea }) => workArea)
}

function rememberPlace(window: BrowserWindow, file: string): void {
  let timer: NodeJS.Timeout | undefined
  const write = () => {
    clearTimeout(timer)
    // A minimised window tells its normal place; full screen is not come back to.
    writePlaceFile(file, { bounds: window.getNormalBounds(), maximized: window.isMaximized() })
  }
  const soon = () => {
    clearTimeout(timer)
    timer = setTimeout(write, quietMs)
  }
  window.on('resize', soon)
  window.on('move', soon)
  window.on('maximize', soon)
  window.on('unmaximize', soon)
  window.on('close', write)
  window.on('closed', () => clearTimeout(timer))
}
