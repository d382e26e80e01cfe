import { useStore } from 'zustand'
import { createStore } from 'zustand/vanilla'

/** Which dialog is open over the Gallery. `ids`: the pictures it is about; of `remove` null means the whole trash. */
export type GalleryDialog =
  | { readonly kind: 'sheet'; readonly ids: readonly string[] }
  | { readonly kind: 'export'; readonly ids: readonly string[] }
  | { readonly kind: 'remove'; readonly ids: readonly string[] | null }

const store = createStore<{ readonly dialog: GalleryDialog | null }>(() => ({ dialog: null }))

export const openDialog = (dialog: GalleryDialog): void => store.setState({ dialog })
export const closeDialog = (): void => store.setState({ dialog: null })
export const useDialog = (): GalleryDialog | null => useStore(store, (state) => state.dialog)
