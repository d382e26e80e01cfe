import { execFile } from 'node:child_process'
import { mkdir, readFile, rm } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join, win32 } from 'node:path'
import { promisify } from 'node:util'
import { writeAtomically, writeError } from '../backend/files.ts'
import type { OpenWithState } from '../shared/shell.ts'

/**
 * "Open with" of the system's file manager: the program among those that open a picture, never as the one that does so by itself. Only where
 * the user asks for it, only for this user, and gone again without a trace. macOS reads such things from an installed program alone.
 */

const kinds = [
  { mime: 'image/jpeg', endings: ['.jpg', '.jpeg'] },
  { mime: 'image/png', endings: ['.png'] },
  { mime: 'image/webp', endings: ['.webp'] },
  { mime: 'image/tiff', endings: ['.tif', '.tiff'] },
  { mime: 'image/avif', endings: ['.avif'] },
] as const

export interface OpenWith {
  state(): Promise<OpenWithState>
  set(on: boolean): Promise<void>
}

/** `command`: the program and the words before the file's name. `icon`: an absolute path. */
export function openWith(command: readonly string[], icon: string, platform: NodeJS.Platform = process.platform): OpenWith {
  if (platform === 'linux') return desktopFile(applicationsFolder(process.env), desktopEntry(command, icon))
  if (platform === 'win32') return registry(command)
  return { state: () => Promise.resolve('unable'), set: () => Promise.resolve() }
}

/** XDG Base Directory Specification: a relative path there counts as none. */
export function applicationsFolder(env: Readonly<Record<string, string | undefined>>): string {
  const data = env['XDG_DATA_HOME']
  return join(data?.startsWith('/') === true ? data : join(homedir(), '.local', 'share'), 'applications')
}

/**
 * A word of `Exec`, as the Desktop Entry Specification quotes it: in quotes with a backslash before what means something there, a percent sign
 * twice; and the backslashes once more for the file.
 */
function quoted(word: string): string {
  const escaped = word.replaceAll(/[\\"`$]/g, String.raw`\$&`).replaceAll('%', '%%')
  return `"${escaped}"`.replaceAll('\\', '\\\\')
}

export function desktopEntry(command: readonly string[], icon: string): string {
  return [
    '[Desktop Entry]',
    'Type=Application',
    'Name=Palimpsest',
    'Comment=Inpaint photographs and compare diffusion samplers, offline',
    'Comment[de]=Fotografien füllen und Diffusionsverfahren vergleichen, ohne Netz',
    `Exec=${command.map(quoted).join(' ')} %F`,
    `Icon=${icon.replaceAll('\\', '\\\\')}`,
    'Terminal=false',
    'StartupWMClass=palimpsest',
    'Categories=Graphics;2DGraphics;RasterGraphics;Photography;',
    `MimeType=${kinds.map(({ mime }) => `${mime};`).join('')}`,
    '',
  ].join('\n')
}

function desktopFile(folder: string, entry: string): OpenWith {
  const file = join(folder, 'palimpsest.desktop')
  // File managers ask an index of the folder. Where nothing makes one they read the folder itself.
  const index = () => run('update-desktop-database', ['-q', folder]).catch(() => '')
  return {
    // Of another copy of the program, or of this one before it was moved: it is set anew by switching it on.
    state: () =>
      readFile(file, 'utf8').then(
        (found) => (found === entry ? 'on' : 'off'),
        () => 'off',
      ),
    async set(on) {
      try {
        await mkdir(folder, { recursive: true })
        if (!on) await rm(file, { force: true })
      } catch (error) {
        throw writeError(error, file)
      }
      if (on) await writeAtomically(file, entry)
      await index()
    },
  }
}

/** It has the program's name: two copies of the program are one entry, the last that asked. */
const registryKey = String.raw`HKCU\Software\Classes\Applications\palimpsest.exe`
const registryLine = (command: readonly string[]) => [...command, '%1'].map((word) => `"${word}"`).join(' ')

/** What `reg.exe` is told. */
export function registryCommands(command: readonly string[], on: boolean): readonly (readonly string[])[] {
  const key = registryKey
  if (!on) return [['delete', key, '/f']]
  return [
    ['add', key, '/v', 'FriendlyAppName', '/t', 'REG_SZ', '/d', 'Palimpsest', '/f'],
    ['add', win32.join(key, 'shell', 'open', 'command'), '/ve', '/t', 'REG_SZ', '/d', registryLine(command), '/f'],
    ...kinds.flatMap(({ endings }) =>
      endings.map((ending) => ['add', win32.join(key, 'SupportedTypes'), '/v', ending, '/t', 'REG_SZ', '/d', '', '/f']),
    ),
  ]
}

function registry(command: readonly string[]): OpenWith {
  return {
    state: () =>
      run('reg', ['query', win32.join(registryKey, 'shell', 'open', 'command'), '/ve']).then(
        (found) => (found.includes(registryLine(command)) ? 'on' : 'off'),
        () => 'off',
      ),
    async set(on) {
      for (const words of registryCommands(command, on)) await run('reg', words)
    },
  }
}

async function run(program: string, args: readonly string[]): Promise<string> {
  return (await promisify(execFile)(program, [...args], { windowsHide: true })).stdout
}
