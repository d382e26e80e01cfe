import type { Job, JobImage } from '../../shared/api.ts'
import type { CropRecipe } from '../../shared/recipe.ts'
import type { ShownPreview } from '../state/events.ts'

/** The fills of one photograph, as the strip shows them. Pure. */
export interface PickedFill {
  readonly job: string
  readonly image: number
}

export type Fill = PickedFill & { readonly seed: number } & (
    | { readonly kind: 'done'; readonly image: number; readonly picture: JobImage & { readonly url: string } }
    | { readonly kind: 'running'; readonly preview: ShownPreview | undefined }
    | { readonly kind: 'waiting' }
  )

export function keyOf({ job, image }: PickedFill): string {
  return `${job}/${image}`
}

/** Jobs that fill this photograph, newest first. */
export function fillJobs(jobs: Readonly<Record<string, Job>>, order: readonly string[], photo: string): readonly Job[] {
  return order
    .flatMap((id) => jobs[id] ?? [])
    .filter((job) => job.request.kind === 'inpaint' && job.request.photo === photo)
    .toReversed()
}

/** What there is of each job: finished pictures, the running ones with their estimate, and those that wait; nothing of what failed. */
export function fillsOf(
  jobs: readonly Job[],
  previews: Readonly<Record<string, Readonly<Record<number, ShownPreview>>>>,
  rejected: ReadonlySet<string>,
): readonly Fill[] {
  return jobs.flatMap((job) =>
    job.images.flatMap((picture, image): readonly Fill[] => {
      const own = { job: job.id, image, seed: picture.seed }
      if (rejected.has(keyOf(own))) return []
      if (picture.url !== null) return [{ ...own, kind: 'done', picture: { ...picture, url: picture.url } }]
      if (job.status === 'queued') return [{ ...own, kind: 'waiting' }]
      if (job.status !== 'running') return []
      const preview = previews[job.id]?.[image]
      return [preview === undefined ? { ...own, kind: 'waiting' } : { ...own, kind: 'running', preview }]
    }),
  )
}

/** The window at work: a job goes through its windows once a batch of variations, each window as many calls as the next. */
export function windowAt(job: Job, windows: readonly CropRecipe[]): CropRecipe | undefined {
  if (job.progress === null || job.request.kind !== 'inpaint' || windows.length === 0) return undefined
  const { variations, batch } = job.request.settings
  const rounds = Math.ceil(variations / batch) * windows.length
  const { calls, callsTotal } = job.progress
  const at = Math.min(rounds - 1, Math.floor((calls / Math.max(1, callsTotal)) * rounds))
  return windows[at % windows.length]
}

/** The URL of a tile of a finished fill: `/job/<job>/<image>.png` becomes `/job/<job>/<image>/tile/...`. */
export function fillTile(url: string, level: number, column: number, row: number): string {
  return `${url.replace(/\.png$/, '')}/tile/${level}/${column}_${row}.png`
}
