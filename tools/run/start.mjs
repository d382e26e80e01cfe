#!/usr/bin/env node
// `npm start`: the window where Electron can run, else one sentence why not, and the same screens in a browser (`palimpsest serve`).
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { ensureBuilt, root } from './build.mjs'
import { findElectron, noWindowBecause } from './electron.mjs'

/** An Electron that fails this soon never showed a window: a missing system library, or a kernel that forbids its sandbox. */
const soonMs = 10_000

const env = { ...process.env, ORT_DISABLE_TELEMETRY: '1' }
const more = process.argv.slice(2)
let child

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child?.kill(signal))

/** Runs a program in this terminal; resolves to its exit status, with the reason when it could not be started. */
function run(program, args) {
  return new Promise((resolve) => {
    child = spawn(program, args, { stdio: 'inherit', cwd: root, env })
    child.on('error', (error) => resolve({ status: 4, words: error.message }))
    child.on('exit', (code, signal) =>
      resolve({ status: code ?? (signal === 'SIGINT' ? 130 : 4), signal, words: signal ?? `exit status ${String(code)}` }),
    )
  })
}

async function serve(reason) {
  process.stdout.write(`${reason} Palimpsest opens in your browser instead:\n`)
  return (await run(process.execPath, [join(root, 'out/main/cli.js'), 'serve', ...more])).status
}

async function start() {
  if (!ensureBuilt()) return 4
  const hindrance = noWindowBecause()
  if (hindrance !== undefined) return serve(hindrance)
  const electron = findElectron({ download: true })
  if ('missing' in electron) return serve(electron.missing)
  const begin = Date.now()
  const { status, signal, words } = await run(electron.file, ['-r', join(root, 'out/preload/early.cjs'), root, ...more])
  const failed = status !== 0 && signal !== 'SIGINT' && signal !== 'SIGTERM'
  return failed && Date.now() - begin < soonMs ? serve(`Electron could not run here (${words}).`) : status
}

process.exitCode = await start()
