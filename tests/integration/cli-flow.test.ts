import { mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { InvertReport, LikelihoodReport } from '../../src/backend/types.ts'
import { readNpy } from '../../src/shared/npy.ts'
import { parseTrace, type Trace } from '../../src/shared/trace.ts'
import { exists, expectRefused, palimpsest, report } from './cli-support.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'palimpsest-flow-'))
})
afterAll(() => rm(folder, { recursive: true }))
const at = (...parts: string[]) => join(folder, ...parts)

const model = ['--model', 'mnist', '--device', 'cpu', '--quiet']
const generate = (out: string, ...more: string[]) => palimpsest('generate', ...model, '--out', out, ...more)
const done = async (ended: ReturnType<typeof palimpsest>) => {
  const { status, said, stdout } = await ended
  expect({ status, said }).toEqual({ status: 0, said: [] })
  return stdout
}
const traceOf = async (path: string): Promise<Trace> => parseTrace(await readFile(path, 'utf8'))!
/** A step that no rule would choose, the same in every run of the tests. */
const some = (count: number, salt: number): number => 1 + ((salt * 7919 + 31) % (count - 1))

describe('a trace', () => {
  test.each([
    ['dpmpp-2m', 9],
    ['unipc', 9],
    ['ddpm', 12],
  ])('of %s with its states is continued from any step to the same files, byte for byte', async (sampler, steps) => {
    const [out, file] = [at(`${sampler}`), at(`${sampler}.json`)]
    await done(
      generate(
        out,
        '--sampler',
        sampler,
        '--steps',
        String(steps),
        '--count',
        '5',
        '--batch',
        '2',
        '--trace',
        file,
        '--trace-states',
        '--tensors',
      ),
    )
    const trace = await traceOf(file)
    expect(trace.runs.map((run) => run.steps.length)).toEqual([steps, steps, steps])
    expect(trace.recipe.sigmas).toEqual((await report(out)).recipe.sigmas)
    for (const step of [some(steps, steps), some(steps, sampler.length)]) {
      const again = at(`${sampler}-${step}`)
      await done(palimpsest('resume', file, '--step', String(step), '--out', again, '--tensors', '--quiet'))
      for (const name of ['0000.png', '0004.png', '0000.npy', '0003.npy'])
        expect((await readFile(join(again, name))).equals(await readFile(join(out, name))), `${name} from ${step}`).toBe(true)
      expect((await report(again)).nfe).toBe(steps)
    }
  })

  test('is as small as asked for: no states without the word, and no file of them', async () => {
    await done(generate(at('plain'), '--steps', '3', '--count', '2', '--trace', at('plain.json')))
    const trace = await traceOf(at('plain.json'))
    expect(trace.states).toBeUndefined()
    expect(await exists(at('plain.states'))).toBe(false)
    expect(trace.runs[0]?.steps.map((step) => step.previews?.length)).toEqual([2, 2, 2])
    expectRefused(await palimpsest('resume', at('plain.json'), '--step', '1', '--out', at('no')), 2, /holds no states/)
  })

  describe('of a fill', () => {
    const mask = ['--mask', '', '--as-grey', '--feather', '2', '--padding', '4']
    beforeAll(async () => {
      const size = { width: 120, height: 60 }
      const grey = Buffer.from(Array.from({ length: 7200 }, (_, i) => (i * 7 + (i >> 5) * 13) % 256))
      const holes = Buffer.from(grey.map((_, i) => (i % 120 < 12 && i < 1400 ? 255 : i % 120 > 100 && i > 5000 ? 255 : 0)))
      const raw = { raw: { ...size, channels: 1 as const } }
      await sharp(grey, raw).toColourspace('b-w').png().toFile(at('photo.png'))
      await sharp(Buffer.from(grey.map((value) => 255 - value)), raw)
        .png()
        .toFile(at('other.png'))
      await sharp(holes, raw).png().toFile(at('mask.png'))
      mask[1] = at('mask.png')
    })

    test.each([
      ['repaint', ['--steps', '8', '--jump-length', '2', '--resamples', '2'], 20],
      ['ddnm', ['--steps', '8', '--eta', '0.7'], 8],
    ])(
      'by %s, in two windows: every batch of every window goes on, and the photograph is kept',
      async (method, settings, count) => {
        const [out, file] = [at(method), at(`${method}.json`)]
        const fill = ['--method', method, ...settings, '--variations', '3', '--batch', '2', ...mask]
        await done(palimpsest('inpaint', at('photo.png'), ...model, ...fill, '--out', out, '--trace', file, '--trace-states'))
        const trace = await traceOf(file)
        expect(trace.runs.map((run) => run.crop)).toEqual([0, 1, 0, 1])
        expect(trace.runs[0]?.steps).toHaveLength(count)
        const step = some(count, method.length)
        const resume = (to: string, ...more: string[]) =>
          palimpsest('resume', file, '--step', String(step), '--out', at(to), '--quiet', ...more)
        await done(resume(`${method}-again`, '--photo', at('photo.png')))
        for (const name of ['0000.png', '0001.png', '0002.png'])
          expect((await readFile(join(at(`${method}-again`), name))).equals(await readFile(join(out, name))), name).toBe(true)
        expectRefused(await resume('no'), 2, /give it with --photo/)
        expectRefused(await resume('no', '--photo', at('other.png')), 2, /not the photograph that was filled/)
        expect(await exists(at('no'))).toBe(false)
      },
    )
  })

  test('is refused in one sentence: a step beyond it, another model, a file cut short', async () => {
    const file = at('refused.json')
    await done(generate(at('refused'), '--steps', '4', '--count', '1', '--trace', file, '--trace-states'))
    const resume = (step: string) => palimpsest('resume', file, '--step', step, '--out', at('no'))
    expectRefused(await resume('5'), 2, /^Step 5 was not recorded: this trace has the states of steps 1 to 4\.$/)
    expectRefused(await resume('two'), 2, /integer of at least 1 for step/)
    expectRefused(await palimpsest('resume', file, '--out', at('no')), 2, /Give --step K/)
    const text = await readFile(file, 'utf8')
    await writeFile(file, text.replace(/"sha256":"[0-9a-f]{64}"/, `"sha256":"${'1'.repeat(64)}"`))
    expectRefused(await resume('2'), 2, /another file of the model "mnist"/)
    await writeFile(file, text.slice(0, text.length / 2))
    expectRefused(await resume('2'), 2, /cut short or damaged/)
    await writeFile(file, text)
    await truncate(at('refused.states'), 5000)
    expectRefused(await resume('2'), 2, /cut short/)
    expectRefused(await generate(at('no'), '--trace-states'), 2, /Give --trace FILE/)
    expect(await exists(at('no'))).toBe(false)
  })
})

