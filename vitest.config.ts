import { defineConfig } from 'vitest/config'

const env = { ORT_DISABLE_TELEMETRY: '1' }

/**
 * A test of processes may stumble over the machine itself. Where nobody watches it gets a second attempt, and `npm test` then names it at its
 * end with what it stumbled over; at a desk it fails at once.
 */
const secondAttempts = process.env['CI'] === undefined ? 0 : 1

// unit: pure code, no process and no file beyond its own temporary folder. integration: the built workers and command line.
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          env,
          setupFiles: ['tests/support/seeded.ts'],
          include: ['tests/{core,shared,engine,imaging,backend,main,cli,renderer,support,tools}/**/*.test.{ts,tsx}'],
          // A loaded machine may be ten times slower: these end only what hangs. The full counts take as long as they take.
          testTimeout: process.env['SOAK'] === undefined ? 120_000 : 7_200_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'integration',
          env,
          setupFiles: ['tests/support/seeded.ts'],
          include: ['tests/integration/**/*.test.ts'],
          testTimeout: 600_000,
          hookTimeout: 300_000,
          fileParallelism: false,
          retry: secondAttempts,
        },
      },
    ],
  },
})
