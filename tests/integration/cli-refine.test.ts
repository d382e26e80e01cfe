import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { InpaintRecipe, RunReport } from '../../src/shared/recipe.ts'
import { cardOf, graphs } from '../support/onnx.ts'
import { exists, expectRefused, report, start } from './cli-support.ts'

/** Thick holes refined, fills that begin at a picture, and one mask on many photographs, through the real processes. */

let folder = ''
const at = (...parts: string[]) => join(folder, ...parts)
const size = { width: 300, height: 260 }
const palimpsest = (...args: string[]) => start(args, { PALIMPSEST_DATA: at('data') }).ended
const asked = ['--model', 'any-size', '--device', 'cpu', '--method', 'ddnm', '--eta', '1', '--steps', '8', '--quiet']
const inpaint = (out: string, photos: readonly string[], ...more: string[]) =>
  palimpsest('inpaint', ...photos, '--mask', at('mask.png'), ...asked, '--out', at(out), ...more)

async function picture(file: string, shift: number, { width, height } = size): Promise<void> {
  const data = Buffer.from(Array.from({ length: width * height * 3 }, (_, i) => (i * 7 + (i >> 5) * shift) % 256))
  await sharp(data, { raw: { width, height, channels: 3 } })
    .png()
    .toFile(at(file))
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'palimpsest-refine-'))
  const model = at('data', 'models', 'any-size')
  await mkdir(model, { recursive: true })
  await copyFile(join(graphs, 'any-size.onnx'), join(model, 'any-size.onnx'))
  const card = cardOf('any-size', { image: { channels: 3, size: { multipleOf: 4, min: 16, max: 1024, best: [64] } } })
  await writeFile(join(model, 'model.json'), JSON.stringify(card))
  await picture('a.png', 13)
  await picture('b.png', 5)
  await picture('c.png', 3, { width: 200, height: 100 })
  const hole = Buffer.alloc(size.width * size.height)
  for (let y = 70; y < 200; y++) hole.fill(255, y * size.width + 90, y * size.width + 220)
  await sharp(hole, { raw: { ...size, channels: 1 } })
    .toColourspace('b-w')
    .png()
    .toFile(at('mask.png'))
})
afterAll(() => rm(folder, { recursive: true }))

test('a thick hole is refined to full size, the same twice and continued from a saved state, and nothing outside it changes', async () => {
  const once = await inpaint('once', [at('a.png')], '--trace', at('once.json'), '--trace-states', '--variations', '2')
  expect([once.status, once.said]).toEqual([0, []])
  const first = await report(at('once'))
  const recipe = first.recipe as InpaintRecipe
  const [crop] = recipe.crops
  expect(crop?.refine?.map(({ width, modelWidth }) => width / modelWidth)).toEqual([2, 1])
  expect(recipe.request).toMatchObject({ start: 'noise', strength: 1, refine: 'full', refineStrength: 0.15 })
  // Eight calls, and a part of them for each refinement.
  expect(recipe.nfe).toBeGreaterThan(8)
  expect(recipe.nfe).toBeLessThan(20)
  for (const { changedOutside } of first.images) expect(changedOutside).toBe(0)
  const trace = JSON.parse(await readFile(at('once.json'), 'utf8')) as { runs: { stage?: number }[] }
  expect(trace.runs.map(({ stage }) => stage)).toEqual([undefined, 1, 2])
  expect((await inpaint('twice', [at('a.png')], '--variations', '2')).status).toBe(0)
  expect((await report(at('twice'))).images).toEqual(first.images)
  const resumed = await palimpsest('resume', at('once.json'), '--step', '3', '--photo', at('a.png'), '--out', at('on'), '--quiet')
  expect([resumed.status, resumed.said]).toEqual([0, []])
  expect((await report(at('on'))).images).toEqual(first.images)
})

test('a fill begins at the photograph, at a quick fill or at noise, and each is another', async () => {
  const made = async (out: string, ...more: string[]) => {
    const ended = await inpaint(out, [at('a.png')], '--refine', 'off', ...more)
    expect([ended.status, ended.said]).toEqual([0, []])
    return report(at(out))
  }
  const noise = await made('noise')
  const original = await made('original', '--start', 'original', '--strength', '0.4')
  const quick = await made('quick', '--start', 'quick')
  expect(quick.recipe).toMatchObject({ request: { start: 'quick', strength: 0.6 } })
  expect(new Set([noise, original, quick].map(({ images: [image] }) => image?.pixels)).size).toBe(3)
  expect(original.nfe).toBeLessThan(noise.nfe)
  expectRefused(await inpaint('no', [at('a.png')], '--strength', '0.4'), 2, /^strength goes with a start from a picture/)
})

test('one mask on many photographs: a folder each, as of one alone; another size is left out, or the mask scaled', async () => {
  const all = [at('a.png'), at('b.png'), at('c.png')]
  const many = await inpaint('many', all, '--json')
  expect(many.status).toBe(0)
  expect(many.said).toEqual(['c.png is left out: The mask mask.png is 300 x 260 pixels but the photograph is 200 x 100.'])
  const { runs, skipped } = JSON.parse(many.stdout) as { runs: { out: string; report: RunReport }[]; skipped: { photo: string }[] }
  expect([runs.map(({ out }) => out), skipped.map(({ photo }) => photo)]).toEqual([
    [at('many', 'a'), at('many', 'b')],
    [at('c.png')],
  ])
  expect((await inpaint('alone', [at('b.png')])).status).toBe(0)
  expect(runs[1]?.report.images).toEqual((await report(at('alone'))).images)
  expect(await exists(at('many', 'c'))).toBe(false)
  expect((await inpaint('scaled', all, '--other-sizes', 'scale')).status).toBe(0)
  expect((await report(at('scaled', 'c'))).images[0]?.changedOutside).toBe(0)
  expectRefused(await inpaint('no', [at('c.png'), at('c.png')]), 2, /The mask mask\.png is 300 x 260/)
})
