import { rm } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { SavedFile } from '../shared/api.ts'
import type { PictureRef } from '../shared/desk.ts'
import { PalimpsestError } from '../shared/errors.ts'
import type { FillOf } from '../shared/imaging.ts'
import { saveEndings, type SaveSettings } from '../shared/request.ts'
import { openFolder } from './files.ts'
import type { House } from './house.ts'

/** Finished pictures as files of the user's: imaging makes them in a folder of the job's, from where a door takes them. */

export const savedFolder = 'saved'

export type Saved = SavedFile & { readonly path: string }

/** One file at a time a job: the next takes the place of the one before. */
export async function savePicture(
  { jobs, photos, imaging }: Pick<House, 'jobs' | 'photos' | 'imaging'>,
  { job: id, image }: PictureRef,
  settings: SaveSettings,
): Promise<Saved> {
  const path = jobs.picture(id, image)
  const job = jobs.get(id)
  if (path === undefined || job === undefined || !existsSync(path))
    throw new PalimpsestError('request', 'This picture is not there any more.')
  const folder = join(jobs.folder(id), savedFolder)
  const photo = job.request.kind === 'inpaint' ? job.request.photo : undefined
  const name = `palimpsest-${id}-${String(image)}${settings.what === 'layer' ? '-layer' : ''}.${saveEndings[settings.format]}`
  await rm(folder, { recursive: true, force: true })
  await openFolder(folder)
  const out = join(folder, name)
  const picture = await imaging.call('save', {
    picture: path,
    fill: fillOf(),
    original: photo === undefined ? null : ((await photos.original(photo)) ?? null),
    settings,
    out,
  })
  return { path: out, name, url: `/job/${id}/${savedFolder}/${name}`, picture }

  /** Null where the photograph is no longer there: then nothing can be counted. */
  function fillOf(): FillOf | null {
    const own = photo !== undefined && photos.list().some((one) => one.id === photo) ? photo : undefined
    if (job?.request.kind !== 'inpaint' || own === undefined) return null
    const { blend, asGrey } = job.request.settings
    return { photo: photos.folder(own), mask: join(jobs.folder(id), 'mask.png'), blend, asGrey }
  }
}
