import Konva from 'konva'
import type { CropRecipe } from '../../shared/recipe.ts'
import { windowCrops } from '../../shared/windows.ts'
import { words } from '../i18n/index.ts'
import { fixed } from '../state/format.ts'
import type { Editor } from './editor.ts'
import type { Scene } from './stage.ts'
import { toScreen, type View } from './view.ts'

/** Words that lie on the picture. */
export const captionTag = { fill: 'rgba(0,0,0,0.72)', cornerRadius: 4 }
export const captionText = { fontSize: 11, padding: 4, fontFamily: 'Inter Variable, Inter, system-ui, sans-serif', fill: '#fff' }

/** The windows the model will look through, dashed, each with its size and how much of the photograph a model pixel is. */
export function drawWindows(layer: Konva.Layer, editor: Editor, scene: Scene, feather: Konva.Image | null): void {
  const { view, originalHeld } = editor.state()
  for (const child of layer.getChildren((one) => one !== feather)) child.destroy()
  if (feather !== null) {
    if (feather.getLayer() !== layer) layer.add(feather)
    feather.visible(!originalHeld)
    feather.moveToBottom()
  }
  if (!originalHeld && scene.windowsShown) {
    for (const crop of scene.crops) layer.add(...windowShapes(crop, view))
  }
  layer.draw()
}

function windowShapes(crop: CropRecipe, view: View): (Konva.Shape | Konva.Label)[] {
  const boxes = windowCrops(crop).map((window) => boxOf(window, view))
  const box = boxes.reduce((highest, one) => (one.y < highest.y ? one : highest))
  // Its own ground: photographs are light and dark.
  const label = new Konva.Label({ x: box.x })
  label.add(new Konva.Tag({ ...captionTag }), new Konva.Text({ ...captionText, text: cropLabel(crop) }))
  // Above the window where there is room below the options, else inside it.
  label.y(box.y > 84 ? box.y - 24 : Math.max(box.y + 4, 60))
  return [
    ...boxes.flatMap((one) => [
      new Konva.Rect({ ...one, stroke: 'rgba(0,0,0,0.7)', strokeWidth: 1 }),
      new Konva.Rect({ ...one, stroke: 'rgba(255,255,255,0.95)', strokeWidth: 1, dash: [7, 5] }),
    ]),
    label,
  ]
}

/** On the screen, on whole device pixels' middles. */
function boxOf(crop: CropRecipe, view: View) {
  const { x, y } = toScreen(view, crop)
  const far = toScreen(view, { x: crop.x + crop.width, y: crop.y + crop.height })
  return { x: Math.round(x) + 0.5, y: Math.round(y) + 0.5, width: Math.round(far.x - x), height: Math.round(far.y - y) }
}

/** "crop 256 × 256 · 1.3× enlarged": how the model's picture is resized to fit the photograph. */
export function cropLabel(crop: CropRecipe): string {
  const t = words().editor
  const ratio = crop.width / crop.modelWidth
  if (crop.windows !== undefined) {
    const side = crop.windows.cell * crop.windows.edge
    return `${t.windows(crop.windows.at.length, side)} · ${t.actual}`
  }
  const size = t.crop(crop.width, crop.height)
  if (Math.abs(ratio - 1) < 0.005) return `${size} · ${t.actual}`
  return `${size} · ${ratio > 1 ? t.enlarged(figure(ratio)) : t.reduced(figure(1 / ratio))}`
}

function figure(value: number): string {
  return fixed(value, value >= 10 ? 0 : 1)
}
