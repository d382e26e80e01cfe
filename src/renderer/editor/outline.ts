import type { EditorState, Gesture, PointerSample, Reduced, Tool } from './gestures.ts'
import { isFlat, type Shape } from './shapes.ts'
import { type Point, toImage, toScreen } from './view.ts'

/** The gestures of the selection tools: drag a rectangle, an ellipse or a loop, click the corners of a polygon, touch with the wand. */
export type SelectionTool = (typeof selectionTools)[number]
export const selectionTools = ['rectangle', 'ellipse', 'lasso', 'polygon', 'wand'] as const

export function selectionTool(tool: Tool): tool is SelectionTool {
  return (selectionTools as readonly string[]).includes(tool)
}

type Outlining = Extract<Gesture, { kind: 'outlining' }>

/** CSS pixels: so near to its first corner a click closes the polygon, and so near to its last one it is that corner again. */
const closing = 9
const same = 3

export function pressOutline(
  state: EditorState,
  tool: SelectionTool,
  { pointer, at }: { readonly pointer: number; readonly at: Point },
  erase: boolean,
): Reduced {
  const point = toImage(state.view, at)
  switch (tool) {
    case 'wand': {
      const [x, y] = [Math.floor(point.x), Math.floor(point.y)]
      const inside = x >= 0 && y >= 0 && x < state.image.width && y < state.image.height
      return inside ? { state, command: { kind: 'wand', x, y, erase } } : { state }
    }
    case 'polygon':
      return addCorner(state, at, point, erase)
    case 'rectangle':
    case 'ellipse':
      return { state: { ...state, gesture: { kind: 'outlining', pointer, tool, erase, points: [point, point] } } }
    case 'lasso':
      return { state: { ...state, gesture: { kind: 'outlining', pointer, tool, erase, points: [point] } } }
  }
}

/** The first corner says whether the polygon adds or takes away. */
function addCorner(state: EditorState, at: Point, point: Point, erase: boolean): Reduced {
  if (state.polygon === null) return { state: { ...state, polygon: { erase, points: [point] } } }
  const { points } = state.polygon
  if (points.length > 2 && isNear(state, points[0], at, closing)) return closePolygon(state)
  if (isNear(state, points.at(-1), at, same)) return { state }
  return { state: { ...state, polygon: { ...state.polygon, points: [...points, point] } } }
}

/** Would a click here close the polygon? */
export function closesPolygon({ polygon, cursor, ...state }: EditorState): boolean {
  return polygon !== null && cursor !== null && polygon.points.length > 2 && isNear(state, polygon.points[0], cursor, closing)
}

function isNear({ view }: Pick<EditorState, 'view'>, point: Point | undefined, at: Point, within: number): boolean {
  if (point === undefined) return false
  const screen = toScreen(view, point)
  return Math.hypot(screen.x - at.x, screen.y - at.y) <= within
}

export function closePolygon(state: EditorState): Reduced {
  const { polygon } = state
  if (polygon === null) return { state }
  return withShape({ ...state, polygon: null }, { kind: 'polygon', points: polygon.points }, polygon.erase)
}

/** Shift makes a square or a circle of it. */
export function moveOutline(
  { view }: EditorState,
  gesture: Outlining,
  { samples, shift = false }: { readonly samples: readonly PointerSample[]; readonly shift?: boolean },
): Outlining {
  const moved = samples.map(({ at }) => toImage(view, at))
  const last = moved.at(-1)
  const [first] = gesture.points
  if (last === undefined || first === undefined) return gesture
  if (gesture.tool === 'lasso') return { ...gesture, points: [...gesture.points, ...moved] }
  return { ...gesture, points: [first, shift ? squared(first, last) : last] }
}

function squared(from: Point, to: Point): Point {
  const side = Math.max(Math.abs(to.x - from.x), Math.abs(to.y - from.y))
  return { x: from.x + side * (to.x < from.x ? -1 : 1), y: from.y + side * (to.y < from.y ? -1 : 1) }
}

export function finishOutline(idle: EditorState, { tool, points, erase }: Outlining): Reduced {
  const [from, to] = points
  if (from === undefined || to === undefined) return { state: idle }
  return withShape(idle, tool === 'lasso' ? { kind: 'polygon', points } : { kind: tool, from, to }, erase)
}

function withShape(state: EditorState, shape: Shape, erase: boolean): Reduced {
  return isFlat(shape) ? { state } : { state, command: { kind: 'shape', shape, erase } }
}

/** What Enter, Escape and Backspace mean to an outline in progress; undefined: nothing, the key is someone else's. */
export function outlineKey({ polygon, gesture }: EditorState, key: string): 'close' | 'drop' | 'drop-corner' | undefined {
  if (key === 'Escape') return polygon !== null || gesture.kind === 'outlining' ? 'drop' : undefined
  if (polygon === null) return undefined
  return key === 'Enter' ? 'close' : key === 'Backspace' ? 'drop-corner' : undefined
}
