import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { _electron, chromium, type ElectronApplication, expect, type Page, test as base } from '@playwright/test'
import { commandOf, treeOf } from './processes.ts'
import { found } from './setup.ts'

/** Both doors, opened on an empty data folder, as one thing to test. */

export const root = resolve(import.meta.dirname, '../../..')
export const results = join(root, 'tests/e2e/results')

export interface DoorOptions {
  readonly door: 'electron' | 'serve'
}

export interface Studio {
  readonly page: Page
  readonly data: string
  /** The process that holds the backend. */
  readonly pid: number
  /** Only through Electron's door. */
  readonly app: ElectronApplication | undefined
  readonly enginePids: () => Promise<readonly number[]>
  /** What serve printed; undefined in Electron. */
  readonly address: string | undefined
  readonly screenshot: (name: string) => Promise<void>
}

const asRoot = process.platform === 'linux' && process.getuid?.() === 0
const noSandbox = asRoot ? ['--no-sandbox'] : []
const size = { width: 1440, height: 900 }

export const electronArguments = ['-r', join(root, 'out/preload/early.cjs'), ...noSandbox, root]
/** As `electron .` does it: some launchers then load the program after `ready`. */
export const plainArguments = [...noSandbox, root]

export function environment(data: string): Record<string, string> {
  const own = { ORT_DISABLE_TELEMETRY: '1', PALIMPSEST_DATA: data, PALIMPSEST_FAULTS: '1' }
  return { ...(process.env as Record<string, string>), ...own }
}

/** The program and its window, which may not be shown yet. As in a browser that Playwright starts, the test's own time is the only limit. */
export async function launchElectron(
  data: string,
  args: readonly string[] = electronArguments,
): Promise<{ readonly app: ElectronApplication; readonly page: Page }> {
  const executablePath = process.env[found.electron] ?? ''
  const app = await _electron.launch({ executablePath, args: [...args], env: environment(data), cwd: root })
  app.context().setDefaultTimeout(0)
  return { app, page: await app.firstWindow({ timeout: 0 }) }
}

async function openElectron(
  data: string,
  scale: number,
): Promise<{ studio: Omit<Studio, 'screenshot'>; close: () => Promise<void> }> {
  const { app, page } = await launchElectron(data, [`--force-device-scale-factor=${scale}`, ...electronArguments])
  // A page exists before its window is shown; until then it has no size, and a screenshot of it is refused.
  await expect
    .poll(() => app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().some((window) => window.isVisible())))
    .toBe(true)
  await page.waitForFunction(() => innerWidth > 0)
  const pid = app.process().pid ?? 0
  const enginePids = () =>
    app.evaluate(({ app: own }) =>
      own.getAppMetrics().flatMap((metric) => (metric.name?.startsWith('engine') === true ? [metric.pid] : [])),
    )
  return { studio: { page, data, pid, app, enginePids, address: undefined }, close: () => app.close() }
}

async function openServe(data: string, scale: number): Promise<{ studio: Omit<Studio, 'screenshot'>; close: () => Promise<void> }> {
  const server = spawn(process.execPath, [join(root, 'out/main/cli.js'), 'serve', '--port', '0'], {
    env: environment(data),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const address = await printedAddress(server)
  const browser = await chromium.launch({ executablePath: process.env[found.browser] ?? '', args: noSandbox })
  const context = await browser.newContext({ viewport: size, acceptDownloads: true, deviceScaleFactor: scale })
  const page = await context.newPage()
  await page.goto(address)
  const pid = server.pid ?? 0
  const enginePids = () => Promise.resolve(treeOf(pid).filter((one) => commandOf(one).includes('out/main/engine.js')))
  const close = async () => {
    await browser.close()
    const gone = new Promise((done) => server.once('exit', done))
    if (server.exitCode === null && server.kill('SIGINT')) await gone
  }
  return { studio: { page, data, pid, app: undefined, enginePids, address }, close }
}

function printedAddress(server: ChildProcess): Promise<string> {
  return new Promise((done, failed) => {
    let text = ''
    const take = (bytes: Buffer) => {
      text += bytes.toString()
      const address = /http:\/\/\S+/.exec(text)?.[0]
      if (address !== undefined) done(address)
    }
    server.stdout?.on('data', take)
    server.stderr?.on('data', (bytes: Buffer) => (text += bytes.toString()))
    server.once('exit', (code) => failed(new Error(`serve ended with ${String(code)}: ${text}`)))
  })
}

export const test = base.extend<DoorOptions & { studio: Studio }>({
  door: ['electron', { option: true }],
  studio: async ({ door, deviceScaleFactor }, use, info) => {
    const reason = process.env[door === 'electron' ? found.noElectron : found.noBrowser]
    info.skip(reason !== undefined, reason ?? '')
    const data = mkdtempSync(join(tmpdir(), 'palimpsest-e2e-'))
    const { studio, close } = await (door === 'electron' ? openElectron : openServe)(data, deviceScaleFactor ?? 1)
    const complaints: string[] = []
    studio.page.on('pageerror', (error) => complaints.push(error.message))
    studio.page.on('console', (message) => {
      // A 404 is an answer, and the tests ask for some; a broken policy or a thrown error is not.
      if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) complaints.push(message.text())
    })
    try {
      await use({
        ...studio,
        screenshot: async (name) => void (await studio.page.screenshot({ path: join(results, `${door}-${name}.png`) })),
      })
      if (info.status === info.expectedStatus && complaints.length > 0)
        throw new Error(`The page complained: ${complaints.join('; ')}`)
    } finally {
      await close()
      rmSync(data, { recursive: true, force: true, maxRetries: 10 })
    }
  },
})

export { expect }
