import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { applicationsFolder, desktopEntry, openWith, registryCommands } from '../../src/main/open-with.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'palimpsest-open-with-'))
  vi.stubEnv('XDG_DATA_HOME', folder)
})
afterEach(() => {
  vi.unstubAllEnvs()
  rmSync(folder, { recursive: true, force: true })
})

const command = ['/opt/a b/electron', '-r', '/opt/50%/early.cjs', '/home/$me/"palimpsest"\\']
const file = () => join(folder, 'applications', 'palimpsest.desktop')

it('Linux: the entry stands there while it is on, and nothing of it after', async () => {
  const files = openWith(command, '/opt/icon.png', 'linux')
  expect(await files.state()).toBe('off')
  await files.set(true)
  expect(await files.state()).toBe('on')
  expect(readdirSync(join(folder, 'applications')).filter((name) => name !== 'mimeinfo.cache')).toEqual(['palimpsest.desktop'])
  await files.set(false)
  expect(existsSync(file())).toBe(false)
  await files.set(false)
  expect(await files.state()).toBe('off')
})

it('Linux: the entry of another copy is none of this one, until it is switched on here', async () => {
  const here = openWith(command, '/opt/icon.png', 'linux')
  await openWith(['/elsewhere/electron'], '/opt/icon.png', 'linux').set(true)
  expect(await here.state()).toBe('off')
  await here.set(true)
  expect(await here.state()).toBe('on')
})

it('Linux: the words of the command come back whole by the rules of the specification, whatever stands in them', () => {
  const line = /^Exec=(.*)$/m.exec(desktopEntry(command, '/opt/icon.png'))?.[1] ?? ''
  // The other way round: the file's escapes, then quotes as a shell reads them, then field codes.
  const unescaped = line.replaceAll('\\\\', '\\')
  const words = execFileSync('sh', ['-c', `printf '%s\\n' ${unescaped}`], { encoding: 'utf8' })
    .trimEnd()
    .split('\n')
  expect(words.map((word) => word.replaceAll('%%', '%'))).toEqual([...command, '%F'])
})

it('Linux: it claims the kinds that the program opens, and no other', () => {
  const kinds = /^MimeType=(.*)$/m.exec(desktopEntry(command, '/opt/icon.png'))?.[1]
  expect(kinds).toBe('image/jpeg;image/png;image/webp;image/tiff;image/avif;')
})

it('Linux: a folder that cannot be made is told in a sentence', async () => {
  writeFileSync(join(folder, 'applications'), 'a file in its place')
  await expect(openWith(command, '/opt/icon.png', 'linux').set(true)).rejects.toThrow(/palimpsest\.desktop" cannot be written/)
  expect(readFileSync(join(folder, 'applications'), 'utf8')).toBe('a file in its place')
})

it('a relative folder of the system counts as none', () => {
  expect(applicationsFolder({ XDG_DATA_HOME: '/data' })).toBe('/data/applications')
  expect(applicationsFolder({ XDG_DATA_HOME: 'data' })).toBe(applicationsFolder({}))
})

it('Windows: one key of the user, whole when it is on and gone when it is off', () => {
  const on = registryCommands(['C:\\Programs\\Palimpsest\\palimpsest.exe'], true)
  const key = String.raw`HKCU\Software\Classes\Applications\palimpsest.exe`
  expect(on.every(([verb, at]) => verb === 'add' && at?.startsWith(key))).toBe(true)
  expect(on.find(([, at]) => at?.endsWith(String.raw`shell\open\command`))).toContain(
    '"C:\\Programs\\Palimpsest\\palimpsest.exe" "%1"',
  )
  expect(on.flatMap((words) => words.filter((word) => word.startsWith('.')))).toEqual([
    '.jpg',
    '.jpeg',
    '.png',
    '.webp',
    '.tif',
    '.tiff',
    '.avif',
  ])
  expect(registryCommands([], false)).toEqual([['delete', key, '/f']])
})

it('macOS: it says that it cannot', async () => {
  expect(await openWith(command, '/opt/icon.png', 'darwin').state()).toBe('unable')
})
