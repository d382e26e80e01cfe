import type { StrokePoint } from './brush.ts'
import { closePolygon, finishOutline, moveOutline, pressOutline, selectionTool, type SelectionTool } from './outline.ts'
import { type Finger, moveFinger, pressSecond, withFinger, withoutFinger } from './touch.ts'
import type { Shape } from './shapes.ts'
import { actualSize, fit, type Insets, noInsets, pan, type Point, resize, type Size, toImage, type View, zoomAt } from './view.ts'

/**
 * The editor as a pure reducer: what a pointer, the wheel or a held key means. It answers the next state and what is to happen to the
 * mask; it knows no DOM and touches no pixel.
 */
export type Tool = 'brush' | 'eraser' | SelectionTool | 'hand'

export type Gesture =
  | { readonly kind: 'idle' }
  | { readonly kind: 'painting'; readonly pointer: number; readonly erase: boolean }
  /** Where the fingers are stands in `fingers`. */
  | { readonly kind: 'pinching' }
  | { readonly kind: 'panning'; readonly pointer: number; readonly last: Point }
  /** Corners of a rectangle or an ellipse, or a loop, in image points. */
  | {
      readonly kind: 'outlining'
      readonly pointer: number
      readonly tool: 'rectangle' | 'ellipse' | 'lasso'
      readonly erase: boolean
      readonly points: readonly Point[]
    }
  /** A finger lies where a click would act: it may yet be the first of two. */
  | {
      readonly kind: 'tapping'
      readonly pointer: number
      readonly tool: 'polygon' | 'wand'
      readonly at: Point
      readonly erase: boolean
    }
  /** Sideways the size, up and down the hardness; the ring stays where the drag began. */
  | { readonly kind: 'resizing'; readonly pointer: number; readonly from: Point; readonly size: number; readonly hardness: number }

export interface EditorState {
  readonly image: Size
  readonly view: View
  readonly insets: Insets
  readonly tool: Tool
  /** Diameter in image pixels, whole. */
  readonly size: number
  /** 0..1 */
  readonly hardness: number
  /** Does a pen's pressure change the size? */
  readonly penSize: boolean
  /** Of the magic wand: how much a channel may differ, 0..255 of its range, and whether only connected pixels are taken. */
  readonly tolerance: number
  readonly contiguous: boolean
  readonly gesture: Gesture
  /** Corners clicked so far, image points; it waits between clicks, so panning and zooming go on meanwhile. */
  readonly polygon: { readonly erase: boolean; readonly points: readonly Point[] } | null
  /** On the picture now, in the order they came. */
  readonly fingers: readonly Finger[]
  /** Answers of the wand still to come. */
  readonly waiting: number
  /** Screen point, null when the pointer is elsewhere. */
  readonly cursor: Point | null
  /** Image point where the last stroke ended: Shift+click draws a line from there. */
  readonly lastEnd: Point | null
  readonly spaceHeld: boolean
  /** The untouched photograph is shown while held. */
  readonly originalHeld: boolean
}

export const sizeRange = { least: 1, most: 2000 }

export interface PointerSample {
  readonly at: Point
  /** 0..1 of a pen, 1 for everything else. */
  readonly pressure: number
}

export type EditorEvent =
  | {
      readonly kind: 'down'
      readonly pointer: number
      readonly at: Point
      readonly pressure: number
      readonly button: number
      readonly shift: boolean
      readonly alt: boolean
      readonly ctrl: boolean
      readonly touch?: boolean
    }
  /** Coalesced samples, oldest first; the last is where the pointer is. */
  | { readonly kind: 'move'; readonly pointer: number; readonly samples: readonly PointerSample[]; readonly shift?: boolean }
  /** `cancelled`: the system took the pointer away. */
  | { readonly kind: 'up'; readonly pointer: number; readonly cancelled?: boolean }
  | { readonly kind: 'leave' }
  | { readonly kind: 'wheel'; readonly at: Point; readonly delta: number }
  | { readonly kind: 'pan'; readonly by: Point }
  | { readonly kind: 'space'; readonly held: boolean }
  | { readonly kind: 'original'; readonly held: boolean }
  | { readonly kind: 'tool'; readonly tool: Tool }
  | { readonly kind: 'swap' }
  | { readonly kind: 'size'; readonly size: number }
  | { readonly kind: 'size-step'; readonly direction: 1 | -1 }
  | { readonly kind: 'hardness'; readonly hardness: number }
  | { readonly kind: 'hardness-step'; readonly direction: 1 | -1 }
  | { readonly kind: 'pen-size'; readonly on: boolean }
  | { readonly kind: 'tolerance'; readonly tolerance: number }
  | { readonly kind: 'contiguous'; readonly on: boolean }
  /** How many answers of the wand are still to come changed by this. */
  | { readonly kind: 'waiting'; readonly by: 1 | -1 }
  /** The polygon is whole; the outline in progress is given up; its last corner is. */
  | { readonly kind: 'close' }
  | { readonly kind: 'drop' }
  | { readonly kind: 'drop-corner' }
  | { readonly kind: 'fit' }
  | { readonly kind: 'actual' }
  | { readonly kind: 'zoom-step'; readonly direction: 1 | -1 }
  | { readonly kind: 'viewport'; readonly width: number; readonly height: number; readonly dpr: number }

