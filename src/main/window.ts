import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { BrowserWindow, screen, type Rectangle } from 'electron'
import type { StudioFolders } from './folders.ts'
import { origin } from './scheme.ts'

/** The one window: where it stood last time, and nothing of Node inside it. */

/** Of the dark theme's ground (renderer/theme/tokens.css), so that nothing flashes before the first paint. */
const ground = '#17181a'
const smallest = { width: 960, height: 640 }
const first = { width: 1440, height: 900 }

interface Place {
  readonly bounds: Partial<Rectangle> & { readonly width: number; readonly height: number }
  readonly maximized: boolean
}

export function openWindow(folders: StudioFolders): BrowserWindow {
  const file = join(folders.window, 'place.json')
  const place = readPlace(file)
  const window = new BrowserWindow({
    ...place.bounds,
    minWidth: smallest.width,
    minHeight: smallest.height,
    show: false,
    backgroundColor: ground,
    title: 'Palimpsest',
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
  window.once('ready-to-show', () => window.show())
  window.on('close', () => writePlace(file, { bounds: window.getNormalBounds(), maximized: window.isMaximized() }))
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

/** The last place, if it can be read and still lies on a screen; else the middle of the first one. */
function readPlace(file: string): Place {
  try {
    const { bounds, maximized } = JSON.parse(readFileSync(file, 'utf8')) as { bounds: Rectangle; maximized: unknown }
    const { x, y, width, height } = bounds
    if (![x, y, width, height].every(Number.isInteger)) return fresh()
    const area = screen.getDisplayMatching({ x, y, width, height }).workArea
    const visible = x < area.x + area.width && x + width > area.x && y >= area.y && y < area.y + area.height
    return visible ? { bounds: { x, y, width, height }, maximized: maximized === true } : fresh()
  } catch {
    return fresh()
  }
}

function fresh(): Place {
  const area = screen.getPrimaryDisplay().workAreaSize
  return { bounds: { width: Math.min(first.width, area.width), height: Math.min(first.height, area.height) }, maximized: false }
}

/** Losing it is no reason to stop a window from closing. */
function writePlace(file: string, place: Place): void {
  try {
    writeFileSync(`${file}.part`, JSON.stringify(place))
    renameSync(`${file}.part`, file)
  } catch (error) {
    console.error(error)
  }
}
