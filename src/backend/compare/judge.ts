import type { ClassifierCard, DenoiserCard } from '../../shared/card.ts'
import type { RunResult } from '../../shared/engine.ts'
import type { House } from '../house.ts'
import type { UsableModel } from '../models.ts'

/** The classifier that knows such pictures, where one is installed: how sure it is of each says how good they are. */

interface Judge extends UsableModel {
  readonly card: ClassifierCard
}

/** One for pictures of this shape; undefined where there is none. */
export async function judgeOf({ models }: Pick<House, 'models'>, { image }: DenoiserCard): Promise<Judge | undefined> {
  const { size, channels } = image
  const same = ({ card, problem }: { readonly card: UsableModel['card'] | null; readonly problem: string | null }): boolean =>
    problem === null &&
    card?.task === 'classifier' &&
    card.image.channels === channels &&
    'width' in size &&
    'width' in card.image.size &&
    card.image.size.width === size.width &&
    card.image.size.height === size.height
  return (await models.list()).find((one): one is Judge & typeof one => same(one))
}

/** The largest of its probabilities, one a picture. */
export async function sureness(
  { engines }: Pick<House, 'engines'>,
  judge: Judge,
  { images, shape }: Pick<RunResult, 'images' | 'shape'>,
  [low, high]: readonly [number, number],
  signal: AbortSignal,
): Promise<readonly number[]> {
  const engine = await engines.acquire(judge, 'cpu', signal, () => undefined)
  const [from, to] = judge.card.image.range
  // As they are saved: what lies beyond the range is held at its ends.
  const own = images.map((value) => from + ((Math.min(high, Math.max(low, value)) - low) / (high - low)) * (to - from))
  const probabilities = await engine.classify({ images: own, shape }, signal)
  const classes = judge.card.output.classes.length
  return Array.from({ length: shape.n }, (_, i) => Math.max(...probabilities.subarray(i * classes, (i + 1) * classes)))
}
