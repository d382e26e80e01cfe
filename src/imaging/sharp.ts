import Module from 'node:module'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import type { default as SharpModule } from 'sharp'

/** The only importer of sharp. Everything else in this room asks `loadSharp()`. */

export type { Metadata } from 'sharp'

type Resolve = (this: unknown, request: string, ...rest: unknown[]) => string

const nativeBuild = /^@img\/sharp-(?!wasm32)/

/**
 * sharp's native Linux build clashes with the GLib inside Electron (lovell/sharp#4525); its own WebAssembly build has the same API and gave
 * equal bytes. sharp's loader falls back to it when the native package does not resolve, so that one resolution is refused.
 * PALIMPSEST_SHARP=wasm asks for it in plain Node, which is how the tests hold the two builds against each other.
 */
export function wantsWasm(platform: string, electron: string | undefined, asked: string | undefined): boolean {
  return asked === 'wasm' || (platform === 'linux' && electron !== undefined)
}

function refuseNative(): void {
  const loader = Module as unknown as { _resolveFilename: Resolve }
  const resolve = loader._resolveFilename
  loader._resolveFilename = function (request, ...rest) {
    if (!nativeBuild.test(request)) return resolve.call(this, request, ...rest)
    throw Object.assign(new Error(`Not used here: ${request}`), { code: 'MODULE_NOT_FOUND' })
  }
}

let loading: Promise<typeof SharpModule> | undefined

/** sharp, native or WebAssembly, loaded once. Its operation cache is off: photos are large and are decoded once. */
export function loadSharp(): Promise<typeof SharpModule> {
  loading ??= (async () => {
    if (wantsWasm(process.platform, process.versions['electron'], process.env['PALIMPSEST_SHARP'])) refuseNative()
    const { default: sharp } = await import('sharp')
    sharp.cache(false)
    return sharp
  })()
  return loading
}

/**
 * A result of sharp in memory of its own. The WebAssembly build hands out a view of its heap, which it takes back as soon as that one
 * Buffer object is collected, whatever other views of it are still in use.
 */
export function owned(buffer: Buffer): Buffer {
  if (buffer.buffer.byteLength === buffer.length) return buffer
  const own = Buffer.from(new Uint8Array(buffer).buffer)
  if (buffer.length >= large) sweepSoon()
  return own
}

/** Bytes from where on it matters when what is done with is given back. */
const large = 16 * 2 ** 20

let sweeping = false

/**
 * Collects what is done with, when the work in hand lets go of it. The heap of the WebAssembly build never shrinks, and V8 does not see what stands
 * behind its views: left to itself it collects them when two or three pictures more have had to find room.
 */
export function sweepSoon(): void {
  if (sweeping) return
  sweeping = true
  setImmediate(() => {
    sweeping = false
    collect()
  })
}

let collector: (() => void) | undefined

function collect(): void {
  if (collector === undefined) {
    setFlagsFromString('--expose-gc')
    const found: unknown = runInNewContext('typeof gc === "function" ? gc : undefined')
    collector = typeof found === 'function' ? (found as () => void) : () => undefined
  }
  collector()
}
