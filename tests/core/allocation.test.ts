import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { afterEach, describe, expect, it } from 'vitest'
import { inpainters } from '../../src/core/inpaint/index.ts'
import { samplers } from '../../src/core/samplers/index.ts'
import type { NoiseSpec, Settings } from '../../src/core/types.ts'
import { specOf } from './fixtures.ts'
import { begin, type Case, type Method, methods, type Run } from './table-runs.ts'

/** Buffers are made at the start of a run and used to its end. */

const image = { c: 3, h: 4, w: 4 }
const size = image.c * image.h * image.w

function whatOf(method: Method, noise: NoiseSpec, steps: number, settings: Settings): Case {
  const spec = specOf({ noise, variance: 'learned-range' })
  const mask = Uint8Array.from({ length: 16 }, (_, i) => (i % 4 < 2 ? 0 : 1))
  const way = { eta: 0.5, variance: 'learned', threshold: 'clip', jumpLength: 3, resamples: 2 } as const
  return { spec, image, spacing: method.entry.spacing ?? 'leading', steps, settings, mask, ...way }
}

const tensors = { Float32Array, Float64Array }

/** Makes every tensor made from now on known to `seen`, until the test has ended. */
function watchTensors(seen: (length: number) => void): void {
  const counting = (Own: typeof Float32Array | typeof Float64Array): unknown =>
    new Proxy(Own, {
      construct(target, args, newTarget) {
        const made = Reflect.construct(target, args, newTarget) as Float32Array
        // A view of another tensor is none of its own.
        if (!(args[0] instanceof ArrayBuffer)) seen(made.length)
        return made
      },
    })
  // slice() asks the constructor of its own tensor, so that is the watched one too.
  for (const name of ['Float32Array', 'Float64Array'] as const) {
    const watched = counting(tensors[name])
    Object.defineProperty(globalThis, name, { value: watched, configurable: true, writable: true })
    Object.defineProperty(tensors[name].prototype, 'constructor', { value: watched, configurable: true, writable: true })
  }
}

afterEach(() => {
  for (const name of ['Float32Array', 'Float64Array'] as const) {
    Object.defineProperty(globalThis, name, { value: tensors[name], configurable: true, writable: true })
    Object.defineProperty(tensors[name].prototype, 'constructor', { value: tensors[name], configurable: true, writable: true })
  }
})

const linear = (count: number): NoiseSpec => ({
  kind: 'vp',
  betas: { schedule: 'linear', start: 0.1 / count, end: 20 / count, count },
})

function runOf(method: Method, noise: NoiseSpec, steps: number, settings: Settings): Run {
  const run = begin(method, whatOf(method, noise, steps, settings), [1, 2])
  if (run === undefined) throw new Error(`${method.entry.name} refuses the usual model`)
  return run
}

describe('a run', () => {
  it.each(methods)('of %s makes no tensor a transition', async (_, method) => {
    let made = 0
    watchTensors((length) => {
      if (length >= size) made++
    })
    const run = runOf(method, linear(1000), 12, {})
    const counts: number[] = []
    for await (const _step of run.from(run.start)) counts.push(made)
    expect(counts.length).toBeGreaterThan(4)
    expect(counts[0]).toBeGreaterThan(0)
    expect(counts.at(-1)).toBe(counts[Math.floor(counts.length / 2)])
  })
})

/** A run of at least this many transitions: by its steps or by one of its settings. An adaptive one is made as fine as it can be. */
function longRun(method: Method, least: number): Run {
  const noise = linear(least)
  const numbers = (method.entry.settings ?? []).filter((setting) => setting.kind === 'number')
  if ('adaptive' in method.entry) return runOf(method, noise, 8, Object.fromEntries(numbers.map(({ name, min }) => [name, min])))
  const longest = numbers.filter(({ integer }) => integer === true).map(({ name, max }) => ({ [name]: max }))
  for (const settings of [{}, ...longest]) {
    for (let steps = 8; steps < 2 * least; steps *= 2) {
      const run = runOf(method, noise, Math.min(steps, least), settings)
      if (run.transitions !== undefined && run.transitions >= least) return run
    }
  }
  throw new Error(`${method.entry.name} has no run of ${least} transitions`)
}

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void
function retained(): number {
  collect()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}

/** Collecting takes its time: the whole table over the ten thousand that are promised with SOAK=1, else two that stand for it over a thousand. */
const soak = process.env['SOAK'] !== undefined
const least = soak ? 10_000 : 1000
const measured = soak ? methods : methods.filter(([, { entry }]) => ['ddpm', 'repaint'].includes(entry.name))
/**
 * Bytes: one tensor kept of every transition is 150 kB in a quarter of a thousand. V8 compiles when it likes, a quarter of a megabyte at a
 * time, and drops it again; so of the three last quarters the middling one counts: what is kept is kept in each.
 */
const slack = 40_000

describe(`over ${least} transitions`, () => {
  it.each(measured)('%s keeps nothing', async (_, method) => {
    const run = longRun(method, least)
    // An adaptive run is no longer than it is.
    const quarter = (run.transitions === undefined ? 600 : least) / 4
    const held: number[] = []
    let index = 0
    for await (const _step of run.from(run.start)) {
      index++
      if (index % quarter === 0) held.push(retained())
      if (held.length === 4) break
    }
    expect(held).toHaveLength(4)
    const growth = held.slice(1).map((bytes, i) => bytes - held[i]!)
    expect(growth.toSorted((a, b) => a - b)[1]).toBeLessThan(slack)
  })

  it('has every method of both tables', () => {
    expect(methods).toHaveLength(Object.keys(samplers).length + Object.keys(inpainters).length)
  })
})
