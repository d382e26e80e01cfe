import { execFileSync, spawn } from 'node:child_process'
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Ended, palimpsest, root, saidBy } from './cli-support.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'palimpsest-launcher-'))
})
afterAll(() => rm(folder, { recursive: true }))

/** Of the system, not of a package. */
const system = { mount: 'mount', umount: 'umount' }

function launch(...args: string[]) {
  const child = spawn(process.execPath, [join(root, 'tools', 'run', 'palimpsest.mjs'), ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    cwd: folder,
  })
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  const ended = new Promise<Pick<Ended, 'status' | 'stdout'> & { stderr: string }>((resolve) => {
    child.on('close', (status) => resolve({ status, stdout, stderr }))
  })
  return { child, ended }
}

test('the launcher of a checkout hands on arguments, output and status', async () => {
  const listed = await launch('models', 'list').ended
  expect([listed.status, listed.stderr]).toEqual([0, ''])
  expect(listed.stdout).toMatch(/^mnist /m)
  const refused = await launch('generate', '--model', 'mnist', '--steps', '0', '--out', 'here').ended
  expect([refused.status, refused.stdout]).toEqual([2, ''])
  expect(refused.stderr).toMatch(/^Expected an integer from 1 to 1000 for steps but received 0 \(number\)\.\n$/)
})

test('the launcher hands on Ctrl+C', async () => {
  const { child, ended } = launch(
    'generate',
    '--model',
    'mnist',
    '--device',
    'cpu',
    '--steps',
    '1000',
    '--count',
    '8',
    '--out',
    'cancelled',
  )
  await saidBy(child, /^step \d/m)
  child.kill('SIGINT')
  expect((await ended).status).toBe(130)
})

test('a full disk ends with 2 and one sentence, and the pictures before it are whole', async (context) => {
  const disk = join(folder, 'disk')
  await mkdir(disk)
  try {
    execFileSync(system.mount, ['-t', 'tmpfs', '-o', 'size=32k', 'none', disk], { stdio: 'ignore' })
  } catch {
    return context.skip('a small disk can only be mounted by root on Linux')
  }
  try {
    const ended = await palimpsest(
      'generate',
      '--model',
      'mnist',
      '--device',
      'cpu',
      '--steps',
      '1',
      '--count',
      '48',
      '--batch',
      '4',
      '--out',
      join(disk, 'out'),
    )
    expect({ status: ended.status, said: ended.said }).toEqual({ status: 2, said: [expect.stringMatching(/disk is full.*\.$/)] })
    const files = await readdir(join(disk, 'out'))
    expect(files.length).toBeGreaterThan(0)
    for (const file of files) {
      expect(file).toMatch(/^\d{4}\.png$/)
      expect((await sharp(join(disk, 'out', file)).stats()).channels).toHaveLength(1)
    }
  } finally {
    // Lazily: a process that has just ended may still be letting go of it.
    execFileSync(system.umount, ['-l', disk])
  }
})
