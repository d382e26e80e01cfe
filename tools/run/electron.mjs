// Finds Electron's binary, without ever hanging on its download.
import { spawnSync } from 'node:child_process'
import { accessSync, constants, existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

const downloadMs = 180_000

const runs = (file) => {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** Of the package `electron`, or undefined when it is not installed. */
function packageFolder() {
  try {
    return dirname(createRequire(import.meta.url).resolve('electron/package.json'))
  } catch {
    return undefined
  }
}

/** Where the package unpacked its binary, if it did. */
function unpacked(folder) {
  const note = join(folder, 'path.txt')
  return existsSync(note) ? join(folder, 'dist', readFileSync(note, 'utf8').trim()) : undefined
}

/**
 * ELECTRON_OVERRIDE_DIST_PATH, else the binary that the package `electron` has or fetches (from GitHub, within three minutes).
 * @param {{ download: boolean }} options
 * @returns {{ file: string } | { missing: string }} `missing` is one sentence
 */
export function findElectron({ download }) {
  const own = process.env['ELECTRON_OVERRIDE_DIST_PATH']
  if (own) {
    const file = join(
      own,
      process.platform === 'win32'
        ? 'electron.exe'
        : process.platform === 'darwin'
          ? 'Electron.app/Contents/MacOS/Electron'
          : 'electron',
    )
    return runs(file) ? { file } : { missing: `ELECTRON_OVERRIDE_DIST_PATH names ${own}, and there is no Electron in it.` }
  }
  const folder = packageFolder()
  if (folder === undefined) return { missing: 'The package electron is not installed.' }
  const there = unpacked(folder)
  if (there !== undefined && runs(there)) return { file: there }
  if (!download) return { missing: "Electron's binary has not been fetched." }
  process.stderr.write("Fetching Electron's binary, once.\n")
  const fetched = spawnSync(process.execPath, [join(folder, 'install.js')], {
    stdio: 'ignore',
    timeout: downloadMs,
    killSignal: 'SIGKILL',
  })
  const file = unpacked(folder)
  if (fetched.status === 0 && file !== undefined && runs(file)) return { file }
  return {
    missing: fetched.error
      ? "Electron's binary could not be fetched in three minutes."
      : "Electron's binary could not be fetched from GitHub.",
  }
}

/** Why no window can open here, in one sentence; undefined when it can. */
export function noWindowBecause() {
  if (process.platform !== 'linux') return undefined
  if (!process.env['DISPLAY'] && !process.env['WAYLAND_DISPLAY'])
    return 'There is no display (neither DISPLAY nor WAYLAND_DISPLAY is set).'
  if (process.getuid?.() === 0)
    return 'Electron does not run as root with its sandbox, and Palimpsest does not switch the sandbox off.'
  return undefined
}
