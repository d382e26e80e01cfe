import type { Job, JobImage } from '../../shared/api.ts'
import type { CropRecipe } from '../../shared/recipe.ts'
import type { ShownPreview } from '../state/events.ts'
import { sampled, upright } from '../state/jobs.ts'

/** The fills of one photograph, as the strip shows them. Pure. */
export interface PickedFill {
  readonly job: string
  readonly image: number
}

export type Fill = PickedFill & { readonly seed: number } & (
    | { readonly kind: 'done'; readonly picture: JobImage & { readonly url: string }; readonly crops: readonly CropRecipe[] }
    /** `writing`: its last step is over, and the picture is being made from the photograph and the fill. */
    | { readonly kind: 'running'; readonly preview: ShownPreview; readonly writing: boolean }
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

/**
 * What there is of each job: finished pictures, the running ones with their estimate, and those that wait; nothing of what failed.
 * `windows`: of jobs that run, as they were planned; a finished job has its own.
 */
export function fillsOf(
  jobs: readonly Job[],
  previews: Readonly<Record<string, Readonly<Record<number, ShownPreview>>>>,
  rejected: ReadonlySet<string>,
  windows: Readonly<Record<string, readonly CropRecipe[]>> = {},
): readonly Fill[] {
  return jobs.flatMap((job) => {
    const crops = cropsOf(job) ?? windows[job.id] ?? []
    return job.images.flatMap((picture, image): readonly Fill[] => {
      const own = { job: job.id, image, seed: picture.seed }
      if (rejected.has(keyOf(own))) return []
      if (picture.url !== null) return [{ ...own, kind: 'done', picture: { ...picture, url: picture.url }, crops }]
      if (job.status === 'queued') return [{ ...own, kind: 'waiting' }]
      if (job.status !== 'running') return []
      const preview = previews[job.id]?.[image]
      if (preview === undefined) return [{ ...own, kind: 'waiting' }]
      return [{ ...own, kind: 'running', preview: upright(preview, job), writing: image < sampled(job) }]
    })
  })
}

function cropsOf({ report }: Job): readonly CropRecipe[] | undefined {
  return report?.recipe.kind === 'inpaint' && 'crops' in report.recipe ? (report.recipe.crops as readonly CropRecipe[]) : undefined
}

/**
 * Where to lay a picture so that a box shows its filled part: `width` and `left`, `top` in per cent of the box's width and height. At most
 * four times enlarged, since a thumbnail has no more pixels.
 */
export function closeUp(
  crops: readonly CropRecipe[],
  picture: { readonly width: number; readonly height: number },
  box: { readonly width: number; readonly height: number },
): { readonly width: number; readonly left: number; readonly top: number } {
  const cover = Math.max(box.width / picture.width, box.height / picture.height)
  const left = Math.min(...crops.map(({ x }) => x))
  const top = Math.min(...crops.map(({ y }) => y))
  const right = Math.max(...crops.map(({ x, width }) => x + width))
  const bottom = Math.max(...crops.map(({ y, height }) => y + height))
  const wanted = crops.length === 0 ? cover : Math.min(box.width / (right - left), box.height / (bottom - top))
  const scale = Math.min(cover * 4, Math.max(cover, wanted))
  const middle =
    crops.length === 0 ? { x: picture.width / 2, y: picture.height / 2 } : { x: (left + right) / 2, y: (top + bottom) / 2 }
  const place = (centre: number, length: number, room: number) =>
    Math.min(0, Math.max(room - length * scale, room / 2 - centre * scale))
  return {
    width: (picture.width * scale * 100) / box.width,
    left: (place(middle.x, picture.width, box.width) * 100) / box.width,
    top: (place(middle.y, picture.height, box.height) * 100) / box.height,
  }
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
