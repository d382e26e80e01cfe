#!/usr/bin/env node
/**
 * `npm test`: check, build, integration, end to end. Every stage runs even when one before it failed, except those that need the build.
 * At the end stand each failure, each skip and each test that passed only at another attempt, with the reason; the last line is
 * `N passed, N failed, N skipped`.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..')
const nothing = { passed: 0, failed: [], skipped: [], again: [] }
const scratch = mkdtempSync(join(tmpdir(), 'palimpsest-test-'))

const script = (name) => ({ name, command: ['npm', 'run', '-s', name] })
const vitest = (name) => ({
  name,
  counts: true,
  command: ['npx', 'vitest', 'run', '--project', name, '--reporter=default', '--reporter=./tools/run/counts-vitest.mjs'],
})
const playwright = {
  name: 'e2e',
  counts: true,
  command: [
    'npx',
    'playwright',
    'test',
    '--config',
    'tests/e2e/playwright.config.ts',
    '--reporter=list,./tools/run/counts-playwright.mjs',
  ],
}

const stages = [
  ...['types', 'lint', 'formatted', 'dead', 'canary'].map(script),
  vitest('unit'),
  script('build'),
  { ...vitest('integration'), needsBuild: true },
  { ...playwright, needsBuild: true },
]

/** A stage without counts of its own is one check. A runner that failed without naming a failed test is one failure. */
function run({ name, command, counts }) {
  const file = join(scratch, `${name}.json`)
  const [program, ...args] = command
  const done = spawnSync(program, args, {
    cwd: root,
    stdio: 'inherit',
    shell: process.platform === 'win32',
    env: { ...process.env, ORT_DISABLE_TELEMETRY: '1', COUNTS_FILE: file },
  })
  const ok = done.status === 0
  const failure = [{ name: 'the stage', reason: `ended with ${done.signal ?? done.status}` }]
  const found = counts && existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : nothing
  if (!counts) return ok ? { ...nothing, passed: 1 } : { ...nothing, failed: failure }
  const empty = found.passed + found.failed.length + found.skipped.length === 0
  return { ...found, failed: found.failed.length === 0 && (!ok || empty) ? failure : found.failed }
}

const rows = []
let built = true
for (const stage of stages) {
  console.log(`\n== ${stage.name}`)
  const begin = Date.now()
  const unbuilt = { ...nothing, failed: [{ name: 'the stage', reason: 'not run: the build failed' }] }
  const row = stage.needsBuild && !built ? unbuilt : run(stage)
  if (stage.name === 'build') built = row.failed.length === 0
  rows.push({ ...row, name: stage.name, seconds: Math.round((Date.now() - begin) / 1000) })
}
rmSync(scratch, { recursive: true, force: true })

console.log()
for (const [kind, word] of [
  ['skipped', 'skipped'],
  ['again', 'passed at the second attempt only'],
  ['failed', 'failed'],
]) {
  for (const row of rows) for (const { name, reason } of row[kind]) console.log(`${word} (${row.name}): ${name}: ${reason}`)
}
for (const { name, passed, failed, skipped, seconds } of rows) {
  console.log(`${name.padEnd(12)} ${passed} passed, ${failed.length} failed, ${skipped.length} skipped, ${seconds} s`)
}
const total = (pick) => rows.reduce((sum, row) => sum + pick(row), 0)
const failed = total((row) => row.failed.length)
console.log(`${total((row) => row.passed)} passed, ${failed} failed, ${total((row) => row.skipped.length)} skipped`)
process.exitCode = failed === 0 ? 0 : 1
