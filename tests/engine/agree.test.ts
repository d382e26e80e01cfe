import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createEngine } from '../../src/engine/host.ts'
import type { DeviceName, ModelCard } from '../../src/shared/card.ts'
import { cardOf, cards, classifierCard, graphs, sha256Of } from '../support/onnx.ts'

/** The refusal as the user sees it, or 'loaded'. */
async function loading(card: ModelCard, device: DeviceName = 'cpu'): Promise<string> {
  const load = createEngine({}).load({ folder: graphs, card, device })
  return load.then(
    () => 'loaded',
    (error: unknown) => {
      const { code, message } = error as { code: string; message: string }
      expect(message).toMatch(/^[A-Z"][^\n]*[.]$/)
      return `${code}: ${message}`
    },
  )
}

describe('a card that tells the truth is loaded', () => {
  it.each(Object.entries({ ...cards, classifier: classifierCard }))('%s', async (_, card) => {
    expect(await loading(card())).toBe('loaded')
  })
  it('with external data beside the graph', async () => {
    const [file] = cardOf('external').files
    const data = [{ file: 'external.bin', sha256: sha256Of(join(graphs, 'external.bin')) }]
    expect(await loading(cardOf('external', { files: [{ ...file!, data }] }))).toBe('loaded')
  })
})

describe('a card that lies is refused in one sentence', () => {
  const linear = (changes: Parameters<typeof cardOf>[1]) => cardOf('linear', changes)
  it.each<[string, ModelCard, string]>([
    [
      'input name',
      { ...linear({}), input: { ...linear({}).input, sample: 'x' } },
      'model: The card names the input "x" but the graph has "sample", "timestep".',
    ],
    ['level name', linear({ level: { name: 't' } }), 'model: The card names the input "t" but'],
    ['output name', linear({ output: { name: 'noise' } }), 'model: The card names the output "noise" but the graph has "out".'],
    ['level type', linear({ level: { type: 'float32' } }), 'model: "timestep" of the graph must be float32'],
    [
      'level shape',
      linear({ level: { shape: 'column' } }),
      'model: "timestep" of the graph must have 2 dimensions to be what its card says but has 1.',
    ],
    [
      'a vector as one level',
      linear({ level: { shape: 'scalar' } }),
      'model: The card says "timestep" is one number for the whole batch but in the graph it is [n].',
    ],
    ['half-precision ends', cardOf('half'), 'model: "sample" of the graph must be float32'],
    [
      'channels',
      linear({ image: { channels: 3 } }),
      'model: The card says "sample" is [*, 3, 8, 8] but in the graph it is [n, 1, 8, 8].',
    ],
    [
      'size',
      linear({ image: { size: { width: 16, height: 8 } } }),
      'model: The card says "sample" is [*, 1, 8, 16] but in the graph it is [n, 1, 8, 8].',
    ],
    [
      'free size',
      linear({ image: { size: { multipleOf: 8, min: 8, max: 64, best: [8] } } }),
      'model: The card says the size may vary but "sample" of the graph is fixed at 8 pixels.',
    ],
    ['batch', cardOf('fixed-batch'), 'model: The card says a batch of any size but the graph takes exactly 4.'],
    ['another batch', cardOf('fixed-batch', { batch: 2 }), 'model: The card says a batch of 2 but the graph takes exactly 4.'],
    [
      'variance that is not there',
      linear({ output: { variance: 'learned-range' } }),
      'model: The card says "out" is [*, 2, 8, 8] but in the graph it is [n, 1, 8, 8].',
    ],
    [
      'variance that is not told',
      cardOf('learned-range'),
      'model: The card says "out" is [*, 1, 8, 8] but in the graph it is [n, 2, 8, 8].',
    ],
    ['levels between integers', linear({ level: { between: true } }), 'model: The card lets levels lie between the trained ones'],
    [
      'edm without sigmaData',
      linear({ output: { predicts: 'edm' } }),
      'model: The card says the model predicts edm but does not give its sigmaData.',
    ],
    ['latent model', cardOf('latent'), 'model: Test latent is a latent model (its graph takes 4 channels)'],
    ['text model', cardOf('text'), 'model: Test text is guided by text (its graph asks for "encoder_hidden_states")'],
    [
      'custom operator',
      cardOf('custom'),
      'model: The model file custom.onnx uses the custom operator com.acme:Bar, and such models are not supported.',
    ],
    [
      'label that is not there',
      linear({ label: { name: 'class', classes: 10, none: 10 } }),
      'model: The card names the input "class" but',
    ],
    [
      'undeclared external data',
      cardOf('external'),
      'model: The model file external.onnx takes data from "external.bin", which its card does not name.',
    ],
    [
      'denoiser as classifier',
      { ...classifierCard(), files: linear({}).files },
      'model: The graph also asks for the input "timestep", which its card does not mention.',
    ],
    [
      'number of classes',
      { ...classifierCard(), output: { name: 'p', classes: ['a', 'b', 'c'] } },
      'model: The card says "p" is [*, 3] but in the graph it is [n, 2].',
    ],
    [
      'no file for the device',
      linear({ files: [{ ...linear({}).files[0]!, devices: ['webgpu'] }] }),
      'model: The model Test linear has no file for the device cpu.',
    ],
  ])('%s', async (_, card, sentence) => {
    expect(await loading(card)).toContain(sentence)
  })

  it('a device this build does not have', async () => {
    const foreign = process.platform === 'win32' ? 'coreml' : 'dml'
    expect(await loading(cards.linear(), foreign)).toBe(
      foreign === 'dml' ? 'device: DirectML exists only on Windows.' : 'device: CoreML exists only on macOS.',
    )
  })
})
