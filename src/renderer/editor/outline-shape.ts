import Konva from 'konva'
import type { Editor } from './editor.ts'
import type { EditorState } from './gestures.ts'
import { closesPolygon } from './outline.ts'
import { type Point, toScreen } from './view.ts'

/** What a selection tool has drawn so far: filled in the mask's colour where it will add, empty where it will take away. */
export function createOutlineShape(editor: Editor, colour: () => readonly [number, number, number]): Konva.Shape {
  return new Konva.Shape({
    listening: false,
    perfectDrawEnabled: false,
    sceneFunc(context) {
      const state = editor.state()
      const drawn = outlineOf(state)
      if (drawn === undefined) return
      const native = (context as unknown as { _context: CanvasRenderingContext2D })._context
      native.save()
      drawn.path(native)
      if (!drawn.erase) {
        native.fillStyle = `rgba(${colour().join(', ')}, 0.25)`
        native.fill()
      }
      // White on black: to be seen on paper and on night alike.
      native.lineJoin = 'round'
      ink(native, 'rgba(0,0,0,0.6)', 3)
      if (drawn.erase) native.setLineDash([6, 4])
      ink(native, '#fff', 1.4)
      native.setLineDash([])
      const first = state.polygon?.points[0]
      if (first !== undefined) drawHandle(native, toScreen(state.view, first), closesPolygon(state))
      native.restore()
    },
  })
}

function ink(context: CanvasRenderingContext2D, style: string, width: number): void {
  context.strokeStyle = style
  context.lineWidth = width
  context.stroke()
}

/** The first corner: a click on it closes the polygon, which it says by growing. */
function drawHandle(context: CanvasRenderingContext2D, { x, y }: Point, closes: boolean): void {
  context.beginPath()
  context.arc(x, y, closes ? 7 : 4, 0, 2 * Math.PI)
  context.fillStyle = '#fff'
  context.fill()
  ink(context, 'rgba(0,0,0,0.75)', 1.4)
}

interface Drawn {
  readonly erase: boolean
  path(context: CanvasRenderingContext2D): void
}

function outlineOf({ gesture, polygon, cursor, view }: EditorState): Drawn | undefined {
  const screen = (point: Point) => toScreen(view, point)
  if (polygon !== null) {
    const corners = polygon.points.map(screen)
    return { erase: polygon.erase, path: (context) => loop(context, cursor === null ? corners : [...corners, cursor]) }
  }
  if (gesture.kind !== 'outlining') return undefined
  const { tool, erase, points } = gesture
  if (tool === 'lasso') return { erase, path: (context) => loop(context, points.map(screen)) }
  const snap = tool === 'rectangle' ? ({ x, y }: Point) => ({ x: Math.round(x), y: Math.round(y) }) : (point: Point) => point
  const [from, to] = points.map((point) => screen(snap(point)))
  if (from === undefined || to === undefined) return undefined
  const box = {
    x: Math.min(from.x, to.x),
    y: Math.min(from.y, to.y),
    width: Math.abs(to.x - from.x),
    height: Math.abs(to.y - from.y),
  }
  return {
    erase,
    path(context) {
      context.beginPath()
      if (tool === 'rectangle') context.rect(box.x, box.y, box.width, box.height)
      else context.ellipse(box.x + box.width / 2, box.y + box.height / 2, box.width / 2, box.height / 2, 0, 0, 2 * Math.PI)
    },
  }
}

function loop(context: CanvasRenderingContext2D, points: readonly Point[]): void {
  context.beginPath()
  for (const [i, { x, y }] of points.entries()) {
    if (i === 0) context.moveTo(x, y)
    else context.lineTo(x, y)
  }
  context.closePath()
}
