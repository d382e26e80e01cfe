import Module from 'node:module'
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
  return buffer.buffer.byteLength === buffer.length ? buffer : Buffer.from(new Uint8Array(buffer).buffer)
}
