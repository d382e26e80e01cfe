import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'

/** The last line of `npm test` is only as good as these two reporters; each is run over a folder whose outcome is known. */

const root = resolve(import.meta.dirname, '../..')
let folder: string

beforeEach(() => {
  // Below the repository, so that the packages are found; .cache is ignored by git and by every check.
  mkdirSync(join(root, '.cache'), { recursive: true })
  folder = mkdtempSync(join(root, '.cache', 'counts-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function countsOf(args: readonly string[]): unknown {
  const file = join(folder, 'counts.json')
  const env = { ...process.env, COUNTS_FILE: file, VITEST: undefined, VITEST_WORKER_ID: undefined, CI: '1' }
  spawnSync(process.execPath, args, { cwd: root, env, encoding: 'utf8' })
  return JSON.parse(readFileSync(file, 'utf8'))
}

test('vitest: passes, failures, a file that does not load, and skips with their reason', () => {
  writeFileSync(
    join(folder, 'some.test.mjs'),
    `import { expect, test } from 'vitest'
     test('one', () => expect(1).toBe(1))
     test('two', () => expect(1).toBe(2))
     test('three', (context) => context.skip('no such device'))
     test.skip('four', () => undefined)
     let turns = 0
     test('five', { retry: 1 }, () => expect(++turns).toBe(2))`,
  )
  writeFileSync(join(folder, 'broken.test.mjs'), `import './nowhere.mjs'`)
  writeFileSync(join(folder, 'vitest.config.mjs'), `export default { test: { include: ['*.test.mjs'] } }`)
  const reporter = join(root, 'tools/run/counts-vitest.mjs')
  expect(countsOf(['node_modules/vitest/vitest.mjs', 'run', '--root', folder, '--reporter', reporter])).toEqual({
    passed: 2,
    failed: [
      { name: 'broken.test.mjs', reason: expect.stringContaining('nowhere') },
      { name: 'some.test.mjs > two', reason: 'expected 1 to be 2 // Object.is equality' },
    ],
    skipped: [
      { name: 'some.test.mjs > three', reason: 'no such device' },
      { name: 'some.test.mjs > four', reason: 'no reason given' },
    ],
    again: [{ name: 'some.test.mjs > five', reason: 'expected 1 to be 2 // Object.is equality' }],
  })
})

test('Playwright: passes, failures, skips with their reason', () => {
  writeFileSync(
    join(folder, 'some.spec.mjs'),
    `import { expect, test } from '@playwright/test'
     test('one', () => expect(1).toBe(1))
     test('two', () => expect(1).toBe(2))
     test('three', () => test.skip(true, 'no such window'))
     test('four', ({}, { retry }) => expect(retry).toBe(1))`,
  )
  writeFileSync(join(folder, 'playwright.config.mjs'), `export default { workers: 1, retries: 1, outputDir: 'out' }`)
  const reporter = join(root, 'tools/run/counts-playwright.mjs')
  const config = join(folder, 'playwright.config.mjs')
  expect(countsOf(['node_modules/@playwright/test/cli.js', 'test', '--config', config, '--reporter', reporter])).toEqual({
    passed: 2,
    failed: [{ name: 'some.spec.mjs > two', reason: expect.stringContaining('toBe') }],
    skipped: [{ name: 'some.spec.mjs > three', reason: 'no such window' }],
    again: [{ name: 'some.spec.mjs > four', reason: expect.stringContaining('toBe') }],
  })
})

test('Playwright: a file that does not load is a failure', () => {
  writeFileSync(join(folder, 'broken.spec.mjs'), `import './nowhere.mjs'`)
  writeFileSync(join(folder, 'playwright.config.mjs'), `export default { workers: 1, outputDir: 'out' }`)
  const reporter = join(root, 'tools/run/counts-playwright.mjs')
  const config = join(folder, 'playwright.config.mjs')
  const counts = countsOf(['node_modules/@playwright/test/cli.js', 'test', '--config', config, '--reporter', reporter])
  expect(counts).toMatchObject({ passed: 0, skipped: [] })
  expect((counts as { failed: readonly unknown[] }).failed.length).toBeGreaterThan(0)
})
