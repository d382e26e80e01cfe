/** Where the window may stand. Pure: rectangles in, a rectangle out. Lengths in the system's own pixels (DIP). */

export interface Area {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

export interface Place {
  /** When it is neither maximised nor full screen. Without x and y: in the middle. */
  readonly bounds: { readonly x?: number; readonly y?: number; readonly width: number; readonly height: number }
  readonly maximized: boolean
}

export interface Sizes {
  readonly first: { readonly width: number; readonly height: number }
  readonly smallest: { readonly width: number; readonly height: number }
}

/** At the top of the window, and as much of its width, something must be there to take hold of. */
const handle = { width: 120, height: 32 }

/**
 * The place to open at. `remembered` is whatever a file held. `displays` are the work areas that exist now, the primary first. A place on a
 * display that is gone is forgotten; one that is too large, or hangs over an edge by more than can be taken hold of, is brought in.
 */
export function placeFor(remembered: unknown, displays: readonly Area[], sizes: Sizes): Place {
  const primary = displays[0]
  const place = parsePlace(remembered)
  const display = place === undefined ? undefined : displayOf(place.bounds, displays)
  if (place === undefined || display === undefined) {
    const room = primary ?? { ...sizes.first }
    return { bounds: fitting(sizes.first, room, sizes), maximized: place?.maximized ?? false }
  }
  const { width, height } = fitting(place.bounds, display, sizes)
  const within = (at: number, size: number, from: number, room: number) => Math.max(from, Math.min(at, from + room - size))
  return {
    bounds: {
      x: within(place.bounds.x, width, display.x, Math.max(width, display.width)),
      y: within(place.bounds.y, height, display.y, Math.max(height, display.height)),
      width,
      height,
    },
    maximized: place.maximized,
  }
}

/** No larger than the display, and no smaller than the window may be, whatever the display. */
function fitting(
  size: { readonly width: number; readonly height: number },
  room: { readonly width: number; readonly height: number },
  { smallest }: Sizes,
) {
  return {
    width: Math.max(smallest.width, Math.min(size.width, room.width)),
    height: Math.max(smallest.height, Math.min(size.height, room.height)),
  }
}

/** The display that shows most of the window, if any shows enough of its top to take hold of. */
function displayOf(bounds: Area, displays: readonly Area[]): Area | undefined {
  const top = { ...bounds, height: Math.min(handle.height, bounds.height) }
  const held = displays.some((display) => {
    const { width, height } = shared(top, display)
    return width >= Math.min(handle.width, bounds.width) && height >= top.height
  })
  if (!held) return undefined
  const shown = displays.map((display) => {
    const { width, height } = shared(bounds, display)
    return { display, pixels: width * height }
  })
  return shown.toSorted((a, b) => b.pixels - a.pixels)[0]?.display
}

function shared(a: Area, b: Area): { readonly width: number; readonly height: number } {
  return {
    width: Math.max(0, Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x)),
    height: Math.max(0, Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y)),
  }
}

function parsePlace(value: unknown): { readonly bounds: Area; readonly maximized: boolean } | undefined {
  if (typeof value !== 'object' || value === null || !('bounds' in value)) return undefined
  const { bounds, maximized } = value as { readonly bounds: unknown; readonly maximized?: unknown }
  if (typeof bounds !== 'object' || bounds === null) return undefined
  const { x, y, width, height } = bounds as Partial<Area>
  if (!isWhole(x) || !isWhole(y) || !isWhole(width) || !isWhole(height) || width <= 0 || height <= 0) return undefined
  return { bounds: { x, y, width, height }, maximized: maximized === true }
}

const isWhole = (value: unknown): value is number => Number.isInteger(value)
