import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Job } from '../shared/api.ts'
import { writeJson } from './files.ts'

/** Jobs on disk, `job.json` in each job's folder: after a start the runs of before are there again, with the pictures they finished. */

/** So many of the latest are listed again; older ones stay on disk. */
const listed = 200

export const saveJob = (folder: string, job: Job): Promise<void> => writeJson(join(folder, 'job.json'), job)

/** The file is our own, but may be of another version or damaged: what lacks a part is no job. */
function isJob(value: unknown, id: string): value is Job {
  if (typeof value !== 'object' || value === null) return false
  const { id: own, status, request, images, notices } = value as Partial<Record<keyof Job, unknown>>
  const knows = typeof request === 'object' && request !== null && 'settings' in request && 'kind' in request
  return own === id && typeof status === 'string' && knows && Array.isArray(images) && Array.isArray(notices)
}

/** Where a window finds picture `index` ([Note: one table]). */
export const pictureUrl = (job: string, index: number): string => `/job/${job}/${String(index)}.png`

/** A run that the last program did not end is over; a picture that was removed since is not offered. */
function settled(job: Job, folder: string): Job {
  const images = job.images.map((image, index) => {
    if (!existsSync(join(folder, `${String(index)}.png`))) return { ...image, url: null }
    // The record may be some seconds older than the last picture, which is whole under its name or not there. Of a fill it also says the tiles.
    return image.url === null && job.request.kind === 'generate' ? { ...image, url: pictureUrl(job.id, index) } : image
  })
  if (job.status !== 'queued' && job.status !== 'running') return { ...job, images }
  return { ...job, images, status: 'cancelled', error: { code: 'cancelled', message: 'The program ended before this run did.' } }
}

/** The latest jobs of <data>/jobs, the oldest first. */
export async function readJobs(root: string): Promise<readonly Job[]> {
  const ids = (await readdir(root).catch(() => [])).filter((id) => /^[0-9a-z-]{1,64}$/.test(id))
  const jobs: Job[] = []
  // Ids rise with time.
  for (const id of ids.toSorted((a, b) => (a < b ? -1 : 1)).slice(-listed)) {
    const folder = join(root, id)
    try {
      const value: unknown = JSON.parse(await readFile(join(folder, 'job.json'), 'utf8'))
      if (isJob(value, id)) jobs.push(settled(value, folder))
    } catch {
      // No record, or half a one: its pictures stay where they are.
    }
  }
  return jobs
}
