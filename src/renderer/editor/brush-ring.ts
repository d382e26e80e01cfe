import type { Point } from './view.ts'

/**
 * The ring of the brush, on a canvas of its own size that is moved: drawn anew only where the brush is another. A canvas of the viewport's size
 * would be drawn again whole at every move, with all that lies below it.
 */
export interface BrushRing {
  readonly element: HTMLCanvasElement
  /** CSS px from the viewport's corner; `hard`: the radius of what is fully covered, null where it is not worth a ring. */
  show(at: Point, ring: Ring): void
  hide(): void
}

export interface Ring {
  readonly radius: number
  readonly hard: number | null
  readonly dpr: number
  /** The viewport's longer side, CSS px: of a ring that is larger only what is seen is drawn. */
  readonly most: number
}

export function createBrushRing(): BrushRing {
  const element = document.createElement('canvas')
  element.setAttribute('aria-hidden', 'true')
  element.style.position = 'absolute'
  element.style.left = '0'
  element.style.top = '0'
  const context = element.getContext('2d')
  let drawn = ''
  return {
    element,
    show(at, ring) {
      const { radius, dpr, most } = ring
      const half = Math.ceil((radius + 3) * dpr)
      const whole = half * 2 <= most * dpr
      // On whole device pixels; what is left of the way is in the drawing.
      const corner = whole ? { x: Math.floor(at.x * dpr) - half, y: Math.floor(at.y * dpr) - half } : { x: 0, y: 0 }
      const side = whole ? half * 2 + 1 : Math.ceil(most * dpr)
      const middle = { x: at.x - corner.x / dpr, y: at.y - corner.y / dpr }
      element.style.transform = `translate(${corner.x / dpr}px, ${corner.y / dpr}px)`
      element.style.display = ''
      const now = JSON.stringify([ring, middle])
      if (now === drawn || context === null) return
      drawn = now
      if (element.width !== side) {
        element.width = side
        element.height = side
        element.style.width = `${side / dpr}px`
        element.style.height = `${side / dpr}px`
      }
      draw(context, middle, ring)
    },
    hide() {
      element.style.display = 'none'
    },
  }
}

/** White on black: to be seen on paper and on night alike. */
function draw(context: CanvasRenderingContext2D, { x, y }: Point, { radius, hard, dpr }: Ring): void {
  context.setTransform(1, 0, 0, 1, 0, 0)
  context.clearRect(0, 0, context.canvas.width, context.canvas.height)
  context.setTransform(dpr, 0, 0, dpr, 0, 0)
  const circle = (size: number, style: string, width: number) => {
    context.beginPath()
    context.arc(x, y, size, 0, 2 * Math.PI)
    context.strokeStyle = style
    context.lineWidth = width
    context.stroke()
  }
  circle(radius, 'rgba(0,0,0,0.65)', 3)
  circle(radius, '#fff', 1.4)
  if (hard === null) return
  circle(hard, 'rgba(0,0,0,0.35)', 2.5)
  circle(hard, 'rgba(255,255,255,0.75)', 1)
}
