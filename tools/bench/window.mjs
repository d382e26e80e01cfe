// The program's own window, on a display that is there or one of its own.
import { spawn, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { _electron } from '@playwright/test'
import { findElectron } from '../run/electron.mjs'

export const root = resolve(import.meta.dirname, '../..')

/** @returns {Promise<{ stop(): void } | { missing: string }>} */
async function display() {
  if (process.platform !== 'linux' || process.env.DISPLAY || process.env.WAYLAND_DISPLAY) return { stop: () => undefined }
  if (spawnSync('which', ['Xvfb']).status !== 0) return { missing: 'There is neither a display nor Xvfb.' }
  const options = ['-displayfd', '3', '-screen', '0', '2600x1500x24', '-nolisten', 'tcp']
  const server = spawn('Xvfb', options, { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] })
  const number = await new Promise((done) => {
    server.stdio[3].once('data', (bytes) => done(bytes.toString().trim()))
    server.once('exit', () => done(undefined))
  })
  if (number === undefined) return { missing: 'Xvfb did not start.' }
  process.env.DISPLAY = `:${number}`
  return {
    stop() {
      server.kill()
      delete process.env.DISPLAY
    },
  }
}

/**
 * The built program on this data folder, its window as large as asked; or why there is none, in one sentence.
 * @returns {Promise<{ app: import('@playwright/test').ElectronApplication, page: import('@playwright/test').Page, close(): Promise<void> } | { missing: string }>}
 */
export async function openWindow({ data, width, height }) {
  const shown = await display()
  if ('missing' in shown) return shown
  const electron = findElectron({ download: true })
  if ('missing' in electron) {
    shown.stop()
    return electron
  }
  const early = join(root, 'out/preload/early.cjs')
  // As root Electron refuses to start without it.
  const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : []
  const app = await _electron.launch({
    executablePath: electron.file,
    args: [...(existsSync(early) ? ['-r', early] : []), ...sandbox, root],
    env: { ...process.env, ORT_DISABLE_TELEMETRY: '1', PALIMPSEST_DATA: data },
    cwd: root,
  })
  const close = async () => {
    await app.close()
    shown.stop()
  }
  try {
    const page = await app.firstWindow({ timeout: 120_000 })
    await page.waitForFunction(() => innerWidth > 0)
    await app.evaluate(({ BrowserWindow }, [w, h]) => BrowserWindow.getAllWindows()[0]?.setContentSize(w, h), [width, height])
    await page.waitForFunction(([w, h]) => innerWidth === w && innerHeight === h, [width, height])
    return { app, page, close }
  } catch (error) {
    await close()
    throw error
  }
}
