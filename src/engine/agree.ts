import type { ClassifierCard, DenoiserCard, ModelCard } from '../shared/card.ts'
import { PalimpsestError } from '../shared/errors.ts'
import type { End, Graph } from './graph.ts'

/**
 * Does the graph keep what its card says? Found here once, when a model is loaded, instead of as noise in a picture.
 * Every lie is refused with one sentence, code `model`. Dimensions a graph leaves open (a name, not a number) can keep any promise.
 */

type Ends = Pick<Graph, 'inputs' | 'outputs'>
type Wanted = readonly (number | 'free')[]

export function checkAgainstCard(card: ModelCard, ends: Ends): void {
  const sample = end(ends.inputs, card.input.sample, 'input')
  checkType(sample, 'float32')
  checkRank(sample, [4])
  refuseLatent(card, sample)
  checkBatch(card, sample)
  checkImage(card, sample, card.image.channels)
  if (card.task === 'denoiser') checkDenoiser(card, ends)
  else checkClassifier(card, ends)
}

function checkDenoiser(card: DenoiserCard, ends: Ends): void {
  const { level, label } = card.input
  if (level.between && level.type !== 'float32')
    lie(`The card lets levels lie between the trained ones but gives them as ${level.type}: only float32 can.`)
  if (card.output.predicts === 'edm' && card.output.sigmaData === undefined)
    lie('The card says the model predicts edm but does not give its sigmaData.')
  const given = end(ends.inputs, level.name, 'input')
  checkType(given, level.type)
  // Exporters write a scalar as [] or as [1]; both are one number.
  const ranks = { batch: [1], column: [2], scalar: [0, 1] }
  checkRank(given, ranks[level.shape])
  if (level.shape === 'scalar' && given.shape.some((dimension) => dimension !== 1)) {
    lie(`The card says "${level.name}" is one number for the whole batch but in the graph it is ${shapeText(given.shape)}.`)
  }
  if (level.shape === 'column') checkDimensions(given, ['free', 1])
  if (label !== undefined) {
    end(ends.inputs, label.name, 'input')
    if (label.none === null) lie(`The model ${card.name} needs a class for every image, which cannot be given yet.`)
  }
  refuseStrangers(card, ends, [card.input.sample, level.name, ...(label === undefined ? [] : [label.name])])
  const out = end(ends.outputs, card.output.name, 'output')
  checkType(out, 'float32')
  // An exporter may leave an output's shape out; then the first run tells.
  if (out.shape.length === 0) return
  checkRank(out, [4])
  checkImage(card, out, outputChannels(card))
}

function checkClassifier(card: ClassifierCard, ends: Ends): void {
  refuseStrangers(card, ends, [card.input.sample])
  const out = end(ends.outputs, card.output.name, 'output')
  checkType(out, 'float32')
  checkRank(out, [2])
  checkDimensions(out, ['free', card.output.classes.length])
}

/** Learned variances double the channels: the mean's come first. */
export function outputChannels(card: DenoiserCard): number {
  return card.output.variance === 'none' ? card.image.channels : 2 * card.image.channels
}

function checkBatch({ input }: ModelCard, sample: End): void {
  const batch = sample.shape[0]
  if (typeof batch !== 'number' || batch === input.batch) return
  lie(
    `The card says a batch of ${input.batch === 'dynamic' ? 'any size' : String(input.batch)} but the graph takes exactly ${String(batch)}.`,
  )
}

function checkImage({ image }: ModelCard, which: End, channels: number): void {
  if ('width' in image.size) return checkDimensions(which, ['free', channels, image.size.height, image.size.width])
  checkDimensions(which, ['free', channels, 'free', 'free'])
  const fixed = which.shape.slice(2).find((dimension) => typeof dimension === 'number')
  if (fixed !== undefined)
    lie(`The card says the size may vary but ${quoted(which)} of the graph is fixed at ${String(fixed)} pixels.`)
}

/** Diffusion in the space of an autoencoder works on four or more channels; format 1 is for pixels. */
function refuseLatent({ image, name }: ModelCard, sample: End): void {
  const channels = sample.shape[1]
  if (typeof channels === 'number' && channels >= 4 && channels !== image.channels) {
    lie(
      `${name} is a latent model (its graph takes ${String(channels)} channels), and these are not supported: only models that work on pixels.`,
    )
  }
}

function refuseStrangers(card: ModelCard, ends: Ends, known: readonly string[]): void {
  const stranger = ends.inputs.find((input) => !known.includes(input.name))
  if (stranger === undefined) return
  if (/encoder_hidden_states|text|prompt|context/i.test(stranger.name)) {
    lie(`${card.name} is guided by text (its graph asks for ${quoted(stranger)}), and such models are not supported.`)
  }
  lie(`The graph also asks for the input ${quoted(stranger)}, which its card does not mention.`)
}

function end(ends: readonly End[], name: string, what: 'input' | 'output'): End {
  const found = ends.find((candidate) => candidate.name === name)
  if (found !== undefined) return found
  lie(`The card names the ${what} "${name}" but the graph has ${ends.map(quoted).join(', ') || 'none'}.`)
}

function checkType(which: End, type: string): void {
  if (which.type !== type)
    lie(`${quoted(which)} of the graph must be ${type}, by its card or because all pictures are, but is ${which.type}.`)
}

function checkRank(which: End, ranks: readonly number[]): void {
  if (ranks.includes(which.shape.length)) return
  lie(
    `${quoted(which)} of the graph must have ${ranks.join(' or ')} dimensions to be what its card says but has ${String(which.shape.length)}.`,
  )
}

function checkDimensions(which: End, wanted: Wanted): void {
  const matches = which.shape.every(
    (dimension, i) => typeof dimension === 'string' || wanted[i] === 'free' || wanted[i] === dimension,
  )
  if (!matches) lie(`The card says ${quoted(which)} is ${shapeText(wanted)} but in the graph it is ${shapeText(which.shape)}.`)
}

const shapeText = (shape: readonly (number | string)[]) =>
  `[${shape.map((dimension) => (dimension === 'free' ? '*' : String(dimension))).join(', ')}]`
const quoted = ({ name }: End) => `"${name}"`

function lie(sentence: string): never {
  throw new PalimpsestError('model', sentence)
}
