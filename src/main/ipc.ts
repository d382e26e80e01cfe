import { copyFile, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { app, BrowserWindow, dialog, ipcMain, shell, type IpcMainInvokeEvent } from 'electron'
import type { z } from 'zod'
import type { Saved } from '../backend/save.ts'
import { sentenceOf } from '../backend/sentences.ts'
import type { Backend } from '../backend/types.ts'
import { api, type ApiHandlers, type ApiName, type BackendEvent, type LocalName } from '../shared/api.ts'
import { type ErrorData, PalimpsestError, toErrorData } from '../shared/errors.ts'
import { saveEndings, type SaveSettings } from '../shared/request.ts'
import type { Opened } from './opened.ts'
import { libraryHandlers } from './library.ts'
import type { MenuChoices } from './menu.ts'
import type { OpenWith } from './open-with.ts'
import { isStudio } from './scheme.ts'
import { shellHandlers } from './shell.ts'

/** The method table over one IPC channel, `api`; the backend's events over one other, `event`. */

type Reply = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly error: ErrorData }
type LocalHandlers = Pick<ApiHandlers, LocalName>

/** Calls that come before the backend is there wait for it. */
export function serveIpc(serving: Promise<{ readonly backend: Backend; readonly local: LocalHandlers }>): void {
  const table = serving.then(({ backend, local }): ApiHandlers => {
    backend.subscribe(sendEvent)
    return { ...backend.handlers, ...local }
  })
  // Each call says it.
  table.catch(() => undefined)
  ipcMain.handle('api', async (event, name: unknown, input: unknown): Promise<Reply> => {
    try {
      if (!fromStudio(event)) throw new PalimpsestError('request', 'This page may not call Palimpsest.')
      return { ok: true, value: await call(await table, name, input) }
    } catch (error) {
      const data = toErrorData(error)
      if (data.code === 'internal') console.error(error)
      return { ok: false, error: data }
    }
  })
}

function sendEvent(event: BackendEvent): void {
  for (const window of BrowserWindow.getAllWindows()) {
    if (!window.isDestroyed() && !window.webContents.isDestroyed()) window.webContents.send('event', event)
  }
}

/** What was chosen in the system's menus. */
export const menuChoices: MenuChoices = {
  run: (command) => sendByHand({ kind: 'chosen', command }),
  open: (photo) => sendByHand({ kind: 'chosen-photo', photo }),
}

/**
 * A choice in a menu is the user's own hand, as a click in the page is; but the page is only told so by a script that runs as one. Without it
 * Chromium lets no page ask for a file.
 */
function sendByHand(event: BackendEvent): void {
  const contents = (BrowserWindow.getFocusedWindow() ?? BrowserWindow.getAllWindows()[0])?.webContents
  contents?.executeJavaScript('undefined', true).then(
    () => sendEvent(event),
    () => sendEvent(event),
  )
}

/** A window that does not listen yet asks by itself when it does. */
export const tellOpened = (): void => sendEvent({ kind: 'opened' })

/** Only the top frame of a window of ours; a frame that is gone has no say. */
function fromStudio({ sender, senderFrame }: IpcMainInvokeEvent): boolean {
  return senderFrame !== null && senderFrame === sender.mainFrame && isStudio(senderFrame.url)
}

async function call(handlers: ApiHandlers, name: unknown, input: unknown): Promise<unknown> {
  if (typeof name !== 'string' || !Object.hasOwn(api, name)) throw new PalimpsestError('request', 'There is no such method.')
  const schema = api[name as ApiName].input as z.ZodType
  const parsed = schema.safeParse(input)
  if (!parsed.success) throw new PalimpsestError('request', sentenceOf(schema, parsed.error, input))
  return (handlers[name as ApiName] as (input: unknown) => Promise<unknown>)(parsed.data)
}

/** The methods that name files of this machine: they exist in this door alone. */
export function localHandlers(backend: Backend, opened: Opened, dataFolder: string, files: OpenWith): LocalHandlers {
  const fileOf = ({ job, image }: { job: string; image: number }) => {
    const file = backend.resultFile(job, image)
    if (file === undefined) throw new PalimpsestError('request', 'This picture is not there any more.')
    return file
  }
  return {
    ...libraryHandlers(backend, saveCopy),
    ...shellHandlers(dataFolder, files),
    async saveAs({ settings, ...picture }) {
      const file = fileOf(picture)
      const stem = `palimpsest ${picture.job} ${String(picture.image)}`
      if (settings === undefined) return saveCopy(async () => file, `${stem}.png`)
      const { format, what } = settings
      let made: Saved | undefined
      const make = async () => {
        made = await backend.savePicture(picture, settings)
        return made.path
      }
      const answer = await saveCopy(make, `${stem}${what === 'layer' ? ' layer' : ''}.${saveEndings[format]}`, format)
      if (made === undefined || answer === null) return answer
      await rm(made.path, { force: true })
      return { ...answer, picture: made.picture }
    },
    async saveMaskAs({ photo }) {
      const file = backend.maskFile(photo)
      if (file === undefined) throw new PalimpsestError('request', 'Nothing is painted yet: there is no mask to save.')
      return saveCopy(async () => file, `palimpsest mask ${photo}.png`)
    },
    exportCompareAs: ({ job, format }) =>
      saveCopy(async () => (await backend.exportCompare(job, format)).path, `palimpsest compare.${format}`, format),
    takeOpened: () => Promise.resolve(opened.take()),
    async reveal(picture) {
      shell.showItemInFolder(fileOf(picture))
      return Promise.resolve(null)
    },
  }
}

const formats: Readonly<Record<SaveSettings['format'] | 'json', { readonly name: string; readonly extensions: string[] }>> = {
  png: { name: 'PNG picture', extensions: ['png'] },
  tiff: { name: 'TIFF picture', extensions: ['tif', 'tiff'] },
  webp: { name: 'WebP picture', extensions: ['webp'] },
  jpeg: { name: 'JPEG picture', extensions: ['jpg', 'jpeg'] },
  json: { name: 'JSON', extensions: ['json'] },
}

/** Asks where, and then has the file made and copies it. Null: the user thought better of it. */
async function saveCopy(
  make: () => Promise<string>,
  name: string,
  format: SaveSettings['format'] | 'json' = 'png',
): Promise<{ saved: string } | null> {
  const filter = formats[format]
  const options = { defaultPath: join(app.getPath('pictures'), name), filters: [filter] }
  const window = BrowserWindow.getFocusedWindow()
  const { canceled, filePath } = await (window === null ? dialog.showSaveDialog(options) : dialog.showSaveDialog(window, options))
  if (canceled || filePath === '') return null
  const known = filter.extensions.some((extension) => filePath.toLowerCase().endsWith(`.${extension}`))
  const saved = known ? filePath : `${filePath}.${format === 'json' ? format : saveEndings[format]}`
  await copyWhole(await make(), saved)
  return { saved }
}

/** The copy appears under its name when it is complete, or not at all. */
async function copyWhole(from: string, to: string): Promise<void> {
  const part = join(dirname(to), `.${basename(to)}.${String(process.pid)}.part`)
  try {
    await copyFile(from, part)
    await rename(part, to)
  } catch (error) {
    await rm(part, { force: true })
    const reason = error instanceof Error ? error.message : String(error)
    throw new PalimpsestError('disk', `The picture could not be saved as ${basename(to)}.`, reason)
  }
}
