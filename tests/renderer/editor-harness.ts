import { expect } from 'vitest'
import { createEditor, type Editor, type EditorOptions } from '../../src/renderer/editor/editor.ts'
import { editorCommands } from '../../src/renderer/editor/keys.ts'
import { hashMask, pixelAt } from '../../src/renderer/editor/mask.ts'
import { outlineKey } from '../../src/renderer/editor/outline.ts'
import { toScreen } from '../../src/renderer/editor/view.ts'
import { commandFor } from '../../src/renderer/state/commands.ts'

interface Press {
  /** 1, the mouse, unless there are several fingers. */
  readonly pointer?: number
  readonly touch?: boolean
  readonly button?: number
  readonly shift?: boolean
  readonly alt?: boolean
  readonly ctrl?: boolean
  readonly pressure?: number
}

/** Drives the real editor as a user does, in points of the picture, whatever the zoom. */
export interface Hands {
  readonly editor: Editor
  pointerDown(x: number, y: number, press?: Press): Hands
  pointerMove(...points: readonly (readonly [x: number, y: number, pressure?: number])[]): Hands
  /** Another pointer than the mouse, to a point of the window: the picture moves under fingers. */
  fingerMove(pointer: number, x: number, y: number): Hands
  fingerDown(pointer: number, x: number, y: number): Hands
  pointerUp(pointer?: number): Hands
  /** A press and a release at each point in turn. */
  click(...points: readonly (readonly [x: number, y: number])[]): Hands
  /** As `click` twice in quick succession, with what the browser says after it. */
  doubleClick(x: number, y: number): Hands
  /** 'B', '[', 'Ctrl+Shift+Z', 'Enter'. */
  key(keys: string): Hands
  undo(): Hands
  redo(): Hands
  /** Of the mask that is painted on. */
  hash(): string
  /** Of every mask, with its name. */
  hashAll(): string
  expectMask(x: number, y: number, value: number): Hands
}

export function openEditor(
  width: number,
  height: number,
  viewport = { width: 1000, height: 700, dpr: 1 },
  options: EditorOptions = {},
): Hands {
  const editor = createEditor({ width, height }, options)
  editor.dispatch({ kind: 'viewport', ...viewport })
  const commands = editorCommands(editor)
  const screen = (x: number, y: number) => toScreen(editor.state().view, { x, y })
  const hands: Hands = {
    editor,
    pointerDown(x, y, { button = 0, shift = false, alt = false, ctrl = false, pressure = 1, pointer = 1, touch = false } = {}) {
      editor.dispatch({ kind: 'down', pointer, at: screen(x, y), button, shift, alt, ctrl, pressure, touch })
      return hands
    },
    fingerDown(pointer, x, y) {
      const plain = { button: 0, shift: false, alt: false, ctrl: false, pressure: 1, touch: true }
      editor.dispatch({ kind: 'down', pointer, at: { x, y }, ...plain })
      return hands
    },
    fingerMove(pointer, x, y) {
      editor.dispatch({ kind: 'move', pointer, samples: [{ at: { x, y }, pressure: 1 }] })
      return hands
    },
    pointerMove(...points) {
      const samples = points.map(([x, y, pressure = 1]) => ({ at: screen(x, y), pressure }))
      editor.dispatch({ kind: 'move', pointer: 1, samples })
      return hands
    },
    pointerUp(pointer = 1) {
      editor.dispatch({ kind: 'up', pointer })
      return hands
    },
    click(...points) {
      for (const [x, y] of points) hands.pointerDown(x, y).pointerUp()
      return hands
    },
    doubleClick(x, y) {
      hands.click([x, y], [x, y])
      editor.dispatch({ kind: 'close' })
      return hands
    },
    key(keys) {
      const outline = outlineKey(editor.state(), keys)
      if (outline !== undefined) {
        editor.dispatch({ kind: outline })
        return hands
      }
      const parts = keys.split('+')
      const press = { ctrl: parts.includes('Ctrl'), shift: parts.includes('Shift'), alt: parts.includes('Alt'), typing: false }
      const command = commandFor([commands], { key: parts.at(-1) ?? '', ...press })
      if (command === undefined) throw new Error(`No command has the keys ${keys}.`)
      command.run()
      return hands
    },
    undo: () => hands.key('Ctrl+Z'),
    redo: () => hands.key('Ctrl+Shift+Z'),
    hash: () => hashMask(editor.mask),
    hashAll: () =>
      editor
        .layers()
        .list.map(({ id, name, mask }) => `${id} ${name} ${hashMask(mask)}`)
        .join(),
    expectMask(x, y, value) {
      expect(pixelAt(editor.mask, x, y), `mask at ${x},${y}`).toBe(value)
      return hands
    },
  }
  return hands
}
