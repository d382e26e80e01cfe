import { words } from '../i18n/index.ts'
import { call } from '../state/client.ts'
import { galleryStore } from '../state/gallery.ts'
import { notify } from '../state/store.ts'
import { openDialog } from './dialogs.ts'

/** A contact sheet takes no more. */
export const mostOnSheet = 500

/** A contact sheet of the whole query, or of as much of it as goes on one. */
export async function sheetOfQuery(): Promise<void> {
  sheetOf(await call('libraryIds', galleryStore.getState().order))
}

/** Of these, or of as many of them. */
export function sheetOf(ids: readonly string[]): void {
  if (ids.length === 0) return
  if (ids.length > mostOnSheet) notify(words().gallery.said.sheetFirst(mostOnSheet))
  openDialog({ kind: 'sheet', ids: ids.slice(0, mostOnSheet) })
}
