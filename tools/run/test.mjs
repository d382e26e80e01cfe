#!/usr/bin/env node
/**
 * `npm test`: check, build, integration, end to end. Every stage runs even when one before it failed, except those that need the build.
 * Each skip is printed with its reason; the last line is `N passed, N failed, N skipped`.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..')
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
  if (!counts) return { passed: ok ? 1 : 0, failed: ok ? 0 : 1, skipped: [] }
  if (!existsSync(file)) return { passed: 0, failed: 1, skipped: [] }
  const found = JSON.parse(readFileSync(file, 'utf8'))
  const empty = found.passed + found.failed + found.skipped.length === 0
  return { ...found, failed: found.failed === 0 && (!ok || empty) ? 1 : found.failed }
}

const rows = []
let built = true
for (const stage of stages) {
  console.log(`\n== ${stage.name}`)
  const begin = Date.now()
  const row = stage.needsBuild && !built ? { passed: 0, failed: 1, skipped: [], words: 'not run: the build failed' } : run(stage)
  if (stage.name === 'build') built = row.failed === 0
  rows.push({ ...row, name: stage.name, seconds: Math.round((Date.now() - begin) / 1000) })
}
rmSync(scratch, { recursive: true, force: true })

console.log()
for (const { name, skipped } of rows) for (const skip of skipped) console.log(`skipped (${name}): ${skip.name}: ${skip.reason}`)
for (const { name, passed, failed, skipped, seconds, words } of rows) {
  console.log(`${name.padEnd(12)} ${words ?? `${passed} passed, ${failed} failed, ${skipped.length} skipped, ${seconds} s`}`)
}
const total = (pick) => rows.reduce((sum, row) => sum + pick(row), 0)
const failed = total((row) => row.failed)
console.log(`${total((row) => row.passed)} passed, ${failed} failed, ${total((row) => row.skipped.length)} skipped`)
process.exitCode = failed === 0 ? 0 : 1
