import { useMemo } from 'react'
import type { CropRecipe } from '../../shared/recipe.ts'
import type { Job } from '../../shared/api.ts'
import type { Preview } from '../../shared/engine.ts'
import type { Feather } from '../editor/feather.ts'
import type { OverlayStyle } from '../editor/overlay.ts'
import type { Pyramid } from '../editor/pyramid.ts'
import type { HeatPyramid, Scene } from '../editor/stage.ts'
import { resourceUrl } from '../state/client.ts'
import type { ShownPreview } from '../state/events.ts'
import { usePreference } from '../state/preferences.ts'
import { type Fill, fillTile, windowAt } from './fills.ts'
import { overlayColours, useMaskTools } from './mask-tools.ts'
import type { Looked } from './useFillWay.ts'
import { type OpenPhoto, photoTile, useInpaint } from './session.ts'

/** What the stage is to draw, from what the screen knows. */
export function useScene(
  open: OpenPhoto,
  crops: readonly CropRecipe[],
  chosen: Extract<Fill, { kind: 'done' }> | undefined,
  running: Job | undefined,
  preview: ShownPreview | undefined,
  looked: Looked | undefined,
  heat: HeatPyramid | null,
): Scene {
  const wipe = useInpaint((state) => state.wipe)
  const overlay = useOverlayStyle()
  const feather = useFeather()
  const { photo } = open
  const below: Pyramid = useMemo(
    () => ({ levels: photo.info.levels, url: (level, column, row) => photoTile(photo, level, column, row) }),
    [photo],
  )
  const url = chosen?.picture.url
  const levels = chosen?.picture.levels
  const result: Pyramid | null = useMemo(
    () =>
      url === undefined || levels === undefined
        ? null
        : { levels, url: (level, column, row) => resourceUrl(fillTile(url, level, column, row)) },
    [url, levels],
  )
  const drawn = looked?.preview ?? (result === null ? preview : undefined)
  const image = useMemo(() => (drawn === undefined ? null : pictureOf(drawn)), [drawn])
  const own = useInpaint((state) => (running === undefined ? undefined : state.windows[running.id]))
  const crop = looked?.crop ?? (running === undefined ? undefined : windowAt(running, own ?? crops))
  return useMemo(() => {
    const estimate = image === null || crop === undefined ? null : { crop, image }
    return {
      photo: below,
      result,
      wipe,
      heat,
      crops: looked === undefined ? crops : [looked.crop],
      preview: estimate,
      overlay,
      feather,
      overlayShown: result === null && estimate === null && heat === null,
      windowsShown: (result === null && heat === null) || looked !== undefined,
    }
  }, [below, result, wipe, crops, image, crop, overlay, feather, looked, heat])
}

/** Unless another is chosen the mask's colour is a token of the theme. */
function useOverlayStyle(): OverlayStyle {
  const theme = usePreference('theme')
  const colour = useMaskTools('colour')
  const opacity = useMaskTools('opacity')
  const edgesOnly = useMaskTools('edgesOnly')
  return useMemo(
    () => ({ colour: overlayColours[colour] ?? maskColour(theme).colour, opacity, edgesOnly }),
    [theme, colour, opacity, edgesOnly],
  )
}

/** Of the blend as it is set now, where it is to be seen. */
function useFeather(): Feather | null {
  const shown = useMaskTools('feather')
  const { grow, feather, side } = useInpaint((state) => state.draft.blend)
  return useMemo(() => (shown ? { grow, feather, side } : null), [shown, grow, feather, side])
}

/** `theme` only says when to look again. */
function maskColour(_theme: string): Pick<OverlayStyle, 'colour'> {
  const [r = 227, g = 72, b = 96] = getComputedStyle(document.documentElement).getPropertyValue('--mask').split(',').map(Number)
  return { colour: [r, g, b] }
}

/** For looking at only: what is saved never passes through a canvas. */
function pictureOf({ width, height, rgb }: Preview): CanvasImageSource | null {
  if (width < 1 || height < 1 || rgb.length < width * height * 3) return null
  const canvas = new OffscreenCanvas(width, height)
  const pixels = new ImageData(width, height)
  for (let from = 0, to = 0; to < pixels.data.length; from += 3, to += 4) {
    for (let channel = 0; channel < 3; channel++) pixels.data[to + channel] = rgb[from + channel] ?? 0
    pixels.data[to + 3] = 255
  }
  canvas.getContext('2d')?.putImageData(pixels, 0, 0)
  return canvas
}
