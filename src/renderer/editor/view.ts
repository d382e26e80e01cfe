/**
 * Where the photograph stands in the viewport. Screen points are CSS pixels from the viewport's corner, image points are image pixels
 * (pixel i covers i..i+1); in between everything is device pixels, so that 100 % is one image pixel on one device pixel at any ratio.
 */
export interface View {
  /** Device pixels an image pixel: 1 = 100 %. */
  readonly scale: number
  /** Of the photograph's corner, device pixels. */
  readonly x: number
  readonly y: number
  /** Of the viewport, CSS pixels. */
  readonly width: number
  readonly height: number
  readonly dpr: number
}

export interface Point {
  readonly x: number
  readonly y: number
}

export interface Size {
  readonly width: number
  readonly height: number
}

export const scaleRange = { least: 0.005, most: 64 }
/** Kept free round the photograph by `fit`, CSS pixels: the tools and the strip float there. */
export interface Insets {
  readonly left: number
  readonly top: number
  readonly right: number
  readonly bottom: number
}
export const noInsets: Insets = { left: 0, top: 0, right: 0, bottom: 0 }

export function toImage(view: View, screen: Point): Point {
  return { x: (screen.x * view.dpr - view.x) / view.scale, y: (screen.y * view.dpr - view.y) / view.scale }
}

export function toScreen(view: View, image: Point): Point {
  return { x: (image.x * view.scale + view.x) / view.dpr, y: (image.y * view.scale + view.y) / view.dpr }
}

function clampScale(scale: number): number {
  return Math.min(scaleRange.most, Math.max(scaleRange.least, scale))
}

/** Zooms so that the image point under `at` stays under it. */
export function zoomAt(view: View, at: Point, factor: number): View {
  return scaleAt(view, at, clampScale(view.scale * factor))
}

function scaleAt(view: View, at: Point, scale: number): View {
  const fixed = toImage(view, at)
  return { ...view, scale, x: at.x * view.dpr - fixed.x * scale, y: at.y * view.dpr - fixed.y * scale }
}

export function pan(view: View, by: Point): View {
  return { ...view, x: view.x + by.x * view.dpr, y: view.y + by.y * view.dpr }
}

/** The whole photograph in the middle of what the insets leave. */
export function fit(view: View, image: Size, insets: Insets = noInsets): View {
  const width = Math.max(1, view.width - insets.left - insets.right)
  const height = Math.max(1, view.height - insets.top - insets.bottom)
  const scale = clampScale(Math.min((width * view.dpr) / image.width, (height * view.dpr) / image.height))
  return {
    ...view,
    scale,
    x: Math.round((insets.left + width / 2) * view.dpr - (image.width * scale) / 2),
    y: Math.round((insets.top + height / 2) * view.dpr - (image.height * scale) / 2),
  }
}

/** 100 %, round the middle of the viewport, on whole device pixels so that nothing is resampled. */
export function actualSize(view: View): View {
  const next = scaleAt(view, { x: view.width / 2, y: view.height / 2 }, 1)
  return { ...next, x: Math.round(next.x), y: Math.round(next.y) }
}

/** A viewport of another size or ratio: what stood in its middle stays there, at the same number of CSS pixels an image pixel. */
export function resize(view: View, width: number, height: number, dpr: number): View {
  const middle = toImage(view, { x: view.width / 2, y: view.height / 2 })
  const scale = (view.scale / view.dpr) * dpr
  return { scale, width, height, dpr, x: (width / 2) * dpr - middle.x * scale, y: (height / 2) * dpr - middle.y * scale }
}
