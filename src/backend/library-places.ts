import { createHash } from 'node:crypto'

/**
 * Where things lie in the library's folder, as paths below it with `/` between:
 *   2026-11/<model>-<seed>-<job>-<place>.png     a finished picture; anything else a user puts there is taken as it is
 *   .palimpsest/masks/<sha256>.png               each mask once
 *   .palimpsest/marks.jsonl                      favourites and tags (library-marks.ts)
 *   .trash/<when>/<path it had>                  what was deleted, for 30 days
 */

export const houseFolder = '.palimpsest'
export const masksFolder = `${houseFolder}/masks`
export const marksFile = `${houseFolder}/marks.jsonl`
export const trashFolder = '.trash'

/** A picture's name in every door: where it lies. */
export const idOf = (path: string): string => createHash('sha256').update(path).digest('hex').slice(0, 16)

export interface Place {
  /** Without that of the trash. */
  readonly folder: string
  readonly name: string
  /** When it was put into the trash. */
  readonly trashed: number | null
}

export function placeOf(path: string): Place {
  const parts = path.split('/')
  const name = parts.at(-1) ?? ''
  const when = parts[0] === trashFolder ? whenOf(parts[1] ?? '') : null
  return { name, trashed: when, folder: parts.slice(when === null ? 0 : 2, -1).join('/') }
}

/** `2026-11-22T08-30-00-123Z`: a time that every file system takes as a name. */
export const stampOf = (when: number): string => new Date(when).toISOString().replaceAll(/[:.]/g, '-')

export function whenOf(stamp: string): number | null {
  const found = /^(\d{4}-\d\d-\d\dT\d\d)-(\d\d)-(\d\d)-(\d{3})Z$/.exec(stamp)
  if (found === null) return null
  const when = Date.parse(`${found[1] ?? ''}:${found[2] ?? ''}:${found[3] ?? ''}.${found[4] ?? ''}Z`)
  return Number.isNaN(when) ? null : when
}

export const trashedPath = (path: string, when: number): string => `${trashFolder}/${stampOf(when)}/${path}`
/** Where it was before; undefined where it is not in the trash. */
export function originalPath(path: string): string | undefined {
  const { trashed, folder, name } = placeOf(path)
  return trashed === null ? undefined : joined(folder, name)
}

export const joined = (folder: string, name: string): string => (folder === '' ? name : `${folder}/${name}`)

export const parentOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')))

/** `name`, `name (2)`, `name (3)` ... before the ending. */
export const numbered = (path: string, number: number): string =>
  number < 2 ? path : path.replace(/(\.[^./]*)?$/, (ending) => ` (${String(number)})${ending}`)

export interface Made {
  readonly model: string
  readonly seed: number
  readonly job: string
  readonly image: number
}

const safe = (text: string): string => text.replaceAll(/[^A-Za-z0-9_.-]/g, '_').replace(/^\.+/, '_')

/** Where a finished picture is put: by the month of its file. */
export function pathFor({ model, seed, job, image }: Made, modified: Date): string {
  const month = `${String(modified.getFullYear())}-${String(modified.getMonth() + 1).padStart(2, '0')}`
  return `${month}/${safe(model).slice(0, 80)}-${String(seed)}-${job}-${String(image)}.png`
}

const ofJob = /-([0-9a-z]{1,16}-[0-9a-f]{8})-(0|[1-9][0-9]{0,5})\.png$/

/** The job a picture is of and its place there, by the file's name. */
export function jobOf(name: string): { readonly job: string; readonly image: number } | null {
  const found = ofJob.exec(name)
  return found === null ? null : { job: found[1] ?? '', image: Number(found[2]) }
}

export const isPicture = (name: string): boolean => /\.png$/i.test(name) && !name.startsWith('.')
