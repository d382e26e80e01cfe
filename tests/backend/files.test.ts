import { existsSync, mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openFolder, openOutFolder, sweep, writeAtomically, writeError } from '../../src/backend/files.ts'
import { makePlace } from './fakes.ts'

describe('a file is whole or absent', () => {
  it('replaces the old one and leaves nothing beside it', async () => {
    const { root } = makePlace()
    const path = join(root, 'run.json')
    await writeAtomically(path, 'old')
    await writeAtomically(path, 'new')
    expect(readFileSync(path, 'utf8')).toBe('new')
    expect(readdirSync(root)).not.toContainEqual(expect.stringContaining('.tmp'))
  })

  it('leaves nothing when it cannot take its place', async () => {
    const { root } = makePlace()
    mkdirSync(join(root, 'taken'))
    await expect(writeAtomically(join(root, 'taken'), 'x')).rejects.toMatchObject({ code: 'request' })
    expect(readdirSync(root)).not.toContainEqual(expect.stringContaining('.tmp'))
  })
})

it.each([
  ['ENOSPC', 'disk', 'The disk is full: "a" could not be written.'],
  ['EFBIG', 'disk', 'The disk is full: "a" could not be written.'],
  ['EROFS', 'request', '"a" cannot be written: the disk is read-only.'],
  ['EACCES', 'request', '"a" cannot be written: permission is denied.'],
])('says %s in the words of the user', (code, expected, message) => {
  expect(writeError(Object.assign(new Error('x'), { code }), 'a')).toMatchObject({ code: expected, message })
})

describe('an out folder', () => {
  it('that was made here is taken back as far as it is empty', async () => {
    const { root } = makePlace()
    const out = await openOutFolder(join(root, 'a', 'b', 'c'))
    writeFileSync(join(root, 'a', 'kept'), '')
    await out.undo()
    expect([existsSync(join(root, 'a', 'b')), existsSync(join(root, 'a', 'kept'))]).toEqual([false, true])
  })

  it('that was there stays', async () => {
    const { root } = makePlace()
    mkdirSync(join(root, 'a'))
    await (await openOutFolder(join(root, 'a'))).undo()
    expect(existsSync(join(root, 'a'))).toBe(true)
  })
})

it('sweeps what is old out of a scratch folder, and leaves what another program may be at work on', async () => {
  const { root } = makePlace()
  for (const name of ['old', 'young']) mkdirSync(join(root, 'runs', name), { recursive: true })
  const before = Date.now() / 1000 - 2 * 24 * 3600
  utimesSync(join(root, 'runs', 'old'), before, before)
  await sweep(join(root, 'runs'))
  expect(readdirSync(join(root, 'runs'))).toEqual(['young'])
  await sweep(join(root, 'none'))
})

it.runIf(process.platform === 'linux')('says at once that no folder can be made below /proc', async () => {
  await expect(openFolder('/proc/palimpsest/data')).rejects.toMatchObject({
    code: 'request',
    message: '"/proc/palimpsest/data" cannot be written: no folder can be made there.',
  })
})
