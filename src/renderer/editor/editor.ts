import type { PresetName } from '../../core/mask.ts'
import type { Background } from './background.ts'
import { beginStroke, type Stroke, type StrokePoint, strokeTo } from './brush.ts'
import { type EditorEvent, type EditorState, initialEditor, type MaskCommand, reduceEditor } from './gestures.ts'
import { createHistory, type History, type Moved, record, recordLayers, redo, type TilesBefore, undo } from './history.ts'
import { activeOf, arrange, createUnion, type LayerAction, type Layers, oneLayer } from './layers.ts'
import { createMask, compactTile, isEmpty, keysOfRect, type Mask, type Rect, tileRect, unite } from './mask.ts'
import { grow, shrink } from './grow.ts'
import { applyPreset, clear, fill, invert, type LoadedTile, mergeTiles, type MergeHow } from './operations.ts'
import { howOf, reshapeJob } from './reshape.ts'
import { drawShape } from './shapes.ts'
import type { Insets, Size } from './view.ts'

/** A photograph's masks and the gestures on them. The bytes live here, outside React; who draws or saves is told what was touched. */
export interface EditorChange {
  /**
   * Image pixels whose mask changed, with the tiles that hold them; absent: only the state changed. `layer`: the mask whose own bytes they
   * are, null where masks only came, went or were hidden.
   */
  readonly touched?: { readonly rect: Rect; readonly keys: readonly number[]; readonly layer: number | null }
  /** Which masks there are, are shown or are painted on is not what it was. */
  readonly arranged?: boolean
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
  /** Where what takes long is worked out; without it everything is done at once. */
  readonly background?: Background
}

export interface Editor {
  /** The one that is painted on. */
  readonly mask: Mask
  /** What a fill is made from: all that are shown, as one. */
  readonly painted: Mask
  /** What is shown beside the one that is painted on. */
  readonly beside: Mask
  readonly history: History
  readonly background: Background | undefined
  layers(): Layers
  /** Coming, going and names are steps of the history; what is shown or chosen is not. */
  arrange(action: LayerAction): void
  state(): EditorState
  dispatch(event: EditorEvent): void
  operate(operation: Operation): void
  undo(): void
  redo(): void
  /** Tiles saved earlier, tileArea bytes each, of the mask that is painted on; they are not part of the history. */
  load(tiles: readonly LoadedTile[]): void
  /** Masks saved earlier, instead of the one that is there. */
  loadLayers(masks: readonly SavedLayer[], active: number | null): void
  /** Tiles from elsewhere become part of the mask as one step, after the stroke in progress if there is one. */
  merge(tiles: readonly LoadedTile[], how: MergeHow): void
  isEmpty(): boolean
  /** Returns what stops it. */
  readonly subscribe: (listener: (change: EditorChange) => void) => () => void
  /** When no whole-mask operation is being worked out any more. */
  readonly settled: () => Promise<void>
}

export interface SavedLayer {
  readonly id: number
  readonly name: string
  readonly visible: boolean
  readonly tiles: readonly LoadedTile[]
}