export type MaskCommand =
  | { readonly kind: 'begin'; readonly erase: boolean; readonly points: readonly StrokePoint[] }
  | { readonly kind: 'extend'; readonly points: readonly StrokePoint[] }
  | { readonly kind: 'end' }
  /** The stroke was none: all of it goes. */
  | { readonly kind: 'cancel' }
  | { readonly kind: 'shape'; readonly shape: Shape; readonly erase: boolean }
  /** A pixel of the photograph. */
  | { readonly kind: 'wand'; readonly x: number; readonly y: number; readonly erase: boolean }

export interface Reduced {
  readonly state: EditorState
  readonly command?: MaskCommand
}

export function initialEditor(image: Size, insets: Insets = noInsets): EditorState {
  const view: View = { scale: 1, x: 0, y: 0, width: 1, height: 1, dpr: 1 }
  return {
    image,
    view,
    insets,
    tool: 'brush',
    size: Math.max(1, Math.min(300, Math.round(Math.min(image.width, image.height) / 10))),
    hardness: 0.8,
    penSize: true,
    tolerance: 32,
    contiguous: true,
    gesture: { kind: 'idle' },
    polygon: null,
    fingers: [],
    waiting: 0,
    cursor: null,
    lastEnd: null,
    spaceHeld: false,
    originalHeld: false,
  }
}

export function reduceEditor(state: EditorState, event: EditorEvent): Reduced {
  switch (event.kind) {
    case 'down':
      return press(state, event)
    case 'move':
      return move(moveFinger(state, event.pointer, event.samples), event)
    case 'up':
      return up({ ...state, fingers: withoutFinger(state.fingers, event.pointer) }, event)
    case 'waiting':
      return { state: { ...state, waiting: state.waiting + event.by } }
    case 'close':
      return closePolygon(state)
    case 'drop':
      return { state: dropped(state) }
    case 'drop-corner':
      return { state: { ...state, polygon: withoutLast(state.polygon) } }
    case 'leave':
      return { state: { ...state, cursor: null } }
    case 'wheel':
      return { state: { ...state, view: zoomAt(state.view, event.at, Math.exp(-event.delta / 400)) } }
    case 'pan':
      return { state: { ...state, view: pan(state.view, event.by) } }
    case 'space':
      return { state: { ...state, spaceHeld: event.held } }
    case 'original':
      return { state: { ...state, originalHeld: event.held } }
    case 'fit':
      return { state: { ...state, view: fit(state.view, state.image, state.insets) } }
    case 'actual':
      return { state: { ...state, view: actualSize(state.view) } }
    case 'zoom-step': {
      const middle = { x: state.view.width / 2, y: state.view.height / 2 }
      return { state: { ...state, view: zoomAt(state.view, state.cursor ?? middle, event.direction > 0 ? 1.25 : 0.8) } }
    }
    case 'viewport':
      return { state: { ...state, view: viewport(state, event) } }
    default:
      return { state: setting(state, event) }
  }
}

/** A stroke is not given up: what was painted is seen, and can be undone. */
function dropped(state: EditorState): EditorState {
  return { ...state, polygon: null, gesture: state.gesture.kind === 'outlining' ? { kind: 'idle' } : state.gesture }
}

function withoutLast(polygon: EditorState['polygon']): EditorState['polygon'] {
  return polygon === null || polygon.points.length < 2 ? null : { ...polygon, points: polygon.points.slice(0, -1) }
}

/** A photograph that was fitted stays fitted when the window changes; else what stood in the middle stays there. */
function viewport(state: EditorState, to: { width: number; height: number; dpr: number }): View {
  const { view, image, insets } = state
  const next = resize(view, to.width, to.height, to.dpr)
  const first = view.width === 1 && view.height === 1
  const fitted = fit(view, image, insets)
  const wasFitted = fitted.scale === view.scale && fitted.x === view.x && fitted.y === view.y
  return first || wasFitted ? fit(next, image, insets) : next
}

type Setting = Extract<
  EditorEvent,
  { kind: 'tool' | 'swap' | 'size' | 'size-step' | 'hardness' | 'hardness-step' | 'pen-size' | 'tolerance' | 'contiguous' }
>

function setting(state: EditorState, event: Setting): EditorState {
  switch (event.kind) {
    case 'tool':
      return { ...dropped(state), tool: event.tool }
    case 'swap':
      return { ...dropped(state), tool: state.tool === 'brush' ? 'eraser' : 'brush' }
    case 'size':
      return { ...state, size: clampSize(event.size) }
    case 'size-step':
      return { ...state, size: steppedSize(state.size, event.direction) }
    case 'hardness':
      return { ...state, hardness: clampUnit(event.hardness) }
    case 'hardness-step':
      return { ...state, hardness: clampUnit(Math.round(state.hardness * 10 + event.direction) / 10) }
    case 'pen-size':
      return { ...state, penSize: event.on }
    case 'tolerance':
      return { ...state, tolerance: Math.min(255, Math.max(0, Math.round(event.tolerance))) }
    case 'contiguous':
      return { ...state, contiguous: event.on }
  }
}

