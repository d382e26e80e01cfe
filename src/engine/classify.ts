import type { ClassifierCard, DenoiserCard, DeviceName } from '../shared/card.ts'
import { PalimpsestError } from '../shared/errors.ts'
import type { Graph } from './graph.ts'
import { callError } from './refusals.ts'

/** [n, c, h, w] in the model's range -> probabilities [n, classes]. A graph of a fixed batch is padded with its last image. */
export async function classifyImages(
  { graph, card, device }: { readonly graph: Graph; readonly card: ClassifierCard | DenoiserCard; readonly device: DeviceName },
  {
    images,
    shape: { n, c, h, w },
  }: {
    readonly images: Float32Array
    readonly shape: { readonly n: number; readonly c: number; readonly h: number; readonly w: number }
  },
): Promise<Float32Array> {
  if (card.task !== 'classifier')
    throw new PalimpsestError('request', `The model ${card.name} makes pictures; it cannot judge them.`)
  if (images.length !== n * c * h * w)
    throw new PalimpsestError('internal', 'The pictures to judge are not of the size they are said to be.')
  const { batch, sample } = card.input
  const { name, classes } = card.output
  const rows = batch === 'dynamic' ? n : batch
  const size = c * h * w
  const probabilities = new Float32Array(n * classes.length)
  const input = new Float32Array(rows * size)
  const output = new Float32Array(rows * classes.length)
  const feeds = { [sample]: { type: 'float32', data: input, dims: [rows, c, h, w] } } as const
  const into = { [name]: { type: 'float32', data: output, dims: [rows, classes.length] } } as const
  for (let from = 0; from < n; from += rows) {
    const count = Math.min(rows, n - from)
    input.set(images.subarray(from * size, (from + count) * size))
    for (let row = count; row < rows; row++) input.copyWithin(row * size, (count - 1) * size, count * size)
    try {
      await graph.run(feeds, into)
    } catch (error) {
      throw callError(error, device)
    }
    probabilities.set(output.subarray(0, count * classes.length), from * classes.length)
  }
  return probabilities
}
