import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, it } from 'vitest'

const root = resolve(import.meta.dirname, '../..')

it('the checked-in noise module is what its source compiles to', () => {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['tools/noise/build.mjs', '--print'], {
    cwd: root,
    encoding: 'utf8',
  })
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  expect(stdout).toBe(readFileSync(join(root, 'src/engine/noise-module.ts'), 'utf8'))
})
