import type { Job } from '../../shared/api.ts'
import type { PictureRef } from '../../shared/desk.ts'

/** A finished picture that frames may lead to. */
export interface Candidate extends PictureRef {
  readonly seed: number
  readonly url: string
  /** Pixels. */
  readonly width: number
}

/** So many are offered; the newest run first. */
const offeredAtMost = 240

/** The finished pictures of the same model, but for the picture itself. Pure. */
export function candidates(
  jobs: Readonly<Record<string, Job>>,
  order: readonly string[],
  job: Job,
  image: number,
): readonly Candidate[] {
  return order
    .toReversed()
    .flatMap((id) => jobs[id] ?? [])
    .filter(({ request }) => request.kind === 'generate' && request.settings.model === job.request.settings.model)
    .flatMap(({ id, images }) =>
      images.flatMap(({ url, seed, width }, i) =>
        url === null || (id === job.id && i === image) ? [] : [{ job: id, image: i, seed, url, width }],
      ),
    )
    .slice(0, offeredAtMost)
}

/** Of frames between two pictures: how far this one is from the first to the second, 0..1. Undefined of any other. */
export function wayBetween({ request }: Job, image: number): number | undefined {
  if (request.kind !== 'generate' || request.between === undefined) return undefined
  return image / Math.max(1, request.settings.count - 1)
}