function clampSize(size: number): number {
  return Math.min(sizeRange.most, Math.max(sizeRange.least, Math.round(size)))
}

function clampUnit(value: number): number {
  return Math.min(1, Math.max(0, value))
}

/** About 10 %, at least one pixel. */
export function steppedSize(size: number, direction: 1 | -1): number {
  return clampSize(size + direction * Math.max(1, Math.round(size * 0.1)))
}

/** The other end of many pens reports this button (Pointer Events, 4.1.3.2). */
const penEraser = 5

function press(state: EditorState, event: Extract<EditorEvent, { kind: 'down' }>): Reduced {
  if (event.touch !== true) return down(state, event)
  const touched = { ...state, fingers: withFinger(state.fingers, event.pointer, event.at) }
  return pressSecond(touched) ?? down(touched, event)
}

function down(state: EditorState, event: Extract<EditorEvent, { kind: 'down' }>): Reduced {
  if (state.gesture.kind !== 'idle') return { state }
  const { pointer, at } = event
  const placed = { ...state, cursor: at }
  if (event.button === 1 || (event.button === 0 && (state.spaceHeld || state.tool === 'hand'))) {
    return { state: { ...placed, gesture: { kind: 'panning', pointer, last: at } } }
  }
  if (selectionTool(state.tool) && [0, 2, penEraser].includes(event.button)) {
    const erase = event.alt || event.button !== 0
    if (event.touch === true && (state.tool === 'polygon' || state.tool === 'wand'))
      return { state: { ...placed, gesture: { kind: 'tapping', pointer, tool: state.tool, at, erase } } }
    return pressOutline(placed, state.tool, event, erase)
  }
  if (event.alt && (event.button === 2 || (event.button === 0 && event.ctrl))) {
    return { state: { ...placed, gesture: { kind: 'resizing', pointer, from: at, size: state.size, hardness: state.hardness } } }
  }
  if (![0, 2, penEraser].includes(event.button)) return { state: placed }
  const erase = event.button !== 0 || state.tool === 'eraser'
  const point = strokePoint(state, event)
  const line = event.shift && state.lastEnd !== null ? [{ ...state.lastEnd, radius: point.radius }, point] : [point]
  return {
    state: { ...placed, gesture: { kind: 'painting', pointer, erase }, lastEnd: { x: point.x, y: point.y } },
    command: { kind: 'begin', erase, points: line },
  }
}

function strokePoint(state: EditorState, sample: PointerSample): StrokePoint {
  const { x, y } = toImage(state.view, sample.at)
  return { x, y, radius: Math.max(0.5, (state.size / 2) * (state.penSize ? Math.max(0.05, sample.pressure) : 1)) }
}

function move(state: EditorState, event: Extract<EditorEvent, { kind: 'move' }>): Reduced {
  const last = event.samples.at(-1)
  if (last === undefined) return { state }
  const placed = { ...state, cursor: last.at }
  const { gesture } = state
  if (gesture.kind === 'idle') return { state: placed }
  if (gesture.kind === 'pinching') return { state }
  if (gesture.pointer !== event.pointer) return { state }
  switch (gesture.kind) {
    case 'panning': {
      const by = { x: last.at.x - gesture.last.x, y: last.at.y - gesture.last.y }
      return { state: { ...placed, view: pan(state.view, by), gesture: { ...gesture, last: last.at } } }
    }
    case 'resizing': {
      // Twice the drag, in image pixels: the rim of the ring follows the pointer.
      const size = gesture.size + ((last.at.x - gesture.from.x) * 2 * state.view.dpr) / state.view.scale
      const hardness = gesture.hardness - (last.at.y - gesture.from.y) / 200
      return { state: { ...state, cursor: gesture.from, size: clampSize(size), hardness: clampUnit(hardness) } }
    }
    case 'tapping':
      return { state: { ...placed, gesture: { ...gesture, at: last.at } } }
    case 'outlining':
      return { state: { ...placed, gesture: moveOutline(placed, gesture, event) } }
    case 'painting': {
      const points = event.samples.map((sample) => strokePoint(state, sample))
      return { state: { ...placed, lastEnd: toImage(state.view, last.at) }, command: { kind: 'extend', points } }
    }
  }
}

function up(state: EditorState, { pointer, cancelled = false }: Extract<EditorEvent, { kind: 'up' }>): Reduced {
  const { gesture } = state
  if (gesture.kind === 'pinching') return { state: state.fingers.length < 2 ? { ...state, gesture: { kind: 'idle' } } : state }
  if (gesture.kind === 'idle' || gesture.pointer !== pointer) return { state }
  const idle: EditorState = { ...state, gesture: { kind: 'idle' } }
  if (gesture.kind === 'outlining') return finishOutline(idle, gesture)
  if (gesture.kind === 'tapping') return cancelled ? { state: idle } : pressOutline(idle, gesture.tool, gesture, gesture.erase)
  return gesture.kind === 'painting' ? { state: idle, command: { kind: 'end' } } : { state: idle }
}
