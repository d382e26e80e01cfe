import type { Command } from '../state/commands.ts'
import type { Editor } from './editor.ts'
import type { Tool } from './gestures.ts'
import { presets } from './operations.ts'

/** Every tool with its name and its key: for the buttons, the keyboard and the shortcut sheet alike. */
export const tools: readonly { readonly tool: Tool; readonly label: string; readonly key: string }[] = [
  { tool: 'brush', label: 'Brush', key: 'B' },
  { tool: 'eraser', label: 'Eraser', key: 'E' },
  { tool: 'rectangle', label: 'Rectangle', key: 'R' },
  { tool: 'ellipse', label: 'Ellipse', key: 'O' },
  { tool: 'lasso', label: 'Lasso', key: 'L' },
  { tool: 'polygon', label: 'Polygon', key: 'P' },
  { tool: 'wand', label: 'Magic wand', key: 'W' },
  { tool: 'hand', label: 'Move the picture', key: 'H' },
]

/**
 * Everything the editor does by name or key: for the keyboard, the palette, the shortcut sheet and the tests alike. `growth` answers by how many pixels the mask is to grow or shrink.
 */
export function editorCommands(editor: Editor, growth: () => number = () => 4): readonly Command[] {
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
    ...tools.map(({ tool, label, key }) => mask(tool, label, key, event({ kind: 'tool', tool }))),
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
    mask('fill', 'Mask everything', 'Shift+Backspace', () => editor.operate('fill')),
    mask('grow', 'Grow the mask', 'Ctrl+]', () => editor.operate({ kind: 'grow', by: growth() })),
    mask('shrink', 'Shrink the mask', 'Ctrl+[', () => editor.operate({ kind: 'shrink', by: growth() })),
    mask('new', 'New mask', 'Alt+N', () => editor.arrange({ kind: 'add' })),
    mask('next', 'Paint on the next mask', 'Alt+]', () => selectNext(editor, 1)),
    mask('previous', 'Paint on the previous mask', 'Alt+[', () => selectNext(editor, -1)),
    mask('solo', 'Show this mask alone, or all', 'Alt+H', () => editor.arrange({ kind: 'solo', id: editor.layers().active })),
    mask('delete', 'Delete this mask', undefined, () => editor.arrange({ kind: 'remove', id: editor.layers().active })),
    ...presets.map(({ id, label }) => mask(`preset-${id}`, label, undefined, () => editor.operate(id))),
    view('fit', 'Fit to the window', 'Ctrl+0', event({ kind: 'fit' })),
    view('actual', 'Actual size', 'Ctrl+1', event({ kind: 'actual' })),
    view('in', 'Zoom in', 'Ctrl+=', event({ kind: 'zoom-step', direction: 1 })),
    view('out', 'Zoom out', 'Ctrl+-', event({ kind: 'zoom-step', direction: -1 })),
  ]
}

function selectNext(editor: Editor, by: 1 | -1): void {
  const { list, active } = editor.layers()
  const next = list.at((list.findIndex(({ id }) => id === active) + by) % list.length)
  if (next !== undefined) editor.arrange({ kind: 'select', id: next.id })
}
