import { defineConfig } from '@playwright/test'
import type { DoorOptions } from './support/studio.ts'

/** The same tests through both doors: the real Electron window, and Chromium over `palimpsest serve`. One at a time: both cores are wanted. */
export default defineConfig<DoorOptions>({
  testDir: '.',
  outputDir: './results/failures',
  globalSetup: './support/setup.ts',
  workers: 1,
  timeout: 150_000,
  expect: { timeout: 20_000 },
  forbidOnly: process.env['CI'] !== undefined,
  reporter: 'list',
  projects: [
    { name: 'electron', use: { door: 'electron' } },
    // Who may ask serve is the matter of tests/integration/serve.test.ts.
    { name: 'serve', use: { door: 'serve' }, testIgnore: 'window.spec.ts' },
  ],
})
