import type { Command } from '../state/commands.ts'
import type { Editor } from './editor.ts'
import { presets } from './operations.ts'

/** Everything the editor does by name or key: for the keyboard, the palette, the shortcut sheet and the tests alike. */
export function editorCommands(editor: Editor): readonly Command[] {
  const event = (...[value]: Parameters<Editor['dispatch']>) => {
    return () => editor.dispatch(value)
  }
  const mask = (id: string, label: string, keys: string | undefined, run: () => void): Command => ({
    id: `mask.${id}`,
    label,
    group: 'Mask',
    ...(keys === undefined ? {} : { keys }),
    run,
  })
  const view = (id: string, label: string, keys: string, run: () => void): Command => ({
    id: `view.${id}`,
    label,
    group: 'View',
    keys,
    run,
  })
  return [
    mask('brush', 'Brush', 'B', event({ kind: 'tool', tool: 'brush' })),
    mask('eraser', 'Eraser', 'E', event({ kind: 'tool', tool: 'eraser' })),
    mask('hand', 'Move the picture', 'H', event({ kind: 'tool', tool: 'hand' })),
    mask('swap', 'Swap brush and eraser', 'X', event({ kind: 'swap' })),
    mask('smaller', 'Smaller brush', '[', event({ kind: 'size-step', direction: -1 })),
    mask('larger', 'Larger brush', ']', event({ kind: 'size-step', direction: 1 })),
    mask('softer', 'Softer brush', '{', event({ kind: 'hardness-step', direction: -1 })),
    mask('harder', 'Harder brush', '}', event({ kind: 'hardness-step', direction: 1 })),
    mask('undo', 'Undo', 'Ctrl+Z', () => editor.undo()),
    mask('redo', 'Redo', 'Ctrl+Shift+Z', () => editor.redo()),
    mask('redo-y', 'Redo', 'Ctrl+Y', () => editor.redo()),
    mask('invert', 'Invert the mask', 'Ctrl+I', () => editor.operate('invert')),
    mask('clear', 'Clear the mask', 'Ctrl+D', () => editor.operate('clear')),
    ...presets.map(({ id, label }) => mask(`preset-${id}`, label, undefined, () => editor.operate(id))),
    view('fit', 'Fit to the window', 'Ctrl+0', event({ kind: 'fit' })),
    view('actual', 'Actual size', 'Ctrl+1', event({ kind: 'actual' })),
    view('in', 'Zoom in', 'Ctrl+=', event({ kind: 'zoom-step', direction: 1 })),
    view('out', 'Zoom out', 'Ctrl+-', event({ kind: 'zoom-step', direction: -1 })),
  ]
}
