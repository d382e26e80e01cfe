import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { InpaintRecipe, RunReport } from '../../src/shared/recipe.ts'
import { cards, graphs } from '../support/onnx.ts'
import { exists, expectRefused, palimpsest, report, start } from './cli-support.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'palimpsest-inpaint-'))
})
afterAll(() => rm(folder, { recursive: true }))
const at = (...parts: string[]) => join(folder, ...parts)

describe('inpaint', () => {
  const size = { width: 96, height: 80 }
  /** Grey, with something everywhere. */
  const pixels = Buffer.from(Array.from({ length: size.width * size.height }, (_, i) => (i * 7 + (i >> 5) * 13) % 256))
  const inpaint = (photo: string, out: string, ...more: string[]) =>
    palimpsest(
      'inpaint',
      photo,
      '--model',
      'mnist',
      '--device',
      'cpu',
      '--method',
      'replace',
      '--steps',
      '4',
      '--out',
      out,
      ...more,
    )

  beforeAll(async () => {
    const raw = { raw: { ...size, channels: 1 as const } }
    await sharp(pixels, raw).toColourspace('b-w').png().toFile(at('photo.png'))
    await sharp(
      Buffer.from(pixels.map((_, i) => (i % size.width >= 40 && i % size.width < 60 && i >= 30 * 96 && i < 50 * 96 ? 255 : 0))),
      raw,
    )
      .png()
      .toFile(at('mask.png'))
    await sharp({ create: { ...size, channels: 3, background: { r: 200, g: 40, b: 90 } } })
      .png()
      .toFile(at('colour.png'))
    await sharp({ create: { width: 95, height: 80, channels: 3, background: '#fff' } })
      .png()
      .toFile(at('small-mask.png'))
    await writeFile(at('no-picture.png'), 'these are words')
    await writeFile(at('cut.png'), (await readFile(at('photo.png'))).subarray(0, 600))
    await writeFile(at('empty.png'), '')
  })

  test('fills what a mask file says and leaves every other pixel as it was', async () => {
    const ended = await inpaint(at('photo.png'), at('filled'), '--mask', at('mask.png'), '--feather', '0', '--seed', '5')
    expect([ended.status, ended.said]).toEqual([0, []])
    const run = await report(at('filled'))
    expect(run.images.map((image) => [image.seed, image.changedOutside])).toEqual([[5, 0]])
    const filled = await sharp(at('filled', run.images[0]?.file ?? ''))
      .toColourspace('b-w')
      .raw()
      .toBuffer()
    const changed = [...filled.keys()].filter((i) => filled[i] !== pixels[i])
    const inside = (i: number) => i % 96 >= 40 && i % 96 < 60 && i >= 30 * 96 && i < 50 * 96
    expect(changed.every(inside)).toBe(true)
    expect(changed.length).toBeGreaterThan(100)
  })

  test('writes the fill as a layer and in other formats where asked, and says what it counted in each file', async () => {
    const beside = ['--layer', '--save-as', 'jpeg', '--quality', '60']
    const ended = await inpaint(at('photo.png'), at('beside'), '--mask', at('mask.png'), '--feather', '0', ...beside)
    expect([ended.status, ended.said]).toEqual([0, []])
    expect(
      ended.stdout
        .trim()
        .split('\n')
        .map((line) => basename(line)),
    ).toEqual(['0000.png', '0000.layer.png', '0000.jpg', 'run.json'])
    const [image] = (await report(at('beside'))).images
    expect(image?.saved?.map(({ file, keeps }) => [file, keeps])).toEqual([
      ['0000.layer.png', true],
      ['0000.jpg', false],
    ])
    expect(image?.saved?.[0]?.changedOutside).toBe(0)
    expect(image?.saved?.[1]?.changedOutside).toBeGreaterThan(1000)
    const layer = await sharp(at('beside', '0000.layer.png')).raw().toBuffer({ resolveWithObject: true })
    const clear = [...pixels.keys()].filter((i) => layer.data[(i + 1) * layer.info.channels - 1] === 0)
    expect(clear).toHaveLength(96 * 80 - 20 * 20)
    for (const wrong of [
      ['--quality', '50'],
      ['--gps', '--save-as', 'jpeg'],
      ['--save-as', 'bmp'],
      ['--save-as', 'png'],
    ])
      expectRefused(await inpaint(at('photo.png'), at('never'), '--mask-preset', 'left', ...wrong), 2, /\.$/)
    expect(await exists(at('never'))).toBe(false)
  })

  test('fills all but what the mask keeps, with --mask-keep', async () => {
    expect((await inpaint(at('photo.png'), at('kept'), '--mask', at('mask.png'), '--mask-keep', '--feather', '0')).status).toBe(0)
    const filled = await sharp(at('kept', '0000.png')).toColourspace('b-w').raw().toBuffer()
    expect(filled[40 * 96 + 50]).toBe(pixels[40 * 96 + 50])
    expect([...filled.keys()].filter((i) => filled[i] !== pixels[i]).length).toBeGreaterThan(1000)
  })

  test('knows presets, and RePaint with its count of model calls', async () => {
    const run = await palimpsest(
      'inpaint',
      at('photo.png'),
      '--model',
      'mnist',
      '--device',
      'cpu',
      '--method',
      'repaint',
      '--steps',
      '8',
      '--jump-length',
      '2',
      '--resamples',
      '2',
      '--variations',
      '2',
      '--mask-preset',
      'centre',
      '--out',
      at('preset'),
      '--json',
    )
    expect([run.status, run.said]).toEqual([0, []])
    const made = JSON.parse(run.stdout) as RunReport
    expect(made.images).toHaveLength(2)
    expect(made.nfe).toBeGreaterThan(8)
  })

  test('draws the strokes of a seed, within a budget of model calls that it keeps to', async () => {
    const strokes = async (seed: string) => {
      const out = at(`strokes-${seed}`)
      const asked = ['--mask-preset', 'thin-strokes', '--mask-seed', seed, '--method', 'ding', '--nfe', '8']
      const ended = await palimpsest('inpaint', at('photo.png'), '--model', 'mnist', '--device', 'cpu', '--out', out, ...asked)
      expect([ended.status, ended.said]).toEqual([0, ['At most 8 model calls: 4 steps, 7 calls.']])
      const { recipe: made, nfe } = await report(out)
      const recipe = made as InpaintRecipe
      // Each window of the fill has the budget.
      expect([nfe, recipe.request.steps, 'nfe' in recipe.request]).toEqual([7 * recipe.crops.length, 4, false])
      return recipe.mask.sha256
    }
    const [first, again, other] = [await strokes('7'), await strokes('7'), await strokes('8')]
    expect(again).toBe(first)
    expect(other).not.toBe(first)
  })

  test('gives a photograph stored in grey colours, over its own grey', async () => {
    const model = join(at('data'), 'models', 'any-size')
    await mkdir(model, { recursive: true })
    await copyFile(join(graphs, 'any-size.onnx'), join(model, 'any-size.onnx'))
    await writeFile(join(model, 'model.json'), JSON.stringify(cards.anySize()))
    const asked = ['--model', 'any-size', '--device', 'cpu', '--method', 'ddnm-colour', '--mask-preset', 'all', '--nfe', '5']
    const { ended } = start(['inpaint', at('photo.png'), ...asked, '--out', at('coloured')], { PALIMPSEST_DATA: at('data') })
    expect((await ended).status).toBe(0)
    const { data, info } = await sharp(at('coloured', '0000.png')).raw().toBuffer({ resolveWithObject: true })
    expect([info.width, info.height, info.channels]).toEqual([96, 80, 3])
    let [drift, colours] = [0, 0]
    for (const [i, grey] of pixels.entries()) {
      const [red = 0, green = 0, blue = 0] = data.subarray(3 * i)
      drift = Math.max(drift, Math.abs((red + green + blue) / 3 - grey))
      if (red !== green || green !== blue) colours++
    }
    // Three channels, each rounded by half a step at most.
    expect(drift).toBeLessThanOrEqual(0.5)
    expect(colours).toBeGreaterThan(pixels.length / 2)
  })

  test('takes a colour photograph only as grey, and says why', async () => {
    expectRefused(await inpaint(at('colour.png'), at('colour'), '--mask-preset', 'left'), 2, /grey/)
    expect(await exists(at('colour'))).toBe(false)
    expect((await inpaint(at('colour.png'), at('colour'), '--mask-preset', 'left', '--as-grey')).status).toBe(0)
  })

  test.each([
    ['no-picture.png', ['--mask-preset', 'left']],
    ['empty.png', ['--mask-preset', 'left']],
    ['cut.png', ['--mask-preset', 'left']],
    ['absent.png', ['--mask-preset', 'left']],
    ['photo.png', ['--mask', 'small-mask.png']],
    ['photo.png', ['--mask', 'no-picture.png']],
    ['photo.png', ['--mask', 'absent.png']],
  ])('%s with %j is refused', async (photo, [flag = '', value = '']) => {
    const ended = await inpaint(at(photo), at('never'), flag, flag === '--mask' ? at(value) : value)
    expectRefused(ended, 2, /\.$/)
    expect(await exists(at('never'))).toBe(false)
  })
})
