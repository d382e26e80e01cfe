/** Of Electron's door alone: what the window is closed to. */
import { spawn } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { outwardSockets } from './support/processes.ts'
import { found } from './support/setup.ts'
import { electronArguments, environment, expect, launchElectron, plainArguments, root, test } from './support/studio.ts'

test('the watch for sockets sees one that is there', async () => {
  test.skip(process.platform !== 'linux', 'Sockets are read from /proc.')
  expect(outwardSockets(process.pid).filter((socket) => socket.startsWith('udp '))).toEqual([])
  const socket = createSocket('udp4')
  await new Promise<void>((done) => socket.bind(0, '0.0.0.0', done))
  expect(outwardSockets(process.pid).filter((one) => one.startsWith('udp '))).toHaveLength(1)
  await new Promise<void>((done) => socket.close(done))
})

test('the window has no Node, no other page, no permission and no address but its own', async ({ studio: { page, app } }) => {
  expect(page.url()).toBe('app://studio/index.html')
  const inside = await page.evaluate(async () => ({
    node: [typeof Reflect.get(globalThis, 'require'), typeof Reflect.get(globalThis, 'process')],
    bridge: Object.keys(Reflect.get(globalThis, 'palimpsest') as object).sort(),
    opened: window.open('https://example.invalid/') === null,
    place: (await navigator.permissions.query({ name: 'geolocation' })).state,
    traversal: (await fetch('/%2e%2e/%2e%2e/package.json')).status,
  }))
  expect(inside).toEqual({
    node: ['undefined', 'undefined'],
    bridge: ['door', 'invoke', 'subscribe'],
    opened: true,
    place: 'denied',
    traversal: 404,
  })
  const settings = await app?.evaluate(({ BrowserWindow }) => {
    const [window] = BrowserWindow.getAllWindows()
    const contents = window?.webContents as unknown as { getLastWebPreferences(): Record<string, unknown> } | undefined
    const { contextIsolation, nodeIntegration, sandbox, webSecurity } = contents?.getLastWebPreferences() ?? {}
    return { contextIsolation, nodeIntegration, sandbox, webSecurity }
  })
  expect(settings).toEqual({ contextIsolation: true, nodeIntegration: false, sandbox: true, webSecurity: true })
  // Asked inside the app: Playwright would wait for a navigation that never comes.
  const after = await app?.evaluate(async ({ BrowserWindow }) => {
    const contents = BrowserWindow.getAllWindows()[0]?.webContents
    const tried = new Promise<boolean>((done) =>
      contents?.once('will-frame-navigate', (event) => setImmediate(() => done(event.defaultPrevented))),
    )
    void contents?.executeJavaScript("location.assign('https://example.invalid/')")
    return { prevented: await tried, url: contents?.getURL() }
  })
  expect(after).toEqual({ prevented: true, url: 'app://studio/index.html' })
})

test('a call that is not in the table, or not as the table says, is refused in a sentence', async ({ studio: { page } }) => {
  const call = (name: string, input: unknown) =>
    page.evaluate(
      ([method, value]) => {
        const bridge = Reflect.get(globalThis, 'palimpsest') as { invoke(name: unknown, input: unknown): Promise<unknown> }
        return bridge.invoke(method, value)
      },
      [name, input],
    )
  const refused = (message: string) => ({ ok: false, error: { code: 'request', message } })
  expect(await call('toString', {})).toEqual(refused('There is no such method.'))
  expect(await call('cancel', { job: 3 })).toEqual(refused('Expected a text for job but received 3 (number).'))
  expect(await call('saveAs', { job: 'none', image: 0 })).toEqual(refused('This picture is not there any more.'))
})

test('a second start on the same data folder ends at once and leaves the first alone', async ({ studio: { data, page } }) => {
  const second = spawn(process.env[found.electron] ?? '', electronArguments, { env: environment(data), cwd: root, stdio: 'ignore' })
  const status = await new Promise((done) => second.once('exit', done))
  expect(status).toBe(0)
  await expect(page.getByRole('navigation', { name: 'Screens' })).toBeVisible()
})

test('a launcher that loads the program late gets the same window, as closed as ever', async () => {
  test.skip(process.env[found.noElectron] !== undefined, process.env[found.noElectron] ?? '')
  const data = mkdtempSync(join(tmpdir(), 'palimpsest-late-'))
  const { app, page } = await launchElectron(data, plainArguments)
  try {
    await expect(page.getByRole('navigation', { name: 'Screens' })).toBeVisible()
    // Electron itself is in time; the runtime of closed machines is late.
    expect(['app://studio/index.html', 'https://studio.invalid/index.html']).toContain(page.url())
    const outside = await page.evaluate(() => fetch('https://example.invalid/', { mode: 'no-cors' }).then(String, () => 'refused'))
    expect(outside).toBe('refused')
  } finally {
    await app.close()
    rmSync(data, { recursive: true, force: true, maxRetries: 10 })
  }
})
