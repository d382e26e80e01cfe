import { existsSync } from 'node:fs'
import { readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Job } from '../shared/api.ts'
import { sweepHalves, writeJson } from './files.ts'

/**
 * Jobs on disk, `job.json` in each job's folder: after a start the runs of before are there again, with the pictures they finished. The folders
 * are the truth of what a job is and what it has done; the database knows their order alone (order.ts).
 */

/** So many of the latest are listed again, and all that are not over; older ones stay on disk. */
const listed = 200

export const saveJob = (folder: string, job: Job): Promise<void> => writeJson(join(folder, 'job.json'), job)

/** From the list; a job without a finished picture leaves nothing behind. */
export async function removeJob(folder: string, job: Job): Promise<void> {
  // The library may just be looking into it.
  if (job.images.every(({ url }) => url === null)) return rm(folder, { recursive: true, force: true, maxRetries: 5 })
  return writeJson(join(folder, 'job.json'), { ...job, removed: true })
}

/** The file is our own, but may be of another version or damaged: what lacks a part is no job. */
function isJob(value: unknown, id: string): value is Job {
  if (typeof value !== 'object' || value === null || 'removed' in value) return false
  const { id: own, status, request, images, notices } = value as Partial<Record<keyof Job, unknown>>
  const knows = typeof request === 'object' && request !== null && 'settings' in request && 'kind' in request
  return own === id && typeof status === 'string' && knows && Array.isArray(images) && Array.isArray(notices)
}

/** Where a window finds picture `index` ([Note: one table]). */
export const pictureUrl = (job: string, index: number): string => `/job/${job}/${String(index)}.png`

/** A picture that was removed since is not offered; one that is there is, although the record may be some seconds older. */
function settled(job: Job, folder: string): Job {
  const images = job.images.map((image, index) => {
    if (!existsSync(join(folder, `${String(index)}.png`))) return { ...image, url: null }
    // It is whole under its name or not there. Of a fill the record also says the tiles.
    return image.url === null && job.request.kind === 'generate' ? { ...image, url: pictureUrl(job.id, index) } : image
  })
  return { ...job, images }
}

/** Jobs of <data>/jobs, the oldest first: the latest, and those of `open`. All are looked through where `all` says so. */
export async function readJobs(root: string, open: readonly string[], all: boolean): Promise<readonly Job[]> {
  const ids = (await readdir(root).catch(() => [])).filter((id) => /^[0-9a-z-]{1,64}$/.test(id))
  // Ids rise with time.
  const sorted = ids.toSorted((a, b) => (a < b ? -1 : 1))
  const latest = new Set(sorted.slice(-listed))
  const wanted = new Set([...latest, ...open])
  const jobs: Job[] = []
  for (const id of all ? sorted : sorted.filter((one) => wanted.has(one))) {
    const folder = join(root, id)
    try {
      const value: unknown = JSON.parse(await readFile(join(folder, 'job.json'), 'utf8'))
      if (!isJob(value, id)) continue
      const isOpen = value.status === 'queued' || value.status === 'running'
      // The program ended in the middle of it.
      if (isOpen) await sweepHalves(folder)
      if (isOpen || wanted.has(id)) jobs.push(settled(value, folder))
    } catch {
      // No record, or half a one: its pictures stay where they are.
    }
  }
  return jobs
}
