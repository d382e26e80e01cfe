import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { intervalOfMedian, ratiosOf } from '../../src/backend/bench.ts'
import type { CliProgress, RunOptions } from '../../src/backend/types.ts'
import { crop, makeBench, readJson, type Bench } from './fakes.ts'

const input = { model: 'tiny', device: 'cpu', steps: 3 }
const into = (bench: Bench, more: Partial<RunOptions> = {}): RunOptions => ({
  out: join(bench.place.root, 'out'),
  tensors: false,
  ...more,
})
const listed = (bench: Bench) => readdirSync(join(bench.place.root, 'out')).toSorted((a, b) => (a < b ? -1 : 1))

describe('generate into a folder', () => {
  it('writes numbered pictures and run.json, and nothing else', async () => {
    const bench = await makeBench()
    const progress: CliProgress[] = []
    const report = await bench.backend.runGenerate(
      { ...input, count: 3, batch: 2, seed: 5 },
      into(bench, { onProgress: (one) => progress.push(one) }),
    )
    expect(listed(bench)).toEqual(['0000.png', '0001.png', '0002.png', 'run.json'])
    expect(readJson(join(bench.place.root, 'out', 'run.json'))).toEqual(report)
    expect(report.images.map(({ file, seed }) => [file, seed])).toEqual([
      ['0000.png', 5],
      ['0001.png', 6],
      ['0002.png', 7],
    ])
    expect(report.milliseconds).toEqual({ total: 60, model: 54, elsewhere: 6 })
    // What is left is the writing of the last picture, by the clock of this machine.
    const last = { step: 6, steps: 6, calls: 6, callsTotal: 6, callsPerSecond: 100, secondsLeft: expect.any(Number) as number }
    expect(progress.at(-1)).toEqual(last)
    expect(bench.world.runs.every((run) => run.preview.size === 0)).toBe(true)
  })

  it('gives the same pixels and recipe twice', async () => {
    const bench = await makeBench()
    const one = await bench.backend.runGenerate({ ...input, count: 2, seed: 5 }, into(bench))
    const two = await bench.backend.runGenerate({ ...input, count: 2, seed: 5 }, into(bench))
    expect([two.images, two.recipe]).toEqual([one.images, one.recipe])
  })

  it('writes tensors when asked', async () => {
    const bench = await makeBench()
    await bench.backend.runGenerate({ ...input, count: 1 }, into(bench, { tensors: true }))
    expect(listed(bench)).toEqual(['0000.npy', '0000.png', 'run.json'])
  })

  it.each([
    ['a wrong request', { ...input, steps: 0 }, 'request'],
    ['an unknown model', { ...input, model: 'ghost' }, 'request'],
    ['a device that cannot start', { ...input, device: 'webgpu' }, 'device'],
  ])('leaves no trace of %s', async (_name, asked, code) => {
    const bench = await makeBench()
    bench.world.broken.set('webgpu', 'no adapter.')
    await expect(
      bench.backend.runGenerate(asked, into(bench, { out: join(bench.place.root, 'deep', 'out') })),
    ).rejects.toMatchObject({ code })
    expect(existsSync(join(bench.place.root, 'deep'))).toBe(false)
  })

  it('refuses a folder that cannot be written before anything is computed', async () => {
    const bench = await makeBench()
    const file = bench.place.file('file', 'x')
    await expect(bench.backend.runGenerate(input, into(bench, { out: join(file, 'out') }))).rejects.toMatchObject({
      code: 'request',
      message: `"${join(file, 'out')}" cannot be written: a part of the path is a file.`,
    })
    expect(bench.world.engines).toEqual([])
  })

  it('keeps finished pictures whole when the engine dies, and no run.json of another run', async () => {
    const bench = await makeBench()
    await bench.backend.runGenerate({ ...input, count: 1 }, into(bench))
    bench.world.troubles.push({ at: bench.world.calls + 4, trouble: 'crash' })
    await expect(bench.backend.runGenerate({ ...input, count: 4, batch: 2 }, into(bench))).rejects.toMatchObject({ code: 'device' })
    expect(listed(bench)).toEqual(['0000.png', '0001.png'])
  })

  it('stops on the signal with code cancelled and keeps what was finished', async () => {
    const bench = await makeBench()
    const abort = new AbortController()
    bench.world.gate = (call) => {
      if (call === 4) abort.abort()
    }
    await expect(
      bench.backend.runGenerate({ ...input, count: 4, batch: 2 }, into(bench, { signal: abort.signal })),
    ).rejects.toMatchObject({
      code: 'cancelled',
    })
    expect(listed(bench)).toEqual(['0000.png', '0001.png'])
  })

  it('does nothing when it is cancelled before it begins', async () => {
    const bench = await makeBench()
    await expect(bench.backend.runGenerate(input, into(bench, { signal: AbortSignal.abort() }))).rejects.toMatchObject({
      code: 'cancelled',
    })
    expect(bench.world.engines).toEqual([])
    expect(existsSync(join(bench.place.root, 'out'))).toBe(false)
  })

  it('tells notices', async () => {
    const bench = await makeBench()
    bench.world.probes.set('webgpu', { available: true })
    bench.world.broken.set('webgpu', 'no adapter.')
    const notices: string[] = []
    const report = await bench.backend.runGenerate(
      { ...input, device: 'auto', count: 1 },
      into(bench, { onNotice: (one) => notices.push(one) }),
    )
    expect(notices).toEqual(['WebGPU could not start (no adapter); running on the CPU.'])
    expect(report.notices).toEqual(notices)
  })
})