describe('a noise', () => {
  test('found for a picture brings it back, the nearer of second order', async () => {
    await done(generate(at('seen'), '--seed', '3', '--count', '1', '--steps', '20'))
    const back = async (order: string) => {
      const out = at(`noise-${order}`)
      const text = await done(
        palimpsest('invert', at('seen', '0000.png'), ...model, '--steps', '40', '--order', order, '--back', '--out', out, '--json'),
      )
      const said = JSON.parse(text) as InvertReport
      expect(said).toEqual(JSON.parse(await readFile(join(out, 'noise.json'), 'utf8')))
      for (const file of said.files) expect(await exists(join(out, file)), file).toBe(true)
      return said
    }
    const [first, second] = [await back('first'), await back('second')]
    expect([first.nfe, second.nfe]).toEqual([40, 79])
    expect(second.back!.rootMeanSquare).toBeLessThan(first.back!.rootMeanSquare)
    expect(second.back!.rootMeanSquare).toBeLessThan(0.15)
    const noise = readNpy(await readFile(at('noise-second', 'noise.npy')))!
    expect(noise.shape).toEqual([1, 28, 28])
    const size = Math.sqrt(noise.data.reduce((sum, value) => sum + value * value, 0) / 784)
    expect(second.rootMeanSquare).toBeCloseTo(size, 6)
    expect(size).toBeGreaterThan(0.3)
    expect(size).toBeLessThan(1.5)
    await done(generate(at('returned'), '--from', at('noise-second', 'noise.npy'), '--steps', '40', '--threshold', 'none'))
    const images = (await report(at('returned'))).images
    expect(images).toHaveLength(1)
    expect(images[0]?.start).toEqual(second.start)
    expect(await pixels(at('returned', '0000.png'))).toEqual(await pixels(at('noise-second', 'back.png')))
  })

  test("of a picture is its recipe's: the same picture, and with other settings another from the same start", async () => {
    await done(generate(at('two'), '--seed', '11', '--count', '2', '--steps', '6'))
    await done(generate(at('same'), '--noise-of', at('two', '0001.png'), '--steps', '6'))
    expect((await report(at('same'))).images.map((image) => [image.seed, image.start])).toEqual([[12, undefined]])
    expect(await pixels(at('same', '0000.png'))).toEqual(await pixels(at('two', '0001.png')))
    await done(generate(at('other'), '--noise-of', at('two', '0001.png'), '--steps', '6', '--seed', '5', '--count', '2'))
    const images = (await report(at('other'))).images
    expect(images.map((image) => image.start)).toEqual([
      { from: 'seed', seed: 12 },
      { from: 'seed', seed: 12 },
    ])
    // DDIM takes all chance from the start.
    for (const file of ['0000.png', '0001.png'])
      expect(await pixels(at('other', file))).toEqual(await pixels(at('two', '0001.png')))
  })

  test('is refused where it does not fit, and a picture that tells none', async () => {
    await sharp({ create: { width: 28, height: 28, channels: 3, background: '#777' } })
      .png()
      .toFile(at('plain.png'))
    expectRefused(await generate(at('no'), '--noise-of', at('plain.png')), 2, /holds no recipe/)
    await writeFile(at('words.npy'), 'no array')
    expectRefused(await generate(at('no'), '--from', at('words.npy')), 2, /is no NumPy file/)
    expectRefused(await generate(at('no'), '--from', at('nothing.npy')), 2, /There is no noise/)
    expectRefused(await generate(at('no'), '--from', at('a.npy'), '--noise-of', at('plain.png')), 2, /not both/)
    expectRefused(await palimpsest('invert', at('plain.png'), '--out', at('no')), 2, /Which model/)
    expectRefused(
      await palimpsest('invert', at('plain.png'), ...model, '--order', 'third', '--out', at('no')),
      2,
      /Expected first or second/,
    )
    expect(await exists(at('no'))).toBe(false)
  })
})

