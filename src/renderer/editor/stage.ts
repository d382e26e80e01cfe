import Konva from 'konva'
import type { CropRecipe } from '../../shared/recipe.ts'
import { createBrushRing } from './brush-ring.ts'
import type { Editor, EditorChange } from './editor.ts'
import { type Feather, featherGrid, featherPixels } from './feather.ts'
import { createImages } from './images.ts'
import { activeOf } from './layers.ts'
import { createMask } from './mask.ts'
import { createMaskCanvas } from './mask-canvas.ts'
import { selectionTool } from './outline.ts'
import { createOutlineShape } from './outline-shape.ts'
import { type DeviceRect, createOverlay, type OverlayStyle } from './overlay.ts'
import type { Pyramid } from './pyramid.ts'
import { drawPicture } from './stage-picture.ts'
import { captionTag, captionText, drawWindows } from './stage-windows.ts'
import type { View } from './view.ts'

/**
 * What the editor looks like, from below: the picture, the mask, the windows of the fill, the brush's ring, outlines. The mask is written pixel
 * by pixel where it was touched, at once, and the ring is moved; the others are canvases of the viewport's size that Konva redraws, at most
 * once a frame.
 */
export interface Scene {
  readonly photo: Pyramid
  /** A finished fill laid over the photograph, right of the wipe line. */
  readonly result: Pyramid | null
  /** 0..1 of the photograph's width: 0 = the fill alone. */
  readonly wipe: number
  /** Laid over what is shown, which goes dark below it. */
  readonly heat: HeatPyramid | null
  readonly crops: readonly CropRecipe[]
  /** The clean estimate of a running fill, one a crop where there is one. */
  readonly preview: { readonly crop: CropRecipe; readonly image: CanvasImageSource } | null
  readonly overlay: OverlayStyle
  readonly overlayShown: boolean
  /** Shown over the mask's edge a moment after the last stroke; null: not at all. */
  readonly feather: Feather | null
  readonly windowsShown: boolean
}

/** A pyramid whose tiles are made, not fetched. */
export interface HeatPyramid extends Pyramid {
  load(url: string): Promise<CanvasImageSource>
}

export interface Stage {
  show(scene: Scene): void
  stop(): void
}

/** Several parts may need drawing before the next frame comes. */
interface Wanted {
  picture: boolean
  windows: boolean
}

