import { useEffect, useRef } from 'react'
import type { Preview } from '../../shared/engine.ts'

/** A preview's raw RGB on a canvas of its own size; CSS scales it. For looking at only: what is saved never passes through a canvas. */
export function PreviewCanvas({
  preview,
  className,
  label,
}: {
  readonly preview: Preview
  readonly className?: string | undefined
  /** Read out; without it the canvas is decoration, named by what holds it. */
  readonly label?: string
}) {
  const ref = useRef<HTMLCanvasElement>(null)
  const { width, height, rgb } = preview
  useEffect(() => {
    const context = ref.current?.getContext('2d')
    if (context === null || context === undefined || width < 1 || height < 1 || rgb.length < width * height * 3) return
    const pixels = context.createImageData(width, height)
    for (let from = 0, to = 0; to < pixels.data.length; from += 3, to += 4) {
      pixels.data[to] = rgb[from] ?? 0
      pixels.data[to + 1] = rgb[from + 1] ?? 0
      pixels.data[to + 2] = rgb[from + 2] ?? 0
      pixels.data[to + 3] = 255
    }
    context.putImageData(pixels, 0, 0)
  }, [width, height, rgb])
  return (
    <canvas ref={ref} width={width} height={height} className={className} aria-hidden={label === undefined ? true : undefined}>
      {label}
    </canvas>
  )
}