const pixels = async (path: string) => (await sharp(path).raw().toBuffer()).toString('base64')

describe('the way between two noises', () => {
  test('begins and ends at the pictures of its ends, and lies in one strip', async () => {
    await done(generate(at('ends'), '--seed', '21', '--count', '2', '--steps', '5'))
    const out = at('way')
    const stdout = await done(
      palimpsest('interpolate', '21', at('ends', '0001.png'), ...model, '--count', '4', '--steps', '5', '--out', out),
    )
    expect(
      stdout
        .trim()
        .split('\n')
        .map((line) => line.split('/').at(-1)),
    ).toEqual(['0000.png', '0001.png', '0002.png', '0003.png', 'strip.png', 'run.json'])
    expect(await pixels(join(out, '0000.png'))).toEqual(await pixels(at('ends', '0000.png')))
    expect(await pixels(join(out, '0003.png'))).toEqual(await pixels(at('ends', '0001.png')))
    const { width, height } = await sharp(join(out, 'strip.png')).metadata()
    expect([width, height]).toEqual([4 * 28 + 3 * 2, 28])
    const images = (await report(out)).images
    expect(images[0]?.start).toEqual({ from: 'seed', seed: 21 })
    expect(images[1]?.start).toEqual({ from: 'between', a: { from: 'seed', seed: 21 }, b: { from: 'seed', seed: 22 }, at: 1 / 3 })
    // Made again out of what its recipe says.
    await done(generate(at('again'), '--noise-of', join(out, '0001.png'), '--steps', '5'))
    expect(await pixels(at('again', '0000.png'))).toEqual(await pixels(join(out, '0001.png')))
    expectRefused(
      await palimpsest('interpolate', '1', '2', ...model, '--count', '1', '--out', at('no')),
      2,
      /from 2 to 10000 for count/,
    )
  })

  test('takes a picture without a recipe by its inversion', async () => {
    await sharp(at('ends', '0000.png')).png().toFile(at('bare.png'))
    await done(palimpsest('interpolate', at('bare.png'), '5', ...model, '--count', '2', '--steps', '30', '--out', at('from-bare')))
    const images = (await report(at('from-bare'))).images
    expect(images[0]?.start).toMatchObject({ from: 'noise' })
    const [a, b] = [await sharp(at('bare.png')).raw().toBuffer(), await sharp(at('from-bare', '0000.png')).raw().toBuffer()]
    const error = Math.sqrt(a.reduce((sum, value, i) => sum + (value - b[i]!) ** 2, 0) / a.length)
    // Of 255; another digit altogether is about 90 away.
    expect(error).toBeLessThan(45)
  })
})

describe('likelihood', () => {
  test('tells a digit from noise, as an estimate with its error', async () => {
    const digit = at('ends', '0000.png')
    const noise = Buffer.from(Array.from({ length: 784 }, (_, i) => (i * 7919 + (i >> 3) * 104729) % 256))
    await sharp(noise, { raw: { width: 28, height: 28, channels: 1 } })
      .toColourspace('b-w')
      .png()
      .toFile(at('noise.png'))
    const measured = async (picture: string) =>
      JSON.parse(
        await done(palimpsest('likelihood', picture, ...model, '--steps', '12', '--probes', '4', '--json')),
      ) as LikelihoodReport
    const [likely, unlikely] = [await measured(digit), await measured(at('noise.png'))]
    expect(likely.bitsPerDimension).toBeLessThan(5)
    expect(unlikely.bitsPerDimension).toBeGreaterThan(likely.bitsPerDimension + 2)
    expect(likely).toMatchObject({ estimate: 'finite differences', probes: 4, dimensions: 784, nfe: 2 * 12 - 1 + 12 })
    expect(likely.standardError).toBeGreaterThan(0)
    const line = await done(palimpsest('likelihood', digit, ...model, '--steps', '12', '--probes', '4'))
    expect(line).toMatch(
      /^\d+\.\d{4} bits a dimension, standard error \d+\.\d{4} over 4 probes \(an estimate by finite differences; /,
    )
    expectRefused(await palimpsest('likelihood', digit, ...model, '--probes', '1'), 2, /from 2 to 10000 for probes/)
  })
})
