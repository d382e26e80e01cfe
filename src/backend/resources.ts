import { join } from 'node:path'
import { PalimpsestError, toErrorData } from '../shared/errors.ts'
import { cellTrace } from './compare/record.ts'
import { fileSize } from './files.ts'
import type { House } from './house.ts'
import { findResource } from './library-resources.ts'
import { TooLarge } from './photos.ts'
import { savedFolder } from './save.ts'
import type { ResourceReply, ResourceRequest } from './types.ts'

/**
 * The URLs of shared/api.ts, the same below app:// and over HTTP. Nothing of a path reaches the disk but ids of [0-9a-z-] and integers
 * that a pattern let through: an encoded slash, a dot or a parent finds no pattern and is 404.
 */
export interface Resources {
  handle(request: ResourceRequest): Promise<ResourceReply>
}

const integer = '(0|[1-9][0-9]{0,5})'
const tile = `${integer}/${integer}_${integer}\\.png`
const routes = {
  photoTile: new RegExp(`^/photo/([0-9a-f]{16})/tile/${tile}$`),
  photoMask: /^\/photo\/([0-9a-f]{16})\/mask\.png$/,
  jobTile: new RegExp(`^/job/([0-9a-z-]{1,64})/${integer}/tile/${tile}$`),
  jobSaved: /^\/job\/([0-9a-z-]{1,64})\/saved\/([0-9a-z-]{1,100}\.(?:png|tif|webp|jpg|json))$/,
  cellTrace: new RegExp(`^/job/([0-9a-z-]{1,64})/${integer}/trace\\.json$`),
  jobTrace: /^\/job\/([0-9a-z-]{1,64})\/trace\.json$/,
  jobImage: new RegExp(`^/job/([0-9a-z-]{1,64})/${integer}\\.png$`),
  sample: /^\/sample\/([0-9a-z-]{1,64})\.jpg$/,
} as const

const common = { 'x-content-type-options': 'nosniff' }
const forever = 'private, max-age=31536000, immutable'

function json(status: number, value: unknown): ResourceReply {
  const headers = { ...common, 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' }
  return { status, headers, body: { bytes: new TextEncoder().encode(JSON.stringify(value)) } }
}

/** A file's own name, which may hold anything: in plain letters for old programs, and as it is (RFC 6266). */
const disposition = (name: string): string =>
  `attachment; filename="${name.replaceAll(/[^\w .()-]/g, '_')}"; filename*=UTF-8''${encodeURIComponent(name).replaceAll(/['()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16)}`)}`

const refusal = (status: number, message: string): ResourceReply => json(status, { error: { code: 'request', message } })
const notFound = (): ResourceReply => refusal(404, 'There is nothing at this address.')

async function file(path: string | undefined, cache: string, more: Readonly<Record<string, string>> = {}): Promise<ResourceReply> {
  const size = path === undefined ? undefined : await fileSize(path)
  if (path === undefined || size === undefined) return notFound()
  const headers = { ...common, 'content-type': 'image/png', 'content-length': String(size), 'cache-control': cache, ...more }
  return { status: 200, headers, body: { file: path } }
}

export function createResources({ photos, jobs, samples, library, options }: House): Resources {
  const get = async (path: string, query: URLSearchParams): Promise<ResourceReply> => {
    let found = routes.photoTile.exec(path)
    if (found !== null) {
      const [, photo = '', level = '', column = '', row = ''] = found
      return file(join(photos.folder(photo), 'tiles', level, `${column}_${row}.png`), forever)
    }
    found = routes.photoMask.exec(path)
    if (found !== null) {
      const [, photo = ''] = found
      if (!photos.list().some(({ id }) => id === photo)) return notFound()
      const more = query.has('download') ? { 'content-disposition': `attachment; filename="palimpsest-mask-${photo}.png"` } : {}
      return file(photos.maskFile(photo), 'no-cache', more)
    }
    found = routes.jobTile.exec(path)
    if (found !== null) {
      const [, job = '', image = '', level = '', column = '', row = ''] = found
      if (jobs.picture(job, Number(image)) === undefined) return notFound()
      return file(join(jobs.folder(job), `${image}.tiles`, 'tiles', level, `${column}_${row}.png`), forever)
    }
    found = routes.jobImage.exec(path)
    if (found !== null) {
      const [, job = '', image = ''] = found
      const name = `palimpsest-${job}-${image}.png`
      const more = query.has('download') ? { 'content-disposition': `attachment; filename="${name}"` } : {}
      return file(jobs.picture(job, Number(image)), forever, more)
    }
    found = routes.jobSaved.exec(path)
    if (found !== null) {
      const [, job = '', name = ''] = found
      const kept = jobs.get(job) === undefined ? undefined : join(jobs.folder(job), savedFolder, name)
      // A page never shows it: the browser is told to keep it.
      const headers = { 'content-type': 'application/octet-stream', 'content-disposition': `attachment; filename="${name}"` }
      return file(kept, 'no-store', headers)
    }
    found = routes.cellTrace.exec(path)
    if (found !== null) {
      const [, job = '', cell = ''] = found
      const kept = jobs.get(job) === undefined ? undefined : cellTrace(jobs.folder(job), Number(cell))
      return file(kept, 'no-cache', { 'content-type': 'application/json; charset=utf-8' })
    }
    found = routes.jobTrace.exec(path)
    if (found !== null) {
      const [, job = ''] = found
      // Of a known job only: the id came out of a pattern, and names no folder beside the jobs'.
      const kept = jobs.get(job) === undefined ? undefined : join(jobs.folder(job), 'trace.json')
      return file(kept, 'no-cache', { 'content-type': 'application/json; charset=utf-8' })
    }
    found = routes.sample.exec(path)
    const sample = found?.[1]
    if (sample !== undefined && samples.list.some((one) => one.id === sample))
      return file(await samples.preview(sample), 'no-cache')
    const own = await findResource(library, options.dataFolder, path, query)
    if (own !== null && own !== undefined) {
      const download = query.has('download') || path.startsWith('/library/sheet/')
      const more = download ? { 'content-disposition': disposition(own.name) } : {}
      return file(own.file, own.lasting ? forever : 'no-cache', { 'content-type': own.type, ...more })
    }
    return notFound()
  }

  const upload = async (query: URLSearchParams, body: AsyncIterable<Uint8Array> | undefined): Promise<ResourceReply> => {
    if (body === undefined) return refusal(400, 'The photograph is missing.')
    try {
      return json(200, { photo: await photos.upload(query.get('name') ?? 'photo', body) })
    } catch (error) {
      const data = toErrorData(error)
      if (error instanceof TooLarge) return json(413, { error: data })
      // The reader of a 5xx looks for a defect, of a 4xx at the file.
      return json(data.code === 'request' || data.code === 'disk' ? 400 : 500, { error: data })
    }
  }

  return {
    async handle({ method, url, body }) {
      const at = url.indexOf('?')
      const path = at < 0 ? url : url.slice(0, at)
      const query = new URLSearchParams(at < 0 ? '' : url.slice(at + 1))
      try {
        if (method === 'GET') return await get(path, query)
        return path === '/upload' ? await upload(query, body) : notFound()
      } catch (error) {
        const data = error instanceof PalimpsestError ? toErrorData(error) : { ...toErrorData(error), detail: undefined }
        return json(500, { error: data })
      }
    },
  }
}
