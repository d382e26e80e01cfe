import type { EditorState, MaskCommand, PointerSample, Reduced } from './gestures.ts'
import { pan, type Point, type View, zoomAt } from './view.ts'

/** Two fingers move and zoom the picture together; what the first of them had begun is taken back, so that no pinch leaves a blot. */
export interface Finger {
  readonly pointer: number
  readonly at: Point
}

/** Undefined while fewer than two fingers lie on the picture. */
export function pressSecond(state: EditorState): Reduced | undefined {
  if (state.fingers.length < 2) return undefined
  const next: EditorState = { ...state, gesture: { kind: 'pinching' }, cursor: null }
  const command: MaskCommand | undefined = state.gesture.kind === 'painting' ? { kind: 'cancel' } : undefined
  return command === undefined ? { state: next } : { state: next, command }
}

export function withFinger(fingers: readonly Finger[], pointer: number, at: Point): readonly Finger[] {
  return [...withoutFinger(fingers, pointer), { pointer, at }]
}

export function withoutFinger(fingers: readonly Finger[], pointer: number): readonly Finger[] {
  return fingers.filter((finger) => finger.pointer !== pointer)
}

/** The finger keeps its place in the list, and while two pinch, the points of the picture under them stay under them. */
export function moveFinger(state: EditorState, pointer: number, samples: readonly PointerSample[]): EditorState {
  const last = samples.at(-1)
  if (last === undefined || !state.fingers.some((finger) => finger.pointer === pointer)) return state
  const fingers = state.fingers.map((finger) => (finger.pointer === pointer ? { pointer, at: last.at } : finger))
  if (state.gesture.kind !== 'pinching') return { ...state, fingers }
  return { ...state, fingers, view: pinched(state.view, state.fingers, fingers) }
}

function pinched(view: View, before: readonly Finger[], after: readonly Finger[]): View {
  const [from, to] = [spreadOf(before), spreadOf(after)]
  const moved = pan(view, { x: to.middle.x - from.middle.x, y: to.middle.y - from.middle.y })
  return zoomAt(moved, to.middle, to.distance / from.distance)
}

function spreadOf([a, b]: readonly Finger[]): { middle: Point; distance: number } {
  const [one, other] = [a?.at ?? { x: 0, y: 0 }, b?.at ?? { x: 0, y: 0 }]
  return {
    middle: { x: (one.x + other.x) / 2, y: (one.y + other.y) / 2 },
    distance: Math.max(1, Math.hypot(one.x - other.x, one.y - other.y)),
  }
}
