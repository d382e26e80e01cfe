import type { PresetName } from '../../core/mask.ts'
import { beginStroke, type Stroke, strokeTo } from './brush.ts'
import { type EditorEvent, type EditorState, initialEditor, type MaskCommand, reduceEditor } from './gestures.ts'
import { createHistory, type History, record, redo, type TilesBefore, undo } from './history.ts'
import { createMask, compactTile, isEmpty, keysOfRect, type Mask, type Rect, tileArea, tileRect, unite } from './mask.ts'
import { applyPreset, clear, fill, invert } from './operations.ts'
import type { Insets, Size } from './view.ts'

/** A photograph's mask and the gestures on it. The bytes live here, outside React; who draws or saves is told what was touched. */
export interface EditorChange {
  /** Image pixels whose mask changed, with the tiles that hold them; absent: only the state changed. */
  readonly touched?: { readonly rect: Rect; readonly keys: readonly number[] }
  /** True for what came from the disk and need not be written back. */
  readonly loaded?: boolean
}

export type Operation = 'clear' | 'fill' | 'invert' | PresetName

export interface Editor {
  readonly mask: Mask
  readonly history: History
  state(): EditorState
  dispatch(event: EditorEvent): void
  operate(operation: Operation): void
  undo(): void
  redo(): void
  /** Tiles saved earlier, tileArea bytes each; they are not part of the history. */
  load(tiles: readonly { readonly key: number; readonly data: Uint8Array }[]): void
  isEmpty(): boolean
  /** Returns what stops it. */
  readonly subscribe: (listener: (change: EditorChange) => void) => () => void
}

export function createEditor(image: Size, insets?: Insets): Editor {
  const mask = createMask(image.width, image.height)
  const history = createHistory()
  const listeners = new Set<(change: EditorChange) => void>()
  let state = initialEditor(image, insets)
  let stroke: Stroke | undefined
  /** Every time random strokes are asked for they are others. */
  let seed = 0

  const tell = (change: EditorChange) => {
    for (const listener of listeners) listener(change)
  }
  const tellKeys = (keys: readonly number[], loaded = false) => {
    if (keys.length === 0) return
    const rect = keys.map((key) => tileRect(mask, key)).reduce((sum: Rect | undefined, next) => unite(sum, next), undefined)
    if (rect !== undefined) tell({ touched: { rect, keys }, loaded })
  }
  const commit = (before: TilesBefore) => tellKeys(record(history, mask, before))

  const obey = (command: MaskCommand): Rect | undefined => {
    if (command.kind === 'end') {
      if (stroke !== undefined) record(history, mask, stroke.before)
      stroke = undefined
      return undefined
    }
    if (command.kind === 'begin') stroke = beginStroke(command.erase, state.hardness)
    const current = stroke
    if (current === undefined) return undefined
    return command.points.map((point) => strokeTo(mask, current, point)).reduce(unite, undefined)
  }

  return {
    mask,
    history,
    state: () => state,
    dispatch(event) {
      const reduced = reduceEditor(state, event)
      const sameState = reduced.state === state
      state = reduced.state
      const rect = reduced.command === undefined ? undefined : obey(reduced.command)
      if (rect !== undefined) tell({ touched: { rect, keys: keysOfRect(rect) } })
      else if (!sameState) tell({})
    },
    operate(operation) {
      if (stroke !== undefined) return
      seed++
      if (operation === 'clear') commit(clear(mask))
      else if (operation === 'fill') commit(fill(mask))
      else if (operation === 'invert') commit(invert(mask))
      else commit(applyPreset(mask, operation, seed))
    },
    undo() {
      if (stroke === undefined) tellKeys(undo(history, mask))
    },
    redo() {
      if (stroke === undefined) tellKeys(redo(history, mask))
    },
    load(tiles) {
      for (const { key, data } of tiles) {
        mask.tiles.set(key, data.length === tileArea ? data : new Uint8Array(tileArea))
        compactTile(mask, key)
      }
      tellKeys(
        tiles.map(({ key }) => key),
        true,
      )
    },
    isEmpty: () => isEmpty(mask),
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
