import { call } from '../state/client.ts'
import { tabled } from '../state/command-table.ts'
import type { Command } from '../state/commands.ts'
import { changeOrder, galleryStore, onlyPicked, pickAll } from '../state/gallery.ts'
import { attempt } from '../state/store.ts'
import type { LibraryPicture } from '../../shared/library.ts'
import { makeAgain, putIntoTrash, sendToInpaint, takeSettings, toggleFavourite, undoTrash, vary } from './actions.ts'
import { openDialog } from './dialogs.ts'
import { searchId } from './SearchField.tsx'
import { sheetOf, sheetOfQuery } from './sheet.ts'

/** What keys and the palette do here. With nothing chosen they do nothing. */
export function galleryCommands(): readonly Command[] {
  return [
    tabled('gallery.search', () => document.getElementById(searchId)?.focus()),
    tabled('gallery.favourite', () => withIds(toggleFavourite)),
    tabled('gallery.all', () => attempt(pickAll)),
    tabled('gallery.trash', deleteThem),
    tabled('gallery.undo', () => attempt(undoTrash)),
    tabled('gallery.again', () => withOne(makeAgain)),
    tabled('gallery.vary', () => withOne(vary)),
    tabled('gallery.settings', () => withOne(async ({ id }) => takeSettings(await call('libraryPicture', { id })))),
    tabled('gallery.inpaint', () => withOne(({ id }) => sendToInpaint(id))),
    tabled('gallery.sheet', () => {
      const { picked } = galleryStore.getState()
      if (picked.size > 0) sheetOf([...picked])
      else attempt(sheetOfQuery)
    }),
    tabled('gallery.where', () => {
      const { where } = galleryStore.getState().order
      attempt(() => changeOrder({ where: where === 'trash' ? 'library' : 'trash' }))
    }),
  ]
}

function withIds(act: (ids: readonly string[]) => Promise<void>): void {
  const { picked } = galleryStore.getState()
  if (picked.size > 0) attempt(() => act([...picked]))
}

/** The one that is chosen, of the library: what lies in the trash is not worked with. */
function withOne(act: (picture: LibraryPicture) => Promise<void>): void {
  const picture = onlyPicked(galleryStore.getState())
  if (picture !== null && picture.trashed === null) attempt(() => act(picture))
}

/** Out of the trash there is no way back: that is asked. */
function deleteThem(): void {
  const { picked, order } = galleryStore.getState()
  if (picked.size === 0) return
  if (order.where === 'trash') openDialog({ kind: 'remove', ids: [...picked] })
  else attempt(() => putIntoTrash([...picked]))
}
