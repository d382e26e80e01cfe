import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chromium } from '@playwright/test'
import { findElectron } from '../../../tools/run/electron.mjs'

/**
 * What the doors need, found once: Electron's binary, a browser, a display. What is missing is a sentence in the environment, and the tests
 * that need it skip with it.
 */
export const found = {
  electron: 'E2E_ELECTRON',
  noElectron: 'E2E_NO_ELECTRON',
  browser: 'E2E_BROWSER',
  noBrowser: 'E2E_NO_BROWSER',
}

export default async function setup(): Promise<() => void> {
  const display = await startDisplay()
  const electron = findElectron({ download: true })
  if (display.missing !== undefined) process.env[found.noElectron] = display.missing
  else if ('missing' in electron) process.env[found.noElectron] = electron.missing
  else process.env[found.electron] = electron.file
  const browser = findBrowser()
  if (browser === undefined)
    process.env[found.noBrowser] = 'There is no Chromium (looked for chromium, chrome and that of Playwright).'
  else process.env[found.browser] = browser
  for (const name of [found.noElectron, found.noBrowser]) {
    const reason = process.env[name]
    if (reason !== undefined) console.log(`NOTICE: end-to-end tests of a door are skipped. ${reason}`)
  }
  return () => display.server?.kill()
}

/** A virtual display of its own, so that no test depends on the size of a desk. */
async function startDisplay(): Promise<{ server?: ChildProcess; missing?: string }> {
  if (process.platform !== 'linux') return {}
  if (spawnSync('which', ['Xvfb']).status !== 0) {
    return process.env['DISPLAY'] === undefined ? { missing: 'There is neither a display nor Xvfb.' } : {}
  }
  const server = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', '1600x1000x24', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  })
  const number = await new Promise<string>((resolve, reject) => {
    server.stdio[3]?.once('data', (bytes: Buffer) => resolve(bytes.toString().trim()))
    server.once('exit', () => reject(new Error('Xvfb did not start.')))
  })
  process.env['DISPLAY'] = `:${number}`
  delete process.env['WAYLAND_DISPLAY']
  return { server }
}

function findBrowser(): string | undefined {
  const named = ['chromium', 'chromium-browser', 'google-chrome'].map((name) =>
    spawnSync('which', [name], { encoding: 'utf8' }).stdout?.trim(),
  )
  return [...named, chromium.executablePath()].find((file) => file !== undefined && file !== '' && existsSync(file))
}
