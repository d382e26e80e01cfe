import { defineConfig } from '@playwright/test'
import type { DoorOptions } from './support/studio.ts'

/** The same tests through both doors: the real Electron window, and Chromium over `palimpsest serve`. One at a time: both cores are wanted. */
export default defineConfig<DoorOptions>({
  testDir: '.',
  outputDir: './results/failures',
  globalSetup: './support/setup.ts',
  workers: 1,
  // A machine may be ten times slower than this one and the tests pass all the same: these end only what hangs.
  timeout: 300_000,
  expect: { timeout: 60_000 },
  // As for the integration tests (vitest.config.ts): `npm test` names at its end what needed the second attempt, and why.
  retries: process.env['CI'] === undefined ? 0 : 1,
  forbidOnly: process.env['CI'] !== undefined,
  reporter: 'list',
  projects: [
    { name: 'electron', use: { door: 'electron' } },
    // Who may ask serve is the matter of tests/integration/serve.test.ts.
    { name: 'serve', use: { door: 'serve' }, testIgnore: 'window.spec.ts' },
  ],
})
