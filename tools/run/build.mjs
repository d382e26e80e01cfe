// Builds every process with electron-vite when what is in out/ is missing or older than its sources. Quiet: the log of the build
// appears on stderr only when it fails, and stdout stays the caller's.
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..')

const outputs = [
  'out/main/index.js',
  'out/main/engine.js',
  'out/main/noise.js',
  'out/main/imaging.js',
  'out/main/cli.js',
  'out/preload/index.cjs',
  'out/renderer/index.html',
]
const sources = ['src', 'package-lock.json', 'electron.vite.config.ts']
/** @param {string} path  @returns {number} the newest modification time below it, in ms; folders count, so that a removed file does */
function newest(path) {
  const own = statSync(path)
  if (!own.isDirectory()) return own.mtimeMs
  return readdirSync(path).reduce((time, name) => Math.max(time, newest(join(path, name))), own.mtimeMs)
}

/** Is every output there, and none older than any source? A build that failed half-way leaves some that are. */
export function isBuilt() {
  if (!outputs.every((file) => existsSync(join(root, file)))) return false
  const oldest = Math.min(...outputs.map((file) => statSync(join(root, file)).mtimeMs))
  return sources.every((source) => !existsSync(join(root, source)) || newest(join(root, source)) <= oldest)
}

/** Builds if need be. @returns {boolean} false when the build failed; the log is then on stderr */
export function ensureBuilt() {
  if (isBuilt()) return true
  const cli = join(dirname(createRequire(import.meta.url).resolve('electron-vite/package.json')), 'bin', 'electron-vite.js')
  const build = spawnSync(process.execPath, [cli, 'build'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 1 << 26,
    env: { ...process.env, NODE_ENV: 'production' },
  })
  if (build.status !== 0) {
    process.stderr.write(
      `${build.stdout ?? ''}${build.stderr ?? ''}${build.error?.message ?? ''}\nThe program could not be built.\n`,
    )
    return false
  }
  return true
}
