import { defineConfig } from 'vitest/config'

const env = { ORT_DISABLE_TELEMETRY: '1' }

// unit: pure code, no process and no file beyond its own temporary folder. integration: the built workers and command line.
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          env,
          include: ['tests/{core,shared,engine,imaging,backend,main,cli,renderer,support,tools}/**/*.test.{ts,tsx}'],
          testTimeout: 30_000,
        },
      },
      {
        test: {
          name: 'integration',
          env,
          include: ['tests/integration/**/*.test.ts'],
          testTimeout: 180_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
    ],
  },
})
