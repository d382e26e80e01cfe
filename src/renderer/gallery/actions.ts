import type { LibraryDetail, LibraryPicture } from '../../shared/library.ts'
import { openInCompare } from '../compare/session.ts'
import { words } from '../i18n/index.ts'
import { bridge, call } from '../state/client.ts'
import { emptyTrash, galleryStore, pick, restore, setFavourite, trash } from '../state/gallery.ts'
import { change, defaultSettings, generateStore } from '../state/generate.ts'
import { openInInpaint } from '../state/inpaint-door.ts'
import { goTo } from '../state/preferences.ts'
import { attempt, notify } from '../state/store.ts'
import { settingsOf } from './facts.ts'

/** What buttons, keys and the palette do to chosen pictures. Each resolves when it is done; what goes wrong is thrown (`attempt` says it). */

const said = () => words().gallery.said

/** Those of them that are held. */
export function heldPictures(ids: Iterable<string>): readonly LibraryPicture[] {
  const own = new Set(ids)
  const pages = Object.values(galleryStore.getState().pages)
  return pages.flatMap((pictures) => pictures.filter(({ id }) => own.has(id)))
}

/** Favourites, unless all of them are. */
export function toggleFavourite(ids: readonly string[]): Promise<void> {
  const held = heldPictures(ids)
  return setFavourite(ids, held.length < ids.length || held.some(({ favourite }) => !favourite))
}

export async function putIntoTrash(ids: readonly string[]): Promise<void> {
  const moved = await trash(ids)
  // These, whatever is thrown away after them.
  const last = galleryStore.getState().undo.at(-1) ?? []
  // One after another is looked at and thrown away: the next is at hand.
  const { at } = galleryStore.getState()
  if (ids.length === 1 && at !== null) await pick(at, 'only')
  if (moved > 0) notify(said().trashed(moved), 'info', { label: said().undo, run: () => attempt(() => bringBack(last)) })
}

/** The last ones that were put there. */
export async function undoTrash(): Promise<void> {
  const last = galleryStore.getState().undo.at(-1)
  if (last !== undefined) await bringBack(last)
}

export async function bringBack(ids: readonly string[]): Promise<void> {
  const back = await restore(ids)
  // They were brought back before, by key or by their own button.
  if (back === 0) notify(said().notBack(ids.length))
  else notify(said().back(back), 'good')
}

export async function removeForGood(ids?: readonly string[]): Promise<void> {
  const removed = await emptyTrash(ids)
  notify(said().removed(removed))
}

/** Where a run of pictures can be watched; fills have their place beside their photograph. */
const watch = (job: string) => ({
  label: said().watch,
  run: () => {
    generateStore.setState({ shown: job })
    goTo('generate')
  },
})

export async function makeAgain(picture: LibraryPicture): Promise<void> {
  const { job, notices } = await call('libraryAgain', { id: picture.id })
  for (const notice of notices) notify(notice)
  notify(said().again, 'info', picture.kind === 'generate' ? watch(job) : undefined)
}

/** Fills of one photograph are no more than these at once either. */
export const variations = 4

export async function vary(picture: LibraryPicture): Promise<void> {
  const { job } = await call('libraryVary', { id: picture.id, count: variations })
  notify(said().vary(variations), 'info', picture.kind === 'generate' ? watch(job) : undefined)
}

/** To Generate with all of its settings; of a fill, to its photograph. */
export function takeSettings({ recipe }: LibraryDetail): void {
  if (recipe?.kind !== 'generate') return
  change(settingsOf(recipe))
  generateStore.setState({ seedLocked: true })
  notify(recipe.start === undefined ? said().settings : said().settingsNoise)
  goTo('generate')
}

/** Its settings and its seed: what is varied there is varied from this picture. */
export function sendToCompare({ recipe }: LibraryDetail): void {
  if (recipe?.kind === 'generate') openInCompare({ ...defaultSettings, ...settingsOf(recipe) }, recipe.seed)
}

export async function sendToInpaint(id: string): Promise<void> {
  openInInpaint((await call('libraryOpen', { id })).photo)
}

/** Ask for a folder and copy them there. Only in the app. */
export async function exportPictures(ids: readonly string[], recipe: boolean): Promise<void> {
  const done = await call('libraryExport', { ids: [...ids], recipe })
  if (done !== null) notify(said().exported(done.count, done.folder), 'good')
}

export async function copyPicture(id: string): Promise<void> {
  await call('libraryCopy', { id })
  notify(said().copied, 'good')
}

/** Where the clipboard is closed to pages (as in our own window), the copy of an event still goes. */
export async function copyText(text: string, told: string): Promise<void> {
  const byEvent = () => {
    let taken = false
    const take = (event: ClipboardEvent) => {
      event.clipboardData?.setData('text/plain', text)
      event.preventDefault()
      taken = true
    }
    document.addEventListener('copy', take, { once: true })
    document.execCommand('copy')
    document.removeEventListener('copy', take)
    return taken
  }
  if (!byEvent()) await navigator.clipboard.writeText(text)
  notify(told, 'good')
}

/** The file itself: asked where to in the app, as a download in a browser. */
export async function saveOne({ id }: LibraryPicture): Promise<void> {
  if (bridge().door === 'electron') return exportPictures([id], true)
  download(id)
  return undefined
}

/** Its name comes with it. */
function download(id: string): void {
  const link = document.createElement('a')
  link.href = `/library/${id}.png?download`
  link.download = ''
  link.click()
}

/** Beyond these one folder is the better way. */
export const mostDownloads = 200
/** Closer together, browsers lose some of them. */
const downloadPauseMs = 150

/** In a browser: one after another. It asks once whether this page may bring several. */
export async function downloadPictures(ids: readonly string[]): Promise<void> {
  for (const [i, id] of ids.slice(0, mostDownloads).entries()) {
    if (i > 0) await new Promise((go) => setTimeout(go, downloadPauseMs))
    download(id)
  }
  notify(said().downloaded(ids.length))
}
