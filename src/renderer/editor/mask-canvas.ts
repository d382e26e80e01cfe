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
  Object.assign(element.style, { position: 'absolute', left: '0', top: '0', transformOrigin: '0 0' })
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
      element.style.transform = onDevicePixels(element.parentElement?.getBoundingClientRect(), dpr)
      const step = Math.round(side * dpr)
      squares = []
      for (let top = 0; top < height; top += step) {
        for (let left = 0; left < width; left += step) {
          const square = squareAt(left, top, Math.min(step, width - left), Math.min(step, height - top))
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

/**
 * A CSS px inside is one device pixel, and the corner lies on a whole one: at a ratio of 1.25 squares that end within a pixel would show their
 * seams, and lengths of a layout, rounded to 64ths, cannot say where it ends.
 */
function onDevicePixels(at: { readonly left: number; readonly top: number } | undefined, dpr: number): string {
  const [x, y] = [at?.left ?? 0, at?.top ?? 0].map((value) => Math.round(value * dpr) / dpr - value)
  return x === 0 && y === 0 && dpr === 1 ? 'none' : `translate(${x}px, ${y}px) scale(${1 / dpr})`
}

function squareAt(left: number, top: number, width: number, height: number): Square | undefined {
  const canvas = document.createElement('canvas')
  canvas.width = width
  canvas.height = height
  canvas.setAttribute('aria-hidden', 'true')
  Object.assign(canvas.style, { position: 'absolute', left: `${left}px`, top: `${top}px` })
  // Its pixels are made by the processor: there they stay.
  const context = canvas.getContext('2d', { willReadFrequently: true })
  return context === null ? undefined : { left, top, context }
}
