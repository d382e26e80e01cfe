import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Backend } from '../../src/backend/types.ts'
import { startServer } from '../../src/cli/serve/server.ts'

/** What hinders `palimpsest serve` from starting at all. */
const backend = { handlers: {}, subscribe: () => () => undefined } as unknown as Backend
let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'palimpsest-screens-'))
  writeFileSync(join(folder, 'index.html'), '<html><head></head><body>shell</body></html>')
})
afterAll(() => rmSync(folder, { recursive: true }))

test('a port that is taken is refused in a sentence', async () => {
  const other = createServer()
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
  const { port } = other.address() as AddressInfo
  try {
    await expect(startServer({ backend, screens: folder, host: '127.0.0.1', port })).rejects.toMatchObject({
      code: 'request',
      message: expect.stringContaining('is taken'),
    })
  } finally {
    await new Promise((resolve) => other.close(resolve))
  }
})

test('screens that are not built are refused in a sentence', async () => {
  await expect(startServer({ backend, screens: join(folder, 'nowhere'), host: '127.0.0.1', port: 0 })).rejects.toMatchObject({
    message: expect.stringContaining('not built'),
  })
})