describe('inpaint into a folder', () => {
  const settings = { model: 'tiny', method: 'replace', steps: 2, device: 'cpu' }
  const photo = (bench: Bench, more: object = {}) =>
    bench.place.file('photo.png', JSON.stringify({ width: 20, height: 10, ...more }))

  it('fills by a preset and leaves nothing in the library', async () => {
    const bench = await makeBench()
    const report = await bench.backend.runInpaint({ ...settings, variations: 2 }, photo(bench), { preset: 'centre' }, into(bench))
    expect(listed(bench)).toEqual(['0000.png', '0001.png', 'run.json'])
    expect(report.images.map(({ changedOutside }) => changedOutside)).toEqual([0, 0])
    expect(readdirSync(join(bench.place.data, 'runs'))).toEqual([])
    expect(readFileSync(photo(bench), 'utf8')).toBe('{"width":20,"height":10}')
  })

  it('writes one tensor a crop', async () => {
    const bench = await makeBench()
    const mask = { file: bench.place.file('mask.png', JSON.stringify({ crops: [crop(1), crop(9)] })), keep: false }
    await bench.backend.runInpaint(settings, photo(bench), mask, into(bench, { tensors: true }))
    expect(listed(bench)).toEqual(['0000.1.npy', '0000.2.npy', '0000.png', 'run.json'])
    const bytes = readFileSync(join(bench.place.root, 'out', '0000.2.npy'))
    expect(bytes.subarray(0, 8).toString('latin1')).toBe('\u0093NUMPY\u0001\u0000')
    expect(bytes.length % 64).toBe(16)
    expect(bytes.toString('latin1')).toContain("{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2, 2,), }")
    expect(bytes.readFloatLE(bytes.length - 16)).toBe(Math.fround(0.9))
  })

  it.each<[string, (bench: Bench) => [string, { file: string; keep: boolean } | { preset: string }], string]>([
    ['a missing photo', (bench) => [join(bench.place.root, 'ghost.png'), { preset: 'centre' }], 'There is no photograph'],
    ['a folder as photo', (bench) => [bench.place.models, { preset: 'centre' }], 'is no file.'],
    ['an empty photo', (bench) => [bench.place.file('empty.png', ''), { preset: 'centre' }], 'is empty.'],
    ['no picture', (bench) => [bench.place.file('text.png', 'hello'), { preset: 'centre' }], 'text.png is no picture.'],
    ['a missing mask', (bench) => [photo(bench), { file: join(bench.place.root, 'ghost.png'), keep: false }], 'There is no mask'],
    ['a colour photo', (bench) => [photo(bench, { coloured: true }), { preset: 'centre' }], '"as grey"'],
  ])('refuses %s and leaves no trace', async (_name, make, words) => {
    const bench = await makeBench()
    const [path, mask] = make(bench)
    await expect(bench.backend.runInpaint(settings, path, mask, into(bench))).rejects.toMatchObject({
      code: 'request',
      message: expect.stringContaining(words) as string,
    })
    expect(existsSync(join(bench.place.root, 'out'))).toBe(false)
    expect(bench.world.engines).toEqual([])
  })
})

it('benches the sampler against bare calls on the same process', async () => {
  const bench = await makeBench()
  const asked = { model: 'tiny', batch: 4, steps: 5, rounds: 3 }
  expect(await bench.backend.benchModel({ ...asked, device: 'cpu' })).toEqual({
    ...asked,
    device: 'cpu',
    bareMsPerCall: 9.5,
    samplerMsPerCall: 10,
    overheadPercent: expect.closeTo((100 * 0.5) / 9.5) as number,
    overheadInterval: [expect.closeTo((100 * 0.5) / 9.5), expect.closeTo((100 * 0.5) / 9.5)],
    outsideModelPercent: 10,
  })
  expect(bench.world.engines).toHaveLength(1)
  await expect(bench.backend.benchModel({ ...asked, device: 'toaster' })).rejects.toMatchObject({ code: 'request' })
})

it('compares a run with the bare turns around it, so that a machine that slows down evenly is no overhead', () => {
  expect(ratiosOf([15, 25, 35], [10, 20, 30, 40])).toEqual([1, 1, 1])
  expect(ratiosOf([22], [10, 30])).toEqual([1.1])
})

it('says within what its rounds can tell the overhead: the 40th and the 61st of a hundred, of few the outermost', () => {
  const hundred = Array.from({ length: 100 }, (_, i) => ((i * 37) % 100) + 1)
  expect(intervalOfMedian(hundred)).toEqual([40, 61])
  expect(intervalOfMedian([3, 1, 2])).toEqual([1, 3])
})
