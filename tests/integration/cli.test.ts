import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { GenerateRecipe } from '../../src/shared/recipe.ts'
import { type Ended, exists, expectRefused, palimpsest, report, root, saidBy, start } from './cli-support.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'palimpsest-test-'))
})
afterAll(() => rm(folder, { recursive: true }))

const at = (...parts: string[]) => join(folder, ...parts)
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
const generate = (out: string, ...more: string[]) =>
  palimpsest(
    'generate',
    '--model',
    'mnist',
    '--device',
    'cpu',
    '--steps',
    '4',
    '--count',
    '3',
    '--batch',
    '2',
    '--seed',
    '11',
    '--out',
    out,
    ...more,
  )

describe('generate', () => {
  let ended: Ended
  const out = () => at('digits')
  beforeAll(async () => {
    ended = await generate(out(), '--tensors', '--eta', '0.5')
  })

  test('ends with 0, says which files it made, and keeps progress off stdout', async () => {
    expect(ended.status).toBe(0)
    const made = ended.stdout.trim().split('\n')
    expect(made).toEqual(['0000.png', '0001.png', '0002.png', 'run.json'].map((file) => join(out(), file)))
    expect(ended.progress[0]).toMatch(/^step 1 of /)
    expect((await readdir(out())).toSorted()).toEqual([
      '0000.npy',
      '0000.png',
      '0001.npy',
      '0001.png',
      '0002.npy',
      '0002.png',
      'run.json',
    ])
  })

  test('writes a run.json that is true of its files', async () => {
    const run = await report(out())
    const recipe = run.recipe as GenerateRecipe
    expect(recipe.request).toEqual({
      model: 'mnist',
      sampler: 'ddim',
      steps: 4,
      eta: 0.5,
      spacing: 'leading',
      variance: 'small',
      threshold: 'clip',
      settings: { sigmaHat: false },
    })
    expect([run.device, recipe.device, recipe.provider]).toEqual(['cpu', 'cpu', 'CPUExecutionProvider'])
    expect(recipe.model.sha256).toBe(sha256(await readFile(join(root, 'models', 'mnist', recipe.model.file))))
    expect(recipe.sigmas).toHaveLength(5)
    expect(recipe.sigmas.at(-1)).toBe(0)
    expect(run.milliseconds.total).toBeGreaterThan(run.milliseconds.model)
    expect(run.images.map((image) => image.seed)).toEqual([11, 12, 13])
    for (const image of run.images) {
      const bytes = await readFile(join(out(), image.file))
      expect(image.sha256).toBe(sha256(bytes))
      const { data, info } = await sharp(bytes).toColourspace('b-w').raw().toBuffer({ resolveWithObject: true })
      expect([info.width, info.height, info.channels]).toEqual([28, 28, 1])
      expect(image.pixels).toBe(sha256(data))
    }
    expect(new Set(run.images.map((image) => image.pixels)).size).toBe(3)
  })

  test('with --tensors writes the float32 tensor that the picture was rounded from', async () => {
    const npy = await readFile(at('digits', '0000.npy'))
    const header = 10 + npy.readUInt16LE(8)
    expect(npy.subarray(1, 6).toString()).toBe('NUMPY')
    expect(npy.subarray(10, header).toString()).toMatch(/'descr': '<f4', 'fortran_order': False, 'shape': \(1, 28, 28,?\)/)
    const values = new Float32Array(npy.buffer.slice(npy.byteOffset + header, npy.byteOffset + npy.byteLength))
    expect(values).toHaveLength(28 * 28)
    const pixels = await sharp(at('digits', '0000.png')).toColourspace('b-w').raw().toBuffer()
    const worst = Math.max(
      ...values.map((value, i) => Math.abs(Math.min(255, Math.max(0, ((value + 1) / 2) * 255)) - (pixels[i] ?? NaN))),
    )
    expect(worst).toBeLessThanOrEqual(0.5 + 1e-3)
  })

  test('makes the same pixels, files and recipe twice, and picture k alone as in the batch', async () => {
    const again = await generate(at('again'), '--eta', '0.5', '--json')
    const single = await palimpsest(
      'generate',
      '--model',
      'mnist',
      '--device',
      'cpu',
      '--steps',
      '4',
      '--eta',
      '0.5',
      '--seed',
      '13',
      '--count',
      '1',
      '--out',
      at('alone'),
    )
    expect([again.status, single.status]).toEqual([0, 0])
    const [first, second, third] = [await report(out()), await report(at('again')), await report(at('alone'))]
    expect(second.recipe).toEqual(first.recipe)
    expect(second.images).toEqual(first.images)
    expect(third.images[0]?.pixels).toBe(first.images[2]?.pixels)
    expect(JSON.parse(again.stdout)).toEqual(second)
  })

  test('with --quiet says nothing', async () => {
    const quiet = await generate(at('quiet'), '--quiet')
    expect([quiet.status, quiet.said, quiet.progress]).toEqual([0, [], []])
  })
})