export function createEditor(image: Size, options: EditorOptions = {}): Editor {
  const history = createHistory()
  const listeners = new Set<(change: EditorChange) => void>()
  let layers = oneLayer(createMask(image.width, image.height))
  let nextLayer = 2
  const unions = { painted: createUnion(image.width, image.height), beside: createUnion(image.width, image.height) }
  let state: EditorState = { ...initialEditor(image, options.insets), ...options.settings }
  let stroke: Stroke | undefined
  const afterStroke: (() => void)[] = []
  /** Every time random strokes are asked for they are others. */
  let seed = 0

  const active = () => activeOf(layers)
  const painted = () => unions.painted.of(layers.list.flatMap(({ visible, mask }) => (visible ? [mask] : [])))
  const beside = () =>
    unions.beside.of(layers.list.flatMap(({ visible, mask, id }) => (visible && id !== active().id ? [mask] : [])))
  const tell = (change: EditorChange) => {
    if (change.touched !== undefined) for (const union of [unions.painted, unions.beside]) union.touch(change.touched.keys)
    for (const listener of listeners) listener(change)
  }
  const touchedBy = (keys: readonly number[], layer: number | null): Pick<EditorChange, 'touched'> => {
    const rect = keys
      .map((key) => tileRect(active().mask, key))
      .reduce((sum: Rect | undefined, next) => unite(sum, next), undefined)
    return rect === undefined ? {} : { touched: { rect, keys, layer } }
  }
  const tellKeys = (keys: readonly number[], layer: number, loaded = false) => {
    if (keys.length > 0) tell({ ...touchedBy(keys, layer), loaded })
  }
  const commit = (before: TilesBefore) => tellKeys(record(history, active().mask, before), active().id)

  /** What is shown changes where a mask comes, goes or is hidden. */
  const setLayers = (next: Layers) => {
    if (next === layers) return
    const shown = (list: Layers['list']) => new Set(list.flatMap(({ visible, mask }) => (visible ? [mask] : [])))
    const [was, is] = [shown(layers.list), shown(next.list)]
    layers = next
    const changed = [...was, ...is].filter((mask) => !(was.has(mask) && is.has(mask)))
    tell({ ...touchedBy([...new Set(changed.flatMap((mask) => [...mask.tiles.keys()]))], null), arranged: true })
  }
  /** Nobody paints on what is hidden. */
  const showActive = () => setLayers(arrange(layers, { kind: 'show', id: active().id, visible: true }, nextLayer))
  const moved = (step: Moved | undefined) => {
    if (step === undefined) return
    if (step.kind === 'layers') {
      // What was shown or hidden since stays so.
      const visible = new Map(layers.list.map((layer) => [layer.id, layer.visible]))
      setLayers({ ...step.to, list: step.to.list.map((layer) => ({ ...layer, visible: visible.get(layer.id) ?? layer.visible })) })
      return
    }
    const owner = layers.list.find(({ mask }) => mask === step.mask)
    if (owner === undefined) return
    setLayers(arrange(layers, { kind: 'select', id: owner.id }, nextLayer))
    showActive()
    tellKeys(step.keys, owner.id)
  }

  const change = (event: EditorEvent) => {
    const reduced = reduceEditor(state, event)
    const sameState = reduced.state === state
    state = reduced.state
    const rect = reduced.command === undefined ? undefined : obey(reduced.command)
    if (rect !== undefined) tell({ touched: { rect, keys: keysOfRect(rect), layer: active().id } })
    else if (!sameState) tell({})
  }
  /** An answer that was long in coming belongs to the mask it was asked for. */
  const merge = (tiles: readonly LoadedTile[], how: MergeHow, into = active().id) => {
    if (stroke !== undefined) return void afterStroke.push(() => merge(tiles, how, into))
    setLayers(arrange(layers, { kind: 'show', id: into, visible: true }, nextLayer))
    const layer = layers.list.find(({ id }) => id === into)
    if (layer !== undefined) tellKeys(record(history, layer.mask, mergeTiles(layer.mask, tiles, how)), into)
  }
  const touch = async (x: number, y: number, erase: boolean) => {
    const { tolerance, contiguous } = state
    const into = active().id
    change({ kind: 'waiting', by: 1 })
    try {
      merge((await options.wand?.({ x, y, tolerance, contiguous })) ?? [], erase ? 'subtract' : 'add', into)
    } catch (error) {
      options.onError?.(error)
    } finally {
      change({ kind: 'waiting', by: -1 })
    }
  }

  const strokeOver = () => (stroke === undefined ? undefined : new Promise<void>((over) => void afterStroke.push(over)))
  /** Whole-mask operations and undo keep their order, also while one of them is worked out elsewhere; strokes go on meanwhile. */
  let working: Promise<void> | undefined
  const queue = (work: () => void | Promise<void>) => {
    const mine: Promise<void> = (working ?? Promise.resolve())
      .then(strokeOver)
      .then(work)
      .catch((error: unknown) => options.onError?.(error))
      .finally(() => {
        if (working === mine) working = undefined
      })
    working = mine
  }
  const inTurn = (work: () => void) => (working === undefined ? work() : queue(work))
  const reshape = (kind: 'grow' | 'shrink', by: number) => {
    const { mask, id } = active()
    const { background } = options
    if (background === undefined) return commit(kind === 'grow' ? grow(mask, by) : shrink(mask, by))
    change({ kind: 'waiting', by: 1 })
    queue(async () => {
      try {
        const tiles = await background.reshape(reshapeJob(mask, kind, by))
        await strokeOver()
        merge(tiles, howOf[kind], id)
      } finally {
        change({ kind: 'waiting', by: -1 })
      }
    })
  }

  const obey = (command: MaskCommand): Rect | undefined => {
    switch (command.kind) {
      case 'end':
        if (stroke !== undefined) record(history, active().mask, stroke.before)
        stroke = undefined
        for (const work of afterStroke.splice(0)) work()
        return undefined
      case 'cancel':
        return cancel()
      case 'shape':
        showActive()
        commit(drawShape(active().mask, command.shape, command.erase))
        return undefined
      case 'wand':
        void touch(command.x, command.y, command.erase)
        return undefined
      case 'begin':
        showActive()
        stroke = beginStroke(command.erase, state.hardness)
        return paint(command.points)
      case 'extend':
        return paint(command.points)
    }
  }
  const cancel = (): undefined => {
    const before = stroke?.before ?? new Map<number, Uint8Array | null>()
    stroke = undefined
    const { mask, id } = active()
    for (const [key, old] of before) {
      if (old === null) mask.tiles.delete(key)
      else mask.tiles.set(key, old)
    }
    tellKeys([...before.keys()], id)
    for (const work of afterStroke.splice(0)) work()
  }
  const paint = (points: readonly StrokePoint[]): Rect | undefined => {
    const current = stroke
    const { mask } = active()
    return current === undefined ? undefined : points.map((point) => strokeTo(mask, current, point)).reduce(unite, undefined)
  }

  const operateNow = (operation: Extract<Operation, string>) => {
    showActive()
    const { mask } = active()
    seed++
    if (operation === 'clear') commit(clear(mask))
    else if (operation === 'fill') commit(fill(mask))
    else if (operation === 'invert') commit(invert(mask))
    else commit(applyPreset(mask, operation, seed))
  }

  return {
    get mask() {
      return active().mask
    },
    get painted() {
      return painted()
    },
    get beside() {
      return beside()
    },
    history,
    layers: () => layers,
    background: options.background,
    arrange(action) {
      if (stroke !== undefined) return
      const before = layers
      const after = arrange(layers, action, nextLayer)
      if (action.kind === 'add' && after !== before) nextLayer++
      if (after !== before && ['add', 'remove', 'rename'].includes(action.kind)) recordLayers(history, before, after)
      setLayers(after)
    },
    state: () => state,
    dispatch: change,
    merge,
    operate(operation) {
      if (stroke !== undefined) return
      if (typeof operation === 'object') {
        showActive()
        reshape(operation.kind, operation.by)
      } else inTurn(() => operateNow(operation))
    },
    undo() {
      // A polygon in progress is taken back corner by corner, before anything that is part of the mask.
      if (state.polygon !== null) change({ kind: 'drop-corner' })
      else if (stroke === undefined) inTurn(() => moved(undo(history)))
    },
    redo() {
      if (stroke === undefined) inTurn(() => moved(redo(history)))
    },
    load(tiles) {
      put(active().mask, tiles)
      tellKeys(
        tiles.map(({ key }) => key),
        active().id,
        true,
      )
    },
    loadLayers(masks, chosen) {
      if (masks.length === 0) return
      const list = masks.map(({ tiles, ...layer }) => {
        const mask = createMask(image.width, image.height)
        put(mask, tiles)
        return { ...layer, mask }
      })
      nextLayer = Math.max(...list.map(({ id }) => id)) + 1
      layers = { list, active: list.some(({ id }) => id === chosen) ? (chosen ?? 1) : (list[0]?.id ?? 1) }
      const keys = [...new Set(list.flatMap(({ mask }) => [...mask.tiles.keys()]))]
      tell({ ...touchedBy(keys, null), arranged: true, loaded: true })
    },
    isEmpty: () => isEmpty(painted()),
    async settled() {
      while (working !== undefined) await working
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

function put(mask: Mask, tiles: readonly LoadedTile[]): void {
  for (const { key, data } of tiles) {
    mask.tiles.set(key, new Uint8Array(data))
    compactTile(mask, key)
  }
}
