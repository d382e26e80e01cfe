import { copyFile, link, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Job } from '../shared/api.ts'
import type { PictureFacts } from '../shared/imaging.ts'
import { newId, sha256OfFile, writeError } from './files.ts'
import { makeFolders } from './folders.ts'
import { noMarks, put } from './library-index.ts'
import { masksFolder, pathFor } from './library-places.ts'
import { fileOf, type Shelf } from './library-shelf.ts'

/**
 * Finished pictures of jobs into the library's folder. The job keeps its file: where both lie on one disk it is the same one under two names
 * (a hard link), elsewhere a copy. A job whose pictures are all taken says so in its folder and is not looked at again, so that what the user
 * deleted does not come back.
 */

export const takenFile = 'in-library'
/** Described and written at once. */
const together = 64

export interface JobPlace {
  /** Folder of the job's files. */
  readonly folder: string
  readonly id: string
  /** Undefined where the queue does not list it any more. */
  readonly job: Job | undefined
}

const fileOfImage = ({ folder }: JobPlace, image: number): string => join(folder, `${String(image)}.png`)

/** The file under another name; the time of it is kept, since the library goes by it. */
async function linkOrCopy(from: string, to: string): Promise<void> {
  try {
    makeFolders(dirname(to))
  } catch (error) {
    throw writeError(error, dirname(to))
  }
  try {
    await link(from, to)
  } catch (error) {
    // Another disk, or one that knows no second names, takes a copy; where that cannot be written either, it says why.
    const there = error instanceof Error && 'code' in error && error.code === 'EEXIST'
    if (!there) await copyBeside(from, to)
  }
}

async function copyBeside(from: string, to: string): Promise<void> {
  const part = join(dirname(to), `.${newId()}.tmp`)
  try {
    const { mtimeMs } = await stat(from)
    await copyFile(from, part)
    await utimes(part, new Date(), new Date(Math.floor(mtimeMs)))
    await rename(part, to)
  } catch (error) {
    await rm(part, { force: true })
    throw writeError(error, to)
  }
}

/** Each mask once, by the sha256 of its file; the job's own becomes a second name of it. */
async function keepMask(shelf: Shelf, { folder }: JobPlace, sha256: string): Promise<void> {
  const kept = fileOf(shelf, `${masksFolder}/${sha256}.png`)
  const own = join(folder, 'mask.png')
  const there = await stat(kept).catch(() => undefined)
  if (there !== undefined) return
  if ((await sha256OfFile(own).catch(() => '')) === sha256) await linkOrCopy(own, kept)
}

/** The request knows what a picture without a recipe is. */
function madeOf({ id, job }: JobPlace, image: number, { model, seed }: PictureFacts) {
  const asked = job?.request.settings as { readonly model?: unknown } | undefined
  const known = typeof asked?.model === 'string' ? asked.model : 'picture'
  return { model: model ?? known, seed: seed ?? job?.images[image]?.seed ?? 0, job: id, image }
}

/** Those that are there and not in the library yet. Throws what a folder that cannot be written gives, as one sentence. */
export async function takePictures(shelf: Shelf, place: JobPlace, images: readonly number[]): Promise<number> {
  const { db } = shelf
  const known = new Set(db.all<{ image: number }>('SELECT image FROM pictures WHERE job = ?', place.id).map(({ image }) => image))
  const wanted = images.filter((image) => !known.has(image))
  let taken = 0
  for (let at = 0; at < wanted.length; at += together) {
    const some = wanted.slice(at, at + together)
    const facts = await shelf.imaging.call('describe', { paths: some.map((image) => fileOfImage(place, image)) })
    const found: (readonly [path: string, PictureFacts])[] = []
    for (const [i, image] of some.entries()) {
      const one = facts[i]
      if (one === undefined || one === null) continue
      const path = pathFor(madeOf(place, image, one), new Date(one.modified))
      await linkOrCopy(fileOfImage(place, image), fileOf(shelf, path))
      if (one.mask !== null) await keepMask(shelf, place, one.mask)
      found.push([path, one])
    }
    db.transaction(() => {
      for (const [path, one] of found) put(db, path, one, noMarks)
    })
    taken += found.length
    if (found.length > 0) shelf.changed()
  }
  return taken
}

/** The cells of a comparison are many and are looked at there; a picture of them made again is in the library. */
async function isComparison({ folder, job }: JobPlace): Promise<boolean> {
  if (job !== undefined) return job.request.kind === 'compare'
  try {
    const { request } = JSON.parse(await readFile(join(folder, 'job.json'), 'utf8')) as { request?: { kind?: unknown } }
    return request?.kind === 'compare'
  } catch {
    return false
  }
}

const isOver = (job: Job | undefined): boolean => job === undefined || (job.status !== 'queued' && job.status !== 'running')

/** All that a job has; when it is over, it is not asked again. `ended`: just now, whatever was said of it before it was tried again. */
export async function takeJob(shelf: Shelf, place: JobPlace, ended = false): Promise<number> {
  const done = join(place.folder, takenFile)
  if (!ended && (await stat(done).catch(() => undefined)) !== undefined) return 0
  if (await isComparison(place)) return 0
  const over = isOver(place.job)
  const names = await readdir(place.folder).catch(() => [])
  const images = names.flatMap((name) => (/^(0|[1-9][0-9]{0,5})\.png$/.test(name) ? [Number(name.slice(0, -4))] : []))
  const taken = await takePictures(
    shelf,
    place,
    images.toSorted((a, b) => a - b),
  )
  if (over && names.length > 0) await writeFile(done, '').catch(() => undefined)
  return taken
}