describe('what is refused', () => {
  const fresh = () => at('never')
  const refused = async (sentence: RegExp, ...more: string[]) => {
    const ended = await palimpsest('generate', '--model', 'mnist', '--device', 'cpu', '--out', fresh(), ...more)
    expectRefused(ended, 2, sentence)
    expect(await exists(fresh())).toBe(false)
  }

  test.each(['0', '1.5', 'NaN', '1001', '', '-3', '1e9'])('--steps %j', async (steps) => {
    await refused(/^Expected an integer from 1 to 1000 for steps but received .*\.$/, '--steps', steps)
  })
  test.each(['-1', '2', 'NaN'])('--eta %s', async (eta) => {
    await refused(/^Expected a number from 0 to 1 for eta but received .*\.$/, '--eta', eta)
  })
  test('a sampler, device or flag that does not exist', async () => {
    await refused(/^There is no sampler called "eulr"/, '--sampler', 'eulr')
    expectRefused(
      await palimpsest('generate', '--model', 'mnist', '--device', 'tpu', '--out', fresh()),
      2,
      /^Expected auto, cpu, webgpu.* but received "tpu"/,
    )
    await refused(/did you mean --sampler\?$/, '--sampeler', 'ddim')
  })
  test('a model that does not exist', async () => {
    expectRefused(await palimpsest('generate', '--model', 'mnits', '--out', fresh()), 2, /^There is no model called "mnits"/)
  })

  test('a folder that cannot be written, before a step is made', async () => {
    await writeFile(at('file'), '')
    for (const out of [at('file'), at('file', 'below'), '/proc/palimpsest', '/dev/null/x'])
      expectRefused(await generate(out), 2, /cannot be written: .*\.$/)
  })

  test('a command that does not exist', async () => {
    expectRefused(
      await palimpsest('frobnicate'),
      2,
      /^There is no command "frobnicate"; there are generate, inpaint, [a-z, ]+, bench\.$/,
    )
    expectRefused(await palimpsest(), 2, /^What shall it do\?/)
  })

  test('a device that cannot start, with 4', async () => {
    // No machine has both.
    const other = process.platform === 'darwin' ? 'dml' : 'coreml'
    const ended = await palimpsest('generate', '--model', 'mnist', '--device', other, '--out', fresh())
    expect([ended.status, ended.said.length, ended.stdout]).toEqual([4, 1, ''])
    expect(await exists(fresh())).toBe(false)
  })
})