export function createStage(container: HTMLDivElement, editor: Editor, first: Scene): Stage {
  const stage = new Konva.Stage({ container, width: 1, height: 1, listening: false })
  const [pictureLayer, windowLayer, outlineLayer] = [0, 1, 2].map(() => new Konva.Layer({ listening: false })) as [
    Konva.Layer,
    Konva.Layer,
    Konva.Layer,
  ]
  stage.add(pictureLayer, windowLayer, outlineLayer)
  const maskCanvas = createMaskCanvas()
  pictureLayer.getNativeCanvasElement().after(maskCanvas.element)
  const ring = createBrushRing()
  outlineLayer.getNativeCanvasElement().before(ring.element)
  for (const canvas of container.querySelectorAll('canvas')) canvas.setAttribute('aria-hidden', 'true')
  let scene = first
  let frame = 0
  const wanted: Wanted = { picture: false, windows: false }
  const overlay = createOverlay()
  const others = createOverlay()
  const nothing = createMask(editor.mask.width, editor.mask.height)
  const images = createImages(() => want('picture'))
  const imagesOf = (heat: HeatPyramid | null) =>
    heat === null
      ? null
      : createImages(
          () => want('picture'),
          (url) => heat.load(url),
        )
  let heats = imagesOf(first.heat)

  const picture = new Konva.Shape({
    listening: false,
    perfectDrawEnabled: false,
    sceneFunc: (context) =>
      drawPicture(nativeContext(context), editor.state().view, scene, images.get, heats?.get, editor.state().originalHeld),
  })
  pictureLayer.add(picture)
  // Between the ring and the picture stands what a drag changes it to.
  const figures = new Konva.Label({ listening: false, visible: false })
  const figuresText = new Konva.Text({ ...captionText })
  figures.add(new Konva.Tag({ ...captionTag }), figuresText)
  outlineLayer.add(
    createOutlineShape(editor, () => scene.overlay.colour),
    figures,
  )
  // The host lets the pointer through to the box round it.
  const surface = container.parentElement ?? container

  // The blend's edge is worked out when the hand rests: a stroke is not to wait for it.
  let feather: { readonly image: Konva.Image; readonly view: View } | null = null
  let resting: ReturnType<typeof setTimeout> | undefined
  const featherSoon = () => {
    clearTimeout(resting)
    turn++
    if (feather !== null) {
      feather.image.destroy()
      want('windows')
    }
    feather = null
    if (scene.feather !== null && scene.overlayShown) resting = setTimeout(() => void drawFeather().catch(() => undefined), restMs)
  }
  /** Counts what makes an answer that is under way worthless. */
  let turn = 0
  const drawFeather = async () => {
    const { gesture, view, originalHeld } = editor.state()
    if (gesture.kind !== 'idle' || originalHeld) return featherSoon()
    const mine = turn
    const { overlay: ink, feather: blend } = scene
    const grid = blend === null ? undefined : featherGrid(editor.painted, view, blend)
    if (grid === undefined) return
    const pixels = await (editor.background?.feather(grid, ink) ?? featherPixels(grid, ink))
    if (mine !== turn) return
    const canvas = document.createElement('canvas')
    canvas.width = grid.width
    canvas.height = grid.height
    canvas.getContext('2d')?.putImageData(new ImageData(pixels, grid.width), 0, 0)
    const size = { width: (grid.width * grid.step) / view.dpr, height: (grid.height * grid.step) / view.dpr }
    feather = { image: new Konva.Image({ image: canvas, ...size, listening: false }), view }
    want('windows')
  }

  function want(part: keyof Wanted): void {
    wanted[part] = true
    if (frame === 0) frame = requestAnimationFrame(draw)
  }
  function draw(): void {
    frame = 0
    if (wanted.picture) pictureLayer.draw()
    if (wanted.windows) drawWindows(windowLayer, editor, scene, feather?.view === editor.state().view ? feather.image : null)
    wanted.picture = false
    wanted.windows = false
  }

  /** A move of a large brush at 100 %; what is larger has pixels of its own. */
  const room = new ArrayBuffer(2 ** 20)
  const paintMask = (rect: DeviceRect) => {
    const { width, height } = maskCanvas.size()
    const part = {
      left: Math.max(0, rect.left),
      top: Math.max(0, rect.top),
      right: Math.min(width, rect.right),
      bottom: Math.min(height, rect.bottom),
    }
    if (part.left >= part.right || part.top >= part.bottom) return
    if (!scene.overlayShown || editor.state().originalHeld) return maskCanvas.clear(part)
    const { view } = editor.state()
    const { beside } = editor
    const active = activeOf(editor.layers())
    const faint = beside.tiles.size === 0 ? undefined : others.rimmed(beside, view, part)
    const pixels = overlay.paint(active.visible ? active.mask : nothing, view, part, scene.overlay, faint, room)
    maskCanvas.put(pixels, part)
  }
  const paintWholeMask = () => paintMask({ left: 0, top: 0, right: Infinity, bottom: Infinity })

  const placeBrush = () => {
    const { cursor, size, hardness, view, tool, spaceHeld, gesture, originalHeld, waiting } = editor.state()
    const moves = tool === 'hand' || spaceHeld || gesture.kind === 'panning'
    const paints = !moves && !selectionTool(tool)
    const shown = cursor !== null && paints && !originalHeld
    const resizing = shown && gesture.kind === 'resizing'
    surface.style.cursor = cursorOf(gesture.kind === 'panning', moves, paints, waiting > 0)
    if (shown) {
      const radius = ((size / 2) * view.scale) / view.dpr
      const hard = radius * hardness
      ring.show(cursor, {
        radius: Math.max(2, radius),
        hard: hard > 4 && hardness < 0.99 ? hard : null,
        dpr: view.dpr,
        most: Math.max(view.width, view.height),
      })
    } else ring.hide()
    if (resizing) {
      figuresText.text(`${size} px · ${Math.round(hardness * 100)} %`)
      figures.setAttrs({ x: cursor.x - figures.width() / 2, y: cursor.y - figures.height() / 2 })
    }
    figures.visible(resizing)
    placeOutlines()
  }

  let outlined = false
  /** Only where there is, or was, something to draw: it is the whole viewport again. */
  const placeOutlines = () => {
    const { gesture, polygon, originalHeld } = editor.state()
    const now = !originalHeld && (polygon !== null || gesture.kind === 'outlining' || gesture.kind === 'resizing')
    outlineLayer.visible(!originalHeld)
    // In the next frame, with what Konva draws of its own accord after such changes: at once would be twice a move.
    if (now || outlined) outlineLayer.batchDraw()
    outlined = now
  }

  const sizeTo = (view: View) => {
    if (stage.width() === view.width && stage.height() === view.height && pictureLayer.getCanvas().getPixelRatio() === view.dpr)
      return
    for (const layer of stage.getLayers()) layer.getCanvas().setPixelRatio(view.dpr)
    stage.size({ width: view.width, height: view.height })
    maskCanvas.sizeTo(view)
  }

  let shownView: View | undefined
  let shownOriginal = false
  const onChange = (change: EditorChange) => {
    const { view, originalHeld } = editor.state()
    if (change.touched !== undefined) for (const one of [overlay, others]) one.forget(change.touched.keys, change.touched.rect)
    if (change.arranged === true) for (const one of [overlay, others]) one.forget('all')
    if (change.touched !== undefined || change.arranged === true || view !== shownView) featherSoon()
    if (view !== shownView || originalHeld !== shownOriginal) {
      shownView = view
      shownOriginal = originalHeld
      sizeTo(view)
      paintWholeMask()
      want('picture')
      want('windows')
    } else if (change.arranged === true) paintWholeMask()
    else if (change.touched !== undefined) paintMask(deviceRect(change.touched.rect, view))
    placeBrush()
  }
  const unsubscribe = editor.subscribe(onChange)
  onChange({})

  return {
    show(next) {
      const overlayChanged = next.overlay !== scene.overlay || next.overlayShown !== scene.overlayShown
      if (next.heat !== scene.heat) {
        heats?.stop()
        heats = imagesOf(next.heat)
      }
      scene = next
      if (overlayChanged) paintWholeMask()
      featherSoon()
      want('picture')
      want('windows')
    },
    stop() {
      unsubscribe()
      turn++
      clearTimeout(resting)
      cancelAnimationFrame(frame)
      images.stop()
      heats?.stop()
      stage.destroy()
    },
  }
}

/** Long enough that a hand which goes on painting meets no pause. */
const restMs = 160

function cursorOf(panning: boolean, moves: boolean, paints: boolean, waiting: boolean): string {
  if (moves) return panning ? 'grabbing' : 'grab'
  if (paints) return 'none'
  return waiting ? 'progress' : 'crosshair'
}

function nativeContext(context: Konva.Context): CanvasRenderingContext2D {
  return (context as unknown as { _context: CanvasRenderingContext2D })._context
}

/** One device pixel more on every side: the outline looks at its neighbours. */
function deviceRect(rect: DeviceRect, view: View): DeviceRect {
  const grow = 2 + Math.ceil(2 * view.scale)
  return {
    left: Math.floor(rect.left * view.scale + view.x) - grow,
    top: Math.floor(rect.top * view.scale + view.y) - grow,
    right: Math.ceil(rect.right * view.scale + view.x) + grow,
    bottom: Math.ceil(rect.bottom * view.scale + view.y) + grow,
  }
}
