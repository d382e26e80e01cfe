import { mkdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { cardOf, makeBench } from './fakes.ts'

async function problemOf(id: string, write: (folder: string) => void): Promise<string | null> {
  const bench = await makeBench()
  const folder = join(bench.place.models, id)
  mkdirSync(folder)
  write(folder)
  const found = (await bench.backend.handlers.models({})).find((one) => one.id === id)
  expect(found?.card).toBeNull()
  // The same sentence meets whoever asks for the model, with code `model`.
  const asked: unknown = await bench.backend.handlers.generate({ model: id } as never).catch((error: unknown) => error)
  expect(asked).toMatchObject({ code: 'model', message: found?.problem })
  return found?.problem ?? null
}

const card = (change: Record<string, unknown>) => (folder: string) => {
  writeFileSync(join(folder, 'model.json'), JSON.stringify(cardOf('bad', change)))
  writeFileSync(join(folder, 'model.onnx'), 'weights')
}
const file = (name: string) => ({ files: [{ file: name, sha256: 'a'.repeat(64), precision: 'float32' }] })
const range = (low: number, high: number) => ({ image: { channels: 1, range: [low, high], size: { width: 2, height: 2 } } })

describe('a broken package says why in one sentence', () => {
  it.each<[string, (folder: string) => void, string | RegExp]>([
    ['no card', () => undefined, 'The card of the model "bad" is missing: there is no model.json in its folder.'],
    [
      'no JSON',
      (folder) => writeFileSync(join(folder, 'model.json'), '{ "format": 1,'),
      /^The card of the model "bad" is no JSON: .+\.$/,
    ],
    [
      'a list',
      (folder) => writeFileSync(join(folder, 'model.json'), '[]'),
      /^The card of the model "bad" is wrong: Expected .+\.$/,
    ],
    ['another format', card({ format: 2 }), 'The card of the model "bad" has format 2, and this version reads format 1.'],
    ['an unknown key', card({ licence: 'MIT' }), 'The card of the model "bad" is wrong: There is no setting called "licence".'],
    [
      'a path that leads out',
      card(file('../secret.onnx')),
      'The card of the model "bad" is wrong: files.0.file must be a bare file name inside the package folder (received "../secret.onnx" (string)).',
    ],
    ['an absolute path', card(file('/etc/passwd')), /must be a bare file name inside the package folder/],
    [
      'an unknown value',
      card({ output: { name: 'out', predicts: 'magic', variance: 'none' } }),
      'The card of the model "bad" is wrong: Expected epsilon, v, x0, score-vp, score-ve or edm for output.predicts but received "magic" (string).',
    ],
    [
      'an unknown schedule',
      card({ noise: { kind: 'vp', betas: { schedule: 'magic', start: 0.1, end: 0.2, count: 10 } } }),
      'The card of the model "bad" is wrong: Expected linear, scaled-linear, sigmoid or cosine for noise.betas.schedule but received "magic" (string).',
    ],
    [
      'a number out of range',
      card({ noise: { kind: 'vp', betas: { schedule: 'linear', start: 0.0001, end: 7, count: 10 } } }),
      'The card of the model "bad" is wrong: Expected a number above 0 and below 1 for noise.betas.end but received 7 (number).',
    ],
    ['a falling range', card(range(1, -1)), /^The card of the model "bad" is wrong: image\.range must rise/],
    ['another id', card({ id: 'good' }), 'The card of the model "bad" says the id "good", which must be the name of its folder.'],
    [
      'levels that do not rise',
      card({ noise: { kind: 'vp', alphaBars: [0.5, 0.9] } }),
      /^The card of the model "bad" gives noise that cannot be trained with: The trained noise levels must rise, .+[^.]\.$/,
    ],
    [
      'one level that is noise alone',
      card({ noise: { kind: 'vp', betas: { schedule: 'linear', start: 0.1, end: 0.2, count: 1, zeroTerminal: true } } }),
      'The card of the model "bad" gives noise that cannot be trained with: A schedule that ends in noise alone needs at least two levels.',
    ],
    [
      'geometric levels that rise',
      card({ noise: { kind: 've', geometric: { largest: 0.1, smallest: 1, count: 10 }, start: 'normal' } }),
      'The card of the model "bad" gives noise that cannot be trained with: 10 geometric noise levels cannot run from 0.1 down to 1.',
    ],
    [
      'a best size out of its limits',
      card({ image: { channels: 1, range: [-1, 1], size: { multipleOf: 8, min: 64, max: 128, best: [100] } } }),
      'The card of the model "bad" names 100 as a best size, which its own limits do not allow.',
    ],
    [
      'edm without sigmaData',
      card({ output: { name: 'out', predicts: 'edm', variance: 'none' } }),
      'The card of the model "bad" says the model predicts edm but does not give its sigmaData.',
    ],
    ['a missing file', card(file('absent.onnx')), 'The model "bad" lacks its file absent.onnx.'],
    [
      'an empty file',
      (folder) => {
        card({})(folder)
        writeFileSync(join(folder, 'model.onnx'), '')
      },
      'The file model.onnx of the model "bad" is empty.',
    ],
    ['a card that is a folder', (folder) => mkdirSync(join(folder, 'model.json')), 'The card of the model "bad" is no file.'],
    [
      'a huge card',
      (folder) => writeFileSync(join(folder, 'model.json'), ' '.repeat(4 * 1024 ** 2 + 1)),
      'The card of the model "bad" is larger than 4 MB.',
    ],
  ])('%s', async (_name, write, sentence) => {
    const problem = await problemOf('bad', write)
    if (typeof sentence === 'string') expect(problem).toBe(sentence)
    else expect(problem).toMatch(sentence)
  })
})

describe('verify', () => {
  it('finds a sound package sound, in a process of its own that ends', async () => {
    const { backend, world } = await makeBench()
    const [verified] = await backend.verifyModels('tiny')
    expect(verified).toMatchObject({ id: 'tiny', problems: [] })
    expect(world.loads).toHaveLength(1)
    expect(world.engines.map((engine) => engine.killed)).toEqual([true])
  })

  it('names a file that was changed, and starts no process for it', async () => {
    const { backend, world, place } = await makeBench()
    place.addModel('tiny', {}, 'other weights')
    const [verified] = await backend.verifyModels()
    expect(verified?.problems).toEqual([
      'The file model.onnx of the model "tiny" is not the one its card names: its sha256 differs.',
    ])
    expect(world.engines).toEqual([])
  })

  it('passes on what the engine says of the graph', async () => {
    const { backend, world } = await makeBench()
    world.broken.set('cpu', 'The graph has no input called sample.')
    expect((await backend.verifyModels())[0]?.problems).toEqual(['The graph has no input called sample.'])
  })

  it('refuses an id that is not there', async () => {
    const { backend } = await makeBench()
    await expect(backend.verifyModels('ghost')).rejects.toMatchObject({
      code: 'request',
      message: 'There is no model called "ghost". Installed: tiny.',
    })
  })
})

it('refuses to sample with a file that is not the one of the card', async () => {
  const bench = await makeBench()
  bench.place.addModel('tiny', {}, 'other weights')
  const { job } = await bench.backend.handlers.generate({ model: 'tiny', count: 1 } as never)
  expect((await bench.ended(job)).error).toMatchObject({
    code: 'model',
    message: expect.stringContaining('its sha256 differs') as string,
  })
})

it('lists the digits and then the photographs before the others, which follow by their ids', async () => {
  const bench = await makeBench()
  for (const id of ['photo', 'mnist-ncsn', 'mnist', 'faces']) bench.place.addModel(id, {})
  const ids = (await bench.backend.handlers.models({})).map((model) => model.id)
  expect(ids).toEqual(['mnist', 'photo', 'faces', 'mnist-ncsn', 'tiny'])
})

it('takes a package as it is now, however often it was read before', async () => {
  const bench = await makeBench()
  const folder = bench.place.addModel('other')
  const file = join(folder, 'model.json')
  const old = () => utimesSync(file, 1_700_000_000, 1_700_000_000)
  const said = async () => {
    const found = (await bench.backend.handlers.models({})).find(({ id }) => id === 'other')
    return found?.card?.name ?? found?.problem
  }
  old()
  expect([await said(), await said()]).toEqual(['other', 'other'])
  // As long as before, and with the time it had.
  writeFileSync(file, JSON.stringify(cardOf('other', { name: 'ohter' })))
  old()
  expect(await said()).toBe('ohter')
  await bench.backend.handlers.generate({ model: 'other', device: 'cpu', steps: 1, count: 1 } as never)
  rmSync(join(folder, 'model.onnx'))
  expect(await said()).toBe('The model "other" lacks its file model.onnx.')
  await expect(bench.backend.handlers.generate({ model: 'other', steps: 1 } as never)).rejects.toMatchObject({ code: 'model' })
  rmSync(file)
  expect(await said()).toMatch(/is missing/)
})