describe('a model package that is wrong ends with 3', () => {
  const packageWith = async (id: string, change: (card: Record<string, unknown>) => void, model?: (bytes: Buffer) => Buffer) => {
    const home = at('data', 'models', id)
    await mkdir(home, { recursive: true })
    const card = JSON.parse(await readFile(join(root, 'models', 'mnist', 'model.json'), 'utf8')) as Record<string, unknown>
    card['id'] = id
    change(card)
    await writeFile(join(home, 'model.json'), JSON.stringify(card))
    const bytes = await readFile(join(root, 'models', 'mnist', 'model.onnx'))
    await writeFile(join(home, 'model.onnx'), model === undefined ? bytes : model(bytes))
  }
  const run = (id: string) =>
    start(['generate', '--model', id, '--device', 'cpu', '--steps', '2', '--count', '1', '--out', at('out', id)], {
      PALIMPSEST_DATA: at('data'),
    }).ended

  test.each([
    ['truncated', () => undefined, (bytes: Buffer) => bytes.subarray(0, 1000)],
    ['empty', () => undefined, () => Buffer.alloc(0)],
    [
      'outside',
      (card: Record<string, unknown>) => Object.assign((card['files'] as object[])[0] ?? {}, { file: '../mnist/model.onnx' }),
      undefined,
    ],
    ['unknown', (card: Record<string, unknown>) => Object.assign(card, { surprise: true }), undefined],
    ['lying', (card: Record<string, unknown>) => Object.assign(card['output'] as object, { name: 'nothing' }), undefined],
    [
      'hash',
      (card: Record<string, unknown>) => Object.assign((card['files'] as object[])[0] ?? {}, { sha256: '0'.repeat(64) }),
      undefined,
    ],
  ] as const)('%s', async (id, change, model) => {
    await packageWith(id, change, model)
    expectRefused(await run(id), 3, /\S/)
    expect(await exists(at('out', id))).toBe(false)
    const verified = await start(['models', 'verify', id], { PALIMPSEST_DATA: at('data') }).ended
    expect([id, verified.status]).toEqual([id, 3])
  })
})

describe('models', () => {
  test('are listed, shown and verified', async () => {
    expect((await palimpsest('models', 'list')).stdout).toMatch(/^mnist {2,}Handwritten digits/m)
    const shown = JSON.parse((await palimpsest('models', 'show', 'mnist', '--json')).stdout) as {
      id: string
      card: { files: unknown[] }
    }
    expect([shown.id, shown.card.files.length]).toEqual(['mnist', 1])
    const verified = await palimpsest('models', 'verify', '--json')
    expect(verified.status).toBe(0)
    expect(JSON.parse(verified.stdout)).toContainEqual({ id: 'mnist', sound: true, problems: [] })
    expectRefused(await palimpsest('models', 'show', 'nothing'), 2, /^There is no model "nothing"/)
    expectRefused(await palimpsest('models', 'burn'), 2, /cannot "burn"\.$/)
  })
})

describe('Ctrl+C', () => {
  test('ends with 130 and leaves whole pictures only', async () => {
    const { child, ended } = start([
      'generate',
      '--model',
      'mnist',
      '--device',
      'cpu',
      '--steps',
      '1000',
      '--count',
      '64',
      '--batch',
      '1',
      '--out',
      at('cancelled'),
    ])
    await saidBy(child, /^step \d/m)
    child.kill('SIGINT')
    const { status, said, stdout } = await ended
    expect([status, said.length, stdout]).toEqual([130, 1, ''])
    for (const file of await readdir(at('cancelled')).catch(() => [])) {
      expect(file).toMatch(/^(\d{4}\.png|run\.json)$/)
      if (file.endsWith('.png')) expect((await sharp(at('cancelled', file)).stats()).channels).toHaveLength(1)
    }
  })

  test('leaves no temporary folder and no process', async () => {
    const temporary = at('tmp')
    await mkdir(temporary)
    const { child, ended } = start(
      ['generate', '--model', 'mnist', '--device', 'cpu', '--steps', '1000', '--count', '4', '--out', at('cancelled-too')],
      { TMPDIR: temporary },
    )
    await saidBy(child, /^step \d/m)
    const workers = (await readFile(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8').catch(() => ''))
      .trim()
      .split(' ')
      .filter((pid) => pid !== '')
    expect((await readdir(temporary)).length).toBeGreaterThan(0)
    child.kill('SIGTERM')
    expect((await ended).status).toBe(130)
    expect(await readdir(temporary)).toEqual([])
    for (const pid of workers) expect(await exists(`/proc/${pid}`)).toBe(false)
  })
})

test('a reader that goes away does not spoil the run', async () => {
  const { child, ended } = start([
    'generate',
    '--model',
    'mnist',
    '--device',
    'cpu',
    '--steps',
    '2',
    '--count',
    '1',
    '--out',
    at('piped'),
  ])
  child.stdout?.destroy()
  expect((await ended).status).toBe(0)
  expect((await report(at('piped'))).images).toHaveLength(1)
})
