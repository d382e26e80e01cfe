import type { CropRecipe } from '../../shared/recipe.ts'
import { windowCrops } from '../../shared/windows.ts'
import { levelFor, type Pyramid, visibleTiles } from './pyramid.ts'
import type { Scene } from './stage.ts'
import type { View } from './view.ts'

/** The lowest canvas of the stage: the photograph, and what lies over it pixel for pixel. */

type GetImage = (url: string) => CanvasImageSource | undefined

/** `getHeat`: absent where there is no heat map. */
export function drawPicture(
  context: CanvasRenderingContext2D,
  view: View,
  scene: Scene,
  get: GetImage,
  getHeat: GetImage | undefined,
  originalHeld: boolean,
): void {
  const size = scene.photo.levels[0]
  if (size === undefined) return
  context.save()
  context.setTransform(1, 0, 0, 1, 0, 0)
  context.imageSmoothingEnabled = view.scale < 2
  context.imageSmoothingQuality = 'medium'
  // Under transparent photographs, and until the first tile is here.
  context.fillStyle = '#808080'
  const whole = [view.x, view.y, size.width * view.scale, size.height * view.scale].map(Math.round) as [
    number,
    number,
    number,
    number,
  ]
  context.fillRect(...whole)
  drawPyramid(context, scene.photo, view, get)
  if (!originalHeld && scene.result !== null) {
    context.save()
    const line = view.x + size.width * view.scale * scene.wipe
    context.beginPath()
    context.rect(line, 0, context.canvas.width, context.canvas.height)
    context.clip()
    drawPyramid(context, scene.result, view, get)
    context.restore()
  }
  if (!originalHeld && scene.preview !== null) {
    const { crop, image } = scene.preview
    const onScreen = ({ x, y, width, height }: CropRecipe) =>
      [view.x + x * view.scale, view.y + y * view.scale, width * view.scale, height * view.scale] as const
    context.save()
    context.imageSmoothingEnabled = true
    // Of a crop in several windows only what lies under one was made.
    context.beginPath()
    for (const window of windowCrops(crop)) context.rect(...onScreen(window))
    context.clip()
    context.drawImage(image, ...onScreen(crop))
    context.restore()
  }
  if (!originalHeld && scene.heat !== null && getHeat !== undefined) {
    context.fillStyle = 'rgba(10, 10, 12, 0.6)'
    context.fillRect(...whole)
    drawPyramid(context, scene.heat, view, getHeat)
  }
  context.restore()
}

/** Sharp tiles where they have arrived, coarser ones below until then. The coarsest is always kept at hand. */
function drawPyramid(context: CanvasRenderingContext2D, pyramid: Pyramid, view: View, get: GetImage): void {
  const target = levelFor(pyramid.levels, view.scale)
  const sharp = visibleTiles(pyramid, target, view).map((tile) => ({ tile, image: get(tile.url) }))
  if (sharp.some(({ image }) => image === undefined)) {
    for (let level = pyramid.levels.length - 1; level > target; level--) {
      for (const tile of visibleTiles(pyramid, level, view)) {
        const image = level === pyramid.levels.length - 1 || level === target + 1 ? get(tile.url) : undefined
        if (image !== undefined) context.drawImage(image, tile.x, tile.y, tile.width, tile.height)
      }
    }
  }
  for (const { tile, image } of sharp) {
    if (image !== undefined) context.drawImage(image, tile.x, tile.y, tile.width, tile.height)
  }
}
