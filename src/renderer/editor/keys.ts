import { tabled } from '../state/command-table.ts'
import type { Command } from '../state/commands.ts'
import type { Editor } from './editor.ts'
import type { Tool } from './gestures.ts'
import { presets } from './operations.ts'

/** Every tool with its key: for the buttons and the keyboard alike. Their names are those of the commands (i18n). */
export const tools: readonly { readonly tool: Tool; readonly key: string }[] = [
  { tool: 'brush', key: 'B' },
  { tool: 'eraser', key: 'E' },
  { tool: 'rectangle', key: 'R' },
  { tool: 'ellipse', key: 'O' },
  { tool: 'lasso', key: 'L' },
  { tool: 'polygon', key: 'P' },
  { tool: 'wand', key: 'W' },
  { tool: 'hand', key: 'H' },
]

/**
 * Everything the editor does by name or key: for the keyboard, the palette, the shortcut sheet and the tests alike. `growth` answers by how many pixels the mask is to grow or shrink.
 */
export function editorCommands(editor: Editor, growth: () => number = () => 4): readonly Command[] {
  const event = (...[value]: Parameters<Editor['dispatch']>) => {
    return () => editor.dispatch(value)
  }
  const active = () => editor.layers().active
  return [
    ...tools.map(({ tool }) => tabled(`mask.${tool}`, event({ kind: 'tool', tool }))),
    tabled('mask.swap', event({ kind: 'swap' })),
    tabled('mask.smaller', event({ kind: 'size-step', direction: -1 })),
    tabled('mask.larger', event({ kind: 'size-step', direction: 1 })),
    tabled('mask.softer', event({ kind: 'hardness-step', direction: -1 })),
    tabled('mask.harder', event({ kind: 'hardness-step', direction: 1 })),
    tabled('mask.undo', () => editor.undo()),
    tabled('mask.redo', () => editor.redo()),
    tabled('mask.redo-y', () => editor.redo()),
    tabled('mask.invert', () => editor.operate('invert')),
    tabled('mask.clear', () => editor.operate('clear')),
    tabled('mask.fill', () => editor.operate('fill')),
    tabled('mask.grow', () => editor.operate({ kind: 'grow', by: growth() })),
    tabled('mask.shrink', () => editor.operate({ kind: 'shrink', by: growth() })),
    tabled('mask.new', () => editor.arrange({ kind: 'add' })),
    tabled('mask.next', () => selectNext(editor, 1)),
    tabled('mask.previous', () => selectNext(editor, -1)),
    tabled('mask.solo', () => editor.arrange({ kind: 'solo', id: active() })),
    tabled('mask.delete', () => editor.arrange({ kind: 'remove', id: active() })),
    ...presets.map((id) => tabled(`mask.preset-${id}`, () => editor.operate(id))),
    tabled('view.fit', event({ kind: 'fit' })),
    tabled('view.actual', event({ kind: 'actual' })),
    tabled('view.in', event({ kind: 'zoom-step', direction: 1 })),
    tabled('view.out', event({ kind: 'zoom-step', direction: -1 })),
  ]
}

function selectNext(editor: Editor, by: 1 | -1): void {
  const { list, active } = editor.layers()
  const next = list.at((list.findIndex(({ id }) => id === active) + by) % list.length)
  if (next !== undefined) editor.arrange({ kind: 'select', id: next.id })
}
