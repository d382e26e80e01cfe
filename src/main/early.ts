import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { app } from 'electron'
import { writeError } from '../backend/files.ts'
import { makeFolders } from '../backend/folders.ts'
import { windowFolder } from './folders.ts'
import { lateMark, registerScheme } from './scheme.ts'
import { silenceChromium } from './security.ts'

/**
 * [Note: early] Electron's entry: what must be said before `ready`. ES modules load asynchronously, and not every launcher waits for them;
 * so this one file is built as CommonJS, can be given to `electron -r`, runs at once, and then loads the rest. Given too late after all, the
 * studio lives at another address ([Note: late]) and Chromium's switches, which are read at its start, are left out: requests are cancelled
 * all the same.
 */
const late = app.isReady()
if (late) process.env[lateMark] = '1'

const folder = windowFolder()
try {
  makeFolders(folder)
} catch (error) {
  process.stderr.write(`${writeError(error, folder).message}\n`)
  process.exit(2)
}
// The single-instance lock lies there too, so two data folders are two studios.
app.setPath('userData', folder)
// Under this name Windows shows messages and groups windows; its installer says the same (docs/desktop.md).
if (process.platform === 'win32') app.setAppUserModelId('palimpsest')
silenceChromium(app.commandLine)
// enableSandbox takes --no-sandbox back, without which nothing runs as root: the tests pass it, and the product never does.
if (!late) {
  if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox()
  registerScheme()
}

import(pathToFileURL(join(import.meta.dirname, '../main/index.js')).href).catch((error: unknown) => {
  console.error(error)
  app.exit(1)
})
