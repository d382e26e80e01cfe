import type { DeviceRect } from './overlay.ts'
import type { View } from './view.ts'

/**
 * The canvas of the mask, in squares. A browser that has shown a canvas copies it before it is next written to, and draws again what lies round
 * it: so the cost of a stroke is that of the squares it touches, not that of the viewport.
 */
export interface MaskCanvas {
  readonly element: HTMLDivElement
  /** Empty afterwards where the size is another. */
  sizeTo(view: View): void
  /** Of all squares together, device pixels. */
  size(): { readonly width: number; readonly height: number }
  /** RGBA of the rectangle, which lies on the canvas. */
  put(pixels: Uint8ClampedArray<ArrayBuffer>, rect: DeviceRect): void
  clear(rect: DeviceRect): void
}

/** CSS px. */
const side = 256

interface Square {
  readonly left: number
  readonly top: number
  readonly context: CanvasRenderingContext2D
}

export function createMaskCanvas(): MaskCanvas {
  const element = document.createElement('div')
  let squares: Square[] = []
  let sized = { width: 0, height: 0, dpr: 0 }

  const touching = (rect: DeviceRect, draw: (square: Square, part: DeviceRect) => void) => {
    for (const square of squares) {
      const { canvas } = square.context
      const part = {
        left: Math.max(rect.left, square.left),
        top: Math.max(rect.top, square.top),
        right: Math.min(rect.right, square.left + canvas.width),
        bottom: Math.min(rect.bottom, square.top + canvas.height),
      }
      if (part.left < part.right && part.top < part.bottom) draw(square, part)
    }
  }
  return {
    element,
    size: () => sized,
    sizeTo(view) {
      const { dpr } = view
      const [width, height] = [Math.floor(view.width * dpr), Math.floor(view.height * dpr)]
      if (sized.width === width && sized.height === height && sized.dpr === dpr) return
      sized = { width, height, dpr }
      const step = Math.round(side * dpr)
      squares = []
      for (let top = 0; top < height; top += step) {
        for (let left = 0; left < width; left += step) {
          const square = squareAt(left, top, Math.min(step, width - left), Math.min(step, height - top), dpr)
          if (square !== undefined) squares.push(square)
        }
      }
      element.replaceChildren(...squares.map(({ context }) => context.canvas))
    },
    put(pixels, rect) {
      const image = new ImageData(pixels, rect.right - rect.left)
      touching(rect, ({ context, left, top }, part) =>
        context.putImageData(
          image,
          rect.left - left,
          rect.top - top,
          part.left - rect.left,
          part.top - rect.top,
          part.right - part.left,
          part.bottom - part.top,
        ),
      )
    },
    clear(rect) {
      touching(rect, ({ context, left, top }, part) =>
        context.clearRect(part.left - left, part.top - top, part.right - part.left, part.bottom - part.top),
      )
    },
  }
}

function squareAt(left: number, top: number, width: number, height: number, dpr: number): Square | undefined {
  const canvas = document.createElement('canvas')
  canvas.width = width
  canvas.height = height
  canvas.setAttribute('aria-hidden', 'true')
  const css = { left: left / dpr, top: top / dpr, width: width / dpr, height: height / dpr }
  canvas.style.position = 'absolute'
  for (const [name, value] of Object.entries(css)) canvas.style.setProperty(name, `${value}px`)
  // Its pixels are made by the processor: there they stay.
  const context = canvas.getContext('2d', { willReadFrequently: true })
  return context === null ? undefined : { left, top, context }
}
