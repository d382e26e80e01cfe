import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, expect, test } from 'vitest'

/** `npm start` where no window can open: one sentence why, then the served address. */

const root = resolve(import.meta.dirname, '../..')
let child: ChildProcess | undefined
let data: string | undefined

afterEach(async () => {
  if (child !== undefined && child.exitCode === null) {
    const gone = new Promise((done) => child?.once('exit', done))
    child.kill('SIGTERM')
    await gone
  }
  if (data !== undefined) rmSync(data, { recursive: true, force: true })
})

/** Everything on stdout up to an address. */
function startWith(env: Record<string, string | undefined>): Promise<string> {
  data = mkdtempSync(join(tmpdir(), 'palimpsest-start-'))
  const own = { ...process.env, PALIMPSEST_DATA: data, ...env }
  const started = spawn(process.execPath, ['tools/run/start.mjs', '--port', '0'], {
    cwd: root,
    env: own,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  child = started
  return new Promise((done, failed) => {
    let [out, err] = ['', '']
    started.stdout.on('data', (bytes: Buffer) => {
      out += bytes.toString()
      if (/http:\/\/127\.0\.0\.1:\d+\S*\n/.test(out)) done(out)
    })
    started.stderr.on('data', (bytes: Buffer) => (err += bytes.toString()))
    started.once('exit', (code) => failed(new Error(`start ended with ${String(code)}: ${out}${err}`)))
  })
}

test('without a display it says so and serves', async (context) => {
  context.skip(process.platform !== 'linux', 'Only Linux can be without a display.')
  const said = await startWith({ DISPLAY: undefined, WAYLAND_DISPLAY: undefined })
  expect(said).toMatch(/^There is no display .*\. Palimpsest opens in your browser instead:\nhttp:\/\/127\.0\.0\.1:\d+\/#\S+\n/)
})

test('as root on Linux, or without its binary, it says so and serves', async () => {
  const asRoot = process.platform === 'linux' && process.getuid?.() === 0
  const said = await startWith({ DISPLAY: ':0', ELECTRON_OVERRIDE_DIST_PATH: join(tmpdir(), 'no-electron-here') })
  const [reason, address] = said.split(' Palimpsest opens in your browser instead:\n')
  expect(reason).toMatch(asRoot ? /^Electron does not run as root with its sandbox/ : /^ELECTRON_OVERRIDE_DIST_PATH names/)
  expect(address).toMatch(/^http:/)
})
