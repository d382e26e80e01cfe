#!/usr/bin/env node
// The command line from a checkout: built if need be, then run with the same arguments, signals and exit status.
import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { join } from 'node:path'
import { ensureBuilt, root } from './build.mjs'

if (!ensureBuilt()) process.exit(4)

// `npm run` starts scripts in the package's folder; a path on the command line is meant from where the user stands.
const cwd = process.env['npm_lifecycle_event'] === 'palimpsest' ? (process.env['INIT_CWD'] ?? process.cwd()) : process.cwd()
const child = spawn(process.execPath, [join(root, 'out', 'main', 'cli.js'), ...process.argv.slice(2)], {
  stdio: 'inherit',
  cwd,
  env: { ...process.env, ORT_DISABLE_TELEMETRY: '1' },
})

// In a terminal Ctrl+C reaches the command as well, which takes two within a second for one.
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(name, () => child.kill(name))
child.on('error', (error) => {
  process.stderr.write(`The command line could not be started: ${error.message}\n`)
  process.exit(4)
})
child.on('exit', (code, signal) => {
  process.exit(code ?? 128 + (constants.signals[signal] ?? 0))
})
