import { useStore } from 'zustand'
import { createStore } from 'zustand/vanilla'

/** What a screen tells the frame: the document's name in the title bar, and the help line of the control at hand. */
export const frameStore = createStore<{ readonly document: string; readonly help: string }>(() => ({ document: '', help: '' }))

/** e.g. "chelsea.png — 451 × 300, 8 bit sRGB". */
export function setDocument(document: string): void {
  frameStore.setState({ document })
}

export function setHelp(help: string): void {
  if (frameStore.getState().help !== help) frameStore.setState({ help })
}

export const useDocument = (): string => useStore(frameStore, (state) => state.document)
export const useHelp = (): string => useStore(frameStore, (state) => state.help)
