import { trainedLevels } from '../core/index.ts'
import type { DenoiserCard, ModelCard } from '../shared/card.ts'

/** What a card says that cannot all be true, though each value alone is allowed. The end of a sentence, or null. */
export function contradiction(card: ModelCard): string | null {
  const { size } = card.image
  if (!('width' in size)) {
    if (size.min > size.max) return `says a smallest size of ${String(size.min)} above its largest of ${String(size.max)}`
    const wrong = size.best.find((side) => side < size.min || side > size.max || side % size.multipleOf !== 0)
    if (wrong !== undefined) return `names ${String(wrong)} as a best size, which its own limits do not allow`
  }
  const names = card.files.flatMap((entry) => [entry.file, ...(entry.data ?? []).map((data) => data.file)])
  if (names.includes('model.json')) return 'names itself, model.json, as a file of the model'
  return card.task === 'denoiser' ? ofDenoiser(card) : null
}

function ofDenoiser({ noise, output }: DenoiserCard): string | null {
  if (output.predicts === 'edm' && output.sigmaData === undefined)
    return 'says the model predicts edm but does not give its sigmaData'
  try {
    trainedLevels(noise)
    return null
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    return `gives noise that cannot be trained with: ${error.message.replace(/\.$/, '')}`
  }
}
