import type { PresetName } from '../../core/mask.ts'
import { beginStroke, type Stroke, type StrokePoint, strokeTo } from './brush.ts'
import { type EditorEvent, type EditorState, initialEditor, type MaskCommand, reduceEditor } from './gestures.ts'
import { createHistory, type History, record, redo, type TilesBefore, undo } from './history.ts'
import { createMask, compactTile, isEmpty, keysOfRect, type Mask, type Rect, tileRect, unite } from './mask.ts'
import { grow, shrink } from './grow.ts'
import { applyPreset, clear, fill, invert, type LoadedTile, mergeTiles, type MergeHow } from './operations.ts'
import { drawShape } from './shapes.ts'
import type { Insets, Size } from './view.ts'

/** A photograph's mask and the gestures on it. The bytes live here, outside React; who draws or saves is told what was touched. */
export interface EditorChange {
  /** Image pixels whose mask changed, with the tiles that hold them; absent: only the state changed. */
  readonly touched?: { readonly rect: Rect; readonly keys: readonly number[] }
  /** True for what came from the disk and need not be written back. */
  readonly loaded?: boolean
}

export type Operation = 'clear' | 'fill' | 'invert' | PresetName | { readonly kind: 'grow' | 'shrink'; readonly by: number }

/** A touch of the magic wand, in pixels of the photograph. */
export interface WandTouch {
  readonly x: number
  readonly y: number
  readonly tolerance: number
  readonly contiguous: boolean
}

/** Who knows the photograph's pixels. */
export interface EditorOptions {
  readonly insets?: Insets
  /** What the tools were set to last. */
  readonly settings?: Partial<Pick<EditorState, 'penSize' | 'tolerance' | 'contiguous'>>
  /** The tiles of what the wand selects; absent: there is no wand. */
  readonly wand?: (touch: WandTouch) => Promise<readonly LoadedTile[]>
  readonly onError?: (error: unknown) => void
}

export interface Editor {
  readonly mask: Mask
  readonly history: History
  state(): EditorState
  dispatch(event: EditorEvent): void
  operate(operation: Operation): void
  undo(): void
  redo(): void
  /** Tiles saved earlier, tileArea bytes each; they are not part of the history. */
  load(tiles: readonly LoadedTile[]): void
  /** Tiles from elsewhere become part of the mask as one step, after the stroke in progress if there is one. */
  merge(tiles: readonly LoadedTile[], how: MergeHow): void
  isEmpty(): boolean
  /** Returns what stops it. */
  readonly subscribe: (listener: (change: EditorChange) => void) => () => void
}

export function createEditor(image: Size, options: EditorOptions = {}): Editor {
  const mask = createMask(image.width, image.height)
  const history = createHistory()
  const listeners = new Set<(change: EditorChange) => void>()
  let state: EditorState = { ...initialEditor(image, options.insets), ...options.settings }
  let stroke: Stroke | undefined
  const afterStroke: (() => void)[] = []
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

  const change = (event: EditorEvent) => {
    const reduced = reduceEditor(state, event)
    const sameState = reduced.state === state
    state = reduced.state
    const rect = reduced.command === undefined ? undefined : obey(reduced.command)
    if (rect !== undefined) tell({ touched: { rect, keys: keysOfRect(rect) } })
    else if (!sameState) tell({})
  }
  const merge = (tiles: readonly LoadedTile[], how: MergeHow) => {
    if (stroke === undefined) commit(mergeTiles(mask, tiles, how))
    else afterStroke.push(() => merge(tiles, how))
  }
  const touch = async (x: number, y: number, erase: boolean) => {
    const { tolerance, contiguous } = state
    change({ kind: 'waiting', by: 1 })
    try {
      merge((await options.wand?.({ x, y, tolerance, contiguous })) ?? [], erase ? 'subtract' : 'add')
    } catch (error) {
      options.onError?.(error)
    } finally {
      change({ kind: 'waiting', by: -1 })
    }
  }

  const obey = (command: MaskCommand): Rect | undefined => {
    switch (command.kind) {
      case 'end':
        if (stroke !== undefined) record(history, mask, stroke.before)
        stroke = undefined
        for (const work of afterStroke.splice(0)) work()
        return undefined
      case 'cancel':
        return cancel()
      case 'shape':
        commit(drawShape(mask, command.shape, command.erase))
        return undefined
      case 'wand':
        void touch(command.x, command.y, command.erase)
        return undefined
      case 'begin':
        stroke = beginStroke(command.erase, state.hardness)
        return paint(command.points)
      case 'extend':
        return paint(command.points)
    }
  }
  const cancel = (): undefined => {
    const before = stroke?.before ?? new Map<number, Uint8Array | null>()
    stroke = undefined
    for (const [key, old] of before) {
      if (old === null) mask.tiles.delete(key)
      else mask.tiles.set(key, old)
    }
    tellKeys([...before.keys()])
    for (const work of afterStroke.splice(0)) work()
  }
  const paint = (points: readonly StrokePoint[]): Rect | undefined => {
    const current = stroke
    return current === undefined ? undefined : points.map((point) => strokeTo(mask, current, point)).reduce(unite, undefined)
  }

  return {
    mask,
    history,
    state: () => state,
    dispatch: change,
    merge,
    operate(operation) {
      if (stroke !== undefined) return
      seed++
      if (operation === 'clear') commit(clear(mask))
      else if (operation === 'fill') commit(fill(mask))
      else if (operation === 'invert') commit(invert(mask))
      else if (typeof operation === 'string') commit(applyPreset(mask, operation, seed))
      else commit(operation.kind === 'grow' ? grow(mask, operation.by) : shrink(mask, operation.by))
    },
    undo() {
      // A polygon in progress is taken back corner by corner, before anything that is part of the mask.
      if (state.polygon !== null) change({ kind: 'drop-corner' })
      else if (stroke === undefined) tellKeys(undo(history, mask))
    },
    redo() {
      if (stroke === undefined) tellKeys(redo(history, mask))
    },
    load(tiles) {
      for (const { key, data } of tiles) {
        mask.tiles.set(key, new Uint8Array(data))
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
