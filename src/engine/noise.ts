import { createNoise as createPlainNoise, imageSize, purposes } from '../core/index.ts'
import type { Noise } from '../core/index.ts'
import { noiseModule } from './noise-module.ts'

/**
 * Core's noise, bit for bit, from a WebAssembly module (tools/noise) in about a third of the time: four words of Philox and two pairs of
 * Box-Muller's at once. Core knows no WebAssembly; its samplers take their noise as an argument, and in this process they are given this one.
 */

/** What is used of WebAssembly, whose types come with a browser's only. */
declare const WebAssembly:
  | {
      readonly Module: new (bytes: Uint8Array) => object
      readonly Instance: new (module: object) => { readonly exports: Filler }
    }
  | undefined

/** The module's functions; their integers are taken modulo 2^32. */
interface Filler {
  readonly memory: { readonly buffer: ArrayBuffer }
  /** The most blocks of four draws that one `fill` makes. */
  chunk(): number
  /** Where it puts them, in bytes. */
  address(): number
  fill(exact: boolean, block: number, blocks: number, walk: number, purpose: number, low: number, high: number): void
}

/** The module made ready, or undefined where WebAssembly or its SIMD cannot be had (`node --jitless`, a processor without SSE 4.1). */
export function startFiller(module = noiseModule): Filler | undefined {
  if (typeof WebAssembly === 'undefined') return undefined
  try {
    return new WebAssembly.Instance(new WebAssembly.Module(Buffer.from(module, 'base64'))).exports
  } catch {
    return undefined
  }
}

/** One a process: between two calls it keeps nothing. */
const ownFiller = startFiller()

/** See core's createNoise: the same arguments, refusals and bits. */
export function createNoise(seeds: readonly number[]): Noise {
  return createNoiseWith(ownFiller, seeds)
}

/** Without a filler it is core's. */
export function createNoiseWith(filler: Filler | undefined, seeds: readonly number[]): Noise {
  const plain = createPlainNoise(seeds)
  if (filler === undefined) return plain
  const own = [...seeds]
  const most = 4 * filler.chunk()
  const float32 = new Float32Array(filler.memory.buffer, filler.address(), most)
  const float64 = new Float64Array(filler.memory.buffer, filler.address(), most)
  return (out, purpose, walk) => {
    // Core has the words to refuse it.
    if (out.shape.n !== own.length) return plain(out, purpose, walk)
    const size = imageSize(out.shape)
    const exact = out.data instanceof Float64Array
    const drawn = exact ? float64 : float32
    for (const [image, seed] of own.entries()) {
      for (let at = 0; at < size; at += most) {
        const count = Math.min(most, size - at)
        filler.fill(exact, at / 4, Math.ceil(count / 4), walk, purposes[purpose], seed, Math.floor(seed / 4294967296))
        out.data.set(count === most ? drawn : drawn.subarray(0, count), image * size + at)
      }
    }
  }
}
