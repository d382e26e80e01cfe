import { useSyncExternalStore } from 'react'
import type { Editor } from '../editor/editor.ts'
import type { EditorState } from '../editor/gestures.ts'
import type { Layers } from '../editor/layers.ts'

/** One value of the editor's state. Strokes and the cursor change none of those the screen reads, so painting renders nothing. */
export function useEditor<T extends string | number | boolean | object | null>(
  editor: Editor,
  selector: (state: EditorState) => T,
): T {
  return useSyncExternalStore(editor.subscribe, () => selector(editor.state()))
}

/** How many steps can be taken back or done again. */
export function useHistory(editor: Editor): { readonly undo: number; readonly redo: number } {
  const undo = useSyncExternalStore(editor.subscribe, () => editor.history.undo.length)
  const redo = useSyncExternalStore(editor.subscribe, () => editor.history.redo.length)
  return { undo, redo }
}

export function useLayers(editor: Editor): Layers {
  return useSyncExternalStore(editor.subscribe, () => editor.layers())
}
