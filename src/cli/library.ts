import { dataFolder } from '../backend/folders.ts'
import type { Backend } from '../backend/types.ts'
import { PalimpsestError } from '../shared/errors.ts'
import { libraryQuery, type LibraryPicture } from '../shared/library.ts'
import { type Context, openBackend } from './context.ts'
import type { Parsed } from './flags.ts'

/** `palimpsest library list | rebuild`: the pictures that the studio keeps, and its index over them. */

/** In one page. */
const most = 500

export async function library(parsed: Parsed, context: Context): Promise<void> {
  const [what = ''] = parsed.places
  if (what !== 'list' && what !== 'rebuild')
    throw new PalimpsestError('request', `There is no library ${what}; there are library list and library rebuild.`)
  const backend = await openBackend(context.folders, dataFolder())
  try {
    const changes = await backend.handlers.libraryRescan({ rebuild: what === 'rebuild' })
    const { problem, total, trashed } = await backend.handlers.library({})
    if (problem !== null) throw new PalimpsestError('request', problem)
    const json = parsed.given.has('json')
    if (what === 'list') return await list(backend, context, { json, text: textOf(parsed) })
    context.out(
      json
        ? JSON.stringify({ ...changes, total, trashed })
        : `${String(total)} pictures, ${String(trashed)} in the trash: the index was made anew from their files.`,
    )
  } finally {
    await backend.stop()
  }
}

function textOf(parsed: Parsed): string {
  const text = parsed.given.get('text')
  return text === undefined || text === true ? '' : String(text)
}

async function list(
  { handlers }: Backend,
  { out, signal }: Context,
  { json, text }: { readonly json: boolean; readonly text: string },
): Promise<void> {
  const all: LibraryPicture[] = []
  for (let offset = 0; !signal.aborted; offset += most) {
    const { pictures } = await handlers.libraryPictures(libraryQuery.parse({ text, offset, limit: most }))
    if (pictures.length === 0) break
    if (json) all.push(...pictures)
    else for (const picture of pictures) out(lineOf(picture))
  }
  if (json) out(JSON.stringify(all, null, 2))
}

function lineOf({ folder, name, model, method, steps, seed, favourite, tags }: LibraryPicture): string {
  const recipe = model === null ? [] : [model, method, `${String(steps)} steps`, `seed ${String(seed)}`]
  const marks = [...(favourite ? ['favourite'] : []), ...tags]
  return [folder === '' ? name : `${folder}/${name}`, ...recipe, ...marks].join('  ')
}
